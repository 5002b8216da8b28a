"""Pages of domains: the tree, one domain, and the forms by which HR keeps them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Refused
from expertise.base.forms import choices
from expertise.base.pages import Answer, form_page
from expertise.domains import coverage, forms, merging, queries, service
from expertise.domains.models import LANGUAGES, Domain
from expertise.domains.panels import on_domain
from expertise.posts.managing import meant
from expertise.posts.queries import get_position, present_holder_of

bp = Blueprint("domains", __name__)


@bp.get("/domains")
@need("domain.read")
def index() -> str:
    """The tree."""
    tree = queries.tree(viewer())
    total = sum(1 for top in tree for _branch in top.walk())
    return render_template("domains/index.html", tree=tree, total=total)


@bp.get("/domains/<code>")
@need("domain.read")
def show(code: str) -> str | Response:
    """One domain: its words, who works and worked on it, how well it is covered, and where that is thin."""
    domain = queries.get_domain(viewer(), code)
    if domain.code.lower() != code.lower():
        # It was merged into this one, or renamed.
        return redirect(url_for(".show", code=domain.code), 301)
    positions = queries.positions_in(viewer(), domain)
    return render_template(
        "domains/show.html",
        domain=domain,
        path=queries.path_of(viewer(), domain),
        below=queries.below(viewer(), domain),
        positions=positions,
        holders=present_holder_of(viewer(), [one.id for one in positions]),
        languages=LANGUAGES,
        coverage=coverage.coverage_of(viewer(), domain),
        today=clock.today(),
        panels=on_domain.shown(viewer(), domain),
    )


@bp.route("/domains/new", methods=["GET", "POST"])
@need("domain.keep")
def new() -> Answer:
    """Add a domain."""
    form = forms.DomainForm(data={"parent": request.args.get("under", "")})
    _offer_parents(form, None)
    if form.validate_on_submit():
        try:
            domain = service.add_domain(viewer(), parent=_parent(form), **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            return _to_domain(domain)
    return form_page("domains/form.html", form, domain=None)


@bp.route("/domains/<code>/change", methods=["GET", "POST"])
@need("domain.change")
def change(code: str) -> Answer:
    """Change a domain: its words, and where it stands."""
    domain = queries.get_domain(viewer(), code, action="domain.change")
    form = forms.DomainForm(data=forms.as_filled(domain))
    _offer_parents(form, domain)
    if form.validate_on_submit():
        try:
            service.change_domain(viewer(), domain, parent=_parent(form), **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            return _to_domain(domain)
    return form_page("domains/form.html", form, domain=domain)


@bp.route("/domains/<code>/merge", methods=["GET", "POST"])
@need("domain.change")
def merge(code: str) -> Answer:
    """Merge a domain into another: what was filed under it goes along, and its old address leads there."""
    domain = queries.get_domain(viewer(), code, action="domain.change")
    form = forms.MergeForm()
    own = queries.with_below([domain])
    form.into.choices = choices(
        {key: name for key, name in queries.domain_choices(viewer()).items() if key not in own}, empty=_("choose one")
    )
    if form.validate_on_submit():
        try:
            stays = merging.merge_into(viewer(), domain, queries.find_domain(form.into.data))
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Merged. The old code and its words lead here."), "success")
            return redirect(url_for(".show", code=stays.code), 303)
    return form_page("domains/merge.html", form, domain=domain, moving=merging.counts_of(domain))


@bp.route("/domains/<code>/keepers", methods=["GET", "POST"])
@need("domain.keep")
def keepers(code: str) -> Answer:
    """Name somebody who keeps a domain."""
    domain = queries.get_domain(viewer(), code, action="domain.keep")
    form = forms.KeeperForm()
    if form.validate_on_submit() and (person := meant(form)) is not None:
        service.name_keeper(viewer(), domain, person)
        flash(_("%(name)s keeps this domain.", name=person.name), "success")
        return redirect(url_for(".show", code=domain.code), 303)
    return form_page("domains/keepers.html", form, domain=domain)


@bp.post("/domains/<code>/keepers/<person_id>/end")
@need("domain.keep")
def end_keeper(code: str, person_id: str) -> Response:
    """Somebody keeps it no longer."""
    domain = queries.get_domain(viewer(), code, action="domain.keep")
    service.end_keeper(viewer(), domain, person_id)
    flash(_("Ended."))
    return redirect(url_for(".show", code=domain.code), 303)


@bp.route("/positions/<position_id>/domains", methods=["GET", "POST"])
@need("domain.keep")
def file_position(position_id: str) -> Answer:
    """Say on which domains a position works."""
    position = get_position(viewer(), position_id)
    filed = queries.domains_of(viewer(), [position.id])[position.id]
    form = forms.FilingForm(data={"domains": [one.id for one in filed]})
    form.domains.choices = list(queries.domain_choices(viewer()).items())
    if form.validate_on_submit():
        service.file_position(viewer(), position, queries.domains_by_id(viewer(), form.domains.data))
        flash(_("Saved."), "success")
        return redirect(url_for("posts.position", position_id=position.id), 303)
    return form_page("domains/filing_form.html", form, position=position)


def _offer_parents(form: forms.DomainForm, domain: Domain | None) -> None:
    own = queries.with_below([domain]) if domain else set()
    offered = {key: name for key, name in queries.domain_choices(viewer()).items() if key not in own}
    form.parent.choices = [("", _("nothing, it stands at the top")), *offered.items()]


def _parent(form: forms.DomainForm) -> Domain | None:
    return queries.find_domain(form.parent.data) if form.parent.data else None


def _to_domain(domain: Domain) -> Response:
    flash(_("Saved."), "success")
    return redirect(url_for(".show", code=domain.code), 303)
