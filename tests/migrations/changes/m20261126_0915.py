"""Pointers to documents above the ceiling: a table of its own, and nothing else is touched."""

from sqlalchemy import Connection

from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """The table is there, and empty."""
    assert counts(connection)["dossier_pointer"] == 0


def downgraded(connection: Connection) -> None:
    """It is gone, and the dossiers are not."""
    found = counts(connection)
    assert "dossier_pointer" not in found
    assert found["dossier"]
