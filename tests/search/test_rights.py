"""Who may read nothing is told nothing, and both engines answer alike."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from expertise.search.engine import Engine
from expertise.search.indexing import piece_of
from expertise.search.wiring import ENGINES
from tests.search.conftest import ALL, a_piece, ask, ids
from tests.search.twins import CHOICES, QUERIES, answer, worlds

SOME = frozenset({"post:2"})


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


@pytest.mark.skipif(len(ENGINES) < 2, reason="one engine is installed; make check requires both")
def test_what_is_named_of_many_values_is_the_same_whether_all_are_counted_or_only_the_most_frequent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = Random(8)
    for module in ("engine", "tantivy_counting"):
        monkeypatch.setattr(f"expertise.search.{module}.MOST_COUNTED", 3)
    engines = {name: kind(tmp_path / name) for name, kind in ENGINES.items()}
    for world in range(12):
        # So many authors that many count the same, and a third of what they wrote is restricted.
        authors = [f"a{min(random.randrange(30), random.randrange(30))}" for _ in range(random.choice((20, 90)))]
        pieces = [
            a_piece(f"p{number}", "nota", author=author, dossier=author[::-1], readers=random.choice((ALL, ALL, SOME)))
            for number, author in enumerate(authors)
        ]
        found = {}
        for name, engine in engines.items():
            engine.create()
            engine.build(map(piece_of, pieces))
            for many in (4, 9):
                monkeypatch.setattr("expertise.search.tantivy_counting.MANY", many)
                page = ask(engine, "nota", ALL | SOME)
                found[name, many] = (page.total, page.facets, page.more)
            engine.close()
        assert all(one == found["whoosh", 4] for one in found.values()), world


def test_by_a_beginning_of_more_words_than_count_a_hidden_piece_finds_no_open_one(
    make_engine: Callable[..., Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ENGINES:
        module = {"whoosh": "snapshot", "tantivy": "tantivy_words"}[name]
        monkeypatch.setattr(f"expertise.search.{module}.MOST_BEGINNINGS", 2)
    shown = [a_piece(one, body=f"ver{one}") for one in ("aa", "bb", "cc")]
    alone = make_engine(shown)
    beside = make_engine([*shown, a_piece("hidden", body="vercc", readers=SOME)])
    assert set(ids(ask(alone, "ver*"))) == {"aa", "bb"}
    assert ask(beside, "ver*") == ask(alone, "ver*")
    assert set(ids(ask(beside, "ver*", ALL | SOME))) == {"aa", "bb", "hidden"}


def test_of_words_that_may_stand_for_each_other_the_best_counts_and_not_their_sum(
    make_engine: Callable[..., Engine],
) -> None:
    # So many hold one that the list is not filled up with others.
    both = [a_piece(f"b{number}", "Nota", "verdrag en ambassade") for number in range(30)]
    engine = make_engine([*both, *(a_piece(f"o{number}", "Nota", "verdrag en overleg") for number in range(3))])
    either = ask(engine, "verdrag OR ambassade")
    alone = ask(engine, "ambassade")
    assert [hit.score for hit in either.hits] == [hit.score for hit in alone.hits]
