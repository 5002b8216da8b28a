"""What is missing in a note and why it matters: one small function per check, over the composed note alone.

A blocking check that is open keeps the note from being signed; a warning asks for care. The figure is the share of
blocking checks that pass, of those that apply.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.dossiers.models import MARKINGS
from expertise.handovers.models import (
    ADVICE,
    COMMITMENTS,
    DOSSIERS,
    HEADER,
    LESSONS,
    MONEY,
    PLACES,
    RELATIONS,
    RHYTHM,
    UNKNOWN,
    WEEK_ONE,
)
from expertise.handovers.note import LONGEST_ITEM, DossierItem, Note, Relation

VERIFIED_WITHIN = timedelta(days=180)
SEEN_WITHIN = timedelta(days=365)
MOST_ITEMS = 3
# "password: x", "wachtwoord = x", "pin 1234": a word that announces a secret, and something that could be one.
SECRET = re.compile(
    r"\b(?:password|passwd|passcode|wachtwoord|mot de passe|pincode|pin)\b\s*(?:is|=|:|->)\s*\S{3,}|\bpin\s+\d{4,}",
    re.I,
)


@dataclass(frozen=True)
class Check:
    """One point: of which section (and item), whether it blocks, whether it passed, and if not what and why."""

    section: int
    key: str
    passed: bool
    missing: Any
    why: Any
    blocking: bool = True
    item: str = ""  # id of the dossier, entry or contact
    fields: tuple[str, ...] = ()  # where it can be put right


@dataclass(frozen=True)
class Figure:
    """Ready to leave: so many of so many required points."""

    passed: int
    total: int

    @property
    def percent(self) -> int:
        """Rounded down: 100 is said of a complete note only."""
        return 100 * self.passed // self.total if self.total else 100

    @property
    def complete(self) -> bool:
        """Whether it can be signed."""
        return self.passed == self.total


def figure_of(checks: Iterable[Check]) -> Figure:
    """Blocking checks that passed, of those that apply."""
    blocking = [one.passed for one in checks if one.blocking]
    return Figure(sum(blocking), len(blocking))


def open_points(checks: Iterable[Check]) -> list[Check]:
    """What is not right yet: what blocks first, each in the order of the sections."""
    return sorted((one for one in checks if not one.passed), key=lambda one: (not one.blocking, one.section))


def grouped(points: Iterable[Check]) -> list[list[Check]]:
    """The same point about several items together, in the order in which they came."""
    found: dict[tuple[int, str], list[Check]] = {}
    for one in points:
        found.setdefault((one.section, one.key), []).append(one)
    return list(found.values())


def checks_of(note: Note, today: date) -> list[Check]:
    """All checks that apply to this note, in the order of the sections."""
    return [check for section in SECTIONS for check in section(note, today)]


def _header(note: Note, _today: date) -> Iterator[Check]:
    header = note.header
    within = header.marking in MARKINGS
    passed = within and MARKINGS.index(header.marking) >= MARKINGS.index(header.highest_marking)
    yield Check(
        HEADER,
        "marking",
        passed,
        _("The note is marked lower than a dossier in it."),
        _("Whoever prints or sends it goes by the marking."),
        fields=("marking",),
    )
    if header.has_gap:
        yield Check(
            HEADER,
            "acting",
            header.acting is not None,
            _("Nobody is named who fills in until the successor comes."),
            _("In the gap somebody must answer, and sign for the note."),
            fields=("acting",),
        )


def _week_one(note: Note, _today: date) -> Iterator[Check]:
    yield Check(
        WEEK_ONE,
        "items",
        1 <= len(note.week_one) <= MOST_ITEMS,
        _("Name one to three things to do in week 1."),
        _("In the first week nobody can do more, and without a choice everything looks equally urgent."),
        fields=("text_1",),
    )


def _dossiers(note: Note, today: date) -> Iterator[Check]:
    yield Check(
        DOSSIERS,
        "dossiers",
        bool(note.dossiers) or note.words(DOSSIERS).none,
        _("No dossier is kept by this position. Say so, or let it keep one."),
        _("What nobody keeps, nobody inherits."),
        fields=("none",),
    )
    for item in note.dossiers:
        yield from _dossier(item, today)


def _dossier(item: DossierItem, today: date) -> Iterator[Check]:
    absent = tuple(name for name in ("state_of_play", "next_step") if not getattr(item, name).strip())
    yield Check(
        DOSSIERS,
        "status",
        not absent,
        _("Where it stands and the next step must be filled in, or “none”."),
        _("Your successor must be able to do the next thing without you."),
        item=item.id,
        fields=absent,
    )
    if item.urgency == 1:
        yield Check(
            DOSSIERS,
            "contingency",
            bool(item.contingency.strip()),
            _("Urgency 1 needs at least one if-then rule, or “none”."),
            _("What kept you awake happens in the weeks in which nobody can ask you."),
            item=item.id,
            fields=("contingency",),
        )
    yield Check(
        DOSSIERS,
        "verified",
        item.verified_on is not None and today - item.verified_on <= VERIFIED_WITHIN,
        _("Nobody verified this dossier in the last 180 days."),
        _("An old state of play is read as today’s."),
        blocking=False,
        item=item.id,
    )
    yield Check(
        DOSSIERS,
        "length",
        item.words <= LONGEST_ITEM,
        _("This is longer than %(number)s words.", number=LONGEST_ITEM),
        _("What is short is read, also in a taxi."),
        blocking=False,
        item=item.id,
    )


def _commitments(note: Note, _today: date) -> Iterator[Check]:
    for one in note.commitments:
        yield Check(
            COMMITMENTS,
            "taker",
            bool(one.taker or one.to_successor or one.lapses_told_on),
            _("Nobody takes this over, and nobody was told that it lapses."),
            _("They remember what we promised, also when we do not."),
            item=one.id,
            fields=(f"taker_{one.id}",),
        )


def _relations(note: Note, today: date) -> Iterator[Check]:
    for one in note.relations:
        if one.tier == 1:
            yield Check(
                RELATIONS,
                "plan",
                bool(one.plan),
                _("For a contact of tier 1 there must be a plan for the introduction."),
                _("A relation is handed over by meeting, not by an address book."),
                item=one.id,
                fields=(f"plan_{one.id}",),
            )
        yield from _care(one, today)


def _care(one: Relation, today: date) -> Iterator[Check]:
    yield Check(
        RELATIONS,
        "seen",
        one.last_contact is not None and today - one.last_contact <= SEEN_WITHIN,
        _("No contact is noted in the last 12 months."),
        _("An old relation has to be made again, which takes longer."),
        blocking=False,
        item=one.id,
    )
    yield Check(
        RELATIONS,
        "lawful",
        one.has_basis and one.has_retention,
        _("The lawful basis or the date until which we keep it is not recorded."),
        _("We may only hand over what we may keep."),
        blocking=False,
        item=one.id,
    )


def _rhythm(note: Note, _today: date) -> Iterator[Check]:
    yield Check(
        RHYTHM,
        "rhythm",
        bool(note.rhythm) or note.words(RHYTHM).given,
        _("Name the meetings and reports that come back, or say that there are none."),
        _("The first one that is missed is the first thing that others notice."),
        fields=("text",),
    )


def _places(note: Note, _today: date) -> Iterator[Check]:
    words = note.words(PLACES)
    if words.text:
        yield Check(
            PLACES,
            "secret",
            SECRET.search(words.text) is None,
            _("This looks like a password or a code. Say who gives access instead."),
            _("The note is read, printed and kept for years."),
            fields=("text",),
        )


def _money(note: Note, _today: date) -> Iterator[Check]:
    yield Check(
        MONEY,
        "money",
        note.words(MONEY).given,
        _("Name budget lines, contracts, grants and assets, or say that there are none."),
        _("A deadline for money passes without anybody noticing."),
        fields=("text",),
    )


def _advice(note: Note, _today: date) -> Iterator[Check]:
    yield Check(
        ADVICE,
        "advice",
        any(text.strip() for text in (note.advice, note.tips, note.differently)),
        _("There is no advice yet."),
        _("What you learned the hard way stands in no report."),
        blocking=False,
        fields=("advice",),
    )


def _unknown(note: Note, _today: date) -> Iterator[Check]:
    yield Check(
        UNKNOWN,
        "unknown",
        note.words(UNKNOWN).given,
        _("Name what you do not know, or say that there is nothing."),
        _("Your successor then does not take silence for certainty."),
        fields=("text",),
    )


def _lessons(note: Note, _today: date) -> Iterator[Check]:
    yield Check(
        LESSONS,
        "lessons",
        note.lessons.given,
        _("There are no lessons yet."),
        _("Headquarters and those who work on this theme elsewhere learn nothing of it otherwise."),
        blocking=False,
        fields=("achievements",),
    )


SECTIONS: tuple[Callable[[Note, date], Iterator[Check]], ...] = (
    _header,
    _week_one,
    _dossiers,
    _commitments,
    _relations,
    _rhythm,
    _places,
    _money,
    _advice,
    _unknown,
    _lessons,
)
