"""Looking at the parts of an installation, one finding each. For administrators: nothing here is about a person."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, literal, select
from sqlalchemy.exc import SQLAlchemyError

from config import Config
from expertise.access.viewer import system
from expertise.audit.head import Unreadable
from expertise.audit.queries import verify
from expertise.base import clock, schema
from expertise.base.commands import reading
from expertise.base.database import engine
from expertise.base.findable import Outbox
from expertise.search.engine import Broken
from expertise.search.service import check
from expertise.search.wiring import the_search

# Up to here the embedded engine answers within what we promise; measured in docs/search.md, "Where Whoosh ends".
SMALL = 10_000
# And up to here tantivy on SQLite was.
LARGE = 300_000
# What waits longer than this for the index waits in vain.
PATIENCE = timedelta(minutes=1)


@dataclass(frozen=True)
class Finding:
    """One part, whether it is well, and what there is to say of it."""

    name: str
    ok: bool
    says: str


def ready() -> list[Finding]:
    """What a request needs."""
    return [_schema(), _index_opens()]


def examine(settings: Config) -> list[Finding]:
    """Everything that can be told from here."""
    found = [_configuration(settings), _schema()]
    if not found[-1].ok:
        return found
    index, pieces = _index()
    files = _files(settings.instance / "files")
    return [*found, _letters(), index, _waiting(), files, _events(), _size(pieces, settings)]


def _configuration(settings: Config) -> Finding:
    instance = settings.instance
    if not os.access(instance, os.W_OK | os.X_OK):
        return Finding("configuration", ok=False, says=f"{instance} cannot be written")
    open_to_all = (instance / "secret.key").exists() and (instance / "secret.key").stat().st_mode & 0o077
    if open_to_all:
        return Finding("configuration", ok=False, says=f"{instance / 'secret.key'} can be read by others: chmod 600")
    return Finding("configuration", ok=True, says=f"{settings.env}, instance {instance}")


def _schema() -> Finding:
    try:
        with engine().connect() as connection:
            present = schema.present(connection)
            name = connection.dialect.name
    except SQLAlchemyError as why:
        return Finding("database", ok=False, says=f"cannot be reached: {str(why).splitlines()[0]}")
    if present != schema.newest():
        says = f"{name} is at schema {present}, not {schema.newest()}; run: expertise schema upgrade"
        return Finding("database", ok=False, says=says)
    return Finding("database", ok=True, says=f"{name}, schema {present}")


def _letters() -> Finding:
    """A PostgreSQL database that was made with the locale C knows no letters beyond English."""
    with engine().connect() as connection:
        lowered = connection.scalar(select(func.lower(literal("É"))))
    if lowered == "é":
        return Finding("letters", ok=True, says="capitals of all languages are known")
    says = "the database knows no letters beyond English; make it anew with LC_CTYPE C.UTF-8 or nl_NL.UTF-8"
    return Finding("letters", ok=False, says=says)


def _index_opens() -> Finding:
    try:
        the_search().engine()
    except (Broken, OSError) as why:
        return Finding("index", ok=False, says=f"{why}; run: expertise index rebuild")
    return Finding("index", ok=True, says="opens")


def _index() -> tuple[Finding, int]:
    """Compared piece by piece, and how many pieces there are."""
    opens = _index_opens()
    compared = check()
    pieces = compared["database"]
    assert isinstance(pieces, int)
    if not pieces and not the_search().folder.current():
        return Finding("index", ok=True, says="none yet, and nothing to find"), pieces
    if not opens.ok:
        return opens, pieces
    differs = [f"{len(compared[name])} {name}" for name in ("missing", "stale", "extra") if compared[name]]  # type: ignore[arg-type]
    if differs:
        return Finding("index", ok=False, says=f"{', '.join(differs)}; run: expertise index drain, or rebuild"), pieces
    return Finding("index", ok=True, says=f"equal to the database: {pieces} pieces"), pieces


def _waiting() -> Finding:
    with engine().connect() as connection:
        number, oldest = connection.execute(select(func.count(), func.min(Outbox.noted_at))).one()
    if number and oldest < clock.now() - PATIENCE:
        return Finding(
            "outbox", ok=False, says=f"{number} wait since {oldest:%Y-%m-%d %H:%M} UTC: expertise index drain"
        )
    return Finding("outbox", ok=True, says=f"{number} waiting")


def _files(folder: Path) -> Finding:
    if not folder.exists():
        return Finding("files", ok=True, says="none yet")
    well = os.access(folder, os.W_OK | os.X_OK)
    return Finding("files", ok=well, says=str(folder) if well else f"{folder} cannot be written")


def _events() -> Finding:
    try:
        with reading():
            found = verify(system())
    except Unreadable as why:
        return Finding("events", ok=False, says=str(why))
    if found.broken:
        return Finding("events", ok=False, says=f"the chain breaks {found.broken}")
    return Finding("events", ok=True, says=f"{found.sealed} chained and whole, {found.waiting} waiting")


def _size(pieces: int, settings: Config) -> Finding:
    """Advice, never a fault."""
    if settings.search_engine == "whoosh" and pieces > SMALL:
        advice = (
            f"more than {SMALL:,}, for which the embedded engine is meant; quicker: make setup EXTRAS=tantivy, then "
        )
        return Finding("size", ok=True, says=f"{pieces:,} pieces: {advice}EXPERTISE_SEARCH_ENGINE=tantivy")
    if pieces > LARGE:
        return Finding("size", ok=True, says=f"{pieces:,} pieces: more than was measured ({LARGE:,})")
    return Finding("size", ok=True, says=f"{pieces:,} pieces: {settings.search_engine} does")
