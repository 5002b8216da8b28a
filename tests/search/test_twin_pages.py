"""What is hidden shows on no page, in no answer for programs, in no suggestion and in no letter.

A sample of tests/drills/test_twin_pages.py.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from expertise.search.wiring import ENGINES
from tests.conftest import Browser
from tests.search.twin_pages import compare_pages
from tests.watching.conftest import letters

__all__ = ["letters"]

QUESTIONS = 9


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_what_is_hidden_leaves_no_shadow_on_any_page(
    app: Flask, browser_of: Callable[[str], Browser], letters: Callable[[], list[str]], tmp_path: Path, name: str
) -> None:
    stranger = browser_of("stranger")
    stranger.post("/account", language="nl", theme="auto", mail="at_once")
    assert compare_pages(app, stranger, letters, tmp_path, name, seed=3, questions=QUESTIONS) > 4 * QUESTIONS
