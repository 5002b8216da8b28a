"""Hashing of passwords and tokens; and whether passwords are a way in here at all."""

import hashlib
import secrets
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app
from zxcvbn import zxcvbn

from expertise.people.leaked import is_leaked

MIN_LENGTH = 12
# Of zxcvbn's 0 to 4: from here on some hundred million guesses are needed. It knows 30,000 passwords that many people
# have, names, words, keyboards, dates and what people do to make them look less so.
STRONG = 3
# More says nothing new, and looking at it takes long.
_LOOKED_AT = 72
# argon2id with the library's defaults (RFC 9106, low memory): about 30 ms and 64 MiB a try.
HASHER = PasswordHasher()


def _hasher() -> PasswordHasher:
    hasher: PasswordHasher = current_app.config["PASSWORD_HASHER"]
    return hasher


def in_use() -> bool:
    """Whether people come in with a password; else with the organisation's own sign-in alone."""
    return bool(current_app.config["PASSWORDS"])


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    """What a sign-in with an unknown name is checked against, so that it takes as long as one with a known name."""
    return hasher.hash(secrets.token_hex(16))


def is_easy(password: str, about: Iterable[str]) -> bool:
    """Whether it is soon guessed, also by whoever knows the words `about` its owner."""
    found: int = zxcvbn(password[:_LOOKED_AT], user_inputs=["expertise", *about])["score"]
    return found < STRONG


def has_leaked(password: str) -> bool:
    """Whether it stands in the list of this installation, where there is one."""
    listed = current_app.config["LEAKED_PASSWORDS"]
    return listed is not None and is_leaked(password, listed)


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters."""
    return _hasher().hash(password)


def hashed_anew(password_hash: str | None, password: str) -> str | None:
    """The hash of a right password by the parameters of today, where it was made by others."""
    old = password_hash is not None and _hasher().check_needs_rehash(password_hash)
    return _hasher().hash(password) if old else None


def matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; as slow for an account that has none."""
    try:
        return _hasher().verify(password_hash or _nobodys(_hasher()), password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """A random token for a cookie or a link."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What is stored of a token: whoever reads the database cannot use it."""
    return hashlib.sha256(token.encode()).hexdigest()
