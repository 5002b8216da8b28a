"""Coming in, staying in, and going out."""

import re
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from expertise.base.database import begin, session
from expertise.people.models import SignInFailure
from tests.conftest import PASSWORD, Browser, Cast, Template


def test_the_desk_is_behind_sign_in(browser_of: Callable[[str], Browser]) -> None:
    assert "Sign in" in browser_of("nobody").get("/", lang="en")


def test_the_leaver_comes_in_and_goes_out(browser_of: Callable[[str], Browser]) -> None:
    leaver = browser_of("leaver")
    assert "Femke Wolderink" in leaver.get("/")
    leaver.post("/sign-out")
    assert leaver.page is not None
    assert leaver.page.history[0].headers["Clear-Site-Data"] == '"storage"'
    assert "Femke Wolderink" not in leaver.get("/")


def test_a_cookie_copied_before_sign_out_is_worth_nothing_after_it(
    browser_of: Callable[[str], Browser],
) -> None:
    leaver, thief = browser_of("leaver"), browser_of("nobody")
    stolen = leaver.client.get_cookie("expertise")
    assert stolen
    thief.client.set_cookie("expertise", stolen.value)
    assert "Femke Wolderink" in thief.get("/")
    leaver.post("/sign-out")
    assert "Femke Wolderink" not in thief.get("/")


def test_a_wrong_password_keeps_the_name_and_says_what_to_do(browser_of: Callable[[str], Browser], cast: Cast) -> None:
    page = browser_of("nobody").post("/sign-in?lang=en", email=cast.email("leaver"), password="wrong", status=422)
    assert "do not belong together" in page
    assert cast.email("leaver") in page
    # Masked, and for whatever fills in passwords.
    assert re.search(r'<input[^>]*autocomplete="current-password"[^>]*type="password"', page)
    # It is compared as it was typed.
    for nearly in (f"{PASSWORD} ", PASSWORD.upper(), PASSWORD[:-1]):
        browser_of("nobody").post("/sign-in", email=cast.email("leaver"), password=nearly, status=422)


def test_after_too_many_failures_the_right_password_waits_too(browser_of: Callable[[str], Browser], cast: Cast) -> None:
    browser = browser_of("nobody")
    for _ in range(8):
        browser.post("/sign-in", email=cast.email("leaver"), password="wrong", status=422)
    browser.post("/sign-in", email=cast.email("leaver"), password="correct horse battery", status=422)


def test_behind_a_proxy_each_visitor_counts_by_their_own_address(
    make_app: Callable[..., Flask], empty_template: Template
) -> None:
    app = make_app(empty_template, EXPERTISE_PROXIES="1")
    browser = Browser(app.test_client())
    browser.client.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    browser.post("/sign-in", email="nobody@example.org", password="wrong", status=422)
    with app.app_context():
        begin("read")
        assert session().scalars(select(SignInFailure.address)).all() == ["203.0.113.9"]
