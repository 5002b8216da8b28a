"""A thousand random interleavings of two or three windows on one text, autosaves among them."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Browser, Cast
from tests.drafts.racing import RACES, run_races
from tests.handovers.conftest import Seat

pytestmark = pytest.mark.drill
# Of each: the sections of a note are what two people have open most.
RUNS = {"dossier": 400, "entry": 400, "section": 700, "advice": 300}


@pytest.mark.parametrize("kind", RACES)
def test_in_a_thousand_orders_nothing_is_overwritten_unseen(
    app: Flask, cast: Cast, seat: Seat, browser_of: Callable[[str], Browser], kind: str
) -> None:
    told = run_races(app, browser_of, seat, kind, number=RUNS[kind], seed=7)
    print(f"{kind}: {told}")
    assert told.runs == RUNS[kind]
    assert min(told.refused, told.put_back, told.autosaved) > 0
