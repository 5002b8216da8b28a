"""The words in which rights are told: `position:4k` is whoever holds that position. docs/house.md lists the kinds."""

from collections.abc import Iterable


def ids_in(tokens: Iterable[str], kind: str) -> list[str]:
    """What the tokens of one kind point at: `4k` in `position:4k`, of `position`. In order, as sets have none."""
    start = f"{kind}:"
    return sorted(one.removeprefix(start) for one in tokens if one.startswith(start))
