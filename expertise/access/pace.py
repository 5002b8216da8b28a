"""How much one account, or one address that nobody signed in from, may ask in a minute.

Meant for programs gone wild and for whoever wants to carry all off at once; people at work never meet it. What is
costly says so beside its need, and has a smaller measure of its own.
"""

import hashlib
import hmac
from collections.abc import Callable
from math import ceil
from time import time
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app, request
from limits import RateLimitItemPerMinute
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from expertise.access.viewer import Viewer
from expertise.base.again import LAST, READING
from expertise.base.counters import SharedCounters

# Which part of what may be asked in a minute: 1,200 of all, 300 searches, 60 files, at the usual setting.
SHARES = {"all": 1, "draft": 2, "search": 4, "long": 20, "password": 20}
# A whole organisation may come from one address.
ADDRESS_FACTOR = 5
View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger(__name__)


def costs(kind: str) -> Callable[[View], View]:
    """Declare that a route is costly: a `search`, `long` work, a `password`. Of one with a form, sending it."""
    if kind not in SHARES:
        raise KeyError(f"{kind} is not in access/pace.py")

    def declare(view: View) -> View:
        # As with its need: a function carries what is declared of it, and the type of functions knows no such name.
        view.costs = kind  # type: ignore[attr-defined]
        return view

    return declare


class Pace:
    """What one may ask here, and how much was asked."""

    def __init__(self, app: Flask, most: int) -> None:
        """`most` requests a minute; 0: as many as one likes."""
        self.most = most
        self.key = hmac.new(app.config["SECRET_KEY"].encode(), b"pace", hashlib.sha256).digest()
        self.counters = SharedCounters(app.config["INSTANCE"] / "pace.db")
        self.limiter = FixedWindowRateLimiter(self.counters)

    def allowed(self, kind: str, factor: int) -> RateLimitItemPerMinute:
        """How many of a kind."""
        return RateLimitItemPerMinute(max(1, self.most * factor // SHARES[kind]), namespace=kind)

    def hidden(self, who: str) -> str:
        """Who it is, so that the counters tell nobody."""
        return hmac.new(self.key, who.encode(), hashlib.sha256).hexdigest()[:32]


def set_up(app: Flask, most: int) -> None:
    """Give the application its pace."""
    app.extensions["pace"] = Pace(app, most)


def keep_pace(viewer: Viewer, view: Any, *, program: bool) -> None:
    """Count this request; too many a minute are refused, with when to come again."""
    pace: Pace = current_app.extensions["pace"]
    if not pace.most or LAST in request.environ:
        return
    if viewer.account_id:
        # A program counts by itself, lest its owner pays for it.
        who, factor = f"{'program' if program else 'account'}:{viewer.account_id}", 1
    else:
        who, factor = f"address:{viewer.address}", ADDRESS_FACTOR
    hidden = pace.hidden(who)
    for kind in ("all", _cost_of(view)):
        if not kind:
            continue
        item = pace.allowed(kind, factor)
        if not pace.limiter.hit(item, hidden):
            wait = max(1, ceil(pace.limiter.get_window_stats(item, hidden).reset_time - time()))
            log.warning("too often", kind=kind, endpoint=request.endpoint, account=viewer.account_id)
            raise TooManyRequests(retry_after=wait)


def _cost_of(view: Any) -> str:
    """Its cost; a form is shown for nothing."""
    kind: str = getattr(view, "costs", "")
    methods = request.url_rule.methods if request.url_rule else None
    return "" if request.method in READING and "POST" in (methods or ()) else kind
