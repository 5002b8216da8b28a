"""Questions about what a dossier or an entry once said: its versions, and what is different between two."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.differences import Piece, differences, shortened
from expertise.base.errors import NotFound
from expertise.dossiers.models import (
    DOSSIER_TEXTS,
    ENTRY_TEXTS,
    Dossier,
    DossierRevision,
    Entry,
    EntryRevision,
    snapshot,
)
from expertise.people.models import Person

Revision = DossierRevision | EntryRevision


@dataclass(frozen=True)
class Version:
    """A text that was accepted: its number, when, by whom. `revision` None: it is the present one."""

    number: int
    at: dt.datetime
    person: Person | None
    content: Mapping[str, Any]
    revision: Revision | None = None

    @property
    def current(self) -> bool:
        """Whether it is what stands there now."""
        return self.revision is None


@dataclass(frozen=True)
class Difference:
    """What is different in one field between two texts."""

    field: str
    pieces: Sequence[Piece]


def names_of(record: Dossier | Entry) -> tuple[str, ...]:
    """The fields that a revision holds."""
    return DOSSIER_TEXTS if isinstance(record, Dossier) else ENTRY_TEXTS


def versions_of(viewer: Viewer, record: Dossier | Entry) -> list[Version]:
    """Every text that was accepted, the present one first."""
    _may_read(viewer, record)
    present = Version(record.version, record.written_at, record.written_by, snapshot(record, names_of(record)))
    rows: Sequence[Revision]
    if isinstance(record, Dossier):
        query = select(DossierRevision).where(DossierRevision.dossier_id == record.id)
        rows = session().scalars(query.order_by(DossierRevision.version.desc())).all()
    else:
        of_entry = select(EntryRevision).where(EntryRevision.entry_id == record.id)
        rows = session().scalars(of_entry.order_by(EntryRevision.version.desc())).all()
    return [present, *(Version(one.version, one.at, one.person, one.content, one) for one in rows)]


def _may_read(viewer: Viewer, record: Dossier | Entry) -> None:
    require(viewer, "dossier.read" if isinstance(record, Dossier) else "entry.read", record)


def get_version(viewer: Viewer, record: Dossier | Entry, number: int) -> Version:
    """One of them."""
    found = next((one for one in versions_of(viewer, record) if one.number == number), None)
    if found is None:
        raise NotFound(f"{record.id} version {number}")
    return found


def compare(record: Dossier | Entry, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """What is different between two texts, field by field, in the order of the form."""
    found = []
    for name in names_of(record):
        before, after = _as_text(old.get(name)), _as_text(new.get(name))
        if before != after:
            found.append(Difference(name, shortened(differences(before, after))))
    return found


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(value) if isinstance(value, list) else str(value)


def lines_to_take(viewer: Viewer, dossier: Dossier) -> list[Version]:
    """The earlier lines to take, the latest first: each text, validity or clearance that was once accepted."""
    found: list[Version] = []
    after: tuple[Any, ...] | None = None
    for version in versions_of(viewer, dossier):
        said = tuple(version.content.get(name) for name in ("line_to_take", "line_valid_until", "line_cleared_by"))
        if after is not None and said != after and said[0]:
            found.append(version)
        after = said
    return found


@dataclass(frozen=True)
class Clash:
    """Two people changed the same text: what the other saved, and what the loser may keep.

    `kept` are the loser's values, with the other's where the loser had changed nothing; `both` are the fields that
    both changed, each with what is different from what is saved now to what the loser wrote.
    """

    version: int
    person: Person | None
    at: dt.datetime
    kept: Mapping[str, Any]
    theirs: Mapping[str, Any]
    both: Sequence[Difference]
    only_theirs: Sequence[str]


def clash(viewer: Viewer, record: Dossier | Entry, read: int, mine: Mapping[str, Any]) -> Clash:
    """Bring together what the loser of a race wrote, from version `read` on, and what is saved now.

    `mine` are values by field; a field that the form does not have is left alone.
    """
    names = [name for name in names_of(record) if name in mine]
    versions = {one.number: one for one in versions_of(viewer, record)}
    now = versions[record.version]
    # A version that never was (a form made by hand) counts as if everything had been changed.
    base = versions[read].content if read in versions else {}
    written = {name: mine[name].isoformat() if isinstance(mine[name], dt.date) else mine[name] for name in names}
    kept, only_theirs, both = dict(mine), [], []
    for name in names:
        saved = now.content.get(name)
        if _as_text(written[name]) == _as_text(saved):
            continue
        if read in versions and _as_text(written[name]) == _as_text(base.get(name)):
            kept[name] = saved
            only_theirs.append(name)
        elif read not in versions or _as_text(base.get(name)) != _as_text(saved):
            both.append(Difference(name, shortened(differences(_as_text(saved), _as_text(written[name])))))
    return Clash(record.version, now.person, now.at, kept, now.content, both, only_theirs)
