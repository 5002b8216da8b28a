"""What this room shows on the pages of posts, positions and dossiers: the notes that were left, and who takes over."""

from collections.abc import Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.i18n import show_day
from expertise.base.panels import Panel
from expertise.contacts.following import followers
from expertise.contacts.planning import Plan, plans
from expertise.dossiers.models import Entry
from expertise.dossiers.panels import Column, Fact, commitment_columns, holder_columns
from expertise.handovers import queries, words
from expertise.handovers.models import HandoverCommitment
from expertise.handovers.personal import Introductions
from expertise.posts.models import Position, Post, Posting
from expertise.posts.panels import on_position, on_post
from expertise.questions.reach import reachable


@on_post.panel("handovers", order=20)
def notes_of_post(viewer: Viewer, post: Post) -> Panel | None:
    """The last notes that were signed here, as far as this viewer may read them."""
    notes = queries.notes_at_post(viewer, post.id)
    return Panel("handovers/_left.html", notes=notes, words=words, today=clock.today()) if notes else None


@on_position.panel("handovers", order=20)
def notes_of_position(viewer: Viewer, position: Position) -> Panel | None:
    """What the holders of this seat left, the latest first."""
    notes = queries.notes_at(viewer, [position.id])
    return Panel("handovers/_left.html", notes=notes, words=words, today=clock.today()) if notes else None


@holder_columns.column("handover", order=10)
def handovers_of_holders(viewer: Viewer, postings: Sequence[Posting]) -> Column | None:
    """Which holder of a dossier left a note that this viewer may read, and how far it is."""
    notes = queries.handover_of(viewer, [one.id for one in postings])
    if not notes:
        return None
    today = clock.today()
    cells = {}
    for posting_id, note in notes.items():
        state = note.state_on(today)
        text = str(words.STATE_NAMES[state])
        url = url_for("handovers.show", handover_id=note.id)
        cells[posting_id] = Fact(text, mark="confirmed" if state == "received" else "", url=url)
    return Column(_("Handover"), cells)


@commitment_columns.column("taken_over", order=10)
def takers_of_commitments(viewer: Viewer, entries: Sequence[Entry]) -> Column | None:
    """Who takes over what was promised, by the last note that says so and that this viewer may read."""
    taken = queries.taken_over(viewer, [one.id for one in entries])
    return Column(_("Taken over by"), {entry: Fact(_taker(one)) for entry, one in taken.items()}) if taken else None


def _taker(one: HandoverCommitment) -> str:
    if one.lapses_told_on:
        return _("lapses, told on %(day)s", day=show_day(one.lapses_told_on))
    return one.taker.name if one.taker else _("the successor")


@plans.source("introductions")
def planned_introductions(_viewer: Viewer, contact_ids: set[str], first: date, last: date) -> list[Plan]:
    """Introductions that are planned and did not take place yet: that one is planned is no secret, why is."""
    return [
        Plan(row.contact_id, row.planned_on, handover.posting.position, handover.posting.person, introduction=True)
        for row, handover in queries.introductions_planned(contact_ids, first, last)
        if row.planned_on
    ]


@reachable.source("handovers")
def answer_until(posting_ids: set[str]) -> dict[str, date]:
    """Until when those who left answer questions, as their notes say: that is meant for whoever wants to ask."""
    return queries.reachable_until(posting_ids)


followers.add("handovers", Introductions())
