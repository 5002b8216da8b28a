"""Pages of profiles: what somebody declares, what is observed of them, and what they have to say about that."""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.access.rules import require
from expertise.base import clock
from expertise.base.errors import NotFound, Refused
from expertise.base.pages import Answer, form_page
from expertise.domains.queries import domain_choices
from expertise.experts import looking, personal, queries, service, words
from expertise.experts.forms import FORMS, EndorseForm, ObjectionForm, form_of
from expertise.experts.models import Claim
from expertise.people.models import Person
from expertise.people.queries import get_person

bp = Blueprint("experts", __name__)


@bp.get("/people/<person_id>/expertise")
@need("expertise.read")
def profile(person_id: str) -> str:
    """All that this viewer may see of what somebody knows; who it is about also says here what they think of it."""
    shown = queries.profile_of(viewer(), person_id)
    looking.note_look(viewer(), shown.person)
    objection = shown.objection.scope if shown.objection else ""
    return render_template(
        "experts/profile.html",
        shown=shown,
        person=shown.person,
        looks=queries.looks_of(viewer(), shown.person) if shown.own else [],
        form=ObjectionForm(data={"scope": objection}) if shown.own else None,
        words=words,
        today=clock.today(),
    )


def _own(person_id: str) -> Person:
    """The person, if it is the viewer."""
    person = get_person(viewer(), person_id)
    require(viewer(), "expertise.own", service.Profile(person))
    return person


@bp.route("/people/<person_id>/expertise/new/<claim_kind>", methods=["GET", "POST"])
@need("expertise.own")
def declare(person_id: str, claim_kind: str) -> Answer:
    """Declare something."""
    person = _own(person_id)
    if claim_kind not in FORMS:
        raise NotFound(claim_kind)
    form = form_of(claim_kind, domain_choices(viewer()) if claim_kind == "domain" else {})
    if form.validate_on_submit():
        try:
            service.declare(viewer(), person, claim_kind, **form.taken())
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Declared. Colleagues see it from now on."), "success")
            return redirect(url_for(".profile", person_id=person.id), 303)
    return form_page("experts/claim.html", form, person=person, kind=claim_kind, claim=None, words=words)


@bp.route("/people/<person_id>/expertise/<claim_id>", methods=["GET", "POST"])
@need("expertise.own")
def change(person_id: str, claim_id: str) -> Answer:
    """Change what one declared."""
    claim = queries.get_claim(viewer(), person_id, claim_id, action="expertise.own")
    form = form_of(claim.kind, domain_choices(viewer()) if claim.kind == "domain" else {}, claim)
    if form.validate_on_submit():
        try:
            service.change_claim(viewer(), claim, **form.taken())
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Changed."), "success")
            return redirect(url_for(".profile", person_id=person_id), 303)
    return form_page("experts/claim.html", form, person=claim.person, kind=claim.kind, claim=claim, words=words)


@bp.post("/people/<person_id>/expertise/<claim_id>/drop")
@need("expertise.own")
def drop(person_id: str, claim_id: str) -> AnyResponse:
    """Declare it no longer."""
    service.drop_claim(viewer(), queries.get_claim(viewer(), person_id, claim_id, action="expertise.own"))
    flash(_("Taken away."))
    return redirect(url_for(".profile", person_id=person_id), 303)


@bp.route("/people/<person_id>/expertise/<claim_id>/endorse", methods=["GET", "POST"])
@need("expertise.endorse")
def endorse(person_id: str, claim_id: str) -> Answer:
    """Endorse what a colleague declares."""
    claim: Claim = queries.get_claim(viewer(), person_id, claim_id, action="expertise.endorse")
    form = EndorseForm()
    if form.validate_on_submit():
        try:
            service.endorse(viewer(), claim, note=form.note.data or "")
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Endorsed. Your name stands with it."), "success")
            return redirect(url_for(".profile", person_id=person_id), 303)
    return form_page("experts/endorse.html", form, claim=claim, person=claim.person, words=words)


@bp.post("/people/<person_id>/expertise/endorsements/<endorsement_id>/withdraw")
@need("expertise.withdraw")
def withdraw(person_id: str, endorsement_id: str) -> AnyResponse:
    """Take an endorsement back, or off."""
    service.withdraw(viewer(), queries.get_endorsement(viewer(), person_id, endorsement_id))
    flash(_("The endorsement is gone."))
    return redirect(url_for(".profile", person_id=person_id), 303)


@bp.post("/people/<person_id>/expertise/hide")
@need("expertise.own")
def hide(person_id: str) -> AnyResponse:
    """Hide an observation, or a whole domain or country of them."""
    person, key = _own(person_id), request.form.get("key", "")[:60]
    if not key:
        raise NotFound(person_id)
    service.hide(viewer(), person, key)
    flash(_("Hidden. From now on nobody sees it and it counts nowhere."), "success")
    return redirect(url_for(".profile", person_id=person.id, _anchor="hidden"), 303)


@bp.post("/people/<person_id>/expertise/show-again")
@need("expertise.own")
def show_again(person_id: str) -> AnyResponse:
    """Let it count again."""
    person = _own(person_id)
    service.show_again(viewer(), person, request.form.get("key", "")[:60])
    flash(_("It is shown again."))
    return redirect(url_for(".profile", person_id=person.id), 303)


@bp.post("/people/<person_id>/expertise/objection")
@need("expertise.own")
def objection(person_id: str) -> Answer:
    """Object, or take an objection back."""
    person, form = _own(person_id), ObjectionForm()
    if not form.validate_on_submit():
        raise NotFound(person_id)
    service.object_to(viewer(), person, form.scope.data or "")
    flash(_("Noted. It holds from now on, everywhere."), "success")
    return redirect(url_for(".profile", person_id=person.id, _anchor="objection"), 303)


@bp.get("/people/<person_id>/expertise.json")
@need("expertise.own")
@costs("long")
def export(person_id: str) -> Response:
    """What somebody takes along: their own expertise, in the shape of a Europass."""
    person = _own(person_id)
    answer = jsonify(personal.europass(viewer(), person))
    answer.headers["Content-Disposition"] = 'attachment; filename="expertise.json"'
    return answer
