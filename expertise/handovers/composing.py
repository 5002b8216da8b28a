"""Composes notes out of what is recorded, for many postings in a fixed number of queries. Judges no rights.

A note that was frozen is read back as it was; any other is composed of today's dossiers, commitments, contacts and
duties of the position, also where nobody has written a word in it yet.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from expertise.access.viewer import system
from expertise.base import clock
from expertise.base.database import session
from expertise.contacts.models import Contact, Keeping
from expertise.contacts.queries import last_contact_on
from expertise.dossiers.models import DOSSIER_TEXTS, MARKINGS, Dossier, DossierRevision, Entry, Stewardship, restored
from expertise.handovers.models import Handover, HandoverCommitment, HandoverDossier
from expertise.handovers.note import (
    Commitment,
    DossierItem,
    Header,
    Learned,
    Lessons,
    Note,
    Recurring,
    Relation,
    WeekOne,
    Who,
    Words,
    from_plain,
)
from expertise.people.models import Person
from expertise.posts.models import Duty, Posting
from expertise.posts.queries import duties_of

OWN_TEXTS = ("partners", "budget", "difficulties", "contingency", "opposition", "tried_failed", "confidence")
SHOWN_TEXTS = (
    *("title", "summary", "objectives", "line_to_take", "line_valid_until", "line_cleared_by", "state_of_play"),
    *("next_step", "next_step_on", "next_step_by", "urgency", "language", "marking"),
)


@dataclass
class Gathered:
    """What many notes are made of, each by the id under which it is looked up."""

    line: dict[str, list[Posting]] = field(default_factory=lambda: defaultdict(list))  # by position
    kept: dict[str, list[Stewardship]] = field(default_factory=lambda: defaultdict(list))  # by position
    texts: dict[str, dict[str, Any]] = field(default_factory=dict)  # of a dossier, as known now
    learned: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))  # by dossier
    promised: dict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))  # by dossier
    contacts: dict[str, list[Keeping]] = field(default_factory=lambda: defaultdict(list))  # by position
    met: dict[str, date] = field(default_factory=dict)  # by contact
    duties: dict[str, list[Duty]] = field(default_factory=lambda: defaultdict(list))  # by position


def handovers_of(postings: Iterable[Posting]) -> dict[str, Handover]:
    """The notes of these postings by the posting's id; for a posting without a row one that is in no session."""
    wanted = {one.id: one for one in postings}
    query = select(Handover).where(Handover.posting_id.in_(wanted)).options(*WHOLE)
    found = {one.posting_id: one for one in session().scalars(query)}
    return {posting_id: found.get(posting_id) or unwritten(posting) for posting_id, posting in wanted.items()}


def unwritten(posting: Posting) -> Handover:
    """The note of a posting in which nobody wrote yet. It is in no session, so that nothing is stored by looking."""
    return Handover(posting=posting, posting_id=posting.id, language="nl", situation="", situation_line="",
                    reachable_how="", advice="", tips="", differently="", achievements="", obstacles="",
                    to_headquarters="", to_domain="")  # fmt: skip


WHOLE = (
    joinedload(Handover.acting_person),
    selectinload(Handover.week_one),
    selectinload(Handover.dossier_rows),
    selectinload(Handover.commitment_rows).joinedload(HandoverCommitment.taker),
    selectinload(Handover.relation_rows),
    selectinload(Handover.texts),
    selectinload(Handover.heirs),
)


def compose_all(handovers: Sequence[Handover]) -> dict[str, Note]:
    """The notes by posting id: frozen ones as they were, the others out of what is recorded."""
    thawed = [one for one in handovers if one.frozen_at is None]
    notes = {one.posting_id: from_plain(Note, one.frozen.content) for one in handovers if one.frozen_at and one.frozen}
    if thawed:
        gathered = gather([one.posting for one in thawed])
        notes |= {one.posting_id: compose(one, gathered) for one in thawed}
    return notes


def day_of(posting: Posting) -> date:
    """As of which day a note is composed: today, or the last day once that has passed."""
    return min(clock.today(), posting.ends_on or date.max)


def gather(postings: Sequence[Posting]) -> Gathered:
    """Everything that the notes of these postings are made of."""
    found = Gathered()
    seats = {one.position_id for one in postings}
    earliest = min(day_of(one) for one in postings)
    _gather_people(found, seats)
    _gather_dossiers(found, seats, earliest)
    _gather_contacts(found, seats, earliest)
    for duty in duties_of(system(), seats):
        found.duties[duty.position_id].append(duty)
    return found


def _gather_people(found: Gathered, seats: set[str]) -> None:
    query = select(Posting).where(Posting.position_id.in_(seats), Posting.status == "held")
    for posting in session().scalars(query.order_by(Posting.starts_on, Posting.id)):
        found.line[posting.position_id].append(posting)


def _gather_dossiers(found: Gathered, seats: set[str], earliest: date) -> None:
    query = (
        select(Stewardship)
        .join(Stewardship.dossier)
        .where(
            Stewardship.position_id.in_(seats),
            or_(Stewardship.to_on.is_(None), Stewardship.to_on > earliest),
            Dossier.status == "active",
        )
        .options(contains_eager(Stewardship.dossier))
        .order_by(Dossier.urgency, Dossier.title, Dossier.id)
    )
    dossiers: dict[str, Dossier] = {}
    for one in session().scalars(query):
        found.kept[one.position_id].append(one)
        dossiers[one.dossier_id] = one.dossier
    _gather_texts(found, dossiers)
    promised = (Entry.kind == "commitment") & or_(Entry.settled_on.is_(None), Entry.settled_on > earliest)
    entries = select(Entry).where(Entry.dossier_id.in_(dossiers), or_(promised, Entry.kind == "lesson"))
    for entry in session().scalars(entries.order_by(Entry.due_on.is_(None), Entry.due_on, Entry.id)):
        by_kind = found.learned if entry.kind == "lesson" else found.promised
        by_kind[entry.dossier_id].append(entry)


def _gather_texts(found: Gathered, dossiers: dict[str, Dossier]) -> None:
    """What each dossier said at this moment: when a past is recorded, not what was written in it since."""
    now = clock.now()
    later = [one.id for one in dossiers.values() if one.written_at > now]
    found.texts = {key: {name: getattr(one, name) for name in SHOWN_TEXTS} for key, one in dossiers.items()}
    if not later:
        return
    blank: dict[str, Any] = dict.fromkeys(SHOWN_TEXTS, "") | {
        "urgency": 2, "line_valid_until": None, "next_step_on": None,
    }  # fmt: skip
    for key in later:
        found.texts[key] = blank | {name: found.texts[key][name] for name in ("title", "language", "marking")}
    revisions = select(DossierRevision).where(DossierRevision.dossier_id.in_(later), DossierRevision.at <= now)
    for one in session().scalars(revisions.order_by(DossierRevision.version)):
        found.texts[one.dossier_id] |= restored(one.content, DOSSIER_TEXTS)


def _gather_contacts(found: Gathered, seats: set[str], earliest: date) -> None:
    query = (
        select(Keeping)
        .join(Keeping.contact)
        .where(Keeping.position_id.in_(seats), or_(Keeping.until.is_(None), Keeping.until > earliest))
        .options(contains_eager(Keeping.contact).joinedload(Contact.organisation))
        .order_by(Keeping.tier, Contact.name, Keeping.id)
    )
    ids = set()
    for one in session().scalars(query):
        found.contacts[one.position_id].append(one)
        ids.add(one.contact_id)
    found.met = last_contact_on(system(), ids)


def compose(handover: Handover, found: Gathered) -> Note:
    """The note of one posting."""
    posting = handover.posting
    day = day_of(posting)
    items = _items(handover, found, day)
    return Note(
        header=_header(handover, found, items),
        situation=handover.situation,
        situation_line=handover.situation_line,
        week_one=tuple(WeekOne(one.text, one.due_on) for one in handover.week_one),
        dossiers=tuple(items),
        commitments=tuple(_commitments(handover, found, (one.id for one in items), day)),
        relations=tuple(_relations(handover, found, day)),
        rhythm=tuple(
            Recurring(one.name, one.when_where, one.purpose, one.focal_point)
            for one in found.duties[posting.position_id]
        ),
        texts={str(one.number): Words(one.text, one.none) for one in handover.texts},
        advice=handover.advice,
        tips=handover.tips,
        differently=handover.differently,
        lessons=Lessons(
            handover.achievements,
            handover.obstacles,
            handover.to_headquarters,
            handover.to_domain,
            tuple(_learned(posting, found, (one.id for one in items), day)),
        ),
        composed_on=day,
    )


def _who(person: Person | None) -> Who | None:
    return Who(person.id, person.name) if person else None


def successor_in(line: Iterable[Posting], posting: Posting) -> Posting | None:
    """Who holds the seat after this posting, not only acting; `line` is the seat's, by start."""
    start = posting.starts_on or date.min
    return next(
        (
            one
            for one in line
            if one.id != posting.id and not one.acting and one.starts_on is not None and one.starts_on > start
        ),
        None,
    )


def _acting_in(line: Iterable[Posting], posting: Posting) -> Posting | None:
    """Who was recorded to act after the last day."""
    if posting.ends_on is None:
        return None
    return next(
        (
            one
            for one in line
            if one.acting and one.id != posting.id and (one.ends_on is None or one.ends_on > posting.ends_on)
        ),
        None,
    )


def _header(handover: Handover, found: Gathered, items: Sequence[DossierItem]) -> Header:
    posting = handover.posting
    position, post = posting.position, posting.position.post
    line = found.line[posting.position_id]
    successor = successor_in(line, posting)
    acting = _acting_in(line, posting)
    highest = max((MARKINGS.index(one.marking) for one in items), default=0)
    gap = None
    if successor is not None and posting.ends_on and successor.starts_on:
        gap = (successor.starts_on - posting.ends_on).days
    return Header(
        leaver=Who(posting.person.id, posting.person.name),
        position_id=position.id,
        title_nl=position.title_nl,
        title_en=position.title_en,
        post_code=post.code,
        post_nl=post.name_nl,
        post_en=post.name_en,
        starts_on=posting.starts_on,
        starts_precision=posting.starts_precision,
        ends_on=posting.ends_on,
        ends_precision=posting.ends_precision,
        successor=_who(successor.person) if successor else None,
        successor_on=successor.starts_on if successor else None,
        successor_precision=successor.starts_precision if successor else "day",
        gap_days=gap,
        acting=_who(handover.acting_person) or (_who(acting.person) if acting else None),
        reachable_until=handover.reachable_until,
        reachable_how=handover.reachable_how,
        language=handover.language,
        marking=MARKINGS[highest] if handover.marking is None else handover.marking,
        highest_marking=MARKINGS[highest],
    )


def _items(handover: Handover, found: Gathered, day: date) -> list[DossierItem]:
    own = {one.dossier_id: one for one in handover.dossier_rows}
    seen: dict[str, DossierItem] = {}
    for one in found.kept[handover.posting.position_id]:
        if (one.from_on or date.min) <= day < (one.to_on or date.max):
            seen[one.dossier_id] = _item(one.dossier, found.texts[one.dossier_id], own.get(one.dossier_id))
    return sorted(seen.values(), key=lambda one: (one.urgency, one.title, one.id))


def _item(dossier: Dossier, texts: dict[str, Any], row: HandoverDossier | None) -> DossierItem:
    verified = dossier.verified_on if dossier.verified_on and dossier.verified_on <= clock.today() else None
    return DossierItem(
        id=dossier.id,
        restricted=dossier.reach == "restricted",
        version=dossier.version,
        verified_on=verified,
        **{name: texts[name] for name in SHOWN_TEXTS},
        **({name: getattr(row, name) for name in OWN_TEXTS} if row else {}),
    )


def _commitments(handover: Handover, found: Gathered, own: Iterable[str], day: date) -> Iterable[Commitment]:
    rows = {one.entry_id: one for one in handover.commitment_rows}
    promised = [entry for dossier_id in own for entry in found.promised[dossier_id]]
    for entry in sorted(promised, key=lambda one: (one.due_on or date.max, one.id)):
        if (entry.date or date.min) > day or (entry.settled_on or date.max) <= day:
            continue
        row = rows.get(entry.id)
        yield Commitment(
            id=entry.id,
            dossier_id=entry.dossier_id,
            title=entry.title,
            to_whom=entry.to_whom,
            due_on=entry.due_on,
            taker=_who(row.taker) if row else None,
            to_successor=row.to_successor if row else False,
            lapses_told_on=row.lapses_told_on if row else None,
        )


def _learned(posting: Posting, found: Gathered, own: Iterable[str], day: date) -> Iterable[Learned]:
    """The lessons that the leaver noted in these dossiers during the posting, by day."""
    noted = [entry for dossier_id in own for entry in found.learned[dossier_id]]
    for entry in sorted(noted, key=lambda one: (one.date or date.min, one.id)):
        if entry.author_id == posting.person_id and (posting.starts_on or date.min) <= (entry.date or day) <= day:
            yield Learned(
                entry.id, entry.dossier_id, entry.title, entry.body, entry.date, entry.language, entry.date_precision
            )


def _relations(handover: Handover, found: Gathered, day: date) -> Iterable[Relation]:
    rows = {one.contact_id: one for one in handover.relation_rows}
    for one in found.contacts[handover.posting.position_id]:
        if not (one.since or date.min) <= day < (one.until or date.max):
            continue
        contact, row = one.contact, rows.get(one.contact_id)
        yield Relation(
            id=contact.id,
            name=contact.name,
            role=contact.role,
            organisation=contact.organisation.name if contact.organisation else "",
            tier=one.tier,
            relation=one.relation,
            sensitivities=one.sensitivities,
            last_contact=found.met.get(contact.id),
            plan=row.plan if row else "",
            planned_on=row.planned_on if row else None,
            why=row.why if row else "",
            has_basis=bool(contact.lawful_basis),
            has_retention=contact.retain_until is not None,
        )
