"""A served application and a real browser."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from tests.conftest import PASSWORD, required
from tests.make import Cast

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


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


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The address at which the application of this test listens."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@dataclass
class Visitor:
    """A member of the cast at a browser's window."""

    page: Page
    address: str

    def open(self, path: str) -> Page:
        """Go to a page of the product."""
        self.page.goto(self.address + path)
        return self.page

    def press(self, name: str, *, role: Any = "button") -> None:
        """Press a button (or follow a link) by its name."""
        self.page.get_by_role(role, name=name).first.click()


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
        visitor.page.set_default_timeout(10_000)
        if who != "nobody":
            page = visitor.open(f"/sign-in?lang={language}")
            page.locator("input[name=email]").fill(cast.email(who))
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("main button[type=submit], main button").first.click()
        return visitor

    yield visit_as
    for context in contexts:
        context.close()
