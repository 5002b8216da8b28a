"""The page of who keeps a dossier, who may read it, and where it is filed."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import NotFound, Refused
from expertise.base.forms import Form, choices
from expertise.base.pages import Answer
from expertise.contacts.queries import get_contact, kept_among, list_contacts
from expertise.contacts.review_views import network_page
from expertise.domains.queries import domain_choices, find_domain
from expertise.dossiers import forms, queries, service
from expertise.dossiers.models import Dossier
from expertise.dossiers.views import bp
from expertise.posts.models import Post
from expertise.posts.queries import find_post, get_position, position_choices, post_choices

WHOLE_POST = "post"


@bp.get("/dossiers/<dossier_id>/keeping")
@need("dossier.change")
def keeping(dossier_id: str) -> str:
    """Who keeps it, who reads it, where it is filed."""
    return _page(_dossier(dossier_id))


def _dossier(dossier_id: str) -> Dossier:
    return queries.get_dossier(viewer(), dossier_id, action="dossier.change")


def _page(dossier: Dossier, **filled: Form) -> str:
    """The page, with a form that was refused in its place."""
    post = _post_at_hand(dossier)
    positions = position_choices(viewer(), post) if post else {}
    give, share = filled.get("give") or forms.KeeperForm(), filled.get("share") or forms.ShareForm()
    give.position.choices = choices(positions)
    share.position.choices = choices({WHOLE_POST: _("all of this post"), **positions})
    text = request.args.get("contact", "").strip()[:200]
    return render_template(
        "dossiers/keeping.html",
        dossier=dossier,
        keepers=queries.keepers_of(viewer(), [dossier])[dossier.id],
        give=give,
        share=share,
        reach=filled.get("reach") or forms.ReachForm(data={"reach": dossier.reach}),
        post=post,
        posts=post_choices(viewer()),
        domains=domain_choices(viewer()),
        text=text,
        found=list_contacts(viewer(), text).rows[:10] if text else [],
        names=forms,
    )


def _post_at_hand(dossier: Dossier) -> Post | None:
    """The post whose positions are offered: the one that was asked for, else the dossier's, else one's own."""
    asked = request.values.get("post")
    known = [one.id for one in dossier.posts]
    return next(filter(None, (find_post(one) for one in (asked, *known, *viewer().posts) if one)), None)


def _back(dossier: Dossier, text: str) -> Response:
    flash(text, "success")
    # Whoever gives it away may no longer change it.
    still = service.may_change(viewer(), dossier)
    return redirect(url_for(".keeping" if still else ".show", dossier_id=dossier.id), 303)


@bp.post("/dossiers/<dossier_id>/keeping/give")
@need("dossier.change")
def give(dossier_id: str) -> Answer:
    """Let a position keep it."""
    dossier = _dossier(dossier_id)
    post = _post_at_hand(dossier)
    form = forms.KeeperForm()
    form.position.choices = choices(position_choices(viewer(), post) if post else {})
    if form.validate_on_submit():
        try:
            position = get_position(viewer(), form.position.data)
            service.give_to_keep(viewer(), dossier, position, from_on=form.from_on.data or clock.today())
        except Refused as why:
            form.blame(why)
        else:
            return _back(dossier, _("This position now keeps the dossier; whoever holds it next inherits it."))
    return _page(dossier, give=form), 422


@bp.post("/dossiers/<dossier_id>/keeping/<stewardship_id>/end")
@need("dossier.change")
def end(dossier_id: str, stewardship_id: str) -> Answer:
    """A position no longer keeps it."""
    dossier = _dossier(dossier_id)
    stewardship = next((one for one in dossier.stewardships if one.id == stewardship_id), None)
    if stewardship is None:
        raise NotFound(stewardship_id)
    service.take_from(viewer(), stewardship)
    return _back(dossier, _("This position no longer keeps the dossier; that it did stays known."))


@bp.post("/dossiers/<dossier_id>/take-up")
@need("dossier.take_up")
def take_up(dossier_id: str) -> Response:
    """Take it in hand for one of my positions."""
    dossier = queries.get_dossier(viewer(), dossier_id, action="dossier.take_up")
    service.take_up(viewer(), dossier, get_position(viewer(), request.form.get("position", "")))
    flash(_("Your position keeps this dossier from today."), "success")
    return redirect(url_for(".show", dossier_id=dossier.id), 303)


@bp.post("/dossiers/<dossier_id>/reach")
@need("dossier.change")
def reach(dossier_id: str) -> Answer:
    """Open it to all, or restrict it."""
    dossier = _dossier(dossier_id)
    form = forms.ReachForm()
    if form.validate_on_submit():
        try:
            service.change_reach(viewer(), dossier, form.reach.data)
        except Refused as why:
            form.blame(why)
        else:
            return _back(dossier, _("Saved. It holds at once, in lists and in search too."))
    return _page(dossier, reach=form), 422


@bp.post("/dossiers/<dossier_id>/shares")
@need("dossier.change")
def share(dossier_id: str) -> Answer:
    """Share it with a position or with a post."""
    dossier = _dossier(dossier_id)
    post = _post_at_hand(dossier)
    form = forms.ShareForm()
    form.position.choices = choices({WHOLE_POST: "", **(position_choices(viewer(), post) if post else {})})
    if form.validate_on_submit():
        whole = form.position.data == WHOLE_POST
        try:
            position = None if whole else get_position(viewer(), form.position.data)
            service.share_with(viewer(), dossier, position=position, post=post if whole else None)
        except Refused as why:
            form.blame(why)
        else:
            return _back(dossier, _("Shared."))
    return _page(dossier, share=form), 422


@bp.post("/dossiers/<dossier_id>/shares/<share_id>/end")
@need("dossier.change")
def unshare(dossier_id: str, share_id: str) -> Response:
    """Take back a sharing."""
    dossier = _dossier(dossier_id)
    service.unshare(viewer(), dossier, share_id)
    return _back(dossier, _("No longer shared."))


@bp.post("/dossiers/<dossier_id>/filing")
@need("dossier.change")
def file(dossier_id: str) -> Response:
    """Add a post, a domain or a contact, or take one away."""
    dossier = _dossier(dossier_id)
    what = request.form.get("what", "")
    added, dropped = request.form.get("add", ""), request.form.get("drop", "")
    filed: dict[str, list[Any]] = {"posts": dossier.posts, "domains": dossier.domains, "contacts": dossier.contacts}
    if what not in filed:
        raise NotFound(what)
    kept = [one for one in filed[what] if one.id != dropped]
    found = _find(what, added) if added else None
    service.file_under(viewer(), dossier, **{what: [*kept, *([found] if found else [])]})
    return _back(dossier, _("Saved."))


@bp.get("/dossiers/<dossier_id>/network")
@need("dossier.read")
def network(dossier_id: str) -> str:
    """Who of us knows the contacts of this dossier."""
    dossier = queries.get_dossier(viewer(), dossier_id)
    kept = kept_among(viewer(), dossier.contacts)
    return network_page(kept, title=dossier.title, back=url_for(".show", dossier_id=dossier.id))


def _find(what: str, identity: str) -> Any:
    if what == "contacts":
        return get_contact(viewer(), identity)
    return find_post(identity) if what == "posts" else find_domain(identity)
