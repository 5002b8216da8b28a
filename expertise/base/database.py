"""The database: one engine, one session per request or command, and the types that every table shares.

A transaction begins in one of these ways, chosen by whoever opens it:

read    the database itself refuses a write; all its questions see one moment
write   as if writers came one after the other. SQLite takes its write lock at once, so that they do; PostgreSQL runs
        them side by side and undoes one that came between (SERIALIZABLE), which the door then sends again
alone   the same with all other writers waiting: commands, and the last try of the door
append  adds or removes rows that stand by themselves, beside a request
plain   what migrations and shells get
"""

import errno
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext
from flask_sqlalchemy_lite import SQLAlchemy
from psycopg.types.string import StrDumper
from sqlalchemy import (
    Connection,
    Date,
    DateTime,
    Dialect,
    Engine,
    Executable,
    MetaData,
    String,
    TypeDecorator,
    bindparam,
    event,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import DeclarativeBase, Mapped, Mapper, Session, mapped_column

from expertise.base import clock
from expertise.base.errors import Conflict, Refused, Taken
from expertise.base.marking import refuse_marks

ID_LENGTH = 12
# Today, in a query that is made once, at import, and asked often: most of the time that a small one takes is making it.
TODAY = bindparam("today", callable_=clock.today, type_=Date())
# No page asks anything that takes so long; a question that runs away ends.
STATEMENT_SECONDS = 60
# No vowels, no 0/1/l: an id never spells a word and can be read out over a telephone.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"

database = SQLAlchemy(session_options={"expire_on_commit": False})
_draw: Callable[[str], str] = secrets.choice


def new_id() -> str:
    """A random id of 12 characters: says nothing about how many there are."""
    return "".join(_draw(_ALPHABET) for _ in range(ID_LENGTH))


@contextmanager
def ids_drawn_by(draw: Callable[[str], str]) -> Iterator[None]:
    """Draw ids from another source, so that a demo gets the same ids each time."""
    global _draw
    before, _draw = _draw, draw
    try:
        yield
    finally:
        _draw = before


class Moment(TypeDecorator[datetime]):
    """A point in time, always with its zone, also in SQLite, which keeps none."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give UTC."""
        return None if value is None else value.replace(tzinfo=value.tzinfo or UTC)


class Model(DeclarativeBase):
    """A table. Names of constraints follow one convention, so that a migration can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment}  # noqa: RUF012 (SQLAlchemy reads it as a plain dict)


class Identified:
    """A record with a random id."""

    id: Mapped[str] = mapped_column(String(ID_LENGTH), primary_key=True, default=new_id)


class Recorded:
    """When a record was first written and last changed."""

    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    changed_at: Mapped[datetime] = mapped_column(default=clock.now, onupdate=clock.now)


class Versioned:
    """A record that two people may edit at once: each accepted change counts one up."""

    version: Mapped[int] = mapped_column(default=1)


def claim(record: Versioned, version: int | None) -> None:
    """Before a change: lock the record, raise Conflict if it is no longer the `version` that was read, count up.

    Without a version the writer has seen nothing that could be lost (a loader, a verb that adds).
    """
    # A refresh forgets what was changed in this transaction and not written yet.
    session().flush()
    # The record alone is locked, not what is loaded with it.
    session().refresh(record, with_for_update={"of": type(record)})
    if version is not None and record.version != version:
        raise Conflict(record)
    record.version += 1


def session() -> Session:
    """The session of this request or command."""
    return database.session


def begin(how: str) -> None:
    """Begin this session's transaction as `read`, `write`, `alone` or `append`."""
    session().connection(execution_options={"begins": how})


def set_up(app: Flask, url: str, *, wait: int) -> None:
    """Give the application its engine. `wait` is after how many seconds a writer stops waiting for others."""
    address = make_url(url)
    # There are more different questions than the 500 that SQLAlchemy keeps compiled by itself.
    # An error never tells with which values: they are texts of notes, and errors end in logs.
    options: dict[str, Any] = {"url": address, "query_cache_size": 3000, "hide_parameters": True}
    if address.get_backend_name() == "sqlite":
        _close_to_others(address.database)
        # One connection per thread that asks, no waiting for a pool: SQLite's own lock is the queue.
        options |= {"connect_args": {"timeout": wait, "check_same_thread": False, "cached_statements": 1000}}
    else:
        limits = f"-c lock_timeout={wait}s -c statement_timeout={STATEMENT_SECONDS}s"
        options |= {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10, "pool_timeout": wait}
        options |= {"connect_args": {"options": limits, "connect_timeout": wait}}
    app.config["SQLALCHEMY_ENGINES"] = {"default": options}
    database.init_app(app)
    # There are no asynchronous sessions to close: that would start an event loop at the end of every request.
    app.teardown_appcontext_funcs[:] = [
        function for function in app.teardown_appcontext_funcs if function.__name__ != "_close_async_sessions"
    ]
    with app.app_context():
        engine = database.engine
    event.listen(engine, "begin", _begin)
    event.listen(engine, "before_cursor_execute", refuse_marks)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)


def _close_to_others(database: str | None) -> None:
    """A database that was made readable by every account of the host is so no longer; what lies beside it follows."""
    for path in (Path(f"{database}{end}") for end in ("", "-wal", "-shm") if database):
        with suppress(OSError):
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    # SQLite's own knows the letters of English only: who looks for "élodie" must find Élodie.
    connection.create_function("lower", 1, _lower, deterministic=True)
    # The driver must not begin transactions on its own: `_begin` below does.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        # An acknowledged save is on the disk: FULL calls fsync before every commit returns.
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
        "temp_store=MEMORY",
        "cache_size=-32000",
        "mmap_size=268435456",
    ):
        connection.execute(f"PRAGMA {pragma}")


class _Text(StrDumper):
    """PostgreSQL has no place for the character NUL, which nobody types: it is left out, in questions as in texts."""

    def dump(self, obj: str) -> Any:
        """As bytes."""
        return super().dump(obj.replace("\x00", ""))


def _set_up_postgresql(connection: Any, _record: Any) -> None:
    connection.adapters.register_dumper(str, _Text)


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text


# A table that every installation has: who may be alone locks it before PostgreSQL decides which moment is seen.
_LOCK = "LOCK TABLE alembic_version IN {} MODE"
_BEGINNINGS = {
    "read": ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",),
    "write": ("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", _LOCK.format("ROW SHARE")),
    "alone": (
        "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
        "SET LOCAL statement_timeout = 0",
        _LOCK.format("EXCLUSIVE"),
    ),
    "append": ("SET TRANSACTION ISOLATION LEVEL READ COMMITTED",),
    "plain": ("SET LOCAL statement_timeout = 0",),
}


def _begin(connection: Connection) -> None:
    how = connection.get_execution_options().get("begins", "plain")
    if connection.dialect.name == "sqlite":
        # Only where it changes: this pragma throws away what SQLite has prepared, a third of the time of a page.
        if connection.info.get("query_only") != (how == "read"):
            connection.exec_driver_sql(f"PRAGMA query_only={'ON' if how == 'read' else 'OFF'}")
            connection.info["query_only"] = how == "read"
        connection.exec_driver_sql("BEGIN" if how in ("read", "plain") else "BEGIN IMMEDIATE")
        return
    for statement in _BEGINNINGS[how]:
        connection.exec_driver_sql(statement)


def is_undone(error: BaseException) -> bool:
    """Whether the database undid this transaction because another came between: the same again may succeed."""
    return _state(error) in ("40001", "40P01")


def is_busy(error: BaseException) -> bool:
    """Whether a writer waited in vain for others."""
    locked = isinstance(error, OperationalError) and str(getattr(error.orig, "sqlite_errorname", "")).startswith(
        "SQLITE_BUSY"
    )
    return locked or _state(error) in ("55P03", "57014")


def is_full(error: BaseException) -> bool:
    """Whether there was no room for what was to be written: on the disk of the database, or on ours."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
    name = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    return name in ("SQLITE_FULL", "SQLITE_IOERR_WRITE", "SQLITE_IOERR_FSYNC") or _state(error) == "53100"


def is_away(error: BaseException) -> bool:
    """Whether the database does not answer at all, or has no connection left: then a page must not ask it more."""
    name = getattr(getattr(error, "orig", None), "sqlite_errorname", "SQLITE_CANTOPEN")
    lost = isinstance(error, OperationalError) and name == "SQLITE_CANTOPEN"
    return isinstance(error, PoolTimeout) or (lost and (_state(error) or "08").startswith(("08", "57P", "53")))


def is_nonsense(error: BaseException) -> bool:
    """Whether no record can have such a value: a number out of all range, a character that no text has."""
    return isinstance(error, OverflowError | DataError)


def _state(error: BaseException) -> str | None:
    """PostgreSQL's five characters for what went wrong."""
    return getattr(getattr(error, "orig", None), "sqlstate", None)


@event.listens_for(Model, "before_insert", propagate=True)
@event.listens_for(Model, "before_update", propagate=True)
def _refuse_too_long(mapper: Mapper[Any], _connection: Connection, record: Any) -> None:
    """SQLite stores any length and PostgreSQL fails: here both say at which field, also where a form forgot to."""
    for name, longest in _limits(mapper):
        value = record.__dict__.get(name)
        if value is not None and len(value) > longest:
            raise Refused(lazy_gettext("At most %(max)d characters.", max=longest), name)


@cache
def _limits(mapper: Mapper[Any]) -> tuple[tuple[str, int], ...]:
    columns = [(one.key, one.columns[0].type) for one in mapper.column_attrs]
    return tuple((key, kind.length) for key, kind in columns if isinstance(kind, String) and kind.length)


def engine() -> Engine:
    """The engine of the current application."""
    return database.engine


def changed_rows(change: Executable) -> int:
    """Make a change in bulk, in the present transaction; how many rows it changed or removed."""
    # What a change in bulk returns has a count; only the type that `execute` declares does not know.
    return int(session().execute(change).rowcount)  # type: ignore[attr-defined]


@contextmanager
def own_transaction() -> Iterator[Session]:
    """A short transaction of its own, beside the request's: for security events that a rollback must not lose."""
    with database.sessionmaker() as own:
        own.connection(execution_options={"begins": "append"})
        yield own
        own.commit()


@contextmanager
def refusing(taken: Mapping[str, tuple[str, Any]]) -> Iterator[None]:
    """Turn a broken constraint into a refusal at the field: `taken` maps its name to (field, message).

    Wrap the change and its flush; the savepoint keeps the rest of the transaction usable.
    """
    try:
        with session().begin_nested():
            yield
    except IntegrityError as error:
        field, message = taken.get(_constraint(error), (None, None))
        if message is None:
            raise
        raise Taken(message, field) from None


def _constraint(error: IntegrityError) -> str:
    """The name of the broken constraint; SQLite tells table and columns, the convention makes the name of them."""
    name = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if name:
        return str(name)
    text = str(error.orig)
    if text.startswith("UNIQUE constraint failed: "):
        columns = text.removeprefix("UNIQUE constraint failed: ").split(", ")
        return "_".join(["uq", columns[0].split(".")[0], *(column.split(".")[1] for column in columns)])
    return text.removeprefix("CHECK constraint failed: ")
