"""Pairs that are judged: what was in use stays in use."""

from sqlalchemy import Connection

from tests.migrations.filling import rows

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """One is accepted since it was, the other waits."""
    found = rows(connection, "vocabulary_pair")
    assert sorted(one["state"] for one in found) == ["accepted", "waiting"]
    assert [one["judged_at"] is not None for one in found] == [one["state"] == "accepted" for one in found]
    assert {(one["together"], one["example"]) for one in found} == {(0, "")}


def downgraded(connection: Connection) -> None:
    """Both are there as they were."""
    found = rows(connection, "vocabulary_pair")
    assert sorted(one["accepted_at"] is not None for one in found) == [False, True]
