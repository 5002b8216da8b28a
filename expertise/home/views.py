"""The first page after signing in."""

from flask import Blueprint, render_template

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.home import queries
from expertise.watching.words import in_words

bp = Blueprint("home", __name__)

# A dossier that nobody looked after for so long may no longer be true.
STALE_AFTER_DAYS = 180


@bp.get("/")
@need("desk")
def desk() -> str:
    """What waits for this viewer."""
    return render_template(
        "home/desk.html",
        desk=queries.desk_of(viewer()),
        now=clock.now(),
        today=clock.today(),
        in_words=in_words,
        stale_after=STALE_AFTER_DAYS,
    )
