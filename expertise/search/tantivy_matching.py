"""What one clause of a question is to tantivy, in open or in restricted pieces."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from tantivy import Query

from expertise.search.plan import Plan
from expertise.search.query import AnyOf, Clause, Every, Prefix, Word
from expertise.search.tantivy_half import MUST, Half, all_of, any_of, best_of, one_of, term_is, worth_of
from expertise.search.tantivy_store import SCHEMA, facet_field, level_of


class Matching:
    """One clause as queries of one half. What gives points is made when it is asked for: it takes hundreds of queries,
    and tantivy copies a query into each that holds it.
    """

    def __init__(
        self,
        points: Callable[[], Any],
        held: Any,
        telling: float,
        *,
        known: bool = False,
        stops: tuple[str, ...] = (),
    ) -> None:
        """`points`: where it is found, with its points; `held`: the same, quicker, where points are not asked."""
        self._points = points
        self.held = held
        self.telling = telling
        self.known = known  # a piece that the asker may read holds it
        self.stops = stops  # the languages in which it may be a stop word

    @cached_property
    def points(self) -> Any:
        """Matches where it is found, with its points."""
        return self._points()

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
    """The clauses of one question, each worked out once for each half."""

    def __init__(self, plan: Plan, shown: Half) -> None:
        """`shown` are the open pieces, whose words everybody may know."""
        self.plan = plan
        self.shown = shown
        # Whether a piece that the asker may read holds a clause.
        self.known: dict[Clause, bool] = {}
        self._beginnings: dict[str, tuple[list[str], float, int]] = {}
        self._matched: dict[tuple[int, Clause], Matching] = {}

    def match(self, half: Half, clause: Clause) -> Matching:
        """A clause as queries of a half, made once."""
        known = (id(half), clause)
        if known not in self._matched:
            self._matched[known] = self._make(half, clause)
        return self._matched[known]

    def _make(self, half: Half, clause: Clause) -> Matching:
        if isinstance(clause, AnyOf):
            options = [self.match(half, option) for option in clause.options]
            return Matching(
                lambda: best_of([one.points for one in options]),
                any_of([one.held for one in options]),
                max(one.telling for one in options),
                known=any(one.known for one in options),
                stops=tuple(sorted({language for one in options for language in one.stops})),
            )
        if isinstance(clause, Word):
            return self._make_word(half, clause.text)
        if isinstance(clause, Prefix):
            return self._make_prefix(half, clause.text)
        words = [self.match(half, Word(word)) for word in clause.words]
        every = isinstance(clause, Every)
        there = all_of([one.held_or_stop for one in words]) if every else self.adjacent(clause.words)
        held = all_of([there, any_of([one.held for one in words])])
        return Matching(
            lambda: Query.boolean_query([(MUST, worth_of(there, 0)), (MUST, any_of([one.points for one in words]))]),
            held,
            sum(one.telling for one in words),
            known=self._is_known(clause, half, held),
        )

    def _make_word(self, half: Half, word: str) -> Matching:
        asked = self.plan.word(word)
        written = [(term, worth) for term, worth in asked.alternatives if half.tokens(term)]
        groups = [[term for term in group if half.tokens(term)] for group in asked.whole]
        parts = all_of([one_of(group) for group in groups]) if groups and all(groups) else None

        def points() -> Any:
            options = [
                worth_of(term_is("levels", token), level_of(token) * worth)
                for term, worth in written
                for token in half.tokens(term)
            ]
            return best_of(options if parts is None else [*options, worth_of(parts, asked.whole_points)])

        held = one_of([term for term, _worth in written])
        held = held if parts is None else any_of([held, parts])
        known = self._is_known(Word(word), half, held)
        return Matching(points, held, asked.telling, known=known, stops=asked.stops)

    def _make_prefix(self, half: Half, prefix: str) -> Matching:
        if prefix not in self._beginnings:
            starts = self.plan.beginnings(prefix)
            shown = sorted({term for start in starts for term in self.shown.beginning(start)})
            often = self.shown.count(Query.term_set_query(SCHEMA, "words", shown)) if shown else 0
            self._beginnings[prefix] = (shown, *self.plan.beginning(shown, often))
        terms, telling, worth = self._beginnings[prefix]
        if not half.is_open:
            others = {term for start in self.plan.beginnings(prefix) for term in half.beginning(start)}
            terms = sorted(others.union(terms))
        held = Query.term_set_query(SCHEMA, "words", terms) if terms else Query.empty_query()
        known = self._is_known(Prefix(prefix), half, held)
        return Matching(lambda: worth_of(held, worth), held, telling, known=known)

    def _is_known(self, clause: Clause, half: Half, matching: Any) -> bool:
        """Whether a piece that the asker may read holds it; the halves are asked in turn, so the last one knows."""
        if not self.known.get(clause):
            held = half.is_open and isinstance(clause, Word) and self._is_written(clause.text)
            self.known[clause] = held or half.reads_any(matching)
        return self.known[clause]

    def _is_written(self, word: str) -> bool:
        """Whether an open piece holds one of its terms, which shows without a search."""
        return any(self.plan.figures.frequency(term) for term, _worth in self.plan.word(word).alternatives)

    def adjacent(self, words: tuple[str, ...]) -> Any:
        return any_of([self._in_order(way) for way in self.plan.in_order(words)])

    def _in_order(self, way: list[tuple[int, str]]) -> Any:
        first = way[0][0]
        if len(way) == 1:
            return term_is("words", way[0][1])
        return Query.phrase_query(SCHEMA, "words", [(place - first, term) for place, term in way])
