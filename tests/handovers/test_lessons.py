"""Lessons: a part of the note with readers of its own, on pages, in files and in search."""

from collections.abc import Callable
from datetime import date
from io import BytesIO

import pypdfium2
import pytest
import time_machine
from flask import Flask

from expertise.base.database import begin, session
from expertise.domains.models import Domain
from expertise.domains.service import end_keeper, file_position, name_keeper
from expertise.dossiers.models import Dossier
from expertise.handovers import acts
from expertise.handovers.models import Handover
from expertise.people.models import Person
from expertise.posts.models import Position
from expertise.search.service import drain
from tests import make
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]
SECRET = "Zandloper"
NOTED = "Never table a text on a Friday"


@pytest.fixture
def domain(app: Flask, cast: Cast, seat: Seat) -> str:
    """The stranger in New York keeps the theme of the seat; the leaver noted two lessons, one where few may read."""
    with app.app_context():
        begin("write")
        made = make.domain("arms", "Wapenbeheersing", "Arms control")
        file_position(make.SYSTEM, session().get_one(Position, cast.positions["disarmament"]), [made])
        name_keeper(make.SYSTEM, made, session().get_one(Person, cast.people["stranger"]))
        leaver = session().get_one(Person, cast.people["leaver"])
        for dossier_id, title in ((seat.urgent, NOTED), (seat.restricted, "Witnesses fear the press")):
            dossier = session().get_one(Dossier, dossier_id)
            make.entry(dossier, title, by=leaver, kind="lesson", date=date(2026, 3, 2), language="en")
        session().commit()
        return made.id


def sign_and_freeze(app: Flask, note: str) -> None:
    """Past the checks, which are another story."""
    with app.app_context():
        begin("write")
        handover = session().get_one(Handover, note.rsplit("/", 1)[1])
        acts.sign(make.SYSTEM, handover, unchecked=True)
        acts.freeze(make.SYSTEM, handover)
        session().commit()
        drain()


@pytest.mark.parametrize(("language", "warns"), [("en", "There are no lessons yet"), ("nl", "Er zijn nog geen lessen")])
def test_lessons_are_read_by_the_seat_and_by_who_keeps_its_theme_and_by_nobody_else(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, language: str, warns: str, request: pytest.FixtureRequest
) -> None:
    leaver, successor, keeper = browser_of("leaver"), browser_of("successor"), browser_of("stranger")
    leaver.get("/", lang=language)
    note = begin_note(leaver, seat)
    assert warns in leaver.get(f"{note}/edit")
    request.getfixturevalue("domain")
    # What she noted in her dossiers counts, and the warning goes.
    assert warns not in leaver.get(f"{note}/edit")
    page = leaver.get(f"{note}/edit/12")
    assert "Tijmen Oudeland" in page
    assert NOTED in page
    leaver.post(f"{note}/edit/12", version="0", obstacles=f"{SECRET}: three clearances", to_domain="Speak first")
    leaver.post(f"{note}/edit/12", version="1", obstacles=f"{SECRET}: four clearances", to_domain="Speak first")
    assert "three clearances" in leaver.get(f"{note}/edit/12/history")
    # Until she signs nobody else reads them, though the successor reads the note.
    assert SECRET not in successor.get(note)
    for one in (successor, keeper, browser_of("head")):
        one.get(f"{note}/lessons", status=404)
    sign_and_freeze(app, note)
    for one in (leaver, successor):
        assert SECRET in one.get(note)
    assert SECRET in keeper.get(f"{note}/lessons")
    keeper.get(note, status=404)
    assert note in keeper.get("/domains/arms")
    # Of what was noted where few may read, the keeper of the theme sees nothing.
    assert "Witnesses" in successor.get(f"{note}/lessons")
    assert NOTED in keeper.get(f"{note}/lessons")
    assert "Witnesses" not in keeper.get(f"{note}/lessons")
    head = browser_of("head")
    assert "Autonomous weapons" in head.get(note)
    assert SECRET not in head.get(note)
    head.get(f"{note}/lessons", status=404)
    assert SECRET in successor.get(f"/search?q={SECRET}")
    assert SECRET in keeper.get(f"/search?q={SECRET}")
    assert "clearances" not in head.get(f"/search?q={SECRET}")
    # A remark beside the lessons is as closed as they are.
    successor.post(f"{note}/remarks", place="12", text="The fifth clearance is new")
    assert "fifth clearance" in successor.get(note)
    assert "fifth clearance" not in head.get(note)
    head.post(f"{note}/remarks", place="12", text="What is there?", status=422)


def test_files_carry_lessons_for_their_readers_alone(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, domain: str
) -> None:
    leaver, head = browser_of("leaver"), browser_of("head")
    note = begin_note(leaver, seat)
    leaver.post(f"{note}/edit/12", version="0", to_headquarters=f"{SECRET}: fewer clearances")
    sign_and_freeze(app, note)
    successor = browser_of("successor")

    def text(who: Browser, form: str) -> str:
        content = who.client.get(f"{note}/file/{form}").data
        if form == "pdf":
            return "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
        return str(content.decode())

    for form in ("pdf", "html"):
        assert SECRET in text(successor, form)
        assert SECRET not in text(head, form)
    assert b"content.json" in successor.client.get(f"{note}/file/package?sensitive=1").data
    # What was hashed has the lessons in it: who does not read those gets the texts without it.
    assert b"content.json" not in head.client.get(f"{note}/file/package?sensitive=1").data


def test_who_keeps_the_theme_no_longer_reads_no_lessons(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, domain: str
) -> None:
    leaver, keeper = browser_of("leaver"), browser_of("stranger")
    note = begin_note(leaver, seat)
    leaver.post(f"{note}/edit/12", version="0", to_domain=f"{SECRET} first")
    sign_and_freeze(app, note)
    assert SECRET in keeper.get(f"/search?q={SECRET}")
    with app.app_context():
        begin("write")
        end_keeper(make.SYSTEM, session().get_one(Domain, domain), cast.people["stranger"])
        session().commit()
        drain()
    keeper.get(f"{note}/lessons", status=404)
    assert "first" not in keeper.get(f"/search?q={SECRET}")


def test_a_note_that_was_frozen_before_lessons_were_a_part_reads_as_it_did(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat
) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    sign_and_freeze(app, note)
    with app.app_context():
        begin("write")
        handover = session().get_one(Handover, note.rsplit("/", 1)[1])
        assert handover.frozen
        old = {key: value for key, value in handover.frozen.content.items() if key != "lessons"}
        handover.frozen.content = old
        handover.content_hash = acts.hash_of(old)
        session().commit()
    with time_machine.travel("2027-01-11T09:00:00+01:00"):
        assert "unaltered since" in browser_of("successor").get(note)


def test_lessons_that_she_wrote_in_a_file_before_come_to_their_place(browser_of: Open, cast: Cast, seat: Seat) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    written = "# Geleerde lessen\n\nKlein begonnen.\n\n# Aanbevelingen aan Den Haag\n\nEén ministerie, niet vier.\n"
    leaver.post(f"{note}/import", file=(BytesIO(written.encode()), "oud.md"))
    page = leaver.get(f"{note}/edit/12")
    assert page.index("Klein begonnen.") < page.index('name="obstacles"')
    assert page.index('name="to_headquarters"') < page.index("Eén ministerie, niet vier.")
