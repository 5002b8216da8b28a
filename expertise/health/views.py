"""The addresses that machines ask."""

from flask import Blueprint

from expertise.access.gate import need
from expertise.health import queries

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
