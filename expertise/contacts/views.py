"""Pages of contacts: the list, one contact, and what we note about them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Conflict, Refused
from expertise.base.paging import page_number
from expertise.contacts import forms, queries, service
from expertise.contacts.models import Contact
from expertise.contacts.panels import on_contact
from expertise.posts.queries import find_positions, get_position

bp = Blueprint("contacts", __name__)
Answer = str | Response | tuple[str, int]


@bp.get("/contacts")
@need("contact.read")
def index() -> str:
    """A list to search in: kept by me, by my post, or of all of us."""
    text = request.args.get("text", "").strip()[:200]
    standard = "mine" if viewer().positions else "all"
    whose = request.args.get("whose", standard if not text else "all")
    whose = whose if whose in queries.WHOSE else standard
    tier = request.args.get("tier", "")
    tier = tier if tier in forms.TIER_NAMES else ""
    found = queries.list_contacts(
        viewer(), text, whose=whose, tier=int(tier) if tier else None, page=page_number(request.args.get("page"))
    )
    asked = {"text": text or None, "whose": whose, "tier": tier or None}
    return render_template(
        "contacts/index.html",
        found=found,
        asked=asked,
        met=queries.last_contact_on(viewer(), [one.id for one in found.rows]) if whose == "mine" else {},
        whose_names=forms.WHOSE_NAMES,
        tier_names=forms.TIER_NAMES,
        relation_names=forms.RELATION_NAMES,
        finding=_finding(whose, found.total),
    )


def _finding(whose: str, total: int) -> str:
    """The heading says what the list is."""
    if whose == "mine":
        return ngettext("%(num)s contact is kept by you", "%(num)s contacts are kept by you", total)
    if whose == "post":
        return ngettext("%(num)s contact is kept by your post", "%(num)s contacts are kept by your post", total)
    return ngettext("%(num)s contact of all of us", "%(num)s contacts of all of us", total)


@bp.get("/contacts/<contact_id>")
@need("contact.read")
def show(contact_id: str) -> str:
    """One contact: who of us knows them since when, and what there is to know."""
    return _shown(queries.get_contact(viewer(), contact_id))


def _shown(contact: Contact, **more: Any) -> str:
    own = {one.position_id for one in contact.present_keepings}
    may_keep = [one for one in viewer().positions if one not in own]
    return render_template(
        "contacts/show.html",
        contact=contact,
        known=queries.known_by(viewer(), contact),
        people=queries.people_of(viewer(), contact) if contact.kind == "organisation" else [],
        interactions=queries.interactions_of(viewer(), contact),
        panels=on_contact.shown(viewer(), contact),
        may_keep=may_keep,
        names=forms,
        today=clock.today(),
        **{"form": forms.InteractionForm(data={"on": clock.today()}), **more},
    )


@bp.route("/contacts/new", methods=["GET", "POST"])
@need("contact.add")
def new() -> Answer:
    """Add a contact; one that looks like another is shown first, and may be added all the same."""
    form = forms.NewContactForm(
        data={
            "name": request.args.get("name", ""),
            "organisation": request.args.get("organisation", ""),
            "position": next(iter(viewer().positions), ""),
        }
    )
    _offer_positions(form, none=_("nobody yet"))
    if not form.validate_on_submit():
        return _edited(form, None)
    alike = [] if "anyway" in request.form else _lookalikes(form)
    if alike:
        return _edited(form, None, alike=alike)
    try:
        contact = service.add_contact(viewer(), **form.columns)
        if form.position.data:
            position = get_position(viewer(), form.position.data)
            service.keep(viewer(), contact, position, tier=int(form.tier.data))
    except Refused as why:
        form.blame(why)
        return _edited(form, None)
    flash(_("Contact added."), "success")
    return redirect(url_for(".show", contact_id=contact.id), 303)


def _lookalikes(form: forms.ContactForm) -> list[Contact]:
    organisation = form.organisation.data or ""
    return queries.lookalikes(
        viewer(), name=form.name.data or "", email=form.email.data or "", organisation=organisation
    )


def _offer_positions(form: Any, *, none: str | None = None) -> None:
    """My own positions as choices."""
    mine = find_positions(viewer(), viewer().positions)
    own = [(one, mine[one].title(viewer().language)) for one in viewer().positions]
    form.position.choices = [*own, *([("", none)] if none else [])]


def _edited(
    form: forms.ContactForm, contact: Contact | None, *, alike: list[Contact] | None = None, theirs: bool = False
) -> Answer:
    page = render_template(
        "contacts/edit.html",
        form=form,
        contact=contact,
        alike=alike or [],
        theirs=contact if theirs else None,
        names=forms,
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/contacts/<contact_id>/edit", methods=["GET", "POST"])
@need("contact.change")
def edit(contact_id: str) -> Answer:
    """Change what is recorded of a contact."""
    contact = queries.get_contact(viewer(), contact_id, action="contact.change")
    form = forms.EditContactForm(data=forms.as_filled(contact))
    if not form.validate_on_submit():
        return _edited(form, contact)
    try:
        service.change_contact(viewer(), contact, version=page_number(form.version.data), **form.columns)
    except Refused as why:
        form.blame(why)
        return _edited(form, contact)
    except Conflict:
        form.version.data = str(contact.version)
        return _edited(form, contact, theirs=True)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", contact_id=contact.id), 303)


@bp.route("/contacts/<contact_id>/keep", methods=["GET", "POST"])
@need("contact.read")
def keep(contact_id: str) -> Answer:
    """Keep a contact for one of my positions."""
    contact = queries.get_contact(viewer(), contact_id)
    form = forms.KeepForm()
    _offer_positions(form)
    if form.validate_on_submit():
        try:
            service.keep(
                viewer(),
                contact,
                get_position(viewer(), form.position.data),
                tier=int(form.tier.data),
                relation=form.relation.data,
                sensitivities=form.sensitivities.data or "",
            )
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Your position now keeps this contact; your successor inherits the relation."), "success")
            return redirect(url_for(".show", contact_id=contact.id), 303)
    return _keeping_page(form, contact)


def _keeping_page(form: Any, contact: Contact, *, keeping: Any = None, theirs: Any = None) -> Answer:
    page = render_template(
        "contacts/keep.html", form=form, contact=contact, keeping=keeping, theirs=theirs, names=forms
    )
    return (page, 422) if form.is_submitted() else page


@bp.route("/contacts/<contact_id>/keepings/<keeping_id>", methods=["GET", "POST"])
@need("contact.read")
def keeping(contact_id: str, keeping_id: str) -> Answer:
    """Change how my position stands with a contact."""
    contact = queries.get_contact(viewer(), contact_id)
    kept = queries.get_keeping(viewer(), contact, keeping_id)
    form = forms.KeepingForm(obj=kept)
    if not form.validate_on_submit():
        return _keeping_page(form, contact, keeping=kept)
    try:
        service.change_keeping(
            viewer(),
            kept,
            version=page_number(form.version.data),
            tier=int(form.tier.data),
            relation=form.relation.data,
            sensitivities=form.sensitivities.data or "",
        )
    except Refused as why:
        form.blame(why)
        return _keeping_page(form, contact, keeping=kept)
    except Conflict:
        form.version.data = str(kept.version)
        return _keeping_page(form, contact, keeping=kept, theirs=kept)
    flash(_("Saved."), "success")
    return redirect(url_for(".show", contact_id=contact.id), 303)


@bp.post("/contacts/<contact_id>/keepings/<keeping_id>/let-go")
@need("contact.read")
def let_go(contact_id: str, keeping_id: str) -> Response:
    """My position no longer keeps this contact."""
    contact = queries.get_contact(viewer(), contact_id)
    service.let_go(viewer(), queries.get_keeping(viewer(), contact, keeping_id))
    flash(_("Your position no longer keeps this contact."))
    return redirect(url_for(".show", contact_id=contact.id), 303)


@bp.post("/contacts/<contact_id>/interactions")
@need("contact.read")
def interact(contact_id: str) -> Answer:
    """Note what happened with a contact."""
    contact = queries.get_contact(viewer(), contact_id)
    form = forms.InteractionForm()
    if form.validate_on_submit():
        try:
            service.note_interaction(viewer(), contact, on=form.on.data, summary=form.summary.data or "")
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Noted."), "success")
            return redirect(url_for(".show", contact_id=contact.id), 303)
    return _shown(contact, form=form), 422
