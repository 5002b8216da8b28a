"""The one clock. Everything that is recorded asks here what time it is, so that a demo can be backdated."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)

# The day changes for everybody when it changes at headquarters; a post's own time is shown beside it.
HEADQUARTERS = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """This moment, in UTC, with its zone."""
    return _set_to.get() or datetime.now(UTC)


def today() -> date:
    """The day at headquarters."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """The day at headquarters at a moment."""
    return moment.astimezone(HEADQUARTERS).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Record as if it were `moment` (with a zone); for loading a past."""
    token = _set_to.set(moment)
    try:
        yield
    finally:
        _set_to.reset(token)
