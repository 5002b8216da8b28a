"""Pages on which HR follows a pilot: people, milestones, evaluations, indicators measured elsewhere, the decision."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Conflict, Refused
from expertise.base.pages import Answer
from expertise.base.paging import page_number
from expertise.drafts.opening import with_draft
from expertise.people.models import Person
from expertise.people.queries import match_person
from expertise.pilots import forms, queries, service, telling, words
from expertise.pilots.models import Participant, Pilot
from expertise.pilots.report import report_on
from expertise.pilots.views import bp, meanwhile, page


def _back(slug: str, place: str = "") -> Response:
    return redirect(url_for("pilots.show", slug=slug) + (f"#{place}" if place else ""), 303)


def _among(slug: str, one: Participant) -> Response:
    """The page of the list on which somebody stands, at their line."""
    return redirect(url_for(".people", slug=slug, shows=one.id, _anchor=one.id), 303)


def _colleague(form: forms.ParticipantForm) -> Person | None:
    """Whom the typed name means; says at the field what to type where that is not clear."""
    found = match_person(viewer(), form.person.data or "")
    if len(found) == 1:
        return found[0]
    names = ", ".join(one.email or one.name for one in found[:5])
    form.person.errors = [
        _("Several colleagues are called so: %(names)s. Type the e-mail address.", names=names)
        if found
        else _("No colleague is known by this name.")
    ]
    return None


@bp.get("/pilots/<slug>/people")
@need("pilot.read")
def people(slug: str) -> str:
    """Who takes part, with whom they are compared by name, and who applied and was refused; with their tracks."""
    pilot = queries.get_pilot(viewer(), slug)
    page, shows = page_number(request.args.get("page")), request.args.get("shows", "")
    tracks = queries.tracks_of(viewer(), pilot, page=page, shows=shows)
    return render_template(
        "pilots/people.html",
        pilot=pilot,
        tracks=tracks,
        page_url=lambda number: url_for(".people", slug=slug, page=number),
        words=words,
    )


@bp.route("/pilots/<slug>/people/new", methods=["GET", "POST"])
@need("pilot.change")
def add_person(slug: str) -> Answer:
    """Put somebody in."""
    pilot = queries.get_pilot(viewer(), slug)
    form = forms.ParticipantForm(data={"joined_on": pilot.starts_on, "role": "takes_part"})
    if form.validate_on_submit() and (person := _colleague(form)) is not None:
        try:
            made = service.take_in(viewer(), pilot, person, **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("%(name)s stands in the pilot.", name=person.name), "success")
            return _among(slug, made)
    return page("pilots/person.html", form, pilot=pilot, one=None)


@bp.route("/pilots/<slug>/people/<participant_id>", methods=["GET", "POST"])
@need("pilot.change")
def change_person(slug: str, participant_id: str) -> Answer:
    """Change what is recorded of somebody."""
    pilot = queries.get_pilot(viewer(), slug)
    one = queries.get_participant(viewer(), pilot, participant_id)
    form = forms.ParticipantForm(data=forms.participant_as_filled(one))
    form.person.data = one.person.name  # who it is stays
    if form.validate_on_submit():
        try:
            service.change_participant(viewer(), one, read_at=form.version.data or "", **form.columns)
        except Refused as why:
            form.blame(why)
        except Conflict:
            form.form_errors.append(meanwhile())
        else:
            flash(_("Saved."), "success")
            return _among(slug, one)
    return page("pilots/person.html", form, pilot=pilot, one=one)


@bp.post("/pilots/<slug>/people/<participant_id>/strike")
@need("pilot.change")
def strike_person(slug: str, participant_id: str) -> Answer:
    """Take out who was put in by mistake."""
    pilot = queries.get_pilot(viewer(), slug)
    service.take_out(viewer(), queries.get_participant(viewer(), pilot, participant_id))
    flash(_("Taken out. Reports of earlier days stay as they were."), "success")
    return redirect(url_for(".people", slug=slug), 303)


@dataclass(frozen=True)
class _Addition:
    """Something that is added to a pilot while it runs: its form, its verb, and where it stands on the pilot's page."""

    form: type[forms.FollowForm]
    verb: Callable[..., object]
    title: Any
    place: str


MILESTONE = _Addition(forms.MilestoneForm, service.add_milestone, lazy_gettext("Add a milestone"), "follow")
EVALUATION = _Addition(forms.EvaluationForm, service.add_evaluation, lazy_gettext("Add an evaluation"), "follow")
MEASURE = _Addition(
    forms.MeasureForm, service.add_measure, lazy_gettext("Add an indicator measured elsewhere"), "elsewhere"
)
MEASUREMENT = _Addition(forms.MeasurementForm, service.add_measurement, lazy_gettext("Add a measurement"), "elsewhere")


def _add(slug: str, what: _Addition) -> Answer:
    pilot = queries.get_pilot(viewer(), slug)
    form = what.form(data={"on": clock.today()})
    form.offer(pilot)
    with_draft(form)
    if form.validate_on_submit():
        try:
            what.verb(viewer(), pilot, **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Saved."), "success")
            return _back(slug, what.place)
    return page("pilots/form.html", form, pilot=pilot, title=what.title, names=form.names, place=what.place)


@bp.route("/pilots/<slug>/milestones/new", methods=["GET", "POST"])
@need("pilot.change")
def add_milestone(slug: str) -> Answer:
    """Add a milestone."""
    return _add(slug, MILESTONE)


@bp.route("/pilots/<slug>/evaluations/new", methods=["GET", "POST"])
@need("pilot.change")
def add_evaluation(slug: str) -> Answer:
    """Record an evaluation."""
    return _add(slug, EVALUATION)


@bp.route("/pilots/<slug>/measures/new", methods=["GET", "POST"])
@need("pilot.change")
def add_measure(slug: str) -> Answer:
    """Add an indicator that is measured elsewhere."""
    return _add(slug, MEASURE)


@bp.route("/pilots/<slug>/measurements/new", methods=["GET", "POST"])
@need("pilot.change")
def add_measurement(slug: str) -> Answer:
    """Add a value of one."""
    return _add(slug, MEASUREMENT)


@bp.post("/pilots/<slug>/milestones/<milestone_id>/reached")
@need("pilot.change")
def reach_milestone(slug: str, milestone_id: str) -> Answer:
    """It happened today."""
    pilot = queries.get_pilot(viewer(), slug)
    service.reach_milestone(viewer(), queries.get_milestone(viewer(), pilot, milestone_id))
    flash(_("Reached today."), "success")
    return _back(slug, "follow")


def _said_on(pilot: Pilot, day: date) -> str:
    """What the report of that day says: a decision that is recorded later does not rest on what came after it."""
    return report_on(viewer(), pilot, min(day, clock.today())).answer.verdict


@bp.route("/pilots/<slug>/decision", methods=["GET", "POST"])
@need("pilot.change")
def decide(slug: str) -> Answer:
    """Record the decision, beside what the report says today."""
    pilot = queries.get_pilot(viewer(), slug)
    report = report_on(viewer(), pilot)
    form = with_draft(forms.DecisionForm(data={"on": clock.today()}))
    if form.validate_on_submit():
        try:
            service.decide(
                viewer(),
                pilot,
                kind=form.kind.data,
                on=form.on.data,
                by=form.by.data or "",
                reasons=form.reasons.data or "",
                formalised=form.formalised.data or "",
                verdict=_said_on(pilot, form.on.data),
            )
        except Refused as why:
            form.blame(why)
        else:
            flash(_("The decision is recorded."), "success")
            if queries.lacks_day(pilot):
                flash(_("The pilot goes on: put the new day of judging in its plan."), "warning")
            return _back(slug, "decision")
    return page("pilots/decision.html", form, pilot=pilot, report=report, telling=telling)
