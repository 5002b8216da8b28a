"""Who is known already by nearly this name or address: asked while somebody types it."""

from collections.abc import Iterator
from difflib import SequenceMatcher

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.contacts.models import Contact, ContactWord
from expertise.contacts.names import BEGINNING, plain, resembles
from expertise.contacts.queries import begins, contacts_listed, lookalikes

SHOWN = 5
LOOKED_AT = 150  # whose names are compared, of those who share the beginning of a word


def similar(viewer: Viewer, *, name: str, email: str = "", organisation: str = "", kind: str = "") -> list[Contact]:
    """Contacts that may be the same, the surest first: by address, by name and place, by nearly the same name."""
    require(viewer, "contact.read")
    sure = lookalikes(viewer, name=name, email=email, organisation=organisation) if plain(name) or email else []
    near = dict.fromkeys(one.id for one in sure)
    near |= dict.fromkeys(_nearly(viewer, name, kind))
    return contacts_listed(list(near)[:SHOWN])


def _nearly(viewer: Viewer, name: str, kind: str) -> Iterator[str]:
    ids = {one for query in _candidates(name) for one in session().scalars(query.limit(LOOKED_AT))}
    readable = select(Contact.id, Contact.name, Contact.name_key).where(
        Contact.id.in_(ids), Contact.merged_into_id.is_(None), only(viewer, "contact.read", Contact)
    )
    if kind:
        readable = readable.where(Contact.kind == kind)
    found = [(key, one) for one, there, key in session().execute(readable) if resembles(name, there)]
    typed = plain(name)
    yield from (
        one for _likeness, one in sorted((-SequenceMatcher(None, typed, key).ratio(), one) for key, one in found)
    )


def _candidates(name: str) -> Iterator[Select[str]]:
    """Who has the longest word of it, and who has the beginnings of all its words: by the index, no name is read."""
    words = sorted(plain(name).split(), key=len, reverse=True)
    if not words or len(words[0]) < BEGINNING:
        return
    yield select(ContactWord.contact_id).where(begins(words[0]))
    query = select(ContactWord.contact_id).where(begins(words[0][:BEGINNING]))
    for word in words[1:3]:
        other = aliased(ContactWord)
        query = query.where(exists().where(other.contact_id == ContactWord.contact_id, begins(word[:1], other)))
    yield query
