"""What this room shows on the pages of rooms below: the notes that were left; and what they say of who knows what."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, or_, select

from expertise.access.rules import only
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.i18n import show_day
from expertise.base.panels import Panel
from expertise.base.striking import strikers
from expertise.contacts.following import followers
from expertise.contacts.planning import Plan, plans
from expertise.domains.models import Domain, PositionDomain
from expertise.domains.panels import on_domain
from expertise.domains.queries import domains_of
from expertise.dossiers.models import Entry
from expertise.dossiers.panels import Column, Fact, commitment_columns, holder_columns
from expertise.experts.evidence import Evidence, Source, sources
from expertise.handovers import queries, words
from expertise.handovers.models import Handover, HandoverCommitment
from expertise.handovers.personal import Introductions, strike_notes
from expertise.handovers.queries_beside import lessons_on
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


@on_domain.panel("lessons", order=30)
def lessons_on_domain(viewer: Viewer, domain: Domain) -> Panel | None:
    """What was learned on this theme, for those who keep it and for the seats themselves."""
    notes = lessons_on(viewer, domain)
    return Panel("handovers/_lessons_left.html", notes=notes) if notes else None


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
strikers.append(strike_notes)


def _handed_over(viewer: Viewer, where: ColumnElement[bool]) -> Iterator[Evidence]:
    """Who signed a note that this viewer may read, on the domains of the seat. Two queries."""
    signed = or_(Handover.final_at.is_not(None), Handover.frozen_at.is_not(None))
    query = (
        select(Handover)
        .join(Handover.posting)
        .where(where, signed, only(viewer, "handover.read", Handover))
        .order_by(Handover.final_at.desc(), Handover.id)
    )
    notes = list(session().scalars(query))
    domains = domains_of(viewer, {one.posting.position_id for one in notes}) if notes else {}
    for one in notes:
        posting, signed_at = one.posting, one.final_at or one.frozen_at
        day = signed_at.date() if signed_at else None
        yield Evidence(
            person_id=posting.person_id,
            role="author",
            kind="handover",
            key=f"handover:{one.id}",
            piece=f"handover:{one.id}",
            title=posting.position.title(viewer.language),
            place=posting.position.post.name(viewer.language),
            url=f"/handovers/{one.id}",
            first=day,
            last=day,
            domains=tuple(domain.id for domain in domains.get(posting.position_id, [])),
        )


def handed_over_by(viewer: Viewer, person_ids: Collection[str]) -> Iterator[Evidence]:
    """The notes that these people left."""
    return _handed_over(viewer, Posting.person_id.in_(person_ids))


def handed_over_about(viewer: Viewer, domain_ids: Collection[str]) -> Iterator[Evidence]:
    """The notes of seats that work on these domains."""
    filed = select(PositionDomain.position_id).where(PositionDomain.domain_id.in_(domain_ids))
    return _handed_over(viewer, Posting.position_id.in_(filed))


def leavers_of(viewer: Viewer, handover_ids: Collection[str]) -> Iterator[Evidence]:
    """Who left these notes."""
    return _handed_over(viewer, Handover.id.in_(handover_ids))


sources.add(Source("handover", handed_over_by, handed_over_about, of_pieces=leavers_of, pieces="handover"))
