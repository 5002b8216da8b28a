"""The dates of a person's handovers: for a calendar, and for reminders. What is due, for whom, and where it is done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from expertise.access.rules import allowed, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.handovers.composing import compose_all, handovers_of, successor_in
from expertise.handovers.models import ASKED_BEFORE, DRAFTED_BEFORE, FINAL_BEFORE, Handover, Receipt
from expertise.handovers.models_beside import Scoring
from expertise.handovers.queries_beside import SCORED_AFTER
from expertise.handovers.showing import shown_to
from expertise.posts.models import Posting

RECEIVED_AFTER = timedelta(days=14)
# A calendar shows what was for so long, so that a day is not gone while it is still talked of.
LOOK_BACK = timedelta(days=90)


@dataclass(frozen=True)
class Date:
    """A day in somebody's calendar. `key` stays the same from one feed to the next."""

    key: str
    on: date
    what: str
    url: str


def dates_of(viewer: Viewer) -> list[Date]:
    """The days of the viewer's own postings and notes, and of the notes that are addressed to them, in order."""
    require(viewer, "account.own")
    if viewer.person_id is None:
        return []
    since = clock.today() - LOOK_BACK
    own = _postings(Posting.person_id == viewer.person_id)
    found = [*_own(viewer, own), *_addressed(viewer, own)]
    return sorted((one for one in found if one.on >= since), key=lambda one: (one.on, one.key))


def _postings(condition: Any) -> Sequence[Posting]:
    query = select(Posting).where(condition, Posting.status == "held").order_by(Posting.starts_on, Posting.id)
    return session().scalars(query).all()


def _own(viewer: Viewer, postings: Sequence[Posting]) -> Iterator[Date]:
    """Of a posting its end, and of its note the days that follow from it."""
    for posting in postings:
        where = posting.position.title(viewer.language)
        url = f"/postings/{posting.id}/handover"
        if posting.starts_on and posting.starts_precision == "day" and posting.starts_on > clock.today():
            yield Date(f"start-{posting.id}", posting.starts_on, _("Your posting begins: %(what)s", what=where), "/")
        if posting.ends_on is None or posting.ends_precision != "day":
            continue
        yield Date(f"end-{posting.id}", posting.ends_on, _("Last day of your posting: %(what)s", what=where), url)
        if posting.acting:
            continue
        for key, before, text in (
            ("drafted", DRAFTED_BEFORE, _("Your handover: ninety days left")),
            ("asked", ASKED_BEFORE, _("Your handover: thirty days left; it can be signed when it is complete")),
            ("final", FINAL_BEFORE, _("Your handover: sign it this week")),
        ):
            yield Date(f"{key}-{posting.id}", posting.ends_on - before, text, url)


def _addressed(viewer: Viewer, own: Sequence[Posting]) -> Iterator[Date]:
    """Of the notes left to the viewer: week 1, what was promised, when to receive and when to score."""
    coming = {one.position_id: one for one in own if not one.acting and one.starts_on and not _over(one)}
    before = _predecessors(coming)
    handovers = {
        key: one for key, one in handovers_of(list(before.values())).items() if allowed(viewer, "handover.read", one)
    }
    notes = compose_all(list(handovers.values()))
    for posting_id, handover in handovers.items():
        arrival = coming[handover.posting.position_id].starts_on
        assert arrival
        url = f"/handovers/{handover.id}" if handover.id else f"/postings/{posting_id}/handover"
        note = shown_to(viewer, handover, notes[posting_id])
        for place, thing in enumerate(note.week_one):
            if thing.due_on:
                key = f"week1-{posting_id}-{place}"
                yield Date(key, thing.due_on, _("Week 1: %(what)s", what=thing.text), f"{url}#s-1")
        for one in note.commitments:
            if one.due_on and (one.to_successor or (one.taker and one.taker.id == viewer.person_id)):
                where = f"/dossiers/{one.dossier_id}"
                yield Date(f"promise-{one.id}", one.due_on, _("Promised: %(what)s", what=one.title), where)
        who = handover.posting.person.name
        receive = _("Receive the handover of %(name)s", name=who)
        yield Date(f"receive-{posting_id}", arrival + RECEIVED_AFTER, receive, url)
        score = _("Say how useful the handover of %(name)s was", name=who)
        yield Date(f"score-{posting_id}", arrival + SCORED_AFTER, score, f"{url}#score")


def _over(posting: Posting) -> bool:
    return posting.ends_on is not None and posting.ends_on < clock.today()


def _predecessors(coming: dict[str, Posting]) -> dict[str, Posting]:
    """By position: whose note is addressed to the holder who comes."""
    line: dict[str, list[Posting]] = {}
    for one in _postings(Posting.position_id.in_(list(coming))):
        line.setdefault(one.position_id, []).append(one)
    found = {}
    for seat, postings in line.items():
        for one in postings:
            after = successor_in(postings, one)
            if not one.acting and after is not None and after.id == coming[seat].id:
                found[seat] = one
    return found


@dataclass(frozen=True)
class Reminder:
    """What is due today: for whom (a person's id), what, on which posting, and where it is done. `kind` names why."""

    person_id: str
    kind: str
    posting_id: str
    on: date  # the day that it is about
    url: str


def due_reminders(viewer: Viewer, today: date) -> list[Reminder]:
    """Who is to be reminded today: the leaver 90, 30 and 7 days before and on the day, the successor 14 and 90 days
    after arrival. For the jobs of every day. What is signed, received or scored already reminds nobody.
    """
    require(viewer, "installation.keep")
    return [*_leaving(today), *_arrived(today)]


LEAVING = {
    "leaves_in_90": DRAFTED_BEFORE,
    "leaves_in_30": ASKED_BEFORE,
    "leaves_in_7": FINAL_BEFORE,
    "leaves_today": timedelta(),
}


def _leaving(today: date) -> Iterator[Reminder]:
    days = {today + before: kind for kind, before in LEAVING.items()}
    query = (
        select(Posting, Handover.final_at)
        .outerjoin(Handover, Handover.posting_id == Posting.id)
        .where(Posting.ends_on.in_(list(days)), Posting.status == "held", Posting.acting.is_(False))
        .where(or_(Handover.id.is_(None), Handover.frozen_at.is_(None)), Posting.ends_precision == "day")
        .order_by(Posting.ends_on, Posting.id)
    )
    for posting, final_at in session().execute(query):
        assert posting.ends_on
        kind = days[posting.ends_on]
        if final_at is not None and kind != "leaves_today":
            continue
        yield Reminder(posting.person_id, kind, posting.id, posting.ends_on, f"/postings/{posting.id}/handover")


def _arrived(today: date) -> Iterator[Reminder]:
    days = {today - RECEIVED_AFTER: "receive", today - SCORED_AFTER: "score"}
    query = select(Posting).where(
        Posting.starts_on.in_(list(days)),
        Posting.status == "held",
        Posting.acting.is_(False),
        Posting.starts_precision == "day",
    )
    arrived = {one.position_id: one for one in session().scalars(query.order_by(Posting.starts_on, Posting.id))}
    before = _predecessors(arrived)
    found = select(Handover).where(Handover.posting_id.in_([one.id for one in before.values()]))
    handovers = {one.posting_id: one for one in session().scalars(found.options(joinedload(Handover.posting)))}
    done = {
        "receive": {(note, who) for note, who in session().execute(_acts(Receipt, handovers))},
        "score": {(note, who) for note, who in session().execute(_acts(Scoring, handovers))},
    }
    for seat, posting in arrived.items():
        handover = handovers.get(before[seat].id) if seat in before else None
        assert posting.starts_on
        kind = days[posting.starts_on]
        if handover is None or handover.frozen_at is None or (handover.id, posting.person_id) in done[kind]:
            continue
        if kind == "score" and (handover.id, posting.person_id) not in done["receive"]:
            kind = "receive"
        address = f"/handovers/{handover.id}" + ("/score" if kind == "score" else "")
        yield Reminder(posting.person_id, kind, before[seat].id, posting.starts_on, address)


def _acts(model: Any, handovers: dict[str, Handover]) -> Any:
    return select(model.handover_id, model.person_id).where(
        model.handover_id.in_([one.id for one in handovers.values()])
    )
