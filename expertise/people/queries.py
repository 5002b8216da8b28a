"""Questions about people and accounts."""

from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, bindparam, case, false, func, or_, select, true
from sqlalchemy.orm import contains_eager

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.paging import Page, paged
from expertise.people.models import Account, Person, SignedIn, SignInFailure
from expertise.people.passwords import hash_token, in_use

_SIGNED_IN = select(SignedIn).where(SignedIn.token_hash == bindparam("token_hash"))


def get_person(viewer: Viewer, person_id: str) -> Person:
    """One person."""
    require(viewer, "person.read")
    person = session().get(Person, person_id)
    if person is None:
        raise NotFound(person_id)
    return person


def find_people(viewer: Viewer, text: str = "", *, limit: int = 50) -> list[Person]:
    """People whose name or e-mail holds every word of `text`, by name."""
    require(viewer, "person.read")
    return list(session().scalars(_people_like(text).limit(limit)))


def list_people(viewer: Viewer, text: str = "", *, page: int = 1, with_left: bool = False) -> Page[Person]:
    """The same in pages; who has left the service is left out unless asked for."""
    require(viewer, "person.read")
    query = _people_like(text)
    if not with_left:
        query = query.where(Person.left_on.is_(None) | (Person.left_on >= clock.today()))
    return paged(query, page)


def match_person(viewer: Viewer, text: str, *, most: int = 10) -> list[Person]:
    """Whom somebody means who types a name or an e-mail address: the exact one, else all that look like it."""
    require(viewer, "person.read")
    typed = text.strip()
    exact = select(Person).where(
        or_(Person.email == typed.lower(), func.lower(Person.name) == typed.lower(), Person.external_id == typed)
    )
    found = list(session().scalars(exact.order_by(Person.name, Person.id).limit(most)))
    return found or (find_people(viewer, typed, limit=most) if typed else [])


def find_people_by(viewer: Viewer, words: Iterable[str], *, by_name: bool = False) -> dict[str, Person]:
    """People by external id, own id or e-mail address (capitals aside), in one query; keys are the words as given.

    `by_name`: also by their whole name, where nobody else has it.
    """
    require(viewer, "person.read")
    asked = {word for word in words if word}
    if not asked:
        return {}
    emails = Person.email.in_({word.lower() for word in asked})
    found: dict[tuple[str, str], Person] = {}
    names = Person.name.in_(asked if by_name else ())
    query = select(Person).where(or_(Person.external_id.in_(asked), Person.id.in_(asked), emails, names))
    people = list(session().scalars(query))
    named = Counter(one.name for one in people)
    for one in people:
        found |= {("external", one.external_id or ""): one, ("id", one.id): one, ("email", one.email or ""): one}
        if by_name and named[one.name] == 1:
            found["name", one.name] = one
    ways = {word: (("external", word), ("id", word), ("email", word.lower()), ("name", word)) for word in asked}
    known = {word: next((found[way] for way in keys if way in found), None) for word, keys in ways.items()}
    return {word: one for word, one in known.items() if one is not None}


def _people_like(text: str) -> Select[Person]:
    query = select(Person).order_by(Person.family_name, Person.name, Person.id)
    for word in text.split()[:8]:
        query = query.where(
            or_(Person.name.icontains(word, autoescape=True), Person.email.icontains(word, autoescape=True))
        )
    return query


def find_account(email: str) -> Account | None:
    """The account with this e-mail address."""
    return session().scalar(select(Account).where(Account.email == email.strip().lower()))


def has_account(person: Person) -> bool:
    """Whether there is an account of this person, open or closed."""
    return session().scalar(select(Account.id).where(Account.person_id == person.id)) is not None


def get_account(viewer: Viewer, account_id: str) -> Account:
    """One account; its own, or any for the administrator."""
    require(viewer, "account.own" if account_id == viewer.account_id else "account.manage")
    account = session().get(Account, account_id)
    if account is None:
        raise NotFound(account_id)
    return account


def list_accounts(viewer: Viewer) -> list[Account]:
    """All accounts by e-mail."""
    require(viewer, "account.manage")
    return list(session().scalars(select(Account).order_by(Account.email)))


def accounts_page(viewer: Viewer, text: str = "", *, role: str = "", state: str = "", page: int = 1) -> Page[Account]:
    """Accounts by e-mail, in pages; `text` filters on name and e-mail, `state` is open, invited, waiting or closed."""
    require(viewer, "account.manage")
    query = select(Account).join(Account.person).options(contains_eager(Account.person)).order_by(Account.email)
    if role:
        query = query.where(Account.role == role)
    if state:
        query = query.where(_in_state(state))
    for word in text.split()[:8]:
        query = query.where(
            or_(Person.name.icontains(word, autoescape=True), Account.email.icontains(word, autoescape=True))
        )
    return paged(query, page)


def _in_state(state: str) -> ColumnElement[bool]:
    closed = Account.disabled_at.is_not(None) | (Person.left_on < clock.today()) & Person.left_on.is_not(None)
    if state == "closed":
        return closed
    if not in_use():
        # The organisation's own sign-in lets them in: nobody waits for an invitation.
        return ~func.coalesce(closed, false())
    works = Account.invitation_until.is_not(None) & (Account.invitation_until > clock.now())
    without = Account.password_hash.is_(None)
    by_state = {"open": Account.password_hash.is_not(None), "invited": without & works, "waiting": without & ~works}
    return ~func.coalesce(closed, false()) & by_state.get(state, true())


def invitations(viewer: Viewer, *, page: int = 1) -> Page[Account]:
    """Who was invited and has no password yet, those whose link works longest first; then those without one."""
    require(viewer, "account.manage")
    waiting = or_(_in_state("invited"), _in_state("waiting"))
    query = select(Account).join(Account.person).options(contains_eager(Account.person)).where(waiting)
    without = case((Account.invitation_until.is_(None), 1), else_=0)
    return paged(query.order_by(without, Account.invitation_until.desc(), Account.email), page)


def count_by_role(viewer: Viewer) -> dict[str, int]:
    """How many accounts that are not closed have each role."""
    require(viewer, "account.manage")
    query = select(Account.role, func.count()).join(Account.person).where(~func.coalesce(_in_state("closed"), false()))
    return {row[0]: row[1] for row in session().execute(query.group_by(Account.role))}


def holders_of_roles(viewer: Viewer, roles: Iterable[str], *, most: int = 50) -> dict[str, list[Account]]:
    """Who has each of these roles, by name; closed accounts are left out."""
    require(viewer, "account.manage")
    query = select(Account).join(Account.person).options(contains_eager(Account.person))
    query = query.where(Account.role.in_(list(roles)), ~func.coalesce(_in_state("closed"), false()))
    found: dict[str, list[Account]] = {}
    for one in session().scalars(query.order_by(Person.family_name, Person.name, Account.id)):
        if len(found.setdefault(one.role, [])) < most:
            found[one.role].append(one)
    return found


def find_invited(token: str) -> Account | None:
    """The account that this invitation is for, while it lasts."""
    account = session().scalar(select(Account).where(Account.invitation_hash == hash_token(token)))
    return account if account is not None and account.invited_on(clock.now()) else None


def find_signed_in(token: str, *, idle_hours: int, days: int) -> SignedIn | None:
    """The session behind a cookie's token: not ended, not idle or begun too long ago, its account not disabled."""
    row = session().scalar(_SIGNED_IN, {"token_hash": hash_token(token)})
    if row is None or row.account.shut_on(clock.today()):
        return None
    now = clock.now()
    over = row.last_seen < now - timedelta(hours=idle_hours) or row.since < now - timedelta(days=days)
    return None if over else row


def sessions_of(viewer: Viewer, account: Account) -> list[SignedIn]:
    """The sessions of an account, latest first."""
    require(viewer, "account.own" if account.id == viewer.account_id else "account.manage")
    return list(
        session().scalars(select(SignedIn).where(SignedIn.account_id == account.id).order_by(SignedIn.last_seen.desc()))
    )


def failures_since(*, email_hash: str, address: str, minutes: int) -> tuple[int, int]:
    """How often sign-in failed lately for this name and from this address."""
    since = clock.now() - timedelta(minutes=minutes)
    counted = select(func.count()).select_from(SignInFailure).where(SignInFailure.at > since)
    by_name = session().scalar(counted.where(SignInFailure.email_hash == email_hash)) or 0
    by_address = session().scalar(counted.where(SignInFailure.address == address)) or 0
    return by_name, by_address


def find_person_by_email(email: str) -> Person | None:
    """The person with this e-mail address."""
    return session().scalar(select(Person).where(Person.email == email.strip().lower()))
