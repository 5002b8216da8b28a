"""The second factor of whoever signs in with a password: set up, asked, given up, taken away. docs/adr/0103."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta

from flask import current_app
from flask_babel import lazy_gettext as _
from sqlalchemy import delete, func, or_, select, update

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import changed_rows, session
from expertise.base.errors import Refused
from expertise.base.mail import send_later
from expertise.people import codes, passwords, queries
from expertise.people.models import Account, RecoveryCode, SignedIn, SignInFailure
from expertise.people.service import ADDRESS_FACTOR, Limits, begin_session

# How long somebody who typed the right password may look for a telephone.
HALFWAY_FOR = timedelta(minutes=10)


@dataclass(frozen=True)
class Halfway:
    """Whose password was right, and which password that was; stands signed in the cookie until the code came."""

    account_id: str
    password: str  # a digest of its hash: with another password one begins again
    at: int  # seconds since 1970


def is_asked() -> bool:
    """Whether it can be set up here."""
    return bool(passwords.in_use()) and current_app.config["SECOND_FACTOR"] != "off"


def is_required() -> bool:
    """Whether whoever signs in with a password must have one."""
    return bool(passwords.in_use()) and current_app.config["SECOND_FACTOR"] == "required"


def halfway(account: Account) -> Halfway | None:
    """What comes between a right password and the session; None where that is enough."""
    if not is_asked() or account.second_since is None:
        return None
    return Halfway(account.id, _digest(account), int(clock.now().timestamp()))


def _digest(account: Account) -> str:
    return hashlib.sha256((account.password_hash or "").encode()).hexdigest()[:32]


def find_halfway(known: Halfway) -> Account | None:
    """The account for which a code is asked now; None where it took too long, or it was changed or closed since."""
    account = session().get(Account, known.account_id)
    late = known.at + HALFWAY_FOR.total_seconds() < clock.now().timestamp()
    if late or account is None or account.shut_on(clock.today()) or _digest(account) != known.password:
        return None
    return account


def sign_in(account: Account, code: str, *, address: str, device: str, limits: Limits) -> str | None:
    """Answer a new session's token for whoever has a right code, and has not tried too often."""
    name_hash = passwords.hash_token(account.email)
    by_name, by_address = queries.failures_since(email_hash=name_hash, address=address, minutes=limits.wait_minutes)
    if by_name >= limits.failures or by_address >= limits.failures * ADDRESS_FACTOR:
        return None
    if not _take(account, code) and not _take_recovery_code(account, code, address=address):
        return None
    session().execute(delete(SignInFailure).where(SignInFailure.email_hash == name_hash))
    return begin_session(account, address=address, device=device)


def _take(account: Account, typed: str) -> bool:
    """Whether it is the code of now, which then is used: one statement, so that of two that come at once one is in."""
    secret = codes.unseal(account.second_sealed, account.id) if account.second_sealed else None
    step = codes.step_of(secret, codes.bare(typed), clock.now()) if secret else None
    if step is None:
        return False
    unused = or_(Account.second_step.is_(None), Account.second_step < step)
    return changed_rows(update(Account).where(Account.id == account.id, unused).values(second_step=step)) == 1


def _take_recovery_code(account: Account, typed: str, *, address: str) -> bool:
    mine = (RecoveryCode.account_id == account.id, RecoveryCode.code_hash == passwords.hash_token(codes.bare(typed)))
    if changed_rows(delete(RecoveryCode).where(*mine)) != 1:
        return False
    who = Viewer(person_id=account.person_id, account_id=account.id, address=address)
    record(who, "account.recovery_code_used", account)
    return True


def begin(viewer: Viewer, account: Account) -> None:
    """Make a secret for an authenticator; nothing is asked before its first code came back."""
    require(viewer, "account.own")
    if account.second_since is not None:
        raise Refused(_("You have a second factor already."))
    account.second_sealed = codes.seal(codes.new_secret(), account.id)
    account.second_step = None


def secret_of(viewer: Viewer, account: Account) -> str | None:
    """The secret while it is being set up; from then on it is shown to nobody."""
    require(viewer, "account.own")
    waits = account.second_sealed is not None and account.second_since is None
    return codes.unseal(account.second_sealed or "", account.id) if waits else None


def switch_on(viewer: Viewer, account: Account, code: str, *, keep: str) -> list[str]:
    """From now on a code is asked. All sessions but `keep` end; answers the recovery codes, told this once."""
    require(viewer, "account.own")
    if account.second_since is not None or not _take(account, code):
        raise Refused(_("This is not the code of now. Is the clock of your telephone right?"), "code")
    account.second_since = clock.now()
    session().execute(delete(SignedIn).where(SignedIn.account_id == account.id, SignedIn.id != keep))
    record(viewer, "account.second_factor_on", account)
    send_later("second_factor", account.id, "on")
    return _new_codes(account)


def make_recovery_codes(viewer: Viewer, account: Account) -> list[str]:
    """Others, told this once; those of before stop working."""
    require(viewer, "account.own")
    if account.second_since is None:
        raise Refused(_("You have no second factor."))
    record(viewer, "account.recovery_codes_made", account)
    return _new_codes(account)


def _new_codes(account: Account) -> list[str]:
    session().execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    made = codes.new_recovery_codes()
    session().add_all(RecoveryCode(account_id=account.id, code_hash=passwords.hash_token(one)) for one in made)
    return made


def codes_left(viewer: Viewer, account: Account) -> int:
    """How many recovery codes still work."""
    require(viewer, "account.own")
    mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.account_id == account.id)
    return session().scalar(mine) or 0


def switch_off(viewer: Viewer, account: Account) -> None:
    """Ask no code any more: one's own, or as the administrator that of somebody who lost the telephone."""
    own = account.id == viewer.account_id
    require(viewer, "account.own" if own else "account.manage")
    if own and is_required():
        raise Refused(_("This installation asks a second factor of everybody who signs in with a password."))
    was_on = account.second_since is not None
    account.second_sealed = account.second_since = account.second_step = None
    session().execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    if was_on:
        record(viewer, "account.second_factor_off", account)
        send_later("second_factor", account.id, "off" if own else "taken")
