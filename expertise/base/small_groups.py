"""Works-council mode, and what it means for counts of people: groups of five or more. On unless it is switched off."""

from collections.abc import Sequence

from flask import current_app

SMALLEST_GROUP = 5


def is_on() -> bool:
    """The setting."""
    return bool(current_app.config["WORKS_COUNCIL"])


def counted(groups: Sequence[int]) -> list[int | None]:
    """The sizes of the groups of one row as they may be shown."""
    return hidden_below(groups) if is_on() else list(groups)


def counted_apart(group: int) -> int | None:
    """The size of a group that stands beside no total from which it follows."""
    return None if is_on() and 0 < group < SMALLEST_GROUP else group


def hidden_below(groups: Sequence[int]) -> list[int | None]:
    """None is "too few to say", and nobody is nobody.

    Where one alone would be left out, it follows from the total; then the next smallest is left out with it.
    """
    shown: list[int | None] = [None if 0 < one < SMALLEST_GROUP else one for one in groups]
    if shown.count(None) == 1 and any(shown):
        place = min((place for place, one in enumerate(shown) if one), key=lambda place: groups[place])
        shown[place] = None
    return shown
