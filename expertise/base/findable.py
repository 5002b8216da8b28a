"""What a Findable is, and the outbox in which it waits for the index.

A room hands search its records as Findables; search knows no room. A change leaves a row in the outbox in the same
transaction, so that the index can never miss what was committed.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Index, Select, String, insert, literal, select
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base import clock
from expertise.base.database import ID_LENGTH, Model, session

EVERYONE = frozenset({"all"})


@dataclass(frozen=True, slots=True)
class Findable:
    """One searchable piece of a record, and who may find it."""

    kind: str  # dossier, entry, handover, contact, person, post, domain, question, file
    id: str  # of the record
    title: str
    url: str
    readers: frozenset[str]  # tokens; {"all"} is open
    part: str = ""  # where a record is more than one piece; (kind, id, part) is the key
    summary: str = ""
    body: str = ""  # plain text
    language: str = "en"  # nl, en or fr
    date: dt.date | None = None
    date_precision: str = "day"  # day, month or year: how much of the date is known
    external_id: str | None = None
    subkind: str = ""  # of an entry: lesson, decision ...
    post: str | None = None  # code
    dossier: str | None = None  # id
    author: str | None = None  # person's id
    domains: tuple[str, ...] = ()  # codes
    valid_until: dt.date | None = None  # of a line to take
    names: tuple[str, ...] = field(default=())  # codes, numbers and names that must be found exactly

    @property
    def key(self) -> str:
        """Unique in the index."""
        return f"{self.kind}:{self.id}:{self.part}" if self.part else f"{self.kind}:{self.id}"

    @property
    def record(self) -> tuple[str, str]:
        """What it is a piece of."""
        return self.kind, self.id

    @property
    def is_open(self) -> bool:
        """Everyone may read it."""
        return self.readers >= EVERYONE


def both(dutch: str, english: str) -> str:
    """One title for readers of either language."""
    return dutch if dutch == english else f"{dutch} / {english}"


@dataclass(frozen=True)
class Source:
    """How search gets the Findables of one kind: by ids (missing ones are gone), and all ids for a rebuild."""

    kind: str
    load: Callable[[Iterable[str]], Iterator[Findable]]
    ids: Callable[[], Iterator[str]]


class Outbox(Model):
    """A record that the index has yet to read again."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_kind_record_id", "kind", "record_id"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(20))
    record_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    noted_at: Mapped[dt.datetime] = mapped_column(default=clock.now)


# Of which records of another kind the pieces change with a record of this kind: kind -> [(kind, query by id)].
Followers = Callable[[str], Select[str]]
_followers: dict[str, dict[str, Followers]] = {}


def follow(kind: str, follower: str, records: Followers) -> None:
    """When a record of `kind` changes, records of kind `follower` are read again: `records` makes a query of their ids.

    For a room whose pieces show what stands in a room below, which knows nothing of it.
    """
    _followers.setdefault(kind, {})[follower] = records


_to_be_rebuilt: ContextVar[bool] = ContextVar("to_be_rebuilt", default=False)


@contextmanager
def to_be_rebuilt() -> Iterator[None]:
    """While a whole installation is loaded, after which the index is built anew: nothing is noted record by record."""
    before = _to_be_rebuilt.set(True)
    try:
        yield
    finally:
        _to_be_rebuilt.reset(before)


def tell_search(kind: str, record_id: str, *, is_new: bool = False) -> None:
    """Note in this transaction that the record was added, changed or removed.

    Nothing shows a new record yet: said of it, no followers are looked for, which saves an import a query per row.
    """
    if _to_be_rebuilt.get():
        return
    session().add(Outbox(kind=kind, record_id=record_id))
    session().info["told_search"] = True
    if is_new:
        return
    for follower, records in _followers.get(kind, {}).items():
        tell_search_of(follower, records(record_id))


def tell_search_of(kind: str, records: Select[Any]) -> None:
    """The same of many records at once: `records` is a query of their ids, and nothing of it is loaded."""
    if _to_be_rebuilt.get():
        return
    listed = records.subquery()
    noted = select(literal(kind), listed.c[0], literal(clock.now(), Outbox.noted_at.type))
    session().execute(insert(Outbox).from_select(["kind", "record_id", "noted_at"], noted, include_defaults=False))
    session().info["told_search"] = True
