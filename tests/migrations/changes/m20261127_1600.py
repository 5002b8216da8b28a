"""Everything stays, and nothing was sent yet."""

from sqlalchemy import Connection, inspect

from tests.migrations.filling import counts, rows

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """The table is there and empty."""
    assert rows(connection, "person")
    assert not rows(connection, "sent_form")


def downgraded(connection: Connection) -> None:
    """It is gone, and nobody with it."""
    assert counts(connection)["person"]
    assert "sent_form" not in inspect(connection).get_table_names()
