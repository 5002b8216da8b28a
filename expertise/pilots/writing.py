"""The report as a file: JSON, CSV, a page that prints, and PDF. The same report gives the same bytes."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from flask import current_app
from markupsafe import Markup

from expertise.base.clock import day_of
from expertise.base.errors import NotFound
from expertise.base.i18n import language, show_day
from expertise.base.tables.cells import disarm
from expertise.handovers.exchange.to_html import STYLE
from expertise.handovers.exchange.to_pdf import to_pdf
from expertise.pilots import pictures, telling, words
from expertise.pilots.document import codes_of, document_of, done_by, hidden_by_reason, not_shown
from expertise.pilots.indicators import INDICATORS
from expertise.pilots.models import FIXED
from expertise.pilots.publishing import Group
from expertise.pilots.report import Report, plain_plan
from expertise.pilots.statistics import Estimate, Point

MEDIA_TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
}
FORMS = tuple(MEDIA_TYPES)
# What charts look like in a page that stands by itself, in the reader's theme.
CHARTS = (Path(__file__).parent / "printed.css").read_text()
DIGITS = 6  # as many as any machine agrees on


@dataclass(frozen=True)
class Written:
    """A file to take along."""

    name: str
    media_type: str
    content: bytes


def write(report: Report, form: str) -> Written:
    """The report as a file; raises NotFound for a form that there is not."""
    if form not in MEDIA_TYPES:
        raise NotFound(form)
    content = {"json": as_json, "csv": as_csv, "html": as_html, "pdf": lambda one: to_pdf(document_of(one))}[form](
        report
    )
    return Written(f"pilot-{report.pilot.slug}-{report.as_of.isoformat()}.{form}", MEDIA_TYPES[form], content)


def as_json(report: Report) -> bytes:
    """One document, its keys in a fixed order."""
    return json.dumps(told(report), ensure_ascii=False, indent=1, default=_plain).encode() + b"\n"


def told(report: Report) -> dict[str, Any]:
    """Everything that the report says, as JSON can hold it."""
    published, answer = report.published, report.answer
    return {
        "slug": report.pilot.slug,
        "name": report.plan["name"],
        "question": report.plan["question"],
        "as_of": report.as_of,
        "language": language(),
        "purpose": str(words.PURPOSE),
        "fixed_on": report.fixed_on,
        "plan": plain_plan(report.plan) | {name: report.names.get(report.plan[name]) for name in ("domain_id",)},
        "criterion": telling.rule(report),
        "looks": published.looks,
        "answer": {
            "verdict": answer.verdict,
            "sentence": " ".join(telling.sentences(report)),
            "more_participants": answer.more,
            "more_others": answer.more_others,
        },
        "power": _rounded(report.power),
        "indicators": [_indicator(report, code) for code in codes_of(report)],
        "survival": _survival(report),
        "trend": asdict(published.trend, dict_factory=_rounding) if published.trend else None,
        **_written_down(report),
        "method": [str(one) for one in words.METHOD],
    }


def _written_down(report: Report) -> dict[str, list[dict[str, Any]]]:
    """What people recorded of the pilot, each as a list."""
    return {
        "chain": [dict(one) for one in report.chain],
        "milestones": [
            {"name": one.name, "due_on": one.due_on, "done_on": done_by(one.done_on, report.as_of)}
            for one in report.milestones
        ],
        "evaluations": [
            {"on": one.on, "by": one.by, "found": one.found, "advised": one.advised} for one in report.evaluations
        ],
        "measured_elsewhere": [
            {
                "name": one.measure.name,
                "definition": one.measure.definition,
                "source": one.measure.source,
                "unit": one.measure.unit,
                "baseline": one.measure.baseline,
                "target": one.measure.target,
                "values": [{"on": value.on, "value": value.value, "note": value.note} for value in one.values],
            }
            for one in report.measures
        ],
        "decisions": [
            {
                "kind": one.kind,
                "on": one.on,
                "by": one.by,
                "reasons": one.reasons,
                "formalised": one.formalised,
                "verdict_then": one.verdict,
            }
            for one in report.decisions
        ],
        "amendments": [
            {"at": one.at, "field": one.field, "old": one.old, "new": one.new, "reason": one.reason}
            for one in report.amendments
        ],
    }


def _indicator(report: Report, code: str) -> dict[str, Any]:
    indicator, figure = INDICATORS[code], report.published.figures.get(code)
    said = {
        "code": code,
        "name": str(indicator.name),
        "definition": str(indicator.definition),
        "kind": indicator.kind,
        "criterion": code == report.criterion,
        "counter_measure": indicator.counter,
        "shown": figure is not None,
    }
    if figure is None:
        return said
    return said | {
        "look": figure.day,
        "participants": _group(figure.participants),
        "comparison": _group(figure.comparison),
        "difference": asdict(figure.difference, dict_factory=_rounding),
        "says": telling.says(figure),
    }


def _group(group: Group) -> dict[str, Any]:
    return {"people": group.people, "yes": group.yes} | asdict(group.estimate, dict_factory=_rounding)


def _survival(report: Report) -> dict[str, Any] | None:
    curve = report.published.curve
    if curve is None:
        return None
    return {"look": curve.day, "participants": _points(curve.participants), "comparison": _points(curve.comparison)}


def _points(points: tuple[Point, ...]) -> list[dict[str, Any]]:
    return [
        {"months": one.time, "at_risk": one.at_risk, "left": one.left} | asdict(one.share, dict_factory=_rounding)
        for one in points
    ]


def _rounding(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    return {key: _rounded(value) for key, value in pairs}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0  # no minus before a zero
    if isinstance(value, tuple):
        return [_rounded(one) for one in value]
    return value


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


HEADS = ("part", "indicator", "group", "look", "months", "people", "yes", "value", "low", "high", "unit", "note")


def as_csv(report: Report) -> bytes:
    """A row per figure and group; UTF-8 with its mark and CRLF, as all our tables."""
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(report):
        writer.writerow({key: disarm(value) if isinstance(value, str) else value for key, value in row.items()})
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _rows(report: Report) -> Iterator[dict[str, Any]]:
    yield {"part": "pilot", "value": report.pilot.slug, "look": report.as_of, "note": str(words.PURPOSE)}
    yield {"part": "answer", "value": report.answer.verdict, "note": " ".join(telling.sentences(report))}
    for code in codes_of(report):
        figure = report.published.figures.get(code)
        if figure is None:
            note = str(not_shown(report, code))
            yield {"part": "indicator", "indicator": code, "note": note}
            continue
        months = report.plan["months"]
        same = {"part": "indicator", "indicator": code, "look": figure.day, "months": months}
        for name, group in (("participants", figure.participants), ("comparison", figure.comparison)):
            counts = {"people": group.people, "yes": "" if group.yes is None else group.yes}
            yield same | {"group": name, "unit": figure.indicator.kind} | counts | _cells(group.estimate)
        yield same | {"group": "difference", "unit": figure.indicator.kind} | _cells(figure.difference)
    curve = report.published.curve
    for name, points in (("participants", curve.participants), ("comparison", curve.comparison)) if curve else ():
        for one in points:
            same = {"part": "survival", "group": name, "months": one.time, "people": one.at_risk, "unit": "share"}
            yield same | _cells(one.share)


def _cells(found: Estimate) -> dict[str, Any]:
    return {name: f"{_rounded(getattr(found, name)):.{DIGITS}f}" for name in ("value", "low", "high")}


def as_html(report: Report) -> bytes:
    """A page that stands by itself, and prints."""
    page = current_app.jinja_env.get_template("pilots/printed.html").render(
        report=report,
        codes=codes_of(report),
        indicators=INDICATORS,
        fixed=FIXED,
        telling=telling,
        words=words,
        hidden=hidden_by_reason(report),
        done_by=done_by,
        show_day=show_day,
        day_of=day_of,
        language=language(),
        # Ours, letter for letter: nothing of it comes from a record, and no page of the application has it.
        style=Markup(f"<style>{STYLE}{CHARTS}</style>"),  # noqa: S704 (constants of ours)
        pictures={
            "criterion": _safe(pictures.of_criterion(report)),
            "curve": _safe(pictures.of_curve(report)),
            "trend": _safe(pictures.of_trend(report)),
        },
    )
    return page.encode()


def _safe(drawn: pictures.Drawn | None) -> Markup | None:
    # Made by our own template, which escapes what is in it.
    return Markup(drawn.svg) if drawn else None  # noqa: S704 (see above)
