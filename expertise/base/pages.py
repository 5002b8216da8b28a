"""What every answer shares: security headers, error pages, filters."""

import json
from datetime import date
from typing import Any

import structlog
from flask import Flask, Response, current_app, flash, redirect, render_template, request
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from markupsafe import Markup
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    InternalServerError,
    MethodNotAllowed,
    RequestEntityTooLarge,
    ServiceUnavailable,
    Unauthorized,
)
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response as BaseResponse

from expertise.base.again import AGAIN, LAST, READING
from expertise.base.database import is_away, is_busy, is_full, is_nonsense, is_undone, session
from expertise.base.errors import Conflict, NotFound, Over, Refused
from expertise.base.forms import Form, once
from expertise.base.i18n import show_country, show_day, show_languages, show_moment, show_number, show_weekday
from expertise.base.markdown import to_html

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "object-src 'none'",
        "style-src 'self'",
        "script-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
# What stands in a cell of a table where there is nothing to say; where rows are stacked on a phone it is not shown.
# Markup, because it is a constant of ours.
BLANK = Markup('<span class="blank">–</span>')
NO_ROOM = 507  # Insufficient Storage
# After these the same may be sent once more, so that what was typed stands on the page.
GIVES_BACK = (429, 503, NO_ROOM)
log = structlog.get_logger(__name__)
# What a view gives: a page, a page with its status, or an answer made by itself.
Answer = str | BaseResponse | tuple[str, int]


def json_file(name: str, given: Any) -> Response:
    """What somebody is given of what is kept, as a file of JSON."""
    text = json.dumps(given, ensure_ascii=False, indent=2, default=_plain)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype="application/json", headers=headers)


def form_page(template: str, form: Form, **shown: Any) -> Answer:
    """The page of a form: as it is first opened, or once more with what was refused, which is no success (422)."""
    page = render_template(template, form=form, **shown)
    return (page, 422) if form.is_submitted() else page


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def set_up(app: Flask, *, secure: bool) -> None:
    """Register headers, filters and error pages."""
    headers = HEADERS | ({"Strict-Transport-Security": "max-age=31536000; includeSubDomains"} if secure else {})
    app.extensions["page_headers"] = headers
    # Below such an address errors are told otherwise than by a page: address -> what tells them.
    app.extensions["error_answers"] = {}
    app.after_request(_add_headers)
    app.jinja_env.filters |= {
        "day": show_day,
        "day_time": show_moment,
        "weekday": show_weekday,
        "number": show_number,
        "country": show_country,
        "languages": show_languages,
        "markdown": to_html,
    }
    app.jinja_env.globals |= {"blank": BLANK, "once": once}
    for kind in (HTTPException, NotFound, Refused, Conflict, Exception):
        app.register_error_handler(kind, _show_error)


def _add_headers(response: Response) -> Response:
    for name, value in current_app.extensions["page_headers"].items():
        # A view that gives out what strangers made says more strictly what that may do.
        response.headers.setdefault(name, value)
    response.headers.setdefault("Cache-Control", "no-store, private")
    return response


def _show_error(error: Exception) -> Any:
    """Every error is a page in the product's look that says what happened, what was kept and what to do."""
    for address, answer in current_app.extensions["error_answers"].items():
        if request.path.startswith(address):
            return answer(error)
    if is_away(error):
        # The language of an account stands in the database.
        with force_locale(request.accept_languages.best_match(current_app.config["LANGUAGES"]) or "en"):
            return _error_page(error)
    return _error_page(error)


def _error_page(error: Exception) -> Any:
    if isinstance(error, Over) and request.method in READING:
        flash(str(error.message))
        return redirect(error.leads_to, 303)
    if isinstance(error, NotFound):
        code = 404
    elif isinstance(error, Refused | Conflict):
        code = 409
    elif isinstance(error, HTTPException):
        if error.code is None or error.code < 400:
            return error
        code = error.code
    else:
        code = code_of(error)
    if not isinstance(error, HTTPException):
        # What was begun is over; a failed transaction would not even answer what this page asks.
        session().rollback()
    title, happened, todo = words_of(code)
    if isinstance(error, Refused):
        happened = str(error.message)
    kept = _("Nothing was changed.") if request.method != "GET" else ""
    texts = _given_back() if isinstance(error, CSRFError | Unauthorized | Refused) or code in GIVES_BACK else []
    if texts:
        kept = _("Nothing was saved. What you typed stands below: copy it.")
    page = render_template(
        "errors/error.html",
        code=code,
        title=title,
        happened=happened,
        kept=kept,
        todo=todo,
        typed=texts,
        back=_form_page() if texts else None,
    )
    return page, code, heads_of(error, code)


def heads_of(error: Exception, code: int) -> dict[str, str]:
    """What whoever asked by a program is to know of an error: when to come again, and what may be done there."""
    if isinstance(error, MethodNotAllowed):
        return {"Allow": ", ".join(sorted(error.valid_methods or ()))}
    if code in (429, 503):
        return {"Retry-After": str(getattr(error, "retry_after", None) or 5)}
    return {}


def code_of(error: Exception) -> int:
    """What the database's own errors mean to whoever asked; all else is our mistake."""
    if is_full(error):
        log.error("no room on the disk", endpoint=request.endpoint, why=type(error).__name__)
        return NO_ROOM
    if is_away(error):
        log.error("database is away", why=str(error).splitlines()[0])
        return ServiceUnavailable.code
    if is_undone(error) or is_busy(error):
        if LAST not in request.environ and is_undone(error):
            request.environ[AGAIN] = True
        else:
            log.warning("busy", endpoint=request.endpoint)
        return ServiceUnavailable.code
    if is_nonsense(error):
        return NoSuchPage.code if request.method in READING else BadRequest.code
    log.exception("failed", endpoint=request.endpoint)
    return InternalServerError.code


def _form_page() -> str | None:
    """Where the form is that was sent, if that is a page too: after signing in one goes on there."""
    rule = request.url_rule
    return request.path if rule is not None and "GET" in (rule.methods or ()) else None


def _given_back() -> list[str]:
    """What was typed, where what was sent can still be read."""
    try:
        return typed()
    except RequestEntityTooLarge:
        return []


def typed() -> list[str]:
    """What somebody wrote in the form that was sent: its texts, not its choices and secrets."""
    return [
        text
        for name, text in request.form.items(multi=True)
        if " " in text.strip() and not (name == "csrf_token" or "password" in name)
    ]


def words_of(code: int) -> tuple[str, str, str]:
    """Title, what happened, what to do."""
    back = _("Go back, or start from your desk.")
    if code == 404:
        return (
            _("Not found"),
            _("There is no such page, or it is not meant for you."),
            _("Check the address, search for it, or start from your desk."),
        )
    if code == 400:
        return (
            _("This request cannot be read"),
            _("The form was open for too long, or the request is not complete."),
            _("Go back, load the page again and send it once more. Copy a long text first."),
        )
    if code == 401:
        return (
            _("You are signed out"),
            _("You had been away for long, or signed out in another window."),
            _("Sign in, open the same page and put your text back."),
        )
    if code == 405:
        return (
            _("This cannot be done here"),
            _("The address is right, but not for this kind of request."),
            back,
        )
    if code == 409:
        return _("This is not possible now"), _("Somebody changed this before you."), back
    if code == 413:
        return (
            _("Too large"),
            _("What you sent is larger than this installation takes."),
            _("Send it in smaller parts."),
        )
    if code == 429:
        return _("Too often"), _("There were too many requests."), _("Wait a minute and try again.")
    if code >= 500:
        return _words_of_ours(code)
    return _("This request cannot be handled"), _("Something in the request is not right."), back


def _words_of_ours(code: int) -> tuple[str, str, str]:
    if code == 503:
        return (
            _("Not possible just now"),
            _("The database does not answer, or so much was being saved that yours did not get its turn."),
            _("Wait a few seconds, go back and send it again."),
        )
    if code == NO_ROOM:
        return (
            _("There is no room left"),
            _("The disk of this installation is full, so that nothing can be saved. What was saved is still there."),
            _("Tell your administrator. Reading and searching go on; send this again once there is room."),
        )
    return (
        _("Something went wrong here"),
        _("This is our mistake, not yours. It has been logged."),
        _("Try again in a minute. If it stays, tell your administrator the time at which it happened."),
    )
