"""Two worlds that differ only in what a reader may not see give him the same, to the last byte.

A sample of tests/drills/test_twin_worlds.py, which builds many more.
"""

from collections.abc import Callable

import pytest

from expertise.search.engine import Engine
from tests.search.twins import compare

WORLDS = 14
QUESTIONS = 75


@pytest.mark.parametrize("seed", range(WORLDS))
def test_what_is_hidden_leaves_no_shadow(make_engine: Callable[..., Engine], seed: int) -> None:
    assert compare(make_engine, seed, QUESTIONS) == QUESTIONS
