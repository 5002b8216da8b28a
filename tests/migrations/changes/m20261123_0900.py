"""The first schema: from nothing, and back to nothing."""

from sqlalchemy import Connection

from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {
    # With a position or with a post, not with both.
    "dossier_share": {"position_id": ["0positionid", "1positionid"]},
}


def upgraded(connection: Connection) -> None:
    """All tables are there, and empty."""
    assert {"dossier", "entry", "posting", "outbox"} <= set(counts(connection))
    assert not any(counts(connection).values())


def downgraded(connection: Connection) -> None:
    """Nothing is left."""
    assert counts(connection) == {}
