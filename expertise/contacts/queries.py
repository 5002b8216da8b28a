"""Questions about contacts: who they are, who of us keeps them and knows them, and who looks like another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.paging import Page, paged
from expertise.contacts.models import Contact, Interaction, Keeping
from expertise.posts.models import Position, Post, Posting

WHOSE = ("mine", "post", "all")


@dataclass(frozen=True)
class Knows:
    """A position that keeps or kept a contact, and those who held it in that time, the latest first."""

    keeping: Keeping
    holders: list[Posting]


def get_contact(viewer: Viewer, contact_id: str, *, action: str = "contact.read") -> Contact:
    """One contact with who keeps it, for whoever may do `action` to it."""
    require(viewer, action)
    contact = session().scalar(
        select(Contact)
        .where(Contact.id == contact_id)
        .options(joinedload(Contact.organisation), selectinload(Contact.keepings).joinedload(Keeping.position))
    )
    if contact is None:
        raise NotFound(contact_id)
    require(viewer, action, contact)
    return contact


def contacts_by_id(viewer: Viewer, contact_ids: Iterable[str]) -> dict[str, Contact]:
    """Several contacts by id, in one query."""
    require(viewer, "contact.read")
    rows = session().scalars(select(Contact).where(Contact.id.in_(set(contact_ids))))
    return {one.id: one for one in rows}


def get_keeping(viewer: Viewer, contact: Contact, keeping_id: str) -> Keeping:
    """One keeping of a contact, by whoever holds its position."""
    keeping = next((one for one in contact.keepings if one.id == keeping_id), None)
    if keeping is None:
        raise NotFound(keeping_id)
    require(viewer, "contact.keep", keeping.position)
    return keeping


def list_contacts(
    viewer: Viewer, text: str = "", *, whose: str = "all", tier: int | None = None, page: int = 1
) -> Page[Contact]:
    """Contacts of my positions, of my posts or of all of us; the closest relations first where it is a choice."""
    require(viewer, "contact.read")
    where = [*_matches(text), *_kept(viewer, whose, tier)]
    query = select(Contact).where(*where)
    if whose != "all":
        # Only then: for all of us it would look at each contact's keepings to sort a hundred thousand.
        closest = select(func.min(Keeping.tier)).where(
            Keeping.contact_id == Contact.id, Keeping.until.is_(None), _scope(viewer, whose)
        )
        query = query.order_by(closest.scalar_subquery())
    return paged(_with_keepers(query.order_by(Contact.name, Contact.id)), page)


def _with_keepers(query: Select[Contact]) -> Select[Contact]:
    return query.options(joinedload(Contact.organisation), selectinload(Contact.keepings).joinedload(Keeping.position))


def _matches(text: str) -> Iterable[ColumnElement[bool]]:
    """Each word stands in the name, the role, the address or the organisation's name."""
    organisation = select(Contact.id, Contact.name).where(Contact.kind == "organisation").subquery()
    for word in text.split()[:8]:
        named = select(organisation.c.id).where(organisation.c.name.icontains(word, autoescape=True))
        yield or_(
            Contact.name.icontains(word, autoescape=True),
            Contact.role.icontains(word, autoescape=True),
            Contact.email.icontains(word, autoescape=True),
            Contact.organisation_id.in_(named),
        )


def _scope(viewer: Viewer, whose: str) -> ColumnElement[bool]:
    if whose == "mine":
        return Keeping.position_id.in_(viewer.positions)
    if whose == "post":
        return Keeping.position_id.in_(select(Position.id).where(Position.post_id.in_(viewer.posts)))
    return Keeping.id.is_not(None)


def _kept(viewer: Viewer, whose: str, tier: int | None) -> Iterable[ColumnElement[bool]]:
    if whose == "all" and tier is None:
        return
    keepings = select(Keeping.contact_id).where(Keeping.until.is_(None), _scope(viewer, whose))
    yield Contact.id.in_(keepings.where(Keeping.tier == tier) if tier else keepings)


def known_by(viewer: Viewer, contact: Contact) -> list[Knows]:
    """Who of us knows a contact: per position that keeps or kept it, the holders of that time. One query."""
    require(viewer, "contact.read", contact)
    today = clock.today()
    held: dict[str, list[Posting]] = {one.position_id: [] for one in contact.keepings}
    query = select(Posting).where(Posting.position_id.in_(held), Posting.status == "held")
    for posting in session().scalars(query.order_by(Posting.starts_on.desc(), Posting.id)):
        held[posting.position_id].append(posting)
    order = sorted(contact.keepings, key=lambda one: (not one.present, one.tier, one.id))
    return [Knows(one, [who for who in held[one.position_id] if _together(who, one, today)]) for one in order]


def _together(posting: Posting, keeping: Keeping, today: date) -> bool:
    """Whether the posting fell, for a part, in the time in which the position kept the contact."""
    starts, ends = posting.starts_on or date.min, posting.ends_on or date.max
    return starts <= min(keeping.until or today, today) and ends >= (keeping.since or date.min)


def people_of(viewer: Viewer, organisation: Contact) -> list[Contact]:
    """The contacts who work at an organisation, by name."""
    require(viewer, "contact.read", organisation)
    query = select(Contact).where(Contact.organisation_id == organisation.id).order_by(Contact.name, Contact.id)
    return list(session().scalars(query.options(selectinload(Contact.keepings))))


def interactions_of(viewer: Viewer, contact: Contact, *, limit: int = 30) -> list[Interaction]:
    """What happened with a contact, the latest first."""
    require(viewer, "contact.read", contact)
    query = select(Interaction).where(Interaction.contact_id == contact.id).limit(limit)
    query = query.options(joinedload(Interaction.person), joinedload(Interaction.position))
    return list(session().scalars(query.order_by(Interaction.on.desc(), Interaction.created_at.desc())))


def last_contact_on(viewer: Viewer, contact_ids: Iterable[str]) -> dict[str, date]:
    """The day of the latest interaction with each of these contacts, in one query."""
    require(viewer, "contact.read")
    query = select(Interaction.contact_id, func.max(Interaction.on)).where(Interaction.contact_id.in_(set(contact_ids)))
    return {row[0]: row[1] for row in session().execute(query.group_by(Interaction.contact_id))}


def kept_by(viewer: Viewer, position_ids: Iterable[str]) -> list[Keeping]:
    """What these positions keep now, with contact and organisation, by tier and name. One query."""
    require(viewer, "contact.read")
    return _present_keepings(Keeping.position_id.in_(set(position_ids)))


def kept_at(viewer: Viewer, post: Post) -> list[Keeping]:
    """What the positions of a post keep now, by tier and name. One query."""
    require(viewer, "contact.read")
    return _present_keepings(Keeping.position_id.in_(select(Position.id).where(Position.post_id == post.id)))


def _present_keepings(where: ColumnElement[bool]) -> list[Keeping]:
    query: Any = (
        select(Keeping)
        .join(Keeping.contact)
        .where(where, Keeping.until.is_(None))
        .options(contains_eager(Keeping.contact).joinedload(Contact.organisation), joinedload(Keeping.position))
        .order_by(Keeping.tier, Contact.name, Keeping.id)
    )
    return list(session().scalars(query))


def lookalikes(
    viewer: Viewer, *, name: str, email: str = "", organisation: str = "", but: Contact | None = None
) -> list[Contact]:
    """Contacts with the same e-mail address, or the same name at the same organisation (or at none)."""
    require(viewer, "contact.read")
    known = select(Contact.id).where(
        Contact.kind == "organisation", func.lower(Contact.name) == organisation.strip().lower()
    )
    same_place = Contact.organisation_id.in_(known) if organisation.strip() else Contact.organisation_id.is_(None)
    same: ColumnElement[bool] = (func.lower(Contact.name) == name.strip().lower()) & same_place
    if email.strip():
        same = or_(same, Contact.email == email.strip().lower())
    query = select(Contact).where(same, only(viewer, "contact.read", Contact)).order_by(Contact.name).limit(5)
    if but is not None:
        query = query.where(Contact.id != but.id)
    return list(session().scalars(query.options(joinedload(Contact.organisation))))
