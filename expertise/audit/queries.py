"""Questions about events: who looked at a person's record."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.models import Event
from expertise.base.database import session
from expertise.base.errors import NotFound

LOOKED = "person.looked"


@dataclass(frozen=True)
class Look:
    """Who looked, how often, and when for the last time."""

    person_id: str
    times: int
    last: datetime


def looks_at(viewer: Viewer, person_id: str, *, limit: int = 100) -> list[Look]:
    """Who looked at a person's record, the latest first: for that person alone. One query."""
    if viewer.person_id != person_id and not viewer.is_system:
        raise NotFound(person_id)
    last = func.max(Event.at)
    query = (
        select(Event.person_id, func.count(), last)
        .where(Event.object_kind == "person", Event.object_id == person_id, Event.action == LOOKED)
        .where(Event.person_id.is_not(None))
        .group_by(Event.person_id)
        .order_by(last.desc(), Event.person_id)
        .limit(limit)
    )
    return [Look(str(row[0]), row[1], row[2]) for row in session().execute(query)]


def logged(viewer: Viewer, kind: str, record_id: str) -> list[dict[str, object]]:
    """What was done to a record, the oldest first: when and what; for whoever answers for what is kept of people."""
    require(viewer, "contact.privacy")
    query = select(Event.at, Event.action).where(Event.object_kind == kind, Event.object_id == record_id)
    return [{"at": at, "action": action} for at, action in session().execute(query.order_by(Event.number))]
