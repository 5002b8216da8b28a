"""What a revision holds of a dossier or an entry, and how it comes back out of it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any


def snapshot(record: Any, names: Iterable[str]) -> dict[str, Any]:
    """What is written in a record, as a revision keeps it: dates as text."""
    values = ((name, getattr(record, name)) for name in names)
    return {name: value.isoformat() if isinstance(value, dt.date) else value for name, value in values}


def restored(content: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """The values of a revision, dates as dates again; what it does not hold is left out."""
    dates = {"date", "due_on", "settled_on", "line_valid_until", "next_step_on"}
    return {
        name: dt.date.fromisoformat(content[name]) if name in dates and content[name] else content[name]
        for name in names
        if name in content
    }
