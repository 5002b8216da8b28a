"""The first page after signing in."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from flask import Blueprint, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.drafts.queries import unfinished
from expertise.home import queries
from expertise.home.unfinished import Place, lines_of
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
        unfinished=lines_of(viewer(), _places()),
    )


def _places() -> Iterator[Place]:
    """The forms in which this viewer was writing."""
    addresses = current_app.url_map.bind("")
    for draft in unfinished(viewer()):
        path = urlsplit(draft.address).path.removeprefix(request.script_root)
        try:
            endpoint, ids = addresses.match(path, method="GET")
        except HTTPException:
            # A form that an earlier version had, or one that is gone.
            continue
        yield Place(draft, endpoint, ids)
