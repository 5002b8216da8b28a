"""The vocabulary across languages: a table of its own, and nothing else is touched."""

from sqlalchemy import Connection

from tests.migrations.filling import MOMENT, counts

VALUES: dict[str, dict[str, object]] = {"vocabulary_pair": {"accepted_at": [MOMENT, None]}}


def upgraded(connection: Connection) -> None:
    """The table is there, and empty."""
    assert counts(connection)["vocabulary_pair"] == 0


def downgraded(connection: Connection) -> None:
    """It is gone, and the domains are not."""
    found = counts(connection)
    assert "vocabulary_pair" not in found
    assert found["domain"]
