"""Editors and autosaving windows in any order: nothing is overwritten unseen, every accepted text is in the history."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.conftest import Browser, Cast
from tests.drafts.racing import RACES, run_races
from tests.handovers.conftest import Seat

Open = Callable[[str], Browser]
SAMPLE = 18


# The sections of several texts race in the drill alone.
@pytest.mark.parametrize("kind", [one for one in RACES if one != "advice"])
def test_in_any_order_nothing_is_overwritten_unseen(
    app: Flask, cast: Cast, seat: Seat, browser_of: Open, kind: str
) -> None:
    told = run_races(app, browser_of, seat, kind, number=SAMPLE)
    assert told.runs == SAMPLE
    # A race in which nobody ever lost, or nobody ever saved, would prove nothing.
    assert told.accepted > SAMPLE
    assert told.refused > 0
    assert told.put_back > 0
