"""Years after a handover: whoever wrote it has left the service, and so has whoever came after."""

from collections.abc import Callable
from datetime import date

import time_machine
from flask import Flask

from expertise.base.database import begin, session
from expertise.handovers import acts
from expertise.handovers.service import start_note
from expertise.people.models import Person
from expertise.posts.models import Position, Posting
from expertise.posts.service import end_posting
from tests import make
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat


def test_what_is_read_back_to_who_has_left_is_kept_and_waits_for_nobody(
    app: Flask, cast: Cast, seat: Seat, browser_of: Callable[[str], Browser]
) -> None:
    with time_machine.travel("2026-12-04 10:00+01:00", tick=True), app.app_context():
        begin("write")
        note = start_note(make.SYSTEM, session().get_one(Posting, seat.posting), language="en")
        acts.sign(make.SYSTEM, note, unchecked=True)
        acts.freeze(make.SYSTEM, note)
        path = f"/handovers/{note.id}"
        session().commit()
    with time_machine.travel("2029-03-01 10:00+01:00", tick=True):
        with app.app_context():
            begin("write")
            people = {who: session().get_one(Person, cast.people[who]) for who in ("leaver", "successor", "stranger")}
            end_posting(make.SYSTEM, session().get_one(Posting, cast.postings["successor"]), date(2029, 1, 10))
            end_posting(make.SYSTEM, session().get_one(Posting, cast.postings["stranger"]), date(2029, 1, 31))
            people["leaver"].left_on, people["successor"].left_on = date(2028, 6, 1), date(2029, 1, 10)
            make.posting(
                people["stranger"], session().get_one(Position, cast.positions["disarmament"]), date(2029, 2, 1)
            )
            session().commit()
        third = browser_of("stranger")
        page = third.get(path, lang="en")
        assert "Femke no longer comes in here: it is kept, and nobody confirms it." in page
        assert "Send for confirmation" not in page
        sent = {f"{seat.urgent}-text": "The text must not lose human control; I call the chair first."}
        page = third.post(f"{path}/dossiers/{seat.urgent}/read-back", **sent)
        assert "It is kept." in page
        assert "Sent to" not in page
        assert "1 kept, nobody confirms" in page
        assert "with Femke" not in page
        third.post(f"{path}/receive")
        assert "Received by Tijmen Oudeland" in third.get(path)
