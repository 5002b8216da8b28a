"""`expertise rotation`: between two days who leaves and comes, where nobody is, how far notes are, what is at risk."""

from datetime import date, datetime, timedelta
from typing import Any

import click
from flask.cli import with_appcontext

from expertise.access.viewer import Viewer, system
from expertise.base import clock
from expertise.base.commands import json_option, print_json, reading
from expertise.base.tables import text_as_known
from expertise.handovers.waiting import Leaving, notes_of_leavers
from expertise.rotation.queries import Filters, leaving_of, lines_at
from expertise.rotation.risk import AtRisk, risks
from expertise.rotation.sittings import Line, Seat, Sitting, Window

DAY = click.DateTime(["%Y-%m-%d"])


@click.command("rotation")
@click.option("--from", "first", type=DAY, required=True, metavar="DAY", help="The first day.")
@click.option("--to", "last", type=DAY, required=True, metavar="DAY", help="The last day.")
@json_option
@with_appcontext
def rotation(first: datetime, last: datetime, as_json: bool) -> None:
    """Departures, arrivals, gaps (in days), handovers and knowledge at risk between two days."""
    if last < first:
        raise click.UsageError("--to is before --from.")
    with reading():
        told = tell(system(), first.date(), last.date())
    if as_json:
        print_json(told)
        return
    for name in ("departures", "arrivals", "gaps", "handovers", "at_risk"):
        for one in told[name]:
            click.echo("\t".join([name, *(str(value) for value in one.values() if value not in (None, "", []))]))


def tell(viewer: Viewer, first: date, last: date) -> dict[str, Any]:
    """What this viewer oversees, as plain values. The number of queries does not grow with the positions."""
    window = Window(first, last, clock.today())
    lines = lines_at(viewer, Filters(), window, moving=True)
    notes = notes_of_leavers(viewer, [one.id for line in lines for one in leaving_of(line, window)])
    at_risk = risks(viewer, Filters(), window)
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "departures": [
            _moving(line.seat, one, text_as_known(one.ends_on, one.ends_precision))
            for line in lines
            for one in line.departures
        ],
        "arrivals": [
            _moving(line.seat, one, text_as_known(one.starts_on, one.starts_precision))
            for line in lines
            for one in line.arrivals
        ],
        "gaps": [one for line in lines for one in _gaps(line, window)],
        "handovers": [_handover(one) for one in notes.values()],
        "at_risk": [_at_risk(one) for one in at_risk.dossiers],
    }


def _place(seat: Seat) -> dict[str, Any]:
    return {"post": seat.post_code, "position": seat.id, "title": seat.title_en}


def _moving(seat: Seat, one: Sitting, day: str | None) -> dict[str, Any]:
    return _place(seat) | {"person": one.person_id, "name": one.person_name, "posting": one.id, "on": day}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _gaps(line: Line, window: Window) -> list[dict[str, Any]]:
    """`days`: from the last day of the one to the first of the next. `days_in_period`: those within what is asked."""
    found = []
    for gap in line.gaps:
        begins = max(gap.start, window.first)
        stops = min(gap.first_day - timedelta(days=1) if gap.first_day else window.last, window.last)
        acting = list(dict.fromkeys(one.person_id for one in gap.acting))
        days = {"days": gap.days, "about": gap.about, "days_in_period": (stops - begins).days + 1}
        span = {"from": gap.start.isoformat(), "until": _iso(gap.first_day)}
        found.append(_place(line.seat) | span | days | {"acting": acting})
    return found


def _handover(note: Leaving) -> dict[str, Any]:
    return {
        "posting": note.posting.id,
        "handover": note.handover_id,
        "state": note.state,
        "percent": note.figure.percent,
        "passed": note.figure.passed,
        "total": note.figure.total,
        "ends_on": text_as_known(note.posting.ends_on, note.posting.ends_precision),
        "successor": note.successor.person_id if note.successor else None,
    }


def _at_risk(one: AtRisk) -> dict[str, Any]:
    return {
        "dossier": one.kept.dossier_id,
        "title": one.kept.title,
        "urgency": one.kept.urgency,
        **{f"kept_by_{name}" if name == "title" else name: value for name, value in _place(one.seat).items()},
        "leaves_on": text_as_known(one.leaves, one.holder.ends_precision) if one.holder else None,
        "successor_on": text_as_known(one.successor.starts_on, one.successor.starts_precision)
        if one.successor
        else None,
        "gap_days": one.gap_days,
        "contacts_tier_1": one.contacts,
    }
