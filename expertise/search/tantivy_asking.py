"""One question to tantivy: its plan as queries, for open and for restricted pieces."""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tantivy import Query

from expertise.search.engine import FACETS, Ask, Found, Page, most_frequent
from expertise.search.plan import EXPIRED, FILL_BELOW, LEAST_SHARE, UNIT, Plan, Statistics
from expertise.search.query import AnyOf, Clause, Every, Prefix, Word
from expertise.search.tantivy_half import MUST, NOT, SHOULD, Half, all_of, any_of, best_of, between, term_is, worth_of
from expertise.search.tantivy_store import SCHEMA, facet_field, level_of

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
class Matching:
    """One clause as queries of one half."""

    points: Any  # matches where it is found, with its points
    present: Any  # the same, and matches where it is a stop word
    telling: float
    known: bool  # a piece that the asker may read holds it
    stops: bool = False  # it may be a stop word


@dataclass(frozen=True, slots=True)
class Side:
    """A question to one half."""

    half: Half
    complete: Any
    partial: Any  # complete ones included; they come first


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
        self._counted: dict[tuple[int, ...], int] = {}

    def answer(self) -> Page:
        """Count, fill up where that is little, order, and count by facet."""
        clauses = self._in_time()
        sides = [self._side(half, clauses) for half in self.halves]
        whole = [side.complete for side in sides]
        relaxed = bool(clauses) and self._count(sides, whole) < FILL_BELOW
        masks = [side.partial for side in sides] if relaxed else whole
        left = self._filtered(masks)
        total = self._count(sides, left)
        if clauses and not relaxed and not total:
            relaxed, masks = True, [side.partial for side in sides]
            left = self._filtered(masks)
            total = self._count(sides, left)
        complete = self._count(sides, self._filtered(whole)) if relaxed else total
        facets, more = self._facets(sides, masks) if self.ask.counted else ({}, frozenset())
        return Page(
            hits=self._hits(sides, left, relaxed=relaxed) if total else [],
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

    def _in_time(self) -> list[Clause]:
        """The clauses there is time for; words are looked up here, and this is what takes long."""
        found: list[Clause] = []
        for part in self.ask.query.never:
            for half in self.halves:
                self._match(half, part)
        for clause in self.plan.clauses():
            if time.monotonic() > self.until:
                self.hurried = True
                break
            for half in self.halves:
                self._match(half, clause)
            found.append(clause)
        return found

    def _side(self, half: Half, clauses: list[Clause]) -> Side:
        limited = [(MUST, worth_of(one, 0)) for one in self._limits(half)]
        matches = [self._match(half, clause) for clause in clauses]
        if not clauses:
            # Where nothing could be looked for in time, nothing is found; without a question everything is.
            every = worth_of(Query.all_query(), 0) if not self.ask.query.must else Query.empty_query()
            found = Query.boolean_query([(MUST, every), *limited])
            return Side(half, found, found)
        present = [(MUST, match.present) for match in matches]
        if all(match.stops for match in matches):
            # Every word may be a stop word, so at least one must be said.
            present.append((MUST, worth_of(any_of([match.points for match in matches]), 0)))
        extra = [(SHOULD, one) for one in self._extra(half)]
        whole = Query.boolean_query([*present, *limited])
        complete = Query.boolean_query([*present, *limited, *extra])
        known = [match.telling for match, clause in zip(matches, clauses, strict=True) if self._said(clause)]
        least = LEAST_SHARE * max(known, default=0.0)
        strong = [match.points for match in matches if match.telling >= least]
        weak = [(SHOULD, match.points) for match in matches if match.telling < least]
        filled = any_of([*strong, worth_of(whole, COMPLETE)])
        return Side(half, complete, Query.boolean_query([(MUST, filled), *limited, *weak, *extra]))

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
            never = [(NOT, self._match(half, part).points) for part in self.ask.query.never]
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
                best_of([one.points for one in options]),
                any_of([one.present for one in options]),
                max(one.telling for one in options),
                any(one.known for one in options),
                any(one.stops for one in options),
            )
        if isinstance(clause, Word):
            return self._make_word(half, clause.text)
        if isinstance(clause, Prefix):
            return self._make_prefix(half, clause.text)
        words = [self._match(half, Word(word)) for word in clause.words]
        held = all_of([one.present for one in words]) if isinstance(clause, Every) else self._adjacent(clause.words)
        said = any_of([one.points for one in words])
        found = Query.boolean_query([(MUST, worth_of(held, 0)), (MUST, said)])
        return Matching(found, found, sum(one.telling for one in words), self._is_known(clause, half, found))

    def _make_word(self, half: Half, word: str) -> Matching:
        asked = self.plan.word(word)
        options = [
            worth_of(term_is("levels", token), level_of(token) * worth)
            for term, worth in asked.alternatives
            for token in half.tokens(term)
        ]
        groups = [[term_is("levels", token) for term in group for token in half.tokens(term)] for group in asked.whole]
        if groups and all(groups):
            options.append(worth_of(all_of([any_of(group) for group in groups]), asked.whole_points))
        points = best_of(options)
        stops = [worth_of(term_is(facet_field("language"), language), 0) for language in asked.stops]
        present = any_of([points, *stops]) if stops else points
        return Matching(points, present, asked.telling, self._is_known(Word(word), half, points), bool(stops))

    def _make_prefix(self, half: Half, prefix: str) -> Matching:
        if prefix not in self._beginnings:
            starts = self.plan.beginnings(prefix)
            shown = sorted({term for start in starts for term in self.shown.beginning(start)})
            self._beginnings[prefix] = (shown, *self.plan.beginning(prefix, shown))
        terms, telling, worth = self._beginnings[prefix]
        if not half.is_open:
            others = {term for start in self.plan.beginnings(prefix) for term in half.beginning(start)}
            terms = sorted(others.union(terms))
        query = Query.term_set_query(SCHEMA, "words", terms) if terms else Query.empty_query()
        points = worth_of(query, worth)
        return Matching(points, points, telling, self._is_known(Prefix(prefix), half, points))

    def _is_known(self, clause: Clause, half: Half, points: Any) -> bool:
        """Whether a piece that the asker may read holds it; the halves are asked in turn, so the last one knows."""
        if not self._known.get(clause):
            held = half.is_open and isinstance(clause, Word) and self._is_written(clause.text)
            self._known[clause] = held or half.reads_any(points)
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

    def _count(self, sides: list[Side], queries: list[Any]) -> int:
        known = tuple(map(id, queries))
        if known not in self._counted:
            pairs = zip(sides, queries, strict=True)
            self._counted[known] = sum(side.half.count(query) for side, query in pairs)
        return self._counted[known]

    def _facets(self, sides: list[Side], masks: list[Any]) -> tuple[dict[str, dict[str, int]], frozenset[str]]:
        """Each facet counted while the filters of the others apply."""
        alone = [facet for facet in FACETS if self.ask.filters.get(facet)]
        together = [facet for facet in FACETS if facet not in alone]
        rounds = [(together, self._filtered(masks)), *(([one], self._filtered(masks, but=one)) for one in alone)]
        counted: dict[str, Counter[str]] = {}
        for facets, queries in rounds:
            for side, query in zip(sides, queries, strict=True):
                for facet, values in side.half.values(query, facets).items():
                    counted.setdefault(facet, Counter()).update(values)
        return most_frequent({facet: counted.get(facet, {}) for facet in FACETS})

    def _hits(self, sides: list[Side], queries: list[Any], *, relaxed: bool) -> list[Found]:
        wanted = self.ask.start + self.ask.limit
        by_date = self.ask.sort == "date" or not self.ask.query.must
        found: list[Ordered] = []
        for number, (side, query) in enumerate(zip(sides, queries, strict=True)):
            if by_date:
                found += self._newest(number, side, query, wanted, relaxed=relaxed)
            else:
                found += self._best(number, side, query, wanted, relaxed=relaxed)
        found.sort(key=lambda one: (one.rank,) if by_date else (one.whole, one.points, one.rank), reverse=True)
        return [
            Found(sides[one.side].half.key(one.address), one.points / UNIT, one.whole)
            for one in found[self.ask.start : wanted]
        ]

    def _newest(self, number: int, side: Side, query: Any, wanted: int, *, relaxed: bool) -> Iterator[Ordered]:
        whole = {rank for rank, _address in side.half.newest(side.complete, wanted)} if relaxed else None
        for rank, address in side.half.newest(query, wanted):
            yield Ordered(whole is None or rank in whole, 0.0, rank, number, address)

    def _best(self, number: int, side: Side, query: Any, wanted: int, *, relaxed: bool) -> Iterator[Ordered]:
        for lowered, part in self._parts(side.half, query):
            for points, rank, address in side.half.best(part, wanted):
                whole = not relaxed or points >= COMPLETE
                bare = points - COMPLETE if relaxed and whole else points
                yield Ordered(whole, bare * lowered, rank, number, address)

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
