"""The composed note: plain values that checks, pages, search and the frozen copy all read. No database.

`to_plain` and `from_plain` turn it into what JSON holds and back, so that a frozen note is read by the same templates
as a running one.
"""

import hashlib
import json
import types
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any, Union, get_args, get_origin, get_type_hints

LONGEST_ITEM = 150  # words


@dataclass(frozen=True)
class Who:
    """A person by name."""

    id: str
    name: str


@dataclass(frozen=True)
class Header:
    """Section 0: which posting, who comes, and who fills in."""

    leaver: Who
    position_id: str
    title_nl: str
    title_en: str
    post_code: str
    post_nl: str
    post_en: str
    starts_on: date | None
    starts_precision: str
    ends_on: date | None
    ends_precision: str
    successor: Who | None = None
    successor_on: date | None = None
    successor_precision: str = "day"
    # Days between the last day of the one and the first of the other, below zero where they overlap; None: not known.
    gap_days: int | None = None
    acting: Who | None = None
    reachable_until: date | None = None
    reachable_how: str = ""
    language: str = "nl"
    marking: str = ""
    highest_marking: str = ""  # of the dossiers in it

    @property
    def has_gap(self) -> bool:
        """Whether the seat is empty for a time after the last day; a start on the next day leaves no gap."""
        if self.ends_on is None:
            return False
        return self.successor is None or (self.gap_days is not None and self.gap_days > 1)

    def title(self, language: str) -> str:
        """Of the position, in the reader's language."""
        return self.title_nl if language == "nl" else self.title_en

    def post(self, language: str) -> str:
        """Of the post, in the reader's language."""
        return self.post_nl if language == "nl" else self.post_en


@dataclass(frozen=True)
class WeekOne:
    """Section 1: a thing to do in week 1."""

    text: str
    due_on: date | None = None


@dataclass(frozen=True)
class DossierItem:
    """Section 2: a dossier, with what stands in it and what only the leaver knows."""

    id: str
    title: str
    urgency: int = 2
    language: str = "nl"
    marking: str = ""
    restricted: bool = False
    version: int = 1  # of the dossier, to see what changed since
    summary: str = ""
    objectives: str = ""
    line_to_take: str = ""
    line_valid_until: date | None = None
    line_cleared_by: str = ""
    state_of_play: str = ""
    next_step: str = ""
    next_step_on: date | None = None
    next_step_by: str = ""
    verified_on: date | None = None
    partners: str = ""
    budget: str = ""
    difficulties: str = ""
    contingency: str = ""
    opposition: str = ""
    tried_failed: str = ""
    confidence: str = ""

    @property
    def words(self) -> int:
        """How long the leaver's paragraph is."""
        texts = (self.line_to_take, self.state_of_play, self.next_step, self.partners, self.budget)
        own = (self.difficulties, self.contingency, self.opposition, self.tried_failed)
        return sum(len(text.split()) for text in (*texts, *own))


@dataclass(frozen=True)
class Commitment:
    """Section 3: what was promised, and who takes it over."""

    id: str  # of the entry
    dossier_id: str
    title: str
    to_whom: str = ""
    due_on: date | None = None
    taker: Who | None = None
    to_successor: bool = False
    lapses_told_on: date | None = None


@dataclass(frozen=True)
class Relation:
    """Section 4: a contact that the position keeps, and how the successor is introduced."""

    id: str  # of the contact
    name: str
    role: str = ""
    organisation: str = ""
    tier: int = 2
    relation: str = "new"
    sensitivities: str = ""
    last_contact: date | None = None
    plan: str = ""
    planned_on: date | None = None
    why: str = ""
    has_basis: bool = False
    has_retention: bool = False


@dataclass(frozen=True)
class Recurring:
    """Section 5: a meeting or report that comes back."""

    name: str
    when_where: str = ""
    purpose: str = ""
    focal_point: str = ""


@dataclass(frozen=True)
class Words:
    """The free text of a section, or that there is none to be said."""

    text: str = ""
    none: bool = False

    @property
    def given(self) -> bool:
        """An entry, or an explicit none."""
        return self.none or bool(self.text.strip())


NOTHING = Words()


@dataclass(frozen=True)
class Learned:
    """A lesson that stands in a dossier already, as a note of the leaver."""

    id: str  # of the entry
    dossier_id: str
    title: str
    text: str = ""
    on: date | None = None
    language: str = "nl"
    on_precision: str = "day"  # of a day of which only the month or the year is known


@dataclass(frozen=True)
class Lessons:
    """Section 12, which has readers of its own: what was learned, for headquarters and for the theme."""

    achievements: str = ""
    obstacles: str = ""
    to_headquarters: str = ""
    to_domain: str = ""
    noted: tuple[Learned, ...] = ()

    @property
    def given(self) -> bool:
        """Whether anything was learned."""
        texts = (self.achievements, self.obstacles, self.to_headquarters, self.to_domain)
        return bool(self.noted) or any(one.strip() for one in texts)


NO_LESSONS = Lessons()


@dataclass(frozen=True)
class Enclosed:
    """A file that hung at the note when it was frozen."""

    id: str
    name: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Note:
    """All of it."""

    header: Header
    situation: str = ""
    situation_line: str = ""
    week_one: tuple[WeekOne, ...] = ()
    dossiers: tuple[DossierItem, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    relations: tuple[Relation, ...] = ()
    rhythm: tuple[Recurring, ...] = ()
    texts: Mapping[str, Words] = field(default_factory=dict)  # by section number, as text for JSON's sake
    advice: str = ""
    tips: str = ""
    differently: str = ""
    lessons: Lessons = NO_LESSONS
    composed_on: date | None = None
    enclosed: tuple[Enclosed, ...] = ()  # of a frozen note; its hash covers them by theirs
    why_now: str = ""  # of a note that was frozen before it was signed

    def words(self, number: int) -> Words:
        """The free text of a section."""
        return self.texts.get(str(number), NOTHING)

    def dossier(self, dossier_id: str) -> DossierItem | None:
        """The item of a dossier."""
        return next((one for one in self.dossiers if one.id == dossier_id), None)

    def promised_in(self, dossier_id: str) -> tuple[Commitment, ...]:
        """The open commitments of a dossier."""
        return tuple(one for one in self.commitments if one.dossier_id == dossier_id)

    @property
    def urgent(self) -> tuple[DossierItem, ...]:
        """Dossiers of urgency 1: the note is not received before each is read back."""
        return tuple(one for one in self.dossiers if one.urgency == 1)


def by_plan(relations: Iterable[Relation]) -> list[Relation]:
    """In the order in which the successor meets them: by the day planned, then by tier."""
    return sorted(relations, key=lambda one: (one.planned_on or date.max, one.tier, one.name))


def to_plain(value: Any) -> Any:
    """What JSON can hold."""
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: to_plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: to_plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [to_plain(one) for one in value]
    return value


def from_plain(kind: Any, value: Any) -> Any:
    """The value of that kind again; a field that a later version of the product added has its default."""
    if value is None:
        return None
    if get_origin(kind) in (Union, types.UnionType):
        return from_plain(next(one for one in get_args(kind) if one is not type(None)), value)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: from_plain(hints[name], one) for name, one in value.items() if name in hints})  # type: ignore[operator]
    if get_origin(kind) is tuple:
        return tuple(from_plain(get_args(kind)[0], one) for one in value)
    if get_origin(kind) is not None:
        return {key: from_plain(get_args(kind)[1], one) for key, one in value.items()}
    return date.fromisoformat(value) if kind is date else value


def hash_of(content: Any) -> str:
    """The sha256 of the canonical JSON: keys sorted, no spaces, UTF-8."""
    return hashlib.sha256(canonical(content)).hexdigest()


def canonical(content: Any) -> bytes:
    """The one way of writing a content, so that its hash can be made again by anybody."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
