"""Handovers: lessons start empty, and the notes are as they were."""

from sqlalchemy import Connection

from tests.migrations.filling import counts, rows

VALUES: dict[str, dict[str, object]] = {}
NEW = {"heir", "reminded", "struck"}
LESSONS = ("achievements", "obstacles", "to_headquarters", "to_domain")


def upgraded(connection: Connection) -> None:
    """A note of before says nothing there."""
    found = counts(connection)
    assert {name for name in NEW if found[name] == 0} == NEW
    notes = rows(connection, "handover")
    assert [one[name] for one in notes for name in LESSONS] == [""] * 4 * len(notes)


def downgraded(connection: Connection) -> None:
    """The notes stay."""
    assert not NEW & set(counts(connection))
    assert not set(LESSONS) & set(rows(connection, "handover")[0])
