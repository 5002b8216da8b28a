"""The plan of introductions: whom the successor meets how and when, whether it took place, and when they first met."""

from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound, Refused
from expertise.contacts.knowing import first_own_contact, first_own_contacts
from expertise.contacts.models import Contact, Keeping
from expertise.contacts.planning import APART, Plan, plans
from expertise.contacts.queries import contacts_by_id
from expertise.handovers.models import Handover, HandoverRelation
from expertise.handovers.note import Relation, by_plan
from expertise.handovers.queries import Shown
from expertise.posts.models import Posting
from expertise.posts.queries import successor_of, successors_of

# Tier 3 is an address; only closer relations are introduced.
INTRODUCED = (1, 2)
# So long before its day an introduction stands on the desk, and so long after it.
SOON = timedelta(days=14)
LAPSED = timedelta(days=90)


@dataclass(frozen=True)
class Introducing:
    """One contact in the plan."""

    relation: Relation
    contact: Contact
    done_on: date | None
    first_own: date | None  # when the successor first met them
    clashes: list[Plan]  # who else is about to see them


@dataclass(frozen=True)
class Introductory:
    """The whole plan, and for whom it is."""

    rows: list[Introducing]
    successor: Posting | None
    mine: bool  # the reader is who comes

    @property
    def met(self) -> int:
        """With how many contacts the successor has been in touch."""
        return sum(one.first_own is not None for one in self.rows)


def plan_of(viewer: Viewer, shown: Shown) -> Introductory:
    """The plan of a note. A fixed number of queries."""
    handover = shown.handover
    relations = [one for one in by_plan(shown.note.relations) if one.tier in INTRODUCED]
    ids = [one.id for one in relations]
    contacts = contacts_by_id(viewer, ids)
    query = select(HandoverRelation.contact_id, HandoverRelation.done_on)
    done = {row[0]: row[1] for row in session().execute(query.where(HandoverRelation.handover_id == handover.id))}
    successor = successor_of(viewer, handover.posting)
    first = first_own_contact(viewer, successor, ids)
    coming = plans.between(viewer, ids, clock.today() - APART, date.max)
    return Introductory(
        [
            Introducing(one, contacts[one.id], done.get(one.id), first.get(one.id), _clashes(one, handover, coming))
            for one in relations
            if one.id in contacts
        ],
        successor,
        successor is not None and successor.person_id == viewer.person_id,
    )


@dataclass(frozen=True)
class Due:
    """The introductions of a note whose day has come or is near: the first of them, and how many more there are."""

    handover: Handover
    contact: Contact
    planned_on: date
    more: int


def introductions_due(viewer: Viewer) -> list[Due]:
    """Of the notes of this viewer and of those who held their seats before; a fixed number of queries."""
    today = clock.today()
    own = (Posting.person_id == viewer.person_id) & or_(Posting.ends_on.is_(None), Posting.ends_on >= today)
    before = Posting.position_id.in_(viewer.positions) & (Posting.person_id != viewer.person_id)
    query = (
        select(HandoverRelation, Handover)
        .join(Handover, HandoverRelation.handover_id == Handover.id)
        .join(Handover.posting)
        .join(
            Keeping,
            (Keeping.contact_id == HandoverRelation.contact_id) & (Keeping.position_id == Posting.position_id),
        )
        .where(or_(own, before & (Posting.ends_on < today)))
        .where(Keeping.until.is_(None), Keeping.tier.in_(INTRODUCED), HandoverRelation.done_on.is_(None))
        .where(HandoverRelation.plan.in_(("in_person", "call", "letter")))
        .where(HandoverRelation.planned_on.between(today - LAPSED, today + SOON))
        .order_by(HandoverRelation.planned_on, HandoverRelation.id)
    )
    rows = list(session().execute(query).unique())
    contacts = contacts_by_id(viewer, {relation.contact_id for relation, _handover in rows})
    coming = successors_of(viewer, {one.posting_id: one.posting for _relation, one in rows}.values())
    met = first_own_contacts(viewer, coming.values(), contacts)
    by_note: dict[str, list[tuple[HandoverRelation, Handover]]] = {}
    for relation, handover in rows:
        who = coming.get(handover.posting_id)
        if relation.contact_id in contacts and (who is None or (who.id, relation.contact_id) not in met):
            by_note.setdefault(handover.id, []).append((relation, handover))
    return [
        Due(handover, contacts[relation.contact_id], relation.planned_on, len(left) - 1)
        for left in by_note.values()
        for relation, handover in left[:1]
        if relation.planned_on
    ]


def _clashes(one: Relation, handover: Handover, coming: list[Plan]) -> list[Plan]:
    if one.planned_on is None:
        return []
    seat = handover.posting.position_id
    others = (plan for plan in coming if plan.contact_id == one.id and plan.position and plan.position.id != seat)
    return [plan for plan in others if abs(plan.on - one.planned_on) <= APART]


def introduced(viewer: Viewer, handover: Handover, contact_id: str, on: date) -> None:
    """The introduction took place, says the leaver or whoever comes; also after the note was frozen."""
    require(viewer, "handover.introduce", handover)
    if on > clock.today():
        raise Refused(_("This day is still to come."), "done_on")
    query = select(HandoverRelation).where(
        HandoverRelation.handover_id == handover.id, HandoverRelation.contact_id == contact_id
    )
    row = session().scalar(query)
    if row is None:
        raise NotFound(contact_id)
    row.done_on = on
    record(viewer, "handover.introduced", handover, contact=contact_id)


def letter_to(shown: Shown, contact_id: str) -> Relation:
    """The relation that a letter of introduction is for."""
    found = next((one for one in shown.note.relations if one.id == contact_id), None)
    if found is None:
        raise NotFound(contact_id)
    return found
