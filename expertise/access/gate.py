"""The door: who comes in, what the route needs, and one commit for a request that succeeded.

A GET opens the database for reading only, so it cannot write. After a POST that succeeded the door commits, once;
after anything else it rolls back. What must outlive a rollback (refusals, failed sign-ins) is handed to
`append_apart` and written in a transaction of its own.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, g, redirect, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response as AnyResponse

from expertise.access.rules import RULES, allowed
from expertise.access.viewer import NOBODY, Viewer
from expertise.base.database import begin, session

READING = frozenset({"GET", "HEAD", "OPTIONS"})
View = TypeVar("View", bound=Callable[..., Any])
log = structlog.get_logger(__name__)


def need(action: str) -> Callable[[View], View]:
    """Declare what a route needs; a route that declares nothing stops the start."""
    if action not in RULES:
        raise KeyError(f"{action} is not in access/rules.py")

    def declare(view: View) -> View:
        view.need = action  # type: ignore[attr-defined]
        return view

    return declare


def viewer() -> Viewer:
    """Who makes this request."""
    return g.viewer if "viewer" in g else NOBODY


def append_apart(write: Callable[[], None]) -> None:
    """Run `write`, which opens a transaction of its own, after this request's transaction has ended."""
    g.setdefault("apart", []).append(write)


def set_up(app: Flask, load_viewer: Callable[[], Viewer], after_commit: Callable[[], None]) -> None:
    """Put the door before every route of the application."""
    app.extensions["door"] = (load_viewer, after_commit)
    app.before_request(_come_in)
    app.after_request(_leave)
    app.teardown_request(_forget)


def check_needs(app: Flask) -> None:
    """Stop the start if a route does not say what it needs."""
    for rule in app.url_map.iter_rules():
        if need_of(app, rule.endpoint) is None:
            raise RuntimeError(f"route {rule.rule} ({rule.endpoint}) declares no need")


def need_of(app: Flask, endpoint: str) -> str | None:
    """What the route needs."""
    if endpoint == "static":
        return "public"
    return getattr(app.view_functions[endpoint], "need", None)


def _come_in() -> AnyResponse | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    begin("read" if request.method in READING else "write")
    load_viewer, _ = current_app.extensions["door"]
    g.viewer = load_viewer()
    action = need_of(current_app, request.endpoint)
    assert action is not None
    if allowed(g.viewer, action):
        return None
    if not g.viewer.signed_in:
        target = request.full_path.rstrip("?") if request.method in READING else "/"
        return redirect(url_for("people.sign_in", next=None if target == "/" else target), 303)
    log.info("refused", action=action, endpoint=request.endpoint)
    raise NoSuchPage


def _leave(response: Response) -> Response:
    if request.endpoint is None or request.endpoint == "static":
        return response
    if request.method not in READING and response.status_code < 400:
        session().commit()
        if session().info.pop("told_search", False):
            app = current_app._get_current_object()  # type: ignore[attr-defined]
            response.call_on_close(_AfterCommit(app))
    else:
        session().rollback()
    for write in g.pop("apart", []):
        write()
    return response


class _AfterCommit:
    """What follows a commit once the answer is on its way: the index."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self) -> None:
        _, after_commit = self.app.extensions["door"]
        with self.app.app_context():
            after_commit()


def _forget(_error: BaseException | None) -> None:
    g.pop("viewer", None)
