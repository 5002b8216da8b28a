"""Introductions: planned in the note, done by either end, followed by the successor's own contact; and a letter."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.contacts.interaction_service import note_interaction
from expertise.contacts.models import Contact
from expertise.handovers.introductions import introductions_due
from expertise.handovers.service import plan_introduction, start_note
from expertise.people.models import Person
from expertise.posts.commands import viewer_of
from expertise.posts.models import Position, Posting
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]


@pytest.fixture
def planned(app: Flask, cast: Cast) -> tuple[str, str]:
    """The leaver's note with a plan to introduce Ilse Marquandt: ids of note and contact."""
    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        contact = make.contact("Ilse Marquandt", kept_by=seat, tier=1, since=date(2022, 3, 1), organisation="ICRC")
        note = start_note(make.SYSTEM, session().get_one(Posting, cast.postings["leaver"]))
        plan_introduction(make.SYSTEM, note, contact, plan="in_person", planned_on=date(2026, 12, 2), why="Decides")
        session().commit()
    return note.id, contact.id


def test_either_end_says_that_it_took_place(browser_of: Open, planned: tuple[str, str]) -> None:
    note, contact = planned
    page = browser_of("successor").get(f"/handovers/{note}/introductions", lang="en")
    assert "You have met 0 of 1 contacts" in page
    assert "It took place today" in page
    due = f'href="/handovers/{note}/introductions"'
    assert due in browser_of("leaver").get("/")
    browser_of("leaver").post(f"/handovers/{note}/introductions/{contact}", done_on="2027-03-01", status=409)
    page = browser_of("successor").post(f"/handovers/{note}/introductions/{contact}?lang=en", done_on="2026-11-23")
    assert "23 Nov 2026" in page
    assert "It took place today" not in page
    assert due not in browser_of("leaver").get("/")
    browser_of("stranger").post(f"/handovers/{note}/introductions/{contact}", done_on="2026-11-23", status=404)


def test_more_notes_with_introductions_ask_no_more_of_the_database(
    app: Flask, cast: Cast, planned: tuple[str, str], count_queries: Any
) -> None:
    def asked() -> tuple[int, int]:
        with app.test_request_context():
            begin("read")
            leaver = viewer_of(cast.email("leaver"))
            with count_queries() as sent:
                due = introductions_due(leaver)
            session().rollback()
        return len(due), len(sent)

    with app.app_context():
        one, few = asked()
        begin("write")
        note = start_note(make.SYSTEM, session().get_one(Posting, cast.postings["past"]))
        contact = session().get_one(Contact, planned[1])
        plan_introduction(make.SYSTEM, note, contact, plan="call", planned_on=date(2026, 11, 30), why="")
        session().commit()
        assert (one, asked()) == (1, (2, few))


def test_the_first_own_contact_of_the_successor_is_derived(
    browser_of: Open, app: Flask, cast: Cast, planned: tuple[str, str]
) -> None:
    note, contact = planned
    with app.app_context():
        begin("write")
        who = session().get_one(Person, cast.people["successor"])
        one = session().get_one(Contact, contact)
        # Before the posting begins it does not count.
        note_interaction(make.SYSTEM, one, on=date(2026, 11, 1), person=who)
        posting = session().get_one(Posting, cast.postings["successor"])
        posting.starts_on = date(2026, 11, 10)
        note_interaction(make.SYSTEM, one, on=date(2026, 11, 20), person=who)
        session().commit()
    assert f'href="/handovers/{note}/introductions"' not in browser_of("successor").get("/")
    page = browser_of("leaver").get(f"/handovers/{note}/introductions", lang="en")
    assert "The successor has met 1 of 1 contacts" in page
    assert "20 Nov 2026" in page


def test_who_else_sees_them_that_week_is_said(
    browser_of: Open, app: Flask, cast: Cast, planned: tuple[str, str]
) -> None:
    note, contact = planned
    browser_of("stranger").post("/contacts/log", listed=[contact], on="2026-12-04", kind="visit", anyway="1")
    page = browser_of("leaver").get(f"/handovers/{note}/introductions", lang="en")
    assert "First Secretary First Committee sees them on 4 Dec 2026" in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", ("Geachte Ilse Marquandt", "Daan Esselbrug", "2 dec 2026")), ("en", ("Dear Ilse Marquandt", "2 Dec 2026"))],
)
def test_a_letter_is_there_in_both_languages_to_print_and_as_a_file(
    browser_of: Open, planned: tuple[str, str], language: str, words: tuple[str, ...]
) -> None:
    note, contact = planned
    leaver = browser_of("leaver")
    page = leaver.get(f"/handovers/{note}/introductions/{contact}/letter", **{"in": language})
    file = leaver.get(f"/handovers/{note}/introductions/{contact}/letter", **{"in": language, "as": "file"})
    for word in words:
        assert word in page
        assert word in file
    assert leaver.page
    assert leaver.page.mimetype == "text/plain"
    browser_of("stranger").get(f"/handovers/{note}/introductions/{contact}/letter", status=404)
