"""Which pieces of a Whoosh index match, and how well: the plan of a question, worked out over arrays."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice, takewhile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expertise.search.analysis import LANGUAGES
from expertise.search.engine import OPEN, Ask
from expertise.search.plan import EXPIRED, LEAST_SHARE, MOST_BEGINNINGS, Plan, Statistics
from expertise.search.query import AnyOf, Clause, Every, Prefix, Word
from expertise.search.whoosh_store import SPAN, Leaf

Mask = NDArray[np.bool_]
Points = NDArray[np.int64]


class Snapshot:
    """Every leaf of both indexes at one moment, in one numbering: open pieces first."""

    def __init__(self, open_leaves: list[Leaf], restricted: list[Leaf], deleted: list[Iterable[int]]) -> None:
        """`deleted` are numbers per leaf, in the same order."""
        self.leaves = open_leaves + restricted
        self.offsets: list[int] = []
        total = 0
        for leaf in self.leaves:
            self.offsets.append(total)
            total += leaf.count
        self.count = total
        self.open_leaves = len(open_leaves)
        self.first_restricted = sum(leaf.count for leaf in open_leaves)
        self.live = np.ones(total, dtype=np.bool_)
        for offset, numbers in zip(self.offsets, deleted, strict=True):
            for number in numbers:
                self.live[offset + number] = False
        self.languages = self._joined("languages", np.int8)
        self.days = self._joined("days", np.int32)
        self.valid = self._joined("valid", np.int32)
        self.ranks = self._joined("ranks", np.int64)
        self.is_open = np.arange(total) < self.first_restricted
        live_open = self.live & self.is_open
        self.open_count = int(live_open.sum())
        by_language = {one: int((live_open & (self.languages == place)).sum()) for place, one in enumerate(LANGUAGES)}
        self.figures = Statistics(self.open_count, by_language, self._frequency)
        self._allowed: dict[frozenset[str], Mask] = {}
        self._facets: dict[str, tuple[NDArray[np.int64], NDArray[np.int64]]] = {}

    def _joined(self, name: str, kind: Any) -> NDArray[Any]:
        parts = [getattr(leaf, name) for leaf in self.leaves]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)

    def facet(self, name: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Numbers of pieces and codes of their values, as pairs."""
        if name not in self._facets:
            pairs = [leaf.facets[name] for leaf in self.leaves]
            numbers = [pair[0] + offset for pair, offset in zip(pairs, self.offsets, strict=True)]
            values = [pair[1] for pair in pairs]
            none = [np.zeros(0, dtype=np.int64)]
            self._facets[name] = (np.concatenate(numbers or none), np.concatenate(values or none))
        return self._facets[name]

    def key(self, number: int) -> str:
        """The key of a piece."""
        place = int(np.searchsorted(self.offsets, number, side="right")) - 1
        return self.leaves[place].keys[number - self.offsets[place]]

    def visible(self, tokens: frozenset[str]) -> Mask:
        """What the holder of these tokens may read; nothing, for no tokens."""
        if tokens in self._allowed:
            return self._allowed[tokens]
        mask = self.is_open.copy() if OPEN in tokens else np.zeros(self.count, dtype=np.bool_)
        for leaf, offset in zip(self.leaves[self.open_leaves :], self.offsets[self.open_leaves :], strict=True):
            for number, readers in enumerate(leaf.readers):
                if not tokens.isdisjoint(readers):
                    mask[offset + number] = True
        mask &= self.live
        if len(self._allowed) > 64:
            self._allowed.clear()
        self._allowed[tokens] = mask
        return mask

    def levels(self, term: str) -> Points:
        """At which level each piece holds a term; 0 where it does not, and where deleted."""
        found = np.zeros(self.count, dtype=np.int64)
        for leaf, offset in zip(self.leaves, self.offsets, strict=True):
            postings = leaf.postings(term)
            if postings is not None:
                found[postings[0] + offset] = postings[1]
        found[~self.live] = 0
        return found

    def holds(self, terms: Iterable[str]) -> Mask:
        """The pieces that hold any of these terms."""
        found = np.zeros(self.count, dtype=np.bool_)
        for term in terms:
            found |= self.levels(term) > 0
        return found

    def _frequency(self, term: str) -> int:
        often = 0
        for leaf, offset in zip(self.leaves[: self.open_leaves], self.offsets, strict=False):
            postings = leaf.postings(term)
            if postings is not None:
                often += int(self.live[postings[0] + offset].sum())
        return often

    def places(self, term: str, wanted: Mask) -> NDArray[np.int64]:
        """Where a term stands in the wanted pieces, as number * SPAN + position."""
        found = [
            leaf.places(term, wanted[offset : offset + leaf.count]) + offset * SPAN
            for leaf, offset in zip(self.leaves, self.offsets, strict=True)
        ]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def beginning(self, prefix: str) -> tuple[list[str], list[str]]:
        """Terms with this beginning: so many of open pieces, and all of the others, which may not count."""
        shown: set[str] = set()
        for leaf in self.leaves[: self.open_leaves]:
            shown.update(leaf.segment.beginning(prefix))
        others: set[str] = set()
        for leaf in self.leaves[self.open_leaves :]:
            others.update(leaf.segment.beginning(prefix))
        live = (term for term in sorted(shown) if self.figures.frequency(term))
        return list(islice(live, MOST_BEGINNINGS)), sorted(others)


@dataclass(slots=True)
class Match:
    """What one clause finds."""

    present: Mask  # also where it is a stop word
    points: Points
    telling: float
    known: bool  # some visible piece holds it


@dataclass(slots=True)
class Ranked:
    """All that matches, before filters."""

    complete: Mask
    partial: Mask
    points: NDArray[np.float64]
    marks: dict[str, float] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    hurried: bool = False


class Ranking:
    """The evaluation of one question on one snapshot."""

    def __init__(self, snapshot: Snapshot, ask: Ask, clock: Callable[[], float] = time.monotonic) -> None:
        """Begins the time budget."""
        self.at = snapshot
        self.ask = ask
        self.plan = Plan(ask, snapshot.figures)
        self.visible = snapshot.visible(ask.tokens)
        self.clock = clock
        self.until = clock() + ask.seconds
        self.hurried = False
        self.unknown: list[str] = []
        self._levels: dict[str, Points] = {}

    def run(self) -> Ranked:
        """Match and score."""
        allowed = self.visible.copy()
        for part in self.ask.query.never:
            allowed &= ~self._match(part).points.astype(np.bool_)
        matches = self._matches()
        points = np.zeros(self.at.count, dtype=np.int64)
        complete, touched, partial = allowed.copy(), ~allowed, ~allowed
        touched[:] = partial[:] = False
        least = LEAST_SHARE * max((match.telling for match in matches if match.known), default=0.0)
        for match in matches:
            complete &= match.present
            points += match.points
            touched |= match.points > 0
            if match.telling >= least:
                partial |= match.points > 0
        if matches:
            complete &= touched
            points += self._extra()
        lowered = points.astype(np.float64)
        if self.ask.today is not None:
            lowered[(self.at.valid > 0) & (self.at.valid < self.ask.today.toordinal())] *= EXPIRED
        return Ranked(complete, allowed & partial, lowered, self.plan.marks, self.unknown, self.hurried)

    def _has_time(self) -> bool:
        """Asked before each step that takes long: whether there is time for it."""
        self.hurried = self.hurried or self.clock() > self.until
        return not self.hurried

    def _matches(self) -> list[Match]:
        found: list[Match] = []
        for clause in self.plan.clauses():
            # The first one is looked for whatever the time, so that a busy machine still answers.
            if not self._has_time() and found:
                break
            found.append(self._match(clause))
        return found

    def _match(self, clause: Clause) -> Match:
        if isinstance(clause, AnyOf):
            options = [self._match(option) for option in clause.options]
            return Match(
                np.logical_or.reduce([one.present for one in options]),
                np.maximum.reduce([one.points for one in options]),
                max(one.telling for one in options),
                any(one.known for one in options),
            )
        if isinstance(clause, Word):
            match = self._match_word(clause.text)
            if not match.known and len(clause.text) > 2:
                self.unknown.append(clause.text)
            return match
        if isinstance(clause, Prefix):
            return self._match_prefix(clause.text)
        if isinstance(clause, Every):
            return self._add_up(clause.words, np.ones(self.at.count, dtype=np.bool_))
        return self._add_up(clause.words, self._adjacent(clause.words), anywhere=False)

    def _match_word(self, word: str) -> Match:
        asked = self.plan.word(word)
        points = np.zeros(self.at.count, dtype=np.int64)
        for term, worth in asked.alternatives:
            np.maximum(points, self._level(term) * worth, out=points)
        if asked.whole:
            held = np.logical_and.reduce([self.at.holds(group) for group in asked.whole])
            np.maximum(points, held * asked.whole_points, out=points)
        present = points > 0
        known = bool((present & self.visible).any())
        for language in asked.stops:
            present = present | (self.at.languages == LANGUAGES.index(language))
        return Match(present, points, asked.telling, known)

    def _level(self, term: str) -> Points:
        if term not in self._levels:
            self._levels[term] = self.at.levels(term)
        return self._levels[term]

    def _match_prefix(self, prefix: str) -> Match:
        shown: set[str] = set()
        others: set[str] = set()
        for start in self.plan.beginnings(prefix):
            some, rest = self.at.beginning(start)
            shown.update(some)
            others.update(rest)
        held = self.at.holds(takewhile(lambda _term: self._has_time(), sorted(shown)))
        telling, worth = self.plan.beginning(sorted(shown), int((held & self.at.is_open).sum()))
        held |= self.at.holds(takewhile(lambda _term: self._has_time(), sorted(others - shown)))
        return Match(held, held * worth, telling, bool((held & self.visible).any()))

    def _add_up(self, words: tuple[str, ...], held: Mask, *, anywhere: bool = True) -> Match:
        points = np.zeros(self.at.count, dtype=np.int64)
        telling = 0.0
        for word in words:
            match = self._match_word(word)
            points += match.points
            telling += match.telling
            if anywhere:
                held = held & match.present
        points[~held] = 0
        return Match(points > 0, points, telling, bool(((points > 0) & self.visible).any()))

    def _adjacent(self, words: tuple[str, ...]) -> Mask:
        """Pieces in which the words stand in this order; a stop word may be any word."""
        found = np.zeros(self.at.count, dtype=np.bool_)
        for way in self.plan.in_order(words):
            held = np.ones(self.at.count, dtype=np.bool_)
            for _place, term in way:
                held &= self._level(term) > 0
                if not (held.any() and self._has_time()):
                    break
            if len(way) > 1 and held.any():
                held = self._in_a_row(way, held)
            found |= held
        return found

    def _in_a_row(self, way: list[tuple[int, str]], held: Mask) -> Mask:
        """Of the pieces that hold all these terms those in which they follow each other."""
        found = np.zeros(self.at.count, dtype=np.bool_)
        starts: NDArray[np.int64] | None = None
        for place, term in way:
            if not self._has_time():
                return found
            places = self.at.places(term, held) - place
            starts = places if starts is None else np.intersect1d(starts, places)
            held = np.zeros(self.at.count, dtype=np.bool_)
            held[starts // SPAN] = True
        return held

    def _extra(self) -> Points:
        """More for words written as one that stand next to each other, and for a whole name."""
        more = np.zeros(self.at.count, dtype=np.int64)
        for words, worth in self.plan.together():
            if not self._has_time():
                break
            more[self._adjacent(words)] += worth
        named = np.zeros(self.at.count, dtype=np.int64)
        for term, worth in self.plan.names():
            np.maximum(named, (self._level(term) > 0) * worth, out=named)
        return more + named
