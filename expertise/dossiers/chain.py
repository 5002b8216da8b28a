"""The chain of a dossier: who kept it when, through the positions that did. Pure: records and a day in, spells out."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from expertise.dossiers.models import Stewardship
from expertise.posts.models import Position, Posting

EARLIER, PRESENT, NEXT = "earlier", "present", "next"


@dataclass(frozen=True)
class Holder:
    """A person who kept the dossier: the part of a posting that falls within a stewardship."""

    posting: Posting
    position: Position
    start: dt.date | None
    end: dt.date | None
    when: str

    @property
    def acting(self) -> bool:
        """Whether the person filled in."""
        return self.posting.acting

    @property
    def start_precision(self) -> str:
        """How much of the start is known; the day, where the stewardship cuts the posting short."""
        return self.posting.starts_precision if self.start == self.posting.starts_on else "day"

    @property
    def end_precision(self) -> str:
        """How much of the end is known."""
        return self.posting.ends_precision if self.end == self.posting.ends_on else "day"


@dataclass(frozen=True)
class Gap:
    """A time in which nobody kept it. `end` None: nobody is named. `days` as people count, from date to date."""

    start: dt.date
    end: dt.date | None
    days: int | None


def holders(
    stewardships: Iterable[Stewardship], postings: Mapping[str, Sequence[Posting]], today: dt.date
) -> list[Holder]:
    """Who kept it, in the order of time. `postings` are those that were held, by position."""
    found: dict[tuple[str, dt.date | None], Holder] = {}
    for one in stewardships:
        for posting in postings.get(one.position_id, ()):
            start, end = _latest(one.from_on, posting.starts_on), _earliest(one.to_on, posting.ends_on)
            end = _earliest(end, posting.person.left_on)
            if start and end and end < start:
                continue
            found[posting.id, start] = Holder(posting, one.position, start, end, _when(start, end, today))
    return sorted(found.values(), key=lambda one: (one.start or dt.date.min, one.end or dt.date.max, one.posting.id))


def present_holder(postings: Iterable[Posting], day: dt.date) -> Posting | None:
    """Who of these holds a position that day: whoever acts counts where nobody holds it, of two the latest to come."""
    sitting = (one for one in postings if one.holds_on(day))
    return max(sitting, key=lambda one: (not one.acting, one.starts_on or dt.date.min, one.id), default=None)


def gaps(held: Sequence[Holder], *, still_kept: bool) -> list[Gap]:
    """When nobody kept it: between two holders, and after the last one while a position still keeps it.

    Who fills in does not end a gap.
    """
    found: list[Gap] = []
    last: dt.date | None = None
    seated = [one for one in held if not one.acting]
    for number, one in enumerate(seated):
        if number and last is not None and one.start is not None and (one.start - last).days > 1:
            found.append(Gap(last + dt.timedelta(days=1), one.start - dt.timedelta(days=1), (one.start - last).days))
        last = one.end if not number or (last is not None and (one.end is None or one.end > last)) else last
    if seated and last is not None and still_kept:
        found.append(Gap(last + dt.timedelta(days=1), None, None))
    return found


def _latest(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return max((day for day in (one, other) if day), default=None)


def _earliest(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    return min((day for day in (one, other) if day), default=None)


def _when(start: dt.date | None, end: dt.date | None, today: dt.date) -> str:
    if start is not None and start > today:
        return NEXT
    return EARLIER if end is not None and end < today else PRESENT
