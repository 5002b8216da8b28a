"""A thousand random interleavings of two or three windows on one text, autosaves among them."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Browser, Cast
from tests.drafts.racing import RACES, run_races
from tests.handovers.conftest import Seat

pytestmark = pytest.mark.drill
RUNS = 1000


@pytest.mark.parametrize("kind", RACES)
def test_in_a_thousand_orders_nothing_is_overwritten_unseen(
    app: Flask, cast: Cast, seat: Seat, browser_of: Callable[[str], Browser], kind: str
) -> None:
    each = -(-RUNS // len(RACES))
    told = run_races(app, browser_of, seat, kind, number=each, seed=7)
    print(f"{kind}: {told}")
    assert told.runs == each
    assert min(told.refused, told.put_back, told.autosaved) > 0
