"""Writing events: in the transaction of the change, or apart where a rollback must not lose them."""

from typing import Any

from sqlalchemy.orm import Session

from expertise.access.viewer import Viewer
from expertise.audit.models import Event
from expertise.base.database import own_transaction, session


def record(
    viewer: Viewer, action: str, thing: Any = None, *, result: str = "done", **details: str | int | bool
) -> None:
    """Note in this transaction what the viewer did to a record. Details are ids and counts, never texts."""
    _add(session(), viewer, action, thing, result, details)


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
    into.add(
        Event(
            person_id=viewer.person_id,
            account_id=viewer.account_id,
            action=action,
            object_kind=getattr(thing, "__tablename__", ""),
            object_id=getattr(thing, "id", None),
            result=result,
            address=address,
            details=details,
        )
    )
