"""The queries that a question to tantivy is made of. They only add up whole points."""

from collections.abc import Collection, Iterable
from typing import Any

from tantivy import FieldType, Occur, Query

from expertise.search.tantivy_store import SCHEMA

MUST, SHOULD, NOT = Occur.Must, Occur.Should, Occur.MustNot
# For so many values tantivy builds an automaton in a third of a millisecond; fewer are asked for one by one.
FEW_VALUES = 40


def term_is(name: str, value: str) -> Any:
    """Pieces with this value in a field."""
    return Query.term_query(SCHEMA, name, value, "basic")


def with_any(name: str, values: Collection[str]) -> Any:
    """Pieces with one of these values in a field, at no points."""
    if len(values) == 1:
        return worth_of(term_is(name, next(iter(values))), 0)
    if len(values) <= FEW_VALUES:
        return any_of([worth_of(term_is(name, value), 0) for value in values])
    return worth_of(Query.term_set_query(SCHEMA, name, list(values)), 0)


def worth_of(query: Any, points: float) -> Any:
    """The same pieces, at so many points."""
    return Query.const_score_query(query, float(points))


def any_of(queries: list[Any]) -> Any:
    """One of these, with the points of all that match."""
    return Query.boolean_query([(SHOULD, one) for one in queries]) if queries else Query.empty_query()


def all_of(queries: Iterable[Any]) -> Any:
    """All of these, with their points."""
    return Query.boolean_query([(MUST, one) for one in queries])


def best_of(queries: list[Any]) -> Any:
    """One of these, with the points of the best."""
    return Query.disjunction_max_query(queries) if queries else Query.empty_query()


def between(name: str, low: int, high: int) -> Any:
    """From `low` until just below `high`."""
    return Query.range_query(SCHEMA, name, FieldType.Unsigned, low, high, True, False)
