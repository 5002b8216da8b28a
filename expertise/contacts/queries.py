"""Questions about contacts: who they are, who of us keeps them and knows them, and who looks like another."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, union
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.paging import Page, paged
from expertise.contacts.models import Contact, ContactRole, ContactWord, Interaction, InteractionContact, Keeping
from expertise.contacts.names import plain, words_in
from expertise.posts.models import Position, Post

WHOSE = ("mine", "post", "all")
# A relation of which nothing was noted for so long has gone quiet.
QUIET_AFTER = timedelta(days=365)
ENOUGH = 8  # words of a search
FEW = 500  # who have a word: less than that, and they are fetched and put in order; more, and some are soon found
# A list of all is counted and turned so far; whoever looks for one types a letter more.
MOST = 500


def get_contact(viewer: Viewer, contact_id: str, *, action: str = "contact.read") -> Contact:
    """One contact with who keeps it, for whoever may do `action` to it."""
    require(viewer, action)
    contact = session().scalar(
        select(Contact)
        .where(Contact.id == contact_id)
        .options(joinedload(Contact.organisation), selectinload(Contact.keepings).joinedload(Keeping.position))
    )
    # One that was merged into another is still an address, and nothing more.
    if contact is None or (contact.merged_into_id and action != "contact.read"):
        raise NotFound(contact_id)
    require(viewer, action, contact)
    return contact


def roles_of(viewer: Viewer, contact: Contact) -> list[ContactRole]:
    """What a contact was, the latest first; what they are now stands first."""
    require(viewer, "contact.read", contact)
    query = (
        select(ContactRole).where(ContactRole.contact_id == contact.id).options(joinedload(ContactRole.organisation))
    )
    return sorted(session().scalars(query), key=_latest_first, reverse=True)


def _latest_first(role: ContactRole) -> tuple[date, date]:
    return role.ends_on or date.max, role.starts_on or date.min


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
    viewer: Viewer, text: str = "", *, whose: str = "all", tier: int | None = None, quiet: bool = False, page: int = 1
) -> Page[Contact]:
    """Contacts of my positions, of my posts or of all of us; the closest relations first where it is a choice.

    `quiet`: only those with whom nothing was noted for a year.
    """
    require(viewer, "contact.read")
    where = [Contact.merged_into_id.is_(None), *_matches(text)]
    if quiet:
        where.append(~_met_since(clock.today() - QUIET_AFTER))
    query = select(Contact).where(*where)
    if whose == "all":
        # By name, asking of each: of a hundred thousand only those that fill the page are looked at.
        if tier:
            query = query.where(
                exists().where(Keeping.contact_id == Contact.id, Keeping.until.is_(None), Keeping.tier == tier)
            )
    else:
        kept = _kept(viewer, whose, tier).subquery("kept")
        query = query.join(kept, kept.c.contact_id == Contact.id).order_by(kept.c.tier)
    return paged(_with_keepers(query.order_by(Contact.name, Contact.id)), page, most=MOST)


def _with_keepers(query: Select[Contact]) -> Select[Contact]:
    return query.options(joinedload(Contact.organisation), selectinload(Contact.keepings).joinedload(Keeping.position))


def _matches(text: str) -> Iterable[ColumnElement[bool]]:
    """Each word begins a word of the name, the role, the address or the organisation's name.

    The rarest word, where few have it, names those of whom the others are asked.
    """
    words = sorted(words_in(text), key=len, reverse=True)[:ENOUGH]
    if not words:
        return
    frequency = {word: _frequency(word) for word in words}
    rarest = min(words, key=lambda word: frequency[word])
    for word in words:
        if word == rarest and frequency[word] <= FEW:
            named = select(ContactWord.contact_id).where(_begins(word))
            there = aliased(Contact)
            works = select(there.id).where(there.organisation_id.in_(named))
            yield Contact.id.in_(union(named, works))
        else:
            either = ContactWord.contact_id.in_([Contact.id, Contact.organisation_id])
            yield exists().where(either, _begins(word)).correlate(Contact)


def _frequency(word: str) -> int:
    """How many words begin so, counted until there are more than a few."""
    some = select(ContactWord.word).where(_begins(word)).limit(FEW + 1).subquery()
    return session().scalar(select(func.count()).select_from(some)) or 0


def _begins(word: str) -> ColumnElement[bool]:
    """As a range, which the index answers; LIKE would look at all of them."""
    return (ContactWord.word >= word) & (ContactWord.word < word + "\U0010fffd")


def _met_since(day: date) -> ColumnElement[bool]:
    met = select(InteractionContact.contact_id).join(Interaction, Interaction.id == InteractionContact.interaction_id)
    recent = met.where(Interaction.planned.is_(False), Interaction.on >= day)
    return recent.where(InteractionContact.contact_id == Contact.id).correlate(Contact).exists()


def _kept(viewer: Viewer, whose: str, tier: int | None) -> Select[str, int]:
    """Whom these positions keep, and how close at the closest."""
    seats = viewer.positions
    if whose == "post":
        seats = tuple(session().scalars(select(Position.id).where(Position.post_id.in_(viewer.posts))))
    query = select(Keeping.contact_id, func.min(Keeping.tier).label("tier")).group_by(Keeping.contact_id)
    query = query.where(Keeping.until.is_(None), Keeping.position_id.in_(seats))
    return query.where(Keeping.tier == tier) if tier else query


def people_of(viewer: Viewer, organisation: Contact, *, limit: int = 100) -> list[Contact]:
    """The contacts who work at an organisation, by name."""
    require(viewer, "contact.read", organisation)
    query = select(Contact).where(Contact.organisation_id == organisation.id, Contact.merged_into_id.is_(None))
    return list(session().scalars(query.order_by(Contact.name, Contact.id).limit(limit)))


def interactions_of(viewer: Viewer, contact: Contact, *, limit: int = 30) -> list[Interaction]:
    """What happened with a contact and what is planned, the latest first."""
    require(viewer, "contact.read", contact)
    with_them = InteractionContact.contact_id == contact.id
    query = _interactions().join(InteractionContact, InteractionContact.interaction_id == Interaction.id)
    query = query.where(with_them).order_by(Interaction.on.desc(), Interaction.created_at.desc()).limit(limit)
    return list(session().scalars(query))


def _interactions() -> Select[Interaction]:
    return select(Interaction).options(
        joinedload(Interaction.person), joinedload(Interaction.position), selectinload(Interaction.contacts)
    )


def get_interaction(viewer: Viewer, interaction_id: str, *, action: str = "interaction.change") -> Interaction:
    """One interaction, for whoever may do `action` to it."""
    found = session().scalar(_interactions().where(Interaction.id == interaction_id))
    if found is None:
        raise NotFound(interaction_id)
    require(viewer, action, found)
    return found


def my_open_ends(viewer: Viewer) -> list[Interaction]:
    """What I still have to follow up, and plans whose day has come, the most urgent first. One query and two."""
    require(viewer, "contact.read")
    waits = Interaction.follow_up.not_in([""]) & Interaction.follow_up_done_on.is_(None)
    due = Interaction.planned.is_(True) & (Interaction.on <= clock.today())
    query = _interactions().where(only(viewer, "interaction.change", Interaction), or_(waits, due))
    found = session().scalars(query.order_by(Interaction.follow_up_on, Interaction.on).limit(50))
    return sorted(found, key=lambda one: (one.follow_up_on or one.on, one.id))


def last_contact_on(viewer: Viewer, contact_ids: Iterable[str]) -> dict[str, date]:
    """The day of the latest interaction with each of these contacts, in one query; plans do not count."""
    require(viewer, "contact.read")
    query = (
        select(InteractionContact.contact_id, func.max(Interaction.on))
        .join(Interaction, Interaction.id == InteractionContact.interaction_id)
        .where(InteractionContact.contact_id.in_(set(contact_ids)), Interaction.planned.is_(False))
        .group_by(InteractionContact.contact_id)
    )
    return {row[0]: row[1] for row in session().execute(query)}


def gone_quiet(viewer: Viewer, keepings: Iterable[Keeping]) -> dict[int, list[Keeping]]:
    """Of these keepings those of whom nothing was noted for a year, and who are not newer than that: by tier."""
    listed = list(keepings)
    last, before = last_contact_on(viewer, [one.contact_id for one in listed]), clock.today() - QUIET_AFTER
    found: dict[int, list[Keeping]] = {}
    for one in listed:
        if max(last.get(one.contact_id, date.min), one.since or date.min) < before:
            found.setdefault(one.tier, []).append(one)
    return found


def kept_by(viewer: Viewer, position_ids: Iterable[str]) -> list[Keeping]:
    """What these positions keep now, with contact and organisation, by tier and name. One query."""
    require(viewer, "contact.read")
    return _present_keepings(Keeping.position_id.in_(set(position_ids)))


def kept_at(viewer: Viewer, post: Post) -> list[Keeping]:
    """What the positions of a post keep now, by tier and name. One query."""
    require(viewer, "contact.read")
    return _present_keepings(Keeping.position_id.in_(select(Position.id).where(Position.post_id == post.id)))


def kept_among(viewer: Viewer, contacts: Iterable[Contact]) -> list[Keeping]:
    """Which positions keep these contacts now, by tier and name. One query."""
    require(viewer, "contact.read")
    return _present_keepings(Keeping.contact_id.in_({one.id for one in contacts}))


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
    known = select(Contact.id).where(Contact.kind == "organisation", Contact.name_key == plain(organisation))
    same_place = Contact.organisation_id.in_(known) if organisation.strip() else Contact.organisation_id.is_(None)
    same: ColumnElement[bool] = (Contact.name_key == plain(name)) & same_place
    if email.strip():
        same = or_(same, Contact.email == email.strip().lower())
    query = select(Contact).where(same, Contact.merged_into_id.is_(None), only(viewer, "contact.read", Contact))
    if but is not None:
        query = query.where(Contact.id != but.id)
    query = query.order_by(Contact.name).limit(5)
    return list(session().scalars(query.options(joinedload(Contact.organisation))))


def contacts_named(viewer: Viewer, names: Iterable[str]) -> dict[str, list[Contact]]:
    """Whom these typed names may mean, those of my positions first: an exact name, else words of it. By name."""
    require(viewer, "contact.read")
    found: dict[str, list[Contact]] = {}
    mine = select(Keeping.contact_id).where(Keeping.until.is_(None), Keeping.position_id.in_(viewer.positions))
    for name in list(dict.fromkeys(names))[:20]:
        exact = select(Contact).where(Contact.name_key == plain(name), Contact.merged_into_id.is_(None))
        same = list(session().scalars(_with_keepers(exact).limit(6)))
        if not same:
            partly = select(Contact).where(Contact.merged_into_id.is_(None), *_matches(name))
            same = list(session().scalars(_with_keepers(partly.order_by(Contact.name)).limit(6)))
        if len(same) > 1:
            own = set(session().scalars(mine.where(Keeping.contact_id.in_([one.id for one in same]))))
            same = [one for one in same if one.id in own] or same
        found[name] = same
    return found
