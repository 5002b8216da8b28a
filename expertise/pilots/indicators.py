"""The indicators that the registry can compute, each with its definition. Pure.

An indicator is asked of one person at a time: True or False (a share of people), a number (a mean over people), or
None where it does not apply to them, or not yet. So counts are people, each once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.pilots.registry import MONTH, MOVING, Kept, Member, Registry, Stay, add_months

Value = bool | float | None
Ask = Callable[[Registry, Member, date, int], Value]  # registry, who, on which day, months that they are followed
RECEIVED_WITHIN = timedelta(days=14)
ALIVE_WITHIN = timedelta(days=90)


@dataclass(frozen=True)
class Indicator:
    """What is asked, and how it is said. `kind` is share (people), months, days, score or part (0 to 1)."""

    code: str
    name: Any
    definition: Any
    kind: str
    ask: Ask
    counter: bool = False  # what might get worse where the pilot works: a counter-measure


def in_domain(registry: Registry, member: Member, day: date, months: int) -> Value:
    """Still in the domain so many months later."""
    then = add_months(member.start, months)
    if then > day:
        return None
    return any(one.covers(then) and registry.inside(one, member.domains) for one in registry.own(member.person))


def back_in_domain(registry: Registry, member: Member, day: date, _months: int) -> Value:
    """In the domain again within the two postings after the first one in it."""
    own = [one for one in registry.own(member.person) if one.start <= day]
    first = next(
        (
            number
            for number, one in enumerate(own)
            if registry.inside(one, member.domains) and (one.end is None or one.end >= member.start)
        ),
        None,
    )
    if first is None:
        return None
    later = own[first + 1 : first + 3]
    if any(registry.inside(one, member.domains) for one in later):
        return True
    return False if len(later) == 2 else None


def part_in_domain(registry: Registry, member: Member, day: date, months: int) -> Value:
    """Days in the domain, of the days in service, while they were followed."""
    then = add_months(member.start, months)
    if then > day:
        return None
    return part_between(registry, member, member.start, then)


def part_between(registry: Registry, member: Member, first: date, last: date) -> float | None:
    """Days in the domain of the days in service between two days; None for who was not in service then."""
    served: set[int] = set()
    inside: set[int] = set()
    for one in registry.own(member.person):
        start, end = max(one.start, first), min(one.end or last, last)
        days = range(start.toordinal(), end.toordinal() + 1)
        served.update(days)
        if registry.inside(one, member.domains):
            inside.update(days)
    return len(inside) / len(served) if served else None


def tenure(registry: Registry, member: Member, day: date, months: int) -> Value:
    """Months in the first seat, at most as many as they are followed."""
    then = add_months(member.start, months)
    seat = registry.first_from(member)
    if then > day or seat is None or seat.start > then:
        return None
    return (min(seat.end or then, then) - max(seat.start, member.start)).days / MONTH


def second_knower(registry: Registry, member: Member, day: date, months: int) -> Value:
    """Whether every dossier that they kept then has had a second holder who knows it."""
    then = add_months(member.start, months)
    if then > day:
        return None
    seats = {one.position for one in registry.own(member.person) if one.covers(then)}
    kept = {one.thing for seat in seats for one in registry.dossiers_at.get(seat, []) if one.covers(then)}
    if not kept:
        return None
    return all(len(_knowers(registry, one, then)) >= 2 for one in kept)


def _knowers(registry: Registry, dossier: str, day: date) -> set[str]:
    return {
        stay.person
        for kept in registry.keepers.get(dossier, [])
        for stay in registry.by_position.get(kept.position, [])
        if stay.start <= day and _together(stay, kept, day)
    }


def _together(stay: Stay, kept: Kept, day: date) -> bool:
    starts, ends = kept.start or date.min, min(kept.end or day, day)
    return stay.start <= ends and (stay.end or day) >= starts


def received(registry: Registry, member: Member, day: date, _months: int) -> Value:
    """The predecessor's note received within a fortnight of arrival."""
    seat = registry.first_from(member)
    if seat is None or registry.before(seat) is None or seat.start + RECEIVED_WITHIN > day:
        return None
    on = registry.received.get((member.person, seat.position))
    return on is not None and on <= seat.start + RECEIVED_WITHIN


def score(registry: Registry, member: Member, _day: date, _months: int) -> Value:
    """How useful the predecessor's note was, by the receiver."""
    seat = registry.first_from(member)
    return registry.scores.get((member.person, seat.position)) if seat else None


def relations_alive(registry: Registry, member: Member, day: date, _months: int) -> Value:
    """The part of the first relations that was met again within ninety days of arrival."""
    seat = registry.first_from(member)
    if seat is None or registry.before(seat) is None or seat.start + ALIVE_WITHIN > day:
        return None
    kept = [
        one
        for one in registry.relations_at.get(seat.position, [])
        if (one.start is None or one.start < seat.start) and (one.end is None or one.end > seat.start)
    ]
    if not kept:
        return None
    met = (registry.met.get((member.person, one.thing), ()) for one in kept)
    return sum(any(seat.start <= on <= seat.start + ALIVE_WITHIN for on in days) for days in met) / len(kept)


def gap_days(registry: Registry, member: Member, day: date, _months: int) -> Value:
    """Days that the seat had been empty when they came."""
    seat = registry.first_from(member)
    before = registry.before(seat) if seat and seat.start <= day else None
    if seat is None or before is None or before.end is None:
        return None
    days = (seat.start - before.end).days
    # Who starts the next day leaves no gap.
    return float(days) if days > 1 else 0.0


def answered(registry: Registry, member: Member, day: date, months: int) -> Value:
    """The part that they answered of the questions put to them while they were followed."""
    then = add_months(member.start, months)
    if then > day:
        return None
    put = [one for one in registry.asked_of.get(member.person, []) if member.start <= one.on <= then]
    return sum(one.answered for one in put) / len(put) if put else None


def promoted(registry: Registry, member: Member, day: date, months: int) -> Value:
    """Whether the seat that they hold then is of a higher grade than the one in which they began."""
    then = add_months(member.start, months)
    first = registry.first_from(member)
    if then > day or first is None or first.start > then or first.position not in registry.grades:
        return None
    held = [one.position for one in registry.own(member.person) if one.covers(then)]
    grades = [registry.grades[one] for one in held if one in registry.grades]
    return max(grades) > registry.grades[first.position] if grades else None


def narrow(registry: Registry, member: Member, day: date, months: int) -> Value:
    """Whether they worked in no other domain while they were followed."""
    then = add_months(member.start, months)
    if then > day:
        return None
    seats = [one for one in registry.own(member.person) if one.start <= then and (one.end or then) >= member.start]
    return bool(seats) and all(registry.inside(one, member.domains) for one in seats)


def from_domain(registry: Registry, member: Member, _day: date, _months: int) -> Value:
    """Whether whoever filled a vacancy in the domain had worked in it before."""
    return any(one.start < member.start and registry.inside(one, member.domains) for one in registry.own(member.person))


def stay_in_domain(registry: Registry, member: Member, day: date) -> tuple[float, bool] | None:
    """Months in the domain without leaving it, and whether they left; None for who was not in it at the start."""
    end: date | None = None
    begun = False
    for one in registry.own(member.person):
        if not registry.inside(one, member.domains) or (one.end is not None and one.end < member.start):
            continue
        if not begun:
            if one.start > member.start + MOVING:
                return None
            begun, end = True, one.end
        elif end is not None and one.start <= end + MOVING:
            end = None if one.end is None else max(end, one.end)
    if not begun or member.start > day:
        return None
    # A move may still be under way: who left a few weeks ago may come back.
    left = end is not None and end + MOVING <= day
    last = end if left and end is not None else min(end or day, day)
    return (last - member.start).days / MONTH, left


INDICATORS = {
    one.code: one
    for one in (
        Indicator(
            "in_domain",
            _("Still in the domain"),
            _("People who hold a position in the domain on the day on which they have been followed for the months "
              "that were fixed, of all who have been followed so long."),
            "share",
            in_domain,
        ),
        Indicator(
            "back_in_domain",
            _("Back in the domain within two postings"),
            _("People of whose two postings after the first one in the domain one is in the domain again, of all of "
              "whom that is known."),
            "share",
            back_in_domain,
        ),
        Indicator(
            "part_in_domain",
            _("Months in the domain of the months in service"),
            _("Per person: days in positions in the domain, of the days in any position, while they were followed. The "
              "mean over people."),
            "part",
            part_in_domain,
        ),
        Indicator(
            "tenure",
            _("Months in the first position"),
            _("Per person: months in the position that they held when they began to be followed, counted no further "
              "than they are followed. The mean over people."),
            "months",
            tenure,
        ),
        Indicator(
            "second_knower",
            _("A second knower for every dossier kept"),
            _("People whose every dossier, at the end of the months that they are followed, has had two holders or "
              "more, of all who kept one then."),
            "share",
            second_knower,
        ),
        Indicator(
            "received",
            _("Handover received within 14 days of arrival"),
            _("People who received their predecessor's handover within 14 days of arrival, of all who had a "
              "predecessor."),
            "share",
            received,
        ),
        Indicator(
            "score",
            _("The receiver's score of the handover, after 90 days"),
            _("Per person: the mean of the scores from 1 to 5 that they gave their predecessor's handover. The mean "
              "over people who gave one."),
            "score",
            score,
        ),
        Indicator(
            "relations_alive",
            _("Tier 1 contacts alive after 90 days"),
            _("Per person: the contacts of tier 1 kept by the position that they met within 90 days of arrival, of all "
              "that were kept when they came. The mean over people."),
            "part",
            relations_alive,
        ),
        Indicator(
            "gap_days",
            _("Days that the position was empty before them"),
            _("Per person: days between the last day of the holder before them and their first day; none where they "
              "overlapped. The mean over people who had a predecessor."),
            "days",
            gap_days,
        ),
        Indicator(
            "answered",
            _("Questions answered"),
            _("Per person: the questions that they answered themselves, of all that were put to them while they were "
              "followed and not withdrawn. The mean over people to whom one was put."),
            "part",
            answered,
        ),
        Indicator(
            "from_domain",
            _("Vacancies filled from the domain"),
            _("Of all who took a position in the domain since the pilot began, those who had held one in it before; "
              "each person once. Compared with as long a time before the pilot."),
            "share",
            from_domain,
        ),
        Indicator(
            "promoted",
            _("Promoted"),
            _("People who, at the end of the months that they are followed, hold a position of a higher grade than the "
              "one in which they began, of all whose two grades are known. A counter-measure: a career inside one "
              "domain may cost promotion."),
            "share",
            promoted,
            counter=True,
        ),
        Indicator(
            "narrow",
            _("Worked in no other domain"),
            _("People who held positions in this domain alone while they were followed, of all who were followed so "
              "long. A counter-measure: knowledge that is kept may be had by narrowing."),
            "share",
            narrow,
            counter=True,
        ),
    )
}  # fmt: skip
