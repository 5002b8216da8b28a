"""Who of us knows a contact: the positions that keep them, and the people, through these or by having met them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.contacts.models import Contact, Interaction, InteractionContact, Keeping
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting
from expertise.posts.queries import present_postings_of

# A relation survived a rotation if the successor met them within so many days.
ALIVE_WITHIN = timedelta(days=90)
# HR sees groups of five or more, never a person.
SMALLEST_GROUP = 5


@dataclass(frozen=True)
class Knows:
    """A position that keeps or kept a contact, and those who held it in that time, the latest first."""

    keeping: Keeping
    holders: list[Posting]


@dataclass
class Knower:
    """One of us who knows a contact: since when, how often and when last they met, and where they are now."""

    person: Person
    since: date | None
    keeping: Keeping | None = None
    times: int = 0
    last: date | None = None
    now: Posting | None = None


def known_by(viewer: Viewer, contact: Contact) -> list[Knows]:
    """Per position that keeps or kept a contact, the holders of that time. One query."""
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


def knowers_of(viewer: Viewer, contact: Contact, known: Iterable[Knows]) -> list[Knower]:
    """The people among us who know a contact, whoever met them last first. Two queries."""
    require(viewer, "contact.read", contact)
    found: dict[str, Knower] = {}
    for one in known:
        for posting in one.holders:
            starts = [day for day in (posting.starts_on, one.keeping.since) if day]
            since = max(starts) if starts else None
            knower = found.setdefault(posting.person_id, Knower(posting.person, since, one.keeping))
            if since and (knower.since is None or since < knower.since):
                knower.since = since
    query = (
        select(Person, func.min(Interaction.on), func.max(Interaction.on), func.count())
        .join(Interaction, Interaction.person_id == Person.id)
        .join(InteractionContact, InteractionContact.interaction_id == Interaction.id)
        .where(InteractionContact.contact_id == contact.id, Interaction.planned.is_(False))
        .group_by(Person.id)
    )
    for person, first, last, times in session().execute(query):
        knower = found.setdefault(person.id, Knower(person, first))
        knower.since = min(knower.since or first, first)
        knower.last, knower.times = last, times
    for person_id, posting in present_postings_of(viewer, found).items():
        found[person_id].now = posting
    return sorted(found.values(), key=lambda one: (one.last or date.min, one.since or date.min), reverse=True)


@dataclass(frozen=True)
class Alive:
    """Of the relations of tier 1 that a rotation passed on, how many the successor met within 90 days."""

    post: Post | None  # None: the posts that are too small to be shown by themselves
    rotations: int
    passed_on: int
    alive: int

    @property
    def share(self) -> int:
        """In per cent."""
        return round(100 * self.alive / self.passed_on)


def alive_after_rotation(viewer: Viewer, *, since: date) -> list[Alive]:
    """Per post, the share of relations of tier 1 alive 90 days after the rotations since a day. Three queries.

    Groups of fewer than five successors are never shown: small posts are taken together, and where they are too
    few even then, left out. There is no total, from which they could be worked out. The tier is that of today.
    """
    require(viewer, "rotation.overview")
    passed_on = _passed_on(since)
    met = _days_met({person_id for person_id, *_rest in passed_on}, since)
    groups: dict[str, _Group] = {}
    for person_id, starts_on, contact_id, post_id in passed_on:
        group = groups.setdefault(post_id, _Group())
        group.people.add(person_id)
        group.rotations.add((person_id, starts_on))
        group.passed_on += 1
        days = met.get((person_id, contact_id), ())
        group.alive += any(starts_on <= day <= starts_on + ALIVE_WITHIN for day in days)
    posts = {one.id: one for one in session().scalars(select(Post).where(Post.id.in_(groups)))}
    large = {post_id: one for post_id, one in groups.items() if one.is_enough}
    shown = [one.as_shown(posts[post_id]) for post_id, one in large.items()]
    small = [one for post_id, one in groups.items() if post_id not in large]
    together = _Group()
    for one in small:
        together.take_in(one)
    if len(small) > 1 and together.is_enough:
        shown.append(together.as_shown(None))
    return sorted(shown, key=lambda one: (one.post is None, one.share, one.post.code if one.post else ""))


@dataclass
class _Group:
    """What was counted of a post, or of several."""

    people: set[str] = field(default_factory=set)
    rotations: set[tuple[str, date]] = field(default_factory=set)
    passed_on: int = 0
    alive: int = 0

    @property
    def is_enough(self) -> bool:
        return len(self.people) >= SMALLEST_GROUP

    def take_in(self, other: "_Group") -> None:
        self.people |= other.people
        self.rotations |= other.rotations
        self.passed_on += other.passed_on
        self.alive += other.alive

    def as_shown(self, post: Post | None) -> Alive:
        return Alive(post, len(self.rotations), self.passed_on, self.alive)


def _passed_on(since: date) -> list[tuple[str, date, str, str]]:
    """A row per successor and relation of tier 1 that was kept when they came: person, start, contact, post."""
    before = aliased(Posting)
    came_after_somebody = (
        select(before.id)
        .where(before.position_id == Posting.position_id, before.status == "held", before.acting.is_(False))
        .where(or_(before.starts_on.is_(None), before.starts_on < Posting.starts_on))
        .exists()
    )
    query = (
        select(Posting.person_id, Posting.starts_on, Keeping.contact_id, Position.post_id)
        .join(Position, Position.id == Posting.position_id)
        .join(Keeping, Keeping.position_id == Posting.position_id)
        .where(
            Posting.status == "held",
            Posting.acting.is_(False),
            Posting.starts_on.between(since, clock.today() - ALIVE_WITHIN),
            Keeping.tier == 1,
            or_(Keeping.since.is_(None), Keeping.since < Posting.starts_on),
            or_(Keeping.until.is_(None), Keeping.until > Posting.starts_on),
            came_after_somebody,
        )
        .distinct()
    )
    return [(who, start, contact, post) for who, start, contact, post in session().execute(query) if start]


def _days_met(person_ids: Iterable[str], since: date) -> dict[tuple[str, str], list[date]]:
    """(person, contact) -> the days on which they met."""
    query = (
        select(Interaction.person_id, InteractionContact.contact_id, Interaction.on)
        .join(InteractionContact, InteractionContact.interaction_id == Interaction.id)
        .where(Interaction.person_id.in_(set(person_ids)), Interaction.planned.is_(False), Interaction.on >= since)
    )
    found: dict[tuple[str, str], list[date]] = {}
    for person_id, contact_id, day in session().execute(query):
        found.setdefault((person_id or "", contact_id), []).append(day)
    return found


def first_own_contact(viewer: Viewer, posting: Posting | None, contact_ids: Iterable[str]) -> dict[str, date]:
    """When the holder of a posting first met each of these contacts, from its start on. One query."""
    if posting is None:
        return {}
    met = first_own_contacts(viewer, [posting], contact_ids)
    return {contact: on for (_posting, contact), on in met.items()}


def first_own_contacts(
    viewer: Viewer, postings: Iterable[Posting], contact_ids: Iterable[str]
) -> dict[tuple[str, str], date]:
    """The same of several postings, by the ids of posting and contact. One query."""
    require(viewer, "contact.read")
    query = (
        select(Posting.id, InteractionContact.contact_id, func.min(Interaction.on))
        .join(Interaction, Interaction.id == InteractionContact.interaction_id)
        .join(Posting, Posting.person_id == Interaction.person_id)
        .where(
            InteractionContact.contact_id.in_(set(contact_ids)),
            Posting.id.in_({one.id for one in postings}),
            Interaction.planned.is_(False),
            or_(Posting.starts_on.is_(None), Interaction.on >= Posting.starts_on),
        )
        .group_by(Posting.id, InteractionContact.contact_id)
    )
    return {(row[0], row[1]): row[2] for row in session().execute(query)}
