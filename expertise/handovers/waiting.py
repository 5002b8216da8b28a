"""What waits for whom, and how far the notes of those who leave are: for the desk, the head and HR."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from expertise.access.rules import allowed, only, require
from expertise.access.tokens import ids_in
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.handovers.checks import Figure, checks_of, figure_of, open_points
from expertise.handovers.composing import compose_all, handovers_of, successor_in
from expertise.handovers.introductions import introductions_due
from expertise.handovers.models import ASKED_BEFORE, DRAFTED_BEFORE, Handover, Heir, ReadBack, Receipt
from expertise.handovers.models_beside import Remark, Scoring
from expertise.handovers.queries_beside import SCORED_AFTER
from expertise.handovers.receiving import to_read_back
from expertise.handovers.showing import all_shown_to, shown_to
from expertise.posts.models import Position, Post, Posting
from expertise.questions.models import Question

# A note that was never signed stays on the desk this long after the last day; after that it is history.
OVERDUE_FOR = timedelta(days=90)
LAST_WEEKS = timedelta(days=14)
# Who did not say how useful a note was is no longer asked after so long.
ASKED_TO_SCORE_FOR = timedelta(days=180)


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: what and who in words, by when, where to do it, how urgent (1 comes first)."""

    kind: str  # own_note, confirm, read, ask, read_back, receive, blocks, comment, score, introduce
    what: str
    who: str
    when: date | None
    url: str
    urgency: int
    figure: Figure | None = None
    days_left: int | None = None
    missing: list[Any] = field(default_factory=list)  # the first things that block, in words
    quote: str = ""  # what somebody wrote and waits for an answer to
    about: str = ""  # the dossier that it is about, or how many more there are


@dataclass(frozen=True)
class Leaving:
    """A departure and the note that goes with it, without its text."""

    posting: Posting
    handover_id: str | None
    state: str
    figure: Figure
    successor: Posting | None
    gap_days: int | None


def waiting_for(viewer: Viewer) -> list[Waiting]:
    """What waits for this viewer in the notes of others and their own, the most urgent first."""
    if viewer.person_id is None:
        return []
    found = [*_own_notes(viewer), *_to_confirm(viewer), *_to_take_over(viewer), *_to_score(viewer)]
    found += [*_blocking(viewer), *_to_comment(viewer), *_to_introduce(viewer)]
    return sorted(found, key=lambda one: (one.urgency, one.when or date.max, one.url))


def _own_notes(viewer: Viewer) -> Iterable[Waiting]:
    today = clock.today()
    query = select(Posting).where(
        Posting.person_id == viewer.person_id,
        Posting.status == "held",
        Posting.acting.is_(False),
        or_(Posting.starts_on.is_(None), Posting.starts_on <= today),
        Posting.ends_on.between(today - OVERDUE_FOR, today + DRAFTED_BEFORE),
    )
    for one in _judged(viewer, session().scalars(query).all()):
        if one.handover.frozen_at or one.handover.final_at:
            continue
        posting = one.handover.posting
        assert posting.ends_on
        left = (posting.ends_on - today).days
        yield Waiting(
            kind="own_note",
            what=_("Your handover as %(position)s", position=posting.position.title(viewer.language)),
            who=one.successor.person.name if one.successor else "",
            when=posting.ends_on,
            url=_url(one.handover, "/edit"),
            # In the last two weeks nothing comes before it.
            urgency=0 if left <= LAST_WEEKS.days else 1 if left <= ASKED_BEFORE.days else 2,
            figure=one.figure,
            days_left=left,
            missing=one.missing[:3],
        )


def _to_confirm(viewer: Viewer) -> Iterable[Waiting]:
    query = (
        select(ReadBack)
        .join(ReadBack.handover)
        .join(Handover.posting)
        .where(Posting.person_id == viewer.person_id, ReadBack.answered_at.is_(None))
        .order_by(ReadBack.at)
        .options(joinedload(ReadBack.dossier), joinedload(ReadBack.person))
    )
    for one in session().scalars(query):
        yield Waiting(
            kind="confirm",
            what=_("Confirm or put right: %(dossier)s", dossier=one.dossier.title),
            who=one.person.name if one.person else "",
            when=one.at.date(),
            url=f"/handovers/{one.handover_id}#r-{one.id}",
            urgency=1,
            quote=one.text,
            about=one.dossier.title,
        )


def _to_introduce(viewer: Viewer) -> Iterable[Waiting]:
    """Whom the successor is to meet about now: on the desks of who leaves and of who came."""
    for one in introductions_due(viewer):
        leaver = one.handover.posting.person
        yield Waiting(
            kind="introduce",
            what=one.contact.name,
            who=leaver.name if leaver.id != viewer.person_id else "",
            when=one.planned_on,
            url=_url(one.handover, "/introductions"),
            urgency=2,
            days_left=(one.planned_on - clock.today()).days,
            about=_("and %(n)s more", n=one.more) if one.more else "",
        )


def _to_take_over(viewer: Viewer) -> Iterable[Waiting]:
    """The notes addressed to this viewer: as the next holder of a seat, or as the one who acts."""
    handovers = _addressed_to(viewer)
    if not handovers:
        return
    notes = compose_all(handovers)
    mine = {
        (one.handover_id, one.dossier_id)
        for one in session().scalars(select(ReadBack).where(ReadBack.person_id == viewer.person_id))
    }
    today = clock.today()
    asked = {one.id for one in _asked_about(viewer, handovers)}
    for handover in handovers:
        note = shown_to(viewer, handover, notes[handover.posting_id])
        who, ends = handover.posting.person.name, handover.posting.ends_on
        left = [one for one in note.dossiers if one.urgency < 3 and (handover.id, one.id) not in mine]
        needed = to_read_back(viewer, handover, note)
        urgent = [one for one in left if one.id in needed]
        if handover.frozen_at is not None and not urgent:
            yield Waiting("receive", _("Receive the handover"), who, ends, f"/handovers/{handover.id}", 1)
        elif left and (handover.final_at or handover.frozen_at):
            text = ngettext("%(num)s dossier to read back", "%(num)s dossiers to read back", len(left))
            yield Waiting("read_back", text, who, ends, f"/handovers/{handover.id}", 1 if urgent else 2)
        elif handover.state_on(today) == "asked" and ends and handover.posting_id not in asked:
            left_days = (ends - today).days
            yield Waiting(
                "ask", _("Ask ahead what is unclear"), who, ends, _url(handover, "#questions"), 2, days_left=left_days
            )
        else:
            yield Waiting("read", _("Read the handover as it is written"), who, ends, f"/handovers/{handover.id}", 3)


def _asked_about(viewer: Viewer, handovers: Iterable[Handover]) -> Iterable[Posting]:
    """The postings of these notes about which this viewer has asked something already. One query."""
    query = select(Posting).join(Question, Question.position_id == Posting.position_id)
    query = query.where(Question.asker_id == viewer.person_id, Question.state != "withdrawn")
    return session().scalars(query.where(Posting.id.in_([one.posting_id for one in handovers]))).unique()


def _addressed_to(viewer: Viewer) -> list[Handover]:
    """Not received yet by this viewer: of the last holder before them in each of their seats, or where they act."""
    seats = {*viewer.positions, *viewer.incoming}
    query = select(Posting).where(Posting.position_id.in_(seats), Posting.status == "held")
    line: dict[str, list[Posting]] = {}
    for one in session().scalars(query.order_by(Posting.starts_on, Posting.id)):
        line.setdefault(one.position_id, []).append(one)
    before = [
        earlier.id
        for seat in line.values()
        for earlier in seat
        if (after := successor_in(seat, earlier)) is not None
        and after.person_id == viewer.person_id
        and earlier.person_id != viewer.person_id
        and (after.ends_on is None or after.ends_on >= clock.today())
    ]
    received = select(Receipt.handover_id).where(Receipt.person_id == viewer.person_id)
    acting = (Handover.acting_person_id == viewer.person_id) & Handover.received_at.is_(None)
    signed = or_(Handover.final_at.is_not(None), Handover.frozen_at.is_not(None))
    heirs = Handover.id.in_(select(Heir.handover_id).where(Heir.position_id.in_(seats)))
    mine = or_(Handover.posting_id.in_(before), acting & signed, heirs & signed)
    found = select(Handover).where(mine, Handover.id.not_in(received))
    return list(session().scalars(found.order_by(Handover.id)))


def _to_score(viewer: Viewer) -> Iterable[Waiting]:
    """The notes that this viewer received, ninety days after they arrived in the seat; for half a year."""
    today = clock.today()
    arrived = (
        select(Posting.position_id)
        .where(Posting.person_id == viewer.person_id, Posting.status == "held", Posting.acting.is_(False))
        .where(Posting.starts_on.between(today - SCORED_AFTER - ASKED_TO_SCORE_FOR, today - SCORED_AFTER))
    )
    query = (
        select(Handover)
        .join(Handover.posting)
        .join(Receipt, (Receipt.handover_id == Handover.id) & (Receipt.person_id == viewer.person_id))
        .where(Posting.position_id.in_(arrived), Posting.person_id != viewer.person_id)
        .where(Handover.id.not_in(select(Scoring.handover_id).where(Scoring.person_id == viewer.person_id)))
        .order_by(Handover.id)
    )
    for one in session().scalars(query):
        who, url = one.posting.person.name, f"/handovers/{one.id}/score"
        yield Waiting("score", _("Say how useful the handover of %(name)s was", name=who), who, None, url, 3)


def _blocking(viewer: Viewer) -> Iterable[Waiting]:
    """For the head: the notes of the post that are not signed although the last day is near, or past."""
    posts = ids_in(viewer.tokens, "head")
    if not posts:
        return
    today = clock.today()
    query = _departures(today - OVERDUE_FOR, today + ASKED_BEFORE, posts)
    for one in _judged(viewer, session().scalars(query).all()):
        posting = one.handover.posting
        if one.handover.final_at or one.handover.frozen_at or posting.person_id == viewer.person_id:
            continue
        assert posting.ends_on
        yield Waiting(
            kind="blocks",
            what=_("Handover not signed: %(position)s", position=posting.position.title(viewer.language)),
            who=posting.person.name,
            when=posting.ends_on,
            url=_url(one.handover, "/freeze"),
            urgency=1 if posting.ends_on < today else 2,
            figure=one.figure,
            days_left=(posting.ends_on - today).days,
        )


def _to_comment(viewer: Viewer) -> Iterable[Waiting]:
    """For the head: the notes of the post that are signed and not frozen, on which they did not comment yet."""
    posts = ids_in(viewer.tokens, "head")
    if not posts:
        return
    said = select(Remark.handover_id).where(Remark.person_id == viewer.person_id)
    query = (
        select(Handover)
        .join(Handover.posting)
        .join(Posting.position)
        .where(Position.post_id.in_(posts), Handover.final_at.is_not(None), Handover.frozen_at.is_(None))
        .where(Handover.id.not_in(said), Posting.person_id != viewer.person_id)
        .order_by(Posting.ends_on, Posting.id)
    )
    for one in session().scalars(query):
        position = one.posting.position.title(viewer.language)
        what = _("Signed: %(position)s. You may comment.", position=position)
        yield Waiting("comment", what, one.posting.person.name, one.posting.ends_on, f"/handovers/{one.id}", 3)


@dataclass(frozen=True)
class Blocked:
    """A departure at a post with what keeps its note from being signed: by section, and never what stands in it."""

    leaving: Leaving
    missing: list[tuple[int, Any, int]]  # number of the section, in words, how often


def blocked_at(viewer: Viewer, post: Post, until: date) -> list[Blocked]:
    """The departures of a post and what blocks each note, for its head; the first to go first."""
    seats = session().scalars(select(Position).where(Position.post_id == post.id)).all()
    if not any(allowed(viewer, "handover.blocks", one) for one in seats):
        raise NotFound(post.id)
    postings = session().scalars(_departures(clock.today() - OVERDUE_FOR, until, [post.id])).all()
    judged = _judged(viewer, postings)
    return [
        Blocked(leaving, [(section, words, count) for (section, words), count in one.blocks.items()])
        for one, leaving in zip(judged, _leaving_of(judged), strict=True)
    ]


def handovers_leaving(viewer: Viewer, until: date, *, since: date | None = None) -> list[Leaving]:
    """Who leaves until a day and how far their note is, by last day: for HR everywhere, for a head at the own post."""
    posts = ids_in(viewer.tokens, "head")
    if viewer.is_system or viewer.role == "hr" or not posts:
        require(viewer, "rotation.overview")
        posts = []
    query = _departures(since or clock.today(), until, posts)
    return _leaving(viewer, session().scalars(query).all())


def notes_of_leavers(viewer: Viewer, posting_ids: Sequence[str]) -> dict[str, Leaving]:
    """How far the notes of these postings are, by posting: for HR of all, for a head of those at the own post."""
    require(viewer, "rotation.board")
    if not posting_ids:
        return {}
    query = select(Posting).join(Posting.position).where(Posting.id.in_(set(posting_ids)))
    query = query.where(only(viewer, "rotation.board", Position)).order_by(Posting.ends_on, Posting.id)
    return {one.posting.id: one for one in _leaving(viewer, session().scalars(query).all())}


def _leaving(viewer: Viewer, postings: Sequence[Posting]) -> list[Leaving]:
    return _leaving_of(_judged(viewer, postings))


def _leaving_of(judged: "Sequence[_Judged]") -> list[Leaving]:
    return [
        Leaving(
            posting=one.handover.posting,
            handover_id=one.handover.id,
            state=one.handover.state_on(clock.today()),
            figure=one.figure,
            successor=one.successor,
            gap_days=one.gap_days,
        )
        for one in judged
    ]


def _departures(since: date, until: date, post_ids: Collection[str]) -> Any:
    query = (
        select(Posting)
        .join(Posting.position)
        .where(Posting.status == "held", Posting.acting.is_(False), Posting.ends_on.between(since, until))
        .where(or_(Posting.starts_on.is_(None), Posting.starts_on <= clock.today()))
        .order_by(Posting.ends_on, Posting.id)
    )
    return query.where(Position.post_id.in_(post_ids)) if post_ids else query


@dataclass(frozen=True)
class _Judged:
    """A note with its figure and what blocks."""

    handover: Handover
    figure: Figure
    missing: list[Any]
    successor: Posting | None
    gap_days: int | None
    blocks: Mapping[tuple[int, Any], int] = field(default_factory=dict)  # what is missing in which section, how often


def _judged(viewer: Viewer, postings: Sequence[Posting]) -> list[_Judged]:
    """How far the notes of these postings are, in a number of queries that does not grow with them.

    Judged is what this viewer may read of them: a restricted dossier moves no figure for who does not know of it.
    """
    if not postings:
        return []
    today = clock.today()
    handovers = handovers_of(postings)
    line: dict[str, list[Posting]] = {}
    seats = select(Posting).where(
        Posting.position_id.in_({one.position_id for one in postings}), Posting.status == "held"
    )
    for one in session().scalars(seats.order_by(Posting.starts_on, Posting.id)):
        line.setdefault(one.position_id, []).append(one)
    thawed = [one for one in handovers.values() if one.frozen_at is None]
    notes = compose_all(thawed)
    notes = all_shown_to(viewer, [(one, notes[one.posting_id]) for one in thawed])
    return [_judge(handovers[one.id], notes, line[one.position_id], today) for one in postings]


def _judge(handover: Handover, notes: dict[str, Any], line: list[Posting], today: date) -> _Judged:
    posting = handover.posting
    successor = successor_in(line, posting)
    gap = None
    if successor and successor.starts_on and posting.ends_on:
        gap = (successor.starts_on - posting.ends_on).days
    if handover.posting_id not in notes:
        # Frozen: the figure was kept with it, its text need not be read.
        figure = Figure(handover.passed or 0, handover.total or 0)
        return _Judged(handover, figure, [], successor, gap)
    checks = checks_of(notes[handover.posting_id], today)
    blocking = [one for one in open_points(checks) if one.blocking]
    blocks = Counter((one.section, one.missing) for one in blocking)
    return _Judged(handover, figure_of(checks), [one.missing for one in blocking], successor, gap, blocks)


def _url(handover: Handover, action: str = "") -> str:
    """The note's page, or where the posting leads to it while nobody has written in it."""
    if handover.id is None:
        return f"/postings/{handover.posting_id}/handover"
    return f"/handovers/{handover.id}{action}"
