"""What may be printed of people, and when: fixed looks, groups of five, nothing that can be worked out. Pure.

- Figures are taken on fixed days only: that of judging, and the same day in the years before it. There is no filter.
- A cell is a set of people. It is printed with five or more in it, never with fewer, and neither with nobody: then
  one would know it of everybody.
- A cell must not give away another by subtraction: not within a report, and not with any report of an earlier look,
  nor with one made under the plan as it was before it was amended. Of two sets of which one lies in the other the rest
  must be empty, or five or more.
- A mean of people who are all alike is not printed: it would say of each of them what it says of all.
- The criterion goes first. Before the day of judging it is the only figure, so that no other can stand in its way.
What does not pass stays as it was printed last, or is not printed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from expertise.pilots import statistics
from expertise.pilots.indicators import INDICATORS, Indicator, Value, part_between, stay_in_domain
from expertise.pilots.registry import Member, Registry, add_months
from expertise.pilots.statistics import Estimate, Point

FEWEST = 5
GROUPS = ("participants", "comparison")
Cell = tuple[str, frozenset[str]]  # what it is called, and the people in it
# Years before and after somebody came in that a comparison over time needs, and people on each side.
YEARS_BEFORE, YEARS_AFTER, ENOUGH = 3, 2, 10


@dataclass(frozen=True)
class Plan:
    """What was fixed beforehand, as it stood at a look."""

    domain: str
    starts_on: date
    entry_until: date
    indicator: str
    months: int
    threshold: int
    direction: str
    judged_on: date
    comparison: str
    comparison_domain: str


@dataclass(frozen=True)
class Group:
    """Of a group: how many people, of whom how many yes (of a share), and the estimate."""

    people: int
    yes: int | None
    estimate: Estimate


@dataclass(frozen=True)
class Figure:
    """An indicator at a look. `comparison` and `difference` are None where there is nobody to compare with."""

    indicator: Indicator
    day: date
    participants: Group
    comparison: Group
    difference: Estimate


@dataclass(frozen=True)
class Curve:
    """How long people stay in the domain, per group, at times at which five or more had left since the last."""

    day: date
    participants: tuple[Point, ...]
    comparison: tuple[Point, ...]


@dataclass(frozen=True)
class Trend:
    """Difference in differences: the part of service in the domain per year, counted from when somebody came in."""

    day: date
    years: tuple[int, ...]
    participants: tuple[float, ...]
    comparison: tuple[float, ...]
    people: tuple[int, int]
    effect: Estimate


@dataclass
class Published:
    """What stands printed after all looks until a day."""

    looks: list[date] = field(default_factory=list)
    figures: dict[str, Figure] = field(default_factory=dict)
    curve: Curve | None = None
    trend: Trend | None = None
    withheld: list[str] = field(default_factory=list)  # indicators that a look did not let through
    cells: list[Cell] = field(default_factory=list)  # everything that was ever printed

    def lets(self, cells: Sequence[Cell]) -> bool:
        """Whether these cells may stand beside all that was printed, and beside each other."""
        if any(len(people) < FEWEST for _name, people in cells):
            return False
        return all(_apart(one, other) for number, one in enumerate(cells) for other in (*self.cells, *cells[:number]))


def _apart(one: Cell, other: Cell) -> bool:
    """Whether neither gives away fewer than five by subtraction; nor the same cell at another look by its count."""
    (name, people), (other_name, others) = one, other
    if name == other_name and 0 < abs(len(people) - len(others)) < FEWEST:
        return False
    if people <= others or others <= people:
        return not 0 < len(people ^ others) < FEWEST
    return True


def looks(plan: Plan, until: date) -> list[date]:
    """The days on which figures are taken, the earliest first."""
    days, years = [], 0
    while (day := add_months(plan.judged_on, -12 * years)) > plan.starts_on:
        days.append(day)
        years += 1
    return [one for one in reversed(days) if one <= until]


# What was known at a look: the plan, the registry, and the two groups; None before the criterion was fixed.
Known = tuple[Plan, Registry, list[Member], list[Member]]


def publish(
    days: Iterable[date],
    known: Callable[[date], Known | None],
    *,
    criterion_alone: bool = False,
    printed: Iterable[Cell] = (),
) -> Published:
    """Go through the looks in order, and print what may be printed.

    `criterion_alone` is for whoever asks for the answer only: as the criterion goes first, the rest does not touch it.
    `printed` is what stood in reports under a plan that was amended since: an amended plan is no filter either.
    """
    found = Published(cells=list(printed))
    for day in days:
        there = known(day)
        if there is not None:
            found.looks.append(day)
            _look(found, day, *there, rest=not criterion_alone and day >= there[0].judged_on)
    return found


def _look(
    found: Published,
    day: date,
    plan: Plan,
    registry: Registry,
    ours: list[Member],
    theirs: list[Member],
    *,
    rest: bool,
) -> None:
    found.withheld = []
    codes = [plan.indicator, *(one for one in INDICATORS if one != plan.indicator)] if rest else [plan.indicator]
    for code in codes:
        groups = (ours, theirs)
        if code == "from_domain":
            groups = _vacancies(registry, plan, day)
        _figure(found, INDICATORS[code], day, plan.months, registry, groups)
    if rest:
        _curve(found, day, plan, registry, ours, theirs)
        _trend(found, day, registry, ours, theirs)


def _vacancies(registry: Registry, plan: Plan, day: date) -> tuple[list[Member], list[Member]]:
    """Whoever filled a vacancy in the domain since the pilot began, and in as long a time before it."""
    before = plan.starts_on - (day - plan.starts_on)
    ours = registry.entered(plan.domain, plan.starts_on, day)
    return ours, registry.entered(plan.domain, before, plan.starts_on - timedelta(days=1))


def _figure(
    found: Published,
    indicator: Indicator,
    day: date,
    months: int,
    registry: Registry,
    groups: tuple[list[Member], list[Member]],
) -> None:
    answers = [_answers(indicator, registry, group, day, months) for group in groups]
    cells = [cell for name, one in zip(GROUPS, answers, strict=True) for cell in _cells(indicator, one, name)]
    if any(_all_alike(indicator, one) for one in answers) or not found.lets(cells):
        found.withheld.append(indicator.code)
        return
    found.cells += cells
    ours, theirs = (_group(indicator, one) for one in answers)
    found.figures[indicator.code] = Figure(indicator, day, ours, theirs, _difference(indicator, *answers))


Answers = dict[str, Any]


def _answers(indicator: Indicator, registry: Registry, group: list[Member], day: date, months: int) -> Answers:
    asked: dict[str, Value] = {one.person: indicator.ask(registry, one, day, months) for one in group}
    return {person: value for person, value in asked.items() if value is not None}


def _cells(indicator: Indicator, answers: Answers, group: str) -> list[Cell]:
    """The sets of people that its figures are about."""
    everybody, name = frozenset(answers), f"{group} {indicator.code}"
    if indicator.kind != "share":
        return [(name, everybody)]
    yes = frozenset(person for person, value in answers.items() if value)
    return [(name, everybody), (f"{name} yes", yes), (f"{name} no", everybody - yes)]


def _all_alike(indicator: Indicator, answers: Answers) -> bool:
    """Whether a mean is the value of everybody in it. (Of a share its cells tell: nobody is fewer than five.)"""
    return indicator.kind != "share" and len(set(answers.values())) == 1


def _group(indicator: Indicator, answers: Answers) -> Group:
    if indicator.kind != "share":
        return Group(len(answers), None, statistics.mean(_in_order(answers)))
    yes = sum(map(bool, answers.values()))
    return Group(len(answers), yes, statistics.share(yes, len(answers)))


def _difference(indicator: Indicator, ours: Answers, theirs: Answers) -> Estimate:
    if indicator.kind != "share":
        return statistics.mean_difference(_in_order(ours), _in_order(theirs))
    return statistics.difference(sum(map(bool, ours.values())), len(ours), sum(map(bool, theirs.values())), len(theirs))


def _in_order(answers: Answers) -> list[float]:
    """Always the same order, so that the same people give the same last digit."""
    return sorted(float(value) for value in answers.values())


def _curve(
    found: Published, day: date, plan: Plan, registry: Registry, ours: list[Member], theirs: list[Member]
) -> None:
    points: list[tuple[Point, ...]] = []
    cells: list[Cell] = []
    for name, group in zip(GROUPS, (ours, theirs), strict=True):
        # Who was not in the domain at the start counts as left on the first day.
        stays = {one.person: stay_in_domain(registry, one, day) or (0.0, True) for one in group if one.start <= day}
        times, more = _times(found, stays, plan.months, name, cells)
        if not times:
            found.withheld.append("curve")
            return
        cells += more
        values = sorted(stays.values())
        at = [0.0, *times]
        points.append(tuple(statistics.survival([one[0] for one in values], [one[1] for one in values], at)))
    found.cells += cells
    found.curve = Curve(day, points[0], points[1])


Stays = dict[str, tuple[float, bool]]


def _times(
    found: Published, stays: Stays, months: int, name: str, beside: list[Cell]
) -> tuple[list[float], list[Cell]]:
    """Half years at which the numbers may be shown, and their cells; a time that may not is passed over."""
    cells = _curve_cells(stays, 0.0, name)
    if not found.lets([*beside, *cells]):
        return [], []
    kept: list[float] = []
    for time in range(6, 2 * months + 1, 6):
        last = kept[-1] if kept else 0.0
        left = sum(last < one <= time for one, went in stays.values() if went)
        out = sum(last <= one < time for one, went in stays.values() if not went)
        more = _curve_cells(stays, float(time), name)
        if left >= FEWEST and (out == 0 or out >= FEWEST) and found.lets([*beside, *cells, *more]):
            kept.append(float(time))
            cells += more
    return kept, cells


def _curve_cells(stays: Stays, time: float, name: str) -> list[Cell]:
    """Who is followed until then, and who has left by then."""
    cells = [(f"{name} at risk {time}", frozenset(who for who, (one, _went) in stays.items() if one >= time))]
    if time:
        gone = frozenset(who for who, (one, went) in stays.items() if went and one <= time)
        cells.append((f"{name} left {time}", gone))
    return cells


def _trend(found: Published, day: date, registry: Registry, ours: list[Member], theirs: list[Member]) -> None:
    years = (*range(-YEARS_BEFORE, 0), *range(YEARS_AFTER))
    rows = [_yearly(registry, group, years, day) for group in (ours, theirs)]
    cells = [(f"{name} trend", frozenset(one)) for name, one in zip(GROUPS, rows, strict=True)]
    if any(len(one) < ENOUGH for one in rows) or not found.lets(cells):
        found.withheld.append("trend")
        return
    found.cells += cells
    means = [tuple(_mean(one[number] for one in group.values()) for number in range(len(years))) for group in rows]
    changes = [
        sorted(_mean(one[YEARS_BEFORE:]) - _mean(one[:YEARS_BEFORE]) for one in group.values()) for group in rows
    ]
    effect = statistics.mean_difference(changes[0], changes[1])
    found.trend = Trend(day, years, means[0], means[1], (len(rows[0]), len(rows[1])), effect)


def _yearly(registry: Registry, group: list[Member], years: Sequence[int], day: date) -> dict[str, list[float]]:
    """Per person who was in service in each of these years: the part of each year's service in the domain."""
    found = {}
    for one in group:
        if add_months(one.start, 12 * (years[-1] + 1)) > day:
            continue
        spans = [(add_months(one.start, 12 * year), add_months(one.start, 12 * year + 12)) for year in years]
        parts = [part_between(registry, one, first, last) for first, last in spans]
        if all(part is not None for part in parts):
            found[one.person] = [part for part in parts if part is not None]
    return found


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed)
