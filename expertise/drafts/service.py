"""Verbs: keep what is being written, close it once it is saved or thrown away, forget what is old."""

import enum
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import changed_rows, refusing, session
from expertise.base.errors import Refused
from expertise.base.forms import ONCE
from expertise.base.marking import find_mark, refusal
from expertise.drafts.models import Draft, Fields
from expertise.drafts.tickets import FIELD, Ticket

# So many unfinished texts no person has; a program gone wild would.
MOST_DRAFTS = 300
MOST_FIELDS = 1000
MOST_NAME = 100
CLOSED_FOR = timedelta(days=1)
# What never is a text of somebody's: secrets, and what the form needs for itself.
_NEVER = ("csrf", "password", "token")


class Kept(enum.StrEnum):
    """What became of an autosave."""

    SAVED = "saved"
    OLDER = "older"  # a newer one was first
    CLOSED = "closed"  # saved or thrown away meanwhile
    UNKNOWN = "unknown"  # only changes were sent, and there is nothing to change


def save_draft(
    viewer: Viewer, ticket: Ticket, fields: Mapping[str, list[str]], *, sequence: int | None, whole: bool, limit: int
) -> Kept:
    """Keep what stands in a window: all its `fields`, or where not `whole` those that changed. One row is written.

    `sequence` counts up in the window; None is always newer. `limit` is the largest text, in bytes. Raises Refused
    with a sentence for the writer; what is refused is stored nowhere.
    """
    require(viewer, "draft.own", ticket)
    wanted = {name: [_cleaned(one) for one in values] for name, values in fields.items() if _is_text(name)}
    _check(wanted, limit)
    draft = session().get(Draft, ticket.window, with_for_update=True)
    if draft is None:
        if not whole:
            return Kept.UNKNOWN
        _check_number(viewer)
        return Kept.SAVED if _add(ticket, wanted, sequence or 1) else Kept.OLDER
    require(viewer, "draft.own", draft)
    if draft.closed_at is not None:
        return Kept.CLOSED
    if sequence is None:
        sequence = draft.sequence + 1
    if sequence <= draft.sequence:
        return Kept.OLDER
    draft.fields = wanted if whole else draft.fields | wanted
    draft.sequence, draft.saved_at = sequence, clock.now()
    return Kept.SAVED


def mark_in(fields: Mapping[str, list[str]]) -> str | None:
    """The state-secret mark that one of these texts carries, if any does."""
    return next((mark for values in fields.values() for text in values if (mark := find_mark(text))), None)


def take_back(viewer: Viewer, ticket: Ticket) -> None:
    """What was typed turned out to be above the ceiling: what the server has of it goes; the window keeps its text."""
    require(viewer, "draft.own", ticket)
    draft = session().get(Draft, ticket.window, with_for_update=True)
    if draft is not None:
        require(viewer, "draft.own", draft)
        _close(draft)


def _is_text(name: str) -> bool:
    return name not in (FIELD, ONCE) and not any(word in name.lower() for word in _NEVER)


def _cleaned(text: str) -> str:
    """Without what no database keeps and no page can show: a character zero, half of a pair."""
    return text.replace("\x00", "").encode(errors="replace").decode()


def _check(fields: Mapping[str, list[str]], limit: int) -> None:
    if mark := mark_in(fields):
        raise refusal(mark)
    if len(fields) > MOST_FIELDS or any(len(name) > MOST_NAME for name in fields):
        raise Refused(_("This form has more fields than fit."))
    size = max((len(text.encode()) for values in fields.values() for text in values), default=0)
    if size > limit or len(json.dumps(fields)) > 8 * limit:
        raise Refused(
            _(
                "This text is %(size)s kB; at most %(limit)s kB fits.",
                size=-(-size // 1024),
                limit=limit // 1024,
            )
        )


def _check_number(viewer: Viewer) -> None:
    mine = select(func.count()).where(Draft.account_id == viewer.account_id, Draft.closed_at.is_(None))
    if (session().scalar(mine) or 0) >= MOST_DRAFTS:
        raise Refused(_("You have %(number)s unfinished texts. Save some, or throw some away.", number=MOST_DRAFTS))


# An autosave and what follows it can come so close together that each finds no row.
_TAKEN: dict[str, tuple[str, Any]] = dict.fromkeys(("pk_draft", "uq_draft_id"), ("", _("This was kept already.")))


def _add(ticket: Ticket, fields: Fields, sequence: int, *, closed: bool = False) -> bool:
    """Add the row of a window; false where another transaction just did."""
    draft = Draft(
        id=ticket.window,
        account_id=ticket.account_id,
        address=ticket.address,
        fields=fields,
        sequence=sequence,
        closed_at=clock.now() if closed else None,
        origin_id=ticket.origin_id,
        origin_sequence=ticket.origin_sequence,
    )
    try:
        with refusing(_TAKEN):
            session().add(draft)
            session().flush()
    except Refused:
        return False
    return True


def close_submitted(viewer: Viewer, ticket: Ticket) -> None:
    """What stood in the window was saved: close its draft, and those that were put back into it.

    One that somebody went on writing elsewhere after it was put back stays. An autosave that is still under way
    finds the window closed, also where it would have been the first.
    """
    require(viewer, "draft.own", ticket)
    draft = session().get(Draft, ticket.window, with_for_update=True)
    if draft is None and not _add(ticket, {}, 0, closed=True):
        draft = session().get(Draft, ticket.window, with_for_update=True)
    if draft is not None:
        require(viewer, "draft.own", draft)
        _close(draft)
    close_origin(viewer, ticket)


def close_origin(viewer: Viewer, ticket: Ticket) -> None:
    """Close the draft that was put back into this window, and those before it, as far as nobody went on in them."""
    origin, sequence = ticket.origin_id, ticket.origin_sequence
    while origin is not None:
        draft = session().get(Draft, origin, with_for_update=True)
        if draft is None or draft.account_id != viewer.account_id or draft.sequence != sequence:
            return
        _close(draft)
        origin, sequence = draft.origin_id, draft.origin_sequence


def throw_away(viewer: Viewer, draft: Draft) -> None:
    """The writer does not want it any more."""
    require(viewer, "draft.own", draft)
    _close(draft)


def _close(draft: Draft) -> None:
    draft.fields = {}
    draft.closed_at = draft.closed_at or clock.now()


def forget_old_drafts(*, days: int) -> int:
    """Remove what nobody went on with for so many days, and what was closed yesterday; answers how many.

    For the jobs that run every night; commits nothing.
    """
    now = clock.now()
    old = or_(Draft.saved_at < now - timedelta(days=days), Draft.closed_at < now - CLOSED_FOR)
    return changed_rows(delete(Draft).where(old))
