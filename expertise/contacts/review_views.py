"""Pages of what somebody must look at: kept too long or by nobody, twice there, objected; access and erasure."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from expertise.access.gate import append_apart, need, viewer
from expertise.access.pace import costs
from expertise.base import clock, i18n
from expertise.base.erasing import keep_ledger
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page, json_file
from expertise.base.paging import page_number
from expertise.contacts import forms, knowing, merging, network, personal, queries, service
from expertise.contacts.models import Keeping
from expertise.contacts.names import plain
from expertise.contacts.views import bp
from expertise.posts.queries import get_post

# So far back rotations are looked at.
YEARS_BACK = 3


@bp.get("/contacts/review")
@need("contact.read")
def review() -> str:
    """Lists of what somebody must look at."""
    which = request.args.get("which", "alike")
    which = which if which in personal.LISTS else "alike"
    pairs = merging.alike(viewer()) if which == "alike" else []
    found = personal.review(viewer(), which, page=page_number(request.args.get("page"))) if which != "alike" else None
    return render_template(
        "contacts/review.html",
        which=which,
        pairs=pairs,
        found=found,
        names=forms,
        form=forms.LongerForm(formdata=None, data={"retain_until": service.usual_retention()}),
        today=clock.today(),
    )


@bp.post("/contacts/<contact_id>/longer")
@need("contact.change")
def longer(contact_id: str) -> Response:
    """It was looked at, and is still needed."""
    contact = queries.get_contact(viewer(), contact_id, action="contact.change")
    form = forms.LongerForm()
    if form.validate_on_submit():
        personal.keep_longer(viewer(), contact, form.retain_until.data)
        flash(_("Saved."), "success")
    else:
        flash(_("Choose a day to come."), "error")
    return redirect(url_for(".review", which="expired"), 303)


@bp.route("/contacts/<contact_id>/merge/<other_id>", methods=["GET", "POST"])
@need("contact.change")
def merge(contact_id: str, other_id: str) -> Answer:
    """Two records of one: side by side, then one takes over the other."""
    kept = queries.get_contact(viewer(), contact_id, action="contact.change")
    lost = queries.get_contact(viewer(), other_id, action="contact.change")
    form = forms.Form()
    if form.validate_on_submit():
        try:
            merging.merge(viewer(), lost, kept)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("They are one now. It can be undone on this page."), "success")
            return redirect(url_for(".show", contact_id=kept.id), 303)
    return form_page("contacts/merge.html", form, kept=kept, lost=lost, names=forms)


@bp.post("/contacts/merges/<merge_id>/undo")
@need("contact.change")
def undo_merge(merge_id: str) -> Response:
    """They were two after all."""
    lost = merging.take_apart(viewer(), merging.get_merge(viewer(), merge_id))
    flash(_("They are two again."), "success")
    return redirect(url_for(".show", contact_id=lost.id), 303)


@bp.post("/contacts/<contact_id>/not-the-same/<other_id>")
@need("contact.read")
def not_the_same(contact_id: str, other_id: str) -> Response:
    """They look alike and are two."""
    one = queries.get_contact(viewer(), contact_id)
    merging.are_two(viewer(), one, queries.get_contact(viewer(), other_id))
    flash(_("They are not listed together any more."))
    return redirect(url_for(".review"), 303)


@bp.route("/contacts/<contact_id>/objection", methods=["GET", "POST"])
@need("contact.change")
def objection(contact_id: str) -> Answer:
    """They object to what we keep of them."""
    contact = queries.get_contact(viewer(), contact_id, action="contact.change")
    form = forms.ObjectionForm(
        data={"objected_on": contact.objected_on or clock.today(), "objection": contact.objection}
    )
    if form.validate_on_submit():
        try:
            service.object_to(viewer(), contact, on=form.objected_on.data, words=form.objection.data or "")
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".show", contact_id=contact.id), 303)
    return form_page("contacts/objection.html", form, contact=contact)


@bp.get("/contacts/<contact_id>/privacy")
@need("contact.privacy")
def privacy(contact_id: str) -> str:
    """For the privacy officer: a copy for the contact, and erasure."""
    return _privacy_page(contact_id, forms.EraseForm(formdata=None))


def _privacy_page(contact_id: str, form: Any) -> str:
    contact = queries.get_contact(viewer(), contact_id)
    named = personal.named_in(viewer(), contact, also=form.spellings)
    access = forms.AccessForm(formdata=None)
    return render_template(
        "contacts/privacy.html", contact=contact, form=form, access=access, named=named, places=forms.PLACE_NAMES
    )


@bp.post("/contacts/<contact_id>/copy")
@need("contact.privacy")
@costs("long")
def give_copy(contact_id: str) -> Response:
    """All that we keep of them, as JSON. A POST, because it is logged."""
    contact = queries.get_contact(viewer(), contact_id)
    given = personal.give(viewer(), contact, with_sensitive=bool(forms.AccessForm().with_sensitive.data))
    return json_file(f"contact-{contact.id}.json", given)


@bp.post("/contacts/<contact_id>/erase")
@need("contact.privacy")
def erase(contact_id: str) -> Answer:
    """Remove a contact for good."""
    contact = queries.get_contact(viewer(), contact_id)
    form = forms.EraseForm()
    if form.validate_on_submit():
        if plain(form.name.data) == contact.name_key:
            try:
                changed = personal.erase(viewer(), contact, also=form.spellings, with_files=bool(form.with_files.data))
                append_apart(keep_ledger)
            except Refused as why:
                form.blame(why)
            else:
                text = ngettext(
                    "Erased. %(num)s other record was changed.", "Erased. %(num)s other records were changed.", changed
                )
                flash(text, "success")
                return redirect(url_for(".review", which="objected"), 303)
        else:
            form.name.errors = [_("This is not the name. Nothing was erased.")]
    return _privacy_page(contact_id, form), 422


@bp.get("/contacts/after-rotation")
@need("rotation.overview")
def after_rotation() -> str:
    """Per post, the share of the closest relations that a rotation left alive."""
    since = clock.today().replace(year=clock.today().year - YEARS_BACK, day=1)
    return render_template(
        "contacts/after_rotation.html",
        rows=knowing.alive_after_rotation(viewer(), since=since),
        since=since,
        smallest=knowing.SMALLEST_GROUP,
        days=knowing.ALIVE_WITHIN.days,
    )


@bp.get("/posts/<code>/network")
@need("contact.read")
def network_of_post(code: str) -> str:
    """Who of a post knows whom."""
    post = get_post(viewer(), code)
    title = post.name(viewer().language)
    return network_page(queries.kept_at(viewer(), post), title=title, back=url_for("posts.show", code=post.code))


def network_page(keepings: list[Keeping], *, title: str, back: str) -> str:
    """The picture of these keepings with its table; rooms above show theirs by it too."""
    quiet = {one.id for many in queries.gone_quiet(viewer(), keepings).values() for one in many}
    return render_template(
        "contacts/network.html",
        picture=network.drawn(keepings, language=i18n.language(), quiet=quiet),
        keepings=keepings,
        names=forms,
        quiet=quiet,
        title=title,
        back=back,
    )
