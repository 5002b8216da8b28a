"""Lists for programs that no page shows so: each record loaded with what its row is told from."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.paging import Page, paged
from expertise.contacts import exchange as contacts_exchange
from expertise.contacts.models import Contact, ContactWord
from expertise.domains.models import Domain
from expertise.domains.queries import with_below
from expertise.dossiers import exchange as dossiers_exchange
from expertise.dossiers.models import Dossier, DossierDomain, DossierPost, Entry
from expertise.handovers.models import Handover
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting

_OF_ENTRY = (
    joinedload(Entry.dossier),
    joinedload(Entry.post),
    joinedload(Entry.author),
    selectinload(Entry.domains).options(lazyload(Domain.terms)),
)


def dossiers(
    viewer: Viewer, *, domain: Domain | None, post: Post | None, status: str | None, page: int
) -> Page[Dossier]:
    """The dossiers that the viewer may read, by title."""
    require(viewer, "dossier.read")
    query = select(Dossier).where(only(viewer, "dossier.read", Dossier)).options(*dossiers_exchange.TOLD)
    if domain is not None:
        filed = select(DossierDomain.dossier_id).where(DossierDomain.domain_id.in_(with_below([domain])))
        query = query.where(Dossier.id.in_(filed))
    if post is not None:
        query = query.where(Dossier.id.in_(select(DossierPost.dossier_id).where(DossierPost.post_id == post.id)))
    if status:
        query = query.where(Dossier.status == status)
    return paged(query.order_by(Dossier.title, Dossier.id), page)


def entries(viewer: Viewer, dossier: Dossier, *, page: int) -> Page[Entry]:
    """The notes of a dossier, the latest first."""
    require(viewer, "dossier.read", dossier)
    query = select(Entry).where(Entry.dossier_id == dossier.id, only(viewer, "entry.read", Entry))
    return paged(query.options(*_OF_ENTRY).order_by(Entry.date.desc(), Entry.id), page)


def contacts(viewer: Viewer, text: str, *, page: int) -> Page[Contact]:
    """Contacts by name; `text` is the beginning of a word of it."""
    require(viewer, "contact.read")
    query = select(Contact).where(Contact.merged_into_id.is_(None)).options(*contacts_exchange.TOLD)
    for word in text.casefold().split():
        known = select(ContactWord.contact_id).where(ContactWord.word.startswith(word, autoescape=True))
        query = query.where(Contact.id.in_(known))
    return paged(query.order_by(Contact.name, Contact.id), page)


def domains(viewer: Viewer, *, page: int) -> Page[Domain]:
    """The themes by code."""
    require(viewer, "domain.read")
    return paged(select(Domain).order_by(Domain.code), page)


def parents(domains: Any) -> dict[str, str]:
    """Id -> code of what stands above these. One query."""
    ids = {one.parent_id for one in domains if one.parent_id}
    rows = session().execute(select(Domain.id, Domain.code).where(Domain.id.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in rows}


def posts(viewer: Viewer, *, page: int) -> Page[Post]:
    """The posts by code, also those that are closed."""
    require(viewer, "post.read")
    return paged(select(Post).options(joinedload(Post.parent)).order_by(Post.code), page)


def postings(viewer: Viewer, person: Person) -> list[Posting]:
    """Where somebody was, is and will be, the first first."""
    require(viewer, "person.read")
    query = select(Posting).where(Posting.person_id == person.id).options(joinedload(Posting.position))
    return list(session().scalars(query.order_by(Posting.starts_on, Posting.id)))


def handovers(viewer: Viewer, *, post: Post | None, page: int) -> Page[Handover]:
    """The notes that the viewer may read, the latest posting first."""
    require(viewer, "handover.read")
    query = select(Handover).join(Posting, Posting.id == Handover.posting_id)
    query = query.where(only(viewer, "handover.read", Handover))
    if post is not None:
        query = query.join(Position, Position.id == Posting.position_id).where(Position.post_id == post.id)
    return paged(query.order_by(Posting.starts_on.desc(), Handover.id), page)


def get_entry(viewer: Viewer, entry_id: str, action: str = "entry.read") -> Entry:
    """One note by its own id, for whoever may do `action` to it."""
    query = select(Entry).where(Entry.id == entry_id, only(viewer, "entry.read", Entry)).options(*_OF_ENTRY)
    found = session().scalar(query)
    if found is None:
        raise NotFound(entry_id)
    require(viewer, action, found)
    return found
