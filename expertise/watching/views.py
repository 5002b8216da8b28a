"""Pages of what one watches."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.dossiers.queries import get_dossier
from expertise.watching import queries, service
from expertise.watching.words import in_words

bp = Blueprint("watching", __name__)


@bp.get("/watching")
@need("watch.own")
def index() -> str:
    """All that I watch, and what changed there."""
    changes = queries.changes_of(viewer())
    return render_template("watching/index.html", changes=changes, in_words=in_words)


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
