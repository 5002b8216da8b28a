"""Intervals, power and survival, by scipy. Pure: numbers in, numbers out.

scipy loads its parts when they are first asked for (ADR 36): importing this module costs the web process nothing.
All intervals are of 95 % unless told otherwise; shares run from 0 to 1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import scipy

LEVEL = 0.95


@dataclass(frozen=True)
class Estimate:
    """A value with its interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Point:
    """Of a survival curve: at a time, how many were followed until then, and which share had not left."""

    time: float
    at_risk: int
    left: int
    share: Estimate


def _z(level: float) -> float:
    return float(scipy.stats.norm.ppf(0.5 + level / 2))


def share(yes: int, of: int, level: float = LEVEL) -> Estimate:
    """A share with Wilson's interval (Wilson 1927)."""
    found = scipy.stats.binomtest(yes, of).proportion_ci(level, method="wilson")
    return Estimate(yes / of, float(found.low), float(found.high))


def difference(yes: int, of: int, other_yes: int, other_of: int, level: float = LEVEL) -> Estimate:
    """First share less the second, with Newcombe's interval from the two of Wilson (Newcombe 1998, method 10)."""
    one, other = share(yes, of, level), share(other_yes, other_of, level)
    between = one.value - other.value
    low = between - math.hypot(one.value - one.low, other.high - other.value)
    high = between + math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(between, low, high)


def mean(values: Sequence[float], level: float = LEVEL) -> Estimate:
    """A mean with Student's interval; of values that are all the same it has no width."""
    middle, error = _mean_and_error(values)
    width = _t(len(values) - 1, level) * error if error else 0.0
    return Estimate(middle, middle - width, middle + width)


def mean_difference(values: Sequence[float], others: Sequence[float], level: float = LEVEL) -> Estimate:
    """First mean less the second, with Welch's interval, which needs no equal spread (Welch 1947)."""
    (one, error), (other, other_error) = _mean_and_error(values), _mean_and_error(others)
    between, both = one - other, error**2 + other_error**2
    if not both:
        return Estimate(between, between, between)
    freedom = both**2 / (error**4 / (len(values) - 1) + other_error**4 / (len(others) - 1))
    width = _t(freedom, level) * math.sqrt(both)
    return Estimate(between, between - width, between + width)


def _mean_and_error(values: Sequence[float]) -> tuple[float, float]:
    """Of two values or more. Ours and not scipy's, which warns where all are the same."""
    middle = math.fsum(values) / len(values)
    spread = math.fsum((one - middle) ** 2 for one in values) / (len(values) - 1)
    return middle, math.sqrt(spread / len(values))


def _t(freedom: float, level: float) -> float:
    return float(scipy.stats.t.ppf(0.5 + level / 2, freedom))


def survival(times: Sequence[float], left: Sequence[bool], at: Sequence[float], level: float = LEVEL) -> list[Point]:
    """Kaplan and Meier's estimate at some times; `left` is False for who was still there when last seen.

    Intervals by log(-log) of Greenwood's variance, so that they stay between 0 and 1.
    """
    gone = [time for time, went in zip(times, left, strict=True) if went]
    curve = _curve(times, left) if gone else None
    points = []
    for time in at:
        value = float(curve.evaluate(time)) if curve else 1.0
        at_risk = sum(one >= time for one in times)
        points.append(Point(time, at_risk, sum(one <= time for one in gone), _around(value, times, gone, time, level)))
    return points


def _curve(times: Sequence[float], left: Sequence[bool]) -> Any:
    gone = [time for time, went in zip(times, left, strict=True) if went]
    still = [time for time, went in zip(times, left, strict=True) if not went]
    return scipy.stats.ecdf(scipy.stats.CensoredData(uncensored=gone, right=still)).sf


def _around(value: float, times: Sequence[float], gone: Sequence[float], until: float, level: float) -> Estimate:
    """The interval is ours and not scipy's, which warns where nobody or everybody has left: there it has no width."""
    if not 0 < value < 1:
        return Estimate(value, value, value)
    variance = 0.0
    for time in sorted({one for one in gone if one <= until}):
        at_risk, went = sum(one >= time for one in times), gone.count(time)
        variance += went / (at_risk * (at_risk - went))
    width = _z(level) * math.sqrt(variance) / abs(math.log(value))
    return Estimate(value, value ** math.exp(width), value ** math.exp(-width))


def power(expected: float, hoped: float, of: int, other_of: int, level: float = LEVEL) -> float:
    """The chance that a difference from `expected` (n = other_of) to `hoped` (n = of) is seen, if it is there.

    Two-sided test of two proportions, pooled variance under no difference (Fleiss, Levin and Paik 2003, chapter 4).
    """
    pooled = (of * hoped + other_of * expected) / (of + other_of)
    none = math.sqrt(pooled * (1 - pooled) * (1 / of + 1 / other_of))
    some = math.sqrt(hoped * (1 - hoped) / of + expected * (1 - expected) / other_of)
    if some == 0:
        return 1.0 if hoped != expected else 1 - level
    gap, z = abs(hoped - expected), _z(level)
    return float(scipy.stats.norm.cdf((gap - z * none) / some) + scipy.stats.norm.cdf((-gap - z * none) / some))


def needed(expected: float, hoped: float, *, ratio: float = 1.0, wanted: float = 0.8, most: int = 5000) -> int | None:
    """How many people in the first group, `ratio` times as many in the other, for this power; None above `most`."""
    if hoped == expected:
        return None
    low, high = 2, most
    if power(expected, hoped, high, max(2, round(high * ratio))) < wanted:
        return None
    while low < high:
        middle = (low + high) // 2
        if power(expected, hoped, middle, max(2, round(middle * ratio))) >= wanted:
            high = middle
        else:
            low = middle + 1
    return low
