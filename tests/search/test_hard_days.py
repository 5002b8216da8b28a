"""An index that is killed, damaged, or whose disk is full: searches answer, saves go on, and a start mends it.

A sample of tests/drills/test_search_killed.py.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from expertise.search.engine import TWICE, Engine
from expertise.search.indexing import piece_of
from expertise.search.wiring import ENGINES, the_search
from tests.search.conftest import Shelf, a_piece, ask
from tests.search.killing import apart, full_disk, kill_while_indexing, looked_at, prepared


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_whoever_indexes_may_be_killed_at_any_moment(app: Flask, shelf: Shelf, tmp_path: Path, name: str) -> None:
    with app.app_context():
        prepared(app, shelf, tmp_path, name)
        kill_while_indexing(app, shelf, 5, seed=1)


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_a_full_disk_fails_no_save_and_no_search_and_what_waited_is_indexed_later(
    app: Flask, shelf: Shelf, tmp_path: Path, name: str
) -> None:
    with app.app_context():
        prepared(app, shelf, tmp_path, name)
        shelf.put(a_piece("new", "Verdrag dat wacht"))
        assert apart(app, full_disk) == {"indexed": 0, "total": 60, "building": False}
        assert apart(app, looked_at)["total"] == 61


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_a_file_of_the_index_that_was_cut_short_is_mended_at_the_start(
    app: Flask, shelf: Shelf, tmp_path: Path, name: str
) -> None:
    with app.app_context():
        prepared(app, shelf, tmp_path, name)
        for kind in {path.suffix for path in (tmp_path / "index").rglob("*") if path.stat().st_size}:
            index = the_search().folder.current()
            assert index
            held = sorted(path for path in index.rglob(f"*{kind}") if path.is_file() and path.stat().st_size)
            for path in held[:1] if kind else ():
                with path.open("r+b") as file:
                    file.truncate(path.stat().st_size // 2)
                after = apart(app, looked_at)
                assert after["total"] == 60, path
                assert after["check"]["missing"] == after["check"]["stale"] == after["check"]["extra"] == []


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_what_a_killed_process_left_to_merge_costs_no_later_save(app: Flask, tmp_path: Path, name: str) -> None:
    ENGINES[name](tmp_path / "index").create()
    for number in range(20):
        # Each ends before what it saved is merged with the rest.
        pieces = [piece_of(a_piece(f"{number}-{place}", "Verdrag")) for place in range(3)]
        apart(app, partial(ENGINES[name](tmp_path / "index").write, pieces))
    engine = ENGINES[name](tmp_path / "index")
    engine.write([piece_of(a_piece("0-0", "Verdrag dat anders heet"))])
    held = engine.contents()
    assert len(held) == ask(engine, "verdrag").total == 60
    assert held["entry:0-0"] == piece_of(a_piece("0-0", "Verdrag dat anders heet")).digest
    engine.close()


def test_a_piece_that_stands_twice_is_not_as_it_should_be(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine([a_piece("a", "Verdrag"), a_piece("a", "Verdrag"), a_piece("b", "Verdrag")])
    assert engine.contents()["entry:a"] == TWICE
    assert engine.contents()["entry:b"] != TWICE
