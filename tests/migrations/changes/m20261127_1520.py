"""People stay, and no file waits yet."""

from sqlalchemy import Connection, inspect

from tests.migrations.filling import counts, rows

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """The table is there and empty, also where files with contacts and moves wait."""
    assert rows(connection, "person")
    assert not rows(connection, "intake_file")


def downgraded(connection: Connection) -> None:
    """It is gone, and nobody with it."""
    assert counts(connection)["person"]
    assert "intake_file" not in inspect(connection).get_table_names()
