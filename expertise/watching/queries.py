"""Questions about what is watched: which dossiers, and what changed in them since somebody looked, or was told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import contains_eager

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.dossiers.history import compare
from expertise.dossiers.models import DOSSIER_TEXTS, Dossier, DossierRevision, Entry, snapshot
from expertise.watching.models import Watch

_WATCH = select(Watch).where(Watch.person_id == bindparam("person"), Watch.dossier_id == bindparam("dossier"))


@dataclass(frozen=True)
class Change:
    """What changed in a watched dossier, by others, since a moment: counts and names of fields, never a text."""

    watch: Watch
    since: datetime
    new_notes: int = 0
    changed_notes: int = 0
    fields: Sequence[str] = ()
    closed: bool | None = None  # whether it was closed (True) or opened again (False) since; None: neither

    @property
    def dossier(self) -> Dossier:
        """Where."""
        return self.watch.dossier

    def __bool__(self) -> bool:
        """Whether anything did."""
        return bool(self.new_notes or self.changed_notes or self.fields or self.closed is not None)


def find_watch(viewer: Viewer, dossier: Dossier) -> Watch | None:
    """Whether the viewer watches this dossier."""
    if viewer.person_id is None:
        return None
    return session().scalar(_WATCH, {"person": viewer.person_id, "dossier": dossier.id})


def watched(viewer: Viewer) -> list[Watch]:
    """What the viewer watches and may still read, by title."""
    require(viewer, "watch.own")
    return list(session().scalars(_watched(viewer)))


def _watched(viewer: Viewer) -> Select[Watch]:
    return (
        select(Watch)
        .join(Watch.dossier)
        .options(contains_eager(Watch.dossier))
        .where(Watch.person_id == viewer.person_id, only(viewer, "dossier.read", Dossier))
        .order_by(Dossier.title, Dossier.id)
    )


def changes_of(viewer: Viewer, watches: Sequence[Watch] | None = None, *, untold: bool = False) -> list[Change]:
    """What changed in each dossier that the viewer watches; three queries. Their own changes are none to them.

    `untold` leaves out what a letter told already.
    """
    rows = watched(viewer) if watches is None else watches
    if not rows:
        return []
    notes = _notes_since(viewer, rows, untold=untold)
    before = _texts_before(rows, untold=untold)
    return [_change(one, notes.get(one.dossier_id, (0, 0)), before.get(one.dossier_id), untold) for one in rows]


def _seen(watch: Watch, untold: bool) -> tuple[datetime, int, bool]:
    if untold and watch.told_at > watch.seen_at:
        return watch.told_at, watch.told_version, watch.told_closed
    return watch.seen_at, watch.seen_version, watch.seen_closed


def _change(watch: Watch, notes: tuple[int, int], before: DossierRevision | None, untold: bool) -> Change:
    since, _version, was_closed = _seen(watch, untold)
    closed = watch.dossier.status == "archived"
    fields: list[str] = []
    if before is not None:
        now = snapshot(watch.dossier, DOSSIER_TEXTS)
        fields = [one.field for one in compare(watch.dossier, before.content, now)]
    return Change(watch, since, notes[0], notes[1], fields, closed if closed != was_closed else None)


def _notes_since(viewer: Viewer, rows: Sequence[Watch], *, untold: bool) -> dict[str, tuple[int, int]]:
    """New notes and changed notes of others, by dossier."""
    since = case((Watch.told_at > Watch.seen_at, Watch.told_at), else_=Watch.seen_at) if untold else Watch.seen_at
    new = and_(Entry.created_at > since, Entry.author_id.is_distinct_from(viewer.person_id))
    old = and_(
        Entry.created_at <= since, Entry.written_at > since, Entry.written_by_id.is_distinct_from(viewer.person_id)
    )
    query = (
        select(Entry.dossier_id, func.sum(case((new, 1), else_=0)), func.sum(case((old, 1), else_=0)))
        .join(Watch, Watch.dossier_id == Entry.dossier_id)
        .where(Watch.person_id == viewer.person_id, Entry.dossier_id.in_(one.dossier_id for one in rows))
        .where(or_(new, old))
        .group_by(Entry.dossier_id)
    )
    return {row[0]: (int(row[1] or 0), int(row[2] or 0)) for row in session().execute(query)}


def _texts_before(rows: Iterable[Watch], *, untold: bool) -> dict[str, DossierRevision]:
    """The text of each dossier as it was seen, where it is another now."""
    known = {one.dossier_id: _seen(one, untold)[1] for one in rows if _seen(one, untold)[1] < one.dossier.version}
    if not known:
        return {}
    pairs = [
        and_(DossierRevision.dossier_id == dossier_id, DossierRevision.version == version)
        for dossier_id, version in known.items()
    ]
    return {one.dossier_id: one for one in session().scalars(select(DossierRevision).where(or_(*pairs)))}
