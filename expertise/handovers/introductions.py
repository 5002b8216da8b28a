"""The plan of introductions: whom the successor meets how and when, whether it took place, and when they first met."""

from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound, Refused
from expertise.contacts.knowing import first_own_contact
from expertise.contacts.models import Contact
from expertise.contacts.planning import APART, Plan, plans
from expertise.contacts.queries import contacts_by_id
from expertise.handovers.models import Handover, HandoverRelation
from expertise.handovers.note import Relation, by_plan
from expertise.handovers.queries import Shown
from expertise.posts.models import Posting
from expertise.posts.queries import successor_of

# Tier 3 is an address; only closer relations are introduced.
INTRODUCED = (1, 2)


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
