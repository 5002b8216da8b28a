"""What was erased, until no byte of it is left: in the pages of the database, in its log of writes and in the index.

A row says that a record was erased, and nothing of who it was. Search works with copies, and SQLite leaves what was
replaced in its log (WAL) until that is written over: both are made anew, at once by a command, else by a job.
A backup that is put back holds the erased again. So each erasure stands in a ledger beside the database as well, which
only ever grows: which record, when, and keyed hashes of the words that were struck, never these words themselves. What
it names and the backup does not know of goes once more when that is put back (backup/replaying.py).
"""

import hashlib
import hmac
import json
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app
from sqlalchemy import JSON, String, select, update
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
    how: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))  # the rest of Erased


@dataclass(frozen=True)
class Erased:
    """A line of the ledger. `words`: of each name that was struck, how many words it has and their keyed hash."""

    kind: str
    id: str
    at: str
    with_files: bool = False  # files of others that name them went too
    key: str = ""  # which key made the hashes
    words: tuple[tuple[int, str], ...] = ()

    @property
    def record(self) -> tuple[str, str]:
        """Whom it is about."""
        return self.kind, self.id


def note_erasure(kind: str, record_id: str, *, names: Iterable[str] = (), with_files: bool = False) -> None:
    """Note in this transaction that a record is being erased, and which names are struck from texts."""
    words = sorted({digest_of(name) for name in names if parts_of(name)})
    how = {"with_files": with_files, "key": key_mark(), "words": words} if words else None
    session().add(Erasure(kind=kind, record_id=record_id, how=how))


def parts_of(text: str) -> list[str]:
    """The words of a name, as they are counted and compared: whatever capitals, and whatever stands between them."""
    return re.findall(r"\w+", text.casefold())


def digest_of(name: str) -> tuple[int, str]:
    """How many words, and a hash that says nothing to whoever has not the key of this installation."""
    parts = parts_of(name)
    return len(parts), hmac.new(_key(), " ".join(parts).encode(), hashlib.sha256).hexdigest()


def key_mark() -> str:
    """By which the key is known again."""
    return hmac.new(_key(), b"ledger of erasures", hashlib.sha256).hexdigest()[:12]


def _key() -> bytes:
    return str(current_app.config["SECRET_KEY"]).encode()


def ledger_path() -> Path:
    """Where the ledger of this installation stands."""
    return Path(current_app.config["INSTANCE"]) / "erasures.jsonl"


def read_ledger(path: Path) -> list[Erased]:
    """What was erased, in the order of time; a line that a crash cut off is left out."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        try:
            told = json.loads(line)
            words = tuple((int(count), str(one)) for count, one in told.pop("words"))
            found.append(Erased(**told, words=words))
        except (ValueError, TypeError, KeyError):
            continue
    return found


def keep_ledger(also: Iterable[Erased] = ()) -> None:
    """Write what the database says was erased (and `also`) into the ledger, as far as it is not there yet."""
    with reading():
        rows = list(session().scalars(select(Erasure).order_by(Erasure.number)))
        noted = [Erased(one.kind, one.record_id, one.at.isoformat(), **_read(one.how or {})) for one in rows]
    path = ledger_path()
    known = {one.record for one in read_ledger(path)}
    fresh = list({one.record: one for one in (*also, *noted) if one.record not in known}.values())
    if fresh:
        # A line of its own also after one that was cut off.
        lines = "".join("\n" + json.dumps(asdict(one)) for one in fresh) + "\n"
        with open(os.open(path, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600), "a", encoding="utf-8") as out:
            out.write(lines)
            out.flush()
            os.fsync(out.fileno())


def _read(how: dict[str, Any]) -> dict[str, Any]:
    return how | {"words": tuple((count, one) for count, one in how.get("words", ()))}


def known_erasures() -> set[tuple[str, str]]:
    """Whom the database knows to be erased."""
    return {(kind, record_id) for kind, record_id in session().execute(select(Erasure.kind, Erasure.record_id))}


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
