"""A question has its second: whatever part of it there was time for, what is shown holds together and says so."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from expertise.search.engine import Ask, Page
from expertise.search.indexing import piece_of
from expertise.search.query import Every, read
from expertise.search.ranking import FOR_MATCHING
from expertise.search.whoosh_engine import WhooshEngine
from tests.search.conftest import ALL, ask, ids
from tests.search.pieces import a_piece

MINE = frozenset({"post:1"})
OTHERS = frozenset({"post:2"})
PIECES = [
    a_piece("plain", "verdrag", "de munitie van verdragen"),
    a_piece("phrase", "nota", "het verdrag van de munitie", kind="handover"),
    a_piece("unwanted", "verdrag van de munitie", "met overleg en verslag"),
    a_piece("joined", "verdrag-munitie", "nota veraf verder aanleg"),
    a_piece("mine", "verdrag van de munitie", "vertrouwd", readers=MINE),
    a_piece("others", "verdrag van de munitie", "verborgen", readers=OTHERS),
]


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    """Its clock goes on by one whenever somebody looks at it."""
    ticks = count()
    made = WhooshEngine(tmp_path / "index", clock=lambda: float(next(ticks)))
    made.create()
    made.build(map(piece_of, PIECES))
    yield made
    made.close()


def looks(engine: WhooshEngine, text: str, often: int) -> Page:
    """The answer where the time is up after so many looks at the clock."""
    return ask(engine, text, ALL | MINE, seconds=(often + 0.5) / FOR_MATCHING)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('verdrag "verdrag van de munitie" ver* -overleg', {"phrase", "mine"}),
        ("verdrag -ver* -overleg -nota", set()),
        ("munitie -overleg -veraf", {"plain", "phrase", "mine"}),
        ("aan* OR veraf OR vert* OR nota", {"joined", "phrase", "mine"}),
        ("verdrag-munitie", {"plain", "phrase", "unwanted", "joined", "mine"}),
        ("verdrga", {"plain", "phrase", "unwanted", "joined", "mine"}),
    ],
)
def test_what_there_was_time_for_holds_together(engine: WhooshEngine, text: str, found: set[str]) -> None:
    whole = looks(engine, text, 10_000)
    assert not whole.hurried
    assert whole.corrections or set(ids(whole)) == found
    cut = 0
    for often in count():
        page = looks(engine, text, often)
        if not page.hurried:
            break
        cut += 1
        assert sum(page.facets["kind"].values()) == page.total == len(page.hits)
        assert "others" not in ids(page)
        assert not ("-overleg" in text and "unwanted" in ids(page))
    assert cut
    assert page == whole


def test_one_excluded_word_is_always_looked_for(engine: WhooshEngine) -> None:
    page = looks(engine, "munitie nota -overleg", 0)
    assert page.hurried
    assert set(ids(page)) == {"plain", "phrase", "joined", "mine"}


def test_a_clause_that_was_begun_is_not_taken_for_found(engine: WhooshEngine) -> None:
    assert looks(engine, '"verdrag van de munitie"', 0).total == 0
    both = replace(read("x"), must=(Every(("verdrag", "overleg")),))
    for often in range(10):
        found = ids(engine.search(Ask(both, ALL, seconds=(often + 0.5) / FOR_MATCHING)))
        assert found in ([], ["unwanted"])
    assert found
