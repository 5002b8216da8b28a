"""Pages of notes: add one, read it, revise it, settle what was promised."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Conflict, Refused
from expertise.base.forms import choices
from expertise.base.markdown import to_html
from expertise.base.pages import Answer
from expertise.base.paging import page_number
from expertise.dossiers import entry_queries, entry_service, forms, history, queries
from expertise.dossiers.clashing import clash_in
from expertise.dossiers.models import Dossier, Entry
from expertise.dossiers.panels import on_entry
from expertise.dossiers.views import bp, revisions_page
from expertise.drafts.opening import with_draft
from expertise.posts.queries import find_post


@bp.route("/dossiers/<dossier_id>/entries/new", methods=["GET", "POST"])
@need("entry.add")
def new_entry(dossier_id: str) -> Answer:
    """Add a note."""
    dossier = queries.get_dossier(viewer(), dossier_id, action="entry.add")
    form = forms.NewEntryForm(data={"kind": _kind(), "date": clock.today(), "post": next(iter(viewer().posts), "")})
    form.post.choices = choices(_posts(dossier), empty=_("none"))
    with_draft(form)
    if "preview" in request.form or not form.validate_on_submit():
        return _form_page(form, dossier)
    try:
        entry = entry_service.add_entry(
            viewer(), dossier, post=find_post(form.post.data) if form.post.data else None, **form.columns
        )
    except Refused as why:
        form.blame(why)
        return _form_page(form, dossier)
    flash(_("Note added."), "success")
    return redirect(url_for(".show", dossier_id=dossier.id, _anchor=f"entry-{entry.id}"), 303)


def _kind() -> str:
    kind = request.args.get("kind", "background")
    return kind if kind in forms.KIND_NAMES else "background"


def _posts(dossier: Dossier) -> dict[str, str]:
    """Where a note can have been written: where I am, or a post of the dossier."""
    own = (find_post(one) for one in viewer().posts)
    posts = {one.id: one for one in (*own, *dossier.posts) if one is not None}
    return {one.id: one.name(viewer().language) for one in posts.values()}


def _form_page(
    form: forms.EntryForm, dossier: Dossier, entry: Entry | None = None, clash: history.Clash | None = None
) -> Answer:
    preview = "preview" in request.form
    page = render_template(
        "dossiers/entry_edit.html",
        form=form,
        dossier=dossier,
        entry=entry,
        clash=clash,
        preview=to_html(form.body.data or "") if preview else Markup(),
        names=forms,
    )
    return (page, 422) if form.is_submitted() and not preview else page


@bp.get("/dossiers/<dossier_id>/entries/<entry_id>")
@need("entry.read")
def entry(dossier_id: str, entry_id: str) -> str:
    """One note."""
    found = entry_queries.get_entry(viewer(), dossier_id, entry_id)
    return render_template(
        "dossiers/entry.html",
        entry=found,
        dossier=found.dossier,
        panels=on_entry.shown(viewer(), found),
        names=forms,
        today=clock.today(),
    )


@bp.route("/dossiers/<dossier_id>/entries/<entry_id>/edit", methods=["GET", "POST"])
@need("entry.change")
def edit_entry(dossier_id: str, entry_id: str) -> Answer:
    """Revise a note."""
    entry = entry_queries.get_entry(viewer(), dossier_id, entry_id, action="entry.change")
    form = with_draft(forms.EditEntryForm(data=forms.filled_from(entry)))
    if "preview" in request.form or not form.validate_on_submit():
        return _form_page(form, entry.dossier, entry)
    read = page_number(form.version.data)
    texts = form.columns
    texts["language"] = texts["language"] or entry_service.language_of(
        texts["title"], texts["body"], otherwise=entry.language
    )
    # A date that was known to the month only stays so, unless another day is filled in.
    texts["date_precision"] = entry.date_precision if texts["date"] == entry.date else "day"
    try:
        entry_service.revise_entry(viewer(), entry, version=read, **texts)
    except Refused as why:
        form.blame(why)
        return _form_page(form, entry.dossier, entry)
    except Conflict:
        found = clash_in(form, history.clash(viewer(), entry, read, texts))
        return _form_page(form, entry.dossier, entry, found)
    flash(_("Saved."), "success")
    return redirect(url_for(".entry", dossier_id=dossier_id, entry_id=entry_id), 303)


@bp.post("/dossiers/<dossier_id>/entries/<entry_id>/settle")
@need("entry.change")
def settle(dossier_id: str, entry_id: str) -> Response:
    """Say what came of a commitment, or that it is open after all."""
    entry = entry_queries.get_entry(viewer(), dossier_id, entry_id, action="entry.change")
    outcome = request.form.get("outcome", "")
    if outcome == "open":
        entry_service.reopen_commitment(viewer(), entry)
        flash(_("The commitment is open again."))
    else:
        entry_service.settle(viewer(), entry, outcome)
        kept = outcome == "kept"
        flash(_("Noted: kept.") if kept else _("Noted: lapsed."), "success" if kept else "message")
    return redirect(url_for(".entry", dossier_id=dossier_id, entry_id=entry_id), 303)


@bp.get("/dossiers/<dossier_id>/entries/<entry_id>/revisions")
@need("entry.read")
def entry_revisions(dossier_id: str, entry_id: str) -> str:
    """Every text that a note had."""
    found = entry_queries.get_entry(viewer(), dossier_id, entry_id)
    return revisions_page(found, found.dossier)


@bp.post("/dossiers/<dossier_id>/entries/<entry_id>/revisions/<int:number>/restore")
@need("entry.change")
def restore_entry(dossier_id: str, entry_id: str, number: int) -> Response:
    """Take back an earlier text, as a new revision."""
    found = entry_queries.get_entry(viewer(), dossier_id, entry_id, action="entry.change")
    version = history.get_version(viewer(), found, number)
    entry_service.restore_entry(viewer(), found, version.content, version=page_number(request.form.get("version")))
    flash(_("The text of version %(number)s stands here again; what it replaced is in the revisions.", number=number))
    return redirect(url_for(".entry", dossier_id=dossier_id, entry_id=entry_id), 303)
