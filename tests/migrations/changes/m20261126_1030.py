"""What stands beside a note: tables of their own; the notes are as they were."""

from sqlalchemy import Connection

from tests.migrations.filling import counts, rows

VALUES: dict[str, dict[str, object]] = {"score": {"score": [1, 5]}}
NEW = {"remark", "scoring", "score", "brought_in", "piece", "calendar_key"}


def upgraded(connection: Connection) -> None:
    """The new tables are there and empty, and no note was scored."""
    found = counts(connection)
    assert {name for name in NEW if found[name] == 0} == NEW
    assert [one["scored_at"] for one in rows(connection, "handover")] == [None, None]


def downgraded(connection: Connection) -> None:
    """The notes stay."""
    assert not NEW & set(counts(connection))
    assert "scored_at" not in rows(connection, "handover")[0]
