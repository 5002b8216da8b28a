"""The embedded engine: two Whoosh indexes in one folder, open and restricted pieces, searched as one."""

import shutil
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from expertise.search.engine import FACETS, TWICE, Ask, Broken, Found, Page, Piece, most_frequent, record_of
from expertise.search.facets import Filters, in_period, passes
from expertise.search.plan import FILL_BELOW, UNIT
from expertise.search.ranking import Ranked, Ranking
from expertise.search.snapshot import Mask, Snapshot
from expertise.search.whoosh_store import Leaf, Store
from expertise.search.whoosh_words import correct

OPEN = "open"
RESTRICTED = "restricted"
# Pieces in one segment when building; more would need more memory.
BATCH = 20_000
MOST_CORRECTED = 3


class WhooshEngine:
    """Whoosh keeps the postings; what matches, and how well, is decided here."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """The folder is read at the first question; by `clock` a question has its second."""
        self.folder = folder
        self.clock = clock
        self.stores = (Store(folder / OPEN), Store(folder / RESTRICTED))
        self.codes: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        self._leaves: tuple[dict[str, Leaf], dict[str, Leaf]] = ({}, {})
        self._snapshot: Snapshot | None = None
        self._generations = (-2, -2)
        # Segments share their file positions, so one thread at a time reads; Python would not let two anyway.
        self._lock = threading.RLock()

    def create(self) -> None:
        """Make it, empty; only this account may look into it (Whoosh's files are pickles)."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        for store in self.stores:
            store.create()

    def write(self, adds: Iterable[Piece], removes: Iterable[str] = ()) -> None:
        """Replace and remove whole records. Where it stops halfway a piece is missing, never shown to the wrong one."""
        with self._reading():
            pieces = list(adds)
            gone = set(removes) | {record_of(piece.key) for piece in pieces}
            at = self.snapshot()
            halves = (at.leaves[: at.open_leaves], at.leaves[at.open_leaves :])
            for store, leaves, is_open in zip(self.stores, halves, (True, False), strict=True):
                numbers = _numbers(leaves, gone)
                mine = [piece for piece in pieces if piece.is_open is is_open]
                if numbers or mine:
                    store.commit(mine, numbers)

    def build(self, pieces: Iterable[Piece]) -> None:
        """Fill it in large segments."""
        with self._lock:
            rest = iter(pieces)
            while batch := list(islice(rest, BATCH)):
                for store, is_open in zip(self.stores, (True, False), strict=True):
                    mine = [piece for piece in batch if piece.is_open is is_open]
                    if mine:
                        store.commit(mine, {}, merge=False)

    def telling(self, term: str) -> float:
        """How rare a term is among open pieces."""
        with self._reading():
            return self.snapshot().figures.telling([term])

    def contents(self) -> dict[str, str]:
        """Every key with its digest."""
        with self._reading():
            at = self.snapshot()
            found: dict[str, str] = {}
            for leaf, offset in zip(at.leaves, at.offsets, strict=True):
                for number in np.flatnonzero(at.live[offset : offset + leaf.count]).tolist():
                    key = leaf.keys[number]
                    found[key] = TWICE if key in found else leaf.digests[number]
            return found

    def verify(self) -> None:
        """Compare the files with what was written; read every posting where that is not known."""
        with self._reading():
            self.close()
            whole = all(store.verify() for store in self.stores)
            for leaf in self.snapshot().leaves if not whole else ():
                for term in leaf.segment.beginning(""):
                    leaf.postings(term)

    def close(self) -> None:
        """Let go of files."""
        with self._lock:
            for known in self._leaves:
                for leaf in known.values():
                    leaf.segment.close()
                known.clear()
            self._snapshot = None
            self._generations = (-2, -2)

    @contextmanager
    def _reading(self) -> Any:
        # A damaged file shows as almost any exception: unpickling and decompressing fail in many ways.
        with self._lock:
            try:
                yield
            except (MemoryError, RecursionError, Broken):
                raise
            except Exception as error:
                self.close()
                raise Broken(f"{self.folder}: {error!r}") from error

    def snapshot(self) -> Snapshot:
        """Everything as last committed; new segments alone are read."""
        with self._lock:
            for _attempt in range(5):
                generations = tuple(store.generation() for store in self.stores)
                if min(generations) < 0:
                    raise Broken(f"{self.folder}: there is no index")
                if self._snapshot is not None and generations == self._generations:
                    return self._snapshot
                try:
                    self._snapshot = self._read()
                except FileNotFoundError:
                    # Another process committed in between and removed what this one was about to open.
                    continue
                self._generations = generations  # type: ignore[assignment]
                return self._snapshot
            raise Broken(f"{self.folder}: files are missing")

    def _read(self) -> Snapshot:
        parts: list[list[Leaf]] = []
        deleted: list[Iterable[int]] = []
        for store, known in zip(self.stores, self._leaves, strict=True):
            contents = store.contents()
            leaves = {}
            for segment in contents.segments:
                name = segment.segment_id()
                if name not in known:
                    known[name] = store.open_leaf(contents, segment, self.codes)
                leaves[name] = known[name]
                deleted.append(list(segment.deleted_docs()))
            for name in known.keys() - leaves.keys():
                known[name].segment.close()
            known.clear()
            known.update(leaves)
            parts.append(list(leaves.values()))
        return Snapshot(parts[0], parts[1], deleted)

    def search(self, ask: Ask) -> Page:
        """Answer."""
        with self._reading():
            if not ask.tokens or (ask.query.is_empty and not ask.filters):
                return Page()
            at = self.snapshot()
            ranking = Ranking(at, ask, self.clock)
            found = ranking.run()
            corrections = _corrections(at, found, ranking.has_time)
            return replace(self._page(at, ask, found), corrections=corrections, hurried=ranking.hurried)

    def _page(self, at: Snapshot, ask: Ask, found: Ranked) -> Page:
        fixed = in_period(at, ask.after, ask.before)
        for facet, values in ask.fixed.items():
            fixed &= passes(at, self.codes, facet, values)
        filters = Filters(at, self.codes, ask.filters)
        complete = found.complete & fixed
        # The list is filled up or not before anything is ticked, so that a count is what ticking it gives.
        mask = complete
        if ask.query.must and complete.sum() < FILL_BELOW:
            mask = complete | (found.partial & fixed)
        left = filters.apply(mask)
        if ask.query.must and not left.any():
            mask = complete | (found.partial & fixed)
            left = filters.apply(mask)
        counted, more = most_frequent(filters.counts(mask) if ask.counted else {})
        return Page(
            hits=self._hits(at, ask, found, left),
            total=int(left.sum()),
            facets=counted,
            more=more,
            relaxed=bool((left & ~complete).any()),
            complete=int((left & complete).sum()),
            marks=frozenset(found.marks),
            weights=found.marks,
        )

    def _hits(self, at: Snapshot, ask: Ask, found: Ranked, left: Mask) -> list[Found]:
        numbers = np.flatnonzero(left)
        ranks = at.ranks[numbers]
        by_date = ask.sort == "date" or not ask.query.must
        points = np.zeros(len(numbers)) if by_date else found.points[numbers]
        whole = np.zeros(len(numbers), dtype=np.bool_) if by_date else found.complete[numbers]
        order = np.lexsort((-ranks, -points, ~whole))[ask.start : ask.start + ask.limit]
        chosen = zip(numbers[order].tolist(), points[order].tolist(), strict=True)
        return [Found(at.key(one), worth / UNIT, bool(found.complete[one])) for one, worth in chosen]


def _corrections(at: Snapshot, found: Ranked, has_time: Callable[[], bool]) -> dict[str, tuple[str, str]]:
    unknown = [] if found.hurried else list(dict.fromkeys(found.unknown))[:MOST_CORRECTED]
    pairs = ((word, correct(at, word, has_time)) for word in unknown)
    return {word: pair for word, pair in pairs if pair is not None}


def _numbers(leaves: list[Leaf], records: set[str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for leaf in leaves:
        numbers = [number for record in records & leaf.records.keys() for number in leaf.records[record]]
        if numbers:
            found[leaf.name] = numbers
    return found
