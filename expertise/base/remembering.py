"""What a record said before it was corrected, so that a report of an earlier day does not change by it.

A model that says `__remembers__` keeps, at each change and removal, the values that were replaced, in the same
transaction. Its present values stand in its own table. Rows are only ever added.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Connection, Date, Index, String, event, insert, select
from sqlalchemy import inspect as state_of
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from expertise.base import clock
from expertise.base.database import Model, session

Facts = Mapping[str, Any]
# When a record was first written, where its table says so; without it, it counts as known since ever.
SINCE = "created_at"


class Replaced(Model):
    """The values that a record had until a moment."""

    __tablename__ = "replaced"
    __table_args__ = (Index("ix_replaced_kind", "kind"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(40))  # the table
    record_id: Mapped[str] = mapped_column(String(80))  # its key, parts joined by a slash
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime | None]  # of the record
    replaced_at: Mapped[datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True)
class Version:
    """What a record said, from one moment until another; None is ever, and still."""

    facts: Facts
    since: datetime | None
    until: datetime | None

    def known_at(self, moment: datetime) -> bool:
        """Whether that is what was known then."""
        return (self.since is None or self.since <= moment) and (self.until is None or moment < self.until)


@event.listens_for(Model, "before_update", propagate=True)
def _before_update(mapper: Mapper[Any], connection: Connection, record: Any) -> None:
    names = getattr(record, "__remembers__", ())
    if names and any(state_of(record).attrs[name].history.has_changes() for name in names):
        _keep(connection, type(record), _key_of(mapper, record))


@event.listens_for(Model, "before_delete", propagate=True)
def _before_delete(mapper: Mapper[Any], connection: Connection, record: Any) -> None:
    if getattr(record, "__remembers__", ()):
        _keep(connection, type(record), _key_of(mapper, record))


def _key_of(mapper: Mapper[Any], record: Any) -> Any:
    key = mapper.primary_key_from_instance(record)
    return [column == value for column, value in zip(mapper.primary_key, key, strict=True)]


def remember(model: Any, where: Any, column: Any) -> dict[str, Any]:
    """Before a column of rows is changed in bulk: keep what they say now; answers what must be set beside it.

    Where the column is part of the key the row counts as another one, known since now. Models that do not remember
    are left alone.
    """
    if not getattr(model, "__remembers__", ()):
        return {}
    session().flush()
    _keep(session().connection(), model, [where])
    return {SINCE: clock.now()} if model.__table__.columns[column.key].primary_key else {}


def _keep(connection: Connection, model: Any, conditions: Iterable[Any]) -> None:
    # Asked of the database, and not of the record: what it held may not be loaded.
    rows = connection.execute(select(*_columns(model)).where(*conditions)).mappings().all()
    kept = [
        {
            "kind": model.__tablename__,
            "record_id": _record_id(model, row),
            "facts": {name: _plain(row[name]) for name in model.__remembers__},
            "created_at": row.get(SINCE),
            "replaced_at": clock.now(),
        }
        for row in rows
    ]
    if kept:
        connection.execute(insert(Replaced), kept)


def _columns(model: Any) -> list[Any]:
    """Keys, what is remembered and since when the record is there, each once and under the name of its attribute."""
    names = dict.fromkeys((*(one.name for one in model.__table__.primary_key), *model.__remembers__))
    if SINCE in model.__table__.columns:
        names[SINCE] = None
    return [model.__table__.columns[name] for name in names]


def _record_id(model: Any, row: Any) -> str:
    return "/".join(str(row[one.name]) for one in model.__table__.primary_key)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def versions_of(model: Any, *where: Any) -> Iterator[Version]:
    """All that was ever known of the rows of a model: what they say now (where it fits), and all that was replaced."""
    days = {name for name in model.__remembers__ if isinstance(model.__table__.columns[name].type, Date)}
    ended: dict[str, datetime] = {}
    query = select(Replaced.record_id, Replaced.facts, Replaced.created_at, Replaced.replaced_at)
    for record_id, facts, created_at, replaced_at in session().execute(
        query.where(Replaced.kind == model.__tablename__).order_by(Replaced.number)
    ):
        read = {name: _day(value) if name in days else value for name, value in facts.items()}
        moments = [one for one in (ended.get(record_id), created_at) if one is not None]
        yield Version(read, max(moments, default=None), replaced_at)
        ended[record_id] = replaced_at
    columns = _columns(model)
    names = [one.name for one in columns]
    for row in session().execute(select(*columns).where(*where)):
        said = dict(zip(names, row, strict=True))
        since = said.get(SINCE)
        if ended and (removed := ended.get(_record_id(model, said))) is not None:
            # A row that was removed and made again is known since it was made again.
            since = removed if since is None else max(removed, since)
        yield Version({name: said[name] for name in model.__remembers__}, since, None)


def _day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value
