"""Pages of contacts: the list, one contact, and which positions keep them."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Conflict, Refused
from expertise.base.pages import Answer, form_page
from expertise.base.paging import page_number
from expertise.contacts import doubles, forms, knowing, merging, queries, service, vcards
from expertise.contacts.models import Contact
from expertise.contacts.names import plain
from expertise.contacts.panels import on_contact
from expertise.contacts.planning import clashing
from expertise.drafts.opening import with_draft
from expertise.posts.queries import find_positions, get_position

bp = Blueprint("contacts", __name__)


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
    quiet = request.args.get("quiet") == "1"
    page = page_number(request.args.get("page"))
    found = queries.list_contacts(viewer(), text, whose=whose, tier=int(tier) if tier else None, quiet=quiet, page=page)
    asked = {"text": text or None, "whose": whose, "tier": tier or None, "quiet": "1" if quiet else None}
    return render_template(
        "contacts/index.html",
        found=found,
        asked=asked,
        whose_names=forms.WHOSE_NAMES,
        tier_names=forms.TIER_NAMES,
        relation_names=forms.RELATION_NAMES,
        finding=_finding(whose, found.total, more=found.more),
    )


def _finding(whose: str, total: int, *, more: bool) -> str:
    """The heading says what the list is."""
    if more:
        return {
            "mine": _("More than %(num)s contacts are kept by you", num=total),
            "post": _("More than %(num)s contacts are kept by your post", num=total),
            "all": _("More than %(num)s contacts of all of us", num=total),
        }[whose]
    if whose == "mine":
        return ngettext("%(num)s contact is kept by you", "%(num)s contacts are kept by you", total)
    if whose == "post":
        return ngettext("%(num)s contact is kept by your post", "%(num)s contacts are kept by your post", total)
    return ngettext("%(num)s contact of all of us", "%(num)s contacts of all of us", total)


@bp.get("/contacts/<contact_id>")
@need("contact.read")
def show(contact_id: str) -> Answer:
    """One contact: who of us knows them since when, and what there is to know."""
    contact = queries.get_contact(viewer(), contact_id)
    if contact.merged_into_id:
        return redirect(url_for(".show", contact_id=contact.merged_into_id), 303)
    return _shown(contact)


def _shown(contact: Contact) -> str:
    own = {one.position_id for one in contact.present_keepings}
    known = knowing.known_by(viewer(), contact)
    return render_template(
        "contacts/show.html",
        contact=contact,
        known=known,
        knowers=knowing.knowers_of(viewer(), contact, known),
        people=queries.people_of(viewer(), contact) if contact.kind == "organisation" else [],
        roles=queries.roles_of(viewer(), contact),
        assistants=contact.assistants,
        interactions=queries.interactions_of(viewer(), contact),
        quiet=queries.gone_quiet(viewer(), contact.present_keepings),
        clashes=clashing(viewer(), contact.id),
        merges=merging.merges_of(viewer(), contact),
        panels=on_contact.shown(viewer(), contact),
        may_keep=[one for one in viewer().positions if one not in own],
        names=forms,
        today=clock.today(),
        form=forms.InteractionForm(formdata=None, data={"on": clock.today()}),
    )


@bp.get("/contacts/<contact_id>/card.vcf")
@need("contact.read")
def card(contact_id: str) -> Response:
    """The contact as a vCard, for a telephone or another address book."""
    contact = queries.get_contact(viewer(), contact_id)
    version = "3.0" if request.args.get("version") == "3.0" else "4.0"
    headers = {"Content-Disposition": f'attachment; filename="{contact.id}.vcf"'}
    return FlaskResponse(vcards.card_of(contact, version=version), mimetype="text/vcard", headers=headers)


@bp.get("/contacts/<contact_id>/code")
@need("contact.read")
def code(contact_id: str) -> str:
    """The contact as a QR code, to hold a telephone before."""
    contact = queries.get_contact(viewer(), contact_id)
    return render_template("contacts/code.html", contact=contact, image=vcards.code_of(contact))


@bp.route("/contacts/new", methods=["GET", "POST"])
@need("contact.add")
def new() -> Answer:
    """Add a contact; one that looks like another is shown first, and may be added all the same."""
    form = forms.NewContactForm(
        data={
            "name": request.args.get("name", ""),
            "organisation": request.args.get("organisation", ""),
            "position": next(iter(viewer().positions), ""),
            "lawful_basis": service.USUAL_BASIS,
            "retain_until": service.usual_retention(),
        }
    )
    offer_positions(form, none=_("nobody yet"))
    with_draft(form)
    if "check" in request.form:
        return _edited(form, None, checked=True)
    if not form.validate_on_submit():
        return _edited(form, None)
    alike = _alike(form)
    if alike and "anyway" not in request.form and not _seen(form, alike):
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


def _alike(form: forms.ContactForm) -> list[Contact]:
    names = ("name", "email", "organisation", "kind")
    return doubles.similar(viewer(), **{name: form[name].data or "" for name in names})


def _seen(form: forms.ContactForm, alike: list[Contact]) -> bool:
    """Whether all of them were shown while typing, and none is surely the same."""
    shown = set(request.form.getlist("seen"))
    sure = any(
        one.name_key == plain(form.name.data or "") or (one.email and one.email == (form.email.data or "").lower())
        for one in alike
    )
    return not sure and {one.id for one in alike} <= shown


@bp.get("/contacts/alike")
@need("contact.add")
def alike() -> str:
    """A piece of a page: who is known already by nearly the name or address that somebody is typing."""
    return render_template("contacts/_alike.html", alike=_alike(forms.NewContactForm(request.args)), asked=True)


def offer_positions(form: Any, *, none: str | None = None) -> None:
    """My own positions as choices."""
    mine = find_positions(viewer(), viewer().positions)
    own = [(one, mine[one].title(viewer().language)) for one in viewer().positions]
    form.position.choices = [*own, *([("", none)] if none else [])]


def _edited(
    form: forms.ContactForm,
    contact: Contact | None,
    *,
    alike: list[Contact] | None = None,
    theirs: bool = False,
    checked: bool = False,
) -> Answer:
    page = render_template(
        "contacts/edit.html",
        form=form,
        contact=contact,
        alike=alike or [],
        checked=_alike(form) if checked else None,
        theirs=contact if theirs else None,
        names=forms,
    )
    return (page, 422) if form.is_submitted() and not checked else page


@bp.route("/contacts/<contact_id>/edit", methods=["GET", "POST"])
@need("contact.change")
def edit(contact_id: str) -> Answer:
    """Change what is recorded of a contact."""
    contact = queries.get_contact(viewer(), contact_id, action="contact.change")
    form = with_draft(forms.EditContactForm(data=forms.as_filled(contact)))
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
    form = with_draft(forms.KeepForm())
    offer_positions(form)
    if form.validate_on_submit():
        try:
            service.keep(
                viewer(),
                contact,
                get_position(viewer(), form.position.data),
                tier=int(form.tier.data),
                relation=form.relation.data,
                how_to_reach=form.how_to_reach.data or "",
                sensitivities=form.sensitivities.data or "",
                sensitive_reach=form.sensitive_reach.data,
            )
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Your position now keeps this contact; your successor inherits the relation."), "success")
            return redirect(url_for(".show", contact_id=contact.id), 303)
    return _keeping_page(form, contact)


def _keeping_page(form: Any, contact: Contact, *, keeping: Any = None, theirs: Any = None) -> Answer:
    return form_page("contacts/keep.html", form, contact=contact, keeping=keeping, theirs=theirs, names=forms)


@bp.route("/contacts/<contact_id>/keepings/<keeping_id>", methods=["GET", "POST"])
@need("contact.read")
def keeping(contact_id: str, keeping_id: str) -> Answer:
    """Change how my position stands with a contact."""
    contact = queries.get_contact(viewer(), contact_id)
    kept = queries.get_keeping(viewer(), contact, keeping_id)
    form = with_draft(forms.KeepingForm(obj=kept))
    if not form.validate_on_submit():
        return _keeping_page(form, contact, keeping=kept)
    try:
        service.change_keeping(
            viewer(),
            kept,
            version=page_number(form.version.data),
            tier=int(form.tier.data),
            relation=form.relation.data,
            how_to_reach=form.how_to_reach.data or "",
            sensitivities=form.sensitivities.data or "",
            sensitive_reach=form.sensitive_reach.data,
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
