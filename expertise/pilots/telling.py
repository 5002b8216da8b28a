"""Figures and answers in words, in the language of the page: the same in pages, files and the command line."""

from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.base.i18n import language, show_day
from expertise.pilots import words
from expertise.pilots.indicators import INDICATORS
from expertise.pilots.judging import NOT_YET, Answer
from expertise.pilots.publishing import Figure, Group
from expertise.pilots.report import Report
from expertise.pilots.statistics import Estimate

MINUS = "−"
# The fields of a plan that are days.
DAYS = ("starts_on", "entry_until", "judged_on")


def number(value: float, digits: int) -> str:
    """With so many decimals, and the comma where people write one."""
    text = f"{abs(value):.{digits}f}"
    sign = MINUS if value < 0 and float(text) else ""
    return sign + (text.replace(".", ",") if language() == "nl" else text)


def amount(kind: str, value: float, *, signed: bool = False) -> str:
    """A value of an indicator, without its unit: parts and shares as per cent."""
    text = number(value * 100, 0) if kind in ("share", "part") else number(value, 1)
    return f"+{text}" if signed and not text.startswith(MINUS) and text.strip("0,.") else text


def unit(kind: str) -> str:
    """What stands behind it."""
    return {"share": "%", "part": "%", "months": _("months"), "days": _("days"), "score": _("of 5")}[kind]


def difference_unit(kind: str) -> str:
    """The same of a difference."""
    return {
        "share": _("points"),
        "part": _("points"),
        "months": _("months"),
        "days": _("days"),
        "score": _("points"),
    }[kind]


def value_of(kind: str, group: Group) -> str:
    """74 %, or 18.3 months."""
    return f"{amount(kind, group.estimate.value)} {unit(kind)}"


def counts_of(group: Group) -> str:
    """14 of 19, or 19 people."""
    if group.yes is None:
        return ngettext("%(num)d person", "%(num)d people", group.people)
    return _("%(yes)d of %(people)d", yes=group.yes, people=group.people)


def span_of(kind: str, estimate: Estimate, *, signed: bool = False) -> str:
    """51 to 88."""
    return _(
        "%(low)s to %(high)s",
        low=amount(kind, estimate.low, signed=signed),
        high=amount(kind, estimate.high, signed=signed),
    )


def says(figure: Figure) -> str:
    """What a difference says by itself."""
    if figure.difference.low > 0:
        return _("higher")
    return _("lower") if figure.difference.high < 0 else _("cannot tell")


def sentences(report: Report) -> list[str]:
    """The answer in words; the first sentence has the counts."""
    answer, plan = report.answer, report.plan
    if not report.written:
        return [_("On that day this pilot was not written down yet. There are no data.")]
    if report.fixed_on is None:
        return [_("The criterion is not fixed yet. There are no data: no figures are made before it is.")]
    said = []
    if answer.verdict == NOT_YET:
        said.append(_("It is judged on %(day)s.", day=show_day(plan["judged_on"])))
    if answer.figure is None:
        said.append(
            _("There are no data yet: fewer than five people in a group have been followed long enough.")
            if answer.verdict == NOT_YET
            else _("Too few people: a group, or what is left of it, is under five.")
        )
        return said
    return [*said, _counts(answer.figure, plan["months"]), _distance(answer.figure, answer.verdict)]


def _counts(figure: Figure, months: int) -> str:
    ours, theirs = figure.participants, figure.comparison
    sentence = words.SENTENCES[figure.indicator.code]
    return str(
        sentence
        % {
            "yes": ours.yes,
            "of": ours.people,
            "other_yes": theirs.yes,
            "other_of": theirs.people,
            "months": months,
        }
    )


def _distance(figure: Figure, verdict: str) -> str:
    found = figure.difference
    points = round(abs(found.value) * 100)
    low, high = _points(found.low), _points(found.high)
    if verdict in ("cannot_tell", NOT_YET):
        return (
            _("That is %(points)d points more, but with so few people the true difference may lie anywhere from "
              "%(low)s to %(high)s.", points=points, low=low, high=high)
            if found.value >= 0
            else _("That is %(points)d points less, but with so few people the true difference may lie anywhere from "
                   "%(low)s to %(high)s.", points=points, low=low, high=high)
        )  # fmt: skip
    if found.value >= 0:
        return _("That is %(points)d points more; the true difference lies, with 95 %% certainty, from %(low)s to "
                 "%(high)s.", points=points, low=low, high=high)  # fmt: skip
    return _("That is %(points)d points less; the true difference lies, with 95 %% certainty, from %(low)s to "
             "%(high)s.", points=points, low=low, high=high)  # fmt: skip


def _points(value: float) -> str:
    points = round(abs(value) * 100)
    if value < 0:
        return ngettext("%(num)d point less", "%(num)d points less", points)
    return ngettext("%(num)d point more", "%(num)d points more", points)


def settling(answer: Answer) -> str:
    """What would settle it; empty where nothing is known of that."""
    if answer.more is None or answer.figure is None:
        return ""
    return _(
        "What would settle it: if the difference stays as it is, about %(more)d more participants and %(others)d more "
        "others. Then the chance to see it is 80 %%.",
        more=answer.more,
        others=answer.more_others or 0,
    )


def rule(report: Report) -> list[str]:
    """The criterion: when the answer is yes, when no, and else."""
    plan = report.plan
    name = str(INDICATORS[report.criterion].name)
    threshold = plan["threshold"]
    if plan["direction"] == "higher":
        yes = _("Yes if the share “%(name)s” is at least %(points)d points higher, and the whole 95 %% interval of the "
                "difference lies above zero.", name=name, points=threshold)  # fmt: skip
        no = _("No if the whole interval lies below +%(points)d.", points=threshold)
    else:
        yes = _("Yes if the share “%(name)s” is at least %(points)d points lower, and the whole 95 %% interval of the "
                "difference lies below zero.", name=name, points=threshold)  # fmt: skip
        no = _("No if the whole interval lies above −%(points)d.", points=threshold)
    return [yes, no, _("Cannot tell otherwise.")]


def power_in_words(expected: int, threshold: int, direction: str, people: int, others: int, power: float) -> str:
    """What so many people can show, stated beforehand."""
    hoped = expected + threshold if direction == "higher" else expected - threshold
    return _(
        "%(people)d people against %(others)d can show a change from %(expected)d to %(hoped)d %% with power "
        "%(power)s.",
        people=people,
        others=others,
        expected=expected,
        hoped=min(99, max(1, hoped)),
        power=number(power, 2),
    )


def power_of(report: Report) -> str:
    """The same of a report."""
    plan = report.plan
    return power_in_words(
        plan["expected"],
        plan["threshold"],
        plan["direction"],
        plan["planned"],
        plan["planned_comparison"],
        report.power,
    )


def plan_value(report: Report, field: str) -> str:
    """A field that was fixed, as people read it."""
    value = report.plan[field]
    return "–" if value is None else _in_words(report, field, value)


def amended(report: Report, field: str, text: str) -> str:
    """What a field said before or after it was changed, as people read it; it was logged as it is kept."""
    return _in_words(report, field, date.fromisoformat(text) if text and field in DAYS else text)


def _in_words(report: Report, field: str, value: Any) -> str:
    named = {
        "domain_id": report.names,
        "comparison_domain_id": report.names,
        "indicator": {code: str(one.name) for code, one in INDICATORS.items()},
        "direction": words.DIRECTIONS,
        "comparison": words.COMPARISONS,
    }
    if field.endswith("domain_id") and value and value not in report.names:
        return _("a domain that is no more")
    if field in named:
        return str(named[field].get(value, value))
    return show_day(value) if hasattr(value, "isoformat") else str(value)
