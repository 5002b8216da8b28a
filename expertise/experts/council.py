"""Works-council mode: what the application never does with what it knows of people. On unless it is switched off.

While it is on
- an account of personnel sees what people declare of themselves and nothing that was observed of them, in no order
  but that of names, without scores or counts, on every page, in search, in exports and from the command line;
- a report counts people only in groups of five or more, ranks none, and has its purpose printed on it.
"""

from collections.abc import Sequence

from flask import current_app

from expertise.access.rules import allowed
from expertise.access.viewer import Viewer

SMALLEST_GROUP = 5


def is_on() -> bool:
    """The setting."""
    return bool(current_app.config["WORKS_COUNCIL"])


def shows_observed(viewer: Viewer, person_id: str | None = None) -> bool:
    """Whether this viewer may see what was observed of people (of this one), and an order among them."""
    own = person_id is not None and person_id == viewer.person_id
    return own or allowed(viewer, "expertise.observed") or not is_on()


def counted(groups: Sequence[int]) -> list[int | None]:
    """The sizes of the groups of one row as they may be shown."""
    return hidden_below(groups) if is_on() else list(groups)


def hidden_below(groups: Sequence[int]) -> list[int | None]:
    """None is "too few to say", and nobody is nobody.

    Where one alone would be left out, it follows from the total; then the next smallest is left out with it.
    """
    shown: list[int | None] = [None if 0 < one < SMALLEST_GROUP else one for one in groups]
    if shown.count(None) == 1 and any(shown):
        place = min((place for place, one in enumerate(shown) if one), key=lambda place: groups[place])
        shown[place] = None
    return shown
