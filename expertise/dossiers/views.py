"""Pages of dossiers: the list, one dossier, what it says and what it once said."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Conflict, Refused
from expertise.base.forms import choices
from expertise.base.markdown import to_html
from expertise.base.pages import Answer, form_page
from expertise.base.paging import page_number
from expertise.base.panels import shown_at
from expertise.domains.queries import domain_choices, find_domain
from expertise.dossiers import entry_queries, forms, history, queries, service, showing
from expertise.dossiers.clashing import clash_in
from expertise.dossiers.models import DOSSIER_TEXTS, Dossier
from expertise.dossiers.panels import at_top, commitment_columns, holder_columns, in_heading, on_dossier
from expertise.drafts.opening import with_draft
from expertise.posts.queries import find_positions, get_position, post_choices

bp = Blueprint("dossiers", __name__)


@bp.get("/dossiers")
@need("dossier.read")
def index() -> str:
    """The dossiers that I keep, of my post, or all that I may see."""
    standard = "mine" if viewer().positions else "all"
    asked = {name: request.args.get(name, "").strip()[:200] for name in ("text", "post", "domain")}
    narrowed = any(asked.values())
    asked["whose"] = _among(queries.WHOSE, "whose", "all" if narrowed else standard)
    asked["status"] = _among((*forms.STATUS_NAMES, ""), "status", "active")
    asked["sort"] = _among(queries.SORTS, "sort", "next")
    found = queries.list_dossiers(viewer(), queries.Filters(**asked), page=page_number(request.args.get("page")))
    return render_template(
        "dossiers/index.html",
        found=found,
        keepers=queries.keepers_of(viewer(), found.rows),
        asked=asked,
        narrowed=narrowed,
        finding=_finding(asked["whose"], found.total),
        posts=post_choices(viewer()),
        domains=domain_choices(viewer()),
        names=forms,
        today=clock.today(),
    )


def _among(allowed: tuple[str, ...], name: str, standard: str) -> str:
    value = request.args.get(name, standard)
    return value if value in allowed else standard


def _finding(whose: str, total: int) -> str:
    """The heading says what the list is."""
    if whose == "mine":
        return ngettext("You keep %(num)s dossier", "You keep %(num)s dossiers", total)
    if whose == "post":
        return ngettext("%(num)s dossier of your post", "%(num)s dossiers of your post", total)
    return ngettext("%(num)s dossier that you may see", "%(num)s dossiers that you may see", total)


@bp.get("/dossiers/<dossier_id>")
@need("dossier.read")
def show(dossier_id: str) -> str:
    """One dossier: where it stands, who holds it, what is known."""
    dossier = queries.get_dossier(viewer(), dossier_id)
    kind = _among(tuple(forms.KIND_NAMES), "kind", "")
    chain = queries.chain_of(viewer(), dossier)
    counts = entry_queries.counts_of(viewer(), dossier)
    commitments = entry_queries.commitments_of(viewer(), dossier) if counts.get("commitment") else []
    headings, tops, panels = shown_at((in_heading, at_top, on_dossier), viewer(), dossier)
    band = showing.band_of(dossier, chain, entry_queries.marks_of(viewer(), dossier), clock.today())
    return render_template(
        "dossiers/show.html",
        dossier=dossier,
        keepers=chain.keepers,
        stays=queries.who_stays(viewer(), dossier),
        chain=chain,
        chain_title=showing.chain_title(chain, sum(counts.values())),
        band=band,
        holder_columns=holder_columns.filled(viewer(), [one.posting for one in chain.holders]),
        earlier_lines=len(history.lines_to_take(viewer(), dossier)) if dossier.version > 1 else 0,
        entries=entry_queries.entries_of(
            viewer(),
            dossier,
            kind=kind,
            page=page_number(request.args.get("page")),
            total=counts.get(kind, 0) if kind else sum(counts.values()),
        ),
        kind=kind,
        counts=counts,
        commitments=commitments,
        commitment_columns=commitment_columns.filled(viewer(), commitments) if commitments else [],
        headings=headings,
        tops=tops,
        panels=panels,
        take_up=_take_up_form(dossier),
        names=forms,
        today=clock.today(),
    )


def _take_up_form(dossier: Dossier) -> forms.TakeUpForm | None:
    """For whoever may take it in hand and sits somewhere."""
    if "all" not in dossier.takers or not viewer().positions:
        return None
    form = forms.TakeUpForm()
    form.position.choices = _own_positions()
    return form


def _own_positions() -> Any:
    mine = find_positions(viewer(), viewer().positions)
    return choices({one: mine[one].title(viewer().language) for one in viewer().positions})


@bp.route("/dossiers/new", methods=["GET", "POST"])
@need("dossier.open")
def new() -> Answer:
    """Open a dossier."""
    form = forms.NewDossierForm(data={"title": request.args.get("title", "")[:300]})
    form.position.choices = _own_positions() or choices({}, empty=_("nobody yet"))
    form.domain.choices = choices(domain_choices(viewer()), empty=_("none"))
    with_draft(form)
    if not form.validate_on_submit():
        return _form_page(form)
    domain = find_domain(form.domain.data) if form.domain.data else None
    try:
        dossier = service.open_dossier(
            viewer(),
            position=get_position(viewer(), form.position.data) if form.position.data else None,
            reach=form.reach.data,
            domains=[domain] if domain else [],
            **form.columns,
        )
    except Refused as why:
        form.blame(why)
        return _form_page(form)
    flash(_("Dossier opened. Add the first note, or fill in more."), "success")
    return redirect(url_for(".show", dossier_id=dossier.id), 303)


def _form_page(form: forms.DossierForm, dossier: Dossier | None = None, clash: history.Clash | None = None) -> Answer:
    return form_page("dossiers/edit.html", form, dossier=dossier, clash=clash, names=forms)


@bp.route("/dossiers/<dossier_id>/edit", methods=["GET", "POST"])
@need("dossier.change")
def edit(dossier_id: str) -> Answer:
    """Change what stands in a dossier."""
    dossier = queries.get_dossier(viewer(), dossier_id, action="dossier.change")
    form = with_draft(forms.EditDossierForm(data=forms.filled_from(dossier)))
    if not form.validate_on_submit():
        return _form_page(form, dossier)
    read = page_number(form.version.data)
    try:
        service.change_dossier(viewer(), dossier, version=read, **form.columns)
    except Refused as why:
        form.blame(why)
        return _form_page(form, dossier)
    except Conflict:
        return _form_page(form, dossier, clash_in(form, history.clash(viewer(), dossier, read, form.columns)))
    flash(_("Saved."), "success")
    return redirect(url_for(".show", dossier_id=dossier.id), 303)


@bp.post("/dossiers/<dossier_id>/verify")
@need("dossier.change")
def verify(dossier_id: str) -> Response:
    """Say that it is true today."""
    dossier = queries.get_dossier(viewer(), dossier_id, action="dossier.change")
    service.verify(viewer(), dossier)
    flash(_("Verified today. Nothing in the text was changed."), "success")
    return redirect(url_for(".show", dossier_id=dossier.id), 303)


@bp.post("/dossiers/<dossier_id>/status")
@need("dossier.change")
def status(dossier_id: str) -> Response:
    """Close it, or open it again."""
    dossier = queries.get_dossier(viewer(), dossier_id, action="dossier.change")
    if request.form.get("status") == "archived":
        service.archive(viewer(), dossier)
        # The page says that it is closed, with the button that undoes it.
    else:
        service.reopen(viewer(), dossier)
        flash(_("Dossier opened again."), "success")
    return redirect(url_for(".show", dossier_id=dossier.id), 303)


@bp.get("/dossiers/<dossier_id>/revisions")
@need("dossier.read")
def revisions(dossier_id: str) -> str:
    """Every text that it had, and what is different between two of them."""
    dossier = queries.get_dossier(viewer(), dossier_id)
    return revisions_page(dossier, dossier)


def revisions_page(record: Any, dossier: Dossier) -> str:
    """The page of revisions, of a dossier or of a note."""
    versions = history.versions_of(viewer(), record)
    new = page_number(request.args.get("new", str(record.version)))
    old = page_number(request.args.get("old", str(max(new - 1, 1))))
    older = history.get_version(viewer(), record, min(old, new))
    newer = history.get_version(viewer(), record, max(old, new))
    return render_template(
        "dossiers/revisions.html",
        record=record,
        dossier=dossier,
        versions=versions,
        older=older,
        newer=newer,
        found=history.compare(record, older.content, newer.content),
        names=forms,
        texts=DOSSIER_TEXTS,
    )


@bp.post("/dossiers/<dossier_id>/revisions/<int:number>/restore")
@need("dossier.change")
def restore(dossier_id: str, number: int) -> Response:
    """Take back an earlier text, as a new revision."""
    dossier = queries.get_dossier(viewer(), dossier_id, action="dossier.change")
    version = history.get_version(viewer(), dossier, number)
    if not version.current:
        service.restore_dossier(viewer(), dossier, version.content, version=page_number(request.form.get("version")))
    flash(_("The text of version %(number)s stands here again; what it replaced is in the revisions.", number=number))
    return redirect(url_for(".show", dossier_id=dossier.id), 303)


@bp.post("/dossiers/preview")
@need("dossier.read")
def preview() -> str:
    """What Markdown will look like."""
    return to_html(request.form.get("text", ""))
