"""Pages of what one watches."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base.errors import Refused
from expertise.dossiers.queries import get_dossier
from expertise.search.forms import read_address
from expertise.watching import queries, searches, service
from expertise.watching.words import in_words

bp = Blueprint("watching", __name__)


@bp.get("/watching")
@need("watch.own")
def index() -> str:
    """All that I watch, and what changed there."""
    changes = queries.changes_of(viewer())
    finds = searches.fresh_finds(viewer())
    return render_template("watching/index.html", changes=changes, finds=finds, in_words=in_words)


@bp.post("/dossiers/<dossier_id>/watch")
@need("watch.own")
def watch(dossier_id: str) -> Response:
    """Watch a dossier."""
    dossier = get_dossier(viewer(), dossier_id)
    service.watch(viewer(), dossier)
    flash(_("You watch this dossier. What others change in it stands on your desk."), "success")
    return redirect(url_for("dossiers.show", dossier_id=dossier.id), 303)


@bp.post("/watching/<dossier_id>/stop")
@need("watch.own")
def stop(dossier_id: str) -> Response:
    """Watch it no longer."""
    service.unwatch(viewer(), dossier_id)
    flash(_("You no longer watch this dossier."))
    return redirect(url_for(".index"), 303)


@bp.post("/searches/watch")
@need("watch.own")
def watch_search() -> Response:
    """Watch the search whose form this is."""
    asked = read_address(request.form)
    try:
        searches.watch_search(viewer(), asked.text, asked.filters)
    except Refused as refusal:
        flash(str(refusal), "danger")
    else:
        flash(_("You watch this search. What it finds from now on stands on your desk."), "success")
    return redirect(url_for("search.results", **asked.arguments()), 303)


@bp.post("/searches/<search_id>/stop")
@need("watch.own")
def stop_search(search_id: str) -> Response:
    """Watch it no longer."""
    searches.unwatch_search(viewer(), search_id)
    flash(_("You no longer watch this search."))
    return redirect(url_for(".index"), 303)
