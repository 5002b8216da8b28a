"""Files at records: two tables are added, and nothing else is touched."""

from sqlalchemy import Connection

from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {
    # A line has its content, or says why that was refused: one of each.
    "file": {"sha256": ["0" * 64, None], "refused": ["", "macro"]},
    "file_content": {"sha256": ["0" * 64, "1" * 64]},
}


def upgraded(connection: Connection) -> None:
    """Both are there, and empty."""
    found = counts(connection)
    assert found["file"] == found["file_content"] == 0


def downgraded(connection: Connection) -> None:
    """Both are gone."""
    assert not {"file", "file_content"} & set(counts(connection))
