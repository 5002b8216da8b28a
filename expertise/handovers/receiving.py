"""Whom a note is for, who of them has yet to receive it, and what each reads back first."""

from collections.abc import Mapping

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound, Refused
from expertise.base.findable import tell_search
from expertise.dossiers.models import Stewardship
from expertise.handovers.composing import successor_in
from expertise.handovers.models import Handover, Heir, Receipt
from expertise.handovers.note import Note
from expertise.people.models import Person
from expertise.posts.models import Position, Posting


def to_read_back(viewer: Viewer, handover: Handover, note: Note) -> list[str]:
    """The dossiers of urgency 1 that this viewer reads back before receiving: who comes to the seat all of them, who
    has another position that the note is for those which that position keeps now.
    """
    urgent = [one.id for one in note.urgent]
    mine = {one.position_id for one in handover.heirs} & {*viewer.positions, *viewer.incoming}
    seat = handover.posting.position_id
    if not mine or seat in viewer.positions or seat in viewer.incoming:
        return urgent
    today = clock.today()
    query = select(Stewardship.dossier_id).where(Stewardship.position_id.in_(mine), Stewardship.dossier_id.in_(urgent))
    kept = set(session().scalars(query.where(or_(Stewardship.to_on.is_(None), Stewardship.to_on > today))))
    return [one for one in urgent if one in kept]


def receivers_of(handover: Handover) -> dict[str, list[Person]]:
    """By position whom the note is for, as far as they are known: the successor in the seat, and in each other
    position that it is for whoever holds it or comes to it. Two queries.
    """
    posting, today = handover.posting, clock.today()
    seats = {posting.position_id, *(one.position_id for one in handover.heirs)}
    query = select(Posting).where(Posting.position_id.in_(seats), Posting.status == "held", Posting.acting.is_(False))
    line: dict[str, list[Posting]] = {}
    for one in session().scalars(query.order_by(Posting.starts_on, Posting.id)):
        line.setdefault(one.position_id, []).append(one)
    found: dict[str, list[Person]] = {}
    for seat, postings in line.items():
        if seat == posting.position_id:
            after = successor_in(postings, posting)
            people = [after.person] if after else []
        else:
            people = [one.person for one in postings if one.ends_on is None or one.ends_on >= today]
        people = [one for one in people if one.id != posting.person_id]
        if people:
            found[seat] = people
    return found


def still_to_receive(handover: Handover) -> Mapping[str, list[Person]]:
    """Those of them of whom nobody in the position has received it yet; empty where all have, or nobody is known."""
    done = set(session().scalars(select(Receipt.person_id).where(Receipt.handover_id == handover.id)))
    return {seat: people for seat, people in receivers_of(handover).items() if not done & {one.id for one in people}}


def name_heir(viewer: Viewer, handover: Handover, position: Position) -> None:
    """Say that the note is for another position as well: its own is split or abolished."""
    require(viewer, "handover.address", handover)
    if position.id == handover.posting.position_id:
        raise Refused(_("The note is for this position already."), "position")
    if any(one.position_id == position.id for one in handover.heirs):
        raise Refused(_("The note is for this position already."), "position")
    handover.heirs.append(Heir(position_id=position.id))
    session().flush()
    record(viewer, "handover.heir_named", handover, position=position.id)
    tell_search("handover", handover.id)


def drop_heir(viewer: Viewer, handover: Handover, position_id: str) -> None:
    """It is not for that position after all."""
    require(viewer, "handover.address", handover)
    found = next((one for one in handover.heirs if one.position_id == position_id), None)
    if found is None:
        raise NotFound(position_id)
    handover.heirs.remove(found)
    session().flush()
    record(viewer, "handover.heir_dropped", handover, position=position_id)
    tell_search("handover", handover.id)
