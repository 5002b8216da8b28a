"""A shelf of pieces to search in, an engine on an empty folder, and an application whose search reads the shelf."""

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from expertise.access.viewer import Viewer
from expertise.base.database import begin, session
from expertise.base.findable import Findable, Source, tell_search
from expertise.search.engine import Ask, Engine, Page
from expertise.search.indexing import piece_of
from expertise.search.query import read
from expertise.search.service import drain, rebuild, set_up
from expertise.search.wiring import ENGINES, the_search
from tests.search.pieces import a_piece

# Every test that takes `make_engine` runs for each; `make check` requires the optional one.
if "tantivy" in os.environ.get("EXPERTISE_TESTS_REQUIRE", ""):
    assert "tantivy" in ENGINES, "make setup EXTRAS=tantivy"
__all__ = ["a_piece"]
ALL = frozenset({"all"})


def ask(engine: Engine, text: str, tokens: Iterable[str] = ALL, **more: Any) -> Page:
    """One question to an engine."""
    query = read(text)
    given = {"query": query, "tokens": frozenset(tokens), "after": query.after, "before": query.before, **more}
    return engine.search(Ask(**given))


def ids(page: Page) -> list[str]:
    """The ids of the hits, in order."""
    return [hit.key.split(":")[1] for hit in page.hits]


@pytest.fixture(params=sorted(ENGINES))
def make_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Engine]]:
    """`make_engine(pieces)`: an index of these pieces; each call is another index."""
    made: list[Engine] = []

    def make(pieces: Iterable[Findable] = ()) -> Engine:
        engine = ENGINES[request.param](tmp_path / f"engine-{len(made)}")
        engine.create()
        engine.build(map(piece_of, pieces))
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()


class Shelf:
    """Records that live in a dictionary, handed to search as any room would."""

    def __init__(self, kind: str = "entry") -> None:
        self.kind = kind
        self.pieces: dict[str, list[Findable]] = {}

    def source(self) -> Source:
        """How search reads the shelf."""
        return Source(self.kind, self._load, lambda: iter(sorted(self.pieces)))

    def _load(self, wanted: Iterable[str]) -> Iterator[Findable]:
        for identity in wanted:
            yield from self.pieces.get(identity, ())

    def put(self, *pieces: Findable) -> None:
        """Save, and leave a row in the outbox, in one transaction."""
        for piece in pieces:
            self.pieces.setdefault(piece.id, [])
            self.pieces[piece.id] = [one for one in self.pieces[piece.id] if one.part != piece.part] + [piece]
        self._tell({piece.id for piece in pieces})

    def change(self, identity: str, **fields: Any) -> None:
        """Save a change."""
        self.put(*(replace(piece, **fields) for piece in self.pieces[identity]))

    def remove(self, identity: str) -> None:
        """Delete."""
        del self.pieces[identity]
        self._tell({identity})

    def _tell(self, identities: Iterable[str]) -> None:
        # A search that was asked outside a request left its transaction open.
        session().rollback()
        begin("write")
        for identity in sorted(identities):
            tell_search(self.kind, identity)
        session().commit()
        session().rollback()


@pytest.fixture
def shelf() -> Shelf:
    """An empty shelf."""
    return Shelf()


@pytest.fixture
def served(app: Flask, shelf: Shelf, tmp_path: Path) -> Iterator[Flask]:
    """The application, searching the shelf alone; no context is open, so that each request has its own."""
    set_up(app, [shelf.source()], folder=tmp_path / "index")
    with app.app_context():
        rebuild()
        drain()
    yield app
    with app.app_context():
        the_search().close()


@pytest.fixture
def searching(served: Flask) -> Iterator[Flask]:
    """The same, with a context open, for what asks search without a request."""
    with served.app_context():
        yield served


@pytest.fixture
def stock(served: Flask, shelf: Shelf) -> Callable[..., None]:
    """`stock(pieces...)`: save them, and index them."""

    def save(*pieces: Findable) -> None:
        with served.app_context():
            shelf.put(*pieces)
            drain()

    return save


@pytest.fixture
def anyone() -> Viewer:
    """Somebody who may read what everyone may."""
    return Viewer(name="Anyone", account_id="a", person_id="p", role="staff", tokens=ALL)
