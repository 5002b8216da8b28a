"""Who may read nothing is told nothing, and both engines answer alike."""

from collections.abc import Callable
from random import Random

import pytest

from expertise.search.engine import Engine
from expertise.search.indexing import piece_of
from expertise.search.wiring import ENGINES
from tests.search.conftest import a_piece, ask
from tests.search.twins import CHOICES, QUERIES, answer, worlds


def test_a_reader_without_any_token_gets_the_same_from_a_full_and_an_empty_world(
    make_engine: Callable[..., Engine],
) -> None:
    full = make_engine([a_piece("a", "verdrag"), a_piece("b", "verdrag", readers=frozenset({"post:2"}))])
    for query in QUERIES:
        page = ask(full, query, frozenset())
        assert (page.total, page.hits, page.corrections) == (0, [], {})


@pytest.mark.skipif(len(ENGINES) < 2, reason="one engine is installed; make check requires both")
def test_engines_give_the_same_hits_in_the_same_order_with_the_same_scores(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    random = Random(5)
    seen, hidden = worlds(random)
    made = {}
    for name, kind in ENGINES.items():
        made[name] = kind(tmp_path_factory.mktemp(name) / "index")
        made[name].create()
        made[name].build(map(piece_of, [*seen, *hidden]))
    pieces = {piece.key: piece for piece in seen}
    for text in QUERIES:
        for more in CHOICES:
            assert answer(made["whoosh"], pieces, text, more) == answer(made["tantivy"], pieces, text, more), (
                text,
                more,
            )
    for engine in made.values():
        engine.close()
