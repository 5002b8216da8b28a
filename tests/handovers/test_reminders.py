"""Who leaves and who arrives is reminded by mail, once, in their own language; and what is done reminds nobody."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from expertise.access.viewer import Viewer, system
from expertise.base.database import begin, session
from expertise.base.errors import NotFound
from expertise.base.jobs import Outcome, run_due
from expertise.handovers import acts, service
from expertise.handovers.models import Receipt
from expertise.handovers.receiving import name_heir
from expertise.handovers.reminders import due_reminders, remind
from expertise.jobs import JOBS
from expertise.people.models import Account, Person
from expertise.posts.models import Position, Posting
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat
from tests.watching.conftest import letters as letters

Open = Callable[[str], Browser]
ENDS, STARTS = date(2026, 12, 5), date(2027, 1, 11)


def sent_on(app: Flask, day: date, letters: Callable[[], list[str]]) -> list[str]:
    """The letters of the reminders of a day; the job runs twice."""
    with time_machine.travel(f"{day}T07:30:00+01:00"):
        with app.app_context():
            for _time in (1, 2):
                begin("write")
                remind(system())
                session().commit()
        return sorted(one for one in letters() if "/handover" in one)


def test_it_is_a_job_of_every_day(app: Flask, seat: Seat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "jobs", [one for one in JOBS if one.name == "reminders"])
    with time_machine.travel(f"{ENDS - timedelta(days=7)}T07:30:00+01:00"), app.app_context():
        assert run_due() == [Outcome("reminders", 1)]
        assert run_due() == []


def test_the_leaver_is_reminded_once_of_each_day_and_also_when_it_was_missed(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, letters: Callable[[], list[str]]
) -> None:
    browser_of("leaver").post("/account", language="nl", theme="auto", mail="daily")
    (ninety,) = sent_on(app, ENDS - timedelta(days=90), letters)
    assert ninety.startswith(cast.email("leaver"))
    assert "Dag Femke Wolderink" in ninety
    assert "over 90 dagen" in ninety
    assert f"https://e.example/postings/{seat.posting}/handover" in ninety
    assert sent_on(app, ENDS - timedelta(days=89), letters) == []
    # The day itself was missed: it comes two days late, and says how many days there are.
    (thirty,) = sent_on(app, ENDS - timedelta(days=28), letters)
    assert "over 28 dagen" in thirty
    (seven,) = sent_on(app, ENDS - timedelta(days=7), letters)
    assert "deze week" in seven
    (today,) = sent_on(app, ENDS, letters)
    assert "laatste dag" in today
    assert sent_on(app, ENDS + timedelta(days=3), letters) == []


def test_who_comes_late_to_it_hears_only_what_counts_now(
    app: Flask, cast: Cast, seat: Seat, letters: Callable[[], list[str]]
) -> None:
    assert len(sent_on(app, ENDS - timedelta(days=6), letters)) == 1
    # The posting was made longer: then its days come again.
    with app.app_context():
        begin("write")
        session().get_one(Posting, seat.posting).ends_on = ENDS + timedelta(days=20)
        session().commit()
    (again,) = sent_on(app, ENDS + timedelta(days=13), letters)
    assert "25 Dec 2026" in again


def test_the_successor_is_reminded_after_the_arrival_until_it_is_done(
    app: Flask, cast: Cast, seat: Seat, letters: Callable[[], list[str]]
) -> None:
    with app.app_context():
        begin("write")
        made = service.start_note(system(), session().get_one(Posting, seat.posting), language="en")
        acts.sign(system(), made, unchecked=True)
        assert due_reminders(system(), ENDS - timedelta(days=7)) == []
        assert [one.kind for one in due_reminders(system(), ENDS)] == ["leaves_today"]
        acts.freeze(system(), made)
        assert due_reminders(system(), ENDS) == []
        session().commit()
        note = made.id
    (receive,) = sent_on(app, STARTS + timedelta(days=14), letters)
    assert receive.startswith(cast.email("successor"))
    assert f"https://e.example/handovers/{note}" in receive
    with app.app_context():
        begin("write")
        session().add(Receipt(handover_id=note, person_id=cast.people["successor"]))
        session().commit()
    (score,) = sent_on(app, STARTS + timedelta(days=91), letters)
    assert f"https://e.example/handovers/{note}/score" in score


def test_whoever_left_the_service_or_wants_no_mail_gets_none(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, letters: Callable[[], list[str]]
) -> None:
    browser_of("leaver").post("/account", language="en", theme="auto", mail="none")
    assert sent_on(app, ENDS - timedelta(days=30), letters) == []
    # It stands on her desk all the same.
    assert f"/postings/{seat.posting}/handover" in browser_of("leaver").get("/")
    with app.app_context():
        begin("write")
        session().query(Account).where(Account.person_id == cast.people["leaver"]).one().mail = "daily"
        session().get_one(Person, cast.people["leaver"]).left_on = ENDS - timedelta(days=8)
        session().commit()
    # Nothing goes to her any more.
    assert [one for one in sent_on(app, ENDS - timedelta(days=7), letters) if cast.email("leaver") in one] == []


def test_where_the_leaver_has_no_account_any_more_the_head_or_who_acts_is_asked_to_freeze_it(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, letters: Callable[[], list[str]]
) -> None:
    with app.app_context():
        begin("write")
        session().query(Account).where(Account.person_id == cast.people["leaver"]).one().disabled_at = datetime(
            2026, 11, 1, tzinfo=UTC
        )
        session().commit()
    # Nobody writes in her name before the last week.
    assert sent_on(app, ENDS - timedelta(days=30), letters) == []
    browser_of("head").post("/account", language="nl", theme="auto", mail="daily")
    (asked,) = sent_on(app, ENDS - timedelta(days=6), letters)
    assert asked.startswith(cast.email("head"))
    assert "Femke Wolderink kan de overdracht" in asked
    assert f"https://e.example/postings/{seat.posting}/handover" in asked
    # Somebody acts from now on: then it is theirs to do.
    with app.app_context():
        begin("write")
        made = service.start_note(system(), session().get_one(Posting, seat.posting), language="en")
        service.write_header(system(), made, acting=session().get_one(Person, cast.people["colleague"]), language="en")
        session().commit()
        note = made.id
    (acting,) = sent_on(app, ENDS + timedelta(days=1), letters)
    assert acting.startswith(cast.email("colleague"))
    assert f"https://e.example/handovers/{note}/freeze" in acting
    assert sent_on(app, ENDS + timedelta(days=2), letters) == []


def test_who_has_another_position_that_it_is_for_is_reminded_too_once_both_are_there(
    app: Flask, cast: Cast, seat: Seat, letters: Callable[[], list[str]]
) -> None:
    frozen = ENDS - timedelta(days=1)
    with time_machine.travel(f"{frozen}T09:00:00+01:00"), app.app_context():
        begin("write")
        made = service.start_note(system(), session().get_one(Posting, seat.posting), language="en")
        name_heir(system(), made, session().get_one(Position, cast.positions["adviser"]))
        acts.sign(system(), made, unchecked=True)
        acts.freeze(system(), made)
        session().commit()
        note = made.id
    assert sent_on(app, frozen + timedelta(days=13), letters) == []
    (receive,) = sent_on(app, frozen + timedelta(days=14), letters)
    assert receive.startswith(cast.email("colleague"))
    assert f"https://e.example/handovers/{note}" in receive
    with app.app_context():
        begin("write")
        session().add(Receipt(handover_id=note, person_id=cast.people["colleague"]))
        session().commit()
    told = sent_on(app, frozen + timedelta(days=90), letters)
    assert [one.startswith(cast.email("colleague")) and "/score" in one for one in told] == [True]


def test_only_the_installation_asks_who_is_due(seat: Seat, as_: Callable[[str], Viewer]) -> None:
    with pytest.raises(NotFound):
        due_reminders(as_("hr"), ENDS)
