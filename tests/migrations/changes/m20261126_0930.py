"""Absences, aliases of merged records, watching, mail and jobs; every account gets its mail once a day."""

from sqlalchemy import Connection

from tests.migrations.filling import counts, rows

VALUES: dict[str, dict[str, object]] = {
    # Who is away does not stand in for themselves.
    "absence": {"stand_in_id": ["1personid", "0personid"]},
}
NEW = {"absence", "alias", "job_run", "outgoing", "watch"}


def upgraded(connection: Connection) -> None:
    """The tables are there, and whoever had an account has one that says how mail comes."""
    assert not any(counts(connection)[name] for name in NEW)
    accounts = rows(connection, "account")
    assert accounts
    assert {one["mail"] for one in accounts} == {"daily"}


def downgraded(connection: Connection) -> None:
    """The tables are gone, and the accounts are as they were."""
    assert not NEW & set(counts(connection))
    accounts = rows(connection, "account")
    assert accounts
    assert all("mail" not in one for one in accounts)
