"""Indexes of contacts to look at: the contacts stay as they are."""

from sqlalchemy import Connection, inspect

from tests.migrations.filling import rows

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """It is there, and so are they."""
    assert "ix_contact_review" in indexes(connection)
    assert len(rows(connection, "contact")) == 2


def downgraded(connection: Connection) -> None:
    """It is gone, and they are there."""
    assert "ix_contact_review" not in indexes(connection)
    assert len(rows(connection, "contact")) == 2


def indexes(connection: Connection) -> set[str | None]:
    """Those of contacts, by name."""
    return {one["name"] for one in inspect(connection).get_indexes("contact")}
