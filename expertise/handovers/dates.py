"""The dates of a person's handovers, for their calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from expertise.access.rules import allowed, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.handovers.composing import compose_all, handovers_of, successor_in
from expertise.handovers.models import ASKED_BEFORE, DRAFTED_BEFORE, FINAL_BEFORE
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
    before = predecessors_of(coming)
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


def predecessors_of(coming: dict[str, Posting]) -> dict[str, Posting]:
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
