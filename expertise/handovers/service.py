"""Verbs of the leaver: start the note and write it, section by section. What happens to it then stands in acts.py."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import claim, refusing, session
from expertise.base.errors import Conflict, NotFound, Refused
from expertise.base.findable import tell_search
from expertise.contacts.models import Contact
from expertise.dossiers.models import LANGUAGES, MARKINGS, Dossier, Entry
from expertise.dossiers.service import change_dossier
from expertise.handovers.composing import OWN_TEXTS, unwritten
from expertise.handovers.history import keep_replaced
from expertise.handovers.models import (
    ADVICE,
    COMMITMENTS,
    CONFIDENCES,
    DOSSIERS,
    HEADER,
    LESSONS,
    PLANS,
    RELATIONS,
    SITUATIONS,
    WEEK_ONE,
    Handover,
    HandoverCommitment,
    HandoverDossier,
    HandoverRelation,
    SectionText,
    WeekOneItem,
)
from expertise.people.models import Person
from expertise.posts.models import Posting

TAKEN: dict[str, tuple[str, Any]] = {
    "uq_handover_posting_id": ("posting", _("This posting has its note already.")),
}
# What the note changes in the dossier itself.
SHARED_TEXTS = (
    *("urgency", "summary", "objectives", "line_to_take", "line_valid_until", "line_cleared_by", "state_of_play"),
    *("next_step", "next_step_on", "next_step_by"),
)
MOST_WEEK_ONE = 3


@dataclass(frozen=True)
class Taking:
    """What becomes of a commitment: a person takes it over, whoever comes does, or it lapses, told on a day."""

    person: Person | None = None
    to_successor: bool = False
    lapses_told_on: date | None = None


@dataclass(frozen=True)
class Introduction:
    """How and when the successor meets a contact."""

    plan: str = ""
    planned_on: date | None = None
    why: str = ""


def start_note(viewer: Viewer, posting: Posting, *, language: str | None = None) -> Handover:
    """The note of a posting; its row is made at the first time that somebody writes."""
    known = find_note(posting)
    require(viewer, "handover.write", known or unwritten(posting))
    return known or make_row(viewer, posting, language=language)


def make_row(viewer: Viewer, posting: Posting, *, language: str | None = None) -> Handover:
    """The row of a posting's note. Judges nothing: who may write, or freeze, was asked before."""
    chosen = language or viewer.language
    handover = Handover(posting=posting, language=chosen if chosen in LANGUAGES else "nl")
    with refusing(TAKEN):
        session().add(handover)
        session().flush()
    record(viewer, "handover.started", handover)
    tell_search("handover", handover.id)
    return handover


def find_note(posting: Posting) -> Handover | None:
    """The row of a posting's note, if anything was written."""
    return session().query(Handover).where(Handover.posting_id == posting.id).one_or_none()


def write_header(
    viewer: Viewer,
    handover: Handover,
    *,
    version: int | None = None,
    acting: Person | None = None,
    reachable_until: date | None = None,
    reachable_how: str = "",
    language: str = "nl",
    marking: str | None = None,
) -> None:
    """Section 0: who acts, until when the leaver answers, language and marking (None: the highest of its dossiers)."""
    _may_write(viewer, handover)
    if language not in LANGUAGES:
        raise Refused(_("This is not one of the choices."), "language")
    if marking is not None and marking not in MARKINGS:
        raise Refused(_("This is above the ceiling, or not a marking."), "marking")
    if acting is not None and acting.id == handover.posting.person_id:
        raise Refused(_("Name somebody else: you will be gone."), "acting")
    _claim_section(handover, HEADER, version)
    handover.acting_person = acting
    handover.reachable_until, handover.reachable_how = reachable_until, reachable_how
    handover.language, handover.marking = language, marking
    _written(viewer, handover, HEADER)


def write_situation(
    viewer: Viewer,
    handover: Handover,
    *,
    situation: str,
    situation_line: str = "",
    week_one: Iterable[tuple[str, date | None]] = (),
    version: int | None = None,
) -> None:
    """Section 1: quiet, busy or on fire, in one line, and at most three things to do in week 1."""
    _may_write(viewer, handover)
    things = [(text.strip(), due_on) for text, due_on in week_one if text.strip()]
    if situation and situation not in SITUATIONS:
        raise Refused(_("This is not one of the choices."), "situation")
    if len(things) > MOST_WEEK_ONE:
        raise Refused(_("Three things fit in the first week, no more."), "text_3")
    _claim_section(handover, WEEK_ONE, version)
    handover.situation, handover.situation_line = situation, situation_line.strip()
    handover.week_one = [
        WeekOneItem(place=place, text=text, due_on=due_on) for place, (text, due_on) in enumerate(things)
    ]
    _written(viewer, handover, WEEK_ONE)


def write_dossier_item(
    viewer: Viewer,
    handover: Handover,
    dossier: Dossier,
    *,
    version: int | None = None,
    dossier_version: int | None = None,
    **texts: Any,
) -> HandoverDossier:
    """Section 2, one dossier. What is shared with the dossier changes there; `texts` are SHARED_TEXTS and OWN_TEXTS.

    Each version is the one that the writer had read: of this item (0 where there was none), and of the dossier.
    """
    _may_write(viewer, handover)
    if unknown := texts.keys() - set(SHARED_TEXTS) - set(OWN_TEXTS):
        raise TypeError(f"an item has no {', '.join(sorted(unknown))}")
    if texts.get("confidence") and texts["confidence"] not in CONFIDENCES:
        raise Refused(_("This is not one of the choices."), "confidence")
    if not viewer.is_system and not any(
        one.position_id == handover.posting.position_id for one in dossier.stewardships
    ):
        raise NotFound(dossier.id)
    # All or nothing: a conflict in the dossier must not leave half of the item behind in this transaction.
    with session().begin_nested():
        row = _item_row(handover, dossier, version)
        for name in OWN_TEXTS:
            if name in texts:
                setattr(row, name, texts[name] or "")
        shared = {name: texts[name] for name in SHARED_TEXTS if name in texts}
        if shared:
            change_dossier(viewer, dossier, version=dossier_version, **shared)
    _written(viewer, handover, DOSSIERS)
    return row


def _item_row(handover: Handover, dossier: Dossier, version: int | None) -> HandoverDossier:
    row = next((one for one in handover.dossier_rows if one.dossier_id == dossier.id), None)
    if row is not None:
        _claim(handover, row, version)
        return row
    if version:
        raise Conflict(handover)
    row = HandoverDossier(dossier_id=dossier.id)
    handover.dossier_rows.append(row)
    session().flush()
    return row


def name_taker(
    viewer: Viewer, handover: Handover, entry: Entry, person: Person | None = None, *, to_successor: bool = False
) -> None:
    """Section 3: who takes a commitment over; `to_successor` is whoever comes."""
    _may_write(viewer, handover)
    _take(handover, entry, Taking(person, to_successor))
    _written(viewer, handover, COMMITMENTS)


def write_commitments(
    viewer: Viewer, handover: Handover, takings: Mapping[Entry, Taking], *, version: int | None = None
) -> None:
    """Section 3 as a whole."""
    _may_write(viewer, handover)
    _claim_section(handover, COMMITMENTS, version)
    for entry, taking in takings.items():
        _take(handover, entry, taking)
    _written(viewer, handover, COMMITMENTS)


def _take(handover: Handover, entry: Entry, taking: Taking) -> None:
    if entry.kind != "commitment":
        raise Refused(_("Only a commitment can be taken over."))
    if taking.lapses_told_on and taking.lapses_told_on > clock.today():
        raise Refused(_("This day is still to come. First tell them."), f"told_{entry.id}")
    row = next((one for one in handover.commitment_rows if one.entry_id == entry.id), None)
    if row is None:
        row = HandoverCommitment(entry_id=entry.id)
        handover.commitment_rows.append(row)
    row.taker, row.to_successor, row.lapses_told_on = taking.person, taking.to_successor, taking.lapses_told_on


def plan_introduction(
    viewer: Viewer,
    handover: Handover,
    contact: Contact,
    *,
    plan: str,
    planned_on: date | None = None,
    why: str = "",
) -> None:
    """Section 4: how and when the successor meets a contact."""
    _may_write(viewer, handover)
    _plan(handover, contact, Introduction(plan, planned_on, why))
    _written(viewer, handover, RELATIONS)


def write_relations(
    viewer: Viewer, handover: Handover, plans: Mapping[Contact, Introduction], *, version: int | None = None
) -> None:
    """Section 4 as a whole."""
    _may_write(viewer, handover)
    _claim_section(handover, RELATIONS, version)
    for contact, introduction in plans.items():
        _plan(handover, contact, introduction)
    _written(viewer, handover, RELATIONS)


def _plan(handover: Handover, contact: Contact, introduction: Introduction) -> None:
    if introduction.plan and introduction.plan not in PLANS:
        raise Refused(_("This is not one of the choices."), f"plan_{contact.id}")
    row = next((one for one in handover.relation_rows if one.contact_id == contact.id), None)
    if row is None:
        row = HandoverRelation(contact_id=contact.id)
        handover.relation_rows.append(row)
    row.plan, row.planned_on, row.why = introduction.plan, introduction.planned_on, introduction.why


def write_section(
    viewer: Viewer,
    handover: Handover,
    number: int,
    *,
    text: str = "",
    none: bool = False,
    version: int | None = None,
) -> SectionText:
    """The free text of a section, or an explicit none."""
    _may_write(viewer, handover)
    if none and text.strip():
        raise Refused(_("Either there is something to say, or there is none."), "none")
    row = _claim_section(handover, number, version)
    row.text, row.none = text.strip(), none
    _written(viewer, handover, number)
    return row


def write_advice(
    viewer: Viewer,
    handover: Handover,
    *,
    advice: str = "",
    tips: str = "",
    differently: str = "",
    version: int | None = None,
) -> None:
    """Section 10: constraints and ways round them, tips, and what the leaver would do differently."""
    _may_write(viewer, handover)
    _claim_section(handover, ADVICE, version)
    handover.advice, handover.tips, handover.differently = advice, tips, differently
    _written(viewer, handover, ADVICE)


def write_lessons(
    viewer: Viewer,
    handover: Handover,
    *,
    achievements: str = "",
    obstacles: str = "",
    to_headquarters: str = "",
    to_domain: str = "",
    version: int | None = None,
) -> None:
    """Section 12: what was learned, and what headquarters and colleagues on the theme should do with it."""
    _may_write(viewer, handover)
    _claim_section(handover, LESSONS, version)
    handover.achievements, handover.obstacles = achievements, obstacles
    handover.to_headquarters, handover.to_domain = to_headquarters, to_domain
    _written(viewer, handover, LESSONS)


def _may_write(viewer: Viewer, handover: Handover) -> None:
    require(viewer, "handover.write", handover)
    lock(handover)
    require(viewer, "handover.write", handover)
    if handover.frozen_at is not None:
        raise Refused(_("This note is frozen: it keeps the words it had."))
    if handover.final_at is not None and not viewer.is_system:
        raise Refused(_("You signed this note. Open it again first if you want to change it."))


def lock(handover: Handover) -> None:
    """Let nobody sign, freeze or write it until this transaction ends, and see what they did before."""
    session().flush()
    columns = [one.key for one in Handover.__mapper__.column_attrs]
    session().refresh(handover, attribute_names=columns, with_for_update=True)
    # Its parts too: what was replaced is kept as it was, not as it was when this request began.
    session().expire(handover, ["texts", "week_one", "dossier_rows", "commitment_rows", "relation_rows"])


def _claim(handover: Handover, row: SectionText | HandoverDossier, version: int | None) -> None:
    """Claim a section that was saved before, and keep what it said."""
    claim(row, version)
    keep_replaced(handover, row, row.version - 1)


def _claim_section(handover: Handover, number: int, version: int | None) -> SectionText:
    """The row that guards a section; raises Conflict with it if somebody saved the section since it was read."""
    row = next((one for one in handover.texts if one.number == number), None)
    if row is not None:
        _claim(handover, row, version)
        return row
    if version:
        raise Conflict(handover)
    row = SectionText(number=number)
    handover.texts.append(row)
    session().flush()
    return row


def _written(viewer: Viewer, handover: Handover, section: int) -> None:
    # Also where only a part of it changed: the page says when it was last saved.
    handover.changed_at = clock.now()
    session().flush()
    record(viewer, "handover.written", handover, section=section)
    tell_search("handover", handover.id)
