"""Signing in with the organisation's own account (OpenID Connect): who comes, as the provider tells it.

Authlib does the protocol: state, nonce and PKCE, and the signature of what comes back. Nothing is made up here: whoever
it is must have an account, under an address that the provider calls verified; from then on they are known by the
subject that it names. docs/adr/0085 and 0104.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, current_app
from joserfc.errors import JoseError
from requests.exceptions import RequestException

log = structlog.get_logger(__name__)
SECONDS = 5  # how long the provider may take to answer


class Away(Exception):
    """The provider does not answer, or not as one."""


class NotTold(Exception):
    """It answered, and did not say who comes in a way that counts."""


@dataclass(frozen=True)
class Organisation:
    """The provider of this application."""

    client: Any  # Authlib's
    issuer: str
    client_id: str
    name: str


@dataclass(frozen=True)
class Came:
    """Who came back, as the provider says."""

    known_as: str  # a digest of issuer and subject, see `digest`
    email: str | None  # only one that is verified
    proved_at: datetime | None  # when they proved there who they are, where that is told


def digest(issuer: str, subject: str) -> str:
    """What is kept of who somebody is there: 16 characters for the issuer, 48 for the two together."""
    whole = hashlib.sha256(f"{issuer}\n{subject}".encode()).hexdigest()
    return hashlib.sha256(issuer.encode()).hexdigest()[:16] + whole[:48]


def same_issuer(one: str, other: str) -> bool:
    """Whether two digests are of the same provider."""
    return one[:16] == other[:16]


class _Straight(OAuth2Session):
    """Asks the provider, and nobody to whom it would send us on."""

    def request(self, method: str, url: str, **more: Any) -> Any:
        """The answer, also where that is a redirect."""
        return super().request(method, url, **more | {"allow_redirects": False})


class _Client(FlaskOAuth2App):
    client_cls = _Straight


def set_up(app: Flask, *, issuer: str, client_id: str, client_secret: str, name: str) -> None:
    """Give the application its provider, if there is one; it is not asked anything before somebody comes."""
    if not issuer:
        app.extensions["organisation"] = None
        return
    client = OAuth(app).register(
        "organisation",
        client_cls=_Client,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_id=client_id,
        client_secret=client_secret,
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "default_timeout": SECONDS},
    )
    app.extensions["organisation"] = Organisation(client, issuer, client_id, name)


def the_organisation() -> Organisation | None:
    """That of this application."""
    found: Organisation | None = current_app.extensions["organisation"]
    return found


def way_in(organisation: Organisation, back: str, *, anew: bool = False) -> str:
    """The address at which a browser signs in there and is sent `back`; `anew`: also who is signed in there is asked.

    What is to come back (state, nonce, PKCE) is noted in the cookie. Raises Away.
    """
    more: dict[str, Any] = {"prompt": "login", "max_age": 0} if anew else {}
    try:
        _refuse_another(organisation)
        made = organisation.client.create_authorization_url(back, **more)
        there: str = made["url"]
        if urlsplit(there).scheme not in ("https", "http"):
            raise ValueError("no address of a page")
        organisation.client.save_authorize_data(redirect_uri=back, **made)
    except (RequestException, RuntimeError, ValueError, KeyError, AuthlibBaseError) as why:
        log.warning("the organisation's sign-in does not answer", why=type(why).__name__)
        raise Away from why
    return there


def way_out(organisation: Organisation, back: str, *, language: str) -> str | None:
    """The address at which a browser signs out there and is sent `back`; None where the provider has none.

    OpenID Connect RP-Initiated Logout 1.0, with the client's id and without a hint: what the provider told of a person
    at sign-in is kept nowhere, so it may ask whether they mean it. Raises Away.
    """
    try:
        there = organisation.client.load_server_metadata().get("end_session_endpoint")
    except (RequestException, RuntimeError, ValueError, KeyError, AuthlibBaseError) as why:
        log.warning("the organisation's sign-in does not answer", why=type(why).__name__)
        raise Away from why
    if not isinstance(there, str) or urlsplit(there).scheme not in ("https", "http"):
        return None
    asked = {"client_id": organisation.client_id, "post_logout_redirect_uri": back, "ui_locales": language}
    return f"{there}{'&' if urlsplit(there).query else '?'}{urlencode(asked)}"


def _refuse_another(organisation: Organisation) -> None:
    """Raise ValueError where the provider at this address calls itself another: its keys and pages are not taken."""
    if organisation.client.load_server_metadata().get("issuer") != organisation.issuer:
        raise ValueError("another issuer")


def who_came(organisation: Organisation) -> Came:
    """Who came back, in the request that the provider sent. Raises Away or NotTold."""
    proved = {
        "iss": {"essential": True, "value": organisation.issuer},
        "aud": {"essential": True, "value": organisation.client_id},
    }
    try:
        _refuse_another(organisation)
        token = organisation.client.authorize_access_token(claims_options=proved)
        said = dict(token.get("userinfo") or {})
        if said and "email" not in said:
            more = organisation.client.userinfo(token=token)
            said |= more if more.get("sub") == said.get("sub") else {}
    except (AuthlibBaseError, JoseError) as why:
        # A state, a signature or a time that is not right, or somebody who changed their mind there.
        log.warning("the organisation's sign-in told nothing that counts", why=type(why).__name__)
        raise NotTold from why
    except (RequestException, RuntimeError, ValueError, KeyError) as why:
        log.warning("the organisation's sign-in does not answer", why=type(why).__name__)
        raise Away from why
    subject: object = said.get("sub")
    told: object = said.get("email")
    since: object = said.get("auth_time")
    if not isinstance(subject, str) or not subject:
        raise NotTold
    email = told if isinstance(told, str) and said.get("email_verified") is True else None
    at = datetime.fromtimestamp(since, UTC) if isinstance(since, int) and since > 0 else None
    return Came(digest(organisation.issuer, subject), email, at)
