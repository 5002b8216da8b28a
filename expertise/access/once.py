"""A form that is sent twice does its work once.

Whoever presses a button twice, or goes back and sends the same again, gets what came of the first time, with a word.
Each page gives its forms a number of its own (`base/forms.py: once`). The same number with the same content is the
same form; what was changed since is another. A form that is refused is as if it had not been sent.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from flask import current_app, g, request
from flask import session as cookie
from sqlalchemy import String, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import Model, changed_rows, session
from expertise.base.forms import ONCE

# So long a form is known again; after that the page is opened anew by everybody.
KNOWN_FOR = timedelta(days=1)
_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


class SentForm(Model):
    """A form that was accepted: a mark of who sent what, from which nothing can be read, and where it led."""

    __tablename__ = "sent_form"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    led_to: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(default=clock.now)


def sent_before(viewer: Viewer, content: str) -> str | None:
    """Where this form led when it was sent before; else it is put down as sent, with what it is about to do.

    A form with a file is known by the hash of its `content` as well.
    """
    mark = _mark(viewer, content)
    if mark is None:
        return None
    # Put down without looking first: on PostgreSQL a look for what is not there would set writers against each other.
    row = _INSERTS[session().get_bind().dialect.name](SentForm).values(mark=mark, led_to="", at=clock.now())
    if session().scalar(row.on_conflict_do_nothing().returning(SentForm.mark)) is not None:
        g.sent_form = mark
        return None
    return session().scalar(select(SentForm.led_to).where(SentForm.mark == mark))


def settle(answer: Response) -> None:
    """Just before the commit: a form that was accepted leads on.

    After a page in its place, or a refusal that is told on the next page, it may be sent again.
    """
    mark = g.pop("sent_form", None)
    if mark is None:
        return
    refused = any(kind in ("error", "warning") for kind, _text in cookie.get("_flashes", ()))
    led_to = answer.location if answer.status_code >= 300 and not refused else None
    if led_to:
        session().execute(update(SentForm).where(SentForm.mark == mark).values(led_to=led_to))
    else:
        session().execute(delete(SentForm).where(SentForm.mark == mark))


def forget_sent() -> int:
    """Remove what was sent over a day ago; answers how many. For the jobs; commits nothing."""
    return changed_rows(delete(SentForm).where(SentForm.at < clock.now() - KNOWN_FOR))


def _mark(viewer: Viewer, content: str) -> str | None:
    """Who sends what to where, under our key; None of what is no form of ours, or carries a file that is not known."""
    if not viewer.signed_in or not request.form.get(ONCE) or (request.files and not content):
        return None
    told = hmac.new(current_app.config["SECRET_KEY"].encode(), b"sent_form", hashlib.sha256)
    # Whoever signs in again in another window has a new token in this one, and the same form.
    typed = (pair for pair in request.form.items(multi=True) if not pair[0].endswith("csrf_token"))
    for part in (viewer.account_id or "", content, request.full_path, *chain.from_iterable(typed)):
        # With its length before it, so that no two forms run together into one.
        told.update(f"{len(part)}:{part}".encode())
    return told.hexdigest()
