"""One question to tantivy: its plan as queries, for open and for restricted pieces."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tantivy import Query

from expertise.search.engine import FACETS, Ask, Found, Page
from expertise.search.plan import EXPIRED, FILL_BELOW, LEAST_SHARE, UNIT, Plan, Statistics
from expertise.search.query import AnyOf, Clause, Every, Prefix, Word
from expertise.search.tantivy_counting import Counted, tally
from expertise.search.tantivy_half import (
    MUST,
    NOT,
    SHOULD,
    Half,
    all_of,
    any_of,
    best_of,
    between,
    one_of,
    term_is,
    worth_of,
)
from expertise.search.tantivy_store import SCHEMA, facet_field, level_of

# More than all points of a question together: pieces with all words come first.
COMPLETE = 1 << 23
MOST_CORRECTED = 3
EVERYTHING = (1 << 63) - 1
Made = Callable[[], Any]
# So much of the time may go to looking up words; counting and ordering what holds them cannot be broken off.
LOOKING_UP = 0.4


@dataclass(frozen=True, slots=True)
class Ordered:
    """A hit of one half."""

    whole: bool  # holds all words
    points: float
    rank: int
    side: int
    address: Any


class Matching:
    """One clause as queries of one half. Each is made when it is asked for: tantivy copies a query into the next."""

    def __init__(
        self, points: Made, held: Made, telling: float, *, known: bool = False, stops: tuple[str, ...] = ()
    ) -> None:
        """`points`: where it is found, with its points; `held`: the same, quicker, where points are not asked."""
        self._points = points
        self._held = held
        self.telling = telling
        self.known = known  # a piece that the asker may read holds it
        self.stops = stops  # the languages in which it may be a stop word

    @cached_property
    def points(self) -> Any:
        """Matches where it is found, with its points."""
        return self._points()

    @cached_property
    def held(self) -> Any:
        """Matches where it is found, and is quicker."""
        return self._held()

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


@dataclass(frozen=True, slots=True)
class Side:
    """A question to one half: what is counted, and the clauses that give it its order."""

    half: Half
    clauses: list[Matching]
    strong: list[Matching]  # one of these must be there where pieces with all words are too few
    limits: list[tuple[Any, Any]]
    all_complete: Any
    all_partial: Any


class Asking:
    """One question to both halves."""

    def __init__(self, ask: Ask, figures: Statistics, shown: Half, halves: list[Half]) -> None:
        """Begins the time budget. `shown` are the open pieces, whose words everybody may know."""
        self.ask = ask
        self.plan = Plan(ask, figures)
        self.shown = shown
        self.halves = halves
        self.until = time.monotonic() + LOOKING_UP * ask.seconds
        self.hurried = False
        self._beginnings: dict[str, tuple[list[str], float, int]] = {}
        self._known: dict[Any, bool] = {}
        self._matched: dict[tuple[int, Clause], Matching] = {}

    def answer(self) -> Page:
        """Count, fill up where that is little, order, and count by facet."""
        clauses = self._in_time()
        sides = [self._side(half, clauses) for half in self.halves]
        whole = [side.all_complete for side in sides]
        ticked = any(self.ask.filters.values())
        all_words = self._tally(sides, self._filtered(whole), self._free())
        complete = sum(all_words.matching)
        unticked = sum(self._tally(sides, whole, ()).matching) if ticked else complete
        relaxed = bool(clauses) and (unticked < FILL_BELOW or not complete)
        masks = [side.all_partial for side in sides] if relaxed else whole
        shown = self._tally(sides, self._filtered(masks), self._free()) if relaxed else all_words
        total = sum(shown.matching)
        facets, more = self._facets(sides, masks, shown)
        return Page(
            hits=self._hits(sides, shown.matching, relaxed=relaxed),
            total=total,
            facets=facets,
            more=more,
            relaxed=relaxed and total > complete,
            complete=complete,
            corrections=self._corrections(),
            marks=frozenset(self.plan.marks),
            weights=self.plan.marks,
            hurried=self.hurried,
        )

    def _free(self) -> tuple[str, ...]:
        """The facets of which nothing is ticked: they are counted with what is found, in one walk."""
        return tuple(facet for facet in FACETS if self.ask.counted and not self.ask.filters.get(facet))

    def _in_time(self) -> list[Clause]:
        """The clauses there is time for; words are looked up here, and this is what takes long."""
        found: list[Clause] = []
        for part in self.ask.query.never:
            for half in self.halves:
                self._match(half, part)
        for clause in self.plan.clauses():
            self.hurried = self.hurried or time.monotonic() > self.until
            # The first one is looked for whatever the time, so that a busy machine still answers.
            if self.hurried and found:
                break
            for half in self.halves:
                self._match(half, clause)
            found.append(clause)
        return found

    def _side(self, half: Half, clauses: list[Clause]) -> Side:
        limits = [(MUST, worth_of(one, 0)) for one in self._limits(half)]
        matches = [self._match(half, clause) for clause in clauses]
        if not clauses:
            # Without a question everything is found.
            found = Query.boolean_query([(MUST, worth_of(Query.all_query(), 0)), *limits])
            return Side(half, [], [], limits, found, found)
        known = [match.telling for match, clause in zip(matches, clauses, strict=True) if self._said(clause)]
        least = LEAST_SHARE * max(known, default=0.0)
        strong = [match for match in matches if match.telling >= least]
        whole = Query.boolean_query([*self._all_held(matches), *limits])
        partial = Query.boolean_query([(MUST, any_of([*(match.held for match in strong), whole])), *limits])
        return Side(half, matches, strong, limits, whole, partial)

    def _all_held(self, matches: list[Matching]) -> list[tuple[Any, Any]]:
        held = [(MUST, match.held_or_stop) for match in matches]
        return [*held, *self._one_said(matches)]

    def _one_said(self, matches: list[Matching]) -> list[tuple[Any, Any]]:
        """Where every word may be a stop word, at least one must be said."""
        only_stops = all(match.stops for match in matches)
        return [(MUST, worth_of(any_of([match.held for match in matches]), 0))] if only_stops else []

    def _scored(self, side: Side, *, relaxed: bool) -> Any:
        """The same pieces with their points; where the list is filled up, those with all words come first."""
        if not side.clauses:
            return side.all_complete
        extra = [(SHOULD, one) for one in self._extra(side.half)]
        if not relaxed:
            present = [(MUST, match.present) for match in side.clauses]
            return Query.boolean_query([*present, *self._one_said(side.clauses), *side.limits, *extra])
        filled = any_of([*(match.points for match in side.strong), worth_of(side.all_complete, COMPLETE)])
        weak = [(SHOULD, match.points) for match in side.clauses if match not in side.strong]
        return Query.boolean_query([(MUST, filled), *side.limits, *weak, *extra])

    def _said(self, clause: Clause) -> bool:
        """Whether any half holds it."""
        return any(self._match(half, clause).known for half in self.halves)

    def _limits(self, half: Half) -> list[Any]:
        """What holds whatever is ticked: rights, what was typed as a filter, the period, what must not be there."""
        found = [] if half.visible is None else [half.visible]
        for facet, values in self.ask.fixed.items():
            found.append(Query.term_set_query(SCHEMA, facet_field(facet), list(values)))
        if self.ask.after is not None or self.ask.before is not None:
            low = self.ask.after.toordinal() if self.ask.after else 1
            found.append(between("day", low, self.ask.before.toordinal() if self.ask.before else EVERYTHING))
        if self.ask.query.never:
            never = [(NOT, self._match(half, part).held) for part in self.ask.query.never]
            found.append(Query.boolean_query([(MUST, Query.all_query()), *never]))
        return found

    def _match(self, half: Half, clause: Clause) -> Matching:
        """A clause as queries of a half, made once."""
        known = (id(half), clause)
        if known not in self._matched:
            self._matched[known] = self._make(half, clause)
        return self._matched[known]

    def _make(self, half: Half, clause: Clause) -> Matching:
        if isinstance(clause, AnyOf):
            options = [self._match(half, option) for option in clause.options]
            return Matching(
                lambda: best_of([one.points for one in options]),
                lambda: any_of([one.held for one in options]),
                max(one.telling for one in options),
                known=any(one.known for one in options),
                stops=tuple(sorted({language for one in options for language in one.stops})),
            )
        if isinstance(clause, Word):
            return self._make_word(half, clause.text)
        if isinstance(clause, Prefix):
            return self._make_prefix(half, clause.text)
        words = [self._match(half, Word(word)) for word in clause.words]
        every = isinstance(clause, Every)
        there = all_of([one.held_or_stop for one in words]) if every else self._adjacent(clause.words)
        held = all_of([there, any_of([one.held for one in words])])
        return Matching(
            lambda: Query.boolean_query([(MUST, worth_of(there, 0)), (MUST, any_of([one.points for one in words]))]),
            lambda: held,
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
        return Matching(points, lambda: held, asked.telling, known=known, stops=asked.stops)

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
        return Matching(lambda: worth_of(held, worth), lambda: held, telling, known=known)

    def _is_known(self, clause: Clause, half: Half, matching: Any) -> bool:
        """Whether a piece that the asker may read holds it; the halves are asked in turn, so the last one knows."""
        if not self._known.get(clause):
            held = half.is_open and isinstance(clause, Word) and self._is_written(clause.text)
            self._known[clause] = held or half.reads_any(matching)
        return self._known[clause]

    def _is_written(self, word: str) -> bool:
        """Whether an open piece holds one of its terms, which shows without a search."""
        return any(self.plan.figures.frequency(term) for term, _worth in self.plan.word(word).alternatives)

    def _adjacent(self, words: tuple[str, ...]) -> Any:
        return any_of([self._in_order(way) for way in self.plan.in_order(words)])

    def _in_order(self, way: list[tuple[int, str]]) -> Any:
        first = way[0][0]
        if len(way) == 1:
            return term_is("words", way[0][1])
        return Query.phrase_query(SCHEMA, "words", [(place - first, term) for place, term in way])

    def _extra(self, half: Half) -> Iterator[Any]:
        for words, worth in self.plan.together():
            if time.monotonic() > self.until:
                self.hurried = True
                break
            yield worth_of(self._adjacent(words), worth)
        names = [
            worth_of(term_is("levels", token), worth)
            for term, worth in self.plan.names()
            for token in half.tokens(term)
        ]
        if names:
            yield best_of(names)

    def _filtered(self, masks: list[Any], *, but: str = "") -> list[Any]:
        ticked = [
            worth_of(Query.term_set_query(SCHEMA, facet_field(facet), list(values)), 0)
            for facet, values in self.ask.filters.items()
            if values and facet in FACETS and facet != but
        ]
        return [all_of([mask, *ticked]) for mask in masks] if ticked else masks

    def _tally(self, sides: list[Side], queries: list[Any], facets: tuple[str, ...]) -> Counted:
        return tally([side.half.question(query) for side, query in zip(sides, queries, strict=True)], facets)

    def _facets(
        self, sides: list[Side], masks: list[Any], shown: Counted
    ) -> tuple[dict[str, Mapping[str, int]], frozenset[str]]:
        """Each facet counted while the filters of the others apply."""
        if not self.ask.counted:
            return {}, frozenset()
        alone = [facet for facet in FACETS if self.ask.filters.get(facet)]
        each = [shown, *(self._tally(sides, self._filtered(masks, but=facet), (facet,)) for facet in alone)]
        counted = {facet: one.facets[facet] for one in each for facet in one.facets}
        return {facet: counted[facet] for facet in FACETS}, frozenset().union(*(one.more for one in each))

    def _hits(self, sides: list[Side], matching: tuple[int, ...], *, relaxed: bool) -> list[Found]:
        wanted = self.ask.start + self.ask.limit
        by_date = self.ask.sort == "date" or not self.ask.query.must
        order = self._newest if by_date else self._best
        found: list[Ordered] = []
        for number, side in enumerate(sides):
            # Where nothing matches nothing is put in order.
            if matching[number]:
                found += order(number, side, wanted, relaxed=relaxed)
        found.sort(key=lambda one: (one.rank,) if by_date else (one.whole, one.points, one.rank), reverse=True)
        return [
            Found(sides[one.side].half.key(one.address), one.points / UNIT, one.whole)
            for one in found[self.ask.start : wanted]
        ]

    def _newest(self, number: int, side: Side, wanted: int, *, relaxed: bool) -> Iterator[Ordered]:
        mask, whole = self._filtered([side.all_partial if relaxed else side.all_complete])[0], None
        if relaxed:
            whole = {rank for rank, _address in side.half.newest(side.all_complete, wanted)}
        for rank, address in side.half.newest(mask, wanted):
            yield Ordered(whole is None or rank in whole, 0.0, rank, number, address)

    def _best(self, number: int, side: Side, wanted: int, *, relaxed: bool) -> Iterator[Ordered]:
        scored = self._filtered([self._scored(side, relaxed=relaxed)])[0]
        for lowered, part in self._parts(side.half, scored):
            for points, rank, address in side.half.best(part, wanted, alike=self._is_alike()):
                whole = not relaxed or points >= COMPLETE
                bare = points - COMPLETE if relaxed and whole else points
                yield Ordered(whole, bare * lowered, rank, number, address)

    def _is_alike(self) -> bool:
        """Whether all that is found gets the same points, as by the beginning of a word."""
        clauses = self.plan.clauses()
        return len(clauses) == 1 and isinstance(clauses[0], Prefix)

    def _parts(self, half: Half, query: Any) -> list[tuple[float, Any]]:
        """What still holds, and what expired, which counts for less."""
        today = self.ask.today.toordinal() if self.ask.today else 0
        if not half.has_expired(today):
            return [(1.0, query)]
        expired = between("valid", 1, today)
        valid = Query.boolean_query([(MUST, query), (NOT, expired)])
        return [(1.0, valid), (EXPIRED, all_of([query, worth_of(expired, 0)]))]

    def _corrections(self) -> dict[str, tuple[str, str]]:
        asked = [
            clause.text
            for part in self.plan.clauses()
            for clause in (part.options if isinstance(part, AnyOf) else (part,))
            if isinstance(clause, Word)
        ]
        unknown = [word for word in asked if len(word) > 2 and self._known.get(Word(word)) is False]
        if self.hurried:
            return {}
        pairs = ((word, self.shown.words.correct(word)) for word in list(dict.fromkeys(unknown))[:MOST_CORRECTED])
        return {word: pair for word, pair in pairs if pair is not None}
