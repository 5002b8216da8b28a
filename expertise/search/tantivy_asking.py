"""One question to tantivy: its plan as queries, for open and for restricted pieces."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tantivy import Query

from expertise.search.engine import FACETS, Ask, Found, Page
from expertise.search.plan import EXPIRED, FILL_BELOW, LEAST_SHARE, UNIT, Plan, Statistics
from expertise.search.query import AnyOf, Clause, Prefix, Word
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
    term_is,
    worth_of,
)
from expertise.search.tantivy_matching import Matcher, Matching
from expertise.search.tantivy_store import SCHEMA, facet_field

# More than all points of a question together: pieces with all words come first.
COMPLETE = 1 << 23
MOST_CORRECTED = 3
EVERYTHING = (1 << 63) - 1
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
        self.matcher = Matcher(self.plan, shown)

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
                self.matcher.match(half, part)
        for clause in self.plan.clauses():
            self.hurried = self.hurried or time.monotonic() > self.until
            # The first one is looked for whatever the time, so that a busy machine still answers.
            if self.hurried and found:
                break
            for half in self.halves:
                self.matcher.match(half, clause)
            found.append(clause)
        return found

    def _side(self, half: Half, clauses: list[Clause]) -> Side:
        limits = [(MUST, worth_of(one, 0)) for one in self._limits(half)]
        matches = [self.matcher.match(half, clause) for clause in clauses]
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
        return any(self.matcher.match(half, clause).known for half in self.halves)

    def _limits(self, half: Half) -> list[Any]:
        """What holds whatever is ticked: rights, what was typed as a filter, the period, what must not be there."""
        found = [] if half.visible is None else [half.visible]
        for facet, values in self.ask.fixed.items():
            found.append(Query.term_set_query(SCHEMA, facet_field(facet), list(values)))
        if self.ask.after is not None or self.ask.before is not None:
            low = self.ask.after.toordinal() if self.ask.after else 1
            found.append(between("day", low, self.ask.before.toordinal() if self.ask.before else EVERYTHING))
        if self.ask.query.never:
            never = [(NOT, self.matcher.match(half, part).held) for part in self.ask.query.never]
            found.append(Query.boolean_query([(MUST, Query.all_query()), *never]))
        return found

    def _extra(self, half: Half) -> Iterator[Any]:
        for words, worth in self.plan.together():
            if time.monotonic() > self.until:
                self.hurried = True
                break
            yield worth_of(self.matcher.adjacent(words), worth)
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
        unknown = [word for word in asked if len(word) > 2 and self.matcher.known.get(Word(word)) is False]
        if self.hurried:
            return {}
        pairs = ((word, self.shown.words.correct(word)) for word in list(dict.fromkeys(unknown))[:MOST_CORRECTED])
        return {word: pair for word, pair in pairs if pair is not None}
