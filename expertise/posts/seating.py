"""Questions about seats: who sits in a position today, who comes, who was there, and what moves at a post."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.posts.chain import Gap, Held, Spell, spells
from expertise.posts.models import Position, Post, Posting

# A seat that nobody has held for longer is not waiting for somebody.
RECENT = timedelta(days=730)


@dataclass(frozen=True)
class Seat:
    """A position as it stands today: who holds it (the latest to come first), who acts, who comes, who was last.

    `unended` are earlier holders whose end nobody recorded, so that they still count as posted there.
    """

    position: Position
    chain: Sequence[Spell]
    holders: tuple[Posting, ...]
    acting: tuple[Posting, ...]
    unended: tuple[Posting, ...]
    next: Posting | None
    last: Posting | None

    @property
    def holder(self) -> Posting | None:
        """Who sits there now."""
        return self.holders[0] if self.holders else None

    @property
    def vacant(self) -> bool:
        """Nobody sits there, acting aside."""
        return not self.holders

    def counts_on(self, day: date) -> bool:
        """Whether it is a seat that is filled or waits to be: not abolished, not empty for years."""
        if self.position.abolished_on is not None and self.position.abolished_on <= day:
            return False
        if self.holders or self.acting or self.next or not self.chain:
            return True
        return bool(self.last and self.last.ends_on and self.last.ends_on >= day - RECENT)


@dataclass(frozen=True)
class Movement:
    """Something to come at a position: an arrival, a departure or a gap, on a day."""

    kind: str  # arrival, departure, gap
    on: date
    position: Position
    posting: Posting | None = None
    gap: Gap | None = None


def seats_of(viewer: Viewer, post: Post) -> list[Seat]:
    """The positions of a post with who sits there now and who comes next; abolished ones last. Two queries."""
    require(viewer, "post.read")
    query = select(Position).where(Position.post_id == post.id).order_by(Position.title_en, Position.id)
    positions = session().scalars(query).all()
    lines = _lines(positions)
    today = clock.today()
    rows = [_seat(position, lines[position.id], today) for position in positions]
    return sorted(rows, key=lambda seat: seat.position.abolished_on is not None)


def seat(viewer: Viewer, position: Position) -> Seat:
    """One position as it stands today, with its chain."""
    require(viewer, "post.read")
    return _seat(position, _lines([position])[position.id], clock.today())


def movements_of(seats: Iterable[Seat], today: date, until: date) -> list[Movement]:
    """Arrivals, departures and gaps from today on, by day.

    A gap that has begun stands at the day on which it began; one that began more than two years ago is no movement.
    Positions that do not rotate have no gaps.
    """
    moves = [move for one in seats if one.counts_on(today) for move in _movements(one, today, until)]
    return sorted(moves, key=lambda move: (move.on, move.position.title_en))


def _movements(seat: Seat, today: date, until: date) -> Iterator[Movement]:
    position = seat.position
    for one in seat.chain:
        if isinstance(one, Gap):
            over = one.first_day is not None and one.first_day <= today
            if position.rotates and not over and one.start <= until:
                yield Movement("gap", one.start, position, gap=one)
            continue
        posting = one.posting
        if posting.starts_on and today < posting.starts_on <= until:
            yield Movement("arrival", posting.starts_on, position, posting)
        if posting.ends_on and today <= posting.ends_on <= until:
            yield Movement("departure", posting.ends_on, position, posting)


def chain_of(viewer: Viewer, position: Position) -> list[Spell]:
    """The holders of a position and the gaps between them, in the order of time."""
    require(viewer, "post.read")
    return spells(_lines([position])[position.id], clock.today(), closed_on=position.abolished_on)


def never_served(viewer: Viewer, position: Position) -> list[Posting]:
    """Those who were named for a position and never came."""
    require(viewer, "post.read")
    query = select(Posting).where(Posting.position_id == position.id, Posting.status == "never_served")
    return list(session().scalars(query.order_by(Posting.starts_on, Posting.id)))


def _lines(positions: Sequence[Position]) -> dict[str, list[Posting]]:
    """All postings that were held at these positions, by position."""
    lines: dict[str, list[Posting]] = {one.id: [] for one in positions}
    query = select(Posting).where(Posting.status == "held", Posting.position_id.in_(list(lines)))
    for posting in session().scalars(query.order_by(Posting.starts_on, Posting.id)):
        lines[posting.position_id].append(posting)
    return lines


def _seat(position: Position, postings: Sequence[Posting], today: date) -> Seat:
    line = spells(postings, today, closed_on=position.abolished_on)
    held = [one for one in line if isinstance(one, Held)]
    now = [one for one in held if one.when == "present"]
    holders = tuple(one.posting for one in reversed(now) if not one.posting.acting and not one.end_missing)
    acting = tuple(one.posting for one in now if one.posting.acting)
    unended = tuple(one.posting for one in now if one.end_missing)
    coming = (one.posting for one in held if one.when == "next" and not one.posting.acting)
    gone = [one.posting for one in reversed(held) if one.when == "earlier"]
    # Whoever acted counts as the last one only where nobody ever held it.
    last = next((one for one in gone if not one.acting), gone[0] if gone else None)
    return Seat(position, line, holders, acting, unended, next(coming, None), last)
