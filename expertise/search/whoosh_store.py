"""One Whoosh index on disk: how pieces are written into segments, and how its postings are read in bulk.

Whoosh's own matchers step through postings one by one; reading whole blocks into arrays is several times faster, and
gives what the ranking needs (every match, its weight, its positions) without asking twice.
"""

import json
import os
from array import array
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import index
from whoosh.codec.whoosh3 import W3Codec
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.formats import Positions
from whoosh.index import TOC
from whoosh.reading import SegmentReader, TermNotFound
from whoosh.writing import SegmentWriter

from expertise.search.analysis import LANGUAGES
from expertise.search.engine import FACETS, Broken, Piece, rank_of, record_of
from expertise.search.impact import LAST_POSITION, impact_of
from expertise.search.lexicon import Lexicon

NAME = "MAIN"
TEXT = "text"
FACTS = "facts"
SIZES = "SIZES"
SPAN = 1 << 17
BLOCK = 1024
# So many segments of about one size become one of the next size; the largest wait for a rebuild.
ALIKE = 10
LARGEST_MERGE = 1000

Numbers = NDArray[np.int64]


class Terms(FieldType):
    """A field whose terms come analysed, weighed and placed."""

    def __init__(self) -> None:
        super().__init__(format=Positions(), analyzer=None)  # type: ignore[arg-type]

    def index(self, value: Any, **_kwargs: Any) -> Any:
        """What Whoosh stores of each term: bytes, frequency, weight, positions."""
        return value


def schema() -> Schema:
    """Two fields: the terms, and a column with all that filtering and facets need."""
    return Schema(**{TEXT: Terms(), FACTS: COLUMN()})


def postings_of(piece: Piece) -> list[tuple[bytes, int, float, bytes]]:
    """The postings of a piece; the weight of a term is its level."""
    impact = impact_of(piece)
    # What is no word of the text still needs a place: Whoosh does not merge postings that have none.
    nowhere = array("H", [LAST_POSITION]).tobytes()
    return [
        (term.encode(), 1, float(level), impact.places[term].tobytes() if term in impact.places else nowhere)
        for term, level in impact.levels.items()
    ]


def facts_of(piece: Piece) -> bytes:
    """All that filters, facets and checks need, in one value."""
    values = [list(piece.values.get(facet, ())) for facet in FACETS]
    readers = [] if piece.is_open else sorted(piece.readers)
    rank = rank_of(piece.key, piece.day)
    facts = (piece.key, rank, piece.language, piece.day, piece.valid_until, piece.digest, values, readers)
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode()


class Segment(SegmentReader):
    """A segment, read in bulk."""

    def blocks(self, term: str, wanted: NDArray[np.bool_] | None = None) -> Iterator[tuple[Numbers, Any, Any]]:
        """Numbers of pieces, weights and positions, block by block; none if it lacks the term.

        Blocks without any of the wanted pieces are not read.
        """
        try:
            matcher = self._terms.matcher(TEXT, term.encode(), self.schema[TEXT].format)
        except TermNotFound:
            return
        first = 0
        while matcher.is_active():
            last = matcher.block_max_id()
            if wanted is None or wanted[first : last + 1].any():
                matcher._read_data()
                steps, weights, positions = matcher._data
                yield np.cumsum(np.array(steps, dtype=np.int64)), 1 if weights is None else weights, positions
            first = last + 1
            matcher._next_block()

    def facts(self) -> list[Any]:
        """The facts of each piece, deleted ones too."""
        column = self.column_reader(FACTS, translate=False)
        return [json.loads(bytes(column[number]) or b"null") for number in range(self.doc_count_all())]

    def beginning(self, prefix: str) -> Iterator[str]:
        """Its terms with this beginning, in order."""
        for _field, term in self._terms.terms_from(TEXT, prefix.encode()):
            word = term.decode()
            if not word.startswith(prefix):
                return
            yield word


class Leaf:
    """A segment with its facts as arrays. Never changes; what was deleted from it is kept beside it."""

    def __init__(self, name: str, segment: Segment, codes: Mapping[str, dict[str, int]]) -> None:
        """`codes` numbers the values of each facet, for all leaves together."""
        facts = segment.facts()
        self.name = name
        self.segment = segment
        self.count = len(facts)
        self.keys: list[str] = [one[0] for one in facts]
        self.ranks = np.array([one[1] for one in facts], dtype=np.int64)
        self.languages = np.array([LANGUAGES.index(one[2]) for one in facts], dtype=np.int8)
        self.days = np.array([one[3] or 0 for one in facts], dtype=np.int32)
        self.valid = np.array([one[4] or 0 for one in facts], dtype=np.int32)
        self.digests: list[str] = [one[5] for one in facts]
        self.facets = {facet: _pairs(facts, place, codes[facet]) for place, facet in enumerate(FACETS)}
        self.readers: list[list[str]] = [one[7] for one in facts]
        self._lexicons: dict[str, Lexicon] = {}
        self.records: dict[str, list[int]] = {}
        for number, key in enumerate(self.keys):
            self.records.setdefault(record_of(key), []).append(number)

    def postings(self, term: str) -> tuple[Numbers, Numbers] | None:
        """Numbers of the pieces with this term, and at which level; deleted ones too."""
        numbers: list[Numbers] = []
        levels: list[Numbers] = []
        for here, weights, _positions in self.segment.blocks(term):
            numbers.append(here)
            levels.append(np.full(len(here), weights, dtype=np.int64))
        if not numbers:
            return None
        return np.concatenate(numbers), np.concatenate(levels)

    def places(self, term: str, wanted: NDArray[np.bool_]) -> Numbers:
        """Where the term stands in the wanted pieces, as number of the piece * SPAN + position."""
        found: list[Numbers] = []
        for numbers, _weights, raw in self.segment.blocks(term, wanted):
            chosen = np.flatnonzero(wanted[numbers]).tolist()
            if chosen:
                parts = [raw[place] for place in chosen]
                places = np.frombuffer(b"".join(parts), dtype=np.uint16).astype(np.int64)
                found.append(np.repeat(numbers[chosen], [len(part) // 2 for part in parts]) * SPAN + places)
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def lexicon(self, first: str) -> Lexicon:
        """Its words with this first letter, for corrections; read when one is asked for."""
        if first not in self._lexicons:
            self._lexicons[first] = Lexicon(self.segment.beginning(first))
        return self._lexicons[first]


def _pairs(facts: list[Any], place: int, codes: dict[str, int]) -> tuple[Numbers, Numbers]:
    numbers: list[int] = []
    values: list[int] = []
    for number, one in enumerate(facts):
        for value in one[6][place]:
            numbers.append(number)
            values.append(codes.setdefault(value, len(codes)))
    return np.array(numbers, dtype=np.int64), np.array(values, dtype=np.int64)


class Files(FileStorage):
    """The files of an index. Whoosh leaves open what it was reading when a damaged file stops it; here it is closed."""

    def __init__(self, path: Path) -> None:
        """Opens nothing."""
        super().__init__(str(path))
        self._opened: list[Any] = []

    def open_file(self, *args: Any, **kwargs: Any) -> Any:
        """As Whoosh's."""
        opened = super().open_file(*args, **kwargs)
        self._opened.append(opened)
        return opened

    @contextmanager
    def all_or_none(self) -> Iterator[None]:
        """Close what was opened where it did not end well."""
        self._opened.clear()
        try:
            yield
        except BaseException:
            for opened in self._opened:
                if not opened.is_closed:
                    opened.close()
            raise
        finally:
            self._opened.clear()


class Store:
    """A folder with one Whoosh index."""

    def __init__(self, folder: Path) -> None:
        """Opens nothing yet."""
        self.folder = folder
        self.storage = Files(folder)

    def create(self) -> None:
        """Make it, empty."""
        self.folder.mkdir(parents=True, mode=0o700)
        index.FileIndex.create(self.storage, schema(), NAME)

    def generation(self) -> int:
        """Counts up with each commit; -1 where there is no index."""
        try:
            return int(TOC._latest_generation(self.storage, NAME))
        except FileNotFoundError:
            return -1

    def contents(self) -> TOC:
        """The segments of the last commit."""
        with self.storage.all_or_none():
            return TOC.read(self.storage, NAME)

    def open_leaf(self, contents: TOC, segment: Any, codes: Mapping[str, dict[str, int]]) -> Leaf:
        """Open one for reading."""
        with self.storage.all_or_none():
            opened = Segment(self.storage, contents.schema, segment, contents.generation)
            return Leaf(segment.segment_id(), opened, codes)

    def commit(self, adds: Iterable[Piece], removes: Mapping[str, list[int]], *, merge: bool = True) -> None:
        """Delete numbers by name of segment, add pieces, and make both visible at once, on the disk."""
        before = set(os.listdir(self.folder))
        with self.storage.all_or_none():
            writer = self._writer()
            try:
                for segment in writer.segments:
                    for number in removes.get(segment.segment_id(), ()):
                        segment.delete_document(number)
                for piece in adds:
                    writer.add_document(**{TEXT: postings_of(piece), FACTS: facts_of(piece)})
            except BaseException:
                writer.cancel()
                raise
            writer.commit(mergetype=_merge if merge else _leave)
        self._settle(before)

    def _writer(self) -> SegmentWriter:
        return SegmentWriter(
            index.FileIndex(self.storage, indexname=NAME), codec=W3Codec(blocklimit=BLOCK), compound=False
        )

    def _settle(self, before: set[str]) -> None:
        # The outbox forgets what is indexed, so what is indexed must be on the disk first.
        names = set(os.listdir(self.folder))
        for name in names - before:
            _sync(self.folder / name)
        sizes = {name: (self.folder / name).stat().st_size for name in names if NAME in name}
        draft = self.folder / f"{SIZES}.new"
        draft.write_text(json.dumps(sizes))
        draft.replace(self.folder / SIZES)
        _sync(self.folder)

    def verify(self) -> bool:
        """Whether every file is as long as when it was written; raises Broken where one is not."""
        try:
            sizes = json.loads((self.folder / SIZES).read_text())
        except (FileNotFoundError, ValueError):
            return False
        present = {name for name in os.listdir(self.folder) if NAME in name and "LOCK" not in name}
        for name in present & sizes.keys():
            if (self.folder / name).stat().st_size != sizes[name]:
                raise Broken(f"{self.folder / name} is not as long as it was written")
        return present <= sizes.keys()


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _leave(_writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    return [segment for segment in segments if segment.doc_count() > 0]


def _merge(writer: SegmentWriter, segments: list[Any]) -> list[Any]:
    """Keep segments few, so that a search stays fast, and nearly every merge small, so that a save does."""
    kept = _leave(writer, segments)
    size = ALIKE
    while size <= LARGEST_MERGE:
        alike = [segment for segment in kept if size // ALIKE <= segment.doc_count() < size]
        if len(alike) >= ALIKE:
            small = [segment for segment in kept if segment.doc_count() < size]
            for segment in small:
                reader = Segment(writer.storage, writer.schema, segment)
                writer.add_reader(reader)
                reader.close()
            return [segment for segment in kept if segment not in small]
        size *= ALIKE
    return kept
