"""One-time codes (RFC 6238) and recovery codes: made, compared, and how what they are made of is kept. No database."""

import base64
import secrets
from datetime import datetime
from hmac import compare_digest

import pyotp
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from markupsafe import Markup

from expertise.base import qr

ISSUER = "Expertise"
DIGITS = 6
SECONDS = 30
# Telephones run some seconds ahead or behind, and typing takes a while: the code before and the one after count too.
STEPS = (0, -1, 1)
RECOVERY_CODES = 8
_NONCE = 12


def new_secret() -> str:
    """160 random bits in base32, as an authenticator takes them."""
    return pyotp.random_base32(32)


def step_of(secret: str, code: str, moment: datetime) -> int | None:
    """Which step of time a code belongs to, if it is one of those that count at that moment."""
    totp = pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS)
    now = int(moment.timestamp()) // SECONDS
    right = [now + one for one in STEPS if compare_digest(totp.generate_otp(now + one), code)]
    return right[0] if right else None


def address_of(secret: str, email: str) -> str:
    """What an authenticator reads: otpauth://totp/..."""
    return pyotp.TOTP(secret, digits=DIGITS, interval=SECONDS).provisioning_uri(name=email, issuer_name=ISSUER)


def image_of(secret: str, email: str) -> Markup | None:
    """The same as a QR code."""
    return qr.drawn(address_of(secret, email), error="m")


def in_fours(text: str) -> str:
    """As it is shown, so that it can be read and typed."""
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def bare(typed: str) -> str:
    """A code without the spaces and lines with which it is written down."""
    return "".join(typed.split()).replace("-", "").lower()


def new_recovery_codes() -> list[str]:
    """Codes of 120 random bits: more than need a slow hash (ASVS 6.5.2)."""
    return [base64.b32encode(secrets.token_bytes(15)).decode().lower() for _one in range(RECOVERY_CODES)]


def seal(secret: str, account_id: str) -> str:
    """What is stored of a secret: AES-256-GCM, readable with this installation's key and for this account alone."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(_key()).encrypt(nonce, secret.encode(), account_id.encode())
    return base64.b64encode(nonce + sealed).decode()


def unseal(sealed: str, account_id: str) -> str | None:
    """The secret; None where it was sealed with another key, or for another account."""
    stored = base64.b64decode(sealed)
    try:
        return AESGCM(_key()).decrypt(stored[:_NONCE], stored[_NONCE:], account_id.encode()).decode()
    except InvalidTag:
        return None


def _key() -> bytes:
    made: str = current_app.config["SECRET_KEY"]
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"expertise second factor").derive(made.encode())
