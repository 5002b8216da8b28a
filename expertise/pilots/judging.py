"""Yes, no or cannot tell, by the criterion that was fixed. Pure."""

from dataclasses import dataclass

from expertise.pilots import statistics
from expertise.pilots.publishing import Figure, Plan, Published
from expertise.pilots.statistics import Estimate

YES, NO, CANNOT_TELL, NOT_YET = "yes", "no", "cannot_tell", "not_yet"


@dataclass(frozen=True)
class Answer:
    """The answer, the figure that it rests on (None: too few people), and how many more people would settle it."""

    verdict: str
    figure: Figure | None
    more: int | None = None
    more_others: int | None = None


def verdict(difference: Estimate, threshold: int, direction: str) -> str:
    """Yes: the difference reaches the threshold and all of its interval is on that side of zero.

    No: all of its interval stays short of the threshold. Cannot tell otherwise. `threshold` is in percentage points.
    """
    sign = 1 if direction == "higher" else -1
    middle, low, high = difference.value * sign, difference.low * sign, difference.high * sign
    low, high = min(low, high), max(low, high)
    wanted = threshold / 100
    # 15 points exactly are 15 points, whatever the last bit says.
    if middle >= wanted - 1e-9 and low > 0:
        return YES
    return NO if high < wanted else CANNOT_TELL


def answer(plan: Plan, published: Published) -> Answer:
    """What the figures say of the criterion; nothing before the day of judging."""
    figure = published.figures.get(plan.indicator)
    if not published.looks or published.looks[-1] < plan.judged_on:
        return Answer(NOT_YET, figure)
    if figure is None:
        return Answer(CANNOT_TELL, None)
    said = verdict(figure.difference, plan.threshold, plan.direction)
    if said != CANNOT_TELL:
        return Answer(said, figure)
    ours, theirs = figure.participants, figure.comparison
    ratio = theirs.people / ours.people
    enough = statistics.needed(theirs.estimate.value, ours.estimate.value, ratio=ratio)
    if enough is None or enough <= ours.people:
        return Answer(said, figure)
    return Answer(said, figure, enough - ours.people, max(0, round(enough * ratio) - theirs.people))


def power_of(plan_expected: int, threshold: int, direction: str, people: int, others: int) -> float:
    """The chance to see the wanted difference, if it is there, with so many people; see statistics.power."""
    sign = 1 if direction == "higher" else -1
    hoped = min(99, max(1, plan_expected + sign * threshold)) / 100
    return statistics.power(plan_expected / 100, hoped, people, others)
