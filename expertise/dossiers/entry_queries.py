"""Questions about entries: the lists of a dossier, commitments, one entry, and what stands in the time band."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, bindparam, case, func, select
from sqlalchemy.orm import joinedload, load_only, selectinload

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.paging import Page, in_pages, page_of
from expertise.dossiers.models import Dossier, Entry
from expertise.dossiers.queries import get_dossier

ENTRIES_SHOWN = 15
# A drawing with more marks says no more; the list has them all.
MOST_MARKS = 100
# A list shows little of a note. A date that is not known comes last, whatever the database makes of it.
_LISTED: Select[Any] = (
    select(Entry)
    .options(
        load_only(Entry.title, Entry.language, Entry.kind, Entry.date, Entry.date_precision, raiseload=True),
        joinedload(Entry.author),
        joinedload(Entry.post),
    )
    .where(Entry.dossier_id == bindparam("dossier"))
    .order_by(case((Entry.date.is_(None), 1), else_=0), Entry.date.desc(), Entry.created_at.desc(), Entry.id)
)
_OF_DOSSIER = in_pages(_LISTED)
_OF_KIND = in_pages(_LISTED.where(Entry.kind == bindparam("kind")))
_COUNTS = select(Entry.kind, func.count()).where(Entry.dossier_id == bindparam("dossier")).group_by(Entry.kind)
_MARKS = (
    select(Entry.id, Entry.kind, Entry.title, Entry.date, Entry.date_precision, Entry.settled_on)
    .where(Entry.dossier_id == bindparam("dossier"), Entry.date.is_not(None))
    .order_by(Entry.date.desc(), Entry.id)
    .limit(MOST_MARKS)
)


@dataclass(frozen=True)
class Marked:
    """An entry as a mark in the time band."""

    id: str
    kind: str
    title: str
    date: dt.date
    precision: str
    open: bool


def entries_of(
    viewer: Viewer,
    dossier: Dossier,
    *,
    kind: str = "",
    page: int = 1,
    size: int = ENTRIES_SHOWN,
    total: int,
) -> Page[Entry]:
    """A page of the notes in a dossier, of one kind or of all, the latest first; `total` is what counts_of says."""
    require(viewer, "dossier.read", dossier)
    if kind:
        return page_of(_OF_KIND, page, size=size, total=total, dossier=dossier.id, kind=kind)
    return page_of(_OF_DOSSIER, page, size=size, total=total, dossier=dossier.id)


def counts_of(viewer: Viewer, dossier: Dossier) -> dict[str, int]:
    """How many notes a dossier has of each kind."""
    require(viewer, "dossier.read", dossier)
    return {row[0]: row[1] for row in session().execute(_COUNTS, {"dossier": dossier.id})}


def marks_of(viewer: Viewer, dossier: Dossier) -> list[Marked]:
    """The dated notes of a dossier for its time band, the latest first, at most MOST_MARKS."""
    require(viewer, "dossier.read", dossier)
    return [
        Marked(row[0], row[1], row[2], row[3], row[4], row[1] == "commitment" and row[5] is None)
        for row in session().execute(_MARKS, {"dossier": dossier.id})
        if row[3] is not None
    ]


def commitments_of(viewer: Viewer, dossier: Dossier, *, limit: int = 20) -> list[Entry]:
    """What was promised: open ones first, by the day on which they are due, then the latest settled."""
    require(viewer, "dossier.read", dossier)
    settled = case((Entry.settled_on.is_(None), 0), else_=1)
    undated = case((Entry.due_on.is_(None), 1), else_=0)
    query = (
        select(Entry)
        .where(Entry.dossier_id == dossier.id, Entry.kind == "commitment")
        .order_by(settled, Entry.settled_on.desc(), undated, Entry.due_on, Entry.id)
        .options(joinedload(Entry.author))
        .limit(limit)
    )
    return list(session().scalars(query))


def open_commitments(viewer: Viewer, dossier_ids: Iterable[str]) -> list[Entry]:
    """The commitments in these dossiers that are still to be kept, by the day on which they are due. One query."""
    require(viewer, "dossier.read")
    undated = case((Entry.due_on.is_(None), 1), else_=0)
    query = (
        select(Entry)
        .where(
            Entry.dossier_id.in_(set(dossier_ids)),
            Entry.kind == "commitment",
            Entry.settled_on.is_(None),
            only(viewer, "entry.read", Entry),
        )
        .order_by(undated, Entry.due_on, Entry.id)
        .options(joinedload(Entry.dossier), joinedload(Entry.author))
    )
    return list(session().scalars(query))


def latest_entries(viewer: Viewer, *, since: dt.datetime, dossier_ids: Iterable[str], limit: int = 20) -> list[Entry]:
    """What was added to these dossiers since a moment, the latest first. One query."""
    require(viewer, "dossier.read")
    query = (
        select(Entry)
        .where(Entry.dossier_id.in_(set(dossier_ids)), Entry.created_at > since, only(viewer, "entry.read", Entry))
        .order_by(Entry.created_at.desc(), Entry.id)
        .options(joinedload(Entry.dossier), joinedload(Entry.author))
        .limit(limit)
    )
    return list(session().scalars(query))


def get_entry(viewer: Viewer, dossier_id: str, entry_id: str, action: str = "entry.read") -> Entry:
    """One note of a dossier, for a viewer who may read it and do what `action` says."""
    get_dossier(viewer, dossier_id)
    query: Select[Any] = (
        select(Entry)
        .where(Entry.id == entry_id, Entry.dossier_id == dossier_id)
        .options(joinedload(Entry.author), joinedload(Entry.post), selectinload(Entry.domains))
    )
    entry: Entry | None = session().scalar(query)
    if entry is None:
        raise NotFound(entry_id)
    require(viewer, action, entry)
    return entry
