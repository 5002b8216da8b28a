"""Tokens for programs: a table of its own."""

from sqlalchemy import Connection

from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """It is there, and empty; the accounts are as they were."""
    found = counts(connection)
    assert found["access_token"] == 0
    assert found["account"]


def downgraded(connection: Connection) -> None:
    """It is gone, and the accounts are not."""
    found = counts(connection)
    assert "access_token" not in found
    assert found["account"]
