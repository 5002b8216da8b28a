"""Which pieces of a Whoosh index match, and how well: the plan of a question, worked out over arrays."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from expertise.search.analysis import LANGUAGES
from expertise.search.engine import Ask
from expertise.search.plan import EXPIRED, LEAST_SHARE, Asked, Plan
from expertise.search.query import AnyOf, Clause, Every, Prefix, Word
from expertise.search.snapshot import Mask, Numbers, Snapshot
from expertise.search.whoosh_store import SPAN

# The share of the time that matching may begin a step in; the rest is for that step, and for counting and ordering.
FOR_MATCHING = 0.7


@dataclass(slots=True)
class Match:
    """What one clause finds."""

    present: Mask  # also where it is a stop word
    points: Numbers
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

    def __init__(self, snapshot: Snapshot, ask: Ask, clock: Callable[[], float]) -> None:
        """Begins the time budget."""
        self.at = snapshot
        self.ask = ask
        self.plan = Plan(ask, snapshot.figures)
        self.visible = snapshot.visible(ask.tokens)
        self.clock = clock
        self.until = clock() + ask.seconds * FOR_MATCHING
        self.hurried = False
        self.unknown: list[str] = []
        self._words: dict[str, Match] = {}

    def run(self) -> Ranked:
        """Match and score."""
        allowed = self._allowed()
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

    def _allowed(self) -> Mask:
        """What may be shown; nothing where there was no time to look for all that must not be in it."""
        allowed = self.visible.copy()
        for place, part in enumerate(dict.fromkeys(self.ask.query.never)):
            if place and not self.has_time():
                break
            allowed &= self._match(part).points == 0
        if self.hurried:
            allowed[:] = False
        return allowed

    def has_time(self) -> bool:
        """Asked before each step that takes long: whether there is time for it."""
        self.hurried = self.hurried or self.clock() > self.until
        return not self.hurried

    def _matches(self) -> list[Match]:
        found: list[Match] = []
        for clause in self.plan.clauses():
            # The first one is looked for whatever the time, so that a busy machine still answers.
            if not self.has_time() and found:
                break
            found.append(self._match(clause))
        return found

    def _match(self, clause: Clause) -> Match:
        if isinstance(clause, AnyOf):
            options: list[Match] = []
            for option in dict.fromkeys(clause.options):
                if options and not self.has_time():
                    break
                options.append(self._match(option))
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
        if word not in self._words:
            self._words[word] = self._look_up(self.plan.word(word))
        return self._words[word]

    def _look_up(self, asked: Asked) -> Match:
        points = np.zeros(self.at.count, dtype=np.int64)
        for term, worth in asked.alternatives:
            numbers, levels = self.at.postings(term)
            points[numbers] = np.maximum(points[numbers], levels * worth)
        if asked.whole:
            held = np.logical_and.reduce([self.at.holds(group) for group in asked.whole])
            np.maximum(points, held * asked.whole_points, out=points)
        present = points > 0
        known = bool((present & self.visible).any())
        for language in asked.stops:
            present = present | (self.at.languages == LANGUAGES.index(language))
        return Match(present, points, asked.telling, known)

    def _match_prefix(self, prefix: str) -> Match:
        begun = self.at.beginning(self.plan.beginnings(prefix))
        shown = begun.shown()
        held = begun.holds(shown, self.has_time)
        telling, worth = self.plan.beginning(shown, int((held & self.at.is_open).sum()))
        return Match(held, held * worth, telling, bool((held & self.visible).any()))

    def _add_up(self, words: tuple[str, ...], held: Mask, *, anywhere: bool = True) -> Match:
        points = np.zeros(self.at.count, dtype=np.int64)
        telling = 0.0
        for word in words:
            if not self.has_time():
                # Whether the other words are there nobody knows.
                held = held & (not anywhere)
                break
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
                held &= self.at.holds((term,))
                if not (held.any() and self.has_time()):
                    break
            if len(way) > 1 and held.any():
                held = self._in_a_row(way, held)
            found |= held
        return found

    def _in_a_row(self, way: list[tuple[int, str]], held: Mask) -> Mask:
        """Of the pieces that hold all these terms those in which they follow each other."""
        found = np.zeros(self.at.count, dtype=np.bool_)
        starts: Numbers | None = None
        # The rarest first: of the others only what stands in the same pieces is read.
        for place, term in sorted(way, key=lambda one: len(self.at.postings(one[1])[0])):
            if not self.has_time():
                return found
            places = self.at.places(term, held) - place
            starts = places if starts is None else np.intersect1d(starts, places)
            held = np.zeros(self.at.count, dtype=np.bool_)
            held[starts // SPAN] = True
        return held

    def _extra(self) -> Numbers:
        """More for words written as one that stand next to each other, and for a whole name."""
        more = np.zeros(self.at.count, dtype=np.int64)
        # To begin means to look up words, so that is asked for first.
        together = self.plan.together()
        while self.has_time() and (pair := next(together, None)):
            more[self._adjacent(pair[0])] += pair[1]
        named = np.zeros(self.at.count, dtype=np.int64)
        for term, worth in self.plan.names():
            np.maximum(named, self.at.holds((term,)) * worth, out=named)
        return more + named
