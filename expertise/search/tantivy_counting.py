"""Counts by facet out of tantivy, in one walk over what matches.

Of a facet with thousands of values only the most frequent ones are handed over, and all of them where it is not certain
from these alone which ones are named.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from expertise.search.engine import MOST_COUNTED
from expertise.search.tantivy_store import CODED, code_field, code_of, facet_field

EVERY = 65_000
MANY = 6 * MOST_COUNTED


# A value of a facet, or its code.
Key = Any


class Codes:
    """What the codes of values stand for, as far as anybody asked."""

    def __init__(self) -> None:
        """Knows none yet."""
        self._known: dict[str, dict[int, str]] = {facet: {} for facet in CODED}

    def named(self, searcher: Any, facet: str, codes: Collection[int]) -> Mapping[int, str]:
        """The values of these codes, each of which stands in this index."""
        known = self._known[facet]
        if not all(code in known for code in codes):
            held = searcher.terms_with_prefix(facet_field(facet), "")
            known.update((code_of(value), value) for value, _often in held)
        return known


class Counted(NamedTuple):
    """How many pieces match, and how many of them have each value of a facet."""

    matching: int
    facets: Mapping[str, Mapping[str, int]]  # values that are named, most frequent first
    more: frozenset[str]  # facets that have others besides


def matching(searcher: Any, query: Any) -> int:
    """How many live pieces match."""
    # Each piece is of one kind. (A walk that counts values of `rank` takes a sixth longer.)
    return sum(_values(searcher.aggregate(query, {"kind": _counted_by("kind", MANY)}), "kind").values())


def tally(searcher: Any, codes: Codes, query: Any, facets: Iterable[str]) -> Counted:
    """How many match, and how many of them have each value of each facet."""
    asked = tuple(facets)
    found = searcher.aggregate(query, {facet: _counted_by(facet, MANY) for facet in {*asked, "kind"}})
    values = {facet: _values(found, facet) for facet in asked}
    # Where so many count the same that only all of them show which are named.
    for facet in [facet for facet, counts in values.items() if _is_doubtful(counts)]:
        every = searcher.aggregate(query, {facet: _counted_by(facet, EVERY)})
        values[facet] = _values(every, facet)
    return Counted(
        sum(_values(found, "kind").values()),
        {facet: _named(searcher, codes, facet, counts) for facet, counts in values.items()},
        frozenset(facet for facet, counts in values.items() if len(counts) > MOST_COUNTED),
    )


def _counted_by(facet: str, most: int) -> Mapping[str, Any]:
    field = code_field(facet) if facet in CODED else facet_field(facet)
    return {"terms": {"field": field, "size": most, "segment_size": EVERY}}


def _values(found: Mapping[str, Any], facet: str) -> Mapping[Key, int]:
    """The values of a facet that tantivy handed over, most frequent first."""
    buckets = found[facet]["buckets"] if facet in found else []
    keys = [int(one["key"]) for one in buckets] if facet in CODED else [one["key"] for one in buckets]
    return dict(zip(keys, [one["doc_count"] for one in buckets], strict=True))


def _is_doubtful(counts: Mapping[Key, int]) -> bool:
    """Whether a value that was not handed over may count as much as one that is named."""
    return len(counts) == MANY and _least(counts) == min(counts.values())


def _least(counts: Mapping[Key, int]) -> int:
    """What a value counts at least that is named."""
    return sorted(counts.values(), reverse=True)[:MOST_COUNTED][-1] if counts else 0


def _named(searcher: Any, codes: Codes, facet: str, counts: Mapping[Key, int]) -> dict[str, int]:
    """The most frequent values. Thousands are counted, so only those that may be among them are looked up."""
    least = _least(counts)
    likely = {key: count for key, count in counts.items() if count >= least}
    if facet in CODED and likely:
        names = codes.named(searcher, facet, likely)
        likely = {names[key]: count for key, count in likely.items()}
    return dict(sorted(likely.items(), key=lambda one: (-one[1], one[0]))[:MOST_COUNTED])
