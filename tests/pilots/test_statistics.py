"""Intervals, power and survival are what an independent library makes of the same numbers."""

import random
import subprocess
import sys

import numpy as np
import pytest

from expertise.pilots import statistics

# One process of a run loads the other library, and when it comes to these: that takes a second and much memory.
pytestmark = pytest.mark.xdist_group("statistics")
PAIRS = [(14, 19, 22, 41), (0, 5, 5, 5), (5, 10, 6, 12), (24, 30, 24, 60), (1, 200, 150, 200)]


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_shares_and_their_difference_have_the_intervals_of_wilson_and_newcombe(pair: tuple[int, int, int, int]) -> None:
    from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

    yes, of, other_yes, other_of = pair
    found = statistics.share(yes, of)
    assert (found.low, found.high) == pytest.approx(proportion_confint(yes, of, method="wilson"), abs=1e-9)
    apart = statistics.difference(yes, of, other_yes, other_of)
    wanted = confint_proportions_2indep(yes, of, other_yes, other_of, method="newcomb", compare="diff")
    assert (apart.low, apart.high) == pytest.approx(wanted, abs=1e-9)


def test_the_example_of_nineteen_and_forty_one_cannot_tell() -> None:
    found = statistics.difference(14, 19, 22, 41)
    assert [round(100 * one) for one in (found.value, found.low, found.high)] == [20, -7, 41]


@pytest.mark.parametrize(("of", "other", "wanted"), [(30, 60, 0.43), (60, 180, 0.77)])
def test_the_power_to_see_a_rise_from_forty_to_sixty_per_cent(of: int, other: int, wanted: float) -> None:
    assert round(statistics.power(0.4, 0.6, of, other), 2) == wanted


def test_power_is_how_often_the_difference_is_seen() -> None:
    """Against the test itself, over all outcomes with their chance: no sample, no luck."""
    binomial = [[_chance(n, k, p) for k in range(n + 1)] for n, p in ((60, 0.6), (180, 0.4))]
    seen = sum(
        ours * theirs
        for yes, ours in enumerate(binomial[0])
        for other, theirs in enumerate(binomial[1])
        if _rejects(yes, 60, other, 180)
    )
    assert statistics.power(0.4, 0.6, 60, 180) == pytest.approx(seen, abs=0.02)


def _chance(of: int, yes: int, share: float) -> float:
    from math import comb

    return comb(of, yes) * share**yes * (1 - share) ** (of - yes)


def _rejects(yes: int, of: int, other_yes: int, other_of: int) -> bool:
    pooled = (yes + other_yes) / (of + other_of)
    spread = (pooled * (1 - pooled) * (1 / of + 1 / other_of)) ** 0.5
    return spread > 0 and abs(yes / of - other_yes / other_of) / spread >= 1.959963984540054


def test_enough_people_are_the_fewest_with_that_power() -> None:
    enough = statistics.needed(0.4, 0.6, ratio=2)
    assert enough
    assert (
        statistics.power(0.4, 0.6, enough, 2 * enough) >= 0.8 > statistics.power(0.4, 0.6, enough - 1, 2 * enough - 2)
    )
    assert statistics.needed(0.5, 0.5) is None


@pytest.mark.parametrize("seed", range(5))
def test_means_and_survival_are_those_of_the_other_library(seed: int) -> None:
    from statsmodels.duration.survfunc import SurvfuncRight
    from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

    chance = random.Random(seed)
    ours, theirs = ([chance.gauss(10, 3) for _one in range(size)] for size in (17, 40))
    wanted = CompareMeans(DescrStatsW(np.array(ours)), DescrStatsW(np.array(theirs)))
    found = statistics.mean_difference(ours, theirs)
    assert (found.low, found.high) == pytest.approx(wanted.tconfint_diff(usevar="unequal"), rel=1e-9)
    times = [chance.randrange(1, 40) for _one in range(60)]
    left = [chance.random() < 0.6 for _one in times]
    curve = SurvfuncRight(np.array(times), np.array(left, dtype=int))
    for time, share, error in zip(curve.surv_times, curve.surv_prob, curve.surv_prob_se, strict=True):
        point = statistics.survival(times, left, [float(time)])[0]
        assert point.share.value == pytest.approx(share, abs=1e-12)
        if 0 < share < 1:
            width = 1.959963984540054 * error / (share * abs(np.log(share)))
            assert point.share.low == pytest.approx(share ** np.exp(width), rel=1e-9)
        assert point.at_risk == sum(one >= time for one in times)


def test_starting_the_application_loads_no_statistics() -> None:
    """The library takes a second to load: whoever looks at a pilot pays for it, once a process, and nobody else."""
    code = "import sys, expertise.pilots.statistics; print('scipy.stats' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "False"
