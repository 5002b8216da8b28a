"""Writing events: in the transaction of the change, or apart where a rollback must not lose them."""

import secrets
from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from expertise.access.viewer import Viewer
from expertise.audit.chain import STRUCK, address_proof, stamp_of
from expertise.audit.models import Event
from expertise.audit.sealing import note, the_sealer
from expertise.base import clock
from expertise.base.database import is_undone, own_transaction, session

log = structlog.get_logger(__name__)
# (viewer, action, record): for a room that does something of its own when something happens in a room below.
Follower = Callable[[Viewer, str, Any], None]
_followers: dict[str, list[Follower]] = {}
# The sets of a record that say whose it is to change; a position in them may be what let a stand-in do it.
_FACES = ("keepers", "editors", "takers", "receivers")


def follow(*actions: str) -> Callable[[Follower], Follower]:
    """Register a function that is told of these events, in their transaction. It fails alone: the change is kept."""

    def register(follower: Follower) -> Follower:
        for action in actions:
            _followers.setdefault(action, []).append(follower)
        return follower

    return register


def record(
    viewer: Viewer, action: str, thing: Any = None, *, result: str = "done", **details: str | int | bool
) -> None:
    """Note in this transaction what the viewer did to a record. Details are ids and counts, never texts."""
    _add(session(), viewer, action, thing, result, details)
    for follower in _followers.get(action, ()):
        # What belongs to the change is written before the savepoint, so that undoing one never undoes the other.
        session().flush()
        try:
            with session().begin_nested():
                follower(viewer, action, thing)
        except Exception as error:
            if is_undone(error):
                raise  # the whole transaction is lost, and sent again
            log.exception("not followed", action=action)


def record_apart(
    viewer: Viewer,
    action: str,
    thing: Any = None,
    *,
    result: str = "refused",
    address: str = "",
    **details: str | int | bool,
) -> None:
    """The same in a transaction of its own."""
    with own_transaction() as own:
        _add(own, viewer, action, thing, result, details, address)


def _add(
    into: Session,
    viewer: Viewer,
    action: str,
    thing: Any,
    result: str,
    details: dict[str, Any],
    address: str = "",
) -> None:
    stood_in_for = _stood_in_for(viewer, thing, details)
    if stood_in_for:
        details = details | {"stood_in_for": stood_in_for}
    address = address or viewer.address
    event = Event(
        at=clock.now(),
        person_id=viewer.person_id,
        account_id=viewer.account_id,
        action=action,
        object_kind=getattr(thing, "__tablename__", ""),
        object_id=getattr(thing, "id", None),
        result=result,
        address=address,
        details=details,
        address_key=secrets.token_hex(16) if address else "",
    )
    event.stamp = stamp_of(the_sealer().key, event)
    into.add(event)
    note(into, event)


def strike_addresses(person_id: str) -> int:
    """Take away from where a person did what they did; the chain keeps a hash. Says of how many events."""
    session().flush()
    found = session().scalars(select(Event).where(Event.person_id == person_id, Event.address != "")).all()
    for event in found:
        event.address_key = STRUCK + address_proof(event)
        event.address = ""
    return len(found)


def _stood_in_for(viewer: Viewer, thing: Any, details: dict[str, Any]) -> str:
    """The positions that let a stand-in do this: those that record or event name, unless an own one would do."""
    if not viewer.standing_in:
        return ""
    named: set[str] = {f"position:{value}" for value in details.values()}
    named = named.union(*(getattr(thing, face, ()) for face in _FACES))
    lent = {f"position:{one}": one for one in viewer.standing_in}
    own = {one for one in viewer.tokens if one.startswith(("position:", "head:")) and one not in lent}
    return "" if named & own else ",".join(one for token, one in lent.items() if token in named)
