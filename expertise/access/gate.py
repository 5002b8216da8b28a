"""The door: who comes in, what the route needs, and one commit for a request that succeeded.

A GET opens the database for reading only, so it cannot write. After a POST that succeeded the door commits, once;
after anything else it rolls back. What must outlive a rollback (refusals, failed sign-ins) is handed to
`append_apart` and written in a transaction of its own. A request that the database undid because another came
between is sent again (base/again.py).
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import structlog
from flask import Flask, Response, current_app, flash, g, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response as AnyResponse

from expertise.access import once
from expertise.access.pace import keep_pace
from expertise.access.rules import RULES, allowed
from expertise.access.viewer import NOBODY, Viewer
from expertise.base.again import AGAIN, LAST, READING
from expertise.base.database import begin, session
from expertise.base.metrics import observe
from expertise.base.pages import typed

# What is answered without the database, also while it is down.
APART = frozenset({"static", "health.healthz", "health.metrics"})
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


def late(limit: str) -> Callable[[View], View]:
    """A route that takes a large body: no transaction is open while that comes in, and the view opens its own.

    `limit` names the setting with the largest size of the body. The door still commits, once.
    """

    def declare(view: View) -> View:
        view.late = limit  # type: ignore[attr-defined]
        return view

    return declare


def program(view: View) -> View:
    """A route for programs: who asks is told by a token, and whoever does not come in gets no page to sign in."""
    view.program = True  # type: ignore[attr-defined]
    return view


def for_programs(endpoint: str | None) -> bool:
    """Whether a route is one for programs: a cookie counts for nothing there."""
    return bool(endpoint) and getattr(current_app.view_functions.get(endpoint or ""), "program", False)


def begin_again(how: str | None) -> None:
    """In a view that is `late`: end what was read, and begin to `read` or `write` (None: neither, for long work).

    Who asks is looked up anew, since rights may have gone meanwhile; records are to be judged again.
    """
    session().rollback()
    if how is not None:
        begin("alone" if how == "write" and LAST in request.environ else how)
        g.viewer = current_app.extensions["door"].load_viewer()


def viewer() -> Viewer:
    """Who makes this request."""
    return g.viewer if "viewer" in g else NOBODY


def append_apart(write: Callable[[], None], *, needed: bool = True) -> None:
    """Run `write`, which opens a transaction of its own, after this request's transaction has ended.

    Where it is `needed` and fails, such as on a full disk, the answer is not given: nobody looks or tries unrecorded.
    """
    g.setdefault("apart", []).append((write, needed))


def once_accepted(write: Callable[[], None]) -> None:
    """Run `write` in this request's transaction, just before the commit, if the form that was sent is accepted.

    A form that is accepted answers with a redirect; one that comes back (an error, a preview) does not.
    """
    g.setdefault("once_accepted", []).append(write)


@dataclass(frozen=True)
class Door:
    """What rooms above do for the door: say who comes in, note whom it refused, and follow a commit."""

    load_viewer: Callable[[], Viewer]
    note_refusal: Callable[[Viewer, str, str], None]  # viewer, action, address
    after_commit: Callable[[], object]


def set_up(app: Flask, door: Door) -> None:
    """Put the door before every route of the application."""
    app.extensions["door"] = door
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
    if request.endpoint in APART:
        return None
    if request.endpoint is None:
        # No such address. The page that says so has the frame and the language of who reads it.
        begin("read")
        g.viewer = current_app.extensions["door"].load_viewer()
        return None
    g.began = time.perf_counter()
    limit = getattr(current_app.view_functions[request.endpoint], "late", None)
    writing = "alone" if LAST in request.environ else "write"
    begin("read" if limit or request.method in READING else writing)
    door: Door = current_app.extensions["door"]
    g.viewer = door.load_viewer()
    action = need_of(current_app, request.endpoint)
    assert action is not None
    if limit:
        request.max_content_length = current_app.config[limit]
    keep_pace(g.viewer, current_app.view_functions[request.endpoint], program=for_programs(request.endpoint))
    if allowed(g.viewer, action):
        if limit:
            session().rollback()
            return None
        return sent_before()
    if not g.viewer.signed_in:
        if for_programs(request.endpoint):
            raise Unauthorized
        if request.method not in READING and typed():
            # Whoever wrote for a day and a night gets the text back, not an empty sign-in page.
            raise Unauthorized
        target = request.full_path.rstrip("?") if request.method in READING else "/"
        return redirect(url_for("people.sign_in", next=None if target == "/" else target), 303)
    # Not needed: what is closed must look like what is missing also where nothing can be written.
    append_apart(partial(door.note_refusal, g.viewer, action, request.remote_addr or ""), needed=False)
    raise NoSuchPage


def sent_before(content: str = "") -> AnyResponse | None:
    """Lets a form in that is sent for the first time; another gets what came of it then.

    The door asks this of each form; a view that is `late` asks it itself, with the hash of the file that came along.
    """
    if request.method in READING or for_programs(request.endpoint):
        return None
    led_to = once.sent_before(g.viewer, content)
    if led_to is None:
        return None
    flash(_("This form was sent twice. What it says was done once, the first time."))
    return redirect(led_to, 303)


def _leave(response: Response) -> Response:
    if request.endpoint is None or request.endpoint in APART:
        return response
    accepted = g.pop("once_accepted", [])
    if request.method not in READING and response.status_code < 400:
        response = _commit(response, accepted if response.status_code >= 300 else [])
    else:
        # Not only rolled back: that would mark all that was read as old, one by one.
        session().close()
    apart = g.pop("apart", [])
    if AGAIN in request.environ:
        return response  # nobody sees this answer
    response = _written_apart(response, apart)
    _log(response)
    return response


def _written_apart(response: Response, apart: Iterable[tuple[Callable[[], None], bool]]) -> Response:
    """The answer, or a page that says why it is not given: what must be recorded with it could not be."""
    committed = request.method not in READING and response.status_code < 400
    for write, needed in apart:
        try:
            write()
        except Exception as error:  # whatever it is, the answer goes back or is kept back; the rest is still written
            if needed and not committed:
                return _told(error)
            log.exception("not written apart", endpoint=request.endpoint)
    return response


def _told(error: Exception) -> Response:
    return current_app.make_response(current_app.handle_user_exception(error))


def _commit(response: Response, accepted: Iterable[Callable[[], None]]) -> Response:
    """What the request changed is stored, or the answer is a page that says why not."""
    try:
        for write in accepted:
            write()
        once.settle(response)
        session().commit()
    except Exception as error:
        return _told(error)
    if session().info.pop("told_search", False):
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        response.call_on_close(_AfterCommit(app))
    return response


def _log(response: Response) -> None:
    """Counted, and one line a request: which route, never its query, so that no search and no note ends in a log."""
    if request.endpoint and "began" in g:
        observe(request.endpoint, request.method, response.status_code, time.perf_counter() - g.began)
    milliseconds = round((time.perf_counter() - g.began) * 1000, 1) if "began" in g else None
    log.info(
        "request",
        method=request.method,
        endpoint=request.endpoint,
        status=response.status_code,
        ms=milliseconds,
        account=viewer().account_id,
    )


class _AfterCommit:
    """What follows a commit once the answer is on its way: the index, and files."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self) -> None:
        door: Door = self.app.extensions["door"]
        with self.app.app_context():
            door.after_commit()


def _forget(_error: BaseException | None) -> None:
    for name in ("viewer", "once", "sent_form"):
        g.pop(name, None)
