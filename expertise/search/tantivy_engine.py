"""The engine for a whole ministry: two tantivy indexes, open and restricted pieces, asked the same question.

Every figure that can move a score is counted over live open pieces; tantivy's own scores are never used.
"""

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tantivy import Query

from expertise.search.analysis import LANGUAGES
from expertise.search.engine import OPEN as EVERYONE
from expertise.search.engine import TWICE, Ask, Broken, Page, Piece, record_of
from expertise.search.folder import Busy
from expertise.search.plan import Statistics
from expertise.search.tantivy_asking import Asking
from expertise.search.tantivy_counting import Codes
from expertise.search.tantivy_half import Half
from expertise.search.tantivy_store import BUILD_MEMORY, Store, document_of, facet_field
from expertise.search.tantivy_words import Words

OPEN = "open"
RESTRICTED = "restricted"


@dataclass
class Moment:
    """The open half at one moment."""

    searcher: Any
    figures: Statistics
    half: Half


class TantivyEngine:
    """tantivy keeps the postings and adds up; what a question is worth is decided in plan.py."""

    def __init__(self, folder: Path) -> None:
        """The folder is read at the first question."""
        self.folder = folder
        self.stores = (Store(folder / OPEN), Store(folder / RESTRICTED))
        self._lock = threading.RLock()
        self._moment: Moment | None = None
        self._codes = Codes()

    def create(self) -> None:
        """Make it, empty; only this account may look into it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True, mode=0o700)
        for store in self.stores:
            store.create()

    def write(self, adds: Iterable[Piece], removes: Iterable[str] = ()) -> None:
        """Replace and remove whole records. Where it stops halfway a piece is missing, never shown to the wrong one."""
        with self._damage_shows():
            pieces = list(adds)
            gone = sorted(set(removes) | {record_of(piece.key) for piece in pieces})
            for store, is_open in zip(self.stores, (True, False), strict=True):
                mine = [piece for piece in pieces if piece.is_open is is_open]
                # What was never there need not be removed: most saves leave one of the two as it is.
                held = [one for one in gone if store.searcher().doc_freq("record", one)]
                if mine or held:
                    store.commit(mine, held)

    def build(self, pieces: Iterable[Piece]) -> None:
        """Fill it, both halves in one walk."""
        with self._damage_shows():
            halves = {is_open: store for store, is_open in zip(self.stores, (True, False), strict=True)}
            writers = {is_open: store.fill(BUILD_MEMORY) for is_open, store in halves.items()}
            for piece in pieces:
                writers[piece.is_open].add(document_of(piece))
            for writer in writers.values():
                writer.finish()

    def telling(self, term: str) -> float:
        """How rare a term is among open pieces."""
        with self._reading():
            return self._now().figures.telling([term])

    def contents(self) -> dict[str, str]:
        """Every key with its digest."""
        with self._reading():
            found: dict[str, str] = {}
            for store in self.stores:
                searcher = store.searcher()
                for _score, address in searcher.search(Query.all_query(), max(1, searcher.num_docs)).hits:
                    document = searcher.doc(address)
                    key = document.get_first("key")
                    found[key] = TWICE if key in found else document.get_first("digest")
            return found

    def verify(self) -> None:
        """Compare the files with what was written."""
        with self._reading():
            for store in self.stores:
                store.verify()

    def close(self) -> None:
        """Let go of files."""
        with self._lock:
            self._moment = None
            for store in self.stores:
                store.close()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        # tantivy lets threads search at once, but what is kept between questions is theirs together.
        with self._lock, self._damage_shows():
            yield

    @contextmanager
    def _damage_shows(self) -> Iterator[None]:
        try:
            yield
        except (MemoryError, RecursionError, Broken, Busy, KeyboardInterrupt, SystemExit, GeneratorExit):
            raise
        except BaseException as error:
            # Reading a damaged file shows as a panic, which is no Exception.
            self.close()
            raise Broken(f"{self.folder}: {error!r}") from error

    def _now(self) -> Moment:
        """The open half as last committed, with its figures, which are kept as long as it does not change."""
        searcher = self.stores[0].searcher()
        if self._moment is None or self._moment.searcher is not searcher:
            before = self._moment.half.words if self._moment else None
            words = Words(searcher, gone=self.stores[0].gone(), before=before)
            by_language = {one: words.count(facet_field("language"), one) for one in LANGUAGES}
            figures = Statistics(searcher.num_docs, by_language, words.frequency)
            self._moment = Moment(searcher, figures, Half(searcher, words, self._codes))
        return self._moment

    def search(self, ask: Ask) -> Page:
        """Answer."""
        with self._reading():
            if not ask.tokens or (ask.query.is_empty and not ask.filters):
                return Page()
            now = self._now()
            halves = [now.half] if EVERYONE in ask.tokens else []
            restricted = self.stores[1].searcher()
            if restricted.num_docs:
                halves.append(Half(restricted, now.half.words, self._codes, readers=ask.tokens))
            return Asking(ask, now.figures, now.half, halves).answer()
