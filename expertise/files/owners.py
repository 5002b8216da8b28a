"""What rooms above say of the records that have files: who reads them, who may add, and what search shows of them.

This room knows no dossier and no contact. A room above registers a kind once, in its own attachments.py:

    register(OwnerKind("dossier", load=owners, follows={"dossier": ...}))

`load` gives the Owners of many ids in a fixed number of queries and judges nobody: access/rules.py does that, on the
sets of tokens that each Owner carries.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Select, or_, select

from expertise.base.findable import follow
from expertise.files.models import File

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Owner:
    """A record that has files, as far as this room needs it."""

    kind: str
    id: str
    title: str
    url: str
    readers: frozenset[str]
    adders: frozenset[str]  # of those who read it: who may add a file
    keepers: frozenset[str]  # and who may remove one that somebody else added
    closed: bool = False  # its files stay as they are for good
    post: str | None = None  # code
    dossier: str | None = None  # id
    domains: tuple[str, ...] = ()  # codes

    @property
    def givers(self) -> frozenset[str]:
        """Who may add a file now."""
        return NOBODY if self.closed else self.adders


@dataclass(frozen=True)
class Attached:
    """A file together with the record that it belongs to: what the rules judge."""

    file: File
    owner: Owner

    __tablename__ = "file"  # what the audit calls it

    @property
    def id(self) -> str:
        """Of the file."""
        return self.file.id

    @property
    def readers(self) -> frozenset[str]:
        """Exactly those of the record."""
        return self.owner.readers

    @property
    def removers(self) -> frozenset[str]:
        """The keepers of the record, and who added it."""
        if self.owner.closed:
            return NOBODY
        own = {f"person:{self.file.added_by_id}"} if self.file.added_by_id else set()
        return self.owner.keepers | own


@dataclass(frozen=True)
class OwnerKind:
    """A kind of record that has files. `follows`: with which records its readers or title change, as queries of ids."""

    name: str
    load: Callable[[Iterable[str]], Iterator[Owner]]
    follows: Mapping[str, Callable[[str], Select[str]]] = field(default_factory=dict)
    # Locks the row of a record that may be closed for good while somebody adds a file.
    lock: Callable[[str], None] | None = None


_kinds: dict[str, OwnerKind] = {}


def register(kind: OwnerKind) -> None:
    """Let records of this kind have files. A name is taken once."""
    if kind.name in _kinds:
        raise ValueError(f"{kind.name} has files already")
    _kinds[kind.name] = kind
    for source in (kind.name, *kind.follows):
        follow(source, "file", partial(_files_of, source))


def load(kind: str, ids: Iterable[str]) -> dict[str, Owner]:
    """The owners of this kind, by id; those that are gone are missing. Judges nobody."""
    found = _kinds.get(kind)
    return {one.id: one for one in found.load(set(ids))} if found else {}


def held(owner: Owner) -> Owner | None:
    """The owner as it now stands, and as it stays until this transaction ends. None where it is gone."""
    kind = _kinds[owner.kind]
    if kind.lock is not None:
        kind.lock(owner.id)
    return load(owner.kind, [owner.id]).get(owner.id)


def _files_of(source: str, record_id: str) -> Select[str]:
    """The files whose readers, titles or facets may change with this record."""
    where = [(File.owner_kind == source) & (File.owner_id == record_id)]
    for kind in _kinds.values():
        if source in kind.follows:
            where.append((File.owner_kind == kind.name) & File.owner_id.in_(kind.follows[source](record_id)))
    return select(File.id).where(or_(*where))
