"""Files at contacts: what the room below needs to know of a contact, and the panel on its page."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.panels import Panel
from expertise.contacts.models import Contact, Keeping
from expertise.contacts.panels import on_contact
from expertise.files.owners import Owner, OwnerKind, register
from expertise.files.panels import has_files, panel_of


def owner_of(contact: Contact) -> Owner:
    """All staff read it; who keeps the contact adds and removes."""
    kept = contact.present_keepings
    return Owner(
        kind="contact",
        id=contact.id,
        title=contact.name,
        url=f"/contacts/{contact.id}",
        readers=contact.readers,
        adders=contact.keepers,
        keepers=contact.keepers,
        post=kept[0].position.post.code if kept else None,
    )


def load(ids: Iterable[str]) -> Iterator[Owner]:
    """These contacts, as owners of files."""
    query = select(Contact).where(Contact.id.in_(list(ids)))
    kept = selectinload(Contact.keepings).joinedload(Keeping.position)
    for contact in session().scalars(query.options(joinedload(Contact.organisation), kept)):
        yield owner_of(contact)


register(OwnerKind("contact", load))


@on_contact.panel_where("files", has_files("contact"), order=40)
def files_of_contact(viewer: Viewer, contact: Contact, there: bool) -> Panel | None:
    """The attachments of a contact."""
    return panel_of(viewer, owner_of(contact), there=there)
