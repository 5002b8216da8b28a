"""A served application and a real browser."""

import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from expertise.access.viewer import system
from expertise.base.database import begin, session
from expertise.handovers.service import start_note
from expertise.posts.models import Position, Posting
from tests import make
from tests.conftest import PASSWORD, dispose, required
from tests.journeys.disasters import QUIET, Scene, in_processes
from tests.make import Cast


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium; without it the story is skipped, or fails where the run requires it."""
    path = shutil.which("chromium")
    if path is None:
        if required("browser"):
            pytest.fail("this run requires Chromium, and the machine has none")
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(params=["nl", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Each once."""
    return str(request.param)


class _Closed:
    """An answer that is closed once its last piece is written.

    Werkzeug's server skips that where a browser resets the connection just after the answer, and then what follows a
    commit (the index) never happens. The servers that we run in earnest always close.
    """

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.open = True

    def __iter__(self) -> Iterator[bytes]:
        yield from self.answer
        self.close()

    def close(self) -> None:
        if self.open:
            self.open = False
            self.answer.close()


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application; answers its address."""
    server = make_server("127.0.0.1", 0, lambda *asked: _Closed(app(*asked)), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The address at which the application of this test listens."""
    with serving(app) as address:
        yield address


def sign_in(context: BrowserContext, address: str, email: str, password: str, language: str) -> None:
    """Give a browser the session of somebody who came in, without drawing a page for it."""
    page = context.request.get(f"{address}/sign-in").text()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token, page[:500]
    fields: dict[str, str | float | bool] = {"csrf_token": token[1], "email": email, "password": password}
    context.request.post(f"{address}/sign-in", form=fields)
    assert context.request.get(f"{address}/account?lang={language}").url.endswith(f"/account?lang={language}"), email


@dataclass
class Visitor:
    """A member of the cast at a browser's window."""

    page: Page
    address: str

    def open(self, path: str) -> Page:
        """Go to a page of the product."""
        self.page.goto(self.address + path)
        return self.page

    def press(self, name: str, *, role: Any = "button", exact: bool = False) -> None:
        """Press a button (or follow a link) by its name."""
        self.page.locator("main").get_by_role(role, name=name, exact=exact).first.click()

    def follow(self, name: str, *, exact: bool = False) -> None:
        """Follow a link by its name."""
        self.press(name, role="link", exact=exact)

    def says(self, *texts: str) -> bool:
        """Whether the page says all of this."""
        shown = self.page.locator("body").inner_text()
        missing = [text for text in texts if text not in shown]
        assert not missing, f"{self.page.url} does not say {missing}:\n{shown[:3000]}"
        return True

    def fill(self, **fields: str) -> None:
        """Fill in fields by their names; choices by their values, a box with "y"."""
        for name, value in fields.items():
            places = self.page.locator(f'main [name="{name}"]:not([type=hidden])')
            first = places.first
            kind = first.evaluate("el => el.type")
            if kind == "radio":
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif kind == "checkbox":
                first.check()
            elif kind == "select-one":
                first.select_option(value)
            else:
                first.fill(value)

    def search(self, query: str) -> None:
        """Type in the box that stands on every page, and press Enter."""
        box = self.page.locator("#find")
        box.fill(query)
        box.press("Enter")
        self.page.wait_for_url("**/search?**")


def eventually(met: Callable[[], bool], *, seconds: float = 5) -> bool:
    """Whether something becomes true: the index follows just after the answer is on its way."""
    until = time.monotonic() + seconds
    while not (found := met()) and time.monotonic() < until:
        time.sleep(0.05)
    return found


@pytest.fixture
def visit(chromium: Chromium, served: str, cast: Cast) -> Iterator[Any]:
    """`visit("leaver", language="nl")`: a signed-in window; scripts can be switched off."""
    contexts = []

    def visit_as(who: str, *, language: str = "nl", scripts: bool = True, width: int = 1280) -> Visitor:
        context = chromium.new_context(
            locale=language, java_script_enabled=scripts, viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        visitor = Visitor(context.new_page(), served)
        visitor.page.set_default_timeout(30_000)
        if who != "nobody":
            page = visitor.open(f"/sign-in?lang={language}")
            page.locator("input[name=email]").fill(cast.email(who))
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("main button[type=submit], main button").first.click()
        return visitor

    yield visit_as
    for context in contexts:
        context.close()


@pytest.fixture
def munitions(app: Flask, cast: Cast) -> str:
    """An open dossier of the disarmament seat."""
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        made = make.dossier("Cluster munitions", kept_by=seat, from_on=date(2020, 1, 1), language="en")
        session().commit()
        return made.id


@pytest.fixture
def scene(chromium: Chromium, app: Flask, cast: Cast, munitions: str, tmp_path: Path) -> Iterator[Scene]:
    """A server in processes of its own, on an instance with the cast and a dossier, and two forms: for a new note in a
    dossier, and for a section of the handover.
    """
    with app.app_context(), app.test_request_context():
        begin("write")
        handover = start_note(system(), session().get_one(Posting, cast.postings["leaver"])).id
        session().commit()
    dispose(app)
    forms = ((f"/dossiers/{munitions}/entries/new", "body"), (f"/handovers/{handover}/edit/6", "text"))
    with in_processes(app) as server:
        yield Scene(server, forms, chromium, tmp_path)
