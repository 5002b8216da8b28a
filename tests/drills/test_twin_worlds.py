"""Twin worlds in number: at least 20,000 comparisons, both engines, not one byte of difference."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from expertise.base.findable import Findable
from expertise.search.engine import Engine
from expertise.search.indexing import piece_of
from expertise.search.wiring import ENGINES
from tests.search.twins import compare

pytestmark = pytest.mark.drill
WORLDS = 60
QUESTIONS = 180


@pytest.mark.parametrize("name", ["whoosh", "tantivy"])
@pytest.mark.parametrize("seed", range(1000, 1000 + WORLDS))
def test_what_is_hidden_leaves_no_shadow(name: str, seed: int, tmp_path: Path) -> None:
    made: list[Engine] = []

    def make(pieces: Iterator[Findable] | list[Findable]) -> Engine:
        engine = ENGINES[name](tmp_path / f"engine-{len(made)}")
        engine.create()
        engine.build(map(piece_of, pieces))
        made.append(engine)
        return engine

    make_engine: Callable[..., Engine] = make
    try:
        assert compare(make_engine, seed, QUESTIONS) == QUESTIONS
    finally:
        for engine in made:
            engine.close()
