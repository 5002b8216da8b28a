"""Verbs and questions on absences: who is away, and who stands in meanwhile."""

from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound, Refused
from expertise.people.models import Person
from expertise.posts.models import Absence, Position, Posting
from expertise.posts.queries import present_postings_at

# Whoever is away for longer is replaced, by a posting.
LONGEST = timedelta(days=366)


def record_absence(viewer: Viewer, position: Position, stand_in: Person, *, starts_on: date, ends_on: date) -> Absence:
    """Say that the holder of a position is away from a day until another, and who stands in; both days count."""
    require(viewer, "absence.record", position)
    away = _who_is_away(viewer, position)
    if stand_in.id == away.id:
        raise Refused(_("Name somebody else: this is who is away."), "person")
    if stand_in.left_on is not None and stand_in.left_on < ends_on:
        raise Refused(_("This person has left the service by then."), "person")
    if ends_on < starts_on:
        raise Refused(_("The end is before the start."), "ends_on")
    if ends_on < clock.today():
        raise Refused(_("This day has passed."), "ends_on")
    if ends_on - starts_on > LONGEST:
        raise Refused(_("Longer than a year: post somebody who acts."), "ends_on")
    _refuse_twice(position, stand_in, starts_on, ends_on)
    absence = Absence(position=position, person=away, stand_in=stand_in, starts_on=starts_on, ends_on=ends_on)
    session().add(absence)
    session().flush()
    record(viewer, "absence.recorded", absence, position=position.id, stand_in=stand_in.id)
    return absence


def _who_is_away(viewer: Viewer, position: Position) -> Person:
    """The viewer where they hold it, else its present holder."""
    holders = [one for one in present_postings_at(viewer, position) if not one.acting]
    own = next((one.person for one in holders if one.person_id == viewer.person_id), None)
    if own is not None:
        return own
    if not holders:
        raise Refused(_("Nobody holds this position, so nobody can be away. Post somebody who acts."))
    return holders[-1].person


def _refuse_twice(position: Position, stand_in: Person, starts_on: date, ends_on: date) -> None:
    same = select(Absence.id).where(
        Absence.position_id == position.id,
        Absence.stand_in_id == stand_in.id,
        Absence.ended_at.is_(None),
        Absence.starts_on <= ends_on,
        Absence.ends_on >= starts_on,
    )
    if session().scalar(same.limit(1)) is not None:
        raise Refused(_("This person stands in on some of these days already."), "starts_on")


def end_absence(viewer: Viewer, absence: Absence) -> None:
    """The holder is back, or somebody else stands in: from the next page on the stand-in has nothing of it."""
    require(viewer, "absence.record", absence.position)
    if absence.ended_at is not None or absence.ends_on < clock.today():
        raise Refused(_("This is over already."))
    absence.ended_at = clock.now()
    record(viewer, "absence.ended", absence, position=absence.position_id, stand_in=absence.stand_in_id)


def get_absence(viewer: Viewer, absence_id: str) -> Absence:
    """One absence, for whoever may record them at its position."""
    absence = session().get(Absence, absence_id)
    if absence is None:
        raise NotFound(absence_id)
    require(viewer, "absence.record", absence.position)
    return absence


def absences_at(viewer: Viewer, position_ids: Iterable[str]) -> dict[str, list[Absence]]:
    """Who is away now or soon from these positions, by position; one query. All staff see who stands in."""
    require(viewer, "post.read")
    query = select(Absence).where(Absence.position_id.in_(set(position_ids)), _not_over())
    found: dict[str, list[Absence]] = {}
    for one in session().scalars(query.order_by(Absence.starts_on, Absence.id)):
        found.setdefault(one.position_id, []).append(one)
    return found


def stood_in_by(viewer: Viewer) -> list[Absence]:
    """For whom the viewer stands in today."""
    require(viewer, "desk")
    today = clock.today()
    query = select(Absence).where(Absence.stand_in_id == viewer.person_id, Absence.counts_on(today))
    return list(session().scalars(query.order_by(Absence.ends_on, Absence.id)))


def _not_over() -> ColumnElement[bool]:
    today = clock.today()
    holds = select(Posting.id).where(
        Posting.person_id == Absence.person_id, Posting.position_id == Absence.position_id, Posting.not_over(today)
    )
    return (Absence.ends_on >= today) & Absence.ended_at.is_(None) & holds.exists()
