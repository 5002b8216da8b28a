"""Expertise: tables of their own, and nothing else is touched."""

from sqlalchemy import Connection

from tests.migrations.filling import counts

# A language and a training are no domain, and have none.
VALUES: dict[str, dict[str, object]] = {"expertise_claim": {"kind": ["language", "training"]}}
TABLES = ("expertise_claim", "expertise_endorsement", "expertise_hidden", "expertise_objection")


def upgraded(connection: Connection) -> None:
    """The tables are there, and empty."""
    found = counts(connection)
    assert [found[name] for name in TABLES] == [0, 0, 0, 0]


def downgraded(connection: Connection) -> None:
    """They are gone, and the people are not."""
    found = counts(connection)
    assert not [name for name in TABLES if name in found]
    assert found["person"]
