"""Questions about one's own unfinished texts. Nobody may ask about another's."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, select

from expertise.access.rules import allowed, only
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.drafts.models import Draft

MOST_SHOWN = 20


class Unfinished(NamedTuple):
    """A draft without its text."""

    id: str
    address: str
    saved_at: datetime


def get_draft(viewer: Viewer, draft_id: str) -> Draft:
    """One of one's own that is still open."""
    draft = session().get(Draft, draft_id)
    if draft is None or draft.closed_at is not None or not allowed(viewer, "draft.own", draft):
        raise NotFound(draft_id)
    return draft


def drafts_at(viewer: Viewer, address: str) -> list[Unfinished]:
    """One's own at the address of a form, the newest first."""
    return _open(viewer, Draft.address == address)


def unfinished(viewer: Viewer) -> list[Unfinished]:
    """The newest of each form in which one was writing, the newest first."""
    found: dict[str, Unfinished] = {}
    for one in _open(viewer, limit=10 * MOST_SHOWN):
        found.setdefault(one.address, one)
    return list(found.values())[:MOST_SHOWN]


def _open(viewer: Viewer, *where: ColumnElement[bool], limit: int = MOST_SHOWN) -> list[Unfinished]:
    mine = select(Draft.id, Draft.address, Draft.saved_at).where(
        only(viewer, "draft.own", Draft),
        Draft.closed_at.is_(None),
        *where,
    )
    rows = session().execute(mine.order_by(Draft.saved_at.desc()).limit(limit))
    return [Unfinished(*row) for row in rows]
