"""What a browser is handed and must bring back as it was: signed by HMAC-SHA-256 wherever it is made."""

from hashlib import sha256

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer


class _Cookie(SecureCookieSessionInterface):
    digest_method = staticmethod(sha256)


def set_up(app: Flask) -> None:
    """The cookie, and by the library's own default the tokens of forms and drafts, which else take SHA-1."""
    Signer.default_digest_method = staticmethod(sha256)
    app.session_interface = _Cookie()
