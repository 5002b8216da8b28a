"""Who sees which part of a note: items about restricted dossiers and delicate relations are for fewer eyes.

The same tokens answer a page and a search hit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from expertise.access.rules import only
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.dossiers.models import MARKINGS, Dossier
from expertise.handovers.models import Handover
from expertise.handovers.note import NO_LESSONS, Note
from expertise.posts.models import Position


def dossiers_of(notes: Iterable[Note]) -> dict[str, Dossier]:
    """The dossiers of these notes as they stand now, with who may read them. Two queries."""
    ids = {item.id for note in notes for item in note.dossiers}
    query = select(Dossier).where(Dossier.id.in_(ids)).options(selectinload(Dossier.reader_rows))
    return {one.id: one for one in session().scalars(query)}


def seats_at(post_ids: Iterable[str]) -> dict[str, str]:
    """Position -> post, of all positions at these posts."""
    query = select(Position.id, Position.post_id).where(Position.post_id.in_(set(post_ids)))
    return {row[0]: row[1] for row in session().execute(query)}


def readers_of_item(handover: Handover, dossier: Dossier, seats: Mapping[str, str]) -> frozenset[str]:
    """Who sees what a note says of a dossier: the readers of the note, and of them, where it is restricted, those who
    may read the dossier too. The leaver and the seat always do.
    """
    if dossier.reach != "restricted":
        return handover.readers
    post = handover.posting.position.post_id
    both = {token for token in dossier.readers if token in handover.readers}
    if f"post:{post}" in handover.readers:
        # The whole post reads the note: of the seats that may read the dossier those at this post.
        both |= {token for token in dossier.readers if seats.get(token.removeprefix("position:")) == post}
    return handover.insiders | both


def shown_to(viewer: Viewer, handover: Handover, note: Note) -> Note:
    """The note as this viewer may see it."""
    return all_shown_to(viewer, [(handover, note)])[handover.posting_id]


def all_shown_to(viewer: Viewer, written: Sequence[tuple[Handover, Note]]) -> dict[str, Note]:
    """Several notes as this viewer may see them, by posting. Three queries, or four."""
    if viewer.is_system:
        return {handover.posting_id: note for handover, note in written}
    taught = _lessons_read_by(viewer, [handover for handover, _note in written])
    written = [(one, note if one.posting_id in taught else replace(note, lessons=NO_LESSONS)) for one, note in written]
    outside = [(handover, note) for handover, note in written if not viewer.tokens & handover.insiders]
    live = dossiers_of(note for _handover, note in outside)
    restricted = any(one.reach == "restricted" for one in live.values())
    posts = {handover.posting.position.post_id for handover, _note in outside}
    seats = seats_at(posts) if restricted else {}
    found = {handover.posting_id: note for handover, note in written}
    return found | {one.posting_id: _without_hidden(viewer, one, note, live, seats) for one, note in outside}


def _lessons_read_by(viewer: Viewer, handovers: Sequence[Handover]) -> set[str]:
    """The postings of these notes of which this viewer reads the lessons."""
    own = {one.posting_id for one in handovers if viewer.tokens & one.leavers}
    ids = [one.id for one in handovers if one.id is not None and one.posting_id not in own]
    query = select(Handover.posting_id).where(Handover.id.in_(ids), only(viewer, "handover.lessons", Handover))
    return own | set(session().scalars(query)) if ids else own


def _without_hidden(
    viewer: Viewer, handover: Handover, note: Note, live: Mapping[str, Dossier], seats: Mapping[str, str]
) -> Note:
    # Who reads no word of the note yet, as the head before it is signed, is told of points alone: then of those about
    # dossiers that they may read themselves, and not as if the seat kept none.
    reads = bool(viewer.tokens & handover.readers)
    seen = {
        one.id
        for one in note.dossiers
        if one.id in live
        and viewer.tokens & (readers_of_item(handover, live[one.id], seats) if reads else live[one.id].readers)
    }
    items = tuple(one for one in note.dossiers if one.id in seen)
    highest = max((MARKINGS.index(one.marking) for one in items), default=0)
    return replace(
        without_sensitive(note),
        header=replace(note.header, highest_marking=MARKINGS[highest]),
        dossiers=items,
        commitments=tuple(one for one in note.commitments if one.dossier_id in seen),
        lessons=replace(note.lessons, noted=tuple(one for one in note.lessons.noted if one.dossier_id in seen)),
    )


def without_sensitive(note: Note) -> Note:
    """The note without what the seat noted as sensitive about its contacts: as a file holds it that nobody asked to
    hold more."""
    return replace(note, relations=tuple(replace(one, sensitivities="") for one in note.relations))
