"""The notice that everybody may read, and the privacy officer's pages for our own staff."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.access.gate import append_apart, need, viewer
from expertise.access.pace import costs
from expertise.base.erasing import keep_ledger
from expertise.base.errors import Refused
from expertise.base.pages import Answer, json_file
from expertise.base.paging import page_number
from expertise.contacts.forms import PLACE_NAMES
from expertise.contacts.names import plain
from expertise.contacts.personal import review
from expertise.contacts.service import KEPT_YEARS
from expertise.experts.looking import note_look
from expertise.people import signing
from expertise.people.queries import get_person, list_people
from expertise.people.views import ask_once_more
from expertise.privacy import forms, service
from expertise.privacy.holdings import PURPOSES, TERMS, WHOSE, summary

bp = Blueprint("privacy", __name__)


@bp.get("/privacy")
@need("public")
def notice() -> str:
    """What we keep of people outside and inside, why, how long, and what they may ask."""
    return render_template(
        "privacy/notice.html", years=KEPT_YEARS, rows=summary(), purposes=PURPOSES, whose_names=WHOSE, terms=TERMS
    )


@bp.get("/privacy/people")
@need("person.privacy")
def people() -> str:
    """What waits for the privacy officer, and whom of our own staff it may be about."""
    text = request.args.get("text", "").strip()[:200]
    page = page_number(request.args.get("page"))
    return render_template(
        "privacy/people.html",
        text=text,
        found=list_people(viewer(), text, page=page, with_left=True) if text else None,
        waiting={one: review(viewer(), one) for one in ("expired", "objected")},
    )


@bp.get("/privacy/people/<person_id>")
@need("person.privacy")
def person(person_id: str) -> str:
    """One of our own staff: a copy for them, and, once they left, the way to become nameless."""
    someone = get_person(viewer(), person_id)
    note_look(viewer(), someone)
    return _page(someone, forms.EraseForm(formdata=None))


def _page(someone: Any, form: forms.EraseForm) -> str:
    return render_template(
        "privacy/person.html",
        person=someone,
        left=service.has_left(someone),
        nameless=service.is_nameless(someone),
        kept=service.overview(viewer(), someone, also=form.spellings),
        places=PLACE_NAMES,
        form=form,
        give=forms.GiveForm(formdata=None),
    )


@bp.post("/privacy/people/<person_id>/copy")
@need("person.privacy")
@costs("long")
def give_copy(person_id: str) -> Answer:
    """All that is recorded of them, as JSON. A POST, because it is logged."""
    someone = get_person(viewer(), person_id)
    if not signing.is_fresh():
        return ask_once_more(url_for(".person", person_id=someone.id))
    return json_file(f"person-{someone.id}.json", service.give(viewer(), someone))


@bp.post("/privacy/people/<person_id>/erase")
@need("person.privacy")
@costs("long")
def erase(person_id: str) -> Answer:
    """First what it comes to, with the name typed; then, once more asked, it is done."""
    someone = get_person(viewer(), person_id)
    if not signing.is_fresh():
        return ask_once_more(url_for(".person", person_id=someone.id))
    form = forms.EraseForm()
    if not form.validate_on_submit():
        return _page(someone, form), 422
    if plain(form.name.data) != plain(someone.name):
        form.name.errors = [_("This is not the name. Nothing was erased.")]
        return _page(someone, form), 422
    try:
        if "confirm" not in request.form:
            return _confirmation(someone, form)
        changed = service.erase(viewer(), someone, also=form.spellings)
    except Refused as why:
        form.blame(why)
        return _page(someone, form), 422
    append_apart(keep_ledger)
    text = ngettext("Erased. %(num)s other record was changed.", "Erased. %(num)s other records were changed.", changed)
    flash(text, "success")
    return redirect(url_for(".people"), 303)


def _confirmation(someone: Any, form: forms.EraseForm) -> str:
    if not service.has_left(someone):
        raise Refused(service.NOT_LEFT)
    kept = service.overview(viewer(), someone, also=form.spellings)
    return render_template("privacy/confirm.html", person=someone, form=form, kept=kept, places=PLACE_NAMES)
