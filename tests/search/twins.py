"""Pairs of worlds that differ in hidden pieces alone, and everything that an engine says of them."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from random import Random
from typing import Any

from expertise.base.findable import EVERYONE, Findable
from expertise.search.engine import Ask, Engine, Page
from expertise.search.indexing import piece_of
from expertise.search.query import read
from expertise.search.snippets import Marker
from expertise.search.translating import Lexicon, Themes
from tests.search.pieces import a_piece

WORDS = [
    *("verdrag", "verdragen", "munitie", "clustermunitie", "overleg", "ambassade", "ambassades", "embassy"),
    *("treaty", "treaties", "arms", "control", "ontwapening", "onderhandelen", "onderhandelingen", "Genève"),
    *("de", "van", "het", "the", "of", "WHO", "kst-33694", "2118", "veiligheid", "beleid", "veiligheidsbeleid"),
]
QUERIES = [
    *("verdrag", "verdrag munitie", "ambasade", "verdrga overleg", '"verdrag van Genève"', "onderhand*"),
    *("ver* -munitie", "treaty OR verdrag", "clustermunitie veiligheid beleid ontwapening", "the treaty"),
    *("kst-33694", "2118 WHO", "verzwegen", "geheimschrift", "veiligheidsbeleid", "beleid", "arms control"),
    *("wapenbeheersing", "post:GEHEIM verdrag", "soort:dossier", "na:2020 overleg", "verdrag verdrag treaty"),
    *("onderhandxyz", "geh*", "VMO", "=who ~beleid ^vmo", '"overleg" -"de ambassade"', "quicksilver*", "embasy"),
]
TOKENS = frozenset({"all", "post:1", "person:7"})
SECRET = ("ambasade", "verdrga", "onderhandxyz", "verzwegen", "geheimschrift", "quicksilver", "veiligheidsberaad")
THEMES = Themes([("arms", "nl", "Wapenbeheersing"), ("arms", "en", "Arms control")])
LEXICON = Lexicon.of([("treati", "en", "verdrag", "nl", 0.8), ("embassi", "en", "ambassade", "nl", 0.7)])


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


def worlds(random: Random) -> tuple[list[Findable], list[Findable]]:
    """What the reader may see, and what he may not (with words, values and names that occur nowhere else)."""
    seen = [
        _piece(random, f"s{n:02}", random.choice([EVERYONE, frozenset({"post:1", "post:2"})]))
        for n in range(random.randrange(3, 25))
    ]
    hidden = [
        replace(_piece(random, f"h{n:02}", random.choice([frozenset({"post:2"}), frozenset()]), SECRET), post="GEHEIM")
        for n in range(random.randrange(1, 30))
    ]
    return seen, hidden


def build(make_engine: Callable[..., Engine], random: Random, seen: list[Findable], hidden: list[Findable]) -> Engine:
    """The fuller world, written bit by bit: some of it open first and hidden later, some of it twice."""
    mixed = [*seen, *hidden]
    random.shuffle(mixed)
    half = len(mixed) // 2
    engine = make_engine(mixed[:half])
    for piece in mixed[half:]:
        if piece in hidden and random.random() < 0.4:
            engine.write([piece_of(replace(piece, readers=EVERYONE))])
        engine.write([piece_of(piece)])
    return engine


def answer(engine: Engine, pieces: dict[str, Findable], text: str, more: dict[str, Any]) -> bytes:
    """All that a reader could be told: hits, order, scores, totals, facets, corrections, snippets."""
    query, names = THEMES.widen(read(text))
    given = {"after": query.after, "before": query.before, "fixed": query.filters, **more}
    page = engine.search(Ask(query=query, tokens=TOKENS, others=LEXICON.others(query), **given))
    return json.dumps([_said(page), _snippets(page, pieces), names], default=list).encode()


def _said(page: Page) -> dict[str, Any]:
    return asdict(page) | {"marks": sorted(page.marks), "weights": sorted(page.weights.items())}


def _snippets(page: Page, pieces: dict[str, Findable]) -> list[Any]:
    marker = Marker(page.marks, page.weights)
    return [marker.snippet((pieces[hit.key].body,), pieces[hit.key].language) for hit in page.hits]


CHOICES: list[dict[str, Any]] = [
    *({}, {"filters": {"post": ("GEN",)}}, {"sort": "date"}, {"filters": {"kind": ("entry",)}, "limit": 3}),
    *({"start": 5, "limit": 5}, {"filters": {"post": ("GEHEIM",)}}),
]


def compare(make_engine: Callable[..., Engine], seed: int, questions: int) -> int:
    """Ask both worlds so many questions, and say how many were answered alike; stops at the first that was not."""
    random = Random(seed)
    seen, hidden = worlds(random)
    without, fuller = make_engine(seen), build(make_engine, random, seen, hidden)
    pieces = {piece.key: piece for piece in seen}
    for number in range(questions):
        text, more = random.choice(QUERIES), random.choice(CHOICES)
        if random.random() < 0.3:
            text = " ".join(random.choice((*WORDS, *SECRET)) for _ in range(random.randrange(1, 5)))
        assert answer(fuller, pieces, text, more) == answer(without, pieces, text, more), (seed, number, text, more)
    return questions
