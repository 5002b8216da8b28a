"""Grades: positions stay, and of none a grade is known yet."""

from sqlalchemy import Connection

from tests.migrations.filling import rows

VALUES: dict[str, dict[str, object]] = {"position": {"grade": 12}}


def upgraded(connection: Connection) -> None:
    """Of the positions that were there no grade is known."""
    found = rows(connection, "position")
    assert found
    assert {one["grade"] for one in found} == {None}


def downgraded(connection: Connection) -> None:
    """The positions are what they were."""
    found = rows(connection, "position")
    assert found
    assert "grade" not in found[0]
