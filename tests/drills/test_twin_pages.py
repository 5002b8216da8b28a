"""Twin worlds over HTTP, in number: 1,000 answers, both engines, not one byte of difference."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from expertise.search.wiring import ENGINES
from tests.conftest import Browser
from tests.search.twin_pages import compare_pages
from tests.watching.conftest import letters

__all__ = ["letters"]
pytestmark = pytest.mark.drill
WORLDS = 8


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_what_is_hidden_leaves_no_shadow_on_any_page(
    app: Flask, browser_of: Callable[[str], Browser], letters: Callable[[], list[str]], tmp_path: Path, name: str
) -> None:
    stranger = browser_of("stranger")
    stranger.post("/account", language="nl", theme="auto", mail="at_once")
    alike = sum(
        compare_pages(app, stranger, letters, tmp_path / str(seed), name, seed=seed, questions=15)
        for seed in range(100, 100 + WORLDS)
    )
    print(f"{name}: {alike} answers alike")
    assert alike >= 500
