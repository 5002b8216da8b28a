"""How the moves of a file differ from those that stand in the proposal at this moment: new, changed, gone."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.people.models import Person
from expertise.posts.models import Position
from expertise.rotation.models import Move, Proposal, RoundUpload

# By person: the position, the first day and the last one, as JSON holds them.
Moves = Mapping[str, list[str | None]]


@dataclass(frozen=True)
class Told:
    """A move as a page shows it."""

    person_id: str
    name: str
    position: str
    post: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class Difference:
    """What would be new, what would change (was, becomes), and what stands in the proposal and not in the file."""

    new: list[Told]
    changed: list[tuple[Told, Told]]
    gone: list[Told]
    same: int
    seen: str  # a mark of what was compared: another one means that something changed since


def moves_of(moves: Iterable[Move]) -> dict[str, list[str | None]]:
    """Moves as plain values."""
    return {
        one.person_id: [one.position_id, one.starts_on.isoformat(), one.ends_on.isoformat() if one.ends_on else None]
        for one in moves
    }


def difference_of(viewer: Viewer, upload: RoundUpload) -> Difference:
    """Between the file as it was tried and the proposal as it is now."""
    require(viewer, "rotation.upload", upload)
    # A file that was tried by an earlier version has none; taking it in compares anew, and shows that first.
    return between(viewer, upload.proposal, upload.report.get("moves", {}))


def between(viewer: Viewer, proposal: Proposal, named: Moves) -> Difference:
    """Each list by the name of who moves. Two queries, however many moves."""
    now = moves_of(proposal.moves)
    tell = _Telling(viewer, now, named)
    changed = [one for one in now.keys() & named.keys() if now[one] != named[one]]
    pairs = [(tell.one(one, now[one]), tell.one(one, named[one])) for one in changed]
    return Difference(
        new=tell.several(named, named.keys() - now.keys()),
        changed=sorted(pairs, key=lambda pair: _by_name(pair[0])),
        gone=tell.several(now, now.keys() - named.keys()),
        same=len(now.keys() & named.keys()) - len(changed),
        seen=hashlib.sha256(json.dumps([now, named], sort_keys=True).encode()).hexdigest(),
    )


class _Telling:
    """The words for people and positions, read once."""

    def __init__(self, viewer: Viewer, *moves: Moves) -> None:
        people = {one for side in moves for one in side}
        seats = {move[0] for side in moves for move in side.values() if move[0]}
        names = session().execute(select(Person.id, Person.name).where(Person.id.in_(people)))
        self.names: dict[str, str] = {row[0]: row[1] for row in names}
        found = session().scalars(select(Position).where(Position.id.in_(seats)))
        self.seats = {one.id: (one.title(viewer.language), one.post.name(viewer.language)) for one in found}

    def one(self, person_id: str, move: list[str | None]) -> Told:
        position, starts_on, ends_on = move
        title, post = self.seats.get(position or "", ("", ""))
        first = date.fromisoformat(starts_on or "")
        last = date.fromisoformat(ends_on) if ends_on else None
        return Told(person_id, self.names.get(person_id, ""), title, post, first, last)

    def several(self, moves: Moves, people: Iterable[str]) -> list[Told]:
        return sorted((self.one(one, moves[one]) for one in people), key=_by_name)


def _by_name(one: Told) -> tuple[str, str]:
    return one.name.casefold(), one.person_id
