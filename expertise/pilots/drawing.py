"""Charts as geometry for pilots/_charts.html: across in per cent of the drawing, down in pixels. Pure.

Each stands beside a table that says the same, so that a drawing is never the only way to know.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from expertise.pilots.publishing import Curve, Figure, Trend
from expertise.pilots.statistics import Estimate

# The field of a drawing that is stretched to the width of the page.
UNIT = (100.0, 100.0)


@dataclass(frozen=True)
class Whisker:
    """A value and its interval on the axis."""

    x: float
    low: float
    high: float


@dataclass(frozen=True)
class Tick:
    """A line of the axis."""

    x: float
    value: float


@dataclass(frozen=True)
class Intervals:
    """A figure: the two groups on one axis, their difference on another. Values in the unit of the indicator."""

    ticks: list[Tick]
    participants: Whisker
    comparison: Whisker
    difference_ticks: list[Tick]
    difference: Whisker
    zero: float
    criterion: float | None


class _Axis:
    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def x(self, value: float) -> float:
        return round(100 * (min(max(value, self.low), self.high) - self.low) / (self.high - self.low), 2)

    def whisker(self, found: Estimate) -> Whisker:
        return Whisker(self.x(found.value), self.x(found.low), self.x(found.high))

    def ticks(self, step: float) -> list[Tick]:
        count = round((self.high - self.low) / step)
        return [Tick(self.x(self.low + number * step), self.low + number * step) for number in range(count + 1)]


def intervals(figure: Figure, threshold: float | None = None) -> Intervals:
    """`threshold` is that of the criterion, signed, as a part of 1."""
    share = figure.indicator.kind in ("share", "part")
    ours, theirs, difference = figure.participants.estimate, figure.comparison.estimate, figure.difference
    top = 1.0 if share else _round_up(max(ours.high, theirs.high, 1e-9))
    axis = _Axis(0.0, top)
    reach = max(abs(difference.low), abs(difference.high), abs(threshold or 0), 0.2 if share else top / 5)
    step = (0.2 if reach <= 0.6 else 0.5) if share else _round_up(reach) / 2
    edge = step * -(-round(reach, 6) // step)
    apart = _Axis(-edge, edge)
    return Intervals(
        ticks=axis.ticks(top / 5),
        participants=axis.whisker(ours),
        comparison=axis.whisker(theirs),
        difference_ticks=apart.ticks(step),
        difference=apart.whisker(difference),
        zero=apart.x(0),
        criterion=None if threshold is None else apart.x(threshold),
    )


def _round_up(value: float) -> float:
    """To 1, 2 or 5 times a power of ten."""
    size = 1.0
    while size * 10 < value:
        size *= 10
    while size > value:
        size /= 10
    return next(size * one for one in (1, 2, 5, 10) if size * one >= value - 1e-12)


@dataclass(frozen=True)
class Steps:
    """Survival curves: a polyline per group, in the units of its field; ticks in per cent across."""

    participants: str
    comparison: str
    ticks: list[Tick]


def worth_drawing(curve: Curve) -> bool:
    """Whether there are times enough for a line to say more than the table does."""
    return min(len(curve.participants), len(curve.comparison)) > 2


def steps(curve: Curve, field: tuple[float, float] = UNIT) -> Steps:
    """From 100 % at the start, straight from each time that is shown to the next: what lies between is not shown."""
    last = max(curve.participants[-1].time, curve.comparison[-1].time)
    axis = _Axis(0.0, last)
    return Steps(
        _path([(axis.x(one.time), one.share.value) for one in curve.participants], field),
        _path([(axis.x(one.time), one.share.value) for one in curve.comparison], field),
        axis.ticks(6.0 if last <= 36 else 12.0),
    )


def trend_lines(trend: Trend, field: tuple[float, float] = UNIT) -> Steps:
    """The two groups over the years, for the eye: did they run alike before?"""
    axis = _Axis(float(trend.years[0]), float(trend.years[-1]))
    return Steps(
        _path([(axis.x(year), value) for year, value in zip(trend.years, trend.participants, strict=True)], field),
        _path([(axis.x(year), value) for year, value in zip(trend.years, trend.comparison, strict=True)], field),
        axis.ticks(1.0),
    )


def _path(points: Sequence[tuple[float, float]], field: tuple[float, float]) -> str:
    """In a field so wide and so high."""
    width, height = field
    return " ".join(f"{width * x / 100:g},{height - height * y:.2f}" for x, y in points)
