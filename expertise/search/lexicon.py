"""The words of a segment, and which of them is near to another."""

from collections.abc import Iterable, Iterator
from string import ascii_lowercase

import numpy as np
from numpy.typing import NDArray

SHORTEST = 4
LONG = 8
# What is longer is no word that somebody mistyped.
LONGEST = 60
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
        self._bits: dict[int, NDArray[np.uint32]] = {}

    def knows(self, word: str) -> bool:
        """Whether this is one of the words."""
        return word in self._known

    def _letters_of(self, length: int) -> NDArray[np.uint32]:
        if length not in self._bits:
            self._bits[length] = np.array([_letters(term) for term in self._terms[length]], dtype=np.uint32)
        return self._bits[length]

    def near(self, word: str, most: int) -> Iterator[tuple[str, int]]:
        """Terms with the same first letter within `most` edits, and how many; plain letters for plain letters."""
        wanted = np.uint32(_letters(word))
        for length in range(len(word) - most, len(word) + most + 1):
            if length not in self._terms:
                continue
            differ = np.bitwise_count(self._letters_of(length) ^ wanted)
            for place in np.flatnonzero(differ <= 2 * most).tolist():
                term = self._terms[length][place]
                if term[0] == word[0] and (term.isascii() or not word.isascii()):
                    distance = edits(word, term, most)
                    if 0 < distance <= most:
                        yield term, distance


def beginnings(word: str) -> Iterator[str]:
    """What a word may begin with where the mistake is in its ending, the longest first."""
    for length in range(len(word) - 1, max(LONG - 3, len(word) - LONGEST_ENDING) - 1, -1):
        yield word[:length]


def one_edit_away(word: str) -> frozenset[str]:
    """All that a word of plain letters may become with one edit after its first letter, some 50 for each letter."""
    found: set[str] = set()
    for place in range(1, len(word) + 1):
        before, here, after = word[:place], word[place : place + 1], word[place + 1 :]
        found.update(before + sign + here + after for sign in ascii_lowercase)
        if here:
            found.add(before + after)
            found.update(before + sign + after for sign in ascii_lowercase)
        if after:
            found.add(before + after[0] + here + after[1:])
    return frozenset(found - {word})


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
