"""Counts by facet out of tantivy, in one walk over what matches.

Of a facet with thousands of values only the most frequent ones are handed over, and more where it is not certain from
these alone which ones are named and what they count.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from tantivy import FieldType, Occur, Query

from expertise.search.engine import MOST_COUNTED
from expertise.search.tantivy_store import CODED, SCHEMA, code_field, code_of, facet_field

EVERY = 65_000
MANY = 5 * MOST_COUNTED


# A value of a facet, or its code.
Key = Any


class Codes:
    """What the codes of values stand for, as far as anybody asked."""

    def __init__(self) -> None:
        """Knows none yet."""
        self._known: dict[str, dict[int, str]] = {facet: {} for facet in CODED}

    def named(self, searchers: Iterable[Any], facet: str, codes: Collection[int]) -> Mapping[int, str]:
        """The values of these codes, each of which stands in one of these indexes."""
        known = self._known[facet]
        for searcher in searchers:
            if all(code in known for code in codes):
                break
            held = searcher.terms_with_prefix(facet_field(facet), "")
            known.update((code_of(value), value) for value, _often in held)
        return known


@dataclass(frozen=True, slots=True)
class Values:
    """Values of a facet, or their codes, with their counts; of those that are not here none counts more than `rest`."""

    counts: Mapping[Key, int]
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
            rest = buckets[-1]["doc_count"] if len(buckets) == most else 0
            keys = [int(one["key"]) for one in buckets] if facet in CODED else [one["key"] for one in buckets]
            values[facet] = Values(dict(zip(keys, [one["doc_count"] for one in buckets], strict=True)), rest)
        return Tallied(int(found["matching"]["value"]), values)

    def among(self, facet: str, keys: list[Key]) -> Mapping[Key, int]:
        """What these values of a facet count."""
        if facet in CODED:
            field = code_field(facet)
            each = [Query.range_query(SCHEMA, field, FieldType.Unsigned, key, key, True, True) for key in keys]
            only = Query.boolean_query([(Occur.Should, one) for one in each])
        else:
            only = Query.term_set_query(SCHEMA, facet_field(facet), keys)
        query = Query.boolean_query([(Occur.Must, only), (Occur.Must, self.query)])
        counts = Question(self.searcher, self.codes, query).tally((facet,), every=True).values[facet].counts
        return {key: counts[key] for key in keys if key in counts}


class Counted(NamedTuple):
    """What is counted in all halves together."""

    matching: tuple[int, ...]  # by half
    facets: Mapping[str, Mapping[str, int]]  # values that are named, most frequent first
    more: frozenset[str]  # facets that have others besides


def tally(questions: list[Question], facets: Iterable[str]) -> Counted:
    """How many match, and how many of them have each value of each facet."""
    wanted = tuple(facets)
    said = [(question, question.tally(wanted)) for question in questions]
    sums = {facet: _sums(facet, [(question, one.values[facet]) for question, one in said]) for facet in wanted}
    return Counted(
        tuple(one.matching for _question, one in said),
        {facet: _named(facet, questions, sums[facet]) for facet in wanted},
        frozenset(facet for facet in wanted if len(sums[facet]) > MOST_COUNTED),
    )


def _named(facet: str, questions: list[Question], sums: Mapping[Key, int]) -> dict[str, int]:
    """The most frequent values. Thousands are counted, so only those that may be among them are looked up."""
    least = _least(sums)
    likely = {key: count for key, count in sums.items() if count >= least}
    if facet in CODED:
        names = questions[0].codes.named([one.searcher for one in questions], facet, likely) if likely else {}
        likely = {names[key]: count for key, count in likely.items()}
    return dict(sorted(likely.items(), key=lambda one: (-one[1], one[0]))[:MOST_COUNTED])


def _least(sums: Mapping[Key, int]) -> int:
    """What a value counts at least that is named."""
    return sorted(sums.values(), reverse=True)[:MOST_COUNTED][-1] if sums else 0


def _sums(facet: str, said: list[tuple[Question, Values]]) -> Mapping[Key, int]:
    """One facet in all halves together."""
    sums = _added(values for _question, values in said)
    rest = sum(values.rest for _question, values in said)
    if not rest:
        return sums
    least = _least(sums)
    if rest >= least:
        # So many count the same that only all of them show which are named.
        return _added(question.tally((facet,), every=True).values[facet] for question, _values in said)
    return _added(_with_doubtful(facet, question, values, sums, least) for question, values in said)


def _added(parts: Iterable[Values]) -> dict[Key, int]:
    sums: dict[Key, int] = {}
    for part in parts:
        if not sums:
            sums.update(part.counts)
            continue
        for key, count in part.counts.items():
            sums[key] = sums.get(key, 0) + count
    return sums


def _with_doubtful(facet: str, question: Question, values: Values, sums: Mapping[Key, int], least: int) -> Values:
    """The same with values that only another half named, where what they count here may matter."""
    if not values.rest:
        return values
    unknown = [key for key, count in sums.items() if key not in values.counts and count + values.rest >= least]
    return Values({**question.among(facet, unknown), **values.counts}, values.rest) if unknown else values
