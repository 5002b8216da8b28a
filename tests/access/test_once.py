"""A form that is sent twice, from one page, does its work once."""

import contextvars
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import time_machine
from flask import Flask

from expertise.access.once import forget_sent
from expertise.base import clock
from expertise.base.database import begin, session
from tests.conftest import Browser
from tests.make import Cast

BrowserOf = Callable[[str], Browser]
NUMBER = re.compile(r'name="once" value="([^"]+)"')


def number_on(browser: Browser, page: str) -> str:
    """The number that a page gives its forms."""
    found = NUMBER.search(browser.get(page))
    assert found, page
    return found[1]


def opened(browser: Browser, title: str) -> int:
    """How many dossiers are called so."""
    return browser.get("/dossiers", text=title).count(f">{title}</a>")


def test_a_button_that_is_pressed_twice_does_its_work_once_and_the_page_says_so(
    browser_of: BrowserOf, cast: Cast
) -> None:
    leaver = browser_of("leaver")
    number = number_on(leaver, "/dossiers/new")
    fields = {"title": "Cluster munitions", "position": cast.positions["disarmament"], "once": number}
    leaver.post("/dossiers/new", status=303, follow=False, **fields)
    first = leaver.page.location
    assert "sent twice" in leaver.post("/dossiers/new", **fields)
    assert leaver.page.request.path == first
    # What was typed anew is another form, also from the same page; and so is the same from a page opened anew.
    leaver.post("/dossiers/new", **fields | {"title": "Small arms"})
    leaver.post("/dossiers/new", **fields | {"title": "Small arms", "once": number_on(leaver, "/dossiers/new")})
    assert (opened(leaver, "Cluster munitions"), opened(leaver, "Small arms")) == (1, 2)
    # The number of one is nothing to another.
    colleague = browser_of("colleague")
    colleague.post("/dossiers/new", **fields | {"position": cast.positions["adviser"]})
    assert opened(colleague, "Cluster munitions") == 2


def test_a_form_that_was_refused_may_be_sent_again(browser_of: BrowserOf, cast: Cast) -> None:
    leaver = browser_of("leaver")
    number = number_on(leaver, "/dossiers/new")
    for _time in range(2):
        assert "sent twice" not in leaver.post("/dossiers/new", status=422, title="", once=number)
    leaver.post("/dossiers/new", title="Cluster munitions", position=cast.positions["disarmament"], once=number)
    assert opened(leaver, "Cluster munitions") == 1
    # Some are refused on the page that they lead to.
    admin = browser_of("admin")
    for _time in range(2):
        page = admin.post("/admin/vocabulary/judge", do="accepted:ticked", once=number)
        assert "Tick a pair first" in page
        assert "sent twice" not in page


def test_a_file_that_is_sent_twice_hangs_there_once(browser_of: BrowserOf, cast: Cast) -> None:
    leaver = browser_of("leaver")
    leaver.post("/dossiers/new", title="Cluster munitions", position=cast.positions["disarmament"])
    assert leaver.page is not None
    form = leaver.page.request.path.replace("/dossiers/", "/files/of/dossier/")
    number = number_on(leaver, form)
    for content, said in ((b"A letter.", False), (b"A letter.", True), (b"Another letter.", False)):
        page = leaver.post(form, file=(BytesIO(content), "letter.txt"), once=number)
        assert ("sent twice" in page) == said
    assert len(set(re.findall(r'href="(/files/[a-z0-9]{12})"', page))) == 2


def test_what_was_sent_is_forgotten_after_a_day(app: Flask, browser_of: BrowserOf, cast: Cast) -> None:
    leaver = browser_of("leaver")
    leaver.post(
        "/dossiers/new",
        title="Cluster munitions",
        position=cast.positions["disarmament"],
        once=number_on(leaver, "/dossiers/new"),
    )
    for later, gone in ((timedelta(hours=23), 0), (timedelta(hours=25), 1)):
        with app.app_context(), time_machine.travel(clock.now() + later):
            begin("write")
            assert forget_sent() == gone
            session().rollback()


def test_two_that_come_at_the_same_moment_are_one(app: Flask, browser_of: BrowserOf, cast: Cast) -> None:
    leaver = browser_of("leaver")
    number = number_on(leaver, "/dossiers/new")
    fields = {"title": "Cluster munitions", "position": cast.positions["disarmament"], "once": number}
    fields["csrf_token"] = leaver.token()
    cookie = leaver.client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie
    ready = threading.Barrier(4)

    def press() -> str:
        client = app.test_client()
        client.set_cookie(cookie.key, cookie.value)
        ready.wait()
        return str(client.post("/dossiers/new", data=fields).location)

    with ThreadPoolExecutor(4) as pool:
        presses = [pool.submit(contextvars.copy_context().run, press) for _press in range(4)]
        led_to = {one.result() for one in presses}
    assert opened(leaver, "Cluster munitions") == 1
    assert len(led_to) == 1
