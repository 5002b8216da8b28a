"""How the pages of this room draw time: the band of a position's holders, and the coming year of a post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import url_for
from flask_babel import gettext as _

from expertise.base import band
from expertise.base.i18n import show_day, show_month
from expertise.posts.chain import EARLIER, NEXT, PRESENT, Gap, Held, Spell
from expertise.posts.models import Position, Posting

KINDS = {EARLIER: band.EARLIER, PRESENT: band.PRESENT, NEXT: band.NEXT}
MONTHS = 12
# Pixels across that the year has on a wide screen, and those of a letter.
WIDTH, LETTER = 560, 7.6


def gap_label(gap: Gap) -> str:
    """What a gap is called."""
    if gap.days is None:
        return _("nobody named")
    return _("gap about %(days)s d", days=gap.days) if gap.about else _("gap %(days)s d", days=gap.days)


def chain_band(chain: Sequence[Spell], today: date) -> band.Band | None:
    """The holders of a position as a band; None where nothing has a date. Who acted stands in the table only."""
    spans: list[band.Span] = []
    starts = [one.start for one in chain if isinstance(one, Held) and not one.posting.acting and one.start]
    for one in chain:
        if isinstance(one, Gap):
            spans.append(band.Span(gap_label(one), one.start, _day_before(one.first_day), band.GAP))
        elif one.start is not None and not one.posting.acting:
            end = one.posting.ends_on
            if end is None and one.when != NEXT:
                # Nobody wrote down the end: then it lasted until the next one came.
                end = _day_before(min((other for other in starts if other > one.start), default=None))
            person = one.posting.person
            kind = band.EARLIER if one.end_missing else KINDS[one.when]
            address = url_for("posts.person", person_id=person.id)
            spans.append(band.Span(person.name, one.start, end, kind, address))
    if not spans:
        return None
    label = _("today, %(day)s", day=show_day(today))
    return band.layout(spans, [], [], today=today, today_label=label, held_by=_("Held by"))


def _day_before(day: date | None) -> date | None:
    return day - timedelta(days=1) if day else None


@dataclass(frozen=True)
class Month:
    """A line at the first of a month; `label` is its name, `year` stands at the first one and at each January."""

    x: float
    label: str
    year: str


@dataclass(frozen=True)
class Piece:
    """A holder or a gap within the year; `right` is where it ends, `departs` that its holder leaves there.

    Its words start `indent` pixels from its left, or stand right of it (`beside`) because it is too narrow.
    """

    x: float
    width: float
    kind: str
    text: str
    indent: int
    beside: bool
    departs: bool

    @property
    def right(self) -> float:
        """Where it ends."""
        return round(self.x + self.width, 2)


@dataclass(frozen=True)
class Line:
    """A position in which something changes within the year; `words` say what is drawn."""

    position: Position
    holder: Posting | None
    pieces: tuple[Piece, ...]
    words: str


@dataclass(frozen=True)
class Year:
    """The coming year of a post."""

    months: tuple[Month, ...]
    today: float
    lines: tuple[Line, ...]


def end_of_year(today: date) -> date:
    """The last day that the drawing shows: whole months."""
    return _first_of_month(today, MONTHS) - timedelta(days=1)


def coming_year(chains: Sequence[tuple[Position, Sequence[Spell]]], today: date) -> Year:
    """The positions in which somebody comes or goes, over the months from this one on."""
    last = end_of_year(today)
    scale = band.Scale(today.replace(day=1), last + timedelta(days=1))
    firsts = [_first_of_month(today, number) for number in range(MONTHS)]
    months = tuple(
        Month(scale.at(day), show_month(day), str(day.year) if day == firsts[0] or day.month == 1 else "")
        for day in firsts
    )
    lines = tuple(_line(where, chain, today, scale) for where, chain in chains if _changes(chain, today, last))
    return Year(months, scale.at(today), lines)


def _first_of_month(day: date, ahead: int) -> date:
    months = day.year * 12 + day.month - 1 + ahead
    return date(months // 12, months % 12 + 1, 1)


def _changes(chain: Sequence[Spell], today: date, last: date) -> bool:
    """Whether somebody leaves or comes within the year, or nobody is there."""
    for one in chain:
        if isinstance(one, Gap):
            if one.open_on(today):
                return True
        elif any(day and today <= day <= last for day in (one.posting.ends_on, one.posting.starts_on)):
            return True
    return False


def _line(position: Position, chain: Sequence[Spell], today: date, scale: band.Scale) -> Line:
    pieces: list[Piece] = []
    words: list[str] = []
    holder: Posting | None = None
    indent = 8
    for one in chain:
        if isinstance(one, Held) and one.posting.acting:
            continue
        end = one.posting.ends_on if isinstance(one, Held) else _day_before(one.first_day)
        if (end or date.max) < today or (one.start or date.min) >= scale.last:
            continue
        if isinstance(one, Held) and one.when == PRESENT:
            holder = one.posting
        piece = _piece(one, end, scale, indent)
        pieces.append(piece)
        words.append(_words(one))
        # Words beside a narrow piece stand in the next one, whose own words move on.
        indent = 8 + (round(len(piece.text) * LETTER) + 16 if piece.beside else 0)
    return Line(position, holder, tuple(pieces), "; ".join(words))


def _piece(one: Spell, end: date | None, scale: band.Scale, indent: int) -> Piece:
    x = scale.at(one.start or date.min)
    right = scale.at(end + timedelta(days=1)) if end and end < scale.last else 100.0
    room = (right - x) * WIDTH / 100 - indent
    departs = isinstance(one, Held) and end is not None and end < scale.last
    if isinstance(one, Gap):
        kind, text = band.GAP, gap_label(one)
    else:
        kind = band.NEXT if one.when == NEXT else band.PRESENT
        # The present holder is named at the left of the row already.
        text = one.posting.person.name if kind == band.NEXT else ""
    fits = len(text) * LETTER + 8 <= room
    if not fits and kind != band.GAP:
        text = ""
    return Piece(x, round(max(right - x, 0.2), 2), kind, text, indent, not fits and bool(text), departs)


def _words(one: Spell) -> str:
    if isinstance(one, Gap):
        return gap_label(one)
    name, posting = one.posting.person.name, one.posting
    if one.when == NEXT:
        return _("%(name)s from %(day)s", name=name, day=show_day(posting.starts_on, posting.starts_precision))
    if posting.ends_on is None:
        return name
    return _("%(name)s until %(day)s", name=name, day=show_day(posting.ends_on, posting.ends_precision))
