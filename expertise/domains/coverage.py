"""Who worked on a theme, how well its seats were filled year by year, and where it is thin.

All of it follows from postings, which everybody may read; nobody is compared with anybody.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.small_groups import counted_apart
from expertise.domains.models import Domain, PositionDomain
from expertise.domains.queries import with_below
from expertise.people.models import Person
from expertise.posts.models import Position, Posting
from expertise.posts.queries import present_postings_of

YEARS = 10
PEOPLE_SHOWN = 20
SOON = dt.timedelta(days=180)


@dataclass(frozen=True)
class Worked:
    """Somebody who works or worked on it: their postings, the latest first, and where they are now."""

    person: Person
    postings: Sequence[Posting]
    now: Posting | None

    @property
    def last(self) -> dt.date | None:
        """Until when; None: still, or nobody recorded it."""
        ends = [one.ends_on for one in self.postings]
        return None if None in ends else max(one for one in ends if one is not None)

    def still(self, day: dt.date) -> bool:
        """Whether they work on it that day."""
        return any(one.holds_on(day) for one in self.postings)


@dataclass(frozen=True)
class Year:
    """How many people held a seat in a year, and which share of the days of its seats was filled, in per cent."""

    year: int
    people: int | None  # none: too few to say, in works-council mode
    filled: int


@dataclass(frozen=True)
class Thin:
    """A seat that is empty, or will be soon with nobody named."""

    position: Position
    since: dt.date | None  # empty since
    until: dt.date | None  # filled until


@dataclass(frozen=True)
class Coverage:
    """All of it for one theme and what stands under it."""

    earlier: Sequence[Worked]  # who no longer works on it
    more: int
    years: Sequence[Year]
    thin: Sequence[Thin]
    alone: Worked | None  # the one person who works on it now, where there is only one


def coverage_of(viewer: Viewer, domain: Domain) -> Coverage:
    """Who works and worked on a theme, and how it is covered. Four queries."""
    require(viewer, "domain.read")
    filed = select(PositionDomain.position_id).where(PositionDomain.domain_id.in_(with_below([domain])))
    positions = list(session().scalars(select(Position).where(Position.id.in_(filed)).order_by(Position.id)))
    query = select(Posting).where(Posting.position_id.in_([one.id for one in positions]), Posting.status == "held")
    postings = list(session().scalars(query.order_by(Posting.starts_on.desc(), Posting.id))) if positions else []
    today = clock.today()
    begun = [one for one in postings if not one.is_to_come(today)]
    people = _people(viewer, begun, today)
    now = [one for one in people if one.still(today)]
    earlier = people[len(now) :]
    return Coverage(
        earlier[:PEOPLE_SHOWN],
        max(0, len(earlier) - PEOPLE_SHOWN),
        [_year(year, positions, postings) for year in range(today.year - YEARS + 1, today.year + 1)] if begun else [],
        sorted(_thin(positions, postings, today), key=lambda one: (one.until or dt.date.min, one.position.id)),
        now[0] if len(now) == 1 else None,
    )


def _people(viewer: Viewer, postings: Iterable[Posting], today: dt.date) -> list[Worked]:
    """Who works on it now first, then the latest; old is shown as old."""
    by_person: dict[str, list[Posting]] = {}
    for one in postings:
        by_person.setdefault(one.person_id, []).append(one)
    now = present_postings_of(viewer, by_person) if by_person else {}
    found = [Worked(rows[0].person, rows, now.get(person_id)) for person_id, rows in by_person.items()]

    def order(one: Worked) -> tuple[bool, int, str]:
        return not one.still(today), -(one.last or dt.date.max).toordinal(), one.person.name

    return sorted(found, key=order)


def _year(year: int, positions: Sequence[Position], postings: Sequence[Posting]) -> Year:
    first, last = dt.date(year, 1, 1), min(dt.date(year, 12, 31), clock.today())
    there = [one for one in positions if one.abolished_on is None or one.abolished_on > first]
    held = [one for one in postings if _overlap(one, first, last)]
    days = sum(len(_days(held, one.id, first, last)) for one in there)
    whole = ((last - first).days + 1) * len(there)
    people = counted_apart(len({one.person_id for one in held}))
    return Year(year, people, round(100 * days / whole) if whole else 0)


def _overlap(one: Posting, first: dt.date, last: dt.date) -> tuple[int, int] | None:
    ends = [day for day in (one.ends_on, one.person.left_on) if day is not None]
    start, end = max(one.starts_on or first, first), min([*ends, last])
    return (start.toordinal(), end.toordinal()) if start <= end else None


def _days(held: Iterable[Posting], position_id: str, first: dt.date, last: dt.date) -> set[int]:
    days: set[int] = set()
    for one in held:
        span = _overlap(one, first, last) if one.position_id == position_id else None
        if span is not None:
            days.update(range(span[0], span[1] + 1))
    return days


def _thin(positions: Iterable[Position], postings: Sequence[Posting], today: dt.date) -> Iterable[Thin]:
    for position in positions:
        if position.abolished_on is not None and position.abolished_on <= today:
            continue
        line = [one for one in postings if one.position_id == position.id]
        present = [one for one in line if one.holds_on(today)]
        coming = any(one.is_to_come(today) for one in line)
        if not present:
            ended = [one.ends_on for one in line if one.ends_on is not None and one.ends_on < today]
            yield Thin(position, max(ended, default=None), None)
        elif not coming and all(one.ends_on is not None and one.ends_on <= today + SOON for one in present):
            yield Thin(position, None, max(one.ends_on for one in present if one.ends_on is not None))
