"""Where forms send what is being written, and what one does with a draft."""

from typing import Any

from flask import Blueprint, current_app, flash, jsonify, redirect, request
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base.errors import Refused
from expertise.base.marking import refusal
from expertise.drafts import queries, service, tickets
from expertise.drafts.opening import Drafted
from expertise.drafts.service import Kept

bp = Blueprint("drafts", __name__)
# A window's count, in milliseconds since 1970; what is beyond was not counted by our script.
MOST_SEQUENCE = 2**53


@bp.post("/drafts")
@need("draft.own")
@costs("draft")
def save() -> tuple[Response, int]:
    """An autosave, as JSON: {ticket, sequence, whole, fields: {name: [values]}}."""
    sent: Any = request.get_json(silent=True)
    fields = _fields_in(sent)
    if fields is None:
        return jsonify(state="wrong"), 400
    ticket = tickets.read(str(sent.get("ticket")), viewer().account_id)
    if ticket is None:
        # Somebody else signed in here meanwhile, or the key of the installation was changed.
        return jsonify(state="stranger"), 403
    if mark := service.mark_in(fields):
        # Also what was typed before the mark is not ours to keep. Answered as done, so that the door commits it.
        service.take_back(viewer(), ticket)
        return jsonify(state="refused", why=str(refusal(mark).message)), 202
    try:
        kept = service.save_draft(
            viewer(),
            ticket,
            fields,
            sequence=sent["sequence"],
            whole=sent.get("whole") is True,
            limit=current_app.config["MAX_TEXT_BYTES"],
        )
    except Refused as why:
        return jsonify(state="refused", why=str(why.message)), 422
    if kept is Kept.SAVED:
        return jsonify(state=kept), 200
    more: dict[str, Any] = {}
    if kept is Kept.CLOSED:
        # Whoever goes on typing after the form was sent goes on in a window of its own.
        more["ticket"] = tickets.written(ticket.renewed())
    elif kept is Kept.OLDER:
        more["sequence"] = queries.get_draft(viewer(), ticket.window).sequence
    return jsonify(state=kept, **more), 409


def _fields_in(sent: Any) -> dict[str, list[str]] | None:
    """The fields of an autosave; None where the request is not one."""
    if not isinstance(sent, dict) or not isinstance(fields := sent.get("fields"), dict):
        return None
    sequence = sent.get("sequence")
    if type(sequence) is not int or not 0 < sequence < MOST_SEQUENCE:
        return None
    good = all(isinstance(values, list) and all(isinstance(one, str) for one in values) for values in fields.values())
    return fields if good else None


@bp.get("/drafts/token")
@need("draft.own")
def token() -> Response:
    """Who is signed in here, and their token for forms: a window goes on after a new sign-in elsewhere."""
    return jsonify(account=viewer().account_id, csrf=generate_csrf())


@bp.post("/drafts/keep")
@need("draft.own")
def keep() -> Response:
    """The button "Save as draft" of a form: keep what stands in it, and come back to it."""
    ticket = tickets.read(request.form.get(tickets.FIELD), viewer().account_id)
    if ticket is None:
        raise Refused(_("This form was opened by somebody else, or long ago. Open it anew and put your text back."))
    fields = {name: request.form.getlist(name) for name in request.form}
    kept = _keep(ticket, fields)
    if kept is Kept.CLOSED:
        ticket = ticket.renewed()
        _keep(ticket, fields)
    else:
        # What was put back into this form was kept anew by hand: there need not be two of it.
        service.close_origin(viewer(), ticket)
    flash(_("Kept as a draft, on the server. Only you see it."), "success")
    return redirect(Drafted(ticket).url(ticket.window), 303)


def _keep(ticket: tickets.Ticket, fields: dict[str, list[str]]) -> Kept:
    limit = current_app.config["MAX_TEXT_BYTES"]
    return service.save_draft(viewer(), ticket, fields, sequence=None, whole=True, limit=limit)


@bp.post("/drafts/<draft_id>/throw-away")
@need("draft.own")
def throw_away(draft_id: str) -> Response:
    """Throw a draft away, and open the form without it."""
    draft = queries.get_draft(viewer(), draft_id)
    service.throw_away(viewer(), draft)
    flash(_("The draft was thrown away."))
    return redirect(draft.address, 303)
