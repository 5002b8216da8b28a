"""Questions about events: who looked at a person's record, and whether what was recorded is what there is."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit import head as heads
from expertise.audit.chain import ERASED, Break, Head, follow, is_stamped
from expertise.audit.models import Event
from expertise.audit.sealing import the_sealer
from expertise.base.database import session
from expertise.base.errors import NotFound

LOOKED = "person.looked"
_EVENTS = Event.__table__


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


@dataclass(frozen=True)
class Verdict:
    """Whether the chain is whole: how many events are in it, how many wait, and the first place where it breaks."""

    sealed: int
    waiting: int
    head: Head | None  # that was kept outside the database
    broken: Break | None

    @property
    def whole(self) -> bool:
        """Nothing was changed, dropped, added or reordered, as far as the kept head reaches."""
        return self.broken is None


def verify(viewer: Viewer, *, elsewhere: Path | None = None) -> Verdict:
    """Walk the whole chain, and compare its end with the head that is kept, or with a copy of it `elsewhere`.

    Raises Unreadable where that copy holds no head.
    """
    require(viewer, "installation.read")
    sealer = the_sealer()
    try:
        kept = heads.read(elsewhere or sealer.path)
    except OSError as why:
        raise heads.Unreadable(f"{elsewhere or sealer.path}: {why.strerror}") from None
    sealed = select(_EVENTS).where(Event.sealed.is_not(None)).order_by(Event.sealed)
    rows = session().execute(sealed.execution_options(yield_per=1000))
    end, broken = follow(rows, _erased(), kept)
    rows.close()
    waiting = list(session().execute(select(_EVENTS).where(Event.sealed.is_(None)).order_by(Event.number)))
    return Verdict(end.sealed, len(waiting), kept, broken or _amiss(end, kept, waiting, sealer.key))


class Altered(Exception):
    """The chain of events is not whole."""


def check(viewer: Viewer) -> int:
    """Walk the chain, for the daily job: how many events are in it. Raises Altered with the place."""
    found = verify(viewer)
    if found.broken:
        raise Altered(str(found.broken))
    return found.sealed


def _amiss(end: Head, kept: Head | None, waiting: list[Any], key: bytes) -> Break | None:
    for row in waiting:
        if not is_stamped(key, row):
            return Break(end.sealed + 1, row.number, "it waits for the chain, and the application did not write it so")
    if kept is None and end.sealed:
        return Break(end.sealed, None, "no head is kept outside the database: its end cannot be proved")
    return None


def _erased() -> frozenset[str]:
    """People whose erasure stands in the chain: what it says of them is no longer from where."""
    gone = select(Event.object_id).where(Event.action == ERASED, Event.object_kind == "person")
    return frozenset(str(one) for one in session().scalars(gone.where(Event.sealed.is_not(None))))


@dataclass(frozen=True)
class Tip:
    """The end of the chain, as it can be told at once: whether the kept head stands in it, and the last sealing."""

    sealed: int
    waiting: int
    head: Head | None
    held: bool


def tip(viewer: Viewer) -> Tip:
    """The end of the chain beside the head that is kept, without walking it."""
    require(viewer, "installation.read")
    sealed, waiting = session().execute(select(func.max(Event.sealed), func.count() - func.count(Event.sealed))).one()
    try:
        kept = heads.read(the_sealer().path)
    except (heads.Unreadable, OSError):
        kept = None
    link = session().scalar(select(Event.link).where(Event.sealed == kept.sealed)) if kept else None
    held = link == kept.link if kept and kept.sealed else not sealed
    return Tip(sealed or 0, waiting, kept, held)


def security_events(viewer: Viewer, *, limit: int = 50) -> list[Event]:
    """What happened to accounts, tokens, backups and people's data, and what was refused: the latest first."""
    require(viewer, "installation.read")
    about = or_(*(Event.action.startswith(one) for one in ("account.", "token.", "backup.", "person.erased")))
    query = select(Event).where(or_(about, Event.result != "done"))
    return list(session().scalars(query.order_by(Event.number.desc()).limit(limit)))
