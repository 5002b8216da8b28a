"""Take a backup of a live system, and put one back into an empty one.

One transaction sees the database at one moment, and nothing is swept from the store until the contents that this
moment names are copied: so a backup is whole, whatever is written meanwhile. It is no copy of a database's files: one
that was taken of SQLite goes into PostgreSQL as well, and one of an older schema is brought to the newest.
"""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, LargeBinary, MetaData, Table, bindparam, select
from sqlalchemy import func as sql

from expertise.access.once import SentForm
from expertise.access.viewer import Viewer
from expertise.audit.sealing import begin_head_anew
from expertise.audit.service import record
from expertise.backup import archive
from expertise.backup.archive import Manifest, Spoilt
from expertise.backup.replaying import replay
from expertise.base import clock, schema
from expertise.base.commands import reading, writing
from expertise.base.database import Model, engine, session
from expertise.base.erasing import keep_ledger, ledger_path, read_ledger, sweep_erased
from expertise.base.findable import Outbox
from expertise.base.jobs import JobRun
from expertise.base.mail import Outgoing
from expertise.files import keeping
from expertise.files.models import Content
from expertise.files.wiring import the_files
from expertise.people.models import SignedIn, SignInFailure
from expertise.search.service import check, rebuild

# Of the running system, not of what it knows: sessions that ended must not live again, nor letters be sent twice.
PASSING = frozenset(one.__tablename__ for one in (SignedIn, SignInFailure, Outbox, JobRun, Outgoing, SentForm))
MANY = 1000
Progress = Callable[[int, int], object]


@dataclass(frozen=True)
class Outcome:
    """What a backup holds, or what was put back; `erased_again`: what the ledger says went after it was taken."""

    tables: int
    rows: int
    files: int
    erased_again: int = 0
    unread: int = 0


def take(viewer: Viewer, folder: Path, progress: Progress) -> Outcome:
    """Back up everything into a new folder, and read it again to see that it is whole. Raises Spoilt."""
    if not schema.is_current():
        raise Spoilt("the schema is not the newest; run: expertise schema upgrade")
    archive.begin(folder)
    keep_ledger()
    store = the_files().store
    with store.kept(), reading():
        connection = session().connection()
        moment = clock.now()
        tables = {}
        for number, table in enumerate(_kept_tables()):
            tables[table.name] = archive.write_table(folder, table.name, _rows_of(connection, table))
            progress(number + 1, len(Model.metadata.tables))
        named = list(session().scalars(select(Content.sha256).order_by(Content.sha256)))
        for sha256 in named:
            archive.add_file(folder, sha256, store.path(sha256))
    revision = schema.newest() or ""
    archive.finish(folder, Manifest(moment.isoformat(), revision, tables, len(named)))
    archive.verify(folder)
    with writing():
        record(viewer, "backup.taken", rows=sum(one.rows for one in tables.values()))
    return _outcome(tables, len(named))


def _kept_tables() -> list[Table]:
    return [one for one in Model.metadata.sorted_tables if one.name not in PASSING]


def _rows_of(connection: Connection, table: Table) -> Iterator[dict[str, Any]]:
    """In the order of their keys, a thousand at a time: a table need not fit into memory."""
    found = connection.execution_options(yield_per=MANY).execute(select(table).order_by(*table.primary_key))
    return (dict(row) for row in found.mappings())


def put_back(viewer: Viewer, folder: Path, progress: Progress, *, ledger: Path | None = None) -> Outcome:
    """Put a backup into an empty installation, bring it to the newest schema, and make its index. Raises Spoilt.

    What was erased since it was taken is erased again: as the ledger of this installation says, and another `ledger`.

    Nothing is changed if the backup is not whole, is of a newer version, or finds anything written here.
    """
    manifest = archive.verify(folder)
    if not schema.knows(manifest.revision):
        raise Spoilt(f"its schema {manifest.revision} is unknown here: it was taken by a newer version")
    if schema.is_current() and (filled := _first_filled()):
        raise Spoilt(f"this installation is not empty: there are rows in {filled}")
    store = the_files().store
    with store.kept():
        for sha256, path in archive.contents(folder):
            store.bring(path, sha256)
        with engine().connect().execution_options(begins="alone") as connection, connection.begin():
            schema.downgrade("base", connection)
            schema.upgrade(manifest.revision, connection)
            _load(connection, folder, manifest, progress)
            schema.upgrade("head", connection)
    gone = [*read_ledger(ledger_path()), *(read_ledger(ledger) if ledger else ())]
    begin_head_anew()
    with writing():
        record(viewer, "backup.put_back", taken_at=manifest.taken_at)
        replayed = replay(viewer, gone)
    keep_ledger(gone)
    keeping.tidy()
    rebuild()
    # The index was made a line ago.
    sweep_erased(tuple)
    index, files = check(), keeping.check()
    wrong = [f"index: {name}" for name in ("missing", "stale", "extra") if index[name]]
    wrong += [f"files: {name}" for name in ("missing", "corrupt") if files[name]]
    if wrong:
        raise Spoilt("put back, but not equal: " + ", ".join(wrong))
    outcome = _outcome(manifest.tables, manifest.files)
    return replace(outcome, erased_again=replayed.erased, unread=replayed.unread)


def _first_filled() -> str | None:
    with reading():
        for table in _kept_tables():
            if session().scalar(select(sql.count()).select_from(table)):
                return table.name
    return None


def _load(connection: Connection, folder: Path, manifest: Manifest, progress: Progress) -> None:
    """Into the tables as that schema has them, those first to which others point."""
    there = MetaData()
    there.reflect(connection)
    missing = set(manifest.tables) - set(there.tables)
    if missing:
        raise Spoilt(f"its tables {', '.join(sorted(missing))} are not in its schema")
    order = [one for one in there.sorted_tables if one.name in manifest.tables]
    for number, table in enumerate(order):
        _fill(connection, table, archive.rows(folder, table.name, _readers(table)))
        loaded = connection.scalar(select(sql.count()).select_from(table))
        if loaded != manifest.tables[table.name].rows:
            raise Spoilt(f"{loaded} rows of {table.name} where there should be {manifest.tables[table.name].rows}")
        progress(number + 1, len(order))


def _fill(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    """Rows that point to others of their table do so once all are there."""
    pointing = [one.name for one in table.columns if any(key.column.table is table for key in one.foreign_keys)]
    later: list[dict[str, Any]] = []
    while some := list(islice(rows, MANY)):
        for row in some:
            if any(row[name] is not None for name in pointing):
                later.append({"_id": row["id"]} | {name: row[name] for name in pointing})
                row.update(dict.fromkeys(pointing))
        connection.execute(table.insert(), some)
    if later:
        connection.execute(table.update().where(table.c.id == bindparam("_id")), later)
    counted = table.autoincrement_column
    if counted is not None and connection.dialect.name == "postgresql":
        # Its sequence did not see the numbers that were brought along.
        sequence = sql.pg_get_serial_sequence(table.name, counted.name)
        connection.execute(select(sql.setval(sequence, sql.coalesce(sql.max(counted), 1))))


def _readers(table: Table) -> Mapping[str, Callable[[Any], Any]]:
    found: dict[str, Callable[[Any], Any]] = {}
    for column in table.columns:
        if isinstance(column.type, DateTime):
            found[column.name] = datetime.fromisoformat
        elif isinstance(column.type, Date):
            found[column.name] = date.fromisoformat
        elif isinstance(column.type, LargeBinary):
            found[column.name] = base64.b64decode
    return found


def _outcome(tables: Mapping[str, archive.Part], files: int) -> Outcome:
    return Outcome(len(tables), sum(one.rows for one in tables.values()), files)
