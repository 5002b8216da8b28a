"""Versions of rounds: rounds stay, each in its first version."""

from sqlalchemy import Connection

from tests.migrations.filling import rows

VALUES: dict[str, dict[str, object]] = {"transfer_round": {"version": 3}}


def upgraded(connection: Connection) -> None:
    """A round that was there was not changed yet, as far as is known."""
    found = rows(connection, "transfer_round")
    assert found
    assert {one["version"] for one in found} == {1}


def downgraded(connection: Connection) -> None:
    """The rounds are what they were."""
    found = rows(connection, "transfer_round")
    assert found
    assert "version" not in found[0]
