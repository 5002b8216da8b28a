"""A time band: holders in a row with what they noted in lanes under it, as geometry for parts/band.html.

Pure functions on plain data; no clock, no database, no language. Across, everything is a percentage of the
drawing, so that it fits any screen; down, it is pixels, because rows keep their height. What must not touch
(marks, labels) is judged at `width`, the drawing's width in pixels on a wide screen.

    chain = layout(
        [Span("Harm Brandsema", date(2013, 8, 8), date(2016, 8, 7), "earlier", url="/people/x")],
        [Lane("decision", _("Decision"), "diamond")],
        [Mark("decision", date(2013, 11, 3), _("Decision, 3 Nov 2013: …"), "/dossiers/x#entry-y")],
        today=today(), today_label=_("today, %(day)s", day=...), held_by=_("Held by"),
    )
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

EARLIER, PRESENT, NEXT, GAP = "earlier", "present", "next", "gap"
SHAPES = ("diamond", "square", "circle", "triangle", "bar", "plus")

# Pixels down: the years, the row of holders with its labels under it, then a row per lane.
BAR_TOP, BAR_HEIGHT, LANES_TOP, LANE_HEIGHT, FOOT = 34, 36, 97, 36, 24
# Pixels across, measured on the face that the page uses.
LETTER, YEAR_ROOM, WIDTH, APART = 7.6, 64, 1066, 14


@dataclass(frozen=True)
class Span:
    """A time in which somebody, or nobody, held it. `end` None: not known yet, drawn to the edge.

    `kind` is EARLIER, PRESENT, NEXT or GAP; `short` is shown where the label and its initials do not fit.
    """

    label: str
    start: date
    end: date | None
    kind: str
    url: str | None = None
    short: str = ""


@dataclass(frozen=True)
class Lane:
    """A row of marks: its key, its name on screen, and the shape that repeats it."""

    key: str
    label: str
    shape: str


@dataclass(frozen=True)
class Mark:
    """Something dated. `label` is its whole name, as a screen reader says it; `open` draws it hollow."""

    lane: str
    date: date
    label: str
    url: str
    open: bool = False


@dataclass(frozen=True)
class Tick:
    """A line at the start of a year; `label` is empty where the next label would be too near."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Bar:
    """A span as drawn. `text` is what fits in it; `below` is the label of a gap, at `below_x`."""

    x: float
    width: float
    kind: str
    text: str
    name: str
    url: str | None
    below: str = ""
    below_x: float = 0
    below_anchor: str = "middle"


@dataclass(frozen=True)
class Spot:
    """One mark as drawn, or `count` marks that lay too near together (the link is that of the newest)."""

    x: float
    y: int
    shape: str
    open: bool
    count: int
    name: str
    url: str


@dataclass(frozen=True)
class Row:
    """A lane as drawn: the middle of it, and its name."""

    y: int
    label: str


@dataclass(frozen=True)
class Band:
    """All that parts/band.html draws."""

    height: int
    held_by: str
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    rows: tuple[Row, ...]
    spots: tuple[Spot, ...]
    today: float
    today_label: str
    today_anchor: str


@dataclass(frozen=True)
class Scale:
    """Dates to percentages of the width, over whole years."""

    first: date
    last: date

    def at(self, day: date) -> float:
        """The place of a day, in percent, never outside the drawing."""
        whole = (self.last - self.first).days
        return round(100 * min(max((day - self.first).days, 0), whole) / whole, 2)


def layout(
    spans: Iterable[Span],
    lanes: Sequence[Lane],
    marks: Iterable[Mark],
    *,
    today: date,
    today_label: str,
    held_by: str,
    width: int = WIDTH,
    apart: int = APART,
) -> Band:
    """Place holders, marks, years and today. A lane without marks or a mark without a lane is not drawn."""
    spans, marks = sorted(spans, key=lambda span: span.start), list(marks)
    used = {mark.lane for mark in marks}
    lanes = [lane for lane in lanes if lane.key in used]
    scale = _scale([*(s.start for s in spans), *(s.end for s in spans if s.end), *(m.date for m in marks), today])
    now = scale.at(today)
    rows = [Row(LANES_TOP + LANE_HEIGHT * n + LANE_HEIGHT // 2, lane.label) for n, lane in enumerate(lanes)]
    spots = [
        spot
        for row, lane in zip(rows, lanes, strict=True)
        for spot in _spots([m for m in marks if m.lane == lane.key], lane, row.y, scale, width, apart)
    ]
    return Band(
        height=LANES_TOP + LANE_HEIGHT * len(rows) + FOOT,
        held_by=held_by,
        ticks=tuple(_ticks(scale, width)),
        bars=tuple(_labelled([_bar(span, scale, width) for span in spans], now, width)),
        rows=tuple(rows),
        spots=tuple(spots),
        today=now,
        today_label=today_label,
        today_anchor="end" if now > 50 else "start",
    )


def _scale(days: list[date]) -> Scale:
    """From the first of January before everything to the first of January after it."""
    return Scale(date(min(days).year, 1, 1), date(max(days).year + 1, 1, 1))


def _ticks(scale: Scale, width: int) -> Iterable[Tick]:
    """A line per year, or per labelled year where years lie close; labels on round years with room."""
    years = range(scale.first.year, scale.last.year + 1)
    per_year = width / (len(years) - 1)
    step = next((n for n in (1, 2, 5, 10, 20) if n * per_year >= YEAR_ROOM), 50)
    for year in years:
        labelled = year % step == 0
        if labelled or per_year >= APART:
            anchor = {years[0]: "start", years[-1]: "end"}.get(year, "middle")
            yield Tick(scale.at(date(year, 1, 1)), str(year) if labelled else "", anchor)


def _bar(span: Span, scale: Scale, width: int) -> Bar:
    # A holder is in place through the last day, so the bar ends where the next day begins.
    start, end = scale.at(span.start), scale.at(span.end + timedelta(days=1) if span.end else scale.last)
    room = (end - start) * width / 100 - 16
    fits = (text for text in (span.label, initials(span.label), span.short) if len(text) * LETTER <= room)
    text = next(fits, "") if span.kind != GAP else ""
    return Bar(start, round(max(end - start, 0.2), 2), span.kind, text, span.label, span.url)


def initials(name: str) -> str:
    """A name with its first word cut to a letter: Harm van Brandsema, H. van Brandsema."""
    first, _, rest = name.partition(" ")
    return f"{first[:1]}. {rest}" if rest else name


def _labelled(bars: list[Bar], now: float, width: int) -> Iterable[Bar]:
    """Give gaps their label below, the longest gap first, where it touches no other label and not today."""
    air = 6 * 100 / width
    taken = [(now - air, now + air)]
    below: dict[Bar, tuple[float, str]] = {}
    for bar in sorted((b for b in bars if b.kind == GAP), key=lambda b: -b.width):
        size = len(bar.name) * LETTER * 100 / width
        middle = bar.x + bar.width / 2
        # Under its gap, or else beside today's line or turned inwards at the edge.
        places = (
            (middle, "middle", middle - size / 2),
            (now + 1.2 * air, "start", now + 1.2 * air),
            (now - 1.2 * air, "end", now - 1.2 * air - size),
            (0.0, "start", 0.0),
            (100.0, "end", 100 - size),
        )
        for x, anchor, left in places:
            right = left + size
            near = left <= bar.x + bar.width + air * 2 and right >= bar.x - air * 2
            if near and left >= 0 and right <= 100 and all(right < a or left > b for a, b in taken):
                taken.append((left - air, right + air))
                below[bar] = (round(x, 2), anchor)
                break
    for bar in bars:
        if bar in below:
            x, anchor = below[bar]
            yield replace(bar, below=bar.name, below_x=x, below_anchor=anchor)
        else:
            yield bar


def _spots(marks: list[Mark], lane: Lane, y: int, scale: Scale, width: int, apart: int) -> list[Spot]:
    """The marks of one lane; those nearer than `apart` pixels become one that carries their number."""
    groups: list[list[Mark]] = []
    for mark in sorted(marks, key=lambda m: m.date):
        groups.append([mark])
        # A merged mark moves to the middle of its members, and may come too near to the one before it.
        while len(groups) > 1 and (_middle(groups[-1], scale) - _middle(groups[-2], scale)) * width / 100 < apart:
            last = groups.pop()
            groups[-1].extend(last)
    return [
        Spot(
            x=round(_middle(group, scale), 2),
            y=y,
            shape=lane.shape,
            open=any(mark.open for mark in group),
            count=len(group),
            name="; ".join(mark.label for mark in group),
            url=group[-1].url,
        )
        for group in groups
    ]


def _middle(group: list[Mark], scale: Scale) -> float:
    return sum(scale.at(mark.date) for mark in group) / len(group)
