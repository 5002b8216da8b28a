"""Addresses from which a note is taken along as a file."""

from functools import partial

from flask import Response, request

from expertise.access.gate import append_apart, need, viewer
from expertise.access.pace import costs
from expertise.audit.service import record_apart
from expertise.handovers import queries
from expertise.handovers.exchange import taking
from expertise.handovers.models import Handover
from expertise.handovers.views import bp


@bp.get("/handovers/<handover_id>/file/<form>")
@need("handover.read")
@costs("long")
def take_along(handover_id: str, form: str) -> Response:
    """The note as a file, always as a download: nothing of it runs in our name."""
    handover = queries.get_handover(viewer(), handover_id)
    sensitive = request.args.get("sensitive") == "1"
    taken = taking.take(viewer(), handover, form, with_sensitive=sensitive)
    append_apart(partial(_note, handover, form, with_sensitive=sensitive))
    made = Response(taken.content, mimetype=taken.media_type)
    made.headers["Content-Disposition"] = f'attachment; filename="{taken.name}"'
    return made


def _note(handover: Handover, form: str, *, with_sensitive: bool) -> None:
    # Beside the request, because a GET cannot write: who took what along is kept all the same.
    address = request.remote_addr or ""
    details: dict[str, str | bool] = {"form": form, "with_sensitive": with_sensitive}
    record_apart(viewer(), "handover.taken_along", handover, result="done", address=address, **details)
