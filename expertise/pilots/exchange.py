"""The pilots as rows of a table: what was fixed, the answer of today, and the last decision."""

from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.access.viewer import Viewer
from expertise.base.clock import day_of
from expertise.base.errors import Refused
from expertise.base.tables import Field, Kind, Report, Row, Type
from expertise.pilots import queries
from expertise.pilots.models import CRITERIA, DECISIONS
from expertise.pilots.report import verdicts

FIELDS = (
    Field("slug", example="disarmament-2024"),
    Field("name", example="Domain steering, disarmament"),
    Field("question", example="Does a career inside disarmament keep expertise better?"),
    Field("domain", example="disarmament"),
    Field("state", example="running"),
    Field("starts_on", Type.DATE, example="2024-03-01"),
    Field("entry_until", Type.DATE, example="2024-09-30"),
    Field("indicator", Type.CHOICE, choices=CRITERIA, example="in_domain"),
    Field("months", Type.INTEGER, example="24"),
    Field("threshold", Type.INTEGER, example="15"),
    Field("direction", example="higher"),
    Field("judged_on", Type.DATE, example="2026-10-01"),
    Field("fixed_on", Type.DATE, example="2024-02-05"),
    Field("amendments", Type.INTEGER, example="1"),
    Field("verdict", example="cannot_tell"),
    Field("decision", Type.CHOICE, choices=DECISIONS, example="extend"),
    Field("decided_on", Type.DATE, example="2026-11-10"),
    Field("decided_by", example="Director of Personnel"),
)


def load(_viewer: Viewer, _rows: Iterator[Row], _report: Report) -> None:
    """Pilots do not come in as rows."""
    raise Refused(_("A pilot is set up on its page: its criterion is fixed there, before its data."))


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All pilots, in the order of their addresses."""
    pilots = sorted(queries.list_pilots(viewer), key=lambda one: one.slug)
    answers = verdicts(viewer, pilots)
    for one in pilots:
        decision = one.decisions[-1] if one.decisions else None
        yield {
            "slug": one.slug,
            "name": one.name,
            "question": one.question,
            "domain": one.domain.code,
            "state": queries.state_of(one),
            "starts_on": one.starts_on,
            "entry_until": one.entry_until,
            "indicator": one.indicator,
            "months": one.months,
            "threshold": one.threshold,
            "direction": one.direction,
            "judged_on": one.judged_on,
            "fixed_on": day_of(one.fixed_at) if one.fixed_at else None,
            "amendments": len(one.amendments),
            "verdict": answers.get(one.id, ""),
            "decision": decision.kind if decision else "",
            "decided_on": decision.on if decision else None,
            "decided_by": decision.by if decision else "",
        }


KIND = Kind("pilots", FIELDS, load, dump)
