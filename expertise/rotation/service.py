"""Verbs of transfer rounds. Until a proposal is taken over nothing of it is a posting, and nobody else reads of it."""

import calendar
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import claim, refusing, session
from expertise.base.errors import Refused
from expertise.people.models import Person
from expertise.posts.models import Position, Posting
from expertise.posts.service import end_posting, place
from expertise.rotation.models import Move, Proposal, RoundUpload, TransferRound

TAKEN: dict[str, tuple[str, Any]] = {
    "uq_transfer_round_name": ("name", _("Another round has this name.")),
    "uq_proposal_round_id_name": ("name", _("Another proposal of this round has this name.")),
    "uq_move_proposal_id_person_id": ("person", _("This person moves already in this proposal.")),
    "ck_move_ends_after_start": ("ends_on", _("The end is before the start.")),
    "ck_transfer_round_ends_after_start": ("ends_on", _("The end is before the start.")),
}


def open_round(viewer: Viewer, *, name: str, starts_on: date, ends_on: date) -> TransferRound:
    """Begin a round; its proposals are judged from the one day to the other."""
    require(viewer, "rotation.plan")
    _check_days(starts_on, ends_on)
    made = TransferRound(name=name, starts_on=starts_on, ends_on=ends_on)
    with refusing(TAKEN):
        session().add(made)
        session().flush()
    record(viewer, "round.opened", made)
    return made


def _check_days(starts_on: date, ends_on: date) -> None:
    if ends_on <= starts_on:
        raise Refused(_("The end is before the start."), "ends_on")
    if (ends_on - starts_on).days > 5 * 366:
        raise Refused(_("A round looks at most five years ahead."), "ends_on")


def change_round(
    viewer: Viewer, around: TransferRound, *, name: str, starts_on: date, ends_on: date, version: int | None
) -> None:
    """Another name; and other days over which its proposals are judged, until one is taken over."""
    require(viewer, "rotation.plan")
    claim(around, version)
    if (starts_on, ends_on) != (around.starts_on, around.ends_on):
        _still_open(around)
        _check_days(starts_on, ends_on)
    with refusing(TAKEN):
        around.name, around.starts_on, around.ends_on = name, starts_on, ends_on
        session().flush()
    record(viewer, "round.changed", around)


def rename_proposal(viewer: Viewer, proposal: Proposal, *, name: str, version: int | None) -> None:
    """Another name, also once the round is decided: what was decided stays as it is."""
    require(viewer, "rotation.plan")
    claim(proposal, version)
    with refusing(TAKEN):
        proposal.name = name
        session().flush()
    record(viewer, "proposal.renamed", proposal)


def add_proposal(viewer: Viewer, around: TransferRound, *, name: str, like: Proposal | None = None) -> Proposal:
    """One more way to fill the seats: empty, or with the moves of another to begin with."""
    require(viewer, "rotation.plan")
    _still_open(around)
    made = Proposal(round_id=around.id, name=name)
    with refusing(TAKEN):
        session().add(made)
        session().flush()
    for one in like.moves if like is not None else ():
        fields = {"proposal_id": made.id, "person_id": one.person_id, "position_id": one.position_id}
        session().add(Move(starts_on=one.starts_on, ends_on=one.ends_on, **fields))
    session().flush()
    record(viewer, "proposal.made", made)
    return made


def drop_proposal(viewer: Viewer, proposal: Proposal) -> None:
    """Strike a proposal out, with its moves."""
    require(viewer, "rotation.plan")
    _still_open(proposal.round)
    for one in session().scalars(select(RoundUpload).where(RoundUpload.proposal_id == proposal.id)):
        session().delete(one)
    session().flush()
    record(viewer, "proposal.dropped", proposal)
    session().delete(proposal)
    session().flush()


def propose(
    viewer: Viewer, proposal: Proposal, person: Person, position: Position, *, starts_on: date, ends_on: date | None
) -> Move:
    """Somebody goes to a position on a day; without an end they stay as long as a tour of the position takes."""
    require(viewer, "rotation.plan")
    _still_open(proposal.round)
    if position.abolished_on is not None and position.abolished_on <= starts_on:
        raise Refused(_("This position was abolished before that day."), "starts_on")
    if person.left_on is not None and person.left_on < starts_on:
        raise Refused(_("This person has left the service by then."), "person")
    made = Move(
        proposal_id=proposal.id,
        person_id=person.id,
        position_id=position.id,
        starts_on=starts_on,
        ends_on=ends_on or end_of_tour(position, starts_on),
    )
    with refusing(TAKEN):
        session().add(made)
        session().flush()
    record(viewer, "move.proposed", made)
    return made


def change_move(viewer: Viewer, move: Move, *, position: Position, starts_on: date, ends_on: date | None) -> None:
    """Another position or other days for a move."""
    require(viewer, "rotation.plan")
    _still_open(move.proposal.round)
    with refusing(TAKEN), session().no_autoflush:
        move.position_id, move.starts_on = position.id, starts_on
        move.ends_on = ends_on or end_of_tour(position, starts_on)
        session().flush()
    record(viewer, "move.changed", move)


def withdraw(viewer: Viewer, move: Move) -> None:
    """Strike a move out of its proposal."""
    require(viewer, "rotation.plan")
    _still_open(move.proposal.round)
    record(viewer, "move.withdrawn", move)
    session().delete(move)


def end_of_tour(position: Position, starts_on: date) -> date | None:
    """The last day of a tour that begins then; None where the position does not say how long that is."""
    if position.tour_months is None:
        return None
    months = starts_on.year * 12 + starts_on.month - 1 + position.tour_months
    year, month = months // 12, months % 12 + 1
    day = min(starts_on.day, calendar.monthrange(year, month)[1])
    return date(year, month, day) - timedelta(days=1)


def take_over(viewer: Viewer, proposal: Proposal, *, reason: str, version: int | None) -> list[Posting]:
    """Decide a round: the moves become planned postings, and what they end gets its last day. All of them or none."""
    require(viewer, "rotation.plan")
    claim(proposal, version)
    _still_open(proposal.round)
    if not proposal.moves:
        raise Refused(_("This proposal has no moves yet."))
    made = []
    held = _held_by({one.person_id for one in proposal.moves})
    for move in proposal.moves:
        try:
            made.append(_take_over(viewer, move, held.get(move.person_id, [])))
        except Refused as why:
            raise Refused(_("%(name)s: %(why)s", name=move.person.name, why=why.message)) from why
    proposal.taken_over_at, proposal.taken_over_by_id, proposal.reason = clock.now(), viewer.person_id, reason
    session().flush()
    record(viewer, "proposal.taken_over", proposal, moves=len(made))
    return made


def _held_by(person_ids: set[str]) -> dict[str, list[Posting]]:
    found: dict[str, list[Posting]] = {}
    query = select(Posting).where(Posting.person_id.in_(person_ids), Posting.status == "held")
    for one in session().scalars(query.order_by(Posting.starts_on, Posting.id)):
        found.setdefault(one.person_id, []).append(one)
    return found


def _take_over(viewer: Viewer, move: Move, held: list[Posting]) -> Posting:
    for one in held:
        if one.ends_on is not None and one.ends_on < move.starts_on:
            continue
        if one.starts_on is not None and one.starts_on >= move.starts_on:
            raise Refused(_("is named for another position from a later day already. Mend that posting first."))
        end_posting(viewer, one, move.starts_on - timedelta(days=1))
    move.posting = place(viewer, move.person, move.position, starts_on=move.starts_on, ends_on=move.ends_on)
    return move.posting


def _still_open(around: TransferRound) -> None:
    if around.decided is not None:
        raise Refused(_("This round is decided: a proposal was taken over. Nothing of it can be changed any more."))
