"""Every kind of page in a real browser: accessible, as narrow as a telephone, light on the line.

Full is the demo, whose words are as long as Dutch words are; empty is an installation in which nobody wrote yet; an
error is each form sent back. Two walks see both languages and both themes: Dutch in light, English in dark. In every
check each page is on one of the two, every other day; `make drill` walks both whole.
"""

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import brotli
import pytest
import time_machine
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page

from expertise import create_app
from expertise.base.database import begin, session
from expertise.demo.ministry import PASSWORD as DEMO_PASSWORD
from tests.conftest import PASSWORD, TODAY, Browser, Template, dispose, make_quick, settings_for
from tests.journeys.conftest import serving, sign_in
from tests.journeys.pages import NO_PAGES, NOBODY, PAGES, records
from tests.make import make_cast

# Every test names its group: each group is walked by one process, in a house of its own, beside the other.
pytestmark = pytest.mark.browser
DUTCH, ENGLISH = pytest.mark.xdist_group("pages-nl"), pytest.mark.xdist_group("pages-en")
WALKS = {"nl-light": ("nl", "light"), "en-dark": ("en", "dark")}
BOTH = pytest.mark.parametrize("walk", [pytest.param("nl-light", marks=DUTCH), pytest.param("en-dark", marks=ENGLISH)])
SHARES = pytest.mark.parametrize("share", ["today", pytest.param("whole", marks=pytest.mark.drill)])
TURNS = 2
TURN = datetime.now(UTC).toordinal() % TURNS  # of the day on which it runs, not that of the stories
AXE = Axe().axe_script
HEAVIEST = 40_000  # bytes over the wire for a page that nobody opened before
PHONE = 320
# What the frame itself loads; a page may add one script of its own.
MOST_REQUESTS = 6
Refuse = """() => {
  // What nobody can type by accident in a browser, but a broken one, or another program, sends all the same.
  const form = [...document.querySelectorAll("main form")].sort((a, b) => b.elements.length - a.elements.length)[0];
  for (const el of form.elements) {
    if (el.type === "hidden" || el.tagName === "BUTTON" || el.tagName === "FIELDSET" || el.type === "file") continue;
    if (el.type === "date") { el.type = "text"; el.value = "31-31-2026"; }
    else if (el.tagName === "SELECT") { el.append(new Option("?", "nonsense", true, true)); }
    else if (el.type === "radio") { el.value = "nonsense"; el.checked = true; }
    else if (el.type === "checkbox") continue;
    else if (el.type === "password") el.value = "x";
    else if (el.tagName === "TEXTAREA") el.value = "";
    else el.value = "Verantwoordelijkheidsverdeling ".repeat(40);
  }
  form.submit();
}"""


@pytest.fixture(autouse=True, scope="module")
def _the_day() -> Iterator[None]:
    """One day for the whole module: were the clock set back for each test, sessions would come from the future."""
    with time_machine.travel(TODAY, tick=True):
        yield


@dataclass
class House:
    """An installation that is served, and the windows in which its people look at it."""

    app: Flask
    address: str
    chromium: Chromium
    password: str
    places: dict[str, str]  # the records that the addresses speak of
    windows: dict[tuple[str, str, str, bool], Page]
    complaints: list[str]

    def window(self, who: str, language: str, theme: str, *, scripts: bool = True) -> Page:
        """One window for each person, language and theme, signed in once."""
        key = (who, language, theme, scripts)
        if key not in self.windows:
            context = self.chromium.new_context(
                locale=language,
                color_scheme="dark" if theme == "dark" else "light",
                java_script_enabled=scripts,
                viewport={"width": 1280, "height": 900},
            )
            context.set_default_timeout(30_000)
            # The browser keeps what it has compiled; handed over anew for each page it takes a tenth of a second.
            context.add_init_script(AXE)
            if who == NOBODY:
                context.request.get(f"{self.address}/sign-in?lang={language}")
            else:
                sign_in(context, self.address, who, self.password, language)
            page = context.new_page()
            page.on("console", self._listen)
            page.on("pageerror", lambda error: self.complaints.append(str(error)))
            self.windows[key] = page
        return self.windows[key]

    def _listen(self, message: object) -> None:
        # The browser reports our own 404 and 422 as failed loads; the tests ask for those themselves.
        text = str(getattr(message, "text", ""))
        if getattr(message, "type", "") == "error" and "the server responded with a status of 4" not in text:
            self.complaints.append(text)


@contextmanager
def installed(
    copied: Path, folder: Path, chromium: Chromium, password: str, fill: Callable[[Flask], dict[str, str]]
) -> Iterator[House]:
    """A copy of an installation with something in it, served for the tests of a module."""
    shutil.copytree(copied, folder)
    app = create_app(settings_for(folder))
    make_quick(app)
    places = fill(app)
    with serving(app) as address:
        house = House(app, address, chromium, password, places, {}, [])
        yield house
        for page in house.windows.values():
            page.context.close()
    dispose(app)


def only_people(app: Flask) -> dict[str, str]:
    with app.app_context():
        begin("write")
        cast = make_cast(PASSWORD)
        session().commit()
    return {"posting": cast.postings["leaver"], "position": cast.positions["disarmament"]}


@pytest.fixture(scope="module")
def full(demo_template: Template, tmp_path_factory: pytest.TempPathFactory, chromium: Chromium) -> Iterator[House]:
    """The demo."""
    folder = tmp_path_factory.mktemp("full") / "instance"
    with installed(demo_template.instance, folder, chromium, DEMO_PASSWORD, records) as house:
        yield house


@pytest.fixture(scope="module")
def empty(empty_instance: Path, tmp_path_factory: pytest.TempPathFactory, chromium: Chromium) -> Iterator[House]:
    """Posts and people, and nobody who wrote a word."""
    folder = tmp_path_factory.mktemp("bare") / "instance"
    with installed(empty_instance, folder, chromium, PASSWORD, only_people) as house:
        yield house


def axe_finds(page: Page, *, contrast: bool) -> list[str]:
    """What axe has against a page: the rule, and where."""
    # Only what is wrong comes back: all that is right would take longer to send than to find.
    asked = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": contrast}}}
    violations = page.evaluate("asked => axe.run(asked).then(found => found.violations)", asked)
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}" for one in violations for node in one["nodes"]
    ]


def too_wide(page: Page) -> str:
    """What sticks out at the width of a small telephone; empty if nothing does."""
    page.set_viewport_size({"width": PHONE, "height": 700})
    found = page.evaluate(
        """phone => document.documentElement.scrollWidth <= phone ? "" : [...document.querySelectorAll("body *")]
        .filter(el => el.getBoundingClientRect().right > phone + 0.5)
        .map(el => `${el.tagName}.${el.className}`).slice(0, 5).join(" ") || "something" """,
        PHONE,
    )
    page.set_viewport_size({"width": 1280, "height": 900})
    return str(found)


def judge(house: House, page: Page, *, contrast: bool = True) -> list[str]:
    """All that is the matter with the page that is shown.

    Telling every colour from its ground is half of the time; in every check that is done on every third page.
    """
    wrong = [*axe_finds(page, contrast=contrast), *house.complaints]
    house.complaints.clear()
    wide = too_wide(page)
    if wide:
        wrong.append(f"wider than {PHONE} px: {wide}")
    if page.evaluate("(document.querySelector('header.bar')?.offsetHeight ?? 0) > 60"):
        wrong.append("the bar takes more than one line at 1280 px")
    if page.locator("h1").count() != 1:
        wrong.append(f"{page.locator('h1').count()} headings of the first rank")
    return wrong


def walked(kinds: Sequence[Any], walk: str, share: str) -> Sequence[Any]:
    """Those that are on this walk today."""
    return kinds if share == "whole" else kinds[list(WALKS).index(walk) + len(WALKS) * TURN :: TURNS * len(WALKS)]


def test_every_kind_of_page_is_listed(app: Flask) -> None:
    there_are = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())} - NO_PAGES
    listed = {kind.endpoint for kind in PAGES} - {"error"}
    assert not there_are - listed, "pages that tests/journeys/pages.py does not list: " + ", ".join(there_are - listed)
    assert not listed - there_are, "pages that are listed and no longer exist: " + ", ".join(listed - there_are)
    forms = {rule.endpoint for rule in app.url_map.iter_rules() if {"GET", "POST"} <= set(rule.methods or ())}
    refused = {kind.endpoint for kind in PAGES if kind.form}
    # These have nothing in them that can be typed wrongly, or take something that was begun before: those of a
    # second factor are sent back in tests/people/test_second_factor.py.
    assert forms - refused == {
        *("people.second_step", "people.second_factor", "people.organisation_out"),
        *("handovers.sign", "domains.file_position", "posts.merge_position", "posts.merge_post"),
        *("contacts.merge", "contacts.trial", "pilots.chain"),
    }, "forms that are never sent back"


@SHARES
@BOTH
def test_each_full_page_is_accessible_narrow_and_quiet(full: House, walk: str, share: str) -> None:
    language, theme = WALKS[walk]
    wrong: dict[str, list[str]] = {}
    for number, kind in enumerate(walked(PAGES, walk, share)):
        page = full.window(kind.who, language, theme)
        answer = page.goto(full.address + kind.address.format(**full.places))
        assert answer
        expected = {"over": (404, 410), "refused": (422,)}.get(kind.name, (200,))
        if kind.endpoint == "error":
            expected = (404,)
        found = judge(full, page, contrast=share == "whole" or number % 3 == 0)
        if answer.status not in expected:
            found.append(f"answers {answer.status}")
        if page.locator("html").get_attribute("lang") != language:
            found.append("speaks another language")
        if found:
            wrong[f"{kind.label} {page.url}"] = found
    assert not wrong, report(wrong)


@SHARES
@BOTH
def test_each_form_that_is_sent_back_is_as_good(full: House, walk: str, share: str) -> None:
    language, theme = WALKS[walk]
    wrong: dict[str, list[str]] = {}
    forms = walked([one for one in PAGES if one.form], walk, share)
    for number, kind in enumerate(forms):
        page = full.window(kind.who, language, theme)
        page.goto(full.address + kind.address.format(**full.places))
        with page.expect_navigation() as going:
            page.evaluate(Refuse)
        found = judge(full, page, contrast=share == "whole" or number % 3 == 0)
        if going.value.status != 422:
            found.append(f"answers {going.value.status}")
        if not page.locator(".errors li").count():
            found.append("names no error at the top")
        if found:
            wrong[f"{kind.label} {page.url}"] = found
    assert not wrong, report(wrong)


EMPTY = {
    "leaver": [
        "/",
        "/posts",
        "/posts/GEN-PV",
        "/dossiers",
        "/dossiers?whose=all",
        "/dossiers/new",
        "/contacts",
        "/domains",
        "/people",
        "/search",
        "/search?q=x",
        "/account",
        "/postings/{posting}/handover",
        "/positions/{position}",
    ],
    "hr": ["/", "/domains", "/posts/HDPO", "/pilots", "/pilots/new", "/pilots/mine"],
    "admin": ["/", "/admin/accounts"],
    "successor": ["/"],
}


@SHARES
@BOTH
def test_each_empty_page_is_as_good(empty: House, walk: str, share: str) -> None:
    language, theme = WALKS[walk]
    wrong: dict[str, list[str]] = {}
    for who, addresses in EMPTY.items():
        page = empty.window(f"{who}@expertise.example", language, theme)
        for address in walked(addresses, walk, share):
            page.goto(empty.address + address.format(**empty.places))
            found = judge(empty, page)
            if found:
                wrong[f"{who} {address}"] = found
    assert not wrong, report(wrong)


@SHARES
@DUTCH
def test_each_page_says_the_same_without_scripts(full: House, share: str) -> None:
    # In every check a few of the pages: what a script adds to a page is the same on most.
    for kind in PAGES if share == "whole" else PAGES[1 + 16 * TURN :: 16 * TURNS]:
        address = full.address + kind.address.format(**full.places)
        said = []
        for scripts in (True, False):
            page = full.window(kind.who, "nl", "light", scripts=scripts)
            page.goto(address)
            # Which keys step along the holder band is told only where they do; who keeps the draft differs too.
            page.evaluate("document.querySelectorAll('main .keys, main .draft').forEach(hint => hint.remove())")
            said.append(page.locator("main").inner_text())
        if kind.endpoint == "people.account":
            # The two windows are two sessions, and each page says which of them it is.
            said = [text[:200] for text in said]
        assert said[0] == said[1], kind.label


def over_the_wire(browser: Browser, address: str) -> tuple[int, str]:
    """Bytes of one answer, head and body, as a browser that can unpack gets them; and what it unpacks."""
    answer = browser.client.get(address, headers={"Accept-Encoding": "gzip, deflate, br, zstd"}, buffered=True)
    head = sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
    packed = answer.headers.get("Content-Encoding") == "br"
    text = (brotli.decompress(answer.data) if packed else answer.data).decode(errors="replace")
    return head + len(answer.data), text


@SHARES
@ENGLISH
def test_each_page_is_light_on_a_cold_line(full: House, share: str, capsys: pytest.CaptureFixture[str]) -> None:
    weights: dict[str, int] = {}
    files: dict[str, int] = {}
    browsers: dict[str, Browser] = {}
    for kind in PAGES if share == "whole" else PAGES[TURN::TURNS]:
        if kind.who not in browsers:
            browsers[kind.who] = Browser(full.app.test_client())
            if kind.who:
                browsers[kind.who].sign_in(kind.who, DEMO_PASSWORD)
        browser, address = browsers[kind.who], kind.address.format(**full.places)
        weight, text = over_the_wire(browser, address)
        resources = set(re.findall(r'<(?:link|script|img)[^>]*(?:href|src)="(/[^"]+)"', text))
        assert len(resources) + 1 <= MOST_REQUESTS, (address, resources)
        for one in resources:
            if one not in files:
                files[one], _ = over_the_wire(browser, one)
            weight += files[one]
        weights[f"{kind.label} {address}"] = weight
    with capsys.disabled():
        heaviest = sorted(weights.items(), key=lambda one: -one[1])[:5]
        print(  # noqa: T201
            "\nheaviest pages, cold: "
            + "; ".join(f"{label.split()[0]} {weight / 1000:.1f} kB" for label, weight in heaviest)
        )
    too_heavy = {label: weight for label, weight in weights.items() if weight > HEAVIEST}
    assert not too_heavy, too_heavy


@DUTCH
def test_a_browser_loads_no_more_than_the_page_names(full: House) -> None:
    page = full.window(PAGES[0].who, "nl", "light")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for kind in ("/", f"/dossiers/{full.places['dossier']}", f"/handovers/{full.places['note']}/edit/1"):
        asked.clear()
        page.goto(full.address + kind)
        assert len(asked) <= MOST_REQUESTS, asked
        assert {urlsplit(one).netloc for one in asked if not one.startswith("data:")} == {urlsplit(full.address).netloc}


def report(wrong: dict[str, list[str]]) -> str:
    """Page by page."""
    return "\n" + "\n".join(f"{page}\n  " + "\n  ".join(found[:6]) for page, found in wrong.items())
