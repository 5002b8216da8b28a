"""The schema of the database, through Alembic: its migrations stand in migrations/."""

from contextlib import nullcontext
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from expertise.base.database import engine

MIGRATIONS = Path(__file__).parent.parent.parent / "migrations"


def _configuration(connection: Connection | None = None) -> Config:
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS))
    made.set_main_option("path_separator", "os")
    made.attributes["connection"] = connection
    return made


def present(connection: Connection) -> str | None:
    """The revision that the database is at."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this version of the product needs."""
    return ScriptDirectory.from_config(_configuration()).get_current_head()


def is_current() -> bool:
    """Whether the database is at the newest revision."""
    with engine().connect() as connection:
        return present(connection) == newest()


def knows(revision: str) -> bool:
    """Whether this version of the product has that revision in its history."""
    return revision in {one.revision for one in ScriptDirectory.from_config(_configuration()).walk_revisions()}


def upgrade(revision: str = "head", connection: Connection | None = None) -> None:
    """Bring the database to a revision, in one transaction, or in that of this connection."""
    with nullcontext(connection) if connection is not None else engine().begin() as found:
        command.upgrade(_configuration(found), revision)


def downgrade(revision: str, connection: Connection | None = None) -> None:
    """Take the database back to a revision, likewise."""
    with nullcontext(connection) if connection is not None else engine().begin() as found:
        command.downgrade(_configuration(found), revision)


def ensure() -> None:
    """Make or upgrade the schema where it is not current; for local installations, which do so by themselves."""
    if not is_current():
        upgrade()
