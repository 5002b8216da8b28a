"""Pages of the board: who comes and goes, as a drawing and a table, and as files; and where a seat comes free."""

from io import BytesIO
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.access.rules import allowed
from expertise.base import clock
from expertise.base.paging import page_number
from expertise.base.tables.writing import write_rows
from expertise.domains.queries import domain_choices
from expertise.handovers.calendar import feed
from expertise.rotation import drawing, exchange, queries
from expertise.rotation.forms import SHOW_NAMES, as_query, filters_of
from expertise.rotation.regions import REGIONS, region_name

bp = Blueprint("rotation", __name__)


@bp.get("/rotation")
@need("rotation.read")
def board() -> str | AnyResponse:
    """Eighteen months of the positions that this viewer oversees; who oversees none sees where a seat comes free."""
    if not allowed(viewer(), "rotation.board"):
        return redirect(url_for(".openings"), 303)
    filters = filters_of(request.args)
    found = queries.board(viewer(), filters, page=page_number(request.args.get("page")))
    return render_template(
        "rotation/board.html",
        board=found,
        drawn=drawing.draw(found),
        by_post=drawing.by_post,
        summary=drawing.summary(found),
        today=clock.today(),
        **filtering(filters, queries.post_options(viewer())),
    )


def filtering(filters: queries.Filters, posts: dict[str, str]) -> dict[str, Any]:
    """What the form above a list offers and holds."""
    query = as_query(filters)
    return {
        "filters": filters,
        "query": query,
        "posts": posts,
        "regions": {**{one: region_name(one) for one in REGIONS}, queries.HEADQUARTERS: _("Headquarters")},
        "domains": domain_choices(viewer()),
        "shows": SHOW_NAMES,
        "page_url": lambda number: url_for(request.endpoint or "", **query | ({"page": number} if number > 1 else {})),
    }


@bp.get("/rotation/board.csv")
@need("rotation.board")
@costs("long")
def board_csv() -> Response:
    """The whole board of the filter as a file: a row per arrival, departure, gap and overlap."""
    out = BytesIO()
    write_rows(exchange.BOARD, exchange.board_rows(viewer(), filters_of(request.args)), "csv", out)
    headers = {"Content-Disposition": 'attachment; filename="rotation.csv"'}
    return Response(out.getvalue(), mimetype="text/csv", headers=headers)


@bp.get("/rotation/board.ics")
@need("rotation.board")
@costs("long")
def board_calendar() -> Response:
    """The same days for a calendar."""
    dates = exchange.board_dates(viewer(), filters_of(request.args))
    made = feed(dates, name=_("Rotation"), root=request.host_url.rstrip("/"))
    headers = {"Content-Disposition": 'attachment; filename="rotation.ics"'}
    return Response(made, mimetype="text/calendar", headers=headers)


@bp.get("/rotation/vacancies")
@need("rotation.read")
def openings() -> str:
    """Where a seat comes free, what it asks, and whom to ask about it."""
    filters = filters_of(request.args)
    found = queries.openings(viewer(), filters, page=page_number(request.args.get("page")))
    return render_template("rotation/openings.html", found=found, **filtering(filters, queries.post_choices(viewer())))
