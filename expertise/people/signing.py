"""Flask-Login over sessions that live on the server: the cookie holds a random token and nothing else."""

from datetime import timedelta
from typing import Any

from flask import Flask, current_app, g, session
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from expertise.access.gate import append_apart
from expertise.base import clock
from expertise.people import queries, service
from expertise.people.models import Account, SignedIn

# A session's last sign of life is noted no oftener than this: a page view costs no write.
TOUCH_AFTER = timedelta(minutes=10)
# For so long after signing in nothing is asked once more.
FRESH_FOR = timedelta(minutes=10)
_manager = LoginManager()


class Holder(UserMixin):
    """What Flask-Login calls a user: a live session of an account."""

    def __init__(self, token: str, row: SignedIn | None) -> None:
        """Without a row only its id is needed, at sign-in."""
        self.token = token
        self.row = row
        # Looked at now: a request that takes long reads the row's transaction to its end.
        self.lacks_second = row is not None and not row.by_organisation and row.account.second_since is None

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


def set_up(app: Flask) -> None:
    """Tell Flask-Login where sessions are."""
    # Its own check of address and browser signs people out on trains; ours is the row on the server.
    _manager.session_protection = None
    _manager.init_app(app)
    _manager.user_loader(_load)


def _load(token: str) -> Holder | None:
    config = current_app.config
    row = queries.find_signed_in(token, idle_hours=config["SESSION_HOURS"], days=config["SESSION_DAYS"])
    if row is None:
        return None
    if row.last_seen < clock.now() - TOUCH_AFTER:
        append_apart(_Touch(token), needed=False)
    return Holder(token, row)


class _Touch:
    """Notes after the request that the session is alive."""

    def __init__(self, token: str) -> None:
        self.token = token

    def __call__(self) -> None:
        service.touch(self.token)


def look_again() -> None:
    """Forget who made this request as it was first read: the transaction in which it was has ended."""
    g.pop("_login_user", None)


def present_account() -> Account | None:
    """The account that makes this request."""
    holder: Any = current_user
    return holder.row.account if holder.is_authenticated and holder.row else None


def present_session() -> SignedIn | None:
    """The session that makes this request."""
    holder: Any = current_user
    return holder.row if holder.is_authenticated else None


def is_fresh() -> bool:
    """Whether whoever makes this request proved not long ago to be who they are."""
    row = present_session()
    return row is not None and (row.proved_at or row.since) > clock.now() - FRESH_FOR


def lacks_second() -> bool:
    """Whether this session began with a password alone, and its account has no second factor."""
    holder: Any = current_user
    return bool(holder.is_authenticated and holder.lacks_second)


def present_token() -> str:
    """Its token."""
    holder: Any = current_user
    return holder.token if holder.is_authenticated else ""


def remember(token: str) -> None:
    """Put the token of a new session into the cookie; of what it held before only the language stays."""
    chosen = session.get("language")
    session.clear()
    if chosen:
        session["language"] = chosen
    login_user(Holder(token, None))


def forget() -> None:
    """Take it out."""
    logout_user()
