"""The chain of a position: who held it when, and when nobody did. Pure: postings and a day in, spells out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from expertise.posts.models import Posting

EARLIER, PRESENT, NEXT = "earlier", "present", "next"


@dataclass(frozen=True)
class Held:
    """A time in which somebody held the position. `when`: earlier, present or next."""

    posting: Posting
    when: str
    # No end was recorded although somebody else came after: the record wants mending.
    end_missing: bool = False

    @property
    def start(self) -> date | None:
        """The first day."""
        return self.posting.starts_on


@dataclass(frozen=True)
class Gap:
    """A time in which nobody held it: after the last day of one holder, before the first of the next.

    `days` counts from the one date to the other, as people do; None while nobody is named to come. `about` says
    that one of the two dates is known to the month or the year only. `acting` are those who filled in.
    """

    last_day: date
    first_day: date | None
    days: int | None
    about: bool = False
    acting: tuple[Posting, ...] = ()
    after: Posting | None = None
    before: Posting | None = None

    @property
    def start(self) -> date:
        """The first day without a holder."""
        return self.last_day + timedelta(days=1)

    def open_on(self, day: date) -> bool:
        """Whether nobody holds the position that day."""
        return self.last_day < day and (self.first_day is None or day < self.first_day)


Spell = Held | Gap


def spells(postings: Iterable[Posting], today: date, *, closed_on: date | None = None) -> list[Spell]:
    """Holders and gaps in the order of time. Who acted stands among the holders, but does not end a gap.

    A position that is closed (abolished) has no gap after its last holder.
    """
    held = sorted((one for one in postings if one.status == "held"), key=_by_start)
    acting = [one for one in held if one.acting]
    result: list[Spell] = []
    last: Posting | None = None
    for posting in held:
        if not posting.acting:
            gap = _gap(last, posting, acting)
            if gap is not None:
                result.append(gap)
            last = _later(last, posting)
        result.append(Held(posting, _when(posting, today), _end_missing(posting, held, today)))
    if last is not None and last.ends_on is not None and closed_on is None:
        after = [one for one in acting if not one.ends_on or one.ends_on > last.ends_on]
        result.append(Gap(last.ends_on, None, None, last.ends_precision != "day", tuple(after), after=last))
    return result


def gaps(found: Iterable[Spell]) -> list[Gap]:
    """Only the gaps."""
    return [one for one in found if isinstance(one, Gap)]


def _by_start(posting: Posting) -> tuple[date, date, str]:
    return posting.starts_on or date.min, posting.ends_on or date.max, posting.id


def _when(posting: Posting, today: date) -> str:
    if posting.starts_on is not None and posting.starts_on > today:
        return NEXT
    return PRESENT if posting.holds_on(today) else EARLIER


def _later(last: Posting | None, posting: Posting) -> Posting:
    """Of two holders the one who stayed longest: a gap begins when the last of them has left."""
    if last is None or last.ends_on is None or posting.ends_on is None or posting.ends_on >= last.ends_on:
        return posting
    return last


def _gap(last: Posting | None, posting: Posting, acting: list[Posting]) -> Gap | None:
    if last is None or last.ends_on is None or posting.starts_on is None:
        return None
    days = (posting.starts_on - last.ends_on).days
    # The successor who starts the next day leaves no gap.
    if days <= 1:
        return None
    filled_in = (one for one in acting if _overlaps(one, last.ends_on, posting.starts_on))
    about = last.ends_precision != "day" or posting.starts_precision != "day"
    return Gap(last.ends_on, posting.starts_on, days, about, tuple(filled_in), after=last, before=posting)


def _overlaps(posting: Posting, start: date, end: date) -> bool:
    return (posting.starts_on or date.min) < end and (posting.ends_on or date.max) > start


def _end_missing(posting: Posting, held: list[Posting], today: date) -> bool:
    if posting.ends_on is not None or posting.acting or posting.starts_on is None:
        return False
    return any(one.starts_on and posting.starts_on < one.starts_on <= today for one in held if not one.acting)
