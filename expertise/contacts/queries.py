"""Questions about contacts: who they are, who of us keeps them and knows them, and who looks like another."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, union
from sqlalchemy.orm import aliased, contains_eager, joinedload, load_only, selectinload

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.paging import Page, page_by_keys
from expertise.contacts.models import TIERS, Contact, ContactRole, ContactWord, Interaction, InteractionContact, Keeping
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

    `quiet`: only those with whom nothing was noted for a year. Who they are is asked first, in order, by indexes alone;
    only those of the page are loaded.
    """
    require(viewer, "contact.read")
    where = [Contact.merged_into_id.is_(None), *_matches(text)]
    if quiet:
        where.append(Contact.last_met_on.is_(None) | (Contact.last_met_on < clock.today() - QUIET_AFTER))
    query = select(Contact.id).where(*where).order_by(Contact.name, Contact.id).limit(MOST + 1)
    if whose == "all":
        # By name, asking of each: of a hundred thousand only those that fill the page are looked at.
        found = list(session().scalars(query.where(_of_tier(tier).exists()) if tier else query))
    else:
        found = _by_tier(query, _seats(viewer, whose), [tier] if tier else TIERS)
    return page_by_keys(found, page, contacts_listed, most=MOST)


def _of_tier(tier: int) -> Select[str]:
    kept = select(Keeping.contact_id).where(Keeping.until.is_(None), Keeping.tier == tier)
    return kept.where(Keeping.contact_id == Contact.id).correlate(Contact)


def _seats(viewer: Viewer, whose: str) -> list[str]:
    """The viewer's positions, or those of the posts where they are."""
    if whose == "mine":
        return list(viewer.positions)
    return list(session().scalars(select(Position.id).where(Position.post_id.in_(viewer.posts))))


def _by_tier(query: Select[str], seats: Iterable[str], tiers: Iterable[int]) -> list[str]:
    """Whom these positions keep, the closest first: who is further away is not asked for once a list is full."""
    found: dict[str, None] = {}
    kept = select(Keeping.contact_id).where(Keeping.until.is_(None), Keeping.position_id.in_(seats))
    for tier in tiers:
        found |= dict.fromkeys(session().scalars(query.where(Contact.id.in_(kept.where(Keeping.tier == tier)))))
        if len(found) > MOST:
            break
    return list(found)[: MOST + 1]


# What a row of the list shows: half of what takes time is making what it does not.
_ROW = (
    load_only(Contact.name, Contact.role, Contact.country, Contact.organisation_id, Contact.last_met_on),
    joinedload(Contact.organisation).load_only(Contact.name),
    selectinload(Contact.keepings)
    .load_only(Keeping.contact_id, Keeping.position_id, Keeping.tier, Keeping.relation, Keeping.until)
    .joinedload(Keeping.position)
    .load_only(Position.title_nl, Position.title_en, Position.post_id)
    .joinedload(Position.post)
    .load_only(Post.name_nl, Post.name_en),
)


def contacts_listed(contact_ids: Sequence[str]) -> list[Contact]:
    """These contacts with their organisation and who keeps them, in this order."""
    found = session().scalars(select(Contact).where(Contact.id.in_(contact_ids)).options(*_ROW))
    by_id = {one.id: one for one in found}
    return [by_id[one] for one in contact_ids]


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
            named = select(ContactWord.contact_id).where(begins(word))
            there = aliased(Contact)
            works = select(there.id).where(there.organisation_id.in_(named))
            yield Contact.id.in_(union(named, works))
        else:
            # Two questions: SQLite would make a table of the two ids for each contact that it asks this of.
            either = (ContactWord.contact_id == one for one in (Contact.id, Contact.organisation_id))
            yield or_(*(exists().where(one, begins(word)).correlate(Contact) for one in either))


def _frequency(word: str) -> int:
    """How many words begin so, counted until there are more than a few."""
    some = select(ContactWord.word).where(begins(word)).limit(FEW + 1).subquery()
    return session().scalar(select(func.count()).select_from(some)) or 0


def begins(word: str, where: type[ContactWord] = ContactWord) -> ColumnElement[bool]:
    """A looked-up word begins so: as a range, which the index answers; LIKE would look at all of them."""
    return (where.word >= word) & (where.word < word + "\U0010fffd")


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
    query = select(Contact.id, Contact.last_met_on).where(Contact.id.in_(set(contact_ids)))
    return {contact_id: day for contact_id, day in session().execute(query) if day}


def gone_quiet(viewer: Viewer, keepings: Iterable[Keeping]) -> dict[int, list[Keeping]]:
    """Of these keepings those of whom nothing was noted for a year, and who are not newer than that: by tier."""
    require(viewer, "contact.read")
    before = clock.today() - QUIET_AFTER
    found: dict[int, list[Keeping]] = {}
    for one in keepings:
        if max(one.contact.last_met_on or date.min, one.since or date.min) < before:
            found.setdefault(one.tier, []).append(one)
    return found


def kept_by(viewer: Viewer, position_ids: Iterable[str], *, limit: int | None = None) -> list[Keeping]:
    """What these positions keep now, with contact and organisation, by tier and name. One query."""
    require(viewer, "contact.read")
    return _present_keepings(Keeping.position_id.in_(set(position_ids)), limit)


def kept_at(viewer: Viewer, post: Post) -> list[Keeping]:
    """What the positions of a post keep now, by tier and name. One query."""
    require(viewer, "contact.read")
    return _present_keepings(Keeping.position_id.in_(select(Position.id).where(Position.post_id == post.id)))


def kept_among(viewer: Viewer, contacts: Iterable[Contact]) -> list[Keeping]:
    """Which positions keep these contacts now, by tier and name. One query."""
    require(viewer, "contact.read")
    return _present_keepings(Keeping.contact_id.in_({one.id for one in contacts}))


def _present_keepings(where: ColumnElement[bool], limit: int | None = None) -> list[Keeping]:
    query: Any = (
        select(Keeping)
        .join(Keeping.contact)
        .where(where, Keeping.until.is_(None))
        .options(contains_eager(Keeping.contact).joinedload(Contact.organisation), joinedload(Keeping.position))
        .order_by(Keeping.tier, Contact.name, Keeping.id)
        .limit(limit)
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
