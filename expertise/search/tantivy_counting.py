"""Counts by facet out of tantivy, in one walk over what matches.

Of a facet with thousands of values only the most frequent ones are handed over, and more where it is not certain from
these alone which ones are named and what they count.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tantivy import Occur, Query

from expertise.search.engine import MOST_COUNTED
from expertise.search.tantivy_store import CODED, SCHEMA, code_field, code_of, facet_field

EVERY = 65_000
MANY = 5 * MOST_COUNTED


class Codes:
    """What the codes of values stand for, as far as anybody asked."""

    def __init__(self) -> None:
        """Knows none yet."""
        self._known: dict[str, dict[int, str]] = {facet: {} for facet in CODED}

    def named(self, searcher: Any, facet: str, codes: Iterable[int]) -> list[str]:
        """The values of these codes, all of which stand in this index."""
        known = self._known[facet]
        wanted = list(codes)
        if any(code not in known for code in wanted):
            held = searcher.terms_with_prefix(facet_field(facet), "")
            known.update((code_of(value), value) for value, _often in held)
        return [known[code] for code in wanted]


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a facet with their counts; of those that are not here none counts more than `rest`."""

    counts: Mapping[str, int]
    rest: int


class Tallied(NamedTuple):
    """How many pieces match, and how many of them have each value of a facet."""

    matching: int
    values: Mapping[str, Values]


def matching(searcher: Any, query: Any) -> int:
    """How many live pieces match."""
    found = searcher.aggregate(query, {"matching": {"value_count": {"field": "rank"}}})
    return int(found["matching"]["value"])


@dataclass(frozen=True, slots=True)
class Question:
    """What is counted in one half."""

    searcher: Any
    codes: Codes
    query: Any

    def tally(self, facets: Iterable[str], *, every: bool = False) -> Tallied:
        """Count in one walk: `every` value, or many."""
        most = EVERY if every else MANY
        asked: dict[str, Any] = {
            facet: {
                "terms": {
                    "field": code_field(facet) if facet in CODED else facet_field(facet),
                    "size": most,
                    "segment_size": EVERY,
                }
            }
            for facet in facets
        }
        found = self.searcher.aggregate(self.query, asked | {"matching": {"value_count": {"field": "rank"}}})
        values: dict[str, Values] = {}
        for facet in asked:
            buckets = found[facet]["buckets"] if facet in found else []
            keys = [one["key"] for one in buckets]
            if facet in CODED:
                keys = self.codes.named(self.searcher, facet, keys)
            rest = buckets[-1]["doc_count"] if len(buckets) == most else 0
            values[facet] = Values(dict(zip(keys, [one["doc_count"] for one in buckets], strict=True)), rest)
        return Tallied(int(found["matching"]["value"]), values)

    def among(self, facet: str, values: list[str]) -> Mapping[str, int]:
        """What these values of a facet count."""
        only = Query.term_set_query(SCHEMA, facet_field(facet), values)
        query = Query.boolean_query([(Occur.Must, only), (Occur.Must, self.query)])
        counts = Question(self.searcher, self.codes, query).tally((facet,), every=True).values[facet].counts
        return {value: counts[value] for value in values if value in counts}


def tally(questions: list[Question], facets: Iterable[str]) -> tuple[int, dict[str, Counter[str]]]:
    """How many match in all halves, and by facet the values that are named, perhaps among others."""
    wanted = tuple(facets)
    said = [(question, question.tally(wanted)) for question in questions]
    counted = {facet: _sums(facet, [(question, one.values[facet]) for question, one in said]) for facet in wanted}
    return sum(one.matching for _question, one in said), counted


def _sums(facet: str, said: list[tuple[Question, Values]]) -> Counter[str]:
    """One facet in all halves together."""
    sums = _added(values for _question, values in said)
    rest = sum(values.rest for _question, values in said)
    if not rest:
        return sums
    least = sorted(sums.values(), reverse=True)[:MOST_COUNTED][-1]
    if rest >= least:
        # So many count the same that only all of them show which are named.
        return _added(question.tally((facet,), every=True).values[facet] for question, _values in said)
    return _added(_with_doubtful(facet, question, values, sums, least) for question, values in said)


def _added(parts: Iterable[Values]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for part in parts:
        sums.update(part.counts)
    return sums


def _with_doubtful(facet: str, question: Question, values: Values, sums: Counter[str], least: int) -> Values:
    """The same with values that only another half named, where what they count here may matter."""
    if not values.rest:
        return values
    unknown = [value for value, count in sums.items() if value not in values.counts and count + values.rest >= least]
    return Values({**question.among(facet, unknown), **values.counts}, values.rest) if unknown else values
