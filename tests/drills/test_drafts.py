"""A hundred disasters while somebody types, in a dossier or in a handover: at most five seconds are lost in each."""

import random
from itertools import cycle, islice
from statistics import median

import pytest

from tests.journeys.disasters import DISASTERS, MOST_LOST, Scene

pytestmark = [pytest.mark.drill, pytest.mark.browser]
RUNS = 100


def test_in_a_hundred_disasters_at_most_five_seconds_of_typing_are_lost(scene: Scene) -> None:
    lost: dict[str, list[float]] = {name: [] for name in DISASTERS}
    for number, name in enumerate(islice(cycle(DISASTERS), RUNS)):
        # There is an odd number of disasters: each strikes both forms.
        scene.place = number
        seconds = DISASTERS[name](scene, random.Random(number))
        lost[name].append(seconds)
        print(f"{number + 1:3} {name:18} {scene.box:5} {seconds:.2f} s", flush=True)
    for name, each in lost.items():
        nothing = sum(not one for one in each)
        print(
            f"{name:18} {len(each)} runs, {nothing} lost nothing, median {median(each):.2f} s, most {max(each):.2f} s"
        )
    worst = {name: max(each) for name, each in lost.items()}
    assert max(worst.values()) <= MOST_LOST, worst
