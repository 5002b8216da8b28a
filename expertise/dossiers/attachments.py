"""Files at dossiers and notes: what the room below needs to know of them, and the panels on their pages."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.panels import Panel
from expertise.domains.models import Domain
from expertise.dossiers.models import Dossier, Entry
from expertise.dossiers.panels import on_dossier, on_entry
from expertise.files.owners import Owner, OwnerKind, register
from expertise.files.panels import has_files, panel_of


def owner_of_dossier(dossier: Dossier) -> Owner:
    """Who may add a note to it may add a file; its keepers remove what others added."""
    kept = dossier.present_stewardships
    posts = [one.position.post.code for one in kept] or [one.code for one in dossier.posts]
    return Owner(
        kind="dossier",
        id=dossier.id,
        title=dossier.title,
        url=f"/dossiers/{dossier.id}",
        readers=dossier.readers,
        adders=dossier.readers,
        keepers=dossier.keepers,
        post=posts[0] if posts else None,
        dossier=dossier.id,
        domains=tuple(one.code for one in dossier.domains),
    )


def owner_of_entry(entry: Entry) -> Owner:
    """Whoever may revise a note may add files to it, and remove them."""
    dossier = entry.dossier
    domains = (*entry.domains, *dossier.domains)
    return Owner(
        kind="entry",
        id=entry.id,
        title=entry.title,
        url=f"/dossiers/{dossier.id}/entries/{entry.id}",
        readers=entry.readers,
        adders=entry.editors,
        keepers=entry.editors,
        post=entry.post.code if entry.post else None,
        dossier=dossier.id,
        domains=tuple(dict.fromkeys(one.code for one in domains)),
    )


def load_dossiers(ids: Iterable[str]) -> Iterator[Owner]:
    """These dossiers, as owners of files."""
    query = select(Dossier).where(Dossier.id.in_(list(ids)))
    for dossier in session().scalars(query.options(*_whole())):
        yield owner_of_dossier(dossier)


def load_entries(ids: Iterable[str]) -> Iterator[Owner]:
    """These notes, as owners of files."""
    of_dossier = joinedload(Entry.dossier, innerjoin=True).options(*_whole())
    domains = selectinload(Entry.domains).options(lazyload(Domain.terms))
    query = select(Entry).where(Entry.id.in_(list(ids))).options(joinedload(Entry.post), of_dossier, domains)
    for entry in session().scalars(query):
        yield owner_of_entry(entry)


def _whole() -> tuple[Any, ...]:
    domains = selectinload(Dossier.domains).options(lazyload(Domain.terms))
    rows = (selectinload(Dossier.reader_rows), selectinload(Dossier.stewardships), selectinload(Dossier.posts))
    return (*rows, domains)


def _entries_of(dossier_id: str) -> Select[str]:
    return select(Entry.id).where(Entry.dossier_id == dossier_id)


register(OwnerKind("dossier", load_dossiers))
# The readers of a note are those of its dossier.
register(OwnerKind("entry", load_entries, follows={"dossier": _entries_of}))


@on_dossier.panel_where("files", has_files("dossier"), order=10)
def files_of_dossier(viewer: Viewer, dossier: Dossier, there: bool) -> Panel | None:
    """The attachments of a dossier."""
    return panel_of(viewer, owner_of_dossier(dossier), there=there)


@on_entry.panel_where("files", has_files("entry"), order=10)
def files_of_entry(viewer: Viewer, entry: Entry, there: bool) -> Panel | None:
    """The attachments of a note."""
    return panel_of(viewer, owner_of_entry(entry), there=there)
