"""The sealer: links committed events to the chain, and keeps its head outside the database (docs/adr/0084).

On SQLite, where writers come one after the other, just before the commit; on PostgreSQL just after it, in a transaction
of its own. Whatever committed session holds an event brings it about, so no verb, job or command needs to think of it.
"""

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import bindparam, event, func, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from expertise.audit import head as heads
from expertise.audit.chain import Head, is_stamped, link_of
from expertise.audit.models import Event
from expertise.base.database import engine, own_transaction

log = structlog.get_logger(__name__)
RECORDED = "recorded"  # in a session's info: it holds an event
_REACHED = "audit_reached"  # the head that its commit will have reached
# Which of PostgreSQL's advisory locks is ours: any number, the same in every process.
_LOCK = 3_201_126
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


def set_up(app: Flask, secret_key: str, path: Path) -> None:
    """Give the application its key and the place of its head."""
    key = hmac.new(secret_key.encode(), b"stamps of events", hashlib.sha256).digest()
    app.extensions["audit"] = Sealer(key, path)


def the_sealer() -> Sealer:
    """That of this application."""
    found: Sealer = current_app.extensions["audit"]
    return found


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
    with own_transaction() as own:
        if engine().dialect.name == "postgresql":
            own.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        end = seal(own)
    keep(end)


def begin_head_anew() -> None:
    """Keep the head of the chain that was put back; the one kept before stays in a file beside it."""
    with own_transaction() as own:
        last = select(Event.sealed, Event.link).where(Event.sealed == _LAST)
        row = own.execute(last).one_or_none()
    heads.replace(the_sealer().path, Head(row.sealed, row.link) if row else Head())


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.get(RECORDED):
        return
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        session.info[_REACHED] = seal(session)


@event.listens_for(Session, "after_commit")
def _after_commit(session: Session) -> None:
    if session.in_nested_transaction() or not session.info.pop(RECORDED, False):
        return
    if session.get_bind().dialect.name == "sqlite":
        keep(session.info.pop(_REACHED, None))
        return
    try:
        seal_apart()
    except SQLAlchemyError:
        # It is committed, and stamped; the next one links it.
        log.exception("events wait to be sealed")
