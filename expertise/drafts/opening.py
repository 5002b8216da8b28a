"""How a form keeps drafts: `with_draft(form)` in its view, and `form_end(form)` in its template, are all it needs."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from flask import request, url_for
from werkzeug.datastructures import MultiDict
from wtforms import HiddenField

from expertise.access.gate import once_accepted, viewer
from expertise.base.database import new_id
from expertise.base.errors import NotFound
from expertise.base.forms import Form
from expertise.drafts import queries, service, tickets
from expertise.drafts.models import Draft
from expertise.drafts.queries import Unfinished
from expertise.drafts.tickets import Ticket

# `?draft=` with this value opens the form as it is saved.
NONE = "none"
Some = TypeVar("Some", bound=Form)


@dataclass(frozen=True)
class Drafted:
    """What the parts of a form show of its drafts."""

    ticket: Ticket
    chosen: Draft | None = None  # what was put back into the fields
    others: list[Unfinished] = field(default_factory=list)
    edits: bool = False  # whether there is a saved version to start from instead
    moved_on: bool = False  # whether that was changed since the draft was begun
    sent: bool = False  # whether the form comes back from a try to save it

    @property
    def text(self) -> str:
        """The ticket as the form carries it."""
        return tickets.written(self.ticket)

    def url(self, draft_id: str = NONE) -> str:
        """Where the form is open with this draft in it, or with none."""
        path, _sharp, fragment = self.ticket.address.partition("#")
        return f"{path}?{tickets.FIELD}={draft_id}" + (f"#{fragment}" if fragment else "")


def with_draft(form: Some, address: str | None = None) -> Some:
    """Let a form keep drafts: put back what was not saved, and close its draft once it is.

    The address is where the form is opened: this page, unless another is given (for a form that is part of a page,
    with a fragment). It must be called after all fields are there.
    """
    address = address or url_for(request.endpoint or "", **(request.view_args or {}))
    if request.method == "POST":
        ticket = tickets.read(request.form.get(tickets.FIELD), viewer().account_id)
        if ticket is None or ticket.address != address:
            ticket = _new_ticket(address)
        else:
            once_accepted(partial(service.close_submitted, viewer(), ticket))
        form.draft = Drafted(ticket, edits=_edits(form), sent=True)
    else:
        form.draft = _offer(form, address)
    return form


def _new_ticket(address: str, origin: Draft | None = None) -> Ticket:
    return Ticket(
        new_id(),
        viewer().account_id or "",
        address,
        origin.id if origin else None,
        origin.sequence if origin else None,
    )


def _offer(form: Form, address: str) -> Drafted:
    known = queries.drafts_at(viewer(), address)
    asked = request.args.get(tickets.FIELD, "")
    draft = _asked_for(asked, address) or (
        queries.get_draft(viewer(), known[0].id) if known and asked != NONE else None
    )
    moved_on = _put_back(form, draft) if draft else False
    others = [one for one in known if draft is None or one.id != draft.id]
    return Drafted(_new_ticket(address, draft), draft, others, _edits(form), moved_on)


def _asked_for(draft_id: str, address: str) -> Draft | None:
    """The draft that the address bar names; one that is gone, or of another form, is as if nothing were asked."""
    if draft_id in ("", NONE):
        return None
    try:
        draft = queries.get_draft(viewer(), draft_id)
    except NotFound:
        return None
    return draft if draft.address == address else None


def _put_back(form: Form, draft: Draft) -> bool:
    """Fill the form from a draft; answers whether what is saved was changed since the draft was begun."""
    moved_on = False
    for one in form:
        if one.name not in draft.fields or one.name == "csrf_token":
            continue
        values = draft.fields[one.name]
        if _is_version(one):
            moved_on = moved_on or str(one.data or 0) not in values
        sent: Any = MultiDict((one.name, value) for value in values)
        if not values:
            # A box that was emptied: the name is there, with nothing.
            sent.setlist(one.name, [])
        one.process(sent, one.data)
    return moved_on


def _is_version(one: Any) -> bool:
    return isinstance(one, HiddenField) and one.short_name.endswith("version")


def _edits(form: Form) -> bool:
    return any(_is_version(one) for one in form)
