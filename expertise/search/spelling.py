"""Did you mean: the nearest term of an open piece for a word that no visible piece holds."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np

from expertise.search.analysis import EXACT, GAP, asked_terms, fold

if TYPE_CHECKING:
    from expertise.search.ranking import Snapshot

SHORTEST = 4
LONG = 8
LONGEST_ENDING = 6
_ROUND = 31


class Lexicon:
    """The words of a segment by length, each with the set of its letters as bits, so that few need comparing."""

    def __init__(self, terms: Iterable[str]) -> None:
        """Codes and numbers are not corrected: one that is nearly right is wrong."""
        by_length: dict[int, list[str]] = {}
        for term in terms:
            if len(term) >= SHORTEST - 1 and term.isalpha():
                by_length.setdefault(len(term), []).append(term)
        self._terms = by_length
        self._known = frozenset(term for found in by_length.values() for term in found)
        self._letters = {
            length: np.array([_letters(term) for term in found], dtype=np.uint32) for length, found in by_length.items()
        }

    def begins(self, word: str) -> str | None:
        """The longest term that the word begins with: where the mistake is in the ending."""
        for length in range(len(word) - 1, max(LONG - 3, len(word) - LONGEST_ENDING) - 1, -1):
            if word[:length] in self._known:
                return word[:length]
        return None

    def near(self, word: str, most: int) -> Iterator[tuple[str, int]]:
        """Terms with the same first letter within `most` edits, and how many."""
        wanted = np.uint32(_letters(word))
        for length in range(len(word) - most, len(word) + most + 1):
            if length not in self._terms:
                continue
            differ = np.bitwise_count(self._letters[length] ^ wanted)
            for place in np.flatnonzero(differ <= 2 * most).tolist():
                term = self._terms[length][place]
                if term[0] == word[0]:
                    distance = edits(word, term, most)
                    if 0 < distance <= most:
                        yield term, distance


def _letters(word: str) -> int:
    bits = 0
    for sign in word:
        bits |= 1 << (ord(sign) % _ROUND)
    return bits


def edits(one: str, other: str, most: int) -> int:
    """Letters to add, drop, change or swap; `most` + 1 where it is more."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for row, sign in enumerate(one, 1):
        now = [row]
        for column, against in enumerate(other, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (sign != against))
            swapped = row > 1 and column > 1 and sign == other[column - 2] and one[row - 2] == against
            now.append(min(cost, before[column - 2] + 1) if swapped else cost)
        if min(now) > most:
            return most + 1
        before, last = last, now
    return last[-1]


def correct(at: "Snapshot", word: str) -> tuple[str, str] | None:
    """A term near to the word and the key of an open piece that holds it, so that it can be shown as written."""
    leaves = at.leaves[: at.open_leaves]
    near: dict[str, int] = {}
    for term in sorted(set(asked_terms(word).values()) - {GAP}):
        if len(term) < SHORTEST or not term.isalpha() or term.startswith(EXACT):
            continue
        for leaf in leaves:
            for found, distance in leaf.lexicon.near(term, 2 if len(term) >= LONG else 1):
                near[found] = min(distance, near.get(found, distance))
    if not near:
        written = fold(word.lower())
        starts = [leaf.lexicon.begins(written) for leaf in leaves]
        near = {start: len(written) - len(start) for start in starts if start}
    return _best(at, near)


def _best(at: "Snapshot", near: dict[str, int]) -> tuple[str, str] | None:
    for nearest in sorted(set(near.values())):
        best: tuple[int, str, str] | None = None
        for term in sorted(term for term, distance in near.items() if distance == nearest):
            weights = at.weights([term])[: at.first_restricted]
            often = int((weights > 0).sum())
            # A term whose last open piece is gone is still in the word list until segments are merged.
            if often and (best is None or -often < best[0]):
                numbers = (weights == weights.max()).nonzero()[0].tolist()
                best = (-often, term, min(map(at.key, numbers)))
        if best is not None:
            return best[1], best[2]
    return None
