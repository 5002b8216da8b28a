"""How search hangs in the application: its sources, its folder, and the engine that is in use."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from expertise.base.database import begin, session
from expertise.base.findable import Findable, Source
from expertise.search.analysis import VERSION
from expertise.search.engine import Broken, Engine
from expertise.search.folder import Folder
from expertise.search.translating import Lexicon, Themes
from expertise.search.whoosh_engine import WhooshEngine

# Counts up when an engine would store other things of the same terms: files of another form are built anew.
FORMAT = 5
ENGINES: dict[str, Callable[[Path], Engine]] = {"whoosh": WhooshEngine}
# An optional extra: config.py stops the start where it is asked for and missing.
if find_spec("tantivy"):
    ENGINES["tantivy"] = import_module("expertise.search.tantivy_engine").TantivyEngine

Labeller = Callable[[Iterable[str]], Mapping[str, str]]
Lookup = Callable[[str], Iterable[str]]
Renamed = Callable[[Iterable[str]], Mapping[str, str]]


@dataclass
class Search:
    """What search knows of the application it is part of."""

    app: Flask
    sources: dict[str, Source]
    folder: Folder
    open_engine: Callable[[Path], Engine]
    labels: Mapping[str, Labeller]
    lookups: Mapping[str, Lookup]
    renamed: Mapping[str, Renamed] = field(default_factory=dict)
    terms: Callable[[], Iterable[tuple[str, str, str]]] = tuple
    terms_stamp: Callable[[], Any] = object
    themes: tuple[Any, Themes] | None = None
    lexicon: tuple[Any, Lexicon] | None = None  # what was accepted, and when that was read
    _opened: tuple[Path, Engine] | None = None
    healing: threading.Lock = field(default_factory=threading.Lock)

    def engine(self) -> Engine:
        """The index in use."""
        path = self.folder.current()
        if path is None:
            raise Broken(f"{self.folder.path}: there is no index yet")
        opened = self._opened
        if opened is None or opened[0] != path:
            if opened is not None:
                opened[1].close()
            opened = self._opened = (path, self.open_engine(path))
        return opened[1]

    def close(self) -> None:
        """Let go of the index."""
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None

    def load(self, records: Iterable[tuple[str, str]]) -> Iterator[Findable]:
        """The pieces of these records (kind, id) as the database now has them."""
        by_kind: dict[str, list[str]] = {}
        for kind, identity in dict.fromkeys(records):
            by_kind.setdefault(kind, []).append(identity)
        for kind, ids in by_kind.items():
            if kind in self.sources:
                yield from self.sources[kind].load(ids)


def set_up(
    app: Flask,
    sources: Iterable[Source],
    *,
    folder: Path | None = None,
    engine: str = "whoosh",
    labels: Mapping[str, Labeller] | None = None,
    lookups: Mapping[str, Lookup] | None = None,
    renamed: Mapping[str, Renamed] | None = None,
    terms: Callable[[], Iterable[tuple[str, str, str]]] = tuple,
    terms_stamp: Callable[[], Any] = object,
) -> None:
    """Give the application its search.

    `labels` names values of a facet, `lookups` finds them by a typed name, `renamed` says what became
    of those that are no more, `terms` are the words for each theme
    as (theme, language, words), and `terms_stamp` is another whenever these are (without one they are read each time).
    """
    app.extensions["search"] = Search(
        app=app,
        sources={source.kind: source for source in sources},
        folder=Folder(folder or Path(app.config["INSTANCE"]) / "index", f"{engine}-{FORMAT}.{VERSION}"),
        open_engine=ENGINES[engine],
        labels=labels or {},
        lookups=lookups or {},
        renamed=renamed or {},
        terms=terms,
        terms_stamp=terms_stamp,
    )


def the_search() -> Search:
    """The search of the current application."""
    found: Search = current_app.extensions["search"]
    return found


@contextmanager
def reading() -> Iterator[None]:
    """A session of its own that only reads, beside whatever the caller has open."""
    with the_search().app.app_context():
        begin("read")
        try:
            yield
        finally:
            session().rollback()
