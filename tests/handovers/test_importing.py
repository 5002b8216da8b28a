"""The Word file that she already wrote: its parts go where they belong, nothing is lost, nothing of hers replaced."""

import html
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from expertise.access.viewer import system
from expertise.base.database import begin, session
from expertise.base.markdown import to_text
from expertise.cli import main
from expertise.handovers import acts, queries, service
from expertise.handovers.importing.sorting import sort
from expertise.handovers.models import Handover
from expertise.handovers.models_beside import BroughtIn, Piece
from expertise.posts.models import Posting
from tests.conftest import Browser
from tests.handovers import old_notes, samples
from tests.handovers.conftest import Seat

Open = Callable[[str], Browser]
Run = Callable[..., Result]
# What no section has a place for: a dossier that the seat does not keep waits as a whole, under its own name.
WAITING = {"Overdracht CdP.docx": {"Visserijakkoord", "Zeehavens"}}
WORD = re.compile(r"\w+")
Bring = Callable[[str, bytes], list[Piece]]
# A picture is named with a word of ours; an address in a field's code and a choice in a form are no text of the XML.
OURS = {"picture", "strained", *WORD.findall("https://example.org/list desk@example.org")}
# What stands in a file otherwise than as its text.
KEPT = {
    "Overdracht CdP.docx": (
        "CONCEPT",
        "het register (https://register.example/117)",
        "    1. Quota voor tonijn",
        "#### Stand van zaken",
    ),
    "EoA report.docx": (
        "strained. ☒ Introduced",
        "List of contacts (https://example.org/list)",
        "Desk (desk@example.org)",
    ),
    "kaders.docx": ("Begroting", "Directeur Juridische Zaken"),
    "odd.docx": ("✓ self-evident",),
    "libre.odt": ("Kaart – Alle posten in de regio", "Kosten per maand", "het stelsel (https://geld.example/a)"),
}


@pytest.fixture
def run(app: Flask) -> Run:
    def run_command(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))
        assert done.exit_code == code, (words, done.exit_code, done.output, done.exception)
        return done

    return run_command


@pytest.fixture
def note(app: Flask, seat: Seat) -> str:
    """The leaver's note, with a reading list and an answer that there is no money."""
    with app.app_context():
        begin("write")
        made = service.start_note(system(), session().get_one(Posting, seat.posting), language="nl")
        service.write_section(system(), made, 8, text="Het oude verdrag.")
        service.write_section(system(), made, 9, none=True)
        session().commit()
        return made.id


def send(browser: Browser, note: str, name: str, content: bytes, status: int = 200) -> str:
    return browser.post(f"/handovers/{note}/import?lang=en", status=status, file=(io.BytesIO(content), name))


def texts_of(app: Flask, note: str) -> tuple[str, list[Piece]]:
    """All that the note says, and the pieces."""
    with app.app_context():
        begin("read")
        handover = session().get_one(Handover, note)
        said = [one.text for one in handover.texts] + [handover.advice, handover.tips, handover.differently]
        pieces = session().query(Piece).join(BroughtIn).order_by(Piece.place).all()
        session().expunge_all()
        return "\n\n".join(said), pieces


def words_in(name: str, content: bytes) -> Counter[str]:
    """Every word of a file and how often, told by its parts and not by our reader."""
    if name.endswith(".md"):
        return Counter(WORD.findall(content.decode("utf-8" if name == "note.md" else "cp1252")))
    found: Counter[str] = Counter()
    heads: Counter[str] = Counter()
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for member in package.namelist():
            if re.fullmatch(
                r"word/(?:document|footnotes|endnotes|comments|charts/|diagrams/)\w*\.xml|(?:.*/)?content\.xml", member
            ):
                found += _words_of(package.read(member).decode())
            elif re.fullmatch(r"word/(?:header|footer)\d*\.xml", member):
                # What stands at every page comes once.
                heads |= _words_of(package.read(member).decode())
            elif member == "styles.xml":
                for edge in re.findall(
                    r"<style:(?:header|footer)>.*?(?=</style:)", package.read(member).decode(), re.S
                ):
                    heads |= _words_of(edge)
            elif re.fullmatch(r"word/_rels/\w+\.xml\.rels", member):
                found += Counter(
                    WORD.findall(" ".join(re.findall(r'Target="(http[^"]*)"', package.read(member).decode())))
                )
            elif member.startswith("word/embeddings/"):
                found += Counter(WORD.findall(member.rpartition("/")[2]))
    return found + heads


def _words_of(xml: str) -> Counter[str]:
    # Who struck something out is no word of the text, nor is a copy for older programs, nor the code of a field.
    for gone in (r"<office:change-info>.*?</office:change-info>", r"<mc:Fallback>.*?</mc:Fallback>",
                 r"<w:instrText[^>]*>.*?</w:instrText>", r"<text:index-title-template>.*?</text:index-title-template>",
                 r"<text:note-citation>.*?</text:note-citation>", r"<pic:cNvPr[^>]*>",
                 r"(?<=</dc:creator>)<dc:date>.*?</dc:date>(?:<(\S*initials)>.*?</\1>)?"):  # fmt: skip
        xml = re.sub(gone, "", xml, flags=re.S)
    told = " ".join(re.findall(r'(?:descr|title|string|xlink:href)="(\w[^"]*)"', re.sub(r"Pictures/[^\"]*", "", xml)))
    xml = xml[max(xml.find("<office:body"), 0) :].replace("<w:noBreakHyphen/>", "-")
    told += " ".join(["", *re.findall(r'<w:comment [^>]*w:author="([^"]+)"', xml)])
    # A run may end within a word; nothing else does.
    xml = re.sub(r"</?w:(?:r|t|rPr|b)(?: [^>]*)?/?>", "", xml)
    return Counter(WORD.findall(html.unescape(re.sub(r"<[^>]+>", " ", xml) + told)))


@pytest.fixture
def brought(run: Run, app: Flask, note: str, seat: Seat, tmp_path: Path) -> Bring:
    """Bring a file in by the command, and see that each of its words is somewhere, as often as in the file."""

    def bring(name: str, content: bytes) -> list[Piece]:
        file = tmp_path / name
        file.write_bytes(content)
        told = json.loads(run("handover", "import", str(file), "--posting", seat.posting, "--json").stdout)
        said, pieces = texts_of(app, note)
        whole = "\n\n".join(f"{one.title}\n\n{one.text}" for one in pieces)
        # As it is shown, and as it is written: a mark may stand within a word, and a link has an address.
        shown = Counter(WORD.findall(to_text(whole)))
        missing = words_in(name, content) - (shown | Counter(WORD.findall(whole)))
        assert not missing, missing
        # Nothing came twice either; a list, a note and a picture have words and numbers of ours.
        more = {word for word in shown - words_in(name, content) if word not in OURS and not word.isdigit()}
        assert not more, more
        # What is placed is in the note itself as well, and not only in what we keep of the file.
        for one in pieces:
            if one.state == "placed" and one.text:
                assert one.text in said, one.title
        assert told["placed"] + told["waiting"] == len(pieces)
        return pieces

    return bring


@pytest.mark.parametrize("name", samples.GOOD)
def test_every_word_of_a_file_is_somewhere(brought: Bring, name: str) -> None:
    brought(name, samples.GOOD[name]())


@pytest.mark.parametrize("name", old_notes.OLD_NOTES)
def test_of_a_note_as_people_left_it_nothing_is_dropped(brought: Bring, name: str) -> None:
    pieces = brought(name, old_notes.OLD_NOTES[name]())
    # What has no words in the file's own text is told apart by what stands in it.
    whole = "\n".join(one.text for one in pieces)
    for text in KEPT.get(name, ()):
        assert text in whole, text
    assert {one.title for one in pieces if one.state == "waits"} >= WAITING.get(name, set())
    # Most of it finds its section by itself: that is what the leaver gains.
    assert any(one.state == "placed" or one.proposed for one in pieces)


def test_headings_bring_their_text_to_its_section_and_the_rest_waits(browser_of: Open, app: Flask, note: str) -> None:
    leaver = browser_of("leaver")
    page = send(leaver, note, "Overdracht.docx", samples.plain_word())
    assert "parts stand in their sections now" in page
    said, pieces = texts_of(app, note)
    # Below what she wrote herself, with the list as deep as it was.
    assert "Het oude verdrag.\n\n### " in said
    assert "- Het verdrag zelf\n    - Artikel 36 eerst\n- Het jaarverslag" in said
    assert "| Coördinatie | donderdag \\| 08:30 | EU-delegatie |" in said
    waiting = {one.title: one for one in pieces if one.state == "waits"}
    assert set(waiting) == {"Overdrachtsnotitie Genève", "3. Diversen"}
    assert "De koffie op de derde verdieping" in page
    piece = waiting["3. Diversen"]
    leaver.post(f"/handovers/{note}/tray/{piece.id}", **{f"{piece.id}-target": "10:tips"})
    assert "De koffie" in texts_of(app, note)[0]
    # A second tab that still shows it does not place it twice.
    again = leaver.post(f"/handovers/{note}/tray/{piece.id}", status=409, **{f"{piece.id}-target": "7"})
    assert "placed already" in again
    assert texts_of(app, note)[0].count("De koffie") == 1


def test_own_styles_lines_in_bold_and_forms_are_headings_too(browser_of: Open, app: Flask, note: str) -> None:
    leaver = browser_of("leaver")
    for name in ("kop.docx", "bold.docx", "form.docx"):
        send(leaver, note, name, samples.GOOD[name]())
    with app.app_context():
        begin("read")
        handover = session().get_one(Handover, note)
        texts = {one.number: one.text for one in handover.texts}
        assert "Bel eerst de voorzitter" in handover.advice
        assert "### Over de delegatie" in handover.advice
        assert "Fiets naar het Palais" in handover.tips
        assert "voorzitter aanblijft" in texts[11]
        assert "gedeelde map" in texts[7]
        assert "Noor kent iedereen" in texts[6]
        # She said that there is no money: that is her answer, and the text waits.
        assert next(one for one in handover.texts if one.number == 9).none
    waiting = {one.title for one in texts_of(app, note)[1] if one.state == "waits"}
    assert waiting == {"Geld", "Losse eindjes", "Bijzonderheden"}


def test_what_stands_in_a_cell_reads_on_in_one_line(browser_of: Open, app: Flask, note: str) -> None:
    send(browser_of("leaver"), note, "cells.docx", samples.GOOD["cells.docx"]())
    said, _pieces = texts_of(app, note)
    assert "First paragraph / Second paragraph / call first; then write; 1. never both |" in said


def test_what_word_does_not_show_at_once_comes_too(browser_of: Open, app: Flask, note: str) -> None:
    leaver = browser_of("leaver")
    send(leaver, note, "a.docx", samples.tracked_changes())
    page = send(leaver, note, "b.docx", samples.with_footnotes())
    said, pieces = texts_of(app, note)
    assert "Lees vooral het slotdocument." in said
    assert "op de schijf (1)." in said
    assert "(1) Sinds de verhuizing van 2025." in said
    assert "(picture: Plattegrond van de verdieping)" in said
    assert "Kader: bel de beheerder" in said
    assert "de map (https://archief.example/map)" in said
    apart = {one.source: one.text for one in pieces if one.state == "waits"}
    assert apart["struck"] == "nooit de bijlage"
    assert apart["comment"] == "Noor: Klopt dit nog?"
    assert apart["head"] == "Conceptversie van Femke"
    assert "struck out in the file" in page
    assert "a comment in the file" in page


def test_what_is_said_of_a_dossier_is_offered_for_that_dossier(
    browser_of: Open, app: Flask, note: str, seat: Seat
) -> None:
    leaver = browser_of("leaver")
    page = send(leaver, note, "dossiers.docx", samples.english_dossiers())
    pieces = {one.title: one for one in texts_of(app, note)[1]}
    assert pieces["Autonomous weapons"].proposed == f"2:{seat.urgent}"
    assert pieces["Risks"].proposed == f"2:{seat.urgent}:difficulties"
    assert pieces["Small arms"].proposed == "2"
    assert pieces["Contacts"].proposed == "4"
    assert f'<option selected value="2:{seat.urgent}:difficulties">' in page
    risks = pieces["Risks"].id
    leaver.post(f"/handovers/{note}/tray/{risks}", **{f"{risks}-target": f"2:{seat.urgent}:difficulties"})
    assert "The chair may leave in spring." in leaver.get(f"/handovers/{note}")
    # What is said of a dossier as a whole becomes a note in it, unless she chooses otherwise.
    whole = pieces["Autonomous weapons"].id
    assert f'<option selected value="2:{seat.urgent}:note">' in page
    leaver.post(f"/handovers/{note}/tray/{whole}", **{f"{whole}-target": f"2:{seat.urgent}:note"})
    assert leaver.get(f"/dossiers/{seat.urgent}", lang="en").count(">Autonomous weapons<") >= 2
    assert "Your position keeps no dossier of this name" in leaver.get(f"/handovers/{note}/tray")
    # Not to a dossier that is not hers, nor to nowhere.
    small = pieces["Small arms"].id
    for target in ("2:nothing:difficulties", "", "99", "8:x", "²"):
        leaver.post(
            f"/handovers/{note}/tray/{small}", status=404 if "nothing" in target else 422, **{f"{small}-target": target}
        )
    assert texts_of(app, note)[1][3].state == "waits"


def test_a_piece_is_thrown_away_on_purpose_and_taken_back(browser_of: Open, app: Flask, note: str) -> None:
    leaver = browser_of("leaver")
    send(leaver, note, "note.md", samples.markdown())
    piece = next(one for one in texts_of(app, note)[1] if one.title == "Onbekend hoofdstuk")
    page = leaver.post(f"/handovers/{note}/tray/{piece.id}/drop")
    assert "thrown away" in page
    assert "Back into the tray" in page
    leaver.post(f"/handovers/{note}/tray/{piece.id}/back")
    assert next(one for one in texts_of(app, note)[1] if one.id == piece.id).state == "waits"
    assert "not thrown away" in leaver.post(f"/handovers/{note}/tray/{piece.id}/back", status=409)
    # A whole file that was the wrong one goes in one step, and comes back piece by piece.
    page = leaver.post(f"/handovers/{note}/tray/files/{piece.brought_in_id}/drop", lang="en")
    assert "Nothing waits for a place" in page
    assert {one.state for one in texts_of(app, note)[1]} == {"dropped", "placed"}


def parts(*blocks: tuple[int, str], rows: list[list[str]] | None = None) -> list[tuple[str, str]]:
    """Titles and places of a file with these lines: a level, 0 the title, 9 a line in bold, -1 a paragraph."""
    known: list[dict[str, Any]] = [
        {"kind": "text" if level < 0 else "heading", "level": level, "text": text, "rows": [], "source": "body"}
        for level, text in blocks
    ]
    if rows:
        known.append({"kind": "table", "level": 0, "text": "", "rows": rows, "source": "body"})
    dossiers = {"autonome wapensystemen": "aws", "exportcontrole en dual use": "dual"}
    return [(one.title, one.target) for one in sort(known, dossiers=dossiers, names={"ritme": "5"})]


def test_a_title_and_lines_in_bold_are_told_apart() -> None:
    said = (-1, "What is said there.")
    # A title in the style of a title does not make lines in bold mere emphasis.
    flat = parts(
        *((0, "OVERDRACHT"), (9, "1. Autonome wapensystemen (LAWS)"), said, (9, "Moeilijkheden"), said),
        *((9, "Exportcontrole"), said, (9, "4. Terugkerende vergaderingen"), said, (9, "Losse eindjes"), said),
    )
    assert flat == [
        ("OVERDRACHT", ""),
        ("1. Autonome wapensystemen (LAWS)", "2:aws"),
        ("Moeilijkheden", "2:aws:difficulties"),
        ("Exportcontrole", "2:dual"),
        ("4. Terugkerende vergaderingen", "5"),
        ("Losse eindjes", ""),
    ]
    # One heading above all others is a title too; a chapter that nobody knows stays whole.
    deep = parts((1, "Overdracht 2023"), (2, "Ritme"), said, (2, "Haven"), (3, "Kade"), said, (3, "Schip"), said)
    assert deep == [("Overdracht 2023", ""), ("Ritme", "5"), ("Haven", "")]


def test_a_form_about_a_dossier_is_taken_apart() -> None:
    rows = [["Onderwerp", "Autonome wapensystemen"], ["Stand", "Stil"], ["Partners", "Ierland"], ["Risico's", "Veto"]]
    assert parts(rows=rows) == [
        ("Autonome wapensystemen", "2:aws"),
        ("Partners", "2:aws:partners"),
        ("Risico's", "2:aws:difficulties"),
    ]


def test_the_same_file_is_not_taken_in_twice(browser_of: Open, app: Flask, note: str) -> None:
    leaver = browser_of("leaver")
    send(leaver, note, "note.md", samples.markdown())
    before = texts_of(app, note)
    assert "this very file before" in send(leaver, note, "renamed.md", samples.markdown(), status=422)
    after = texts_of(app, note)
    assert (after[0], len(after[1])) == (before[0], len(before[1]))


@pytest.mark.parametrize("name", list(samples.hostile()))
def test_a_file_that_nobody_should_open_is_refused_with_the_reason(
    browser_of: Open, app: Flask, note: str, name: str
) -> None:
    content, why = samples.hostile()[name]
    page = send(browser_of("leaver"), note, name, content, status=422)
    assert why in page
    assert texts_of(app, note)[1] == []


def test_nobody_but_the_leaver_brings_in_or_sees_the_tray(browser_of: Open, note: str) -> None:
    send(browser_of("leaver"), note, "note.md", samples.markdown())
    for who in ("successor", "head", "colleague", "stranger", "hr", "admin"):
        browser = browser_of(who)
        browser.get(f"/handovers/{note}/tray", status=404)
        browser.get(f"/handovers/{note}/import", status=404)
        send(browser, note, "other.md", b"# Tips\n\nx y", status=404)


def test_nothing_comes_into_a_note_that_was_signed(browser_of: Open, app: Flask, note: str) -> None:
    leaver = browser_of("leaver")
    send(leaver, note, "note.md", samples.markdown())
    piece = next(one for one in texts_of(app, note)[1] if one.state == "waits")
    with app.app_context():
        begin("write")
        acts.sign(system(), queries.get_handover(system(), note), unchecked=True)
        session().commit()
    assert "Open it again first" in send(leaver, note, "more.md", b"# Tips\n\nLate.", status=409)
    leaver.post(f"/handovers/{note}/tray/{piece.id}", status=409, **{f"{piece.id}-target": "7"})
    assert "Late." not in texts_of(app, note)[0]


def test_a_password_in_the_file_waits_for_a_look(browser_of: Open, app: Flask, note: str) -> None:
    send(browser_of("leaver"), note, "x.md", b"# Systemen\n\nWachtwoord: Geneve2026\n")
    assert [one.state for one in texts_of(app, note)[1]] == ["waits"]


def test_a_trial_on_the_command_line_changes_nothing(
    run: Run, app: Flask, note: str, seat: Seat, tmp_path: Path
) -> None:
    file = tmp_path / "note.md"
    file.write_bytes(samples.markdown())
    told = json.loads(run("handover", "import", str(file), "--posting", seat.posting, "--dry-run", "--json").stdout)
    assert (told["placed"], told["dry_run"]) == (1, True)
    assert texts_of(app, note)[1] == []
    done = run("handover", "import", str(file), "--posting", "nothing", code=1)
    assert done.stdout == ""
    broken = tmp_path / "half.docx"
    broken.write_bytes(samples.plain_word()[:900])
    done = run("handover", "import", str(broken), "--posting", seat.posting, code=1)
    assert len(done.stderr.strip().splitlines()) == 1
