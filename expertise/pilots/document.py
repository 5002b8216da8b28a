"""The report as a neutral document, for the typesetter: one page, then annexes."""

from collections.abc import Iterator
from datetime import date

from flask_babel import gettext as _

from expertise.base.clock import day_of
from expertise.base.i18n import language, show_day
from expertise.handovers.exchange.document import (
    Block,
    Document,
    Facts,
    Heading,
    Item,
    Items,
    Line,
    Paragraph,
    Picture,
    Run,
    Table,
)
from expertise.pilots import pictures, telling, words
from expertise.pilots.indicators import INDICATORS
from expertise.pilots.models import FIXED
from expertise.pilots.pictures import Drawn
from expertise.pilots.publishing import Figure
from expertise.pilots.report import Report


def done_by(day: date | None, as_of: date) -> date | None:
    """When it happened, if that was known."""
    return day if day is not None and day <= as_of else None


def codes_of(report: Report) -> list[str]:
    """The criterion first."""
    return [report.criterion, *(one for one in INDICATORS if one != report.criterion)]


def not_shown(report: Report, code: str) -> str:
    """Why a figure is not there."""
    if report.fixed_on is None:
        return _("the criterion is not fixed yet")
    if not report.published.looks or (
        report.published.looks[-1] < report.plan["judged_on"] and code != report.criterion
    ):
        return _("not before the day of judging")
    return _("not shown: a group, or what is left of it, is under five")


def document_of(report: Report) -> Document:
    """One page, then annexes."""
    as_of = _("as known on %(day)s", day=show_day(report.as_of))
    return Document(
        title=report.plan["question"],
        subtitle=f"{report.plan['name']} · {as_of}",
        organisation="Expertise",
        author="Expertise",
        language=language(),
        marking="",
        made_on=report.as_of,
        foot=f"{report.pilot.slug} · {as_of}",
        facts=Facts(()),
        dense=True,
        blocks=(*_first_page(report), *_annexes(report)),
    )


def _line(text: object, *, bold: bool = False) -> Line:
    return (Run(str(text), bold=bold),)


def _first_page(report: Report) -> Iterator[Block]:
    yield Paragraph(_line(words.PURPOSE), "meta")
    yield Heading(1, f"{_('The answer')}: {words.VERDICTS[report.answer.verdict]}")
    for text in (*telling.sentences(report), telling.settling(report.answer)):
        if text:
            yield Paragraph(_line(text))
    for one in report.decisions:
        yield Heading(2, f"{_('Decision')}: {words.DECISIONS[one.kind]}")
        yield Paragraph(_line(f"{show_day(one.on)}, {one.by}"), "meta")
        yield Paragraph(_line(one.reasons))
        if one.formalised:
            yield Paragraph((Run(f"{_('What was formalised')}: ", bold=True), *_line(one.formalised)))
    fixed = show_day(report.fixed_on) if report.fixed_on else ""
    yield Heading(2, _("Criterion fixed on %(day)s", day=fixed) if fixed else _("Criterion, not fixed yet"))
    yield Items(tuple(Item(_line(text)) for text in telling.rule(report)))
    yield Paragraph(_line(telling.power_of(report)), "meta")
    yield from _picture(pictures.of_criterion(report))
    yield Heading(1, _("All indicators"))
    yield from _figures(report)


def _picture(drawn: Drawn | None) -> Iterator[Block]:
    if drawn is not None:
        yield Picture(drawn.svg, drawn.alt)


def _figures(report: Report) -> Iterator[Block]:
    """What is shown as a table, and what is not in a line, so that the first page stays one."""
    heads = (
        _("Indicator"),
        _("Participants"),
        _("Comparison"),
        _("Difference"),
        _("%(level)s interval", level="95 %"),
    )
    shown = [report.published.figures[code] for code in codes_of(report) if code in report.published.figures]
    if shown:
        yield Table(heads, tuple(_figure_row(report, figure) for figure in shown), compact=True)
    for reason, names in hidden_by_reason(report).items():
        yield Paragraph((Run(f"{'; '.join(names)}: {reason}."),), "meta")


def hidden_by_reason(report: Report) -> dict[str, list[str]]:
    """The names of the indicators that are not shown, by why."""
    found: dict[str, list[str]] = {}
    for code in codes_of(report):
        if code not in report.published.figures:
            found.setdefault(not_shown(report, code), []).append(str(INDICATORS[code].name))
    return found


def _figure_row(report: Report, figure: Figure) -> tuple[Line, ...]:
    code = figure.indicator.code
    name = _line(INDICATORS[code].name, bold=code == report.criterion)
    return name, *(_line(text) for text in figure_cells(figure))


def figure_cells(figure: Figure) -> tuple[str, str, str, str]:
    """Participants, comparison, difference and its interval, as a table says them."""
    kind = figure.indicator.kind
    groups = (
        f"{telling.value_of(kind, one)}, {telling.counts_of(one)}" for one in (figure.participants, figure.comparison)
    )
    difference = f"{telling.amount(kind, figure.difference.value, signed=True)} {telling.difference_unit(kind)}"
    ours, theirs = groups
    return ours, theirs, difference, telling.span_of(kind, figure.difference, signed=True)


def _annexes(report: Report) -> Iterator[Block]:
    yield Heading(1, _("Annexes"), new_page=True)
    yield from _curve_annex(report)
    yield from _trend_annex(report)
    yield Heading(1, _("What was fixed"))
    yield Table(
        (_("Field"), _("What it says")),
        tuple((_line(words.FIELDS[name]), _line(telling.plan_value(report, name))) for name in FIXED),
    )
    if report.amendments:
        yield Heading(2, _("Later changes"))
        yield Table(
            (_("When"), _("Field"), _("Before"), _("After"), _("Why")),
            tuple(
                (
                    _line(show_day(day_of(one.at))),
                    _line(words.FIELDS[one.field]),
                    _line(telling.amended(report, one.field, one.old)),
                    _line(telling.amended(report, one.field, one.new)),
                    _line(one.reason),
                )
                for one in report.amendments
            ),
        )
    if report.chain:
        yield Heading(1, _("Results chain"))
        heads = (_("Step"), _("What"), _("Assumption of the arrow"), _("Evidence"))
        keys = ("text", "assumption", "evidence")
        rows = ((_line(words.STEPS[one["step"]]), *(_line(one[key]) for key in keys)) for one in report.chain)
        yield Table(heads, tuple(rows))
    yield from _followed(report)
    yield Heading(1, _("Definitions and method"))
    yield Table(
        (_("Indicator"), _("Definition")),
        tuple((_line(INDICATORS[code].name), _line(INDICATORS[code].definition)) for code in codes_of(report)),
    )
    yield Items(tuple(Item(_line(text)) for text in words.METHOD))


def _curve_annex(report: Report) -> Iterator[Block]:
    curve = report.published.curve
    if curve is None:
        return
    yield Heading(1, _("How long people stay in the domain"))
    yield from _picture(pictures.of_curve(report))
    heads = (
        _("Group"),
        _("Months"),
        _("Still followed"),
        _("Left until then"),
        _("Still in the domain"),
        _("%(level)s interval", level="95 %"),
    )
    rows = [
        (
            _line(name),
            _line(telling.number(one.time, 0)),
            _line(one.at_risk),
            _line(one.left),
            _line(f"{telling.amount('share', one.share.value)} %"),
            _line(telling.span_of("share", one.share)),
        )
        for name, points in ((_("Participants"), curve.participants), (_("Comparison"), curve.comparison))
        for one in points
    ]
    yield Table(heads, tuple(rows))


def _trend_annex(report: Report) -> Iterator[Block]:
    trend = report.published.trend
    if trend is None:
        return
    yield Heading(1, _("Before and after: difference in differences"))
    yield from _picture(pictures.of_trend(report))
    yield Table(
        (_("Year, from when they came in"), _("Participants"), _("Comparison")),
        tuple(
            (
                _line(telling.number(year, 0)),
                _line(f"{telling.amount('part', ours)} %"),
                _line(f"{telling.amount('part', theirs)} %"),
            )
            for year, ours, theirs in zip(trend.years, trend.participants, trend.comparison, strict=True)
        ),
    )
    yield Paragraph(_line(trend_in_words(report)))


def trend_in_words(report: Report) -> str:
    """What the comparison over time says."""
    trend = report.published.trend
    if trend is None:
        return ""
    return _(
        "The part of service in the domain rose by %(value)s points more among participants (%(span)s). It counts only "
        "where the two groups ran alike before.",
        value=telling.amount("part", trend.effect.value, signed=True),
        span=telling.span_of("part", trend.effect, signed=True),
    )


def _followed(report: Report) -> Iterator[Block]:
    if report.milestones:
        yield Heading(1, _("Milestones"))
        rows = (
            (one.name, show_day(one.due_on), show_day(done_by(one.done_on, report.as_of))) for one in report.milestones
        )
        yield Table((_("Milestone"), _("Due"), _("Reached")), tuple(tuple(map(_line, row)) for row in rows))
    for one in report.evaluations:
        yield Heading(2, _("Evaluation of %(day)s, by %(by)s", day=show_day(one.on), by=one.by))
        yield Paragraph(_line(one.found))
        if one.advised:
            yield Paragraph((Run(f"{_('Advice')}: ", bold=True), *_line(one.advised)))
    for measured in report.measures:
        measure = measured.measure
        yield Heading(2, measure.name)
        yield Paragraph(_line(f"{measure.definition} {_('Source')}: {measure.source}"), "meta")
        said = [
            (_("baseline"), measure.baseline, ""),
            *((show_day(value.on), value.value, value.note) for value in measured.values),
            (_("target"), measure.target, ""),
        ]
        yield Table((_("When"), measure.unit or _("Value"), _("Note")), tuple(tuple(map(_line, row)) for row in said))
