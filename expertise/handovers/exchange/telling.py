"""A note as a neutral document, in the language of the note: the same elements, in the same order, always."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _

from expertise.base import clock
from expertise.base.i18n import show_day, show_moment
from expertise.handovers.checks import open_points
from expertise.handovers.exchange.document import Block, Document, Facts, Heading, Line, Paragraph, Run, Table
from expertise.handovers.exchange.marked import blocks_of, clean, line_of, plain
from expertise.handovers.models import (
    ADVICE,
    COMMITMENTS,
    DOSSIERS,
    LESSONS,
    MONEY,
    PEOPLE,
    PLACES,
    READING,
    RECEIPT,
    RELATIONS,
    RHYTHM,
    UNKNOWN,
    WEEK_ONE,
    ReadBack,
    Receipt,
)
from expertise.handovers.note import Commitment, DossierItem, Note, Relation, by_plan
from expertise.handovers.queries import Shown
from expertise.handovers.words import (
    CONFIDENCE_NAMES,
    LESSON_NAMES,
    MARKING_NAMES,
    PLAN_NAMES,
    RELATION_NAMES,
    SECTION_NAMES,
    SITUATION_NAMES,
    STATE_NAMES,
)
from expertise.questions.models import Question


@dataclass(frozen=True)
class Said:
    """A remark on a frozen note: whose, when, about which section (and dossier), and what."""

    who: str
    when: str
    section: int
    dossier_id: str
    text: str


def language_of(note: Note) -> str:
    """Dutch for a Dutch note, English for any other: the labels have no French."""
    return "nl" if note.header.language == "nl" else "en"


def tell(
    shown: Shown,
    *,
    read_backs: dict[str, list[ReadBack]],
    receipts: Sequence[Receipt],
    remarks: Sequence[Said] = (),
    asked: Sequence[Question] = (),
) -> Document:
    """The document of a note as this viewer may see it."""
    note, handover = shown.note, shown.handover
    header = note.header
    with force_locale(language_of(note)):
        title = _("Handover by %(name)s", name=header.leaver.name)
        frozen = shown.handover.frozen_at is not None
        foot = (
            _("Frozen %(when)s · sha256 %(hash)s", when=show_moment(handover.frozen_at), hash=handover.content_hash)
            if handover.frozen_at
            else _("As it was on %(day)s; not frozen", day=show_day(shown.today))
        )
        return Document(
            title=clean(title),
            subtitle=clean(f"{header.title(language_of(note))} · {_state(shown)}"),
            organisation=clean(header.post(language_of(note))),
            author=clean(header.leaver.name),
            language=header.language,
            marking=str(MARKING_NAMES[header.marking]) if header.marking else "",
            made_on=(handover.frozen_at or clock.now()).date(),
            foot=foot,
            facts=Facts(tuple(_header(shown))),
            blocks=tuple(_blocks(shown, read_backs, (*_receipt(receipts), *_asked(asked)), remarks)),
            content_hash=handover.content_hash or "" if frozen else "",
        )


def _state(shown: Shown) -> str:
    handover = shown.handover
    if handover.received_at:
        return _("received %(day)s", day=show_day(handover.received_at.date()))
    if handover.final_at:
        return _("signed %(day)s", day=show_day(handover.final_at.date()))
    if handover.frozen_at:
        return _("frozen %(day)s, not signed", day=show_day(handover.frozen_at.date()))
    return str(STATE_NAMES[shown.state])


def _header(shown: Shown) -> Iterator[tuple[str, Line]]:
    header = shown.note.header
    ends = show_day(header.ends_on, header.ends_precision) if header.ends_on else _("no end known")
    yield _("Posting"), plain(f"{show_day(header.starts_on, header.starts_precision)} – {ends}")
    if header.successor:
        coming = _("from %(day)s", day=show_day(header.successor_on, header.successor_precision))
        yield _("Successor"), plain(f"{header.successor.name}, {coming}{_gap(header.gap_days)}")
    else:
        yield _("Successor"), plain(_("not known yet"))
    if header.acting:
        yield _("Fills in"), plain(header.acting.name)
    if header.reachable_until or header.reachable_how:
        until = _("until %(day)s", day=show_day(header.reachable_until)) if header.reachable_until else ""
        yield _("To be reached"), plain(_joined(until, header.reachable_how))
    figure = shown.figure
    yield _("Ready"), plain(_("%(passed)s of %(total)s points", passed=figure.passed, total=figure.total))
    if header.marking:
        yield _("Marking"), plain(str(MARKING_NAMES[header.marking]))
    if shown.handover.frozen and shown.handover.frozen.reason:
        yield _("Why now"), plain(shown.handover.frozen.reason)


def _gap(days: int | None) -> str:
    if days is not None and days > 1:
        return " · " + ngettext("gap of %(num)s day", "gap of %(num)s days", days)
    if days is not None and days < 0:
        return " · " + ngettext("overlap of %(num)s day", "overlap of %(num)s days", -days)
    return ""


def _blocks(
    shown: Shown, read_backs: dict[str, list[ReadBack]], receipt: Iterable[Block], remarks: Sequence[Said]
) -> Iterator[Block]:
    note = shown.note
    parts: dict[int, Iterable[Block]] = {
        WEEK_ONE: _week_one(note),
        DOSSIERS: _dossiers(shown, read_backs, remarks),
        COMMITMENTS: _commitments(note.commitments),
        RELATIONS: _relations(by_plan(note.relations)),
        RHYTHM: (*_rhythm(note), *_words(note, RHYTHM)),
        **{number: _words(note, number) for number in (PEOPLE, PLACES, READING, MONEY)},
        ADVICE: _advice(note),
        UNKNOWN: _words(note, UNKNOWN),
        **({LESSONS: _lessons(note)} if shown.sees_lessons else {}),
        RECEIPT: receipt,
    }
    for number, blocks in parts.items():
        yield Heading(1, f"{number} {SECTION_NAMES[number]}", anchor=f"s-{number}")
        made = tuple(blocks)
        yield from made or (_meta(_("Nothing is written here.")),)
        yield from _remarks(remarks, number, "")
    if shown.handover.frozen_at is None and any(one.blocking for one in open_points(shown.checks)):
        yield Heading(1, _("What is still missing"), anchor="missing")
        rows = [
            (plain(f"{one.section} {SECTION_NAMES[one.section]}"), plain(str(one.missing)), plain(str(one.why)))
            for one in open_points(shown.checks)
            if one.blocking
        ]
        yield Table((_("Where"), _("What"), _("Why it matters")), tuple(rows))


def _meta(text: str) -> Paragraph:
    return Paragraph(plain(text), "meta")


def _joined(*texts: str) -> str:
    return " · ".join(text for text in texts if text)


def _week_one(note: Note) -> Iterator[Block]:
    language = note.header.language
    if note.situation or note.situation_line:
        state = str(SITUATION_NAMES[note.situation]) if note.situation else ""
        runs = [Run(f"{state}. ", bold=True)] if state else []
        yield Paragraph((*runs, *plain(note.situation_line)), language=language)
    if note.week_one:
        rows = [(plain(one.text), plain(_day(one.due_on))) for one in note.week_one]
        yield Table((_("In week 1"), _("By when")), tuple(rows), language)


def _day(day: date | None) -> str:
    return show_day(day) if day else "–"


def _words(note: Note, number: int) -> Iterator[Block]:
    words = note.words(number)
    if words.text:
        yield from blocks_of(words.text, note.header.language)
    elif words.none:
        yield _meta(_("None."))


def _dossiers(shown: Shown, read_backs: dict[str, list[ReadBack]], remarks: Sequence[Said]) -> Iterator[Block]:
    note = shown.note
    if note.words(DOSSIERS).none and not note.dossiers:
        yield _meta(_("None: this position keeps no dossier."))
    for item in note.dossiers:
        yield Heading(2, clean(item.title), item.language, f"d-{item.id}")
        yield _meta(_about(item))
        yield from _item(item, note.header.language, shown.today)
        promised = note.promised_in(item.id)
        if promised:
            yield Heading(3, _("Promised"))
            yield from _commitments(promised)
        for told in read_backs.get(item.id, ()):
            yield from _told(told, note.header.leaver.name)
        yield from _remarks(remarks, DOSSIERS, item.id)


def _about(item: DossierItem) -> str:
    verified = _("verified %(day)s", day=show_day(item.verified_on)) if item.verified_on else _("never verified")
    sure = str(CONFIDENCE_NAMES[item.confidence]) if item.confidence else ""
    marking = str(MARKING_NAMES[item.marking]) if item.marking else ""
    return _joined(_("Urgency %(n)s", n=item.urgency), verified, sure, marking)


def _item(item: DossierItem, language: str, today: date) -> Iterator[Block]:
    valid = ""
    if item.line_valid_until:
        day = show_day(item.line_valid_until)
        valid = _("expired %(day)s", day=day) if item.line_valid_until < today else _("valid until %(day)s", day=day)
    cleared = _("cleared by %(who)s", who=item.line_cleared_by) if item.line_cleared_by else ""
    step = _joined(_day(item.next_step_on) if item.next_step_on else "", item.next_step_by)
    for label, text, about, spoken in (
        (_("What it is"), item.summary, "", item.language),
        (_("Our interest"), item.objectives, "", item.language),
        (_("Our line"), item.line_to_take, _joined(valid, cleared), item.language),
        (_("Where it stands"), item.state_of_play, "", item.language),
        (_("Next step"), item.next_step, step, item.language),
        (_("If this happens, then …"), item.contingency, "", language),
        (_("Who was against, and why"), item.opposition, "", language),
        (_("Tried, and failed"), item.tried_failed, "", language),
        (_("Difficulties"), item.difficulties, "", language),
        (_("Partners"), item.partners, "", language),
        (_("Budget"), item.budget, "", language),
    ):
        if text.strip():
            yield Heading(3, label)
            if about:
                yield _meta(clean(about))
            yield from blocks_of(text, spoken, below=4)


def _told(told: ReadBack, leaver: str) -> Iterator[Block]:
    who = told.person.name if told.person else _("somebody")
    answer = _("waits for an answer") if told.waits else _("confirmed") if told.confirmed else _("put right")
    yield Heading(3, _("Read back by %(name)s", name=who))
    yield _meta(_joined(show_moment(told.at), answer))
    yield from blocks_of(told.text, below=4)
    if told.correction:
        yield _meta(leaver)
        yield from blocks_of(told.correction, below=4)


def _commitments(items: Sequence[Commitment]) -> Iterator[Block]:
    if not items:
        return
    rows = [(plain(one.title), plain(one.to_whom or "–"), plain(_day(one.due_on)), plain(_taker(one))) for one in items]
    yield Table((_("What was promised"), _("To whom"), _("By when"), _("Taken over by")), tuple(rows))


def _taker(one: Commitment) -> str:
    if one.taker:
        return one.taker.name
    if one.to_successor:
        return _("the successor")
    if one.lapses_told_on:
        return _("lapses, told on %(day)s", day=show_day(one.lapses_told_on))
    return _("nobody yet")


def _relations(items: Sequence[Relation]) -> Iterator[Block]:
    if not items:
        return
    heads = (_("Contact"), _("Tier"), _("Introduction"), _("When"), _("Last contact"))
    yield Table(heads, tuple(_relation(one) for one in items))


def _relation(one: Relation) -> tuple[Line, ...]:
    what = ", ".join(text for text in (one.role, one.organisation) if text)
    plan = str(PLAN_NAMES[one.plan]) if one.plan else _("no plan yet")
    how = plain(plan)
    if one.why:
        how = (*how, Run("\n"), *line_of(one.why))
    if one.sensitivities:
        how = (*how, Run(f"\n{_('Take care')}: ", bold=True), *line_of(one.sensitivities))
    return (
        plain(f"{one.name}\n{what}" if what else one.name),
        plain(f"{one.tier}, {RELATION_NAMES[one.relation]}"),
        how,
        plain(_day(one.planned_on)),
        plain(_day(one.last_contact)),
    )


def _rhythm(note: Note) -> Iterator[Block]:
    if note.rhythm:
        heads = (_("What comes back"), _("When and where"), _("What for"), _("With whom"))
        rows = [
            (plain(one.name), plain(one.when_where), line_of(one.purpose), plain(one.focal_point))
            for one in note.rhythm
        ]
        yield Table(heads, tuple(rows))


def _advice(note: Note) -> Iterator[Block]:
    for label, text in (
        (_("Constraints, and ways round them"), note.advice),
        (_("Three tips to settle in"), note.tips),
        (_("What I would do differently"), note.differently),
    ):
        if text.strip():
            yield Heading(2, label)
            yield from blocks_of(text, note.header.language)


def _lessons(note: Note) -> Iterator[Block]:
    yield _meta(_("Lessons have readers of their own: the seat, and who keeps its themes."))
    for name, label in LESSON_NAMES.items():
        text = getattr(note.lessons, name)
        if text.strip():
            yield Heading(2, str(label))
            yield from blocks_of(text, note.header.language)
    for one in note.lessons.noted:
        yield Heading(2, clean(one.title), one.language)
        yield _meta(show_day(one.on, one.on_precision))
        yield from blocks_of(one.text, one.language)


def _receipt(receipts: Sequence[Receipt]) -> Iterator[Block]:
    for one in receipts:
        text = _("Received by %(name)s on %(when)s", name=one.person.name, when=show_moment(one.at))
        yield Paragraph(plain(text))
    if not receipts:
        yield _meta(_("Nobody has received it yet."))


def _asked(questions: Sequence[Question]) -> Iterator[Block]:
    for one in questions:
        yield Heading(2, clean(one.title), one.language)
        yield _meta(_("asked by %(name)s on %(day)s", name=one.asker.name, day=show_day(one.asked_at.date())))
        if one.body:
            yield from blocks_of(one.body, one.language)
        if one.answered_by and one.answered_at:
            who, day = one.answered_by.name, show_day(one.answered_at.date())
            yield _meta(_("Answered by %(name)s on %(day)s.", name=who, day=day))
            yield from blocks_of(one.answer, one.language)
        else:
            yield _meta(_("not answered yet"))


def _remarks(remarks: Sequence[Said], section: int, dossier_id: str) -> Iterator[Block]:
    for one in remarks:
        if (one.section, one.dossier_id) == (section, dossier_id):
            yield Heading(3, _("Remark by %(name)s, %(when)s", name=one.who, when=one.when))
            yield from blocks_of(one.text, below=4)
