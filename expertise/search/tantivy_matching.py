"""What one clause of a question is to tantivy."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from tantivy import Query

from expertise.search.plan import Plan
from expertise.search.query import AnyOf, Clause, Every, Prefix, Word
from expertise.search.tantivy_moment import Moment
from expertise.search.tantivy_queries import MUST, all_of, any_of, best_of, term_is, with_any, worth_of
from expertise.search.tantivy_store import RESTRICTED, SCHEMA, facet_field, level_of


class Matching:
    """One clause as queries. What gives points is made when it is asked for: it takes hundreds of queries,
    and tantivy copies a query into each that holds it.
    """

    def __init__(
        self,
        points: Callable[[], Any],
        held: Any,
        telling: float,
        known: Callable[[], bool],
        *,
        stops: tuple[str, ...] = (),
        alike: int | None = None,
    ) -> None:
        """`points`: where it is found, with its points; `held`: the same, quicker, where points are not asked."""
        self._points = points
        self.held = held
        self.telling = telling
        self._known = known
        self.alike = alike  # the points, where all that is found gets the same
        self.stops = stops  # the languages in which it may be a stop word

    @cached_property
    def points(self) -> Any:
        """Matches where it is found, with its points."""
        return self._points()

    @cached_property
    def known(self) -> bool:
        """Whether a piece that the asker may read holds it; for a phrase that takes a walk."""
        return self._known()

    @property
    def present(self) -> Any:
        """With points, and matches where it is a stop word."""
        return self._or_stop(self.points)

    @property
    def held_or_stop(self) -> Any:
        """The same, without points."""
        return self._or_stop(self.held)

    def _or_stop(self, query: Any) -> Any:
        if not self.stops:
            return query
        stops = [worth_of(term_is(facet_field("language"), language), 0) for language in self.stops]
        return any_of([query, *stops])


class Matcher:
    """The clauses of one question, each worked out once."""

    def __init__(self, plan: Plan, moment: Moment, visible: list[tuple[Any, Any]]) -> None:
        """`visible` limits it to what the asker may read."""
        self.plan = plan
        self.moment = moment
        self.words = moment.words
        self._visible = visible
        self._matched: dict[Clause, Matching] = {}

    def match(self, clause: Clause) -> Matching:
        """A clause as queries, made once."""
        if clause not in self._matched:
            self._matched[clause] = self._make(clause)
        return self._matched[clause]

    def _make(self, clause: Clause) -> Matching:
        if isinstance(clause, AnyOf):
            options = [self.match(option) for option in clause.options]
            return Matching(
                lambda: best_of([one.points for one in options]),
                any_of([one.held for one in options]),
                max(one.telling for one in options),
                lambda: any(one.known for one in options),
                stops=tuple(sorted({language for one in options for language in one.stops})),
            )
        if isinstance(clause, Word):
            return self._make_word(clause.text)
        if isinstance(clause, Prefix):
            return self._make_prefix(clause.text)
        words = [self.match(Word(word)) for word in clause.words]
        every = isinstance(clause, Every)
        there = all_of([one.held_or_stop for one in words]) if every else self.adjacent(clause.words)
        held = all_of([there, any_of([one.held for one in words])])
        return Matching(
            lambda: Query.boolean_query([(MUST, worth_of(there, 0)), (MUST, any_of([one.points for one in words]))]),
            held,
            sum(one.telling for one in words),
            lambda: self._reads_any(held),
        )

    def _make_word(self, word: str) -> Matching:
        asked = self.plan.word(word)
        tokens = self.words.tokens
        written = [(term, worth) for term, worth in asked.alternatives if tokens(term)]
        groups = [[term for term in group if tokens(term)] for group in asked.whole]
        parts = all_of([with_any("words", group) for group in groups]) if groups and all(groups) else None

        def points() -> Any:
            options = [
                worth_of(term_is("levels", token), level_of(token) * worth)
                for term, worth in written
                for token in tokens(term)
            ]
            return best_of(options if parts is None else [*options, worth_of(parts, asked.whole_points)])

        held = with_any("words", [term for term, _worth in written])
        held = held if parts is None else any_of([held, parts])

        def known() -> bool:
            # What an open piece holds shows without a search.
            return any(self.plan.figures.frequency(term) for term, _worth in asked.alternatives) or self._reads_any(
                held
            )

        return Matching(points, held, asked.telling, known, stops=asked.stops)

    def _make_prefix(self, prefix: str) -> Matching:
        starts = self.plan.beginnings(prefix)
        terms = sorted({term for start in starts for term in self.words.beginning(start)})
        often = self.moment.count(with_any("open", terms)) if terms else 0
        telling, worth = self.plan.beginning(terms, often)
        held = with_any("words", terms)
        # Of pieces that not everyone may read all terms count: how many those of open ones leave may not show.
        others = {term for start in starts for term in self.words.all_beginning(start)}.difference(terms)
        if others:
            held = any_of([held, all_of([term_is("reader", RESTRICTED), with_any("words", sorted(others))])])
        return Matching(
            lambda: worth_of(held, worth), held, telling, lambda: bool(often) or self._reads_any(held), alike=worth
        )

    def _reads_any(self, query: Any) -> bool:
        """Whether the asker may read one that matches."""
        return self.moment.holds_any(Query.boolean_query([(MUST, query), *self._visible]))

    def adjacent(self, words: tuple[str, ...]) -> Any:
        """Pieces in which these words stand next to each other, in this order."""
        return any_of([self._in_order(way) for way in self.plan.in_order(words)])

    def _in_order(self, way: list[tuple[int, str]]) -> Any:
        first = way[0][0]
        if len(way) == 1:
            return term_is("words", way[0][1])
        return Query.phrase_query(SCHEMA, "words", [(place - first, term) for place, term in way])
