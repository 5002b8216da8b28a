"""A person's calendar, and who is reminded on which day."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from icalendar import Calendar

from expertise.access.viewer import system
from expertise.base.database import begin, session
from expertise.handovers import acts, service
from expertise.people.models import Account
from expertise.posts.models import Posting
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat

Open = Callable[[str], Browser]


def address_in(page: str) -> str:
    found = re.search(r'value="http://[^/]+(/calendar/[^"]+\.ics)"', page)
    assert found, page[:500]
    return found[1]


def days_in(text: str) -> dict[str, date]:
    return {str(one["summary"]): one["dtstart"].dt for one in Calendar.from_ical(text).walk("VEVENT")}


@pytest.fixture
def note(app: Flask, cast: Cast, seat: Seat) -> str:
    """A signed note with a thing for week 1 and a promise for whoever comes."""
    from expertise.dossiers.models import Entry

    with app.app_context():
        begin("write")
        made = service.start_note(system(), session().get_one(Posting, seat.posting), language="en")
        service.write_situation(system(), made, situation="busy", week_one=[("Call Ilse", date(2027, 1, 13))])
        service.name_taker(system(), made, session().get_one(Entry, seat.promise), to_successor=True)
        acts.sign(system(), made, unchecked=True)
        session().commit()
        return made.id


def test_the_leavers_calendar_has_the_days_of_the_handover(browser_of: Open, note: str) -> None:
    leaver = browser_of("leaver")
    assert "not open" in leaver.get("/account/calendar", lang="en")
    address = address_in(leaver.post("/account/calendar"))
    page = browser_of("nobody")
    days = days_in(page.get(address))
    assert days["Last day of your posting: First Secretary Disarmament"] == date(2026, 12, 5)
    assert days["Your handover: sign it this week"] == date(2026, 11, 28)
    assert page.page
    assert page.page.content_type.startswith("text/calendar")
    # The address is shown once, and is not in the page again.
    assert address not in leaver.get("/account/calendar")


def test_the_successors_calendar_has_week_one_promises_and_what_is_asked(browser_of: Open, note: str) -> None:
    days = days_in(browser_of("nobody").get(address_in(browser_of("successor").post("/account/calendar?lang=en"))))
    assert days["Week 1: Call Ilse"] == date(2027, 1, 13)
    assert days["Promised: Working paper in French"] == date(2027, 1, 22)
    assert days["Receive the handover of Femke Wolderink"] == date(2027, 1, 25)
    assert days["Say how useful the handover of Femke Wolderink was"] == date(2027, 4, 11)


def test_an_address_that_was_replaced_closed_or_made_up_shows_nothing(browser_of: Open, app: Flask, cast: Cast) -> None:
    leaver, nobody = browser_of("leaver"), browser_of("nobody")
    first = address_in(leaver.post("/account/calendar"))
    second = address_in(leaver.post("/account/calendar"))
    nobody.get(first, status=404)
    nobody.get(second)
    nobody.get("/calendar/x.ics", status=404)
    leaver.post("/account/calendar/close")
    nobody.get(second, status=404)
    third = address_in(leaver.post("/account/calendar"))
    with app.app_context():
        begin("write")
        account = session().query(Account).where(Account.email == cast.email("leaver")).one()
        account.disabled_at = account.created_at
        session().commit()
    nobody.get(third, status=404)


def test_it_says_no_more_than_its_owner_may_see(browser_of: Open, note: str) -> None:
    days = days_in(browser_of("nobody").get(address_in(browser_of("stranger").post("/account/calendar"))))
    assert not [text for text in days if "Week 1" in text or "Promised" in text]
