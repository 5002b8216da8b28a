"""Two records of the same one become one, with all that hung on either; and apart again, if that was wrong.

The one that goes stays as a pointer, so that its address still leads somewhere. Nothing is thrown away: where the two
say different things, the note of the one that stays says both.
"""

from itertools import islice
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, Select, Subquery, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound, Refused
from expertise.base.findable import tell_search, tell_search_of
from expertise.contacts.following import followers
from expertise.contacts.meeting import settle_last_met
from expertise.contacts.models import Contact, ContactAssistant, ContactMerge, ContactRole, InteractionContact, Keeping

# What fills a gap of the other, and what is added to its notes where both have something else.
FILLING = ("role", "email", "phone", "country", "languages", "purpose", "lawful_basis", "source", "retain_until")
SAID_ALSO = ("role", "email", "phone")


def merge(viewer: Viewer, lost: Contact, kept: Contact) -> ContactMerge:
    """Let `kept` take over all of `lost`. Whoever does it may change both."""
    for one in (lost, kept):
        require(viewer, "contact.change", one)
    if lost is kept or lost.merged_into_id or kept.merged_into_id:
        raise Refused(_("Choose two contacts."))
    if lost.kind != kept.kind:
        raise Refused(_("One is a person and the other an organisation. Change the kind of one first."))
    moved: dict[str, Any] = {"before": {}, "after": {}}
    _fill(lost, kept, moved)
    moved |= _move_own(lost.id, kept.id)
    moved["keepings"] = _move_keepings(lost, kept)
    moved["rooms"] = {name: one.move(lost.id, kept.id) for name, one in followers}
    lost.merged_into_id = kept.id
    lost.words = []
    kept.settle_words()
    kept.version += 1
    done = ContactMerge(kept_id=kept.id, merged_id=lost.id, person_id=viewer.person_id, moved=moved)
    session().add(done)
    settle_last_met((lost.id, kept.id))
    session().expire_all()
    record(viewer, "contact.merged", kept, merged=lost.id)
    _tell(lost.id, kept.id)
    return done


def _tell(lost: str, kept: str) -> None:
    for one in (lost, kept):
        tell_search("contact", one)
        tell_search_of("contact", select(Contact.id).where(Contact.organisation_id == one))


def _fill(lost: Contact, kept: Contact, moved: dict[str, Any]) -> None:
    """What is empty in one is filled from the other; what differs is written under its notes."""
    changes: dict[str, Any] = {}
    for name in FILLING:
        if getattr(lost, name) and not getattr(kept, name):
            changes[name] = getattr(lost, name)
    if lost.organisation_id and not kept.organisation_id and lost.organisation_id != kept.id:
        changes["organisation_id"] = lost.organisation_id
    # An id of another system must lead here, or the next import makes the lost one anew.
    if lost.external_id and not kept.external_id:
        changes["external_id"], lost.external_id = lost.external_id, None
        session().flush()
    also = [
        getattr(lost, name)
        for name in SAID_ALSO
        if getattr(lost, name) and name not in changes and getattr(lost, name) != getattr(kept, name)
    ]
    if lost.name != kept.name:
        also.insert(0, lost.name)
    added = [gettext("Also: %(what)s", what=" · ".join(also))] if also else []
    if lost.notes and lost.notes != kept.notes:
        added.append(lost.notes)
    if added:
        changes["notes"] = "\n\n".join(part for part in (kept.notes, *added) if part)
    for name, value in changes.items():
        moved["before"][name], moved["after"][name] = _plain(getattr(kept, name)), _plain(value)
        setattr(kept, name, value)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


# What points to a contact in this room: name -> the column. Keepings and pairs need more than that.
_POINTERS = {
    "roles": ContactRole.contact_id,
    "role_organisations": ContactRole.organisation_id,
    "people": Contact.organisation_id,
}
_PAIRS = {
    "interactions": (InteractionContact.contact_id, InteractionContact.interaction_id),
    "assistants": (ContactAssistant.contact_id, ContactAssistant.assistant_id),
    "assists": (ContactAssistant.assistant_id, ContactAssistant.contact_id),
}


def _move_own(lost: str, kept: str) -> dict[str, Any]:
    moved: dict[str, Any] = {}
    for name, column in _POINTERS.items():
        model: Any = column.class_
        moved[name] = list(session().scalars(select(model.id).where(column == lost)))
        session().execute(update(model).where(model.id.in_(moved[name])).values({column.key: kept}))
    for name, (ours, theirs) in _PAIRS.items():
        pairs: Any = ours.class_
        there = set(session().scalars(select(theirs).where(ours == kept)))
        here = list(session().scalars(select(theirs).where(ours == lost)))
        fresh = [one for one in here if one not in there and one != kept]
        session().execute(update(pairs).where(ours == lost, theirs.in_(fresh)).values({ours.key: kept}))
        session().execute(delete(pairs).where(ours == lost))
        moved[name] = {"moved": fresh, "both": [one for one in here if one not in fresh]}
    return moved


def _move_keepings(lost: Contact, kept: Contact) -> list[dict[str, Any]]:
    """A position keeps one contact once at a time: of two present ones that of the lost one ends today."""
    present = {one.position_id for one in kept.present_keepings}
    moved = []
    for one in list(lost.keepings):
        ended = one.present and one.position_id in present
        if ended:
            one.until = max(clock.today(), one.since or clock.today())
        moved.append({"id": one.id, "ended": ended})
        one.contact_id = kept.id
    return moved


def take_apart(viewer: Viewer, done: ContactMerge) -> Contact:
    """They were two after all. What was added to the one that stayed since then stays there."""
    kept, lost = done.kept, done.merged
    require(viewer, "contact.change", kept)
    if done.undone_at or lost.merged_into_id != kept.id:
        raise Refused(_("This was undone already."))
    moved = done.moved
    _empty_again(lost, kept, moved)
    for name, column in _POINTERS.items():
        model: Any = column.class_
        back = update(model).where(model.id.in_(moved[name]), column == kept.id)
        session().execute(back.values({column.key: lost.id}))
    for name, (ours, theirs) in _PAIRS.items():
        _part_pairs(moved[name], ours, theirs, lost.id, kept.id)
    _part_keepings(moved["keepings"], lost.id)
    for name, follower in followers:
        follower.put_back(moved["rooms"].get(name, []), lost.id, kept.id)
    lost.merged_into_id = None
    done.undone_at = clock.now()
    settle_last_met((lost.id, kept.id))
    session().expire_all()
    for one in (lost, kept):
        one.settle_words()
    record(viewer, "contact.taken_apart", kept, merged=lost.id)
    _tell(lost.id, kept.id)
    return lost


def _empty_again(lost: Contact, kept: Contact, moved: dict[str, Any]) -> None:
    """What came from the other goes back to it, where nobody changed it since."""
    for name, before in moved["before"].items():
        if _plain(getattr(kept, name)) == moved["after"][name]:
            setattr(kept, name, _read(name, before))
    if "external_id" in moved["before"]:
        session().flush()
        lost.external_id = moved["after"]["external_id"]


def _part_keepings(moved: list[dict[str, Any]], lost: str) -> None:
    for one in moved:
        keeping = session().get(Keeping, one["id"])
        if keeping is not None:
            keeping.contact_id = lost
            keeping.until = None if one["ended"] else keeping.until


def _read(name: str, value: Any) -> Any:
    column_type = Contact.__table__.c[name].type.python_type
    return column_type.fromisoformat(value) if value and hasattr(column_type, "fromisoformat") else value


def _part_pairs(moved: dict[str, list[str]], ours: Any, theirs: Any, lost: str, kept: str) -> None:
    pairs: Any = ours.class_
    still = set(session().scalars(select(theirs).where(ours == kept)))
    going = [one for one in moved["moved"] if one in still]
    session().execute(update(pairs).where(ours == kept, theirs.in_(going)).values({ours.key: lost}))
    for one in moved["both"]:
        if one in still:
            session().add(pairs(**{ours.key: lost, theirs.key: one}))


def are_two(viewer: Viewer, one: Contact, other: Contact) -> None:
    """They look alike and are not the same: not to be listed again."""
    for contact in (one, other):
        require(viewer, "contact.read", contact)
    session().add(
        ContactMerge(kept_id=one.id, merged_id=other.id, person_id=viewer.person_id, moved={}, undone_at=clock.now())
    )
    record(viewer, "contact.told_apart", one, other=other.id)


def get_merge(viewer: Viewer, merge_id: str) -> ContactMerge:
    """One merge that can be undone."""
    found = session().get(ContactMerge, merge_id)
    if found is None or found.undone_at:
        raise NotFound(merge_id)
    require(viewer, "contact.change", found.kept)
    return found


def merges_of(viewer: Viewer, contact: Contact) -> list[ContactMerge]:
    """Which records went into this one, the latest first."""
    require(viewer, "contact.read", contact)
    query = select(ContactMerge).where(ContactMerge.kept_id == contact.id, ContactMerge.undone_at.is_(None))
    query = query.options(joinedload(ContactMerge.merged), joinedload(ContactMerge.person))
    return list(session().scalars(query.order_by(ContactMerge.at.desc())))


# By what two records look the same: one address, or one name at one organisation.
_SAME = ((Contact.email,), (Contact.name_key, Contact.kind, Contact.organisation_id))


def alike(viewer: Viewer, *, limit: int = 30) -> list[tuple[Contact, Contact]]:
    """Pairs that may be the same, the older record first: see _SAME. Whom somebody told apart is not listed."""
    require(viewer, "contact.read")
    pairs = dict.fromkeys(
        (row[0], row[1]) for same in _SAME for row in session().execute(_pairs_by(*same).limit(limit))
    )
    query = select(Contact).where(Contact.id.in_({one for pair in pairs for one in pair}))
    query = query.options(joinedload(Contact.organisation), selectinload(Contact.keepings))
    found = {one.id: one for one in session().scalars(query)}
    listed = [(found[a], found[b]) for a, b in islice(pairs, limit)]
    return [(a, b) if a.created_at <= b.created_at else (b, a) for a, b in listed]


def _pairs_by(*same: InstrumentedAttribute[Any]) -> Select[str, str]:
    """The ids of all pairs that have these in common. What occurs once is left out first, out of an index alone."""
    twice = select(*same).where(Contact.merged_into_id.is_(None), same[0] > "").group_by(*same)
    groups = twice.having(func.count() > 1).subquery()
    one, other = aliased(Contact), aliased(Contact)
    told_apart = exists().where(
        or_(
            and_(ContactMerge.kept_id == one.id, ContactMerge.merged_id == other.id),
            and_(ContactMerge.kept_id == other.id, ContactMerge.merged_id == one.id),
        )
    )
    pairs = select(one.id, other.id).join_from(groups, one, _of_group(one, groups))
    return pairs.join(other, _of_group(other, groups) & (other.id > one.id)).where(~told_apart)


def _of_group(contact: Any, groups: Subquery) -> ColumnElement[bool]:
    """Has what this group has in common. The first is never empty: a plain comparison finds it by its index."""
    first, *rest = groups.c
    nullable = (getattr(contact, column.key).is_not_distinct_from(column) for column in rest)
    return and_(contact.merged_into_id.is_(None), getattr(contact, first.key) == first, *nullable)
