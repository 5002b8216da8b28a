"""What hangs on a contact in rooms above, which this room knows nothing of: told when one is merged or erased.

A room above has an object with these four verbs and registers it in its panels.py:

    followers.add("dossiers", DossierLinks())
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from expertise.access.viewer import Viewer


class Follower(Protocol):
    """What a room above does. Ids are of contacts; `moved` is what `move` gave, as JSON can hold it."""

    def move(self, lost: str, kept: str) -> list[str]:
        """Let all that hung on one hang on the other; gives what was moved."""

    def put_back(self, moved: list[str], lost: str, kept: str) -> None:
        """Undo that."""

    def give(self, viewer: Viewer, contact_id: str) -> dict[str, Any]:
        """What is kept here of a contact, as JSON can hold it."""

    def forget(self, contact_id: str, names: Iterable[str]) -> int:
        """Remove what hangs on it, and strike these names from texts; gives how many records were changed."""


@dataclass(frozen=True)
class Followers:
    """The rooms above, by name."""

    _known: dict[str, Follower] = field(default_factory=dict)

    def add(self, name: str, follower: Follower) -> None:
        """Register a room's. A name is taken once."""
        if name in self._known:
            raise ValueError(f"{name} follows contacts already")
        self._known[name] = follower

    def __iter__(self) -> Iterator[tuple[str, Follower]]:
        return iter(sorted(self._known.items()))


followers = Followers()
