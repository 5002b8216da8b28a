"""Seats and who sits in them as plain rows: thousands at a time, without a record for each. Judges no rights."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, or_, select

from expertise.base.database import session
from expertise.people.models import Person
from expertise.posts.chain import Gap, Held, spells
from expertise.posts.models import Position, Post, Posting
from expertise.posts.seating import RECENT


class Seat(NamedTuple):
    """A position, with what a page says of it."""

    id: str
    title_nl: str
    title_en: str
    rotates: bool
    abolished_on: date | None
    post_id: str
    post_code: str
    post_name_nl: str
    post_name_en: str

    def title(self, language: str) -> str:
        """In the reader's language."""
        return self.title_nl if language == "nl" else self.title_en

    def post_name(self, language: str) -> str:
        """In the reader's language."""
        return self.post_name_nl if language == "nl" else self.post_name_en


class Sitting(NamedTuple):
    """A posting that was held, is or will be. It ends when the person leaves the service, if not before."""

    id: str
    person_id: str
    person_name: str
    local_staff: bool
    position_id: str
    starts_on: date | None
    starts_precision: str
    ends_on: date | None
    ends_precision: str
    acting: bool
    status: str = "held"

    def holds_on(self, day: date) -> bool:
        """Whether the person sits there that day."""
        return (self.starts_on or date.min) <= day <= (self.ends_on or date.max)


SEAT = (
    *(Position.id, Position.title_nl, Position.title_en, Position.rotates, Position.abolished_on),
    *(Post.id, Post.code, Post.name_nl, Post.name_en),
)
SITTING = (
    *(Posting.id, Posting.person_id, Person.name, Person.local_staff, Posting.position_id),
    *(Posting.starts_on, Posting.starts_precision, Posting.ends_on, Posting.ends_precision),
    *(Posting.acting, Person.left_on),
)


def seats(language: str, *where: ColumnElement[bool]) -> list[Seat]:
    """Positions by post and title. One query."""
    by = (Post.name_nl, Position.title_nl) if language == "nl" else (Post.name_en, Position.title_en)
    query = select(*SEAT).join(Post, Post.id == Position.post_id).where(*where).order_by(*by, Position.id)
    return [Seat(*row) for row in session().execute(query)]


def sittings(*where: ColumnElement[bool], since: date) -> dict[str, list[Sitting]]:
    """Who sat, sits and will sit there, as far as it is not over before `since`, by position. One query."""
    query = (
        select(*SITTING)
        .join(Person, Person.id == Posting.person_id)
        .join(Position, Position.id == Posting.position_id)
        .where(Posting.status == "held", or_(Posting.ends_on.is_(None), Posting.ends_on >= since), *where)
        .order_by(Posting.starts_on, Posting.id)
    )
    found: dict[str, list[Sitting]] = {}
    for *columns, left_on in session().execute(query).all():
        one = Sitting(*columns)
        if left_on is not None and (one.ends_on is None or one.ends_on > left_on):
            if left_on < (one.starts_on or left_on):
                continue  # named, and gone before they came
            one = one._replace(ends_on=left_on, ends_precision="day")
        found.setdefault(one.position_id, []).append(one)
    return found


@dataclass(frozen=True)
class Line:
    """A position over a stretch of time: its spells, and the holders, gaps, comings and goings among them."""

    seat: Seat
    spells: Sequence[Any]  # Held and Gap of posts/chain.py, of which the postings are Sittings
    holders: tuple[Sitting, ...]  # today, the latest to come first
    acting: tuple[Sitting, ...]  # today
    departures: tuple[Sitting, ...] = ()
    arrivals: tuple[Sitting, ...] = ()
    gaps: tuple[Gap, ...] = ()
    overlaps: tuple["Overlap", ...] = ()

    @property
    def changes(self) -> bool:
        """Whether anything happens in that time."""
        return bool(self.departures or self.arrivals or self.gaps)


class Overlap(NamedTuple):
    """Days on which two hold a position: who leaves, who came, and how many."""

    before: Sitting
    after: Sitting
    days: int


@dataclass
class Window:
    """From which day to which a board shows, and what today is."""

    first: date
    last: date
    today: date
    known_since: date = field(init=False)

    def __post_init__(self) -> None:
        """Also who left shortly before counts: a seat may be empty since."""
        self.known_since = min(self.first, self.today) - RECENT

    @property
    def months(self) -> int:
        """How many it touches."""
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def has(self, day: date | None) -> bool:
        """Whether it shows that day."""
        return day is not None and self.first <= day <= self.last


def line_of(seat: Seat, sat: Sequence[Sitting], window: Window) -> Line:
    """A position over the window."""
    found = spells(cast(Any, sat), window.today, closed_on=seat.abolished_on)
    held = [one.posting for one in found if isinstance(one, Held) and not one.posting.acting]
    now = [one for one in found if isinstance(one, Held) and one.when == "present" and not one.end_missing]
    holders = tuple(cast(Any, one.posting) for one in reversed(now) if not one.posting.acting)
    acting = tuple(cast(Any, one.posting) for one in now if one.posting.acting)
    sitting: list[Sitting] = cast(Any, held)
    gaps = [one for one in found if isinstance(one, Gap) and seat.rotates and _shows(one, window)]
    return Line(
        seat,
        found,
        holders,
        acting,
        tuple(one for one in sitting if window.has(one.ends_on)),
        tuple(one for one in sitting if window.has(one.starts_on)),
        tuple(gaps),
        tuple(_overlaps(sitting, window)),
    )


def _shows(gap: Gap, window: Window) -> bool:
    if gap.first_day is None:
        # A seat that has been empty for years by then is not waiting for somebody.
        return window.first - RECENT <= gap.start <= window.last
    return gap.start <= window.last and gap.first_day > window.first


def _overlaps(held: Sequence[Sitting], window: Window) -> Iterable[Overlap]:
    for before, after in zip(held, held[1:], strict=False):  # noqa: RUF007 (pairwise loses the type)
        if before.ends_on and after.starts_on and before.person_id != after.person_id:
            days = (before.ends_on - after.starts_on).days + 1
            if days > 0 and after.starts_on <= window.last and before.ends_on >= window.first:
                yield Overlap(before, after, days)


def lines_of(found: Iterable[Seat], sat: Mapping[str, Sequence[Sitting]], window: Window) -> list[Line]:
    """The positions that somebody holds, held lately or will hold, in their order."""
    return [line_of(one, sat[one.id], window) for one in found if sat.get(one.id)]
