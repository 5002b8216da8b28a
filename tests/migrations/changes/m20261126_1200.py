"""Recent and watched searches: two tables of their own, and nothing else is touched."""

from sqlalchemy import Connection

from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {}
TABLES = ("recent_search", "watched_search")


def upgraded(connection: Connection) -> None:
    """They are there, and empty."""
    found = counts(connection)
    assert [found[name] for name in TABLES] == [0, 0]


def downgraded(connection: Connection) -> None:
    """They are gone, and people are not."""
    found = counts(connection)
    assert not found.keys() & set(TABLES)
    assert found["person"]
