"""Pairs of words that mean the same in two languages, learnt from texts that were translated.

Two words belong together as far as they stand in the same pairs of texts, and not in others (phi, the correlation of
being there). Nothing but the texts is used. What comes out is a list for a person to look through.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from expertise.search.analysis import term, words

# So many words of a text are read; a translation of the tail of a long one says little of any word in it.
LONGEST = 500
LEAST_TOGETHER = 2
LEAST_PHI = 0.1
BEST = 6
# How much it counts that no word fits well: a loose translation is still all that there is to go by.
OF_FIT = 0.25
# Of one pair of texts so much is kept as an example, and of each text so much is remembered to take it from.
LONGEST_PIECE = 120
LONGEST_KEPT = 8_000


@dataclass(frozen=True, slots=True)
class Pair:
    """A word and one that may stand for it in another language, as terms and as they are mostly written."""

    language: str
    source: str
    source_word: str
    target_language: str
    target: str
    target_word: str
    sure: float  # 0 to 1
    together: int = 0  # so many aligned texts hold both
    example: str = ""  # a piece of such a text around the word
    target_example: str = ""


class _Side:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.numbers: dict[str, int] = {}
        self.written: dict[str, Counter[str]] = {}
        self.texts: list[NDArray[np.int32]] = []
        self.said: list[str] = []

    def add(self, text: str) -> None:
        held: set[int] = set()
        for word in words(text)[:LONGEST]:
            found = term(word, self.language)
            if found and not found.isdigit():
                held.add(self.numbers.setdefault(found, len(self.numbers)))
                self.written.setdefault(found, Counter())[word.lower()] += 1
        self.texts.append(np.fromiter(held, dtype=np.int32, count=len(held)))
        self.said.append(" ".join(text[:LONGEST_KEPT].split()))

    def word(self, found: str) -> str:
        return self.written[found].most_common(1)[0][0]

    def piece(self, place: int, found: str) -> str:
        """What stands around a word in one text, cut between words; empty where it stands beyond what was kept."""
        text = self.said[place]
        small = text.lower()
        for form, _often in self.written[found].most_common():
            start = _whole_word(small, form)
            if start >= 0 and len(small) == len(text):
                return _around(text, start, start + len(form))
        return ""


def _whole_word(text: str, form: str) -> int:
    """Where a form stands as a word of its own; -1 for nowhere."""
    start = text.find(form)
    while start >= 0:
        end = start + len(form)
        if not text[start - 1 : start].isalnum() and not text[end : end + 1].isalnum():
            return start
        start = text.find(form, start + 1)
    return -1


def _around(text: str, start: int, end: int) -> str:
    """At most LONGEST_PIECE characters, with a dot-dot-dot where something was left out."""
    room = max(0, LONGEST_PIECE - (end - start)) // 2
    first, last = max(0, start - room), min(len(text), end + room)
    if first > 0:
        first = text.find(" ", first, start) + 1 or start
    if last < len(text):
        last = max(text.rfind(" ", end, last), end)
    return ("… " if first else "") + text[first:last].strip() + (" …" if last < len(text) else "")


def learn(
    texts: Iterable[tuple[str, str]], source: str, target: str, progress: Callable[[int, int], None] | None = None
) -> list[Pair]:
    """The best pairs of both directions, the surest first."""
    ours, theirs = _Side(source), _Side(target)
    for one, other in texts:
        ours.add(one)
        theirs.add(other)
    together = list(_together(ours, theirs, progress))
    back = sorted((there, here, phi, both) for here, there, phi, both in together)
    found = _Examples(ours, theirs).added_to([*_best(together, ours, theirs), *_best(back, theirs, ours)])
    return sorted(found, key=lambda pair: (-pair.sure, pair.language, pair.source, pair.target))


def _together(
    ours: _Side, theirs: _Side, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[str, str, float, int]]:
    count = len(ours.texts)
    holds: list[list[int]] = [[] for _ in ours.numbers]
    for place, held in enumerate(ours.texts):
        for number in held.tolist():
            holds[number].append(place)
    if not theirs.numbers:
        return
    often = np.bincount(np.concatenate(theirs.texts), minlength=len(theirs.numbers)).astype(np.float64)
    names = list(theirs.numbers)
    for done, (name, places) in enumerate(zip(ours.numbers, holds, strict=True)):
        if progress is not None and done % 500 == 0:
            progress(done, len(holds))
        if not LEAST_TOGETHER <= len(places) < count:
            continue
        numbers, both = np.unique(np.concatenate([theirs.texts[place] for place in places]), return_counts=True)
        theirs_often = often[numbers]
        spread = np.sqrt(len(places) * (count - len(places)) * theirs_often * np.maximum(count - theirs_often, 1e-9))
        phi = (both * count - len(places) * theirs_often) / np.maximum(spread, 1e-9)
        for place in np.flatnonzero((phi >= LEAST_PHI) & (both >= LEAST_TOGETHER)).tolist():
            yield name, names[int(numbers[place])], float(phi[place]), int(both[place])


def _best(together: Iterable[tuple[str, str, float, int]], ours: _Side, theirs: _Side) -> Iterator[Pair]:
    by_name: dict[str, list[tuple[float, str, int]]] = {}
    for here, there, phi, both in together:
        by_name.setdefault(here, []).append((-phi, there, both))
    for here, found in by_name.items():
        best = sorted(found)[:BEST]
        top = -best[0][0]
        for phi, there, both in best:
            # How well it fits, against the best that there is for this word.
            sure = min(1.0, -phi / top * top**OF_FIT)
            yield Pair(ours.language, here, ours.word(here), theirs.language, there, theirs.word(there), sure, both)


class _Examples:
    """For each pair a piece of the shortest aligned texts that hold both words: there is least else in it."""

    def __init__(self, ours: _Side, theirs: _Side) -> None:
        self.sides = {ours.language: ours, theirs.language: theirs}
        self.order = sorted(range(len(ours.said)), key=lambda place: len(ours.said[place]) + len(theirs.said[place]))
        self.holds = {language: self._places(side) for language, side in self.sides.items()}

    def _places(self, side: _Side) -> list[list[int]]:
        """By the number of a term the texts that hold it, the shortest first."""
        holds: list[list[int]] = [[] for _ in side.numbers]
        for place in self.order:
            for number in side.texts[place].tolist():
                holds[number].append(place)
        return holds

    def added_to(self, pairs: Iterable[Pair]) -> list[Pair]:
        """The same pairs with their examples; both directions of a pair have the same."""
        made: dict[frozenset[tuple[str, str]], dict[str, str]] = {}
        found = []
        for pair in pairs:
            both = frozenset(((pair.language, pair.source), (pair.target_language, pair.target)))
            if both not in made:
                made[both] = self._of(pair)
            said = made[both]
            found.append(
                replace(pair, example=said.get(pair.language, ""), target_example=said.get(pair.target_language, ""))
            )
        return found

    def _of(self, pair: Pair) -> dict[str, str]:
        here, there = self.sides[pair.language], self.sides[pair.target_language]
        number, other = here.numbers[pair.source], there.numbers[pair.target]
        for place in self.holds[pair.language][number]:
            if (there.texts[place] == other).any():
                pieces = here.piece(place, pair.source), there.piece(place, pair.target)
                return dict(zip((pair.language, pair.target_language), pieces, strict=True)) if all(pieces) else {}
        return {}
