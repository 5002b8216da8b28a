"""Verbs on people, accounts and sessions."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select, update

from expertise.access.rules import require
from expertise.access.viewer import NOBODY, Viewer
from expertise.audit.service import record, record_apart
from expertise.base import clock
from expertise.base.database import changed_rows, own_transaction, refusing, session
from expertise.base.errors import NotFound, Refused
from expertise.base.findable import tell_search
from expertise.base.mail import send_later
from expertise.people import passwords, queries
from expertise.people.models import MAILS, ROLES, AccessToken, Account, Person, SignedIn, SignInFailure
from expertise.people.organisation import Came, same_issuer

TAKEN = {
    "uq_person_email": ("email", _("Somebody else has this e-mail address.")),
    "uq_person_external_id": ("external_id", _("Somebody else has this external id.")),
    "uq_account_email": ("email", _("There is an account with this e-mail address.")),
    "uq_account_person_id": ("email", _("This person has an account.")),
}
# One address may try for a whole post behind one gateway, so it is allowed more than one name is.
ADDRESS_FACTOR = 5


@dataclass(frozen=True)
class Limits:
    """How many sign-ins may fail, and how long one then waits."""

    failures: int
    wait_minutes: int


def add_person(
    viewer: Viewer,
    *,
    name: str,
    given_name: str = "",
    family_name: str = "",
    email: str | None = None,
    phone: str = "",
    local_staff: bool = False,
    left_on: date | None = None,
    external_id: str | None = None,
) -> Person:
    """Record a member of staff."""
    require(viewer, "person.change")
    return _add_person(
        viewer,
        name=name,
        given_name=given_name,
        family_name=family_name,
        email=email,
        phone=phone,
        local_staff=local_staff,
        left_on=left_on,
        external_id=external_id,
    )


def _add_person(viewer: Viewer, *, email: str | None, **fields: Any) -> Person:
    person = Person(email=email.strip().lower() if email else None, **fields)
    with refusing(TAKEN):
        session().add(person)
        session().flush()
    record(viewer, "person.added", person)
    tell_search("person", person.id)
    return person


def change_person(viewer: Viewer, person: Person, **fields: Any) -> None:
    """Change what is recorded of a person; `fields` are columns of Person."""
    require(viewer, "person.change")
    if isinstance(email := fields.get("email"), str):
        fields["email"] = email.strip().lower() or None
    with refusing(TAKEN):
        for name, value in fields.items():
            setattr(person, name, value)
        session().flush()
    record(viewer, "person.changed", person)
    tell_search("person", person.id)


def add_account(viewer: Viewer, person: Person, *, email: str, role: str, language: str | None = None) -> Account:
    """Give a person an account; it is reached by an invitation until it has a password."""
    require(viewer, "account.manage")
    if role not in ROLES:
        raise Refused(_("This is not a role."), "role")
    # Asked before, and not left to the constraint: the relation would first take the old account's person away.
    if queries.has_account(person):
        raise Refused(_("This person has an account."), "email")
    with refusing(TAKEN):
        account = Account(person=person, email=email.strip().lower(), role=role, language=language)
        session().add(account)
        session().flush()
    record(viewer, "account.added", account)
    return account


def change_role(viewer: Viewer, account: Account, role: str) -> None:
    """Give an account another role; it holds from the next request on."""
    require(viewer, "account.manage")
    if role not in ROLES:
        raise Refused(_("This is not a role."), "role")
    if account.id == viewer.account_id and role != account.role:
        # Else the last administrator can lock everybody out.
        raise Refused(_("You cannot change your own role. Ask another administrator."), "role")
    account.role = role
    record(viewer, "account.role_changed", account, role=role)


def add_account_for(viewer: Viewer, *, email: str, name: str, role: str, language: str | None = None) -> Account:
    """An account for whoever has this e-mail address; a new person where nobody has it."""
    require(viewer, "account.manage")
    person = queries.find_person_by_email(email)
    if person is None:
        if not name:
            raise Refused(_("Nobody in the staff list has this e-mail address. Fill in the name too."), "name")
        person = _add_person(viewer, name=name, email=email)
    return add_account(viewer, person, email=email, role=role, language=language)


def withdraw_invitation(viewer: Viewer, account: Account) -> None:
    """The link that was given stops working."""
    require(viewer, "account.manage")
    account.invitation_hash = account.invitation_until = None
    record(viewer, "account.invitation_withdrawn", account)


def mail_invitation(viewer: Viewer, account: Account, *, days: int) -> None:
    """Have a new invitation sent; its link is made when the letter is, so that it is stored nowhere."""
    require(viewer, "account.manage")
    if account.password_hash or account.disabled_at:
        raise Refused(_("Only an account that waits for its first password can be invited."))
    account.invitation_hash, account.invitation_until = None, clock.now() + timedelta(days=days)
    record(viewer, "account.invitation_mailed", account)
    send_later("invitation", account.id)


def invite(viewer: Viewer, account: Account, *, days: int) -> str:
    """A new invitation; answers its token, which is stored nowhere. An earlier one stops working."""
    require(viewer, "account.manage")
    token = passwords.new_token()
    account.invitation_hash = passwords.hash_token(token)
    account.invitation_until = clock.now() + timedelta(days=days)
    record(viewer, "account.invited", account)
    return token


def reset_password(viewer: Viewer, account: Account, *, days: int) -> str:
    """Take away the password and end all sessions; answers the token of the invitation to set a new one."""
    require(viewer, "account.manage")
    account.password_hash = None
    session().execute(delete(SignedIn).where(SignedIn.account_id == account.id))
    record(viewer, "account.password_reset", account)
    return invite(viewer, account, days=days)


def accept_invitation(token: str, password: str, *, address: str = "") -> Account:
    """Set the first password through an invitation, which then is used up."""
    account = queries.find_invited(token)
    if account is None:
        raise NotFound("invitation")
    _set_password(account, password)
    record(_by(account, address), "account.invitation_accepted", account)
    return account


def set_password(viewer: Viewer, account: Account, password: str, *, current: str | None = None) -> None:
    """Change a password: one's own with the present one, or as the administrator. All sessions end."""
    own = account.id == viewer.account_id
    require(viewer, "account.own" if own else "account.manage")
    if own and not passwords.matches(account.password_hash, current or ""):
        raise Refused(_("This is not your present password."), "current")
    _set_password(account, password)
    record(viewer, "account.password_changed", account)


def _set_password(account: Account, password: str) -> None:
    if len(password) < passwords.MIN_LENGTH:
        raise Refused(_("Use at least %(number)s characters.", number=passwords.MIN_LENGTH), "password")
    if passwords.is_easy(password, _words_about(account)):
        raise Refused(_("This is soon guessed. Take four words that have nothing to do with each other."), "password")
    if passwords.has_leaked(password):
        raise Refused(_("This password leaked elsewhere, so that others try it. Take another."), "password")
    account.password_hash = passwords.hash_password(password)
    account.invitation_hash = account.invitation_until = None
    session().execute(delete(SignedIn).where(SignedIn.account_id == account.id))


def _words_about(account: Account) -> list[str]:
    """By what everybody who knows them would begin to guess."""
    return re.findall(r"[^\W_]{3,}", f"{account.email} {account.person.name}".casefold())


@dataclass(frozen=True)
class Asking:
    """Somebody who wants to come in: by which account, what their password is compared with, whether they wait."""

    account_id: str | None
    password_hash: str | None
    waits: bool


def who_asks(email: str, *, address: str, limits: Limits) -> Asking:
    """What is known of them before their password is looked at, which takes long and no transaction."""
    account = queries.find_account(email)
    name_hash = passwords.hash_token(email.strip().lower())
    by_name, by_address = queries.failures_since(email_hash=name_hash, address=address, minutes=limits.wait_minutes)
    waits = by_name >= limits.failures or by_address >= limits.failures * ADDRESS_FACTOR
    return Asking(account.id if account else None, account.password_hash if account else None, waits)


def is_right(asking: Asking, password: str) -> bool:
    """Whether they may come in; unknown, wrong and waiting take as long as right. Needs no transaction."""
    return passwords.matches(asking.password_hash, password) and not asking.waits


def find_right(asking: Asking) -> Account | None:
    """The account of whoever was right; None where it is closed, or was changed since."""
    account = session().get(Account, asking.account_id) if asking.account_id else None
    if account is None or account.password_hash != asking.password_hash or account.shut_on(clock.today()):
        return None
    return account


def renew_hash(account: Account, asking: Asking, fresh: str | None) -> None:
    """Keep a password as it is hashed today; `fresh` is None where it is already."""
    if fresh is not None and account.password_hash == asking.password_hash:
        account.password_hash = fresh


def sign_in(account: Account, *, address: str, device: str) -> str:
    """Answer a new session's token for whoever was right; what they typed wrong before is forgotten."""
    name_hash = passwords.hash_token(account.email)
    session().execute(delete(SignInFailure).where(SignInFailure.email_hash == name_hash))
    return begin_session(account, address=address, device=device)


def begin_session(account: Account, *, address: str, device: str) -> str:
    """A session of whoever proved to be its owner; answers its token, which is stored nowhere."""
    token = passwords.new_token()
    now = clock.now()
    session().add(
        SignedIn(
            token_hash=passwords.hash_token(token),
            account=account,
            since=now,
            last_seen=now,
            proved_at=now,
            address=address,
            device=device[:200],
        )
    )
    record(_by(account, address), "account.signed_in", account)
    return token


def find_known(came: Came) -> Account | None:
    """The account of whoever the organisation lets in: that of the same person there, else that of the same address.

    Not one that is another person's there: an address may be given to somebody new.
    """
    known = session().scalar(select(Account).where(Account.organisation_hash == came.known_as))
    if known is not None or came.email is None:
        return known
    found = queries.find_account(came.email)
    taken = found.organisation_hash if found else None
    return None if taken and same_issuer(taken, came.known_as) else found


def forget_organisation(viewer: Viewer, account: Account) -> None:
    """Know them by their address once more: the organisation gave the same person another identity."""
    require(viewer, "account.manage")
    account.organisation_hash = None
    record(viewer, "account.organisation_forgotten", account)


def come_in(account: Account, came: Came, token: str, *, before: str, address: str, device: str) -> None:
    """Begin a session of whoever the organisation itself let in, in a transaction of its own: they come by a GET.

    From the first time on the account is theirs alone; the session in whose place this one comes (`before`) ends.
    """
    now = clock.now()
    with own_transaction() as own:
        was = account.organisation_hash
        same = Account.organisation_hash.is_(None) if was is None else Account.organisation_hash == was
        bound = update(Account).where(Account.id == account.id, same).values(organisation_hash=came.known_as)
        if was != came.known_as and own.execute(bound.returning(Account.id)).first() is None:
            raise Refused(_("Somebody else came in by this account just now. Try again."))
        own.execute(delete(SignedIn).where(SignedIn.token_hash == passwords.hash_token(before)))
        own.add(
            SignedIn(
                token_hash=passwords.hash_token(token),
                account_id=account.id,
                since=now,
                last_seen=now,
                by_organisation=True,
                proved_at=min(came.proved_at or now, now),
                address=address,
                device=device[:200],
            )
        )
    record_apart(_by(account, address), "account.signed_in", account, result="done", by="organisation")


def _by(account: Account, address: str) -> Viewer:
    """Whoever comes in by an account, for the event of just that."""
    return Viewer(person_id=account.person_id, account_id=account.id, address=address)


def count_failure(email: str, *, address: str) -> None:
    """Count a failed sign-in, in a transaction of its own."""
    with own_transaction() as own:
        own.add(SignInFailure(email_hash=passwords.hash_token(email.strip().lower()), address=address, at=clock.now()))
    note_failure(address=address)


def note_failure(*, address: str) -> None:
    """Record that somebody was not let in, in a transaction of its own."""
    record_apart(NOBODY, "account.sign_in_failed", address=address)


def note_proof(viewer: Viewer, token: str) -> None:
    """The owner of this session proved once more to be that."""
    require(viewer, "account.own")
    mine = SignedIn.token_hash == passwords.hash_token(token)
    session().execute(update(SignedIn).where(mine).values(proved_at=clock.now()))


def touch(token: str) -> None:
    """Note that a session is alive, in a transaction of its own."""
    with own_transaction() as own:
        row = own.query(SignedIn).where(SignedIn.token_hash == passwords.hash_token(token)).one_or_none()
        if row is not None:
            row.last_seen = clock.now()


def sign_out(viewer: Viewer, token: str) -> None:
    """End this session."""
    session().execute(delete(SignedIn).where(SignedIn.token_hash == passwords.hash_token(token)))
    record(viewer, "account.signed_out")


def end_session(viewer: Viewer, account: Account, signed_in_id: str) -> None:
    """End one session of an account."""
    require(viewer, "account.own" if account.id == viewer.account_id else "account.manage")
    session().execute(delete(SignedIn).where(SignedIn.id == signed_in_id, SignedIn.account_id == account.id))
    record(viewer, "account.session_ended", account)


def end_other_sessions(viewer: Viewer, account: Account, *, keep: str) -> int:
    """End all sessions of one's own account but this one; says how many."""
    require(viewer, "account.own" if account.id == viewer.account_id else "account.manage")
    ended = changed_rows(delete(SignedIn).where(SignedIn.account_id == account.id, SignedIn.id != keep))
    record(viewer, "account.sessions_ended", account, sessions=ended)
    return ended


def forget_sessions(viewer: Viewer, *, idle_hours: int) -> int:
    """Strike out the sessions that ended because nobody used them; says how many."""
    require(viewer, "installation.keep")
    idle = delete(SignedIn).where(SignedIn.last_seen < clock.now() - timedelta(hours=idle_hours))
    return changed_rows(idle)


def forget_failures(viewer: Viewer, *, wait_minutes: int) -> int:
    """Strike out the failed sign-ins that count for nothing any more; says how many."""
    require(viewer, "installation.keep")
    old = delete(SignInFailure).where(SignInFailure.at < clock.now() - timedelta(minutes=wait_minutes))
    return changed_rows(old)


def disable(viewer: Viewer, account: Account) -> None:
    """Close an account and end its sessions; the person and what they wrote stay."""
    require(viewer, "account.manage")
    if account.id == viewer.account_id:
        raise Refused(_("You cannot close your own account."))
    account.disabled_at = clock.now()
    session().execute(delete(SignedIn).where(SignedIn.account_id == account.id))
    session().execute(delete(AccessToken).where(AccessToken.account_id == account.id))
    record(viewer, "account.disabled", account)


def enable(viewer: Viewer, account: Account) -> None:
    """Open a closed account again."""
    require(viewer, "account.manage")
    account.disabled_at = None
    record(viewer, "account.enabled", account)


def change_preferences(
    viewer: Viewer, account: Account, *, language: str, theme: str, search_shortcut: bool, mail: str | None = None
) -> None:
    """How the product looks for its owner."""
    require(viewer, "account.own" if account.id == viewer.account_id else "account.manage")
    account.language = language
    account.theme = theme
    account.search_shortcut = search_shortcut
    if mail is not None and mail not in MAILS:
        raise Refused(_("This is not one of the choices."), "mail")
    account.mail = mail or account.mail
