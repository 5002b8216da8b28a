"""Who is away, who stands in, and what the stand-in has: on those days, and not after."""

import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from expertise.audit.models import Event
from expertise.base.database import begin, session
from tests import make
from tests.conftest import Browser, Cast
from tests.posts.test_managing import field_error

Open = Callable[[str], Browser]


@pytest.fixture
def quiet(app: Flask, cast: Cast) -> str:
    """A restricted dossier of the disarmament seat."""
    with app.app_context():
        begin("write")
        seat = session().get_one(make.Position, cast.positions["disarmament"])
        made = make.dossier("Quiet talks", kept_by=seat, reach="restricted", language="en").id
        session().commit()
    return made


def stand_in(browser: Browser, cast: Cast, who: str = "stranger", *, status: int = 200, **fields: str) -> str:
    """Say at the disarmament seat that somebody stands in this week."""
    given = {"person": cast.email(who), "starts_on": "2026-11-23", "ends_on": "2026-11-27"} | fields
    return browser.post(f"/positions/{cast.positions['disarmament']}/absence", status=status, **given)


def test_the_leaver_goes_on_leave_and_a_colleague_elsewhere_has_her_work(
    app: Flask, browser_of: Open, cast: Cast, quiet: str
) -> None:
    leaver, stranger = browser_of("leaver"), browser_of("stranger")
    stranger.get(f"/dossiers/{quiet}", status=404)
    page = stand_in(leaver, cast)
    assert "Tijmen Oudeland stands in" in page
    assert "away" in browser_of("colleague").get("/posts/GEN-PV")
    assert "Tijmen Oudeland" in browser_of("colleague").get("/posts/GEN-PV")
    desk = stranger.get("/")
    assert "You stand in" in desk
    assert "for Femke Wolderink" in desk
    assert "Quiet talks" in desk
    stranger.post(f"/dossiers/{quiet}/edit", version="1", title="Quiet talks", urgency="1", language="en")
    stranger.post(f"/dossiers/{quiet}/entries/new", kind="background", title="Called", body="x", language="en")
    with app.app_context():
        begin("read")
        events = session().scalars(select(Event).where(Event.person_id == cast.people["stranger"])).all()
        told = {one.action: one.details.get("stood_in_for") for one in events}
    assert told["dossier.changed"] == told["entry.added"] == cast.positions["disarmament"]
    assert told["account.signed_in"] is None if "account.signed_in" in told else True
    # Femke is still the holder, and nobody else of New York came in with him.
    assert "Quiet talks" in leaver.get("/")
    browser_of("head").get(f"/dossiers/{quiet}")
    browser_of("colleague").get(f"/dossiers/{quiet}", status=404)


def test_it_ends_by_itself_after_the_last_day(browser_of: Open, cast: Cast, quiet: str) -> None:
    stand_in(browser_of("leaver"), cast)
    stranger = browser_of("stranger")
    with time_machine.travel("2026-11-27T23:30:00+01:00"):
        stranger = browser_of("stranger")
        assert "Quiet talks" in stranger.get("/")
    with time_machine.travel("2026-11-28T00:10:00+01:00"):
        assert "Quiet talks" not in stranger.get("/")
        stranger.get(f"/dossiers/{quiet}", status=404)


def test_it_is_not_there_before_the_first_day(browser_of: Open, cast: Cast, quiet: str) -> None:
    page = stand_in(browser_of("leaver"), cast, starts_on="2026-11-25")
    assert "to be away" in page
    browser_of("stranger").get(f"/dossiers/{quiet}", status=404)


def test_the_holder_comes_back_earlier(browser_of: Open, cast: Cast, quiet: str) -> None:
    leaver, stranger = browser_of("leaver"), browser_of("stranger")
    (ending,) = set(re.findall(r'action="(/absences/\w+/end)"', stand_in(leaver, cast)))
    stranger.get(f"/dossiers/{quiet}")
    # Who stands in does not end it, and hands it to nobody else.
    stranger.post(ending, status=404)
    stand_in(stranger, cast, "colleague", status=404)
    assert "no longer stands in" in leaver.post(ending)
    stranger.get(f"/dossiers/{quiet}", status=404)
    leaver.post(ending, status=409)


def test_it_is_over_when_the_holder_leaves(browser_of: Open, cast: Cast, quiet: str) -> None:
    stand_in(browser_of("leaver"), cast, ends_on="2026-12-31")
    with time_machine.travel("2026-12-06T09:00:00+01:00"):
        browser_of("stranger").get(f"/dossiers/{quiet}", status=404)


@pytest.mark.parametrize("who", ["head", "hr", "admin"])
def test_the_head_and_hr_say_it_for_the_holder(browser_of: Open, cast: Cast, who: str) -> None:
    assert "Tijmen Oudeland stands in" in stand_in(browser_of(who), cast)


@pytest.mark.parametrize("who", ["colleague", "stranger", "successor", "privacy"])
def test_nobody_else_says_who_stands_in(browser_of: Open, cast: Cast, who: str) -> None:
    browser = browser_of(who)
    browser.get(f"/positions/{cast.positions['disarmament']}/absence", status=404)
    stand_in(browser, cast, status=404)


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"person": "leaver@expertise.example"}, "person", "somebody else"),
        ({"person": "nobody at all"}, "person", "Nobody in the staff list"),
        ({"ends_on": ""}, "ends_on", "Fill this in"),
        ({"ends_on": "2026-11-22"}, "ends_on", "before the start"),
        ({"starts_on": "2026-11-01", "ends_on": "2026-11-20"}, "ends_on", "has passed"),
        ({"ends_on": "2028-11-22"}, "ends_on", "Longer than a year"),
    ],
)
def test_a_wrong_absence_is_refused_at_its_field(
    browser_of: Open, cast: Cast, wrong: dict[str, str], field: str, says: str
) -> None:
    assert says in field_error(stand_in(browser_of("leaver"), cast, status=422, **wrong), field)


def test_the_same_days_twice_are_refused(browser_of: Open, cast: Cast) -> None:
    leaver = browser_of("leaver")
    stand_in(leaver, cast)
    assert "already" in field_error(stand_in(leaver, cast, status=422), "starts_on")


def test_where_several_fit_the_form_offers_a_choice(browser_of: Open, cast: Cast) -> None:
    page = stand_in(browser_of("leaver"), cast, status=422, person="e")
    assert "More than one person fits" in page


def test_a_vacant_position_has_nobody_who_is_away(browser_of: Open, cast: Cast) -> None:
    hr = browser_of("hr")
    hr.post(f"/postings/{cast.postings['leaver']}/end", ends_on="2026-11-01")
    assert "Nobody holds this position" in stand_in(hr, cast, status=422)
