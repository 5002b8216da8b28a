"""What search may show of notes: a piece per section and per dossier.

Of a note that is not frozen only what the leaver wrote in it is indexed: dossiers and contacts are found by themselves,
and change without it.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import partial

from flask_babel import force_locale
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from expertise.base.database import session
from expertise.base.findable import Findable, Source, follow
from expertise.base.markdown import to_text
from expertise.domains.models import PositionDomain
from expertise.dossiers.models import Dossier
from expertise.handovers.composing import WHOLE, compose_all
from expertise.handovers.models import (
    ADVICE,
    LESSONS,
    RELATIONS,
    RHYTHM,
    WEEK_ONE,
    FrozenDossier,
    Handover,
    HandoverDossier,
    HandoverRelation,
)
from expertise.handovers.note import DossierItem, Note
from expertise.handovers.showing import dossiers_of, readers_of_item, seats_at
from expertise.handovers.words import LESSON_NAMES, SECTION_NAMES
from expertise.posts.models import Position, Posting

OWN = ("contingency", "opposition", "tried_failed", "difficulties", "partners", "budget")
SHARED = ("line_to_take", "state_of_play", "next_step", "next_step_by", "summary", "objectives")


def load(ids: Iterable[str]) -> Iterator[Findable]:
    """The pieces of these notes."""
    query = (
        select(Handover)
        .where(Handover.id.in_(list(ids)))
        .options(*WHOLE, joinedload(Handover.frozen), selectinload(Handover.domain_keepers))
    )
    handovers = session().scalars(query).unique().all()
    notes = compose_all(handovers)
    live = dossiers_of(notes.values())
    seats = seats_at(one.posting.position.post_id for one in handovers)
    for handover in handovers:
        yield from _pieces(handover, notes[handover.posting_id], live, seats)


def ids() -> Iterator[str]:
    """All of them, for a rebuild."""
    yield from session().scalars(select(Handover.id))


def _pieces(
    handover: Handover, note: Note, live: Mapping[str, Dossier], seats: Mapping[str, str]
) -> Iterator[Findable]:
    make = partial(_piece, handover, note)
    with force_locale("nl" if note.header.language == "nl" else "en"):
        for number, text in _sections(handover, note):
            if number == LESSONS and text.strip():
                where = "/lessons"
                yield make("s12", str(SECTION_NAMES[LESSONS]), text, where, handover.lesson_readers)
            elif text.strip():
                yield make(f"s{number}", str(SECTION_NAMES[number]), text, f"#s-{number}", handover.readers)
    for item in note.dossiers:
        text = _item_text(handover, note, item)
        if item.id in live and text.strip():
            readers = readers_of_item(handover, live[item.id], seats)
            yield make(f"d{item.id}", live[item.id].title, text, f"#d-{item.id}", readers, dossier=item.id)


def _piece(
    handover: Handover,
    note: Note,
    part: str,
    title: str,
    text: str,
    anchor: str,
    readers: frozenset[str],
    dossier: str | None = None,
) -> Findable:
    posting = handover.posting
    language = note.header.language
    return Findable(
        kind="handover",
        id=handover.id,
        part=part,
        title=f"{title} – {posting.person.name}, {posting.position.title(language)}",
        url=f"/handovers/{handover.id}{anchor}",
        readers=readers,
        body=to_text(text),
        language=language,
        date=_date_of(handover),
        post=posting.position.post.code,
        dossier=dossier,
        author=posting.person_id,
        names=(posting.person.name,),
    )


def _date_of(handover: Handover) -> date:
    """When it was last said."""
    return (handover.frozen_at or handover.final_at or handover.changed_at).date()


def _sections(handover: Handover, note: Note) -> Iterator[tuple[int, str]]:
    things = "\n\n".join(one.text for one in note.week_one)
    yield WEEK_ONE, f"{note.situation_line}\n\n{things}"
    plans = "\n\n".join(f"{one.name}. {one.why}" for one in note.relations if one.why)
    yield RELATIONS, plans
    rhythm = "\n\n".join(
        f"{one.name}. {one.when_where}. {one.purpose} {one.focal_point}"
        for one in (note.rhythm if handover.frozen_at else ())
    )
    yield RHYTHM, f"{rhythm}\n\n{note.words(RHYTHM).text}"
    yield ADVICE, "\n\n".join((note.advice, note.tips, note.differently))
    # What stands as a note in a dossier is found there.
    yield LESSONS, "\n\n".join(getattr(note.lessons, name) for name in LESSON_NAMES)
    for number in sorted(map(int, note.texts)):
        if number not in (WEEK_ONE, RELATIONS, RHYTHM, ADVICE, LESSONS) and number in SECTION_NAMES:
            yield number, note.words(number).text


def _item_text(handover: Handover, note: Note, item: DossierItem) -> str:
    names = (*SHARED, *OWN) if handover.frozen_at else OWN
    promised = [f"{one.title} {one.to_whom}" for one in note.promised_in(item.id)] if handover.frozen_at else []
    return "\n\n".join([*(getattr(item, name) for name in names), *promised])


def _with_dossier(dossier_id: str) -> Select[str]:
    written = select(HandoverDossier.handover_id).where(HandoverDossier.dossier_id == dossier_id)
    frozen = select(FrozenDossier.handover_id).where(FrozenDossier.dossier_id == dossier_id)
    return select(Handover.id).where(or_(Handover.id.in_(written), Handover.id.in_(frozen)))


def _with_contact(contact_id: str) -> Select[str]:
    rows = select(HandoverRelation.handover_id).where(HandoverRelation.contact_id == contact_id)
    return select(Handover.id).where(Handover.id.in_(rows))


def _of_person(person_id: str) -> Select[str]:
    return select(Handover.id).join(Handover.posting).where(Posting.person_id == person_id)


def _at_post(post_id: str) -> Select[str]:
    return select(Handover.id).join(Handover.posting).join(Posting.position).where(Position.post_id == post_id)


def _on_domain(domain_id: str) -> Select[str]:
    seats = select(PositionDomain.position_id).where(PositionDomain.domain_id == domain_id)
    return select(Handover.id).join(Handover.posting).where(Posting.position_id.in_(seats))


# Titles, names and readers of the pieces follow these records.
follow("dossier", "handover", _with_dossier)
follow("contact", "handover", _with_contact)
follow("domain", "handover", _on_domain)
follow("person", "handover", _of_person)
follow("post", "handover", _at_post)

SOURCES = (Source("handover", load, ids),)
