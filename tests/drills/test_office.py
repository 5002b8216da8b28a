"""What an office makes of our files, and what it saves: LibreOffice without a screen, a browser without a line."""

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from expertise.access.viewer import system
from expertise.base.database import begin
from expertise.handovers import queries
from expertise.handovers.exchange import taking
from expertise.handovers.exchange.document import words_of
from expertise.handovers.showing import without_sensitive
from tests.conftest import Browser
from tests.databases import required
from tests.handovers import old_notes
from tests.handovers.test_importing import Bring, brought, note, run
from tests.handovers.test_taking import file, frozen

__all__ = ["brought", "frozen", "note", "run"]
pytestmark = pytest.mark.drill
Open = Callable[[str], Browser]
Convert = Callable[[Path, str], Path]
# Notes that LibreOffice opens; the others hold what only Word reads.
BOTH = ("Overdracht CdP.docx", "gecorrigeerd.docx", "browser.docx", "odd.docx", "getypt.docx")


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """LibreOffice opens a file and saves it in another form."""
    office = shutil.which("soffice")
    if office is None:
        if required("libreoffice"):
            pytest.fail("this run requires LibreOffice, and the machine has none")
        pytest.skip("no LibreOffice on this machine")
    home = tmp_path_factory.mktemp("office")

    def save(path: Path, form: str) -> Path:
        out = home / form.partition(":")[0]
        done = subprocess.run(
            [office, "--headless", f"-env:UserInstallation={(home / 'profile').as_uri()}", "--convert-to", form,
             "--outdir", str(out), str(path)],
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        made = out / f"{path.stem}.{form.partition(':')[0]}"
        assert made.exists(), done.stderr + done.stdout
        return made

    return save


@pytest.mark.parametrize("form", ["docx", "odt"])
def test_libre_office_opens_what_we_wrote_with_all_its_words(
    browser_of: Open, app: Flask, frozen: str, convert: Convert, tmp_path: Path, form: str
) -> None:
    leaver = browser_of("leaver")
    with app.app_context():
        begin("read")
        shown = queries.show(system(), queries.get_handover(system(), frozen))
        # What is sensitive about contacts stays behind, unless it is asked for.
        document = taking.document_of(system(), replace(shown, note=without_sensitive(shown.note)))
        # The organisation stands at the head of pages, which a plain text has not.
        texts = [text for text in words_of(document) if text.strip() and text != document.organisation]
    out = tmp_path / f"note.{form}"
    out.write_bytes(file(leaver, frozen, form))
    told = convert(out, "txt:Text (encoded):UTF8").read_text(encoding="utf-8-sig")
    there = re.sub(r"\W+", "", told)
    for text in texts:
        assert all(re.sub(r"\W+", "", line) in there for line in text.split("\n")), text
    assert convert(out, "pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("form", ["odt", "docx"])
def test_what_libre_office_saved_comes_in_whole(
    brought: Bring, convert: Convert, tmp_path: Path, name: str, form: str
) -> None:
    source = tmp_path / name
    source.write_bytes(old_notes.OLD_NOTES[name]())
    made = convert(source, form)
    brought(made.name, made.read_bytes())


@pytest.mark.browser
def test_the_one_page_opens_without_a_line_and_finds_a_word(
    chromium: Chromium, browser_of: Open, frozen: str, tmp_path: Path
) -> None:
    out = tmp_path / "note.html"
    out.write_bytes(file(browser_of("leaver"), frozen, "html"))
    context = chromium.new_context(offline=True)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(out.as_uri())
    page.locator("#find input").fill("voorzitter")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelectorAll('mark').length > 0")
    assert "voorzitter" in page.locator("mark").first.inner_text().lower()
    assert asked == [out.as_uri()]
    context.close()
