"""Whoever has an account comes in with that of the organisation; nobody else does, and passwords go on working."""

import html
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select

from expertise.access.viewer import system
from expertise.base import clock
from expertise.base.database import begin, session
from expertise.cli import main
from expertise.guide.topics import TOPICS
from expertise.people import service
from expertise.people.models import Account
from tests.audit.test_chain import events
from tests.conftest import PASSWORD, Browser, Template
from tests.make import Cast
from tests.people.provider import CLIENT, SECRET, Provider
from tests.people.test_sessions import cookie_of, with_cookie


@pytest.fixture
def provider() -> Iterator[Provider]:
    started = Provider().start()
    yield started
    started.stop()


def settings_of(provider: Provider) -> dict[str, str]:
    """Of an installation that knows the provider."""
    return {
        "EXPERTISE_OIDC_ISSUER": provider.issuer,
        "EXPERTISE_OIDC_CLIENT_ID": CLIENT,
        "EXPERTISE_OIDC_CLIENT_SECRET": SECRET,
        "EXPERTISE_OIDC_NAME": "Rijksportaal",
    }


@pytest.fixture
def house(make_app: Callable[..., Flask], cast_template: Template, provider: Provider) -> Flask:
    """An installation that knows the provider."""
    return make_app(
        cast_template,
        **settings_of(provider),
    )


def come(house: Flask, provider: Provider, **query: str) -> tuple[Browser, str]:
    """A browser that went there; and the address to which it is sent back."""
    browser = Browser(house.test_client())
    return browser, provider.consent(go_there(browser, **query))


def go_there(browser: Browser, **query: str) -> str:
    """Press the button; answers the address to which the page goes on."""
    browser.post("/sign-in/organisation?" + urlencode(query))
    assert browser.page is not None
    return browser.page.headers["Refresh"].removeprefix("0; url=")


def test_who_has_an_account_comes_in_and_signs_out(house: Flask, provider: Provider, cast: Cast) -> None:
    browser = Browser(house.test_client())
    assert "Aanmelden met Rijksportaal" in browser.get("/sign-in?lang=nl")
    provider.email = cast.email("leaver").upper()
    browser, back = come(house, provider, next="/account")
    page = browser.get(back)
    assert browser.page is not None
    assert browser.page.request.path == "/account"
    assert "127.0.0.1" in page
    # The session is one like all others: on the server, and gone when signed out, whoever kept a copy of the cookie.
    copied = cookie_of(browser)
    browser.post("/sign-out")
    assert browser.page.request.path == "/sign-out/organisation"
    assert with_cookie(Browser(house.test_client()), copied).client.get("/account").status_code == 303
    came_in = [one for one in events(house) if one.action == "account.signed_in"]
    assert [(one.person_id, one.details) for one in came_in] == [(cast.people["leaver"], {"by": "organisation"})]
    # The way back is good once.
    assert browser.client.get(back).status_code == 422


def test_who_signs_out_here_is_sent_on_to_sign_out_there(house: Flask, provider: Provider, cast: Cast) -> None:
    provider.email = cast.email("leaver")
    browser, back = come(house, provider)
    browser.get(back)
    page = browser.post("/sign-out?lang=nl")
    assert browser.page is not None
    there = browser.page.headers["Refresh"].removeprefix("0; url=")
    assert there.startswith(f"{provider.issuer}/out?")
    asked = dict(parse_qsl(urlsplit(there).query))
    assert (asked["client_id"], urlsplit(asked["post_logout_redirect_uri"]).path) == (CLIENT, "/sign-in")
    # Nothing of who it was leaves with it, and who sends no such header still has a link.
    assert cast.email("leaver") not in there
    assert html.escape(there) in page
    assert "Rijksportaal" in page
    browser.get("/account")
    assert browser.page.request.path == "/sign-in"

    # Whoever came in with a password is not signed out elsewhere.
    leaver = Browser(house.test_client()).sign_in(cast.email("leaver"), PASSWORD)
    leaver.post("/sign-out")
    assert leaver.page is not None
    assert leaver.page.request.path == "/sign-in"


@pytest.mark.parametrize("silent", ["down", "without a way out"])
def test_where_one_cannot_sign_out_there_it_is_said(house: Flask, provider: Provider, cast: Cast, silent: str) -> None:
    provider.email, provider.lets_out = cast.email("leaver"), silent == "down"
    browser, back = come(house, provider)
    browser.get(back)
    if silent == "down":
        # Another process of ours, which has not asked the provider anything yet.
        house.extensions["organisation"].client.server_metadata.clear()
        provider.down = True
    page = browser.post("/sign-out?lang=en")
    assert browser.page is not None
    assert "Refresh" not in browser.page.headers
    assert "At your organisation you are still signed in." in page
    browser.get("/account")
    assert browser.page.request.path == "/sign-in"


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "nobody@expertise.example"},
        {"verified": False},
        {"verified": "true"},
        {"verified": None},
        {"nonce": "another"},
        {"audience": "another installation"},
        {"signs_with": RSAKey.generate_key(2048, {"kid": "one"})},
        {"signs_with": OctKey.import_key(SECRET), "signs_by": "HS256"},
        {"ago": 7200},
    ],
    ids=[
        "unknown",
        "not verified",
        "verified in a word",
        "nothing said",
        "nonce",
        "audience",
        "key",
        "algorithm",
        "late",
    ],
)
def test_nobody_else_comes_in(house: Flask, provider: Provider, cast: Cast, wrong: dict[str, Any]) -> None:
    provider.email = cast.email("leaver")
    vars(provider).update(wrong)
    browser, back = come(house, provider)
    browser.get(back, status=422)
    assert browser.client.get("/account").status_code == 303
    assert [one.result for one in events(house) if one.action == "account.sign_in_failed"] == ["refused"]


def test_a_way_back_that_another_browser_was_given_is_worth_nothing(
    house: Flask, provider: Provider, cast: Cast
) -> None:
    provider.email = cast.email("leaver")
    _, back = come(house, provider)
    Browser(house.test_client()).get(back, status=422)
    browser, back = come(house, provider, next="https://elsewhere.example/")
    assert browser.client.get(back).headers["Location"] == "/"


def test_while_the_provider_is_down_passwords_still_work(house: Flask, provider: Provider, cast: Cast) -> None:
    provider.down = True
    browser = Browser(house.test_client())
    page = browser.post("/sign-in/organisation?lang=nl", status=503)
    assert "geeft geen antwoord" in page
    browser.sign_in(cast.email("leaver"))
    assert browser.client.get("/account").status_code == 200
    provider.down = False
    provider.email = cast.email("leaver")
    browser, back = come(house, provider)
    provider.down = True
    browser.get(back, status=503)
    assert browser.client.get("/account").status_code == 303


def test_a_link_alone_brings_nobody_in(house: Flask, provider: Provider, cast: Cast) -> None:
    """Whoever is signed in at the organisation is not brought in by a page elsewhere that leads here."""
    provider.email = cast.email("leaver")
    browser = Browser(house.test_client())
    led = browser.client.get("/sign-in/organisation?next=/account")
    assert (led.status_code, led.headers["Location"]) == (303, "/sign-in?next=/account")
    assert browser.client.post("/sign-in/organisation", headers={"Origin": "https://evil.example"}).status_code == 400
    assert provider.asked == {}
    assert "Rijksportaal" in browser.get("/sign-in?next=/account")
    assert browser.client.get(provider.consent(go_there(browser, next="/account"))).headers["Location"] == "/account"


@pytest.mark.parametrize("wrong", [{"calls_itself": "https://login.evil.example"}, {"moved": True}])
def test_a_provider_that_calls_itself_another_or_sends_us_on_is_not_asked(
    house: Flask, provider: Provider, wrong: dict[str, Any]
) -> None:
    vars(provider).update(wrong)
    Browser(house.test_client()).post("/sign-in/organisation", status=503)


def test_without_a_provider_there_is_no_such_page(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/sign-in/organisation").status_code == 404
    assert client.get("/sign-in/organisation/back?code=1&state=2").status_code == 404
    assert "/sign-in/organisation" not in client.get("/sign-in").text


@pytest.fixture
def without_passwords(make_app: Callable[..., Flask], cast_template: Template, provider: Provider) -> Flask:
    """An installation in which the provider is the one way in."""
    return make_app(
        cast_template,
        **settings_of(provider),
        EXPERTISE_PASSWORDS="off",
    )


def test_where_passwords_are_off_nothing_asks_for_one_and_none_lets_in(
    without_passwords: Flask, provider: Provider, cast: Cast
) -> None:
    house = without_passwords
    browser = Browser(house.test_client())
    page = browser.get("/sign-in?lang=nl")
    assert "Aanmelden met Rijksportaal" in page
    assert 'type="password"' not in page
    with house.app_context():
        begin("write")
        account = session().scalars(select(Account).where(Account.email == cast.email("stranger"))).one()
        account.password_hash = None
        token, account_id = service.invite(system(), account, days=7), account.id
        session().commit()
    assert "geen uitnodiging nodig" in browser.get(f"/invitation/{token}?lang=nl", status=404)

    # From the provider one comes in, and finds no password to change; the administrator finds none to reset.
    provider.email = cast.email("admin")
    admin, back = come(house, provider)
    admin.get(back)
    # A right password opens nothing, nor does an invitation that was made before.
    page = admin.post("/sign-in?lang=nl", email=cast.email("leaver"), password=PASSWORD, status=422)
    assert "Aanmelden met Rijksportaal" in page
    admin.post(f"/invitation/{token}", password="x" * 20, again="x" * 20, status=404)
    page = admin.get("/account")
    assert cast.email("admin") in page
    assert 'type="password"' not in page
    admin.post("/account/password", current=PASSWORD, password="x" * 20, again="x" * 20, status=404)
    assert "/admin/invitations" not in admin.get("/admin")
    # The list knows no invited; who has no password is open, and the help speaks of none.
    page = admin.get("/admin/accounts?state=open&lang=en")
    assert account_id in page
    assert 'value="invited"' not in page
    # Nor does any page that whoever manages it opens, in either language.
    pages = ["/", "/account", "/account/tokens", "/account/prove", "/privacy", "/admin", "/admin/roles"]
    pages += ["/admin/system", "/admin/accounts/new", f"/admin/accounts/{account_id}"]
    for address in (*pages, *(f"/help/{topic}" for topic in TOPICS)):
        for language in ("nl", "en"):
            told = admin.get(address, lang=language).partition("<main")[2]
            found = re.findall(r"[^<>]*(?:password|wachtwoord)[^<>]*", told, re.I)
            assert not found, (address, found)
    admin.get("/admin/invitations", status=404)
    for act in ("invite", "mail-invitation"):
        assert act not in admin.get(f"/admin/accounts/{account_id}")
        admin.post(f"/admin/accounts/{account_id}/{act}", status=404)
    made = {"email": "nieuw@expertise.example", "name": "Nieuw Gezicht", "role": "staff"}
    page = admin.post("/admin/accounts/new?lang=en", **made)
    assert "it is reached with the organisation&#39;s own sign-in." in page
    assert "/invitation/" not in page
    provider.email = made["email"]
    newcomer, back = come(house, provider)
    newcomer.get(back)
    assert "Nieuw Gezicht" in newcomer.get("/account")

    # Where the provider is down, nobody is told to use what is not there.
    provider.down = True
    house.extensions["organisation"].client.server_metadata.clear()
    page = Browser(house.test_client()).post("/sign-in/organisation?lang=en", status=503)
    assert "Try again in a while." in page
    assert "password" not in page.partition("<main")[2].lower()
    done = CliRunner().invoke(
        main,
        ["accounts", "password", made["email"], "--stdin"],
        input="x" * 20,
        obj=ScriptInfo(create_app=lambda: house),
    )
    assert done.exit_code == 1
    assert "EXPERTISE_PASSWORDS is off" in done.output


def test_an_address_that_was_given_to_somebody_else_does_not_let_them_in(
    house: Flask, provider: Provider, cast: Cast
) -> None:
    provider.email, provider.subject = cast.email("leaver"), "femke"
    browser, back = come(house, provider)
    assert "Femke Wolderink" in browser.get(back)
    # Years later: another person, with the address that she had.
    provider.subject = "another"
    other, back = come(house, provider)
    assert "no account here" in other.get(f"{back}&lang=en", status=422)
    # She herself comes in whatever her address has become there, also where none is verified.
    provider.email, provider.subject, provider.verified = "femke.jansen@expertise.example", "femke", False
    browser, back = come(house, provider)
    assert "Femke Wolderink" in browser.get(back)
    # Where the organisation gave her another identity, whoever has the command line lets her be known anew.
    done = CliRunner().invoke(
        main, ["accounts", "unlink", cast.email("leaver")], obj=ScriptInfo(create_app=lambda: house)
    )
    assert done.exit_code == 0, done.output
    provider.email, provider.subject, provider.verified = cast.email("leaver"), "femke-2", True
    browser, back = come(house, provider)
    assert "Femke Wolderink" in browser.get(back)


def test_who_came_by_the_organisation_proves_there_once_more_who_they_are(
    house: Flask, provider: Provider, cast: Cast
) -> None:
    provider.email = cast.email("leaver")
    provider.signed_in_at = int(clock.now().timestamp()) - 3600
    phone, back = come(house, provider)
    phone.get(back)
    browser, back = come(house, provider)
    browser.get(back)
    browser.post("/account/sessions/end-others")
    assert browser.page is not None
    assert browser.page.request.path == "/account/prove"
    there = go_there(browser, again="1", next="/account")
    assert dict(parse_qsl(urlsplit(there).query)).items() >= {"prompt": "login", "max_age": "0"}.items()
    provider.signed_in_at = int(clock.now().timestamp())
    browser.get(provider.consent(there))
    browser.post("/account/sessions/end-others")
    assert browser.page.request.path == "/account"
    assert phone.client.get("/account").status_code == 303
