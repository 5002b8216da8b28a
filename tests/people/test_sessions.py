"""Sessions live on the server, sign-in says nothing about who has an account, and its limits hold for all workers."""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select

from expertise import create_app
from expertise.base.database import begin, session
from expertise.people import service
from expertise.people.models import Account, SignedIn
from expertise.people.passwords import HASHER
from tests.conftest import PASSWORD, Browser, dispose, even, settings_for
from tests.make import SYSTEM, Cast, make_cast

Open = Callable[[str], Browser]


def cookie_of(browser: Browser) -> str:
    """What somebody who looks over a shoulder takes along."""
    cookie = browser.client.get_cookie("expertise")
    assert cookie
    return str(cookie.value)


def with_cookie(browser: Browser, cookie: str) -> Browser:
    """Another browser that has it."""
    browser.client.set_cookie("expertise", cookie)
    return browser


def account_of(cast: Cast, who: str) -> Account:
    return session().scalars(select(Account).where(Account.person_id == cast.people[who])).one()


def test_a_copied_cookie_is_worth_nothing_once_its_session_ended(app: Flask, cast: Cast, browser_of: Open) -> None:
    def write(what: Callable[[], Any]) -> None:
        with app.app_context(), app.test_request_context():
            begin("write")
            what()
            session().commit()

    ends: dict[str, Callable[[Browser], Any]] = {
        "signed out": lambda owner: owner.post("/sign-out"),
        "changed the password": lambda owner: owner.post(
            "/account/password", current=PASSWORD, password="another good password", again="another good password"
        ),
        "administrator reset it": lambda owner: write(
            lambda: service.reset_password(SYSTEM, account_of(cast, "stranger"), days=1)
        ),
        "administrator closed the account": lambda owner: write(
            lambda: service.disable(SYSTEM, account_of(cast, "head"))
        ),
    }
    who = ("leaver", "colleague", "stranger", "head")
    for name, (how, end) in zip(who, ends.items(), strict=True):
        owner = browser_of(name)
        thief = with_cookie(browser_of("nobody"), cookie_of(owner))
        assert thief.client.get("/account").status_code == 200, how
        end(owner)
        answer = thief.client.get("/account")
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in"), how


def test_a_session_that_somebody_planted_is_not_the_one_that_is_used(app: Flask, cast: Cast, browser_of: Open) -> None:
    attacker, victim = browser_of("nobody"), browser_of("nobody")
    attacker.token()
    planted = cookie_of(attacker)
    with_cookie(victim, planted).sign_in(cast.email("leaver"))
    assert cookie_of(victim) != planted
    assert attacker.client.get("/account").status_code == 303
    # Signing in on top of another's session ends up in one's own, with a new token.
    before = cookie_of(victim)
    victim.sign_in(cast.email("colleague"))
    assert cookie_of(victim) != before
    assert "Noor Habbema" in victim.get("/account")


def test_the_cookie_holds_a_token_and_the_database_its_hash(app: Flask, cast: Cast, browser_of: Open) -> None:
    leaver = browser_of("leaver")
    with app.app_context():
        begin("read")
        stored = session().scalars(select(SignedIn.token_hash)).all()
        session().rollback()
    assert len(stored) == 1
    assert stored[0] not in cookie_of(leaver)
    # Signed by HMAC-SHA-256, 43 characters; that of SHA-1 has 27. So are tokens of forms.
    assert [len(one.rpartition(".")[2]) for one in (cookie_of(leaver), leaver.token())] == [43, 43]
    header = leaver.client.get("/?lang=nl").headers.get("Set-Cookie", "")
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header


def test_the_answer_does_not_tell_whether_there_is_an_account(app: Flask, cast: Cast, browser_of: Open) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        service.disable(SYSTEM, account_of(cast, "head"))
        account_of(cast, "stranger").password_hash = None
        session().commit()
    nobody = browser_of("nobody")
    for _ in range(8):
        nobody.post("/sign-in?lang=en", email=cast.email("hr"), password="wrong", status=422)
    answers = set()
    for email, password in (
        (cast.email("leaver"), "wrong password"),  # an account, the wrong password
        ("who@nowhere.example", "wrong password"),  # no account
        (cast.email("head"), PASSWORD),  # closed
        (cast.email("stranger"), PASSWORD),  # invited, and never came
        (cast.email("hr"), PASSWORD),  # waits
    ):
        page = nobody.post("/sign-in?lang=en", email=email, password=password, status=422)
        assert nobody.page is not None
        headers = [(name, value) for name, value in nobody.page.headers if name not in ("Content-Length", "Set-Cookie")]
        answers.add((even(page, email), tuple(headers)))
    assert len(answers) == 1


def test_a_password_is_checked_as_dearly_where_there_is_no_account(
    app: Flask, cast: Cast, browser_of: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The hashes of tests are cheap ones; this is about those that the product makes.
    app.config["PASSWORD_HASHER"] = HASHER
    with app.app_context():
        begin("write")
        service.set_password(SYSTEM, account_of(cast, "leaver"), PASSWORD)
        session().commit()
    checked: list[str] = []
    verify = PasswordHasher.verify

    def counted(self: PasswordHasher, hashed: str, password: str) -> bool:
        checked.append(hashed.split("$")[3])  # m=…,t=…,p=…
        return bool(verify(self, hashed, password))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    nobody = browser_of("nobody")
    for email in (cast.email("leaver"), "who@nowhere.example"):
        nobody.post("/sign-in", email=email, password="wrong password", status=422)
    assert len(checked) == 2
    # With the same parameters, so in the same time.
    assert checked[0] == checked[1]


def test_while_a_password_is_compared_others_save(
    app: Flask, cast: Cast, browser_of: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague, nobody = browser_of("colleague"), browser_of("nobody")
    verify = PasswordHasher.verify
    pages: list[str] = []

    def meanwhile(self: PasswordHasher, hashed: str, password: str) -> bool:
        with ThreadPoolExecutor(1) as other:
            saving = other.submit(colleague.post, "/account", language="en", theme="dark", mail="daily")
            pages.append(saving.result())
        return bool(verify(self, hashed, password))

    monkeypatch.setattr(PasswordHasher, "verify", meanwhile)
    nobody.sign_in(cast.email("leaver"))
    assert ['data-theme="dark"' in page for page in pages] == [True]


def test_a_session_ends_when_nobody_uses_it_and_however_busy_it_is_after_two_weeks(
    app: Flask, browser_of: Open
) -> None:
    idle, busy = browser_of("leaver"), browser_of("stranger")
    with time_machine.travel("2026-11-23T22:00:00+01:00"):
        assert idle.client.get("/account").status_code == 303
    app.config["SESSION_HOURS"] = 25
    for day in range(13):
        with time_machine.travel(datetime(2026, 11, 24, 8, tzinfo=UTC) + timedelta(days=day)):
            assert busy.client.get("/account").status_code == 200, day
    with time_machine.travel("2026-12-07T09:20:00+01:00"):
        assert busy.client.get("/account").status_code == 303


@pytest.fixture
def workers(empty_instance: Path, tmp_path: Path) -> Iterator[list[Flask]]:
    """Two processes' worth of the application on one instance."""
    instance = tmp_path / "shared"
    shutil.copytree(empty_instance, instance)
    made = [create_app(settings_for(instance)) for _ in range(2)]
    yield made
    for one in made:
        dispose(one)


def test_tries_are_counted_over_all_workers(workers: list[Flask]) -> None:
    with workers[0].app_context(), workers[0].test_request_context():
        begin("write")
        cast = make_cast(PASSWORD)
        session().commit()
    browsers = [Browser(one.test_client()) for one in workers]
    for number in range(8):
        browsers[number % 2].post("/sign-in", email=cast.email("leaver"), password="wrong", status=422)
    for browser in browsers:
        browser.post("/sign-in", email=cast.email("leaver"), password=PASSWORD, status=422)
        # Somebody else is not kept waiting.
        browser.post("/sign-in", email=cast.email("colleague"), password=PASSWORD)
