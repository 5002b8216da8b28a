"""Accounts and sessions stay: nobody has a second factor, and nobody is known to the organisation yet."""

from sqlalchemy import Connection, inspect

from tests.migrations.filling import counts, rows

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """Each session is one that began with a password, of whom it is not known when they proved it last."""
    accounts, sessions = rows(connection, "account"), rows(connection, "signed_in")
    assert accounts
    assert sessions
    assert {(one["second_since"], one["second_sealed"], one["organisation_hash"]) for one in accounts} == {(None,) * 3}
    assert {(bool(one["by_organisation"]), one["proved_at"]) for one in sessions} == {(False, None)}
    assert not rows(connection, "recovery_code")


def downgraded(connection: Connection) -> None:
    """They are still there, and the codes are gone."""
    assert counts(connection)["account"]
    assert "recovery_code" not in inspect(connection).get_table_names()
