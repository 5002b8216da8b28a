"""A note is taken along as a file: its words, in every form, as much as the reader may see, and nothing that runs."""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import odfdo
import pikepdf
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from expertise.access.viewer import system
from expertise.audit.models import Event
from expertise.base.database import begin, session
from expertise.cli import main
from expertise.dossiers.models import Dossier
from expertise.dossiers.service import change_dossier
from expertise.handovers import acts, queries, service
from expertise.handovers.exchange import taking
from expertise.handovers.exchange.document import Attachment, words_of
from expertise.handovers.exchange.to_html import to_html
from expertise.handovers.exchange.to_package import to_package
from expertise.handovers.models import Handover
from expertise.people.models import Person
from expertise.posts.models import Posting
from tests.conftest import Browser, Cast
from tests.handovers import samples
from tests.handovers.conftest import Seat
from tests.judges import faults_in_odt, faults_in_pdf, faults_in_word

Open = Callable[[str], Browser]
Run = Callable[..., Result]
# What people type, and what each form would read as its own marks.
RICH = """Bel *eerst* de **voorzitter** ([site](https://example.org/a?b=1&c="2")).

1. Eén
    - Twee [x](javascript:alert(1))
2. Drie

> Geciteerd: =1+1 #read("/etc/passwd") \\input{x} <script>alert(1)</script> ]]> & "

| Wat | Wie |
|---|---|
| Sleutel | Noor |

```
code  met  spaties
```

中文 en عربية, \u202egespiegeld, einde.
"""


@pytest.fixture
def run(app: Flask) -> Run:
    def run_command(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))
        assert done.exit_code == code, (words, done.exit_code, done.output, done.exception)
        return done

    return run_command


@pytest.fixture
def frozen(app: Flask, cast: Cast, seat: Seat) -> str:
    """The leaver's note, full and frozen, in Dutch."""
    with app.app_context():
        begin("write")
        note = service.start_note(system(), session().get_one(Posting, seat.posting), language="nl")
        service.write_header(
            system(), note, acting=session().get_one(Person, cast.people["colleague"]), language="nl", marking="dv"
        )
        service.write_situation(system(), note, situation="busy", situation_line="Druk", week_one=[("Bel Ilse", None)])
        dossier = session().get_one(Dossier, seat.restricted)
        service.write_dossier_item(system(), note, dossier, contingency="Als de getuige vertrekt")
        service.write_section(system(), note, 7, text=RICH)
        service.write_section(system(), note, 9, none=True)
        acts.sign(system(), note, unchecked=True)
        acts.freeze(system(), note)
        session().commit()
        return note.id


def file(browser: Browser, note: str, form: str, status: int = 200) -> bytes:
    browser.page = browser.client.get(f"/handovers/{note}/file/{form}", buffered=True)
    assert browser.page.status_code == status
    return browser.page.data


def words_in_docx(content: bytes) -> str:
    read = docx.Document(io.BytesIO(content))
    return "\n".join("".join(node.itertext()) for node in read.element.body.iter() if node.tag.endswith("}p"))


def words_in_odt(content: bytes) -> str:
    return odfdo.Document(io.BytesIO(content)).get_formatted_text()


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_word_file_has_the_notes_words_under_real_headings(browser_of: Open, frozen: str) -> None:
    leaver = browser_of("leaver")
    content = file(leaver, frozen, "docx")
    assert leaver.page
    assert re.fullmatch(
        r'attachment; filename="handover-GEN-PV-Wolderink-2026\.docx"', leaver.page.headers["Content-Disposition"]
    )
    read = docx.Document(io.BytesIO(content))
    headings = [(one.style.name, one.text) for one in read.paragraphs if one.style.name.startswith("Heading")]
    assert ("Heading 1", "7 Waar alles staat") in headings
    assert ("Heading 2", "Autonomous weapons") in headings
    assert read.core_properties.title == "Overdracht van Femke Wolderink"
    assert "PV Genève" in read.sections[0].header.paragraphs[0].text
    assert "Departementaal Vertrouwelijk" in read.sections[0].header.paragraphs[0].text
    xml = read.element.xml + read.styles.element.xml + read.sections[0].footer._element.xml
    assert 'w:lang w:val="nl-NL"' in xml
    assert "NUMPAGES" in xml
    assert xml.count("<w:tblHeader") == len(read.tables) > 2
    words = words_in_docx(content)
    for text in ("The chair wants a rolling text.", "Sleutel", "عربية", '#read("/etc/passwd")', "code  met  spaties"):
        assert text in words, text
    # A list within a list, and a link of the web only.
    assert {one.style.name for one in read.paragraphs} >= {"List Number", "List Bullet 2"}
    targets = {one.target_ref for one in read.part.rels.values() if one.is_external}
    assert targets == {"https://example.org/a?b=1&c=%222%22"}


def test_open_document_pdf_and_page_have_the_same_words(browser_of: Open, app: Flask, frozen: str) -> None:
    leaver = browser_of("leaver")
    with app.app_context():
        begin("read")
        note = queries.get_handover(system(), frozen)
        document = taking.document_of(system(), queries.show(system(), note))
        texts = [text for text in words_of(document) if text.strip()]
    odt = words_in_odt(file(leaver, frozen, "odt?sensitive=1"))
    docx_words = words_in_docx(file(leaver, frozen, "docx?sensitive=1"))
    page = Page(file(leaver, frozen, "html?sensitive=1").decode())
    html = "".join(page.texts)
    squeezed = [re.sub(r"\W+", "", words) for words in (odt, docx_words, html)]
    for text in texts:
        for line in text.split("\n"):
            if line != document.organisation:  # stands at the head of pages
                assert all(re.sub(r"\W+", "", line) in words for words in squeezed), line


@pytest.mark.parametrize(("form", "faults"), [("docx", faults_in_word), ("odt", faults_in_odt), ("pdf", faults_in_pdf)])
def test_others_find_no_fault_in_a_file(
    browser_of: Open, frozen: str, tmp_path: Path, form: str, faults: Callable[[Path], list[str]]
) -> None:
    out = tmp_path / f"note.{form}"
    out.write_bytes(file(browser_of("leaver"), frozen, form))
    assert faults(out) == []


def _out_of_order(members: dict[str, bytes]) -> None:
    xml = members["word/document.xml"].decode()
    members["word/document.xml"] = re.sub(r"(<w:pStyle [^>]*/>)(</w:pPr>)", r"<w:jc w:val='left'/>\1\2", xml).encode()


def _text_in_a_table(members: dict[str, bytes]) -> None:
    members["content.xml"] = members["content.xml"].replace(b"<table:table-row>", b"<text:p/><table:table-row>", 1)


def test_the_judges_see_a_fault_where_there_is_one(browser_of: Open, frozen: str, tmp_path: Path) -> None:
    leaver = browser_of("leaver")
    out = tmp_path / "note"
    out.write_bytes(samples.repacked(file(leaver, frozen, "docx"), _out_of_order))
    assert any("pStyle" in one for one in faults_in_word(out.rename(tmp_path / "note.docx")))
    out.write_bytes(samples.repacked(file(leaver, frozen, "odt"), _text_in_a_table))
    assert faults_in_odt(out.rename(tmp_path / "note.odt"))
    with pikepdf.open(io.BytesIO(file(leaver, frozen, "pdf"))) as pdf:
        del pdf.Root.OutputIntents
        del pdf.Root.Lang
        for one in pdf.objects:
            if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/FontDescriptor":
                for name in [name for name in one if name.startswith("/FontFile")]:
                    del one[name]
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/H1":
                one.S = pikepdf.Name.H3
            if isinstance(one, pikepdf.Dictionary) and one.get("/S") == "/TH":
                del one.A
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        pdf.save(tmp_path / "note.pdf", encryption=pikepdf.Encryption(owner="x", user=""))
    told = "\n".join(faults_in_pdf(tmp_path / "note.pdf"))
    for fault in ("encrypted", "/OpenAction", "no language", "intent", "not inside", "H3 after", "says not of what"):
        assert fault in told, fault


def test_the_offline_page_lets_nothing_in_and_nothing_of_the_note_runs(browser_of: Open, frozen: str) -> None:
    leaver = browser_of("leaver")
    text = file(leaver, frozen, "html").decode()
    assert leaver.page
    assert leaver.page.headers["Content-Disposition"].startswith("attachment")
    page = Page(text)
    policy = next(
        attrs["content"] or "" for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.S)
        assert len(inside) == 1
        digest = base64.b64encode(hashlib.sha256(inside[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not [
        attrs
        for _tag, attrs in page.tags
        if any(name.startswith("on") or name in ("style", "src", "srcdoc") for name in attrs)
    ]
    links = {attrs["href"] or "" for tag, attrs in page.tags if tag == "a"}
    assert {one.partition(":")[0] for one in links if not one.startswith("#")} == {"https"}
    anchors = {attrs["id"] for _tag, attrs in page.tags if "id" in attrs}
    assert {one[1:] for one in links if one.startswith("#")} <= anchors
    # With no script at all it reads whole: only the search box is hidden.
    assert [attrs.get("id") for _tag, attrs in page.tags if "hidden" in attrs] == ["find"]


def test_a_frozen_note_goes_out_as_it_was_frozen(browser_of: Open, app: Flask, frozen: str, seat: Seat) -> None:
    with app.app_context():
        begin("write")
        change_dossier(system(), session().get_one(Dossier, seat.urgent), state_of_play="The vote was lost.")
        session().commit()
    words = words_in_docx(file(browser_of("leaver"), frozen, "docx"))
    assert "The chair wants a rolling text." in words
    assert "The vote was lost." not in words


def test_a_reader_takes_along_only_what_they_may_see(browser_of: Open, frozen: str) -> None:
    seen = {"leaver": True, "successor": True, "head": True, "colleague": False}
    for who, sees in seen.items():
        browser = browser_of(who)
        for form, words in (("docx", words_in_docx), ("odt", words_in_odt), ("html", bytes.decode)):
            said = words(file(browser, frozen, form))
            assert ("Attribution" in said) is sees, (who, form)
            assert "Never before ten" not in said
            asked = words(file(browser, frozen, f"{form}?sensitive=1"))
            assert ("Never before ten" in asked) is (who in ("leaver", "successor")), (who, form)
    for who in ("stranger", "hr", "admin", "privacy"):
        file(browser_of(who), frozen, "docx", status=404)
    file(browser_of("leaver"), frozen, "exe", status=404)


def test_who_took_a_note_along_is_kept(browser_of: Open, app: Flask, cast: Cast, frozen: str) -> None:
    file(browser_of("head"), frozen, "pdf")
    file(browser_of("stranger"), frozen, "pdf", status=404)
    with app.app_context():
        begin("read")
        events = session().query(Event).where(Event.action == "handover.taken_along").all()
        assert [(one.person_id, one.object_id, one.details) for one in events] == [
            (cast.people["head"], frozen, {"form": "pdf", "with_sensitive": False})
        ]


def test_the_package_proves_that_nothing_was_changed(browser_of: Open, app: Flask, frozen: str) -> None:
    content = file(browser_of("leaver"), frozen, "package?sensitive=1")
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = {name: package.read(name) for name in package.namelist()}
    sums = dict(line.split("  ", 1)[::-1] for line in members["SHA256SUMS"].decode().splitlines())
    assert set(sums) == set(members) - {"SHA256SUMS"}
    assert all(hashlib.sha256(members[name]).hexdigest() == digest for name, digest in sums.items())
    about = json.loads(members["metadata.json"])
    assert hashlib.sha256(members["content.json"]).hexdigest() == about["content_hash"]
    assert {"handover.pdf", "handover.docx", "handover.odt", "handover.html"} <= set(members)
    mdto = ElementTree.fromstring(members["metadata.xml"])
    assert mdto.find(".//{https://www.nationaalarchief.nl/mdto}identificatieKenmerk").text == frozen
    # Who sees less gets no content that the hash would prove.
    without = file(browser_of("leaver"), frozen, "package")
    with zipfile.ZipFile(io.BytesIO(without)) as package:
        assert "content.json" not in package.namelist()
        assert not any(b"Never before ten" in package.read(one) for one in package.namelist())
    with app.app_context():
        begin("read")
        taken = session().query(Event).filter_by(action="handover.taken_along").order_by(Event.number)
        assert [one.details["with_sensitive"] for one in taken] == [True, False]
    less = file(browser_of("colleague"), frozen, "package")
    with zipfile.ZipFile(io.BytesIO(less)) as package:
        assert "content.json" not in package.namelist()


def test_files_go_along_inside_and_names_cannot_lead_out_of_the_folder(app: Flask, frozen: str) -> None:
    files = [
        Attachment("../../etc/passwd", b"one"),
        Attachment("plan.html", b"<script>x</script>"),
        Attachment("PLAN.html", b"two"),
    ]
    with app.app_context():
        begin("read")
        shown = queries.show(system(), queries.get_handover(system(), frozen))
        document = taking.document_of(system(), shown)
        page = Page(to_html(document, files).decode())
        made = to_package(document, {}, taking.about(shown, document, files), None, files)
    inside = [attrs for tag, attrs in page.tags if tag == "a" and "download" in attrs]
    assert [one["download"] for one in inside] == [one.name for one in files]
    assert all((one["href"] or "").startswith("data:application/octet-stream;base64,") for one in inside)
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        names = [name for name in package.namelist() if name.startswith("files/")]
    assert sorted(names) == ["files/2-PLAN.html", "files/_.._etc_passwd", "files/plan.html"]


def test_what_was_attached_goes_along(browser_of: Open, app: Flask, seat: Seat) -> None:
    with app.app_context():
        begin("write")
        note = service.start_note(system(), session().get_one(Posting, seat.posting), language="en").id
        session().commit()
    leaver = browser_of("leaver")
    leaver.post(f"/files/of/handover/{note}", file=(io.BytesIO(b"The plan of the floor."), "plan.txt"))
    inside = [attrs for _tag, attrs in Page(file(leaver, note, "html").decode()).tags if attrs.get("download")]
    assert [one["download"] for one in inside] == ["plan.txt"]
    assert base64.b64decode((inside[0]["href"] or "").partition(",")[2]) == b"The plan of the floor."
    with zipfile.ZipFile(io.BytesIO(file(leaver, note, "package"))) as package:
        assert package.read("files/plan.txt") == b"The plan of the floor."


def test_a_note_in_which_nobody_wrote_goes_out_too_and_says_what_is_missing(
    run: Run, seat: Seat, tmp_path: Path
) -> None:
    for form in taking.FORMS:
        out = tmp_path / f"note.{form}"
        run("handover", "export", seat.posting, "--format", form, "--out", str(out))
        assert out.stat().st_mode & 0o077 == 0
    assert "Wat nog ontbreekt" in words_in_docx((tmp_path / "note.docx").read_bytes())
    run("handover", "export", "nothing", "--out", str(tmp_path / "x"), code=1)
    run("handover", "export", seat.posting, "--out", str(tmp_path / "no" / "x"), code=1)
    assert not (tmp_path / "x").exists()


def test_the_command_line_shows_lists_and_verifies(
    run: Run, app: Flask, frozen: str, seat: Seat, tmp_path: Path
) -> None:
    told = json.loads(run("handover", "show", frozen, "--json").stdout)
    assert (told["state"], told["person"], told["posting"]) == ("frozen", "Femke Wolderink", seat.posting)
    assert told["missing"]
    out = tmp_path / "handovers.jsonl"
    run("export", "handovers", "--format", "jsonl", "--out", str(out))
    (row,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert (row["id"], row["state"], row["posting"]) == (frozen, "frozen", seat.posting)
    run("import", "handovers", str(out), code=2)
    assert json.loads(run("handover", "verify", "--json").stdout) == {"frozen": 1, "altered": []}
    with app.app_context():
        begin("write")
        handover = session().get_one(Handover, frozen)
        assert handover.frozen
        handover.frozen.content = {**handover.frozen.content, "advice": "forged"}
        session().commit()
    done = run("handover", "verify", frozen, "--json", code=1)
    assert json.loads(done.stdout)["altered"] == [frozen]
    assert frozen in done.stderr


def test_after_an_emergency_freeze_the_file_is_offered(browser_of: Open, seat: Seat) -> None:
    head = browser_of("head")
    page = head.post(f"/postings/{seat.posting}/handover/freeze?lang=en", reason="Evacuated")
    assert "Take it along as one file" in page
    found = re.search(r'href="(/handovers/\w+/file/html)"', page)
    assert found
    assert "Evacuated" in head.get(found[1])


def test_it_takes_a_fixed_number_of_queries(app: Flask, seat: Seat, frozen: str, count_queries: Any) -> None:
    with app.app_context():
        begin("read")
        with count_queries() as sent:
            taking.take(system(), queries.get_handover(system(), frozen), "html")
    assert len(sent) < 25
