"""Tokens by which programs of an account come in: made, shown once, listed, revoked, and found again by their hash."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import NOBODY, Viewer
from expertise.audit.service import record, record_apart
from expertise.base import clock
from expertise.base.database import own_transaction, session
from expertise.base.errors import NotFound, Refused
from expertise.people import passwords
from expertise.people.models import AccessToken, SignInFailure
from expertise.people.queries import failures_since

# So that a token that stands where it should not is known for what it is.
PREFIX = "expertise_"
MOST = 20
# That a token was used is noted no oftener than this, so that a program that reads costs no writes.
TOUCH_AFTER = timedelta(minutes=10)
# Within so long the same once more is a button that was pressed twice.
PRESSED_AGAIN = timedelta(minutes=1)
# As what its failures are counted: apart from sign-ins, so that a broken program locks nobody out.
COUNTED_AS = "api"


def make_token(viewer: Viewer, *, name: str, days: int, may_write: bool = False) -> str:
    """A new token of the viewer's account, told this once."""
    require(viewer, "account.own")
    _take_back(viewer, name.strip(), days, may_write=may_write)
    if len(tokens_of(viewer)) >= MOST:
        raise Refused(_("You have %(number)s tokens already; revoke one first.", number=MOST), "name")
    secret = PREFIX + passwords.new_token()
    made = AccessToken(
        account_id=viewer.account_id,
        name=name.strip(),
        token_hash=passwords.hash_token(secret),
        may_write=may_write,
        made_at=clock.now(),
        expires_on=clock.today() + timedelta(days=days),
    )
    session().add(made)
    session().flush()
    record(viewer, "token.made", made)
    return secret


def _take_back(viewer: Viewer, name: str, days: int, *, may_write: bool) -> None:
    """The same form sent twice: whoever presses again sees the second answer alone, so the first token is nobody's."""
    same = select(AccessToken).where(
        AccessToken.account_id == viewer.account_id,
        AccessToken.name == name,
        AccessToken.may_write == may_write,
        AccessToken.expires_on == clock.today() + timedelta(days=days),
        AccessToken.made_at > clock.now() - PRESSED_AGAIN,
        AccessToken.last_used_at.is_(None),
    )
    for one in session().scalars(same).all():
        record(viewer, "token.revoked", one)
        session().delete(one)


def revoke_token(viewer: Viewer, token_id: str) -> None:
    """From now on it lets nobody in."""
    require(viewer, "account.own")
    found = session().get(AccessToken, token_id)
    if found is None or found.account_id != viewer.account_id:
        raise NotFound(token_id)
    record(viewer, "token.revoked", found)
    session().delete(found)


def tokens_of(viewer: Viewer) -> Sequence[AccessToken]:
    """The tokens of the viewer's account, the latest first."""
    require(viewer, "account.own")
    query = select(AccessToken).where(AccessToken.account_id == viewer.account_id)
    return session().scalars(query.order_by(AccessToken.made_at.desc(), AccessToken.id)).all()


def find_token(secret: str) -> AccessToken | None:
    """The token that somebody shows: not revoked, not expired, and of an account that is open."""
    found = session().scalar(select(AccessToken).where(AccessToken.token_hash == passwords.hash_token(secret)))
    return found if found is not None and found.works_on(clock.today()) else None


def too_many_failures(address: str, *, minutes: int, most: int) -> bool:
    """Whether an address showed so many wrong tokens lately that the next is not even looked at."""
    counted = failures_since(email_hash=passwords.hash_token(COUNTED_AS), address=_apart(address), minutes=minutes)
    return counted[1] >= most


def count_failure(address: str) -> None:
    """Count a wrong token, in a transaction of its own."""
    with own_transaction() as own:
        name = passwords.hash_token(COUNTED_AS)
        own.add(SignInFailure(email_hash=name, address=_apart(address), at=clock.now()))
    record_apart(NOBODY, "token.refused", address=address)


def touch(token_id: str) -> None:
    """Note that a token was used, in a transaction of its own."""
    with own_transaction() as own:
        row = own.get(AccessToken, token_id)
        if row is not None:
            row.last_used_at = clock.now()


def _apart(address: str) -> str:
    return f"{COUNTED_AS} {address}"
