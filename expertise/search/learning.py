"""Pairs of words that mean the same in two languages, learnt from texts that were translated.

Two words belong together as far as they stand in the same pairs of texts, and not in others (phi, the correlation of
being there). Nothing but the texts is used. What comes out is a list for a person to look through.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

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


class _Side:
    """The texts of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.numbers: dict[str, int] = {}
        self.written: dict[str, Counter[str]] = {}
        self.texts: list[NDArray[np.int32]] = []

    def add(self, text: str) -> None:
        held: set[int] = set()
        for word in words(text)[:LONGEST]:
            found = term(word, self.language)
            if found and not found.isdigit():
                held.add(self.numbers.setdefault(found, len(self.numbers)))
                self.written.setdefault(found, Counter())[word.lower()] += 1
        self.texts.append(np.fromiter(held, dtype=np.int32, count=len(held)))

    def word(self, found: str) -> str:
        return self.written[found].most_common(1)[0][0]


def learn(
    texts: Iterable[tuple[str, str]], source: str, target: str, progress: Callable[[int, int], None] | None = None
) -> list[Pair]:
    """The best pairs of both directions, the surest first."""
    ours, theirs = _Side(source), _Side(target)
    for one, other in texts:
        ours.add(one)
        theirs.add(other)
    together = list(_together(ours, theirs, progress))
    back = sorted((there, here, phi) for here, there, phi in together)
    found = [*_best(together, ours, theirs), *_best(back, theirs, ours)]
    return sorted(found, key=lambda pair: (-pair.sure, pair.language, pair.source, pair.target))


def _together(
    ours: _Side, theirs: _Side, progress: Callable[[int, int], None] | None
) -> Iterator[tuple[str, str, float]]:
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
            yield name, names[int(numbers[place])], float(phi[place])


def _best(together: Iterable[tuple[str, str, float]], ours: _Side, theirs: _Side) -> Iterator[Pair]:
    by_name: dict[str, list[tuple[float, str]]] = {}
    for here, there, phi in together:
        by_name.setdefault(here, []).append((-phi, there))
    for here, found in by_name.items():
        best = sorted(found)[:BEST]
        top = -best[0][0]
        for phi, there in best:
            # How well it fits, against the best that there is for this word.
            sure = min(1.0, -phi / top * top**OF_FIT)
            yield Pair(ours.language, here, ours.word(here), theirs.language, there, theirs.word(there), sure)
