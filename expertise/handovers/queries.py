"""Questions about a note: the note itself as the viewer may see it, its points, and what predecessors left."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import lazy_gettext as _
from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import joinedload

from expertise.access.rules import allowed, only, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound, Over
from expertise.dossiers.models import Dossier, Stewardship
from expertise.handovers.checks import Check, Figure, checks_of, figure_of
from expertise.handovers.composing import WHOLE, compose_all, unwritten
from expertise.handovers.models import (
    FINAL_BEFORE,
    LESSONS,
    FrozenDossier,
    Handover,
    HandoverCommitment,
    HandoverRelation,
    ReadBack,
    Receipt,
)
from expertise.handovers.note import DossierItem, Note
from expertise.handovers.showing import dossiers_of, shown_to
from expertise.posts.models import Position, Posting
from expertise.posts.queries import get_posting
from expertise.posts.seating import seats_of

_OF_POSTINGS = select(Handover).where(Handover.posting_id.in_(bindparam("postings", expanding=True)))


@dataclass(frozen=True)
class Shown:
    """A note before somebody's eyes: what they may see of it, what is missing, and how far it is."""

    handover: Handover
    note: Note
    checks: list[Check]
    figure: Figure
    state: str
    today: date
    sees_lessons: bool = False  # section 12 has readers of its own

    @property
    def days_left(self) -> int | None:
        """Until the last day; below zero after it; None where no end is known."""
        ends = self.handover.posting.ends_on
        return (ends - self.today).days if ends else None

    @property
    def sign_from(self) -> date | None:
        """When the last week begins, in which a note is signed."""
        ends = self.handover.posting.ends_on
        return ends - FINAL_BEFORE if ends else None

    def open_points(self, section: int, item: str = "") -> list[Check]:
        """What is not right yet in a section, or for one item of it; what blocks comes first."""
        found = [one for one in self.checks if one.section == section and not one.passed and item in ("", one.item)]
        return sorted(found, key=lambda one: not one.blocking)


def get_handover(viewer: Viewer, handover_id: str, *, action: str = "handover.read") -> Handover:
    """One note, for whoever may do `action` to it."""
    query = select(Handover).where(Handover.id == handover_id).options(*WHOLE, joinedload(Handover.frozen))
    # Always as it now stands: after a conflict what somebody else saved must be seen.
    handover = session().scalar(query, execution_options={"populate_existing": True})
    if handover is None:
        raise NotFound(handover_id)
    _let_go_on(viewer, handover, action)
    require(viewer, action, handover)
    return handover


def _let_go_on(viewer: Viewer, handover: Handover, *actions: str) -> None:
    """Back, after freezing, and what another window still has open, lead to the note, with a word why."""
    might = {"handover.write": handover.leavers, "handover.freeze": handover.might_freeze}
    if handover.frozen_at and any(might.get(action, frozenset()) & viewer.tokens for action in actions):
        why = _("This note is frozen: its words stay as they were. You can still add a remark to it.")
        raise Over(why, f"/handovers/{handover.id}")


def still_written(viewer: Viewer, handover_ids: Sequence[str]) -> set[str]:
    """Which of these notes the viewer may write on."""
    if not handover_ids:
        return set()
    mine = select(Handover.id).where(Handover.id.in_(handover_ids), only(viewer, "handover.write", Handover))
    return set(session().scalars(mine))


def note_of_posting(viewer: Viewer, posting_id: str, *actions: str) -> Handover:
    """The note of a posting, for whoever may do one of the actions; where nobody wrote in it yet it has no id."""
    posting = get_posting(viewer, posting_id)
    query = select(Handover).where(Handover.posting_id == posting.id).options(*WHOLE, joinedload(Handover.frozen))
    handover = session().scalar(query) or unwritten(posting)
    if not any(allowed(viewer, action, handover) for action in actions):
        _let_go_on(viewer, handover, *actions)
        raise NotFound(posting_id)
    if posting.status != "held" or (posting.starts_on and posting.starts_on > clock.today()):
        raise NotFound(posting_id)
    return handover


def show(viewer: Viewer, handover: Handover) -> Shown:
    """The note as this viewer may see it. Judges `handover.read`."""
    require(viewer, "handover.read", handover)
    today = clock.today()
    whole = compose_all([handover])[handover.posting_id]
    seen = shown_to(viewer, handover, whole)
    lessons = allowed(viewer, "handover.lessons", handover)
    # Of what is seen: what this viewer may not read moves no figure either.
    checks = [one for one in checks_of(seen, today) if lessons or one.section != LESSONS]
    return Shown(
        handover=handover,
        note=seen,
        checks=checks,
        figure=_figure(handover, checks) if _items_of(seen) == _items_of(whole) else figure_of(checks),
        state=handover.state_on(today),
        today=today,
        sees_lessons=lessons,
    )


def _items_of(note: Note) -> set[str]:
    return {one.id for one in note.dossiers} | {one.id for one in note.commitments}


def _figure(handover: Handover, checks: Iterable[Check]) -> Figure:
    if handover.frozen_at is not None and handover.total is not None:
        return Figure(handover.passed or 0, handover.total)
    return figure_of(checks)


def people_near(viewer: Viewer, shown: Shown) -> dict[str, str]:
    """Who may act or take over: id -> name of the successor and of those at the post, without the leaver."""
    header = shown.note.header
    found = {header.successor.id: header.successor.name} if header.successor else {}
    for seat in seats_of(viewer, shown.handover.posting.position.post):
        found |= {one.person_id: one.person.name for one in (*seat.holders, *seat.acting)}
    named = [header.acting, *(one.taker for one in shown.note.commitments)]
    found |= {one.id: one.name for one in named if one is not None}
    found.pop(header.leaver.id, None)
    return dict(sorted(found.items(), key=lambda item: item[1]))


def progress_of(viewer: Viewer, handover: Handover) -> tuple[str, Figure]:
    """State and figure, without the text, for whoever may freeze it."""
    require(viewer, "handover.freeze", handover)
    note = shown_to(viewer, handover, compose_all([handover])[handover.posting_id])
    return handover.state_on(clock.today()), figure_of(checks_of(note, clock.today()))


def changed_since(viewer: Viewer, shown: Shown) -> dict[str, DossierItem]:
    """The dossiers of a frozen note whose text was changed since, as it stands now."""
    if shown.handover.frozen_at is None:
        return {}
    live = dossiers_of([shown.note])
    return {
        one.id: one
        for one in shown.note.dossiers
        if one.id in live and live[one.id].version > one.version and viewer.tokens & live[one.id].readers
    }


def readable_dossiers(viewer: Viewer, note: Note) -> set[str]:
    """Which dossiers of a note this viewer may open themselves. One query."""
    ids = [one.id for one in note.dossiers]
    return set(session().scalars(select(Dossier.id).where(Dossier.id.in_(ids), only(viewer, "dossier.read", Dossier))))


def positions_near(viewer: Viewer, handover: Handover) -> list[Position]:
    """The positions that a note could be for as well: those of its post, and those which keep its dossiers now."""
    require(viewer, "handover.address", handover)
    ids = [one.dossier_id for one in handover.dossier_rows]
    ids += session().scalars(select(FrozenDossier.dossier_id).where(FrozenDossier.handover_id == handover.id))
    keeps = select(Stewardship.position_id).where(
        Stewardship.dossier_id.in_(ids), or_(Stewardship.to_on.is_(None), Stewardship.to_on > clock.today())
    )
    seat = handover.posting.position
    taken = {seat.id, *(one.position_id for one in handover.heirs)}
    query = select(Position).where(or_(Position.post_id == seat.post_id, Position.id.in_(keeps)))
    query = query.where(Position.abolished_on.is_(None), Position.id.not_in(taken))
    return list(session().scalars(query.order_by(Position.title_en, Position.id)))


def read_backs_of(viewer: Viewer, handover: Handover) -> dict[str, list[ReadBack]]:
    """What was read back, by dossier, the latest first."""
    require(viewer, "handover.read", handover)
    query = select(ReadBack).where(ReadBack.handover_id == handover.id).options(joinedload(ReadBack.person))
    found: dict[str, list[ReadBack]] = {}
    for one in session().scalars(query.order_by(ReadBack.at.desc(), ReadBack.id)):
        found.setdefault(one.dossier_id, []).append(one)
    return found


def next_to_read_back(viewer: Viewer, handover: Handover, dossier_id: str) -> str | None:
    """The next dossier that this viewer has not read back, after one that is about to be."""
    note = show(viewer, handover).note
    done = {
        one.dossier_id
        for told in read_backs_of(viewer, handover).values()
        for one in told
        if one.person_id == viewer.person_id
    }
    left = [one.id for one in note.dossiers if one.urgency < 3 and one.id not in done and one.id != dossier_id]
    return left[0] if left else None


def get_read_back(viewer: Viewer, handover: Handover, read_back_id: str) -> ReadBack:
    """One read-back of a note."""
    require(viewer, "handover.read", handover)
    found = session().get(ReadBack, read_back_id)
    if found is None or found.handover_id != handover.id:
        raise NotFound(read_back_id)
    return found


def receipts_of(viewer: Viewer, handover: Handover) -> list[Receipt]:
    """Who took the note over, the first to do so first."""
    require(viewer, "handover.read", handover)
    query = select(Receipt).where(Receipt.handover_id == handover.id).options(joinedload(Receipt.person))
    return list(session().scalars(query.order_by(Receipt.at)))


def predecessors_of(viewer: Viewer, handover: Handover) -> list[Handover]:
    """The notes that earlier holders of the seat left, the latest first."""
    posting = handover.posting
    found = notes_at(viewer, [posting.position_id])
    start = posting.starts_on or date.max
    return [one for one in found if one.posting_id != posting.id and (one.posting.starts_on or date.min) < start]


def notes_at(viewer: Viewer, position_ids: Iterable[str]) -> list[Handover]:
    """The notes of these positions that the viewer may read, the latest posting first. One query."""
    query = (
        select(Handover)
        .join(Handover.posting)
        .where(Posting.position_id.in_(set(position_ids)), only(viewer, "handover.read", Handover))
        .order_by(Posting.starts_on.desc(), Posting.id)
        .options(joinedload(Handover.received_by))
    )
    return list(session().scalars(query))


def notes_at_post(viewer: Viewer, post_id: str, *, limit: int = 10) -> list[Handover]:
    """The notes of a post's positions that were signed or frozen and that the viewer may read, the latest first."""
    query = (
        select(Handover)
        .join(Handover.posting)
        .join(Posting.position)
        .where(Position.post_id == post_id, only(viewer, "handover.read", Handover))
        .where(Handover.final_at.is_not(None) | Handover.frozen_at.is_not(None))
        .order_by(Posting.ends_on.desc(), Posting.id)
        .limit(limit)
    )
    return list(session().scalars(query))


def handover_of(viewer: Viewer, posting_ids: Sequence[str]) -> dict[str, Handover]:
    """The notes of these postings that have a row and that the viewer may read, by posting. One query."""
    notes = session().scalars(_OF_POSTINGS, {"postings": list(set(posting_ids))})
    return {one.posting_id: one for one in notes if allowed(viewer, "handover.read", one)}


def reachable_until(posting_ids: Iterable[str]) -> dict[str, date]:
    """Until when whoever wrote the notes of these postings answers questions, for those that say it."""
    query = select(Handover.posting_id, Handover.reachable_until).where(
        Handover.posting_id.in_(set(posting_ids)), Handover.reachable_until.is_not(None)
    )
    return {posting_id: day for posting_id, day in session().execute(query) if day is not None}


def taken_over(viewer: Viewer, entry_ids: Sequence[str]) -> dict[str, HandoverCommitment]:
    """Who takes over these commitments, by entry: as the last note says that the viewer may read. One query."""
    query = (
        select(HandoverCommitment)
        .join(Handover, Handover.id == HandoverCommitment.handover_id)
        .join(Handover.posting)
        .where(HandoverCommitment.entry_id.in_(set(entry_ids)), only(viewer, "handover.read", Handover))
        .where(
            HandoverCommitment.taker_id.is_not(None)
            | HandoverCommitment.to_successor
            | HandoverCommitment.lapses_told_on.is_not(None)
        )
        .order_by(Posting.starts_on, Posting.id)
        .options(joinedload(HandoverCommitment.taker))
    )
    return {one.entry_id: one for one in session().scalars(query)}


def introductions_planned(
    contact_ids: Iterable[str], first: date, last: date
) -> list[tuple[HandoverRelation, Handover]]:
    """Introductions to these contacts that are planned in these days and did not take place yet."""
    query = (
        select(HandoverRelation, Handover)
        .join(Handover, Handover.id == HandoverRelation.handover_id)
        .where(
            HandoverRelation.contact_id.in_(set(contact_ids)),
            HandoverRelation.planned_on.between(first, last),
            HandoverRelation.done_on.is_(None),
            HandoverRelation.plan.in_(("in_person", "call")),
        )
    )
    return [(row, handover) for row, handover in session().execute(query)]
