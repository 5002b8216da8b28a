"""Dutch compounds in number: of 2,000 known splits the parts find the whole, and the whole the parts, nearly always."""

import lzma
import os
from pathlib import Path
from random import Random

import pytest

from expertise.search.engine import Engine
from expertise.search.indexing import piece_of
from expertise.search.wiring import ENGINES
from tests.search.conftest import a_piece, ask

pytestmark = pytest.mark.drill
DATA = Path(os.environ.get("EXPERTISE_TESTS_DATA", "../shared/data")) / "lang/compounds_silver.tsv.xz"
DRAWN = 2_000
LEAST = 0.95


def _drawn() -> list[tuple[str, str, str]]:
    """The whole, its first part as a word, its last part."""
    if not DATA.exists():
        pytest.skip(f"there is no {DATA}")
    with lzma.open(DATA, "rt") as lines:
        rows = [line.rstrip("\n").split("\t") for line in lines]
    return [(row[0], row[3] or row[1], row[2]) for row in Random(12).sample(rows, DRAWN)]


def _share(engine: Engine, asked: list[tuple[str, str]]) -> float:
    """Of how many questions the piece that was meant is among those that hold all words."""
    found = 0
    for text, wanted in asked:
        hits = ask(engine, text, limit=200, counted=False).hits
        found += any(hit.key == f"entry:{wanted}" and hit.complete for hit in hits)
    return found / len(asked)


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_parts_find_the_whole_and_the_whole_its_parts(tmp_path: Path, name: str) -> None:
    drawn = _drawn()
    engine = ENGINES[name](tmp_path / "index")
    engine.create()
    engine.build(
        piece_of(piece)
        for number, (whole, first, last) in enumerate(drawn)
        for piece in (a_piece(f"w{number}", body=f"Nota {whole}."), a_piece(f"p{number}", body=f"Een {first}, {last}."))
    )
    by_parts = _share(engine, [(f"{first} {last}", f"w{n}") for n, (_whole, first, last) in enumerate(drawn)])
    by_whole = _share(engine, [(whole, f"p{n}") for n, (whole, _first, _last) in enumerate(drawn)])
    engine.close()
    print(f"{name}: the parts find the whole {by_parts:.1%}, the whole its parts {by_whole:.1%}")
    assert by_parts >= LEAST
    assert by_whole >= LEAST
