"""Questions about what stands beside a note: remarks, scores in groups, and whether a frozen note is unaltered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from expertise.access.rules import allowed, only, require
from expertise.access.viewer import Viewer
from expertise.base.clock import HEADQUARTERS
from expertise.base.database import session
from expertise.domains.models import Domain, PositionDomain
from expertise.handovers.acts import note_of
from expertise.handovers.models import LESSONS, Handover, Receipt
from expertise.handovers.models_beside import Remark, Score, Scoring
from expertise.handovers.note import Header, Lessons
from expertise.handovers.queries import Shown
from expertise.handovers.sealing import altered_in
from expertise.handovers.showing import dossiers_of
from expertise.handovers.words import LESSON_NAMES
from expertise.posts.models import Posting

SCORED_AFTER = timedelta(days=90)
# Of fewer people nothing is said: one could tell who it was.
FEWEST = 5


def remarks_of(viewer: Viewer, shown: Shown) -> list[Remark]:
    """The remarks beside a note, the oldest first: of a dossier only where the viewer sees what the note says of it."""
    require(viewer, "handover.read", shown.handover)
    seen = {one.id for one in shown.note.dossiers}
    query = select(Remark).where(Remark.handover_id == shown.handover.id).options(joinedload(Remark.person))
    found = session().scalars(query.order_by(Remark.at, Remark.id))
    return [
        one
        for one in found
        if (one.dossier_id is None or one.dossier_id in seen) and (shown.sees_lessons or one.number != LESSONS)
    ]


@dataclass(frozen=True)
class LessonsShown:
    """Section 12 by itself, with the facts of the posting that it was learned in."""

    header: Header
    lessons: Lessons


def lessons_of(viewer: Viewer, handover: Handover) -> LessonsShown:
    """The lessons of a note. Of what was noted in dossiers only what the viewer may read there."""
    require(viewer, "handover.lessons", handover)
    note = note_of(handover)
    live = dossiers_of([note])
    own = viewer.is_system or bool(viewer.tokens & handover.insiders)
    noted = [
        one
        for one in note.lessons.noted
        if own or (one.dossier_id in live and allowed(viewer, "dossier.read", live[one.dossier_id]))
    ]
    return LessonsShown(note.header, replace(note.lessons, noted=tuple(noted)))


def lessons_on(viewer: Viewer, domain: Domain, *, limit: int = 20) -> list[Handover]:
    """The notes of seats on this theme in which lessons were written that the viewer may read, the latest first."""
    written = or_(*(getattr(Handover, name) != "" for name in LESSON_NAMES))
    query = (
        select(Handover)
        .join(Handover.posting)
        .join(PositionDomain, PositionDomain.position_id == Posting.position_id)
        .where(PositionDomain.domain_id == domain.id, written, only(viewer, "handover.lessons", Handover))
        .where(or_(Handover.final_at.is_not(None), Handover.frozen_at.is_not(None)))
        .order_by(Posting.ends_on.desc(), Posting.id)
        .limit(limit)
    )
    return list(session().scalars(query))


def score_from(viewer: Viewer, handover: Handover) -> date | None:
    """From which day this viewer may score: ninety days after their arrival; None where they did not receive it.

    Who only acts has no posting in the seat: then the ninety days begin with the receipt.
    """
    receipt = select(Receipt.at).where(Receipt.handover_id == handover.id, Receipt.person_id == viewer.person_id)
    received = session().scalar(receipt)
    if received is None:
        return None
    arrival = select(func.max(Posting.starts_on)).where(
        Posting.position_id == handover.posting.position_id,
        Posting.person_id == viewer.person_id,
        Posting.status == "held",
    )
    return (session().scalar(arrival) or received.astimezone(HEADQUARTERS).date()) + SCORED_AFTER


def scoring_of(viewer: Viewer, handover: Handover) -> Scoring | None:
    """What this viewer said of a note: nobody sees another's."""
    query = select(Scoring).where(Scoring.handover_id == handover.id, Scoring.person_id == viewer.person_id)
    return session().scalar(query)


@dataclass(frozen=True)
class SectionScore:
    """How useful a section was over many notes. No average where too few said so."""

    number: int
    count: int | None  # None: fewer than FEWEST
    average: float | None


@dataclass(frozen=True)
class Scores:
    """All sections, over how many notes, and what was missed, in no order of time and without names."""

    sections: list[SectionScore]
    notes: int | None
    missed: list[str]


def scores_by_section(viewer: Viewer) -> Scores:
    """How useful the sections of notes are, for the keeper of the template: in groups of five and more only."""
    require(viewer, "handover.scores")
    people = session().scalar(select(func.count(func.distinct(Scoring.person_id)))) or 0
    query = (
        select(Score.number, func.count(func.distinct(Scoring.person_id)), func.avg(Score.score))
        .join(Scoring, Scoring.id == Score.scoring_id)
        .group_by(Score.number)
        .order_by(Score.number)
    )
    sections = [
        SectionScore(number, int(count), round(float(average), 1))
        if count >= FEWEST
        else SectionScore(number, None, None)
        for number, count, average in session().execute(query)
    ]
    if people < FEWEST:
        return Scores(sections, None, [])
    missed = session().scalars(select(Scoring.missed).where(Scoring.missed != "").order_by(Scoring.missed)).all()
    return Scores(sections, people, list(missed) if len(missed) >= FEWEST else [])


@dataclass(frozen=True)
class Verified:
    """Whether a frozen note has the words that it was frozen with."""

    handover: Handover
    altered: list[str]

    @property
    def unaltered(self) -> bool:
        """Whether nothing is."""
        return not self.altered


def verify(viewer: Viewer, handover_id: str | None = None) -> Iterator[Verified]:
    """Hash the frozen notes and their files again: one, or all that the viewer may read."""
    query = select(Handover).where(Handover.frozen_at.is_not(None), only(viewer, "handover.read", Handover))
    if handover_id is not None:
        query = query.where(Handover.id == handover_id)
    query = query.options(joinedload(Handover.frozen)).order_by(Handover.id)
    for one in session().scalars(query.execution_options(yield_per=100)):
        yield Verified(one, altered_in(one, deep=True))
