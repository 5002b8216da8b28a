"""Who knows whom, as a picture: our positions at the left, contacts at the right, a line for each keeping.

Geometry only: no database, no texts. The page has a table with the same facts, which is what screen readers get.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from expertise.contacts.models import Contact, Keeping
from expertise.posts.models import Position

ROW = 28
TOP = 16
LEFT, RIGHT, WIDTH = 300, 520, 820
# More lines than this are a knot; the table goes on.
MOST = 40
LONGEST = 38


@dataclass(frozen=True)
class Dot:
    """A name at a height; `whole` is the name before it was cut."""

    id: str
    y: float
    label: str
    whole: str


@dataclass(frozen=True)
class Line:
    """From a position to a contact: the closer the relation, the thicker; dashed is strained or quiet."""

    y1: float
    y2: float
    width: float
    dashed: bool


@dataclass(frozen=True)
class Network:
    """The picture in units of a viewBox, and the keepings that it shows."""

    height: int
    seats: list[Dot]
    contacts: list[Dot]
    lines: list[Line]
    left: int = LEFT
    right: int = RIGHT
    width: int = WIDTH


def drawn(keepings: Iterable[Keeping], *, language: str, quiet: Iterable[str] = ()) -> Network:
    """The picture of these keepings, the closest relations first; `quiet` are ids of keepings."""
    shown = sorted(keepings, key=lambda one: (one.tier, one.contact.name, one.id))[:MOST]
    seats: dict[str, Position] = {one.position_id: one.position for one in shown}
    contacts: dict[str, Contact] = {one.contact_id: one.contact for one in shown}
    rows = max(len(seats), len(contacts), 1)
    height = rows * ROW + 2 * TOP
    seat_at = _spread(list(seats), height)
    contact_at = _spread(list(contacts), height)
    silent = set(quiet)
    return Network(
        height=height,
        seats=[_dot(one.id, seat_at[one.id], one.title(language)) for one in seats.values()],
        contacts=[_dot(one.id, contact_at[one.id], one.name) for one in contacts.values()],
        lines=[
            Line(
                seat_at[one.position_id],
                contact_at[one.contact_id],
                {1: 3.0, 2: 1.75, 3: 0.75}[one.tier],
                one.relation == "strained" or one.id in silent,
            )
            for one in shown
        ],
    )


def _spread(ids: list[str], height: int) -> dict[str, float]:
    step = (height - 2 * TOP) / max(len(ids), 1)
    return {one: round(TOP + step * (place + 0.5), 1) for place, one in enumerate(ids)}


def _dot(identity: str, y: float, name: str) -> Dot:
    return Dot(identity, y, name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…", name)
