"""Drafts and the earlier texts of sections: two tables are added, and nothing else is touched."""

from sqlalchemy import Connection

from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """Both are there, and empty."""
    found = counts(connection)
    assert found["draft"] == found["section_revision"] == 0


def downgraded(connection: Connection) -> None:
    """Both are gone."""
    assert not {"draft", "section_revision"} & set(counts(connection))
