"""10,000 random and hostile questions over HTTP, to each engine: a page each time, and never later than promised."""

import time
from collections.abc import Callable
from random import Random

import pytest
from flask import Flask

from expertise.search.service import drain, rebuild, set_up
from expertise.search.warming import warm_up
from expertise.search.wiring import ENGINES
from tests.conftest import Browser
from tests.search.conftest import Shelf, a_piece
from tests.search.hostile import BY_HAND, WORDS, at_random

pytestmark = pytest.mark.drill
QUESTIONS = 10_000


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_no_question_is_an_error(
    app: Flask, browser_of: Callable[[str], Browser], tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    shelf = Shelf()
    random = Random(9)
    with app.app_context():
        set_up(app, [shelf.source()], folder=tmp_path_factory.mktemp(name), engine=name)
        rebuild()
        shelf.put(
            *(a_piece(f"p{n:03}", random.choice(WORDS), " ".join(random.choices(WORDS, k=60))) for n in range(300))
        )
        drain()
        warm_up()
    client = browser_of("stranger").client
    slowest = (0.0, "")
    for number in range(QUESTIONS):
        text = BY_HAND[number] if number < len(BY_HAND) else at_random(random)
        began = time.monotonic()
        path = ("/search", "/search.json", "/search/titles.json")[number % 3]
        answer = client.get(path, query_string={"q": text.encode("utf-8", "replace").decode()})
        slowest = max(slowest, (time.monotonic() - began, text[:80]))
        assert answer.status_code == 200, (number, text)
    print(f"{name}: {QUESTIONS} questions, the slowest took {slowest[0]:.1f} s: {slowest[1]!r}")
