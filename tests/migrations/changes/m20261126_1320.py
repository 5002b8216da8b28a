"""Indexes of contacts, and the table of what was erased; no row is touched."""

from sqlalchemy import Connection, inspect

from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """The rows are there, and the indexes have their new columns."""
    assert counts(connection)["contact"]
    assert _columns(connection, "keeping", "ix_keeping_contact_id") == ["contact_id", "until", "tier", "position_id"]
    assert _columns(connection, "contact", "ix_contact_name") == ["name", "id"]
    assert counts(connection)["erasure"] == 0


def downgraded(connection: Connection) -> None:
    """As they were."""
    assert counts(connection)["contact"]
    assert _columns(connection, "keeping", "ix_keeping_contact_id") == ["contact_id"]
    assert _columns(connection, "contact", "ix_contact_name") == ["name"]
    assert "erasure" not in counts(connection)


def _columns(connection: Connection, table: str, index: str) -> list[str | None]:
    return next(one["column_names"] for one in inspect(connection).get_indexes(table) if one["name"] == index)
