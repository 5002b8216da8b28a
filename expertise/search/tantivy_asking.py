"""One question to tantivy: its plan as queries."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tantivy import Query

from expertise.search.engine import FACETS, Ask, Found, Page
from expertise.search.plan import EXPIRED, FILL_BELOW, LEAST_SHARE, UNIT, Plan
from expertise.search.query import AnyOf, Clause, Word
from expertise.search.tantivy_counting import Counted, tally
from expertise.search.tantivy_matching import Matcher, Matching
from expertise.search.tantivy_moment import Moment
from expertise.search.tantivy_queries import MUST, NOT, SHOULD, any_of, best_of, between, term_is, with_any, worth_of
from expertise.search.tantivy_store import facet_field

# More than all points of a question together: pieces with all words come first.
COMPLETE = 1 << 23
MOST_CORRECTED = 3
# Few pieces hold so many words.
MANY_WORDS = 3
EVERYTHING = (1 << 63) - 1
# So much of the time may go to looking up words; counting and ordering what holds them cannot be broken off.
LOOKING_UP = 0.4


@dataclass(frozen=True, slots=True)
class Ordered:
    """A hit."""

    whole: bool  # holds all words
    points: float
    rank: int
    address: Any


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question finds, whatever is ticked, and the clauses that give it its order."""

    clauses: list[Matching]
    strong: list[Matching]  # one of these must be there where pieces with all words are too few
    whole: Any  # all words
    partial: Any


class Asking:
    """One question."""

    def __init__(self, ask: Ask, moment: Moment) -> None:
        """Begins the time budget."""
        self.ask = ask
        self.moment = moment
        self.plan = Plan(ask, moment.figures)
        self.until = time.monotonic() + LOOKING_UP * ask.seconds
        self.hurried = False
        visible = moment.visible(ask.tokens)
        self.matcher = Matcher(self.plan, moment, visible)
        self.limits = [*visible, *self._limits()]

    def answer(self) -> Page:
        """Count, fill up where that is little, order, and count by facet."""
        clauses = self._in_time()
        wanted = self._wanted(clauses)
        ticked = any(self.ask.filters.values())
        # Of many words few pieces hold all, and then others are counted by facet.
        at_once = self._free() if len(clauses) < MANY_WORDS else ()
        shown = self._tally(self._filtered(wanted.whole), at_once)
        complete = shown.matching
        unticked = self.moment.count(self._limited(wanted.whole)) if ticked else complete
        relaxed = bool(clauses) and (unticked < FILL_BELOW or not complete)
        found = wanted.partial if relaxed else wanted.whole
        if relaxed or at_once != self._free():
            shown = self._tally(self._filtered(found), self._free())
        facets, more = self._facets(found, shown)
        return Page(
            hits=self._hits(wanted, relaxed=relaxed) if shown.matching else [],
            total=shown.matching,
            facets=facets,
            more=more,
            relaxed=relaxed and shown.matching > complete,
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
        for clause in self.plan.clauses():
            self.hurried = self.hurried or time.monotonic() > self.until
            # The first one is looked for whatever the time, so that a busy machine still answers.
            if self.hurried and found:
                break
            self.matcher.match(clause)
            found.append(clause)
        return found

    def _wanted(self, clauses: list[Clause]) -> Wanted:
        if not clauses:
            # Without a question everything is found.
            every = worth_of(Query.all_query(), 0)
            return Wanted([], [], every, every)
        matches = [self.matcher.match(clause) for clause in clauses]
        strong = matches
        if len(matches) > 1:
            least = LEAST_SHARE * max((match.telling for match in matches if match.known), default=0.0)
            strong = [match for match in matches if match.telling >= least]
        whole = Query.boolean_query([*((MUST, match.held_or_stop) for match in matches), *self._one_said(matches)])
        return Wanted(matches, strong, whole, any_of([*(match.held for match in strong), whole]))

    def _one_said(self, matches: list[Matching]) -> list[tuple[Any, Any]]:
        """Where every word may be a stop word, at least one must be said."""
        only_stops = all(match.stops for match in matches)
        return [(MUST, worth_of(any_of([match.held for match in matches]), 0))] if only_stops else []

    def _scored(self, wanted: Wanted, *, relaxed: bool) -> list[tuple[Any, Any]]:
        """The same pieces with their points; where the list is filled up, those with all words come first."""
        if not wanted.clauses:
            return [(MUST, wanted.whole)]
        extra = [(SHOULD, one) for one in self._extra()]
        if not relaxed:
            return [*((MUST, match.present) for match in wanted.clauses), *self._one_said(wanted.clauses), *extra]
        filled = any_of([*(match.points for match in wanted.strong), worth_of(wanted.whole, COMPLETE)])
        weak = [(SHOULD, match.points) for match in wanted.clauses if match not in wanted.strong]
        return [(MUST, filled), *weak, *extra]

    def _limits(self) -> Iterator[tuple[Any, Any]]:
        """What holds whatever is ticked: what was typed as a filter, the period, what must not be there."""
        for facet, values in self.ask.fixed.items():
            yield MUST, with_any(facet_field(facet), values)
        if self.ask.after is not None or self.ask.before is not None:
            low = self.ask.after.toordinal() if self.ask.after else 1
            high = self.ask.before.toordinal() if self.ask.before else EVERYTHING
            yield MUST, worth_of(between("day", low, high), 0)
        for part in self.ask.query.never:
            yield NOT, self.matcher.match(part).held

    def _extra(self) -> Iterator[Any]:
        for words, worth in self.plan.together():
            if time.monotonic() > self.until:
                self.hurried = True
                break
            yield worth_of(self.matcher.adjacent(words), worth)
        names = [
            worth_of(term_is("levels", token), worth)
            for term, worth in self.plan.names()
            for token in self.moment.words.tokens(term)
        ]
        if names:
            yield best_of(names)

    def _ticked(self, but: str = "") -> list[tuple[Any, Any]]:
        """What is ticked, apart from one facet."""
        return [
            (MUST, with_any(facet_field(facet), values))
            for facet, values in self.ask.filters.items()
            if values and facet in FACETS and facet != but
        ]

    def _limited(self, query: Any) -> Any:
        """What may be read of it, whatever is ticked."""
        return Query.boolean_query([(MUST, query), *self.limits])

    def _filtered(self, query: Any, *, but: str = "") -> Any:
        """What is shown of it."""
        return Query.boolean_query([(MUST, query), *self.limits, *self._ticked(but)])

    def _tally(self, query: Any, facets: tuple[str, ...]) -> Counted:
        return tally(self.moment.searcher, self.moment.codes, query, facets)

    def _facets(self, found: Any, shown: Counted) -> tuple[dict[str, Mapping[str, int]], frozenset[str]]:
        """Each facet counted while the filters of the others apply."""
        if not self.ask.counted:
            return {}, frozenset()
        alone = [facet for facet in FACETS if self.ask.filters.get(facet)]
        each = [shown, *(self._tally(self._filtered(found, but=facet), (facet,)) for facet in alone)]
        counted = {facet: one.facets[facet] for one in each for facet in one.facets}
        return {facet: counted[facet] for facet in FACETS}, frozenset().union(*(one.more for one in each))

    def _hits(self, wanted: Wanted, *, relaxed: bool) -> list[Found]:
        most = self.ask.start + self.ask.limit
        by_date = self.ask.sort == "date" or not self.ask.query.must
        found = list(
            self._newest(wanted, most, relaxed=relaxed) if by_date else self._best(wanted, most, relaxed=relaxed)
        )
        if not by_date:
            found.sort(key=lambda one: (one.whole, one.points, one.rank), reverse=True)
        return [
            Found(self.moment.key(one.address), one.points / UNIT, one.whole) for one in found[self.ask.start : most]
        ]

    def _newest(self, wanted: Wanted, most: int, *, relaxed: bool) -> Iterator[Ordered]:
        whole = None
        if relaxed:
            whole = {rank for rank, _address in self.moment.newest(self._limited(wanted.whole), most)}
        for rank, address in self.moment.newest(self._filtered(wanted.partial if relaxed else wanted.whole), most):
            yield Ordered(whole is None or rank in whole, 0.0, rank, address)

    def _best(self, wanted: Wanted, most: int, *, relaxed: bool) -> Iterator[Ordered]:
        scored = [*self._scored(wanted, relaxed=relaxed), *self.limits, *self._ticked()]
        # By the beginning of a word all get the same points, so the newest are taken at once.
        alike = wanted.clauses[0].alike if len(wanted.clauses) == 1 else None
        for lowered, part in self._parts(scored):
            if alike is not None:
                yield from (Ordered(True, alike * lowered, *one) for one in self.moment.newest(part, most))
                continue
            for points, rank, address in self.moment.best(part, most):
                whole = not relaxed or points >= COMPLETE
                bare = points - COMPLETE if relaxed and whole else points
                yield Ordered(whole, bare * lowered, rank, address)

    def _parts(self, scored: list[tuple[Any, Any]]) -> list[tuple[float, Any]]:
        """What still holds, and what expired, which counts for less."""
        today = self.ask.today.toordinal() if self.ask.today else 0
        if not self.moment.has_expired(today):
            return [(1.0, Query.boolean_query(scored))]
        expired = worth_of(between("valid", 1, today), 0)
        return [
            (1.0, Query.boolean_query([*scored, (NOT, expired)])),
            (EXPIRED, Query.boolean_query([*scored, (MUST, expired)])),
        ]

    def _corrections(self) -> dict[str, tuple[str, str]]:
        asked = [
            clause.text
            for part in self.plan.clauses()
            for clause in (part.options if isinstance(part, AnyOf) else (part,))
            if isinstance(clause, Word)
        ]
        unknown = [word for word in asked if len(word) > 2 and not self.matcher.match(Word(word)).known]
        if self.hurried:
            return {}
        pairs = ((word, self.moment.words.correct(word)) for word in list(dict.fromkeys(unknown))[:MOST_CORRECTED])
        return {word: pair for word, pair in pairs if pair is not None}
