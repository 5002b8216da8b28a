"""Who a program acts for: the bearer token in the head of its request, and nothing that a browser sends by itself."""

from functools import partial

from flask import current_app, g, request
from werkzeug.exceptions import TooManyRequests

from expertise.access.gate import append_apart
from expertise.base import clock
from expertise.people import tokens
from expertise.people.models import AccessToken
from expertise.people.service import ADDRESS_FACTOR


def look() -> AccessToken | None:
    """The token of this request, if it works; one that does not is counted, and too many are refused unseen."""
    g.bearer = None
    given = request.authorization
    if given is None or given.type != "bearer":
        return None
    address = request.remote_addr or ""
    found = tokens.find_token(given.token or "")
    if found is None:
        minutes = current_app.config["SIGN_IN_WAIT_MINUTES"]
        most = current_app.config["SIGN_IN_FAILURES"] * ADDRESS_FACTOR
        if tokens.too_many_failures(address, minutes=minutes, most=most):
            raise TooManyRequests(retry_after=minutes * 60)
        append_apart(partial(tokens.count_failure, address))
        return None
    if found.last_used_at is None or found.last_used_at < clock.now() - tokens.TOUCH_AFTER:
        append_apart(partial(tokens.touch, found.id), needed=False)
    g.bearer = found
    return found


def present() -> AccessToken | None:
    """The token with which this request came in."""
    found: AccessToken | None = g.get("bearer")
    return found
