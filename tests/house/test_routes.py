"""Every route says what it needs, and a GET cannot write."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import Rule

from expertise.access.gate import check_needs, need_of
from expertise.access.rules import RULES
from expertise.base.database import begin, session
from tests.conftest import Browser, Template


def address_of(rule: Rule) -> str:
    """An address that the rule takes: of nothing that there is."""
    values = {name: 1 if "int" in repr(rule._converters[name]).lower() else "x" for name in rule.arguments}
    built = rule.build(values, append_unknown=False)
    assert built
    return built[1]


def test_every_route_declares_a_need_that_the_rules_know(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        assert need_of(app, rule.endpoint) in RULES, rule


def test_a_route_without_a_need_stops_the_start(make_app: Callable[..., Flask], empty_template: Template) -> None:
    app = make_app(empty_template)  # one that has not served yet: add a route as a room would
    app.add_url_rule("/forgotten", "forgotten", lambda: "x")
    with pytest.raises(RuntimeError, match="/forgotten"):
        check_needs(app)


def test_the_database_refuses_a_write_in_a_reading_transaction(app: Flask) -> None:
    with app.app_context():
        begin("read")
        with pytest.raises(DBAPIError, match=r"read-?only"):
            session().execute(text("DELETE FROM event"))


def test_every_page_behind_sign_in_sends_nobody_to_the_sign_in_page(
    app: Flask, browser_of: Callable[[str], Browser]
) -> None:
    nobody = browser_of("nobody")
    walked = 0
    for rule in app.url_map.iter_rules():
        if need_of(app, rule.endpoint) == "public" or "GET" not in (rule.methods or ()):
            continue
        url = address_of(rule)
        answer = nobody.client.get(url)
        if rule.endpoint.startswith("api."):
            assert answer.status_code == 401, rule
            continue
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in"), rule
        walked += 1
    assert walked > 0


def test_a_post_without_its_token_is_refused(app: Flask, browser_of: Callable[[str], Browser]) -> None:
    leaver = browser_of("leaver")
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()):
            continue
        url = address_of(rule)
        refused = (401,) if rule.endpoint.startswith("api.") else (400, 404)
        assert leaver.client.post(url).status_code in refused, rule


def test_an_address_that_is_not_there_keeps_the_frame_of_who_asks(browser_of: Callable[[str], Browser]) -> None:
    page = browser_of("leaver").get("/no-such-page", status=404)
    assert "Femke Wolderink" in page
    assert 'href="/sign-in' not in page
    assert 'href="/sign-in' in browser_of("nobody").get("/no-such-page", status=404)


def test_the_same_headers_stand_on_pages_errors_and_files(browser_of: Callable[[str], Browser]) -> None:
    leaver = browser_of("leaver")
    for url in ("/", "/no-such-page", "/static/css/app.css", "/healthz"):
        headers = leaver.client.get(url, buffered=True).headers
        assert headers["Content-Security-Policy"].startswith("default-src 'none'"), url
        assert "unsafe" not in headers["Content-Security-Policy"], url
        assert headers["X-Content-Type-Options"] == "nosniff", url
        assert headers["X-Frame-Options"] == "DENY", url
