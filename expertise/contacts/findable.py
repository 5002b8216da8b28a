"""What search may show of contacts: everything but what a position noted about the relation."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from expertise.base.database import session
from expertise.base.findable import Findable, Source
from expertise.base.languages import detect
from expertise.base.markdown import to_text
from expertise.contacts.models import Contact, Keeping


def load(ids: Iterable[str]) -> Iterator[Findable]:
    """The pieces of these contacts."""
    query = (
        select(Contact)
        .where(Contact.id.in_(list(ids)), Contact.merged_into_id.is_(None))
        .options(joinedload(Contact.organisation), selectinload(Contact.keepings).joinedload(Keeping.position))
    )
    for contact in session().scalars(query):
        yield _piece(contact)


def _piece(contact: Contact) -> Findable:
    organisation = contact.organisation.name if contact.organisation else ""
    kept, notes = contact.present_keepings, to_text(contact.notes)
    return Findable(
        kind="contact",
        id=contact.id,
        title=contact.name,
        url=f"/contacts/{contact.id}",
        readers=contact.readers,
        summary=", ".join(part for part in (contact.role, organisation) if part),
        body=notes,
        # Nobody is asked in which language a contact is described; too little text says nothing.
        language=detect(f"{contact.role} {notes}", otherwise="en"),
        external_id=contact.external_id,
        subkind=contact.kind,
        post=kept[0].position.post.code if kept else None,
        names=tuple(part for part in (contact.name, organisation, contact.email, contact.phone) if part),
    )


def ids() -> Iterator[str]:
    """All of them, for a rebuild."""
    yield from session().scalars(select(Contact.id).where(Contact.merged_into_id.is_(None)))


SOURCES = (Source("contact", load, ids),)
