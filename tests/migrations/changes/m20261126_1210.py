"""Questions, searches without a result, keepers and old codes of domains: tables of their own."""

from sqlalchemy import Connection

from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {}
NEW = {"domain_alias", "domain_keeper", "question", "question_step", "search_miss"}


def upgraded(connection: Connection) -> None:
    """The tables are there, and empty; the domains are as they were."""
    found = counts(connection)
    assert not any(found[name] for name in NEW)
    assert found["domain"]


def downgraded(connection: Connection) -> None:
    """They are gone, and what they named is not."""
    found = counts(connection)
    assert not NEW & set(found)
    assert found["domain"]
    assert found["person"]
    assert found["dossier"]
