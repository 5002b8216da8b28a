"""The charts of a report as pictures that stand by themselves, each with its words for who does not see it."""

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import gettext as _

from expertise.pilots import drawing, telling
from expertise.pilots.publishing import Figure
from expertise.pilots.report import Report

# The field in which lines are drawn, in the units of the picture.
FIELD = (580.0, 190.0)


@dataclass(frozen=True)
class Drawn:
    """A picture as SVG, and the same in a sentence."""

    svg: str
    alt: str


def of_criterion(report: Report) -> Drawn | None:
    """The two groups and their difference beside the criterion, with their intervals; None where it is not shown."""
    figure = report.published.figures.get(report.criterion)
    if figure is None:
        return None
    sign = 1 if report.plan["direction"] == "higher" else -1
    criterion = sign * report.plan["threshold"] / 100
    geometry = drawing.intervals(figure, criterion)
    return _drawn(
        "intervals", _said(figure), d=geometry, figure=figure, criterion=criterion, unit=figure.indicator.kind
    )


def _said(figure: Figure) -> str:
    kind = figure.indicator.kind
    return _(
        "Chart. %(name)s: participants %(ours)s (%(ours_span)s), comparison %(theirs)s (%(theirs_span)s), difference "
        "%(difference)s (%(span)s).",
        name=figure.indicator.name,
        ours=telling.value_of(kind, figure.participants),
        ours_span=telling.span_of(kind, figure.participants.estimate),
        theirs=telling.value_of(kind, figure.comparison),
        theirs_span=telling.span_of(kind, figure.comparison.estimate),
        difference=telling.amount(kind, figure.difference.value, signed=True),
        span=telling.span_of(kind, figure.difference, signed=True),
    )


def of_curve(report: Report) -> Drawn | None:
    """How long people stay; None where there are too few times for a line."""
    curve = report.published.curve
    if curve is None or not drawing.worth_drawing(curve):
        return None
    ours, theirs = curve.participants[-1], curve.comparison[-1]
    alt = _(
        "Chart. Still in the domain: of participants %(ours)s %% after %(time)s months, of the comparison %(theirs)s "
        "%% after %(other)s months. The table has every point.",
        ours=telling.amount("share", ours.share.value),
        time=telling.number(ours.time, 0),
        theirs=telling.amount("share", theirs.share.value),
        other=telling.number(theirs.time, 0),
    )
    return _drawn("lines", alt, d=drawing.steps(curve, FIELD), across=_("Months"))


def of_trend(report: Report) -> Drawn | None:
    """The two groups over the years."""
    trend = report.published.trend
    if trend is None:
        return None
    alt = _(
        "Chart. Part of service in the domain per year: participants from %(ours)s to %(now)s %%, comparison from "
        "%(theirs)s to %(then)s %%. The table has every year.",
        ours=telling.amount("part", trend.participants[0]),
        now=telling.amount("part", trend.participants[-1]),
        theirs=telling.amount("part", trend.comparison[0]),
        then=telling.amount("part", trend.comparison[-1]),
    )
    return _drawn("lines", alt, d=drawing.trend_lines(trend, FIELD), across=_("Year, from when they came in"))


def _drawn(kind: str, alt: str, **shown: Any) -> Drawn:
    template = current_app.jinja_env.get_template("pilots/picture.svg")
    return Drawn(template.render(kind=kind, alt=alt, telling=telling, **shown).strip(), alt)
