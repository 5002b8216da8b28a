"""Questions about dossiers, and who keeps them. What stands in them is asked of entry_queries.py and history.py."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import TODAY, session
from expertise.base.errors import NotFound
from expertise.base.paging import Page, paged
from expertise.contacts.models import Contact
from expertise.domains.models import Domain
from expertise.domains.queries import with_below
from expertise.dossiers.chain import Gap, Holder, gaps, holders, present_holder
from expertise.dossiers.models import (
    Dossier,
    DossierContact,
    DossierDomain,
    DossierPost,
    Stewardship,
)
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting
from expertise.posts.queries import present_holder_of, present_postings_of

# What the page of a dossier asks, made once: it is the page that people open most.
_DOSSIER = (
    select(Dossier)
    .where(Dossier.id == bindparam("dossier"))
    .options(joinedload(Dossier.reader_rows), joinedload(Dossier.posts), joinedload(Dossier.domains))
)
# Apart, since joined with the rest they would multiply; and not by `selectinload`, which takes twice as long as this.
_STEWARDSHIPS = (
    select(Stewardship)
    .where(Stewardship.dossier_id == bindparam("dossier"))
    .order_by(Stewardship.from_on, Stewardship.id)
)
_HELD = (
    select(Posting)
    .where(Posting.position_id.in_(bindparam("positions", expanding=True)), Posting.status == "held")
    .order_by(Posting.starts_on, Posting.id)
)
_LOCAL_STAFF = (
    select(Posting)
    .join(Posting.position)
    .join(Position.post)
    .join(Posting.person)
    .options(contains_eager(Posting.position).contains_eager(Position.post), contains_eager(Posting.person))
    .where(
        Position.post_id.in_(bindparam("posts", expanding=True)), Person.local_staff.is_(True), Posting.holding(TODAY)
    )
    .order_by(Posting.starts_on, Posting.id)
    .limit(5)
)
_CONTACTS = (
    select(Contact)
    .join(DossierContact, DossierContact.contact_id == Contact.id)
    .where(DossierContact.dossier_id == bindparam("dossier"))
    .options(joinedload(Contact.organisation))
    .order_by(Contact.name, Contact.id)
)
WHOSE = ("mine", "post", "all")
SORTS = ("next", "title", "verified")


@dataclass(frozen=True)
class Filters:
    """What a list of dossiers is narrowed to; empty is not at all."""

    whose: str = "all"
    text: str = ""
    post: str = ""  # id
    domain: str = ""  # id; with all that stands under it
    status: str = "active"
    sort: str = "next"


@dataclass(frozen=True)
class Keeper:
    """A position that keeps a dossier, and who holds it today."""

    stewardship: Stewardship
    holder: Posting | None

    @property
    def position(self) -> Position:
        """The position."""
        return self.stewardship.position


@dataclass(frozen=True)
class Chain:
    """Who kept a dossier, when nobody did, where those people are now, and which positions keep it today."""

    holders: Sequence[Holder]
    gaps: Sequence[Gap]
    now: dict[str, Posting]  # by person
    keepers: Sequence[Keeper]


def get_dossier(viewer: Viewer, dossier_id: str, action: str = "dossier.read") -> Dossier:
    """One dossier, for a viewer who may read it and do what `action` says."""
    dossier = session().scalars(_DOSSIER, {"dossier": dossier_id}).unique().one_or_none()
    if dossier is None:
        raise NotFound(dossier_id)
    kept = list(session().scalars(_STEWARDSHIPS, {"dossier": dossier_id}))
    set_committed_value(dossier, "stewardships", kept)
    require(viewer, "dossier.read", dossier)
    require(viewer, action, dossier)
    return dossier


def find_dossier(viewer: Viewer, dossier_id: str) -> Dossier | None:
    """One dossier, or None where it is not there or not for this viewer."""
    try:
        return get_dossier(viewer, dossier_id)
    except NotFound:
        return None


def titles_of(viewer: Viewer, dossier_ids: Sequence[str]) -> dict[str, str]:
    """Id -> title, of those that the viewer may read."""
    if not dossier_ids:
        return {}
    query = select(Dossier.id, Dossier.title).where(Dossier.id.in_(dossier_ids), only(viewer, "dossier.read", Dossier))
    return {row.id: row.title for row in session().execute(query)}


def list_dossiers(viewer: Viewer, filters: Filters = Filters(), *, page: int = 1) -> Page[Dossier]:
    """A page of the dossiers that the viewer may read."""
    require(viewer, "dossier.read")
    query = select(Dossier).where(only(viewer, "dossier.read", Dossier), *_narrowed(viewer, filters))
    if filters.status:
        query = query.where(Dossier.status == filters.status)
    query = query.order_by(*_order(filters.sort)).options(selectinload(Dossier.stewardships))
    if filters.status != "active":
        # Whether a closed one can be opened again depends on the posts that are involved.
        query = query.options(selectinload(Dossier.posts))
    return paged(query, page)


def _narrowed(viewer: Viewer, filters: Filters) -> Iterable[ColumnElement[bool]]:
    if filters.whose == "mine":
        yield _kept(Stewardship.position_id.in_(viewer.positions))
    elif filters.whose == "post":
        yield _at_posts(viewer.posts)
    for word in filters.text.split()[:8]:
        columns = (Dossier.title, Dossier.summary, Dossier.next_step)
        yield or_(*(column.icontains(word, autoescape=True) for column in columns))
    if filters.post:
        yield _at_posts([filters.post])
    if filters.domain:
        domain = session().get(Domain, filters.domain)
        filed = with_below([domain]) if domain else set()
        yield exists().where(DossierDomain.dossier_id == Dossier.id, DossierDomain.domain_id.in_(filed))


def _kept(where: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(Stewardship.dossier_id == Dossier.id, Stewardship.to_on.is_(None), where)


def _at_posts(post_ids: Sequence[str]) -> ColumnElement[bool]:
    """Where one of these posts is involved, or one of its positions keeps it."""
    seats = select(Position.id).where(Position.post_id.in_(post_ids))
    involved = exists().where(DossierPost.dossier_id == Dossier.id, DossierPost.post_id.in_(post_ids))
    return or_(involved, _kept(Stewardship.position_id.in_(seats)))


def _order(sort: str) -> tuple[Any, ...]:
    if sort == "title":
        return Dossier.title, Dossier.id
    if sort == "verified":
        # What was never verified needs it most.
        return case((Dossier.verified_on.is_(None), 0), else_=1), Dossier.verified_on, Dossier.title, Dossier.id
    without = case((Dossier.next_step_on.is_(None), 1), else_=0)
    return without, Dossier.next_step_on, Dossier.urgency, Dossier.title, Dossier.id


def keepers_of(viewer: Viewer, dossiers: Iterable[Dossier]) -> dict[str, list[Keeper]]:
    """The positions that keep these dossiers, with who holds each today, by the dossier's id. One query."""
    rows = {one.id: one.present_stewardships for one in dossiers}
    positions = {stewardship.position_id for kept in rows.values() for stewardship in kept}
    holding = present_holder_of(viewer, positions) if positions else {}
    return {
        dossier_id: [Keeper(one, holding.get(one.position_id)) for one in kept] for dossier_id, kept in rows.items()
    }


def kept_by(viewer: Viewer, position_ids: Iterable[str], *, status: str | None = "active") -> list[Dossier]:
    """The dossiers that these positions keep now, by urgency and title."""
    return _dossiers(viewer, _kept(Stewardship.position_id.in_(set(position_ids))), status)


def dossiers_at(viewer: Viewer, post: Post) -> list[Dossier]:
    """The active dossiers of a post."""
    return _dossiers(viewer, _at_posts([post.id]), "active")


def dossiers_about(viewer: Viewer, domain: Domain) -> list[Dossier]:
    """The active dossiers that are about a domain, or about one under it."""
    filed = exists().where(DossierDomain.dossier_id == Dossier.id, DossierDomain.domain_id.in_(with_below([domain])))
    return _dossiers(viewer, filed, "active")


def dossiers_with(viewer: Viewer, contact: Contact) -> list[Dossier]:
    """The dossiers for which a contact matters."""
    linked = exists().where(DossierContact.dossier_id == Dossier.id, DossierContact.contact_id == contact.id)
    return _dossiers(viewer, linked, None)


def contacts_of(viewer: Viewer, dossier: Dossier) -> list[Contact]:
    """Who matters for a dossier, by name."""
    require(viewer, "dossier.read", dossier)
    return list(session().scalars(_CONTACTS, {"dossier": dossier.id}))


def _dossiers(viewer: Viewer, where: ColumnElement[bool], status: str | None) -> list[Dossier]:
    require(viewer, "dossier.read")
    query: Select[Any] = select(Dossier).where(only(viewer, "dossier.read", Dossier), where)
    if status is not None:
        query = query.where(Dossier.status == status)
    query = query.order_by(Dossier.urgency, Dossier.title, Dossier.id)
    return list(session().scalars(query.options(selectinload(Dossier.stewardships))))


def chain_of(viewer: Viewer, dossier: Dossier) -> Chain:
    """Who kept a dossier since when, when nobody did, and where they are now. At most two queries."""
    require(viewer, "dossier.read", dossier)
    line: dict[str, list[Posting]] = {one.position_id: [] for one in dossier.stewardships}
    for posting in session().scalars(_HELD, {"positions": list(line)}):
        line[posting.position_id].append(posting)
    today = clock.today()
    held = holders(dossier.stewardships, line, today)
    # Whoever holds it today is there; the others are looked for.
    now = {one.posting.person_id: one.posting for one in held if one.posting.holds_on(today)}
    gone = {one.posting.person_id for one in held} - now.keys()
    now |= present_postings_of(viewer, gone) if gone else {}
    kept = dossier.present_stewardships
    keepers = [Keeper(one, present_holder(line[one.position_id], today)) for one in kept]
    return Chain(held, gaps(held, still_kept=bool(kept)), now, keepers)


def who_stays(viewer: Viewer, dossier: Dossier) -> list[Posting]:
    """Locally employed colleagues at the posts of a dossier: the continuity when its holder leaves."""
    require(viewer, "dossier.read", dossier)
    posts = {one.id for one in dossier.posts}
    return list(session().scalars(_LOCAL_STAFF, {"posts": list(posts)})) if posts else []
