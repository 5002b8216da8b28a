"""Somebody objects to what is kept of them: who hears of it, what changes at once, and how it ends."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from expertise.audit.models import Event
from expertise.base.database import begin, session
from expertise.contacts.models import Contact
from expertise.posts.models import Position
from expertise.search.service import drain
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]
WORDS = "Niet mijn privénummer, en liever niets over mijn gezondheid."
SAYS = {
    "nl": {
        "right": "Bezwaar maken, en gewist worden. De privacyfunctionaris beslist",
        "later": "Deze dag moet nog komen.",
        "shown": f"Maakte bezwaar op 20 nov 2026: {WORDS}",
        "wrong": "Dit is niet de naam. Er is niets gewist.",
        "gone": "Gewist.",
    },
    "en": {
        "right": "To object, and to be erased. The privacy officer decides",
        "later": "This day is still to come.",
        "shown": f"Objected on 20 Nov 2026: {WORDS}",
        "wrong": "This is not the name. Nothing was erased.",
        "gone": "Erased.",
    },
}


@pytest.fixture
def contacts(app: Flask, cast: Cast) -> tuple[str, str]:
    """Two contacts of the disarmament seat, who share a surname."""
    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        made = [
            make.contact(name, kept_by=seat, retain_until=date(2027, 1, 1)).id
            for name in ("Ilse Zwerfkei", "Jan Zwerfkei")
        ]
        session().commit()
        drain()
    return made[0], made[1]


def kept_until(app: Flask, contact_id: str) -> object:
    """Until when a contact is kept."""
    with app.app_context():
        begin("read")
        return session().get_one(Contact, contact_id).retain_until


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_contact_objects_and_is_heard_until_it_is_decided(
    app: Flask, browser_of: Open, contacts: tuple[str, str], language: str
) -> None:
    says, (ilse, jan) = SAYS[language], contacts
    leaver, successor, privacy = (browser_of(who) for who in ("leaver", "successor", "privacy"))
    for one in (leaver, successor, privacy):
        one.get("/", lang=language)
    # Whoever is kept reads what they may ask, without an account.
    assert says["right"] in browser_of("nobody").get("/privacy", lang=language)

    # Ilse calls the leaver, who writes it down. A slip is told at the field, and nothing of what was typed is lost.
    refused = leaver.post(f"/contacts/{ilse}/objection", objected_on="2030-01-01", objection=WORDS, status=422)
    assert says["later"] in refused
    assert WORDS in refused
    assert says["shown"] not in leaver.get(f"/contacts/{ilse}")
    for who in ("stranger", "hr", "admin"):
        browser_of(who).post(f"/contacts/{ilse}/objection", objected_on="2026-11-20", objection=WORDS, status=404)
    page = leaver.post(f"/contacts/{ilse}/objection", objected_on="2026-11-20", objection=WORDS)
    assert says["shown"] in page

    # Whoever opens the contact is told, before they mail; the privacy officer has one to decide.
    assert says["shown"] in successor.get(f"/contacts/{ilse}")
    waiting = privacy.get("/contacts/review", which="objected")
    assert "Ilse Zwerfkei" in waiting
    assert "Jan Zwerfkei" not in waiting

    # Meeting somebody keeps them longer; not somebody who objected.
    until = kept_until(app, ilse)
    leaver.post("/contacts/log", who="Ilse Zwerfkei", summary="Koffie", on="2026-11-22", kind="meeting")
    leaver.post("/contacts/log", who="Jan Zwerfkei", summary="Koffie", on="2026-11-22", kind="meeting")
    assert kept_until(app, ilse) == until
    assert kept_until(app, jan) != until

    # Jan objects too, and thinks better of it: then nobody waits any longer.
    leaver.post(f"/contacts/{jan}/objection", objected_on="2026-11-21", objection="Alles")
    assert "Jan Zwerfkei" in privacy.get("/contacts/review", which="objected")
    leaver.post(f"/contacts/{jan}/objection", objected_on="2026-11-21", objection="")
    assert "Jan Zwerfkei" not in privacy.get("/contacts/review", which="objected")

    # The officer grants it: only by the whole name, and then on no page and in no search.
    assert says["wrong"] in privacy.post(f"/contacts/{ilse}/erase", name="Jan Zwerfkei", status=422)
    assert says["gone"] in privacy.post(f"/contacts/{ilse}/erase", name="ilse zwerfkei")
    leaver.get(f"/contacts/{ilse}", status=404)
    with app.app_context():
        drain()
    found = successor.get("/search", q="zwerfkei")
    assert "Jan Zwerfkei" in found
    assert "Ilse" not in found.partition("<main")[2]

    # What was done, and by whom, can be told; the words of the objection stand in no log.
    with app.app_context():
        begin("read")
        events = session().scalars(select(Event).where(Event.object_kind == "contact").order_by(Event.number)).all()
        done = [one.action for one in events if one.object_id == ilse]
        assert [one for one in done if one.endswith(("objected", "erased"))] == ["contact.objected", "contact.erased"]
        assert all("gezondheid" not in str(one.details) for one in events)
        assert session().get(Contact, ilse) is None
