"""Questions about what a section once said: every text that was saved is kept, until the note is frozen and after."""

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
from expertise.handovers.composing import OWN_TEXTS
from expertise.handovers.models import (
    ADVICE,
    COMMITMENTS,
    DOSSIERS,
    HEADER,
    LESSONS,
    RELATIONS,
    WEEK_ONE,
    Handover,
    HandoverDossier,
    SectionRevision,
    SectionText,
)
from expertise.handovers.words import LESSON_NAMES

# A section as its form holds it: the name of a field -> what stood in it.
Content = dict[str, Any]


def snapshot(handover: Handover, number: int, item: str = "") -> Content:
    """What a section (or one dossier of section 2) says now, as plain values under the names of its form."""
    if item:
        row = next(one for one in handover.dossier_rows if one.dossier_id == item)
        return {name: getattr(row, name) for name in OWN_TEXTS}
    if number == HEADER:
        return _header(handover)
    if number == WEEK_ONE:
        said: Content = {"situation": handover.situation, "situation_line": handover.situation_line}
        for place, thing in enumerate(handover.week_one, start=1):
            said |= {f"text_{place}": thing.text, f"on_{place}": _plain(thing.due_on)}
        return said
    if number == COMMITMENTS:
        return _commitments(handover)
    if number == RELATIONS:
        return {
            f"{name}_{row.contact_id}": _plain(value)
            for row in handover.relation_rows
            for name, value in (("plan", row.plan), ("on", row.planned_on), ("why", row.why))
        }
    if number == ADVICE:
        return {"advice": handover.advice, "tips": handover.tips, "differently": handover.differently}
    if number == LESSONS:
        return {name: getattr(handover, name) for name in LESSON_NAMES}
    row_of = next(one for one in handover.texts if one.number == number)
    return {"none": row_of.none} if number == DOSSIERS else {"text": row_of.text, "none": row_of.none}


def _header(handover: Handover) -> Content:
    return {
        "acting": handover.acting_person_id or "",
        "reachable_until": _plain(handover.reachable_until),
        "reachable_how": handover.reachable_how,
        "language": handover.language,
        "marking": handover.marking,
    }


def _commitments(handover: Handover) -> Content:
    said: Content = {}
    for row in handover.commitment_rows:
        taken = "successor" if row.to_successor else row.taker_id or ""
        said[f"taker_{row.entry_id}"] = "lapses" if row.lapses_told_on else taken
        said[f"told_{row.entry_id}"] = _plain(row.lapses_told_on)
    return said


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def keep_replaced(handover: Handover, row: SectionText | HandoverDossier, version: int) -> None:
    """Before a section is changed: keep what it said, which was its text number `version`."""
    item, number = (row.dossier_id, DOSSIERS) if isinstance(row, HandoverDossier) else ("", row.number)
    session().add(
        SectionRevision(
            handover_id=handover.id,
            number=number,
            item=item,
            version=version,
            at=row.changed_at,
            content=snapshot(handover, number, item),
        )
    )


@dataclass(frozen=True)
class Version:
    """A text that was saved. Its writer is the leaver: nobody else writes a note."""

    number: int
    at: dt.datetime
    content: Mapping[str, Any]
    current: bool = False


def versions_of(viewer: Viewer, handover: Handover, number: int, item: str = "") -> list[Version]:
    """Every text that was saved in a section, the present one first; the writer alone sees them."""
    require(viewer, "handover.write", handover)
    row = _row(handover, number, item)
    if row is None:
        return []
    query = select(SectionRevision).where(
        SectionRevision.handover_id == handover.id, SectionRevision.number == number, SectionRevision.item == item
    )
    earlier = session().scalars(query.order_by(SectionRevision.version.desc()))
    now = Version(row.version, row.changed_at, snapshot(handover, number, item), current=True)
    return [now, *(Version(one.version, one.at, one.content) for one in earlier)]


def _row(handover: Handover, number: int, item: str) -> SectionText | HandoverDossier | None:
    if item:
        return next((one for one in handover.dossier_rows if one.dossier_id == item), None)
    return next((one for one in handover.texts if one.number == number), None)


def get_version(viewer: Viewer, handover: Handover, number: int, item: str, version: int) -> Version:
    """One of them."""
    found = next((one for one in versions_of(viewer, handover, number, item) if one.number == version), None)
    if found is None:
        raise NotFound(f"{handover.id} {number} {item} version {version}")
    return found


def compare(old: Mapping[str, str], new: Mapping[str, str]) -> dict[str, Sequence[Piece]]:
    """What is different between two texts of a section: the name of a field -> from the old to the new."""
    names = [*new, *(name for name in old if name not in new)]
    said = {name: (old.get(name, ""), new.get(name, "")) for name in names}
    return {name: shortened(differences(*both)) for name, both in said.items() if both[0] != both[1]}
