"""What does not go by the book, case by case.

overlap                       test_overlap_he_reads_back_beside_her_...
gap, acting holder            test_in_the_gap_the_acting_holder_receives_...; test_checks.py asks for an acting holder
successor named late          the same: the note that was received opens again, with what changed since
several successors            test_a_seat_that_is_split_and_abolished_has_two_...
position split or abolished   the same; test_reminders.py: whoever holds the other position is reminded
posting ended early           test_ended_early_without_a_word_written_...
leaver without account        the same; test_reminders.py: who acts, or else the head, is asked to freeze it
absence                       test_while_she_is_away_who_stands_in_...
head of the post              test_the_head_sees_what_blocks_...
nobody at all                 test_rights.py: the head freezes what nobody wrote; it waits for whoever comes
"""

import re
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from flask import Flask

from expertise.base.database import begin, session
from expertise.dossiers.models import Dossier
from expertise.dossiers.service import give_to_keep
from expertise.handovers import acts
from expertise.handovers.models import Handover
from expertise.people.models import Account, Person
from expertise.posts.absences import record_absence
from expertise.posts.models import Position, Posting
from expertise.posts.service import abolish_position
from tests import make
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat
from tests.handovers.test_lessons import sign_and_freeze
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]
JANUARY = "2027-01-12T09:00:00+01:00"


def read_back(who: Browser, note: str, dossier: str) -> str:
    """Two sentences on one dossier."""
    return who.post(f"{note}/dossiers/{dossier}/read-back", **{f"{dossier}-text": "We hold on; I call Ilse first."})


def with_the_cast(app: Flask, change: Callable[[], object]) -> None:
    """Something that personnel records, past its pages."""
    with app.app_context():
        begin("write")
        change()
        session().commit()


def state_of(app: Flask, note: str) -> str:
    with app.app_context():
        begin("read")
        return session().get_one(Handover, note[-12:]).state_on(date(2027, 1, 12))


def test_overlap_he_reads_back_beside_her_and_receives_once_it_is_frozen(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat
) -> None:
    with_the_cast(
        app, lambda: setattr(session().get_one(Posting, cast.postings["successor"]), "starts_on", date(2026, 11, 2))
    )
    leaver, successor = browser_of("leaver"), browser_of("successor")
    note = begin_note(leaver, seat)
    assert "overlap of 33 days" in successor.get(note, lang="en")
    # Both hold the seat; the note stays hers.
    successor.get(f"{note}/edit", status=404)
    successor.get(f"{note}/freeze", status=404)
    assert "with Femke" in read_back(successor, note, seat.urgent)
    page = leaver.get(note, lang="en")
    assert "with you" in page
    assert "with Femke" not in page
    confirm = re.search(r"/read-backs/\w{12}/confirm", leaver.get(note))
    assert confirm
    leaver.post(f"{note}{confirm[0]}")
    assert "not frozen yet" in successor.post(f"{note}/receive")
    sign_and_freeze(app, note)
    assert "Received by Daan Esselbrug" in successor.post(f"{note}/receive")


@pytest.mark.parametrize(
    ("language", "again"),
    [("en", "Open again for Daan Esselbrug"), ("nl", "Weer open voor Daan Esselbrug")],
)
def test_in_the_gap_the_acting_holder_receives_and_it_opens_again_for_a_successor_named_late(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, language: str, again: str
) -> None:
    # Nobody is named yet.
    with_the_cast(
        app, lambda: setattr(session().get_one(Posting, cast.postings["successor"]), "status", "never_served")
    )
    leaver, colleague = browser_of("leaver"), browser_of("colleague")
    note = begin_note(leaver, seat)
    header = {"acting": cast.people["colleague"], "language": "en", "marking": "auto", "version": "0"}
    leaver.post(f"{note}/edit/0", **header)
    sign_and_freeze(app, note)
    with time_machine.travel("2026-12-08T09:00:00+01:00"):
        colleague = browser_of("colleague")
        read_back(colleague, note, seat.urgent)
        assert "Received by Noor Habbema" in colleague.post(f"{note}/receive")
    assert state_of(app, note) == "received"
    # In January personnel names a successor, and meanwhile a dossier changed.
    with time_machine.travel(JANUARY):

        def later() -> None:
            daan = session().get_one(Person, cast.people["successor"])
            make.posting(daan, session().get_one(Position, cast.positions["disarmament"]), date(2027, 1, 11))
            session().get_one(Dossier, seat.urgent).state_of_play = "There is a rolling text."

        with_the_cast(app, later)
        with_the_cast(app, lambda: acts.reopen_for_successors(make.SYSTEM))
        assert state_of(app, note) == "frozen"
        successor = browser_of("successor")
        page = successor.get(note, lang=language)
        assert again in page
        assert "Noor Habbema" in page
        assert 'id="since"' in page
        assert note in successor.get("/")
        read_back(successor, note, seat.urgent)
        assert again not in successor.post(f"{note}/receive")
    assert state_of(app, note) == "received"
    with_the_cast(app, lambda: acts.reopen_for_successors(make.SYSTEM))
    assert state_of(app, note) == "received"


def test_a_seat_that_is_split_and_abolished_has_two_who_each_receive_what_they_now_keep(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat
) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)

    def split() -> None:
        session().get_one(Posting, cast.postings["successor"]).status = "never_served"
        adviser = session().get_one(Position, cast.positions["adviser"])
        give_to_keep(make.SYSTEM, session().get_one(Dossier, seat.urgent), adviser, from_on=date(2026, 11, 1))
        newyork = session().get_one(Position, cast.positions["newyork"])
        give_to_keep(make.SYSTEM, session().get_one(Dossier, seat.restricted), newyork, from_on=date(2026, 11, 1))

    with_the_cast(app, split)
    sign_and_freeze(app, note)
    stranger, head, colleague = browser_of("stranger"), browser_of("head"), browser_of("colleague")
    stranger.get(note, status=404)
    # The head says for whom it is as well; nobody else at the post may.
    colleague.get(f"{note}/heirs", status=404)
    for key in ("newyork", "adviser"):
        page = head.post(f"{note}/heirs", position=cast.positions[key])
        assert "reads this note now" in page
    head.post(f"{note}/heirs", position=cast.positions["vienna"], status=422)
    with time_machine.travel(JANUARY):
        with_the_cast(
            app,
            lambda: abolish_position(
                make.SYSTEM, session().get_one(Position, cast.positions["disarmament"]), on=date(2026, 12, 31)
            ),
        )
        stranger, colleague = browser_of("stranger"), browser_of("colleague")
        assert note in stranger.get("/")
        # Of what he now keeps he sees all, also where few may read.
        assert "Witnesses are heard." in stranger.get(note)
        # Nothing urgent came to him: he receives at once. It is not received before both have.
        assert "Received by Tijmen Oudeland" in stranger.post(f"{note}/receive")
        assert state_of(app, note) == "frozen"
        assert "First read back every dossier of urgency 1" in colleague.post(f"{note}/receive")
        read_back(colleague, note, seat.urgent)
        colleague.post(f"{note}/receive")
        assert state_of(app, note) == "received"
        # It was not for New York after all.
        browser_of("head").post(f"{note}/heirs/{cast.positions['newyork']}/drop")
        stranger.get(note, status=404)


def test_ended_early_without_a_word_written_who_acts_freezes_it_and_it_goes_on(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat
) -> None:
    def ill() -> None:
        session().get_one(Posting, seat.posting).ends_on = date(2026, 11, 20)
        colleague = session().get_one(Person, cast.people["colleague"])
        make.posting(
            colleague, session().get_one(Position, cast.positions["disarmament"]), date(2026, 11, 21), acting=True
        )
        # She has no account any more.
        account = session().query(Account).where(Account.person_id == cast.people["leaver"]).one()
        account.disabled_at = account.created_at

    with_the_cast(app, ill)
    colleague = browser_of("colleague")
    colleague.post(f"/postings/{seat.posting}/handover/freeze", reason="", status=422)
    page = colleague.post(f"/postings/{seat.posting}/handover/freeze", reason="She was flown home.")
    assert "She was flown home." in page
    # What was recorded of the seat is in it.
    assert "The chair wants a rolling text." in page
    with time_machine.travel(JANUARY):
        successor = browser_of("successor")
        note = re.search(r"/handovers/\w{12}", successor.get("/"))
        assert note
        page = successor.get(note[0])
        assert "no longer comes in here" in page
        assert f"/positions/{cast.positions['disarmament']}/ask" in page
        read_back(successor, note[0], seat.urgent)
        assert "Received by Daan Esselbrug" in successor.post(f"{note[0]}/receive")


def test_while_she_is_away_who_stands_in_reads_along_and_freezes_in_need_and_writes_nothing(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat
) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    browser_of("colleague").get(note, status=404)

    def away() -> None:
        seat_of = session().get_one(Position, cast.positions["disarmament"])
        colleague = session().get_one(Person, cast.people["colleague"])
        record_absence(make.SYSTEM, seat_of, colleague, starts_on=date(2026, 11, 20), ends_on=date(2026, 12, 2))

    with_the_cast(app, away)
    colleague = browser_of("colleague")
    assert "Autonomous weapons" in colleague.get(note)
    colleague.get(f"{note}/edit", status=404)
    assert "She fell ill." in colleague.post(f"{note}/freeze", reason="She fell ill.")


@pytest.mark.parametrize(
    ("language", "missing", "undone", "comment"),
    [
        ("en", "Name one to three things", "Where it stands and the next step must", "You may comment"),
        ("nl", "Noem één tot drie dingen", "Waar het staat en de volgende stap", "Je kunt er iets bij"),
    ],
)
def test_the_head_sees_what_blocks_comments_on_what_is_signed_and_holds_nothing(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, language: str, missing: str, undone: str, comment: str
) -> None:
    leaver, head = browser_of("leaver"), browser_of("head")
    note = begin_note(leaver, seat)
    page = head.get("/posts/GEN-PV/handovers", lang=language)
    assert missing in page
    # Judged by the dossiers that the head may read, not as if the seat kept none.
    assert undone in page
    assert "/edit/2" not in page
    # What is missing, and never of which closed dossier, or what is there.
    assert "Attribution" not in page
    assert "The chair wants" not in page
    assert "/posts/GEN-PV/handovers" in head.get("/")
    for who in ("leaver", "hr", "admin", "colleague"):
        browser_of(who).get("/posts/GEN-PV/handovers", status=404)
    head.get("/posts/NYC-PV/handovers", status=404)
    head.get(f"{note}/remarks", status=404)
    with app.app_context():
        begin("write")
        acts.sign(make.SYSTEM, session().get_one(Handover, note[-12:]), unchecked=True)
        session().commit()
    assert comment in head.get("/")
    head.post(f"{note}/remarks", place="1", text="March is later than you think.")
    assert comment not in head.get("/")
    assert "March is later than you think." in leaver.get(f"{note}/sign")
    # She opens it again, changes it or not, and signs without asking anybody.
    leaver.post(f"{note}/open-again")
    head.get(note, status=404)
    head.get(f"{note}/remarks", status=404)
    sign_and_freeze(app, note)
    assert "March is later than you think." in browser_of("successor").get(note)
