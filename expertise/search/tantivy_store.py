"""One tantivy index on disk: how pieces are written into it, and how it is opened as last committed.

`levels` holds for each term one token per level, so that tantivy adds up points without statistics of its own, which
would count pieces that were deleted or hidden since. `words` holds the terms in order, for phrases and beginnings, and
for whatever asks only which pieces hold a term: one list of postings instead of one per level. `open` holds the terms
of the pieces that everyone may read once more: all that is counted, corrected and listed of words comes from there.
"""

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import tantivy

from expertise.search.engine import FACETS, Broken, Piece, rank_of, record_of
from expertise.search.folder import PAUSE, Busy
from expertise.search.impact import APART, WEIGHTS, impact_of

# Facets with thousands of values are counted by codes: to read and merge as many words takes longer than the counting.
CODED = ("author", "dossier")
META = "meta.json"
SIZES = "SIZES"
# Between a term and its level, and before a language in `open`; no term holds it.
AT = "\x1f"
# Stands among the readers of each piece that not everyone may read; no reader has this token.
RESTRICTED = "!"
_FIRST_LEVEL = 0x30
_GAP = "\u00b7"
# So long a writer waits for another process that still merges, in seconds.
WAIT = 2.0
# The least that tantivy takes, and what a build may use, in bytes: an index of a whole ministry (300,000 pieces) takes
# 700 MB while it is built in one segment, and answers sooner than in six.
SAVE_MEMORY = 15_000_000
BUILD_MEMORY = 1_000_000_000
# tantivy merges whenever eight segments are of about one size, and all under ten thousand pieces count as that. So the
# last pieces that were saved are written once more with each save, in one segment, until there are so many.
LONGEST_TAIL = 32
MERGED_TOGETHER = 8
ALIKE = 10_000


def facet_field(facet: str) -> str:
    """The field that holds the values of a facet."""
    return f"f_{facet}"


def code_field(facet: str) -> str:
    """The field that holds the codes of its values."""
    return f"c_{facet}"


def code_of(value: str) -> int:
    """A number for a value, the same on each machine; of a million values two share one once in five hundred times."""
    return int.from_bytes(hashlib.blake2b(value.encode("utf-8", "replace"), digest_size=6).digest(), "big")


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("digest", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("record", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("reader", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("levels", tokenizer_name="terms", index_option="basic")
    builder.add_text_field("words", tokenizer_name="terms", index_option="position")
    builder.add_text_field("open", tokenizer_name="terms", index_option="basic")
    for facet in FACETS:
        is_coded = facet in CODED
        builder.add_text_field(facet_field(facet), fast=not is_coded, tokenizer_name="raw", index_option="basic")
        if is_coded:
            builder.add_unsigned_field(code_field(facet), fast=True)
    builder.add_unsigned_field("rank", fast=True)
    builder.add_unsigned_field("day", fast=True)
    builder.add_unsigned_field("valid", fast=True)
    return builder.build()


SCHEMA = _schema()
_TERMS = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


def level_token(term: str, level: int) -> str:
    """The token of a term at a level."""
    return f"{term}{AT}{chr(_FIRST_LEVEL + level)}"


def level_of(token: str) -> int:
    """The level that a token says."""
    return ord(token[-1]) - _FIRST_LEVEL


def document_of(piece: Piece) -> Any:
    """A piece as tantivy stores it."""
    found = tantivy.Document()
    found.add_text("key", piece.key)
    found.add_text("digest", piece.digest)
    found.add_text("record", record_of(piece.key))
    impact = impact_of(piece)
    if piece.is_open:
        found.add_text("open", " ".join([*impact.levels, AT + piece.language]))
    else:
        for reader in (RESTRICTED, *sorted(piece.readers)):
            found.add_text("reader", reader)
    found.add_text("levels", " ".join(level_token(term, level) for term, level in impact.levels.items()))
    words: list[str] = []
    for name in WEIGHTS:
        words += [term or _GAP for term in piece.terms.get(name, ())]
        words += [_GAP] * APART
    # What is no word of the text stands behind it, so that `words` tells alone whether a piece holds a term.
    words += [term for term in impact.levels if term not in impact.places]
    found.add_text("words", " ".join(words))
    for facet in FACETS:
        for value in piece.values.get(facet, ()):
            found.add_text(facet_field(facet), value)
            if facet in CODED:
                found.add_unsigned(code_field(facet), code_of(value))
    found.add_unsigned("rank", rank_of(piece.key, piece.day))
    found.add_unsigned("day", piece.day or 0)
    found.add_unsigned("valid", piece.valid_until or 0)
    return found


class Store:
    """A folder with one tantivy index."""

    def __init__(self, folder: Path) -> None:
        """Opens nothing yet."""
        self.folder = folder
        self._index: Any = None
        self._searcher: Any = None
        self._seen: tuple[int, int] | None = None
        self._merging: threading.Thread | None = None
        # What was saved last, by record, and the generation in which it stands so: another who writes makes it void.
        self._tail: dict[str, list[Any]] = {}
        self._tail_at: tuple[int, int] | None = None

    def create(self) -> None:
        """Make it, empty."""
        self.folder.mkdir(parents=True, mode=0o700)
        tantivy.Index(SCHEMA, str(self.folder))
        self.settle()

    def _opened(self) -> Any:
        if self._index is None:
            self._index = tantivy.Index.open(str(self.folder))
            self._index.register_tokenizer("terms", _TERMS)
            self._index.config_reader(reload_policy="manual")
        return self._index

    def generation(self) -> tuple[int, int]:
        """Differs after each commit; raises FileNotFoundError where there is no index."""
        found = os.stat(self.folder / META)
        return found.st_mtime_ns, found.st_ino

    def searcher(self) -> Any:
        """The index as last committed."""
        generation = self.generation()
        if generation != self._seen:
            index = self._opened()
            index.reload()
            self._searcher = index.searcher()
            self._seen = generation
        return self._searcher

    def fill(self, memory: int) -> "Filling":
        """Begin to add pieces; others see them when it is finished."""
        self.settle_down()
        if self._is_merge_left():
            # A process that was killed had begun it. tantivy begins it again as soon as a piece is added, and forgets
            # what is deleted meanwhile: the old piece would stand beside the new one. So it is done first, alone.
            self._writer(memory).finish()
            self.settle_down()
        return self._writer(memory)

    def _is_merge_left(self) -> bool:
        listed = json.loads((self.folder / META).read_text())["segments"]
        small = sum(one["max_doc"] < ALIKE for one in listed)
        return max(small, len(listed) - small) >= MERGED_TOGETHER

    def _writer(self, memory: int) -> "Filling":
        until = time.monotonic() + WAIT
        while True:
            try:
                return Filling(self, self._opened().writer(heap_size=memory, num_threads=1))
            except ValueError as error:
                # Another process may still be merging.
                if "Lock" not in str(error) or time.monotonic() > until:
                    raise Busy(str(self.folder)) from error
                time.sleep(PAUSE)

    def merge_beside(self, writer: Any) -> None:
        """Let small segments be merged while others read; the next who writes waits for it."""
        self._merging = threading.Thread(target=writer.wait_merging_threads, daemon=True)
        self._merging.start()

    def settle_down(self) -> None:
        """Wait until nothing is merged any more."""
        if self._merging is not None:
            self._merging.join()
            self._merging = None

    def gone(self) -> int:
        """Of how many pieces that are gone the postings are still there."""
        listed = json.loads((self.folder / META).read_text())["segments"]
        return sum(one["deletes"]["num_deleted_docs"] for one in listed if one.get("deletes"))

    def commit(self, adds: Iterable[Piece], removes: Iterable[str]) -> None:
        """Remove whole records, add pieces, and make both visible at once, on the disk."""
        filling = self.fill(SAVE_MEMORY)
        tail = self._tail if self._tail_at == self.generation() else {}
        self._tail_at = None
        try:
            for record in {*removes, *tail}:
                filling.remove(record)
            tail = {record: documents for record, documents in tail.items() if record not in set(removes)}
            for piece in adds:
                tail.setdefault(record_of(piece.key), []).append(document_of(piece))
            documents = [document for some in tail.values() for document in some]
            for document in documents:
                filling.add(document)
        except BaseException:
            filling.abandon()
            raise
        filling.finish()
        self._tail = tail if len(documents) < LONGEST_TAIL else {}
        self._tail_at = self.generation()

    def settle(self) -> None:
        """Note how long each file is."""
        draft = self.folder / f"{SIZES}.new"
        draft.write_text(json.dumps(self._sizes()))
        draft.replace(self.folder / SIZES)

    def _sizes(self) -> Mapping[str, int]:
        names = self._segments()
        found: dict[str, int] = {}
        for entry in os.scandir(self.folder):
            if entry.name.partition(".")[0] in names:
                # A merge that goes on beside may remove what it has taken over.
                with suppress(FileNotFoundError):
                    found[entry.name] = entry.stat().st_size
        return found

    def _segments(self) -> frozenset[str]:
        listed = json.loads((self.folder / META).read_text())["segments"]
        return frozenset(one["segment_id"].replace("-", "") for one in listed)

    def verify(self) -> None:
        """Raise Broken where a file is not as long as when it was written."""
        try:
            noted = json.loads((self.folder / SIZES).read_text())
            present = self._sizes()
            names = self._segments()
        except (OSError, ValueError, KeyError) as error:
            raise Broken(f"{self.folder}: {error}") from error
        for file, size in noted.items():
            # A commit after the note leaves other files; those of a segment that is still in use have not changed.
            name, _dot, ending = file.partition(".")
            if name in names and not ending.endswith("del") and present.get(file) != size:
                raise Broken(f"{self.folder / file} is not as it was written")
        if not names <= {file.partition(".")[0] for file in present}:
            raise Broken(f"{self.folder}: files are missing")
        self._seen = None
        self.searcher()

    def close(self) -> None:
        """Let go of files."""
        self.settle_down()
        self._index = self._searcher = self._seen = None


class Filling:
    """What is being written, until it is committed."""

    def __init__(self, store: Store, writer: Any) -> None:
        """The writer holds tantivy's own lock."""
        self._store = store
        self._writer = writer

    def remove(self, record: str) -> None:
        """A whole record."""
        self._writer.delete_documents_by_term("record", record)

    def add(self, document: Any) -> None:
        """A piece, as `document_of` makes it."""
        self._writer.add_document(document)

    def abandon(self) -> None:
        """Nothing happened."""
        self._writer.rollback()
        self._writer.wait_merging_threads()

    def finish(self) -> None:
        """On the disk and visible."""
        self._writer.commit()
        self._store.settle()
        self._store.merge_beside(self._writer)
