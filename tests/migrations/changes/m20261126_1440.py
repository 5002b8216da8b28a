"""Events are chained: those of before stand in the chain as they were, and go back without it."""

from sqlalchemy import Connection, func, select

from expertise.audit.chain import follow
from expertise.audit.models import Event
from tests.migrations.filling import counts

VALUES: dict[str, dict[str, object]] = {}


def upgraded(connection: Connection) -> None:
    """All of them, and the application's own arithmetic agrees."""
    rows = connection.execute(select(Event.__table__).order_by(Event.sealed)).all()
    end, broken = follow(rows, (), None)
    assert rows
    assert broken is None
    assert end.sealed == len(rows) == connection.scalar(select(func.count(Event.sealed)))


def downgraded(connection: Connection) -> None:
    """The events are still there."""
    assert counts(connection)["event"]
