"""The board as a file and as days of a calendar."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.tables import Field, PartialDate, as_known
from expertise.handovers.dates import Date
from expertise.rotation.queries import Filters, lines_at, window_of
from expertise.rotation.sittings import Line, Sitting, Window

BOARD = (
    *(Field(name) for name in ("post", "post_name", "position", "position_id", "what", "from", "until", "person")),
    *(Field(name) for name in ("days", "acting")),
)


def board_rows(viewer: Viewer, filters: Filters) -> Iterator[dict[str, Any]]:
    """A row per departure, arrival, gap and overlap over the months of the board, in the order of the board."""
    require(viewer, "rotation.board")
    window = window_of(filters)
    for line in lines_at(viewer, filters, window, moving=True):
        seat = line.seat
        place = {
            "post": seat.post_code,
            "post_name": seat.post_name(viewer.language),
            "position": seat.title(viewer.language),
            "position_id": seat.id,
        }
        for row in changes_of(line):
            yield place | row


def changes_of(line: Line) -> Iterator[dict[str, Any]]:
    """What happens at one position, as plain values. `days` of a gap count from the one date to the other."""
    for one in line.departures:
        yield {"what": "departure", "until": _end(one), "person": one.person_name}
    for one in line.arrivals:
        yield {"what": "arrival", "from": _start(one), "person": one.person_name}
    for gap in line.gaps:
        acting = [one.person_name for one in gap.acting]  # type: ignore[attr-defined]
        until = gap.first_day
        yield {"what": "gap", "from": gap.start, "until": until, "days": gap.days, "acting": ", ".join(acting)}
    for two in line.overlaps:
        yield {
            "what": "overlap",
            "from": two.after.starts_on,
            "until": two.before.ends_on,
            "days": two.days,
            "person": f"{two.before.person_name}, {two.after.person_name}",
        }


def _start(one: Sitting) -> PartialDate | None:
    return as_known(one.starts_on, one.starts_precision)


def _end(one: Sitting) -> PartialDate | None:
    return as_known(one.ends_on, one.ends_precision)


def board_dates(viewer: Viewer, filters: Filters) -> list[Date]:
    """The departures, arrivals and beginnings of gaps as whole days."""
    require(viewer, "rotation.board")
    window = window_of(filters)
    lines = lines_at(viewer, filters, window, moving=True)
    return sorted((one for line in lines for one in _dates(viewer, line, window)), key=lambda one: (one.on, one.key))


def _dates(viewer: Viewer, line: Line, window: Window) -> Iterator[Date]:
    where = f"{line.seat.post_name(viewer.language)}, {line.seat.title(viewer.language)}"
    url = f"/positions/{line.seat.id}"
    for one in line.departures:
        # A day that is known to the month or the year only stands in no calendar: any day there would be made up.
        if one.ends_on and one.ends_precision == "day":
            what = _("%(name)s leaves: %(where)s", name=one.person_name, where=where)
            yield Date(key=f"leaves-{one.id}", on=one.ends_on, what=what, url=url)
    for one in line.arrivals:
        if one.starts_on and one.starts_precision == "day":
            what = _("%(name)s comes: %(where)s", name=one.person_name, where=where)
            yield Date(key=f"comes-{one.id}", on=one.starts_on, what=what, url=url)
    for gap in line.gaps:
        if window.has(gap.start):
            what = _("Nobody there: %(where)s", where=where)
            yield Date(key=f"gap-{line.seat.id}-{gap.start.isoformat()}", on=gap.start, what=what, url=url)
