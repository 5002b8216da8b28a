"""How the board draws time: a row per position, months across. Its words come in the reader's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.base import band
from expertise.base.i18n import show_day, show_month
from expertise.handovers.waiting import Leaving
from expertise.posts.chain import NEXT, Gap, Spell
from expertise.posts.drawing import gap_label
from expertise.rotation.queries import Board, month_ahead
from expertise.rotation.sittings import Line

# Pixels across that the months have on a wide screen, and those of a letter.
WIDTH, LETTER = 916, 8.0
# Under which figure a note needs somebody, and from how many days before the departure on.
NEEDED = ((60, 80), (150, 70))


@dataclass(frozen=True)
class Month:
    """A line at the first of a month; `year` stands at the first one and at each January."""

    x: float
    label: str
    year: str


@dataclass(frozen=True)
class Piece:
    """A holder or a gap; its words start `indent` pixels from its left, or stand right of it where it is too narrow."""

    x: float
    width: float
    kind: str
    text: str
    indent: int
    beside: bool = False
    departs: bool = False
    figure: str = ""
    urgent: bool = False

    @property
    def right(self) -> float:
        """Where it ends."""
        return round(self.x + self.width, 2)


@dataclass(frozen=True)
class Row:
    """A position of the board: what is drawn, and the same in words."""

    line: Line
    pieces: tuple[Piece, ...]
    holder: str
    until: str
    events: tuple["Event", ...]


@dataclass(frozen=True)
class Event:
    """Something that happens at a position, in words; `needs` somebody to act."""

    on: date
    kind: str  # departure, arrival, gap, overlap
    text: str
    needs: bool = False
    handover_id: str | None = None
    posting_id: str | None = None
    figure: str = ""


@dataclass(frozen=True)
class Drawn:
    """A page of the board."""

    months: tuple[Month, ...]
    today: float | None
    rows: tuple[Row, ...]


def draw(board: Board) -> Drawn:
    """Place everything on this page."""
    window = board.window
    scale = band.Scale(window.first, window.last + timedelta(days=1))
    firsts = [month_ahead(window.first, number) for number in range(window.months)]
    months = tuple(
        Month(scale.at(day), show_month(day), str(day.year) if day == firsts[0] or day.month == 1 else "")
        for day in firsts
    )
    now = scale.at(window.today) if window.has(window.today) else None
    return Drawn(months, now, tuple(_row(line, board, scale) for line in board.page.rows))


def _row(line: Line, board: Board, scale: band.Scale) -> Row:
    holder = line.holders[0] if line.holders else line.acting[0] if line.acting else None
    name = holder.person_name if holder else _("vacant")
    if holder is not None and not line.holders:
        name = _("acting: %(name)s", name=holder.person_name)
    until = show_day(holder.ends_on, holder.ends_precision) if holder and holder.ends_on else ""
    return Row(line, tuple(_pieces(line, board, scale)), name, until, tuple(events_of(line, board)))


def _pieces(line: Line, board: Board, scale: band.Scale) -> Iterator[Piece]:
    indent, drawn_to = 8, date.min
    together = {two.after.id: two.days for two in line.overlaps}
    for one in line.spells:
        if not isinstance(one, Gap) and one.posting.acting:
            continue
        end = _last_day(one)
        if (end or date.max) < scale.first or (one.start or date.min) >= scale.last:
            continue
        if isinstance(one, Gap) and one not in line.gaps:
            continue
        # Who comes while the other is still there is drawn from their departure on, and says for how long.
        begins = max(one.start or date.min, drawn_to)
        days = 0 if isinstance(one, Gap) else together.get(one.posting.id, 0)
        piece = _piece(one, (begins, end), days, board, scale, indent)
        yield piece
        drawn_to = max(drawn_to, end + timedelta(days=1) if end and end < scale.last else scale.last)
        # Words beside a narrow piece stand in the next one, whose own words move on.
        indent = 8 + (round(len(piece.text) * LETTER) + 16 if piece.beside else 0)


def _last_day(one: Spell) -> date | None:
    if not isinstance(one, Gap):
        return one.posting.ends_on
    return one.first_day - timedelta(days=1) if one.first_day else None


def _piece(
    one: Spell, days: tuple[date, date | None], together: int, board: Board, scale: band.Scale, indent: int
) -> Piece:
    begins, end = days
    x = scale.at(begins)
    right = scale.at(end + timedelta(days=1)) if end and end < scale.last else 100.0
    room = (right - x) * WIDTH / 100 - indent
    if isinstance(one, Gap):
        text = gap_words(one)
        beside = len(text) * LETTER + 8 > room
        # Where nothing follows there is no place to the right of it either; the table says it.
        text = "" if beside and right >= 100 else text
        return Piece(x, round(max(right - x, 0.2), 2), band.GAP, text, indent, beside and right < 100)
    departs = end is not None and end < scale.last
    figure, urgent = figure_of(board.notes.get(one.posting.id), board.window.today)
    kind = band.NEXT if one.when == NEXT else band.PRESENT
    text = one.posting.person_name if kind == band.NEXT else ""  # type: ignore[attr-defined]
    if text and together:
        text = ngettext("%(name)s, %(num)s day together", "%(name)s, %(num)s days together", together, name=text)
    fits = len(text) * LETTER + 8 + len(figure) * LETTER <= room
    figure = figure if len(figure) * LETTER + 8 <= room else ""
    width, shown = round(max(right - x, 0.2), 2), text if fits else ""
    return Piece(x, width, kind, shown, indent, departs=departs, figure=figure, urgent=urgent)


def gap_words(gap: Gap) -> str:
    """What a gap is called on the board: how long, and who acts meanwhile."""
    label = gap_label(gap)
    names = ", ".join(dict.fromkeys(_name(one) for one in gap.acting))
    return _("%(gap)s, acting: %(names)s", gap=label, names=names) if names else label


def _name(sitting: Any) -> str:
    return str(sitting.person_name)


def figure_of(note: Leaving | None, today: date) -> tuple[str, bool]:
    """How far a leaver's note is, as the board says it, and whether that is too little for so short before it."""
    if note is None or note.posting.ends_on is None:
        return "", False
    if note.state in ("final", "frozen", "received"):
        return _("signed"), False
    left = (note.posting.ends_on - today).days
    urgent = any(left <= days and note.figure.percent < least for days, least in NEEDED)
    return f"{note.figure.percent} %", urgent


def events_of(line: Line, board: Board) -> list[Event]:
    """What happens at a position over the time of the board, by day."""
    return sorted(_events(line, board), key=lambda one: (one.on, one.kind))


def _events(line: Line, board: Board) -> Iterator[Event]:
    for one in line.departures:
        assert one.ends_on
        note = board.notes.get(one.id)
        figure, urgent = figure_of(note, board.window.today)
        day = show_day(one.ends_on, one.ends_precision)
        text = _("%(name)s leaves on %(day)s", name=one.person_name, day=day)
        handover = note.handover_id if note else None
        yield Event(one.ends_on, "departure", text, urgent, handover, one.id if note else None, figure)
    for one in line.arrivals:
        assert one.starts_on
        day = show_day(one.starts_on, one.starts_precision)
        yield Event(one.starts_on, "arrival", _("%(name)s comes on %(day)s", name=one.person_name, day=day))
    for gap in line.gaps:
        yield Event(gap.start, "gap", _("%(gap)s from %(day)s", gap=gap_words(gap), day=show_day(gap.start)), True)
    for two in line.overlaps:
        assert two.after.starts_on
        text = ngettext("%(num)s day together", "%(num)s days together", two.days)
        yield Event(two.after.starts_on, "overlap", text)


def summary(board: Board) -> str:
    """The finding above the board: how many gaps and departures there are."""
    gaps = ngettext("%(num)s gap", "%(num)s gaps", board.gaps)
    departures = ngettext("%(num)s departure", "%(num)s departures", board.departures)
    months = ngettext("%(num)s month", "%(num)s months", board.window.months)
    return _("%(gaps)s and %(departures)s in %(months)s", gaps=gaps, departures=departures, months=months)


def by_post(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """The rows of the board under their posts, in their order."""
    found: list[tuple[str, list[Row]]] = []
    for row in rows:
        if not found or found[-1][1][0].line.seat.post_id != row.line.seat.post_id:
            found.append((row.line.seat.post_id, []))
        found[-1][1].append(row)
    return found
