"""A person's calendar: the secret address at which it stands, and the feed itself (iCalendar)."""

import hashlib
import secrets
from datetime import timedelta

from icalendar import Calendar, Event
from sqlalchemy import delete, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.handovers.dates import Date
from expertise.handovers.models_beside import CalendarKey

FRESH_FOR = timedelta(hours=6)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def make_key(viewer: Viewer) -> str:
    """A new secret for the viewer's calendar, told once; the old address no longer works."""
    require(viewer, "account.own")
    _forget(viewer)
    key = secrets.token_urlsafe(24)
    made = CalendarKey(account_id=viewer.account_id, key_hash=_hash(key), at=clock.now())
    session().add(made)
    session().flush()
    record(viewer, "calendar.opened", made)
    return key


def revoke_key(viewer: Viewer) -> None:
    """Close the calendar: its address no longer works."""
    require(viewer, "account.own")
    _forget(viewer)
    record(viewer, "calendar.closed")


def _forget(viewer: Viewer) -> None:
    session().execute(delete(CalendarKey).where(CalendarKey.account_id == viewer.account_id))


def find_key(viewer: Viewer) -> CalendarKey | None:
    """Since when the viewer's calendar is open; its secret is known to nobody."""
    require(viewer, "account.own")
    return session().scalar(select(CalendarKey).where(CalendarKey.account_id == viewer.account_id))


def owner_of(key: str) -> CalendarKey:
    """Whose calendar stands at this address; raises NotFound, also for an account that was closed."""
    found = session().scalar(select(CalendarKey).where(CalendarKey.key_hash == _hash(key)))
    if found is None or found.account.disabled_at is not None or found.account.person.left_on is not None:
        raise NotFound("calendar")
    return found


def feed(dates: list[Date], *, name: str, root: str) -> bytes:
    """The days as iCalendar (RFC 5545): whole days, no alarms, no one invited. `root` begins each address."""
    calendar = Calendar()
    calendar.add("prodid", "-//Expertise//Handovers//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", FRESH_FOR, parameters={"value": "DURATION"})
    for one in dates:
        event = Event()
        event.add("uid", f"{one.key}@expertise")
        event.add("dtstamp", clock.now())
        event.add("dtstart", one.on)
        event.add("dtend", one.on + timedelta(days=1))
        event.add("summary", one.what)
        event.add("url", root + one.url)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    made: bytes = calendar.to_ical()
    return made
