"""Which pieces match, and in what order: BM25 over weighted fields, with the statistics of open pieces alone.

A word stands for its terms in each language. It counts as present in every piece of a language in which it is a
stop word; so it is neither asked for nor telling there.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expertise.search.analysis import GAP, LANGUAGES, asked_terms, exact, fold
from expertise.search.engine import OPEN, Ask
from expertise.search.query import AnyOf, Clause, Phrase, Prefix, Simple, Word
from expertise.search.whoosh_store import SPAN, Leaf

K1 = 1.2
B = 0.75
# Pieces with part of the words fill up a list that is shorter than this.
FILL_BELOW = 20
# They must tell this share of what the most telling word tells: a list is not filled up with what hardly matches.
LEAST_SHARE = 0.5
# An expired line to take is found, but lower.
EXPIRED = 0.7
# Words written as one (kst-33694) and found next to each other count for more.
JOINED = 0.5
MOST_BEGINNINGS = 1000

Mask = NDArray[np.bool_]
Scores = NDArray[np.float64]


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
        self._lengths = self._joined("lengths", np.float64)
        self.is_open = np.arange(total) < self.first_restricted
        live_open = self.live & self.is_open
        self.open_count = int(live_open.sum())
        mean = float(self._lengths[live_open].sum()) / self.open_count if self.open_count else 1.0
        self.norms = K1 * (1 - B + B * self._lengths / (mean or 1.0))
        self.open_by_language = [int((live_open & (self.languages == place)).sum()) for place in range(len(LANGUAGES))]
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

    def weights(self, terms: Iterable[str]) -> Scores:
        """How much each piece holds of any of these terms; 0 where deleted."""
        found = np.zeros(self.count)
        for leaf, offset in zip(self.leaves, self.offsets, strict=True):
            for term in terms:
                postings = leaf.postings(term)
                if postings is not None:
                    found[postings[0] + offset] += postings[1]
        found[~self.live] = 0.0
        return found

    def places(self, terms: Iterable[str], wanted: Mask) -> NDArray[np.int64]:
        """Where any of these terms stands in the wanted pieces, as number * SPAN + position."""
        found = [
            leaf.places(term, wanted[offset : offset + leaf.count]) + offset * SPAN
            for leaf, offset in zip(self.leaves, self.offsets, strict=True)
            for term in terms
        ]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def beginning(self, prefix: str) -> list[str]:
        """Terms with this beginning: so many of open pieces, and all of the others, which then may not count."""
        shown: set[str] = set()
        for leaf in self.leaves[: self.open_leaves]:
            shown.update(leaf.segment.beginning(prefix))
        found = set(sorted(shown)[:MOST_BEGINNINGS])
        for leaf in self.leaves[self.open_leaves :]:
            found.update(leaf.segment.beginning(prefix))
        return sorted(found)


@dataclass(slots=True)
class Match:
    """What one clause finds: where, how well, and how telling it is."""

    present: Mask  # also where it is a stop word
    scores: Scores
    idf: float
    known: bool  # some visible piece holds it


@dataclass(slots=True)
class Ranked:
    """All that matches, before filters."""

    complete: Mask
    partial: Mask
    scores: Scores
    marks: dict[str, float] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    hurried: bool = False


class Ranking:
    """The evaluation of one question on one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        ask: Ask,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begins the time budget."""
        self.at = snapshot
        self.ask = ask
        self.visible = snapshot.visible(ask.tokens)
        self.clock = clock
        self.until = clock() + ask.seconds
        self.marks: dict[str, float] = {}
        self.unknown: list[str] = []
        self._words: dict[str, tuple[Scores, list[str], list[int]]] = {}

    def run(self) -> Ranked:
        """Match and score."""
        query = self.ask.query
        allowed = self.visible.copy()
        for part in query.never:
            allowed &= ~self._holds(part)
        hurried = False
        scores = np.zeros(self.at.count)
        share = np.zeros(self.at.count)
        complete = allowed.copy()
        touched = np.zeros(self.at.count, dtype=np.bool_)
        most_telling = 0.0
        for clause in query.must:
            if self.clock() > self.until:
                hurried = True
                break
            match = self._match(clause)
            complete &= match.present
            scores += match.scores
            touched |= match.scores > 0
            share += match.idf * (match.scores > 0)
            if match.known:
                most_telling = max(most_telling, match.idf)
        if query.must:
            complete &= touched
            scores += self._together()
        partial = allowed & touched & (share >= LEAST_SHARE * most_telling)
        self._lower_expired(scores)
        return Ranked(complete, partial, scores, self.marks, self.unknown, hurried)

    def _lower_expired(self, scores: Scores) -> None:
        if self.ask.today is not None:
            valid = self.at.valid
            scores[(valid > 0) & (valid < self.ask.today.toordinal())] *= EXPIRED

    def _match(self, clause: Clause) -> Match:
        if isinstance(clause, AnyOf):
            found = [self._match(option) for option in clause.options]
            return Match(
                np.logical_or.reduce([one.present for one in found]),
                np.maximum.reduce([one.scores for one in found]),
                max(one.idf for one in found),
                any(one.known for one in found),
            )
        if isinstance(clause, Word):
            return self._match_word(clause.text)
        if isinstance(clause, Prefix):
            return self._weigh(*self._begin(clause.text))
        return self._match_phrase(clause)

    def _terms(self, word: str) -> tuple[list[str], list[int]]:
        """What a word stands for, and the languages in which it is a stop word."""
        by_language = asked_terms(word)
        stops = [place for place, one in enumerate(LANGUAGES) if by_language[one] == GAP]
        return sorted({*by_language.values(), exact(word)} - {GAP}), stops

    def _word(self, word: str) -> tuple[Scores, list[str], list[int]]:
        if word not in self._words:
            terms, stops = self._terms(word)
            self._words[word] = (self.at.weights(terms), terms, stops)
        return self._words[word]

    def _match_word(self, word: str) -> Match:
        match = self._weigh(*self._word(word))
        if not match.known and len(word) > 2:
            self.unknown.append(word)
        return match

    def _begin(self, prefix: str) -> tuple[Scores, list[str], list[int]]:
        start = fold(prefix.lower())
        terms = set(self.at.beginning(start)) | set(self.at.beginning(exact(prefix)))
        terms |= set(self._terms(prefix)[0])
        return self.at.weights(sorted(terms)), sorted(terms), []

    def _weigh(self, weights: Scores, terms: list[str], stops: list[int]) -> Match:
        held = weights > 0
        present = held
        often = int((held & self.at.is_open).sum())
        for place in stops:
            present = present | (self.at.languages == place)
            often += self.at.open_by_language[place]
        often = min(often, self.at.open_count)
        idf = log(1 + (self.at.open_count - often + 0.5) / (often + 0.5))
        scores = idf * (K1 + 1) * weights / (weights + self.at.norms)
        for term in terms:
            self.marks[term] = max(idf, self.marks.get(term, 0.0))
        return Match(present, scores, idf, bool((held & self.visible).any()))

    def _match_phrase(self, phrase: Phrase) -> Match:
        held = self._adjacent(phrase.words)
        scores = np.zeros(self.at.count)
        idf = 0.0
        for word in phrase.words:
            match = self._weigh(*self._word(word))
            scores += match.scores
            idf += match.idf
        scores[~held] = 0.0
        return Match(held, scores, idf, bool((held & self.visible).any()))

    def _holds(self, part: Simple) -> Mask:
        if isinstance(part, Phrase):
            return self._adjacent(part.words)
        found = self._word(part.text)[0] if isinstance(part, Word) else self._begin(part.text)[0]
        return found > 0

    def _adjacent(self, words: tuple[str, ...]) -> Mask:
        """Pieces in which the words stand in this order; a stop word of any language may be any word."""
        known = [(place, self._word(word)) for place, word in enumerate(words)]
        asked = [(place, one) for place, one in known if not one[2]] or [(p, one) for p, one in known if one[1]]
        held = self.at.live.copy() if asked else np.zeros(self.at.count, dtype=np.bool_)
        for _place, (weights, _terms, _stops) in asked:
            held &= weights > 0
        if len(asked) < 2 or not held.any():
            return held
        starts: NDArray[np.int64] | None = None
        for place, (_weights, terms, _stops) in asked:
            places = self.at.places(terms, held) - place
            starts = places if starts is None else np.intersect1d(starts, places)
        held = np.zeros(self.at.count, dtype=np.bool_)
        if starts is not None:
            held[starts // SPAN] = True
        return held

    def _together(self) -> Scores:
        """More for words written as one where they stand next to each other."""
        more = np.zeros(self.at.count)
        for words in self.ask.query.joined:
            if self.clock() > self.until:
                break
            idf = sum(self._weigh(*self._word(word)).idf for word in words)
            more[self._adjacent(words)] += JOINED * idf
        return more
