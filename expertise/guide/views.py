"""The pages of help. Anybody may read them: they say nothing of what is kept here."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from expertise.access.gate import need
from expertise.base.errors import NotFound
from expertise.base.i18n import language
from expertise.guide import topics

bp = Blueprint("guide", __name__)


@bp.get("/help")
@need("public")
def index() -> Response:
    """Where one begins."""
    return redirect(url_for(".show", topic=topics.TOPICS[0]), 303)


@bp.get("/help/<topic>")
@need("public")
def show(topic: str) -> str:
    """One topic, and the way to the others."""
    try:
        shown = topics.topic(topic, language())
    except KeyError:
        raise NotFound(topic) from None
    others = [topics.topic(name, language()) for name in topics.TOPICS]
    return render_template("guide/show.html", topic=shown, topics=others)
