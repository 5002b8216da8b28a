"""Until when somebody answers questions about a posting: rooms above know it, and register a source.

@reachable.source("handovers")
def until(postings: set[str]) -> dict[str, date]:
    ...
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

# Ids of postings -> until when, for those that say it.
Until = Callable[[set[str]], dict[str, date]]


@dataclass(frozen=True)
class Reachable:
    """What the rooms above know of it."""

    _sources: dict[str, Until] = field(default_factory=dict)

    def source(self, name: str) -> Callable[[Until], Until]:
        """Register a function. A name is taken once."""
        if name in self._sources:
            raise ValueError(f"there is a source {name} already")

        def register(function: Until) -> Until:
            self._sources[name] = function
            return function

        return register

    def until(self, posting_ids: Iterable[str]) -> dict[str, date]:
        """Until when each of these postings is answered for; those that say nothing are left out."""
        asked = set(posting_ids)
        found: dict[str, date] = {}
        for source in self._sources.values() if asked else ():
            for posting_id, day in source(asked).items():
                found[posting_id] = max(day, found.get(posting_id, day))
        return found


reachable = Reachable()
