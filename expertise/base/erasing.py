"""What was erased, until no byte of it is left: in the pages of the database, in its log of writes and in the index.

A row says that a record was erased, and nothing of who it was. Search works with copies, and SQLite leaves what was
replaced in its log (WAL) until that is written over: both are made anew, at once by a command, else by a job.
A backup that is put back holds the erased again: the rows that are newer than it say which records must go once more.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import String, select, update
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base import clock
from expertise.base.commands import reading, writing
from expertise.base.database import ID_LENGTH, Model, engine, session


class Erasure(Model):
    """A record that was erased; `swept_at`: since when nothing of it is left anywhere."""

    __tablename__ = "erasure"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(30))
    record_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    swept_at: Mapped[datetime | None]


def note_erasure(kind: str, record_id: str) -> None:
    """Note in this transaction that a record is being erased."""
    session().add(Erasure(kind=kind, record_id=record_id))


def sweep_erased(rebuild: Callable[[], object]) -> int:
    """Let no byte be left of what was erased; `rebuild` makes the index anew. Says of how many records.

    Where a reader is in the way, all of it waits for the next time.
    """
    with reading():
        waiting = list(session().scalars(select(Erasure.number).where(Erasure.swept_at.is_(None))))
    if not waiting:
        return 0
    rebuild()
    if not write_over():
        return 0
    with writing():
        session().execute(update(Erasure).where(Erasure.number.in_(waiting)).values(swept_at=clock.now()))
    return len(waiting)


def write_over() -> bool:
    """Bring SQLite's log into the database and empty it; deleted pages were written over with zeros before.

    PostgreSQL does the same by itself, in its own time (vacuum, and the recycling of its log).
    """
    if engine().dialect.name != "sqlite":
        return True
    with engine().connect() as connection:
        raw = connection.connection.driver_connection
        busy, _log, _done = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()  # type: ignore[union-attr]
    return not busy
