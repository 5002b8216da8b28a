"""The addresses that machines ask."""

import hmac

from flask import Blueprint, current_app, request
from prometheus_client import CONTENT_TYPE_LATEST
from werkzeug.exceptions import NotFound

from expertise.access.gate import need
from expertise.base import metrics as counting
from expertise.health import queries
from expertise.health.state import State

bp = Blueprint("health", __name__)
TEXT = {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/healthz")
@need("public")
def healthz() -> tuple[str, int, dict[str, str]]:
    """The process lives. The one page for which the door does not open the database."""
    return "ok\n", 200, TEXT


@bp.get("/readyz")
@need("public")
def readyz() -> tuple[str, int, dict[str, str]]:
    """Requests can be answered: the database is at the newest schema, and there is an index. No more is told."""
    found = queries.ready()
    lines = "".join(f"{one.name}: {'ok' if one.ok else 'not ready'}\n" for one in found)
    return lines, 200 if all(one.ok for one in found) else 503, TEXT


@bp.get("/metrics")
@need("public")
def metrics() -> tuple[bytes, int, dict[str, str]]:
    """Counters and gauges for Prometheus, also while the database is away; by token, or from this machine."""
    if not _may_watch(current_app.config["SETTINGS"].metrics_token):
        raise NotFound
    return counting.told(State()), 200, {"Content-Type": CONTENT_TYPE_LATEST}


def _may_watch(token: str) -> bool:
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    # Behind a proxy on the same machine everybody seems to sit on it.
    passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"))
    proxies = current_app.config["SETTINGS"].proxies
    return request.remote_addr in ("127.0.0.1", "::1") and not passed_on and not proxies
