"""The engine for a whole ministry: one tantivy index of open and restricted pieces.

Every figure that can move a score is counted over live open pieces; tantivy's own scores are never used.
"""

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tantivy import Query

from expertise.search.engine import TWICE, Ask, Broken, Page, Piece, record_of
from expertise.search.folder import Busy
from expertise.search.tantivy_asking import Asking
from expertise.search.tantivy_counting import Codes
from expertise.search.tantivy_moment import Moment
from expertise.search.tantivy_store import BUILD_MEMORY, Store, document_of
from expertise.search.tantivy_words import Words


class TantivyEngine:
    """tantivy keeps the postings and adds up; what a question is worth is decided in plan.py."""

    def __init__(self, folder: Path) -> None:
        """The folder is read at the first question."""
        self.folder = folder
        self.store = Store(folder)
        self._lock = threading.RLock()
        self._moment: Moment | None = None
        self._codes = Codes()

    def create(self) -> None:
        """Make it, empty; only this account may look into it."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.store.create()

    def write(self, adds: Iterable[Piece], removes: Iterable[str] = ()) -> None:
        """Replace and remove whole records."""
        with self._damage_shows():
            pieces = list(adds)
            gone = {*removes, *(record_of(piece.key) for piece in pieces)}
            searcher = self.store.searcher()
            held = sorted(one for one in gone if searcher.doc_freq("record", one))
            if pieces or held:
                self.store.commit(pieces, held)

    def build(self, pieces: Iterable[Piece]) -> None:
        """Fill it."""
        with self._damage_shows():
            filling = self.store.fill(BUILD_MEMORY)
            for piece in pieces:
                filling.add(document_of(piece))
            filling.finish()

    def telling(self, term: str) -> float:
        """How rare a term is among open pieces."""
        with self._reading():
            return self._now().figures.telling([term])

    def contents(self) -> dict[str, str]:
        """Every key with its digest."""
        with self._reading():
            found: dict[str, str] = {}
            searcher = self.store.searcher()
            for _score, address in searcher.search(Query.all_query(), max(1, searcher.num_docs)).hits:
                document = searcher.doc(address)
                key = document.get_first("key")
                found[key] = TWICE if key in found else document.get_first("digest")
            return found

    def verify(self) -> None:
        """Compare the files with what was written."""
        with self._reading():
            self.store.verify()

    def close(self) -> None:
        """Let go of files."""
        with self._lock:
            self._moment = None
            self.store.close()

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
        """The index as last committed, with its figures, which are kept as long as it does not change."""
        searcher = self.store.searcher()
        if self._moment is None or self._moment.searcher is not searcher:
            before = self._moment.words if self._moment else None
            words = Words(searcher, gone=self.store.gone(), before=before)
            self._moment = Moment(searcher, words, self._codes)
        return self._moment

    def search(self, ask: Ask) -> Page:
        """Answer."""
        with self._reading():
            if not ask.tokens or (ask.query.is_empty and not ask.filters):
                return Page()
            return Asking(ask, self._now()).answer()
