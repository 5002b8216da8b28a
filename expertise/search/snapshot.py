"""All of a Whoosh index at one moment, as arrays: its pieces in one numbering, and what was read of its postings."""

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from expertise.search.analysis import LANGUAGES
from expertise.search.engine import OPEN
from expertise.search.plan import MOST_BEGINNINGS, Statistics
from expertise.search.whoosh_store import SPAN, Leaf

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]
Postings = tuple[Numbers, Numbers]
_NONE: Numbers = np.zeros(0, dtype=np.int64)
# So many postings are kept, some 32 MB, then all are read again; a term takes room too, also one that stands nowhere.
MOST_KEPT = 2_000_000
OF_A_TERM = 20


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
        self.gone = not self.live.all()
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
        self._facets: dict[str, tuple[Numbers, Numbers]] = {}
        self._starts: dict[str, Numbers] = {}
        self._postings: dict[str, Postings] = {}
        self._kept = 0

    def _joined(self, name: str, kind: Any) -> NDArray[Any]:
        parts = [getattr(leaf, name) for leaf in self.leaves]
        return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)

    def facet(self, name: str) -> tuple[Numbers, Numbers]:
        """Numbers of pieces, in order, and codes of their values, as pairs."""
        if name not in self._facets:
            pairs = [leaf.facets[name] for leaf in self.leaves]
            numbers = [pair[0] + offset for pair, offset in zip(pairs, self.offsets, strict=True)]
            values = [pair[1] for pair in pairs]
            self._facets[name] = (np.concatenate(numbers or [_NONE]), np.concatenate(values or [_NONE]))
        return self._facets[name]

    def values(self, name: str, numbers: Numbers) -> Numbers:
        """The codes of all values that these pieces have."""
        held, codes = self.facet(name)
        if name not in self._starts:
            self._starts[name] = np.searchsorted(held, np.arange(self.count + 1))
        starts = self._starts[name]
        often = starts[numbers + 1] - starts[numbers]
        before = np.cumsum(often) - often
        return codes[np.repeat(starts[numbers] - before, often) + np.arange(int(often.sum()))]

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

    def postings(self, term: str) -> Postings:
        """The live pieces that hold a term, in order, and at which level each does."""
        found = self._postings.get(term)
        if found is None:
            found = self._read(term)
            self._kept += len(found[0]) + OF_A_TERM
            if self._kept > MOST_KEPT:
                self._postings.clear()
                self._kept = len(found[0]) + OF_A_TERM
            self._postings[term] = found
        return found

    def _read(self, term: str) -> Postings:
        numbers, levels = [_NONE], [_NONE]
        for leaf, offset in zip(self.leaves, self.offsets, strict=True):
            postings = leaf.postings(term)
            if postings is not None:
                numbers.append(postings[0] + offset)
                levels.append(postings[1])
        held, at = np.concatenate(numbers), np.concatenate(levels)
        if self.gone:
            live = self.live[held]
            held, at = held[live], at[live]
        return held, at

    def holds(self, terms: Iterable[str]) -> Mask:
        """The pieces that hold any of these terms."""
        found = np.zeros(self.count, dtype=np.bool_)
        for term in terms:
            found[self.postings(term)[0]] = True
        return found

    def _frequency(self, term: str) -> int:
        return int(np.searchsorted(self.postings(term)[0], self.first_restricted))

    def places(self, term: str, wanted: Mask) -> Numbers:
        """Where a term stands in the wanted pieces, as number * SPAN + position."""
        found = [_NONE]
        for leaf, offset in zip(self.leaves, self.offsets, strict=True):
            mine = wanted[offset : offset + leaf.count]
            if mine.any():
                found.append(leaf.places(term, mine) + offset * SPAN)
        return np.concatenate(found)

    def beginning(self, starts: Iterable[str]) -> "Beginning":
        """What begins with one of these."""
        each = tuple(starts)
        return Beginning(self, [{start: list(leaf.segment.beginning(start)) for start in each} for leaf in self.leaves])


class Beginning:
    """The terms with a beginning, by leaf, so that each is looked for only where it stands."""

    def __init__(self, at: Snapshot, terms: list[dict[str, list[str]]]) -> None:
        """`terms`: for each leaf those of each beginning."""
        self.at = at
        self._terms = terms

    def shown(self) -> list[str]:
        """So many terms of open pieces, in order."""
        found: set[str] = set()
        here = self._terms[: self.at.open_leaves]
        for start in self._terms[0] if here else ():
            terms = sorted({term for by_start in here for term in by_start[start]})
            found.update(islice(filter(self._is_live, terms), MOST_BEGINNINGS))
        return sorted(found)

    def _is_live(self, term: str) -> bool:
        # Where nothing is gone, what stands in the list of words stands in a piece.
        return not self.at.gone or self.at.figures.frequency(term) > 0

    def holds(self, shown: Iterable[str], has_time: Callable[[], bool]) -> Mask:
        """The pieces that hold one of these terms, and restricted pieces with any term: those may not count."""
        found = np.zeros(self.at.count, dtype=np.bool_)
        named = frozenset(shown)
        for place, (leaf, offset) in enumerate(zip(self.at.leaves, self.at.offsets, strict=True)):
            mine = dict.fromkeys(term for terms in self._terms[place].values() for term in terms)
            for term in mine:
                if place >= self.at.open_leaves or term in named:
                    if not has_time():
                        break
                    postings = leaf.postings(term)
                    if postings is not None:
                        found[postings[0] + offset] = True
        return found & self.at.live
