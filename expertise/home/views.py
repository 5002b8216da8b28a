"""The first page after signing in, and the two addresses that machines ask."""

from flask import Blueprint, render_template

from expertise.access.gate import need

bp = Blueprint("home", __name__)


@bp.get("/")
@need("desk")
def desk() -> str:
    """What waits for this viewer."""
    return render_template("home/desk.html")


@bp.get("/healthz")
@need("public")
def healthz() -> tuple[str, int, dict[str, str]]:
    """The process lives."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
