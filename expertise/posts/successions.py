"""Who followed whom, how long each stayed, and on which days nobody sat there. Pure: postings in, figures out.

What counts, everywhere in this module:

- Only postings that were held. Who acts holds nothing: acting postings count where `with_acting` says so. An absence
  is no posting, so it makes neither a gap nor a holder.
- Days are counted from the one date to the other, as people do: who leaves on the 1st and is followed on the 1st or the
  2nd leaves no gap (0 or 1 day); who is followed on the 8th leaves a gap of 7 days. A vacancy counts the days on which
  nobody sits there: 6 in that case.
- A date that is known to the month or the year only stands for the whole period (posts/models.py): its posting covers
  all days that it may have covered, so that a gap is the least and an overlap the most that it can have been. Such
  figures say `about`. `exact_only` leaves them out: a posting whose start is not known to the day is then not in the
  line at all, and one whose end is not known to the day has no known end.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Generic, Protocol, TypeVar

ONE_DAY = timedelta(days=1)
# What lies between two holders.
GAP, ADJOINING, OVERLAP, UNKNOWN = "gap", "adjoining", "overlap", "unknown"


class Term(Protocol):
    """What is asked of a posting; the model Posting has it, and so may a plain row."""

    @property
    def person_id(self) -> str:
        """Who."""

    @property
    def position_id(self) -> str:
        """Where."""

    @property
    def starts_on(self) -> date | None:
        """First day."""

    @property
    def starts_precision(self) -> str:
        """day, month or year."""

    @property
    def ends_on(self) -> date | None:
        """Last day, planned or past."""

    @property
    def ends_precision(self) -> str:
        """day, month or year."""

    @property
    def status(self) -> str:
        """held or never_served."""

    @property
    def acting(self) -> bool:
        """Fills in, and holds nothing."""


AnyTerm = TypeVar("AnyTerm", bound=Term)


@dataclass(frozen=True)
class Succession(Generic[AnyTerm]):
    """Two holders after each other; `days` from the last day of the one to the first of the other, negative where they
    overlap, None where the end of the first is not known."""

    before: AnyTerm
    after: AnyTerm
    days: int | None
    about: bool = False

    @property
    def kind(self) -> str:
        """gap (over a day between), adjoining (the same day or the next), overlap, or unknown."""
        if self.days is None:
            return UNKNOWN
        if self.days < 0:
            return OVERLAP
        return ADJOINING if self.days <= 1 else GAP


@dataclass(frozen=True)
class Tenure(Generic[AnyTerm]):
    """How long somebody stayed, or has stayed up to the day on which it is asked (`ended` is False then)."""

    term: AnyTerm
    days: int
    ended: bool
    about: bool = False


@dataclass(frozen=True)
class Vacancy:
    """Days in a row on which nobody holds a position, the first and the last of them included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many."""
        return (self.last - self.first).days + 1


def lines(terms: Iterable[AnyTerm]) -> dict[str, list[AnyTerm]]:
    """Postings by the position's id, each in the order in which they were given."""
    found: dict[str, list[AnyTerm]] = defaultdict(list)
    for one in terms:
        found[one.position_id].append(one)
    return dict(found)


def successions(
    line: Iterable[AnyTerm], *, exact_only: bool = False, with_acting: bool = False
) -> list[Succession[AnyTerm]]:
    """Each holder of ONE position with whoever came next, by first day (of two on one day the shorter goes first).

    Somebody who follows herself (a second letter of credence, a row that stands twice) is no succession. Who came in
    between and left again before the first one did is a holder like any other: then there are two successions, and
    whether anybody sat there at all is what `vacancies` says.
    """
    held = sorted(
        (one for one in line if _counts(one, with_acting=with_acting, exact_only=exact_only)),
        key=lambda one: (one.starts_on or date.min, one.ends_on or date.min),
    )
    return [
        _succession(before, after, exact_only=exact_only)
        for before, after in pairwise(held)
        if before.person_id != after.person_id
    ]


def tenure(term: AnyTerm, on: date | None = None, *, exact_only: bool = False) -> Tenure[AnyTerm] | None:
    """How long this posting lasted; of one that has no known end, or ends after `on`, up to `on`, not ended.

    None where it cannot be said: never served, no start, an end before the start, not begun on `on`, or no end and no
    `on`. A posting that ends after `on` is not over for whoever asks as of that day.
    """
    if term.status != "held" or term.starts_on is None or (exact_only and term.starts_precision != "day"):
        return None
    end = term.ends_on
    if exact_only and term.ends_precision != "day":
        # That it ended is known, and not when: neither a length nor a stay that still goes on.
        return None
    if on is not None and (end is None or end > on):
        days = (on - term.starts_on).days
        return Tenure(term, days, False, term.starts_precision != "day") if days >= 0 else None
    if end is None or end < term.starts_on:
        return None
    return Tenure(
        term, (end - term.starts_on).days, True, term.starts_precision != "day" or term.ends_precision != "day"
    )


def vacancies(
    line: Iterable[Term], first: date, last: date, *, with_acting: bool = False, closed_on: date | None = None
) -> list[Vacancy]:
    """The days from `first` to `last` (both included) on which nobody holds ONE position.

    Days before anybody is known to have held it are no vacancy: the record begins there. After `closed_on`, on which
    the position is abolished, there is none either. A position that nobody ever held has none.
    """
    spans = sorted(
        (one.starts_on or date.min, one.ends_on or date.max)
        for one in line
        if one.status == "held" and (with_acting or not one.acting)
    )
    if not spans:
        return []
    last = min(last, closed_on) if closed_on else last
    found: list[Vacancy] = []
    free = spans[0][1]  # the last day on which somebody sat there
    for start, end in [*spans[1:], (date.max, date.max)]:
        if free < date.max and (start - free).days > 1:
            begins, stops = max(free + ONE_DAY, first), min(start - ONE_DAY, last)
            if begins <= stops:
                found.append(Vacancy(begins, stops))
        free = max(free, end)
    return found


def vacant_days(vacant: Sequence[Vacancy]) -> int:
    """How many days in all."""
    return sum(one.days for one in vacant)


def _counts(term: Term, *, with_acting: bool, exact_only: bool) -> bool:
    if term.status != "held" or term.starts_on is None or (term.acting and not with_acting):
        return False
    return not exact_only or term.starts_precision == "day"


def _succession(before: AnyTerm, after: AnyTerm, *, exact_only: bool) -> Succession[AnyTerm]:
    end, start = before.ends_on, after.starts_on
    assert start is not None
    if end is None or (exact_only and before.ends_precision != "day"):
        return Succession(before, after, None)
    about = before.ends_precision != "day" or after.starts_precision != "day"
    return Succession(before, after, (start - end).days, about)
