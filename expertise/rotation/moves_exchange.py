"""The moves of a proposal out of a file and into one: who goes where, from which day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.tables import Field, Kind, Report, Row, Type, load_in_batches
from expertise.base.tables.batches import Outcome
from expertise.base.tables.matching import own_id
from expertise.people.models import Person
from expertise.people.queries import find_people_by
from expertise.posts.models import Position, Post
from expertise.posts.postings_exchange import (
    END_HEADS,
    PERSON_HEADS,
    POSITION_HEADS,
    POST_HEADS,
    START_HEADS,
    TITLE_HEADS,
)
from expertise.posts.queries import find_posts
from expertise.rotation import service
from expertise.rotation.models import Move, Proposal

FIELDS = (
    Field("person", needed=True, longest=254, example="femke@example.org", aliases=PERSON_HEADS,
          meaning=_("External id, e-mail address or whole name of the person.")),
    Field("position", longest=200, example="pos-9", aliases=POSITION_HEADS,
          meaning=_("External id of the position; without one it is found by post and title.")),
    Field("post", longest=200, example="GEN-PV", aliases=POST_HEADS,
          meaning=_("External id, code or name of the post.")),
    Field("title", longest=200, example="First Secretary Disarmament", aliases=TITLE_HEADS),
    Field("start", Type.DATE, needed=True, example="2027-08-01", aliases=START_HEADS),
    Field("end", Type.DATE, example="2031-07-31", aliases=END_HEADS,
          meaning=_("The last day; empty: as long as a tour of the position takes.")),
)  # fmt: skip


@dataclass
class _Known:
    people: dict[str, Person]
    posts: dict[str, Post]
    positions: dict[str, Position]
    seats: dict[tuple[str, str], Position]
    moves: dict[str, Move]  # by person


class _Loading:
    def __init__(self, viewer: Viewer, proposal: Proposal, report: Report, named: set[str]) -> None:
        self.viewer = viewer
        self.named = named
        self.proposal = proposal
        self.report = report

    def prepare(self, rows: list[Row]) -> _Known:
        people = find_people_by(self.viewer, [row["person"] for row in rows], by_name=True)
        posts = find_posts(self.viewer, [row["post"] for row in rows if row.get("post")], by_name=True)
        # An organisation's word for a title may be what another calls the id of a position.
        names = {word for row in rows for word in (row.get("position"), row.get("title")) if word}
        places = {one.id for one in posts.values()}
        known = _Known(people, posts, {}, {}, {one.person_id: one for one in self.proposal.moves})
        query = select(Position).where(
            or_(Position.external_id.in_(names), Position.id.in_(names), Position.post_id.in_(places))
        )
        order = (Position.abolished_on.is_not(None), Position.created_at, Position.id)
        for one in session().scalars(query.order_by(*order)):
            known.positions |= {one.id: one, one.external_id or one.id: one}
            for title in (one.title_en, one.title_nl):
                known.seats.setdefault((one.post_id, title.casefold()), one)
        return known

    def save(self, row: Row, known: _Known) -> Outcome | None:
        person = known.people.get(row["person"])
        if person is None:
            why = _(
                "Nobody in the staff list has this external id, e-mail address or, alone, this name. "
                "Import the people first."
            )
            self.report.error(row, "person", row["person"], why)
            return None
        # Also where the row cannot be taken: then the move that stands is not one of which the file says nothing.
        self.named.add(person.id)
        position = self._position(row, known)
        days = self._days(row)
        if position is None or days is None:
            return None
        return self._save(person, position, *days, known)

    def _position(self, row: Row, known: _Known) -> Position | None:
        given, title, word = row.get("position"), row.get("title"), row.get("post")
        found, post = known.positions.get(given or title or ""), known.posts.get(word or "")
        if found is None and post is not None:
            found = known.seats.get((post.id, (given or title or "").casefold()))
        if found is None:
            why = _("There is no such position. Give its external id, or a post and the title of a seat there.")
            self.report.error(row, "position" if given else "title" if word else "post", given or title or word, why)
        return found

    def _days(self, row: Row) -> tuple[date, date | None] | None:
        start, end = row["start"], row.get("end")
        for name, day in (("start", start), ("end", end)):
            if day and day.precision != "day":
                self.report.error(row, name, str(day), _("A move needs the day. Fill in a whole date."))
                return None
        if end and end.date < start.date:
            self.report.error(row, "end", str(end), _("The end is before the start."))
            return None
        return start.date, end.date if end else None

    def _save(
        self, person: Person, position: Position, starts_on: date, ends_on: date | None, known: _Known
    ) -> Outcome:
        move = known.moves.get(person.id)
        ends_on = ends_on or service.end_of_tour(position, starts_on)
        if move is None:
            known.moves[person.id] = service.propose(
                self.viewer, self.proposal, person, position, starts_on=starts_on, ends_on=ends_on
            )
            return "new"
        if (move.position_id, move.starts_on, move.ends_on) == (position.id, starts_on, ends_on):
            return "unchanged"
        service.change_move(self.viewer, move, position=position, starts_on=starts_on, ends_on=ends_on)
        return "changed"


def kind_for(proposal: Proposal, named: set[str]) -> Kind:
    """Moves as a kind of file, of this proposal. Whom a row names, and be it in an error, is added to `named`."""

    def load(viewer: Viewer, rows: Iterator[Row], report: Report) -> None:
        require(viewer, "rotation.plan")
        loading = _Loading(viewer, proposal, report, named)
        load_in_batches(rows, report, prepare=loading.prepare, save=loading.save)

    def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
        require(viewer, "rotation.plan")
        return (as_row(one) for one in proposal.moves)

    return Kind("moves", FIELDS, load, dump, natural_keys=(("person",),))


def as_row(move: Move) -> dict[str, Any]:
    """A move as a file has it, so that it can be read again."""
    return {
        "person": own_id(move.person),
        "position": own_id(move.position),
        "post": move.position.post.code,
        "title": move.position.title_en,
        "start": move.starts_on,
        "end": move.ends_on,
    }
