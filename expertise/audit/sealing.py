"""The sealer: links committed events to the chain, and keeps its head outside the database (docs/adr/0084).

On SQLite, where writers come one after the other, just before the commit; on PostgreSQL just after it, in a transaction
of its own. Whatever committed session holds an event brings it about, so no verb, job or command needs to think of it.
What a process committed it knows by number and stamp until it is linked: what is not there then is said in the chain.
"""

import hashlib
import hmac
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import bindparam, event, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction

from expertise.audit import head as heads
from expertise.audit.chain import GONE, Head, is_stamped, link_of, stamp_of
from expertise.audit.models import Event
from expertise.base import clock
from expertise.base.database import engine, own_transaction

log = structlog.get_logger(__name__)
# In a session's info: events that it holds; of those that no savepoint can undo any more number and stamp, which take
# little room where an import writes thousands; and the head that its commit will have reached.
_HELD = "audit_held"
_WRITTEN = "audit_written"
_REACHED = "audit_reached"
# Which of PostgreSQL's advisory locks is ours: any number, the same in every process.
LOCK = 3_201_126
_EVENTS = Event.__table__
_LAST = select(func.max(Event.sealed)).scalar_subquery()
_WAITING_AND_ENDS = select(_EVENTS).where(
    or_(Event.sealed.is_(None), Event.sealed == _LAST, Event.sealed == bindparam("kept"))
)
_LINK = (
    update(_EVENTS)  # type: ignore[arg-type]  # a model's table is declared as any FROM clause
    .where(_EVENTS.c.number == bindparam("_number"))
    .values(sealed=bindparam("_sealed"), link=bindparam("_link"))
)


@dataclass(frozen=True)
class Sealer:
    """What an application seals with, and where it keeps the head."""

    key: bytes
    path: Path
    # What this process committed and did not see linked yet: stamps by number. PostgreSQL only.
    written: dict[int, str] = field(default_factory=dict)


def set_up(app: Flask, secret_key: str, path: Path) -> None:
    """Give the application its key and the place of its head."""
    key = hmac.new(secret_key.encode(), b"stamps of events", hashlib.sha256).digest()
    app.extensions["audit"] = Sealer(key, path)


def the_sealer() -> Sealer:
    """That of this application."""
    found: Sealer = current_app.extensions["audit"]
    return found


def note(into: Session, event: Event) -> None:
    """An event that this session is to write."""
    into.info.setdefault(_HELD, []).append(event)


def seal(into: Session) -> Head | None:
    """Link what waits, in this transaction; the head that is then to be kept, or None where the kept one is denied.

    What has no right stamp is left where it is: `expertise audit verify` names it.
    """
    sealer = the_sealer()
    kept = _kept(sealer.path)
    rows = list(into.execute(_WAITING_AND_ENDS, {"kept": kept.sealed if kept else 0}))
    chained = {row.sealed: row.link for row in rows if row.sealed is not None}
    end = max((Head(place, link) for place, link in chained.items()), key=lambda one: one.sealed, default=Head())
    links: list[dict[str, Any]] = []
    for row in sorted((row for row in rows if row.sealed is None), key=lambda row: row.number):
        if not is_stamped(sealer.key, row):
            log.error("an event that the application did not write", number=row.number)
            continue
        end = Head(end.sealed + 1, link_of(end.link, row))
        links.append({"_number": row.number, "_sealed": end.sealed, "_link": end.link})
    if links:
        into.connection().execute(_LINK, links)
    if kept and kept.sealed and chained.get(kept.sealed) != kept.link:
        log.error("the chain of events does not hold the head that was kept", place=kept.sealed)
        return None
    return end


def _kept(path: Path) -> Head | None:
    try:
        return heads.read(path)
    except (heads.Unreadable, OSError):
        # No place holds this link, so nothing is written over it, and whoever verifies is told.
        return Head(-1, "")


def keep(end: Head | None) -> None:
    """Keep the head outside the database. What cannot be kept is logged: the change itself was made."""
    if end is None:
        return
    try:
        heads.advance(the_sealer().path, end)
    except (heads.Unreadable, OSError):
        log.exception("the head of the chain of events cannot be kept")


def seal_apart() -> None:
    """Link what waits, in a transaction of its own: after a commit on PostgreSQL, after a crash, by command."""
    written = the_sealer().written
    with own_transaction() as own:
        if engine().dialect.name == "postgresql":
            own.execute(select(func.pg_advisory_xact_lock(LOCK)))
        looked_for = dict(written)
        _say_what_is_gone(own, looked_for)
        end = seal(own)
    for number in looked_for:
        written.pop(number, None)
    keep(end)


def _say_what_is_gone(into: Session, written: dict[int, str]) -> None:
    """Write down which events this process committed and are not there as it wrote them; they cannot be linked."""
    if not written:
        return
    near = select(Event.number, Event.stamp).where(Event.number.between(min(written), max(written)))
    there = {number: stamp for number, stamp in into.execute(near) if number in written}
    for number, stamp in written.items():
        if there.get(number) == stamp:
            continue
        log.error("an event was taken away or changed before it was linked", number=number)
        gone = Event(at=clock.now(), action=GONE, object_kind="event", result="found", details={"number": number})
        gone.address = gone.address_key = ""
        gone.stamp = stamp_of(the_sealer().key, gone)
        into.add(gone)
    into.flush()


def begin_head_anew() -> None:
    """Keep the head of the chain that was put back; the one kept before stays in a file beside it."""
    with own_transaction() as own:
        last = select(Event.sealed, Event.link).where(Event.sealed == _LAST)
        row = own.execute(last).one_or_none()
    heads.replace(the_sealer().path, Head(row.sealed, row.link) if row else Head())


@event.listens_for(Session, "after_flush_postexec")
def _after_flush(session: Session, *_: Any) -> None:
    if _HELD in session.info and not session.in_nested_transaction():
        # What a savepoint undid is in the session no longer.
        held = [one for one in session.info.pop(_HELD) if one in session]
        session.info.setdefault(_WRITTEN, {}).update((one.number, one.stamp) for one in held)


@event.listens_for(Session, "after_transaction_end")
def _after_end(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        for name in (_HELD, _WRITTEN):
            session.info.pop(name, None)


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.in_nested_transaction() or not (_HELD in session.info or _WRITTEN in session.info):
        return
    session.flush()
    _after_flush(session)
    if session.get_bind().dialect.name == "sqlite":
        session.info[_REACHED] = seal(session)


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    if session.in_nested_transaction() or _WRITTEN not in session.info:
        return
    written = session.info.pop(_WRITTEN)
    if session.get_bind().dialect.name == "sqlite":
        keep(session.info.pop(_REACHED, None))
        return
    the_sealer().written.update(written)
    try:
        seal_apart()
    except SQLAlchemyError:
        # It is committed, and stamped; the next one links it.
        log.exception("events wait to be sealed")
