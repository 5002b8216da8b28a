"""Counters that all workers of a host share, as `limits` wants them: one small file, which may be lost at any time.

A count is one statement, so that of two workers none is forgotten. Nothing is flushed to the disk: what is counted is
worth a minute. Several hosts count each for itself.
"""

import os
import sqlite3
import threading
import time
from contextlib import suppress
from pathlib import Path

import structlog
from limits.storage import Storage

# Beyond so many seconds a counter that ended is taken away; looked for once in so many counts of a process.
_KEPT = 60
_LOOK_EVERY = 1000
_COUNT = (
    "INSERT INTO counter (name, ends, hits) VALUES (:name, :now + :seconds, :more) "
    "ON CONFLICT (name) DO UPDATE SET "
    "hits = CASE WHEN ends <= :now THEN :more ELSE hits + :more END, "
    "ends = CASE WHEN ends <= :now THEN :now + :seconds ELSE ends END "
    "RETURNING hits"
)
log = structlog.get_logger(__name__)


class SharedCounters(Storage):
    """Counters in a file of SQLite's."""

    STORAGE_SCHEME: list[str] | None = ["expertise-file"]  # noqa: RUF012 (as its own class declares it)

    def __init__(self, path: Path) -> None:
        """The file is made with the first count, readable by its owner alone."""
        super().__init__()
        self.path = path
        self.counted = 0
        self.open = threading.local()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What goes wrong here."""
        return sqlite3.Error

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count `amount` more until the time is over; how many that makes. 0 where nothing can be counted."""
        now = time.time()
        asked = {"name": key, "seconds": expiry, "more": amount, "now": now}
        for last in (False, True):
            try:
                hits = int(self._connection().execute(_COUNT, asked).fetchone()[0])
            except sqlite3.Error as why:
                self._give_up(why)
                if last:
                    # Better a request too many than a house that stands still for want of a counter.
                    log.warning("requests cannot be counted", why=type(why).__name__)
            else:
                self._tidy(now)
                return hits
        return 0

    def get(self, key: str) -> int:
        """How many there are."""
        row = self._row(key)
        return int(row[1]) if row else 0

    def get_expiry(self, key: str) -> float:
        """When the counter ends, in seconds since 1970."""
        row = self._row(key)
        return float(row[0]) if row else time.time()

    def check(self) -> bool:
        """Whether the file can be read."""
        try:
            return bool(self._connection().execute("SELECT 1").fetchone())
        except sqlite3.Error:
            return False

    def reset(self) -> int | None:
        """Forget all."""
        return int(self._connection().execute("DELETE FROM counter").rowcount)

    def clear(self, key: str) -> None:
        """Forget one."""
        self._connection().execute("DELETE FROM counter WHERE name = ?", (key,))

    def close(self) -> None:
        """Let go of this thread's connection."""
        held = self.open.__dict__.pop("held", None)
        if held is not None and held[0] == os.getpid():
            held[1].close()

    def _row(self, key: str) -> tuple[float, int] | None:
        try:
            asked = "SELECT ends, hits FROM counter WHERE name = ? AND ends > ?"
            row: tuple[float, int] | None = self._connection().execute(asked, (key, time.time())).fetchone()
        except sqlite3.Error as why:
            self._give_up(why)
            return None
        return row

    def _connection(self) -> sqlite3.Connection:
        # A worker is a copy of the process that made it, and what that had open is not its own.
        held = getattr(self.open, "held", None)
        if held is None or held[0] != os.getpid():
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
            connection = sqlite3.connect(self.path, timeout=0.25, isolation_level=None)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS counter "
                "(name TEXT PRIMARY KEY, ends REAL NOT NULL, hits INTEGER NOT NULL) WITHOUT ROWID"
            )
            held = self.open.held = (os.getpid(), connection)
        found: sqlite3.Connection = held[1]
        return found

    def _give_up(self, why: sqlite3.Error) -> None:
        """Begin anew next time; with an empty file where this one cannot be read any more."""
        self.close()
        if not isinstance(why, sqlite3.OperationalError):
            for name in (self.path, *(self.path.with_name(self.path.name + end) for end in ("-wal", "-shm"))):
                with suppress(OSError):
                    name.unlink()

    def _tidy(self, now: float) -> None:
        self.counted += 1
        if self.counted % _LOOK_EVERY == 0:
            with suppress(sqlite3.Error):
                self._connection().execute("DELETE FROM counter WHERE ends < ?", (now - _KEPT,))
