"""What changed between a frozen note and today: its dossiers, its promises, its contacts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from expertise.access.rules import allowed, only, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.differences import Piece, differences, shortened
from expertise.contacts.models import Contact, Keeping
from expertise.dossiers.models import Dossier, Entry
from expertise.handovers.note import Commitment, DossierItem, Relation
from expertise.handovers.queries import Shown
from expertise.handovers.showing import dossiers_of

# What of a dossier is compared, in the order in which the note says it.
COMPARED = ("title", "summary", "objectives", "line_to_take", "state_of_play", "next_step")
DATES = ("line_valid_until", "next_step_on")


@dataclass(frozen=True)
class DossierChange:
    """A dossier of the note as it stands now: what its texts became, or that it was closed."""

    item: DossierItem
    now: Dossier
    texts: Mapping[str, list[Piece]] = field(default_factory=dict)
    dates: Mapping[str, tuple[date | None, date | None]] = field(default_factory=dict)
    urgency: tuple[int, int] | None = None
    closed: bool = False


@dataclass(frozen=True)
class PromiseChange:
    """A promise since: `kind` is settled, moved (its day) or new."""

    kind: str
    title: str
    dossier_id: str
    entry: Entry
    was: Commitment | None = None


@dataclass(frozen=True)
class ContactChange:
    """A contact of the seat since: `kind` is gone, new or changed (tier or relation)."""

    kind: str
    name: str
    contact_id: str
    keeping: Keeping | None = None
    was: Relation | None = None


@dataclass(frozen=True)
class Since:
    """All of it."""

    dossiers: list[DossierChange]
    promises: list[PromiseChange]
    contacts: list[ContactChange]

    @property
    def count(self) -> int:
        """How many things changed."""
        return len(self.dossiers) + len(self.promises) + len(self.contacts)


NOTHING = Since([], [], [])


def changed_since(viewer: Viewer, shown: Shown) -> Since:
    """What is no longer as the frozen note says, as far as this viewer may see both. A fixed number of queries."""
    require(viewer, "handover.read", shown.handover)
    if shown.handover.frozen_at is None:
        return NOTHING
    live = {key: one for key, one in dossiers_of([shown.note]).items() if allowed(viewer, "dossier.read", one)}
    return Since(
        [change for item in shown.note.dossiers if item.id in live and (change := _dossier(item, live[item.id]))],
        list(_promises(viewer, shown, live)),
        list(_contacts(shown)) if allowed(viewer, "contact.read") else [],
    )


def _dossier(item: DossierItem, now: Dossier) -> DossierChange | None:
    texts = {
        name: shortened(differences(getattr(item, name) or "", getattr(now, name) or ""))
        for name in COMPARED
        if (getattr(item, name) or "") != (getattr(now, name) or "")
    }
    dates = {name: (getattr(item, name), getattr(now, name)) for name in DATES if _differ(item, now, name)}
    urgency = (item.urgency, now.urgency) if item.urgency != now.urgency else None
    closed = now.status != "active"
    return DossierChange(item, now, texts, dates, urgency, closed) if texts or dates or urgency or closed else None


def _differ(one: Any, other: Any, name: str) -> bool:
    return bool(getattr(one, name) != getattr(other, name))


def _promises(viewer: Viewer, shown: Shown, live: Mapping[str, Dossier]) -> Iterator[PromiseChange]:
    handover = shown.handover
    was = {one.id: one for one in shown.note.commitments}
    query = (
        select(Entry)
        .where(Entry.kind == "commitment", Entry.dossier_id.in_(live), only(viewer, "entry.read", Entry))
        .where(or_(Entry.id.in_(was), Entry.created_at > handover.frozen_at))
        .order_by(Entry.due_on.is_(None), Entry.due_on, Entry.id)
    )
    for entry in session().scalars(query):
        before = was.get(entry.id)
        if before is None:
            if entry.settled_on is None:
                yield PromiseChange("new", entry.title, entry.dossier_id, entry)
        elif entry.settled_on is not None:
            yield PromiseChange("settled", entry.title, entry.dossier_id, entry, before)
        elif entry.due_on != before.due_on:
            yield PromiseChange("moved", entry.title, entry.dossier_id, entry, before)


def _contacts(shown: Shown) -> Iterator[ContactChange]:
    handover = shown.handover
    today = clock.today()
    query = (
        select(Keeping)
        .join(Keeping.contact)
        .where(Keeping.position_id == handover.posting.position_id)
        .where(
            or_(Keeping.until.is_(None), Keeping.until > today), or_(Keeping.since.is_(None), Keeping.since <= today)
        )
        .options(contains_eager(Keeping.contact).options(joinedload(Contact.organisation)))
        .order_by(Keeping.tier, Contact.name, Keeping.id)
    )
    now = {one.contact_id: one for one in session().scalars(query)}
    was = {one.id: one for one in shown.note.relations}
    for contact_id, relation in was.items():
        keeping = now.get(contact_id)
        if keeping is None:
            yield ContactChange("gone", relation.name, contact_id, was=relation)
        elif (keeping.tier, keeping.relation) != (relation.tier, relation.relation):
            yield ContactChange("changed", keeping.contact.name, contact_id, keeping, relation)
    for contact_id, keeping in now.items():
        if contact_id not in was:
            yield ContactChange("new", keeping.contact.name, contact_id, keeping)
