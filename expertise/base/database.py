"""The database: one engine, one session per request or command, and the types that every table shares.

A transaction begins in one of three ways, chosen by whoever opens it: `read` (the database itself refuses a
write), `write` (SQLite takes its write lock at once, so that two writers queue instead of failing halfway), or
plain, which is what migrations and shells get.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import Connection, DateTime, Dialect, Engine, MetaData, String, TypeDecorator, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from expertise.base import clock
from expertise.base.errors import Conflict, Refused
from expertise.base.marking import refuse_marks

ID_LENGTH = 12
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
    session().refresh(record, with_for_update=True)
    if version is not None and record.version != version:
        raise Conflict(record)
    record.version += 1


def session() -> Session:
    """The session of this request or command."""
    return database.session


def begin(how: str) -> None:
    """Begin this session's transaction as `read` or `write`."""
    session().connection(execution_options={"begins": how})


def set_up(app: Flask, url: str) -> None:
    """Give the application its engine."""
    address = make_url(url)
    options: dict[str, Any] = {"url": address}
    if address.get_backend_name() == "sqlite":
        # One connection per thread that asks, no waiting for a pool: SQLite's own lock is the queue.
        options |= {"connect_args": {"timeout": 20, "check_same_thread": False}}
    else:
        options |= {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}
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


def _set_up_sqlite(connection: Any, _record: Any) -> None:
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


def _begin(connection: Connection) -> None:
    how = connection.get_execution_options().get("begins", "plain")
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only={'ON' if how == 'read' else 'OFF'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if how == "write" else "BEGIN")
    elif how == "read":
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


def engine() -> Engine:
    """The engine of the current application."""
    return database.engine


@contextmanager
def own_transaction() -> Iterator[Session]:
    """A short transaction of its own, beside the request's: for security events that a rollback must not lose."""
    with database.sessionmaker() as own:
        own.connection(execution_options={"begins": "write"})
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
        raise Refused(message, field) from None


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
