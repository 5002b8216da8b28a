"""Pages of pilots: the overview, a pilot and its answer, its plan, and the report as a file."""

from datetime import date
from functools import partial

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from expertise.access.gate import append_apart, need, viewer
from expertise.access.pace import costs
from expertise.audit.service import record_apart
from expertise.base import clock
from expertise.base.errors import Conflict, NotFound, Refused
from expertise.base.pages import Answer
from expertise.domains.queries import domain_choices
from expertise.drafts.opening import with_draft
from expertise.pilots import document, drawing, forms, judging, queries, service, telling, words, writing
from expertise.pilots.indicators import INDICATORS
from expertise.pilots.models import FIXED, STEPS, Pilot
from expertise.pilots.report import Report, report_on, verdicts

bp = Blueprint("pilots", __name__)


def page(template: str, form: forms.Form, **shown: object) -> Answer:
    """A form; 422 where it was refused."""
    text = render_template(template, form=form, words=words, **shown)
    return (text, 422) if form.is_submitted() else text


def meanwhile() -> str:
    """What a form says that would undo what somebody else wrote."""
    return _("Somebody else changed this pilot meanwhile. Open it beside this page, and take over what you need.")


@bp.get("/pilots")
@need("pilot.read")
def index() -> str:
    """All pilots, with the answer of today."""
    pilots = queries.list_pilots(viewer())
    return render_template(
        "pilots/index.html",
        pilots=pilots,
        verdicts=verdicts(viewer(), pilots),
        counts=queries.head_count(viewer()),
        state_of=queries.state_of,
        next_milestone=queries.next_milestone,
        telling=telling,
        words=words,
    )


@bp.get("/pilots/mine")
@need("pilot.own")
def mine() -> str:
    """In which pilots somebody is, and what is recorded there of them."""
    return render_template("pilots/mine.html", found=queries.mine(viewer()), words=words)


@bp.get("/pilots/<slug>")
@need("pilot.read")
def show(slug: str) -> Answer:
    """A pilot: the answer first."""
    pilot = queries.get_pilot(viewer(), slug)
    asked, wrong = request.args.get("as_of", ""), ""
    try:
        report = report_on(viewer(), pilot, date.fromisoformat(asked) if asked else None)
    except ValueError:
        report, wrong = report_on(viewer(), pilot), _("This is not a date. Write it as 2026-11-23.")
    except Refused as why:
        report, wrong = report_on(viewer(), pilot), str(why.message)
    shown = render_template(
        "pilots/show.html",
        pilot=pilot,
        report=report,
        asked=asked,
        wrong=wrong,
        state=queries.state_of(pilot),
        goes_on_undated=queries.lacks_day(pilot),
        today=clock.today(),
        codes=[report.criterion, *(one for one in INDICATORS if one != report.criterion)],
        indicators=INDICATORS,
        fixed=FIXED,
        steps=STEPS,
        threshold=_threshold(report),
        drawing=drawing,
        telling=telling,
        document=document,
        words=words,
    )
    return (shown, 422) if wrong else shown


def _threshold(report: Report) -> float:
    sign = 1 if report.plan["direction"] == "higher" else -1
    return float(sign * report.plan["threshold"] / 100)


@bp.get("/pilots/<slug>/report/<form>")
@need("pilot.read")
@costs("long")
def report_file(slug: str, form: str) -> Response:
    """The report as a file, always as a download."""
    pilot = queries.get_pilot(viewer(), slug)
    asked = request.args.get("as_of", "")
    try:
        written = writing.write(report_on(viewer(), pilot, date.fromisoformat(asked) if asked else None), form)
    except (ValueError, Refused):
        raise NotFound(asked) from None
    append_apart(partial(_note, pilot, form))
    made = Response(written.content, mimetype=written.media_type)
    made.headers["Content-Disposition"] = f'attachment; filename="{written.name}"'
    return made


def _note(pilot: Pilot, form: str) -> None:
    # Beside the request, because a GET cannot write: who took what along is kept all the same.
    address = request.remote_addr or ""
    record_apart(viewer(), "pilot.report_taken", pilot, result="done", address=address, form=form)


def _offer_domains(form: forms.PlanForm) -> None:
    offered = list(domain_choices(viewer()).items())
    form.domain_id.choices = [("", _("choose one")), *offered]
    form.comparison_domain_id.choices = [("", _("the same")), *offered]


def _power(form: forms.PlanForm) -> str:
    """What the filled-in numbers can show; said while a pilot is set up."""
    numbers = (form.expected.data, form.threshold.data, form.planned.data, form.planned_comparison.data)
    if any(not isinstance(one, int) or one < 1 for one in numbers) or form.errors:
        return ""
    expected, threshold, people, others = numbers
    direction = form.direction.data or "higher"
    power = judging.power_of(expected, threshold, direction, people, others)
    return telling.power_in_words(expected, threshold, direction, people, others, power)


@bp.route("/pilots/new", methods=["GET", "POST"])
@need("pilot.change")
def new() -> Answer:
    """Set a pilot up."""
    form = forms.PlanForm()
    _offer_domains(form)
    with_draft(form)
    good = form.validate_on_submit()
    if good and "count" not in request.form:
        try:
            pilot = service.set_up_pilot(viewer(), slug=form.slug.data or "", name=form.name.data or "", **form.plan)
        except Refused as why:
            form.blame(why)
        else:
            flash(
                _("The pilot is set up. Lay out its results chain, and fix the criterion before the first day."),
                "success",
            )
            return redirect(url_for(".show", slug=pilot.slug), 303)
    return page("pilots/plan.html", form, pilot=None, power=_power(form))


@bp.route("/pilots/<slug>/change", methods=["GET", "POST"])
@need("pilot.change")
def change(slug: str) -> Answer:
    """Change the plan; once it is fixed, with a reason."""
    pilot = queries.get_pilot(viewer(), slug)
    form = forms.PlanForm(data=forms.plan_as_filled(pilot))
    _offer_domains(form)
    with_draft(form)
    form.slug.data = pilot.slug  # an address that was given out stays
    good = form.validate_on_submit()
    if good and "count" not in request.form:
        try:
            service.change_plan(
                viewer(),
                pilot,
                name=form.name.data or "",
                reason=form.reason.data or "",
                version=int(form.version.data or 0),
                **form.plan,
            )
        except Refused as why:
            form.blame(why)
        except Conflict:
            form.form_errors.append(meanwhile())
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".show", slug=pilot.slug), 303)
    return page("pilots/plan.html", form, pilot=pilot, power=_power(form))


@bp.post("/pilots/<slug>/fix")
@need("pilot.change")
def fix(slug: str) -> Answer:
    """Fix the criterion before data."""
    pilot = queries.get_pilot(viewer(), slug)
    try:
        service.fix_criterion(viewer(), pilot, version=request.form.get("version", type=int))
    except Refused as why:
        flash(str(why.message), "error")
    except Conflict:
        flash(_("Somebody else changed the plan meanwhile. Read it as it stands here, and fix it then."), "error")
    else:
        flash(
            _("The criterion is fixed. From now on it changes only with a reason, and the old text is kept."), "success"
        )
    return redirect(url_for(".show", slug=slug), 303)


@bp.route("/pilots/<slug>/chain", methods=["GET", "POST"])
@need("pilot.change")
def chain(slug: str) -> Answer:
    """Write the results chain."""
    pilot = queries.get_pilot(viewer(), slug)
    form = with_draft(forms.ChainForm(data=forms.chain_as_filled(pilot)))
    if form.validate_on_submit():
        try:
            service.write_chain(viewer(), pilot, forms.chain_texts(form), read_at=form.version.data or "")
        except Conflict:
            form.form_errors.append(meanwhile())
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".show", slug=slug) + "#chain", 303)
    return page("pilots/chain.html", form, pilot=pilot, steps=STEPS)
