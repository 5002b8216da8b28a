"""What dossiers hold of a contact: links, and names in texts. contacts/following.py says what this is for."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Delete, delete, select, update

from expertise.access.rules import only
from expertise.access.viewer import Viewer
from expertise.base.database import changed_rows, session
from expertise.base.findable import tell_search
from expertise.base.striking import strike_in, strike_in_document
from expertise.dossiers.models import Dossier, DossierContact, DossierRevision, Entry, EntryRevision

DOSSIER_TEXTS = ("title", "summary", "objectives", "state_of_play", "line_to_take", "next_step", "next_step_by")
ENTRY_TEXTS = ("title", "body", "to_whom")


class DossierLinks:
    """The contacts that matter for a dossier."""

    def move(self, lost: str, kept: str) -> list[str]:
        """The dossiers of one become those of the other."""
        there = set(session().scalars(_dossiers_of(kept)))
        here = list(session().scalars(_dossiers_of(lost)))
        fresh = [one for one in here if one not in there]
        links = update(DossierContact).where(DossierContact.contact_id == lost, DossierContact.dossier_id.in_(fresh))
        session().execute(links.values(contact_id=kept))
        session().execute(delete(DossierContact).where(DossierContact.contact_id == lost))
        return [*fresh, *(f"both:{one}" for one in here if one in there)]

    def put_back(self, moved: list[str], lost: str, kept: str) -> None:
        """They go back, where nobody took them away since."""
        still = set(session().scalars(_dossiers_of(kept)))
        going = [one for one in moved if one in still]
        links = update(DossierContact).where(DossierContact.contact_id == kept, DossierContact.dossier_id.in_(going))
        session().execute(links.values(contact_id=lost))
        for one in (name.removeprefix("both:") for name in moved if name.startswith("both:")):
            if one in still:
                session().add(DossierContact(dossier_id=one, contact_id=lost))

    def give(self, viewer: Viewer, contact_id: str) -> dict[str, Any]:
        """In which dossiers they matter, as far as this viewer may know that."""
        query = select(Dossier.title).where(Dossier.id.in_(_dossiers_of(contact_id)))
        return {"dossiers": sorted(session().scalars(query.where(only(viewer, "dossier.read", Dossier))))}

    def forget(self, contact_id: str, names: Iterable[str]) -> int:
        """The links go, and their name from all texts, also from those that were replaced."""
        gone = _gone(delete(DossierContact).where(DossierContact.contact_id == contact_id))
        listed = list(names)
        dossiers, entries = strike_in(Dossier, DOSSIER_TEXTS, listed), strike_in(Entry, ENTRY_TEXTS, listed)
        for one in dossiers:
            tell_search("dossier", one.id)
        for one in entries:
            tell_search("entry", one.id)
        replaced = [strike_in_document(model, "content", listed) for model in (DossierRevision, EntryRevision)]
        return gone + len(dossiers) + len(entries) + sum(map(len, replaced))


def _dossiers_of(contact_id: str) -> Any:
    return select(DossierContact.dossier_id).where(DossierContact.contact_id == contact_id)


def _gone(query: Delete) -> int:
    """How many rows it took away."""
    return changed_rows(query)
