"""The ticket of a form: which window of which account writes where. Signed, so that it is true when it comes back."""

from dataclasses import dataclass

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from expertise.base.database import new_id

# The name of the hidden field that carries it.
FIELD = "draft"


@dataclass(frozen=True)
class Ticket:
    """What a form carries: the id of its window, whose it is, its address, and the draft that was put back into it."""

    window: str
    account_id: str
    address: str
    origin_id: str | None = None
    origin_sequence: int | None = None

    def renewed(self) -> "Ticket":
        """The same form in a window of its own: what that held before was saved or thrown away."""
        return Ticket(new_id(), self.account_id, self.address)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="draft")


def written(ticket: Ticket) -> str:
    """As the form carries it."""
    parts = (ticket.window, ticket.account_id, ticket.address, ticket.origin_id, ticket.origin_sequence)
    return str(_signer().dumps(parts))


def read(text: str | None, account_id: str | None) -> Ticket | None:
    """The ticket in this text, if it is ours and of this account."""
    try:
        ticket = Ticket(*_signer().loads(text or ""))
    except BadSignature:
        return None
    return ticket if ticket.account_id == account_id else None
