"""Two worlds that differ only in what a reader may not see give him the same, to the last byte."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from random import Random
from typing import Any

import pytest

from expertise.base.findable import Findable
from expertise.search.engine import Engine
from expertise.search.indexing import piece_of
from tests.search.conftest import a_piece, ask

WORDS = [
    *("verdrag", "verdragen", "munitie", "clustermunitie", "overleg", "ambassade", "ambassades", "embassy"),
    *("treaty", "treaties", "arms", "control", "ontwapening", "onderhandelen", "onderhandelingen", "Genève"),
    *("de", "van", "het", "the", "of", "WHO", "kst-33694", "2118", "veiligheid", "beleid"),
]
QUERIES = [
    "verdrag",
    "verdrag munitie",
    "ambasade",
    "verdrga overleg",
    '"verdrag van Genève"',
    "onderhand*",
    "ver* -munitie",
    "treaty OR verdrag",
    "clustermunitie veiligheid beleid ontwapening",
    "the treaty",
    "kst-33694",
    "2118 WHO",
]
TOKENS = frozenset({"all", "post:1", "person:7"})
WORLDS = 34
CASES_PER_WORLD = 8


def _text(random: Random, most: int, more: tuple[str, ...] = ()) -> str:
    return " ".join(random.choice((*WORDS, *more)) for _ in range(random.randrange(most)))


def _piece(random: Random, number: str, readers: frozenset[str], more: tuple[str, ...] = ()) -> Findable:
    return a_piece(
        number,
        _text(random, 5, more),
        _text(random, 40, more),
        readers=readers,
        language=random.choice(["nl", "nl", "en", "fr"]),
        kind=random.choice(["entry", "dossier"]),
        post=random.choice(["GEN", "WEN", None]),
        domains=tuple(random.sample(["cyber", "navo"], random.randrange(3))),
    )


def _worlds(random: Random) -> tuple[list[Findable], list[Findable]]:
    """What the reader may see, and what he may not (with words, values and names that occur nowhere else)."""
    seen = [
        _piece(random, f"s{n:02}", random.choice([frozenset({"all"}), frozenset({"post:1", "post:2"})]))
        for n in range(random.randrange(3, 25))
    ]
    secret = ("ambasade", "verdrga", "onderhandxyz", "verzwegen")
    hidden = [
        replace(_piece(random, f"h{n:02}", random.choice([frozenset({"post:2"}), frozenset()]), secret), post="GEHEIM")
        for n in range(random.randrange(1, 30))
    ]
    return seen, hidden


def _answer(engine: Engine, query: str, **more: object) -> bytes:
    page = ask(engine, query, TOKENS, **more)
    shown = asdict(page) | {"marks": None, "weights": None}
    return json.dumps(shown, sort_keys=False, default=list).encode()


@pytest.mark.parametrize("seed", range(WORLDS))
def test_what_is_hidden_leaves_no_shadow(make_engine: Callable[..., Engine], seed: int) -> None:
    random = Random(seed)
    seen, hidden = _worlds(random)
    without = make_engine(seen)
    mixed = [*seen, *hidden]
    random.shuffle(mixed)
    half = len(mixed) // 2
    worldly = make_engine(mixed[:half])
    # The other half arrives bit by bit, some of it first open to all and then hidden, some written twice.
    for piece in mixed[half:]:
        if piece in hidden and random.random() < 0.4:
            worldly.write([piece_of(replace(piece, readers=frozenset({"all"})))])
        worldly.write([piece_of(piece)])
    for query in random.sample(QUERIES, CASES_PER_WORLD):
        more: dict[str, Any] = random.choice(
            [{}, {"filters": {"post": ("GEN",)}}, {"sort": "date"}, {"filters": {"kind": ("entry",)}, "limit": 3}]
        )
        assert _answer(worldly, query, **more) == _answer(without, query, **more), (seed, query, more)


def test_a_reader_without_any_token_gets_the_same_from_a_full_and_an_empty_world(
    make_engine: Callable[..., Engine],
) -> None:
    full = make_engine([a_piece("a", "verdrag"), a_piece("b", "verdrag", readers=frozenset({"post:2"}))])
    for query in QUERIES:
        page = ask(full, query, frozenset())
        assert (page.total, page.hits, page.corrections) == (0, [], {})
