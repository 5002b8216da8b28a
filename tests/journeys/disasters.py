"""What can happen to somebody who types: a real server and a real browser, and ways to lose them.

Each disaster types numbered words, strikes, and answers how many seconds of typing were not on the server when
somebody looked again (0: all of it was there).
"""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import delete

from expertise.base.database import begin, session
from expertise.people.models import SignedIn
from tests.conftest import PASSWORD, dispose
from tests.drafts.conftest import field_in

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ROOT = Path(__file__).parent.parent.parent
EMAIL = "leaver@expertise.example"


@dataclass
class Server:
    """The product as it is served, in processes of its own that can be killed."""

    app: Flask  # on the same installation, to look behind the scenes
    port: int
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EXPERTISE_")}
        settings = self.app.config["SETTINGS"]
        environment |= {
            "EXPERTISE_INSTANCE": str(settings.instance),
            "EXPERTISE_DATABASE_URL": settings.database_url,
            "EXPERTISE_LOG_LEVEL": "error",
            "EXPERTISE_REQUESTS_PER_MINUTE": "1000000",
        }
        command = [Path(sys.executable).with_name("expertise"), "serve", "--port", str(self.port), "--workers", "1"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        until = time.monotonic() + 60
        while True:
            try:
                urlopen(f"{self.address}/healthz", timeout=2).close()
                return
            except OSError:
                assert time.monotonic() < until, "the server does not start"
                time.sleep(0.1)

    def kill(self) -> None:
        """As if the power failed: the master and its workers at once."""
        assert self.process
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def sign_everybody_out(self) -> None:
        """What happens to a session at night."""
        with self.app.app_context():
            begin("write")
            session().execute(delete(SignedIn))
            session().commit()
        dispose(self.app)


def free_port() -> int:
    """A port that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def in_processes(app: Flask) -> Iterator[Server]:
    """A server on the installation of an application, gone at the end."""
    server = Server(app, free_port())
    server.start()
    try:
        yield server
    finally:
        server.kill()


def sign_in(context: BrowserContext, address: str) -> None:
    """Give a browser the session of somebody who came in."""
    token = field_in(context.request.get(f"{address}/sign-in").text(), "csrf_token")
    context.request.post(f"{address}/sign-in", form={"csrf_token": token, "email": EMAIL, "password": PASSWORD})


@dataclass
class Writer:
    """Somebody at a browser of her own, whose every word is numbered and timed."""

    process: subprocess.Popen[bytes]
    context: BrowserContext
    folder: Path
    box: str  # the name of the field
    typed: dict[Page, list[float]] = field(default_factory=dict)

    def opens(self, address: str) -> Page:
        """A window with the form."""
        page = self.context.new_page()
        page.goto(address)
        page.locator(f"textarea[name={self.box}]").focus()
        self.typed[page] = []
        return page

    def types(self, page: Page, seconds: float) -> None:
        """Type for so long, a word about eight times a second."""
        page.bring_to_front()
        page.locator(f"textarea[name={self.box}]").focus()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.typed[page].append(time.monotonic())
            page.keyboard.type(f"{self.word(page, len(self.typed[page]) - 1)} ")
            time.sleep(0.08)

    def word(self, page: Page, number: int) -> str:
        """The word with this number: a12 in the first window, b12 in the second."""
        return f"{'abcdef'[list(self.typed).index(page)]}{number}"

    def is_killed(self) -> None:
        """The browser is gone at once: no page says goodbye."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def lost(self, page: Page, text: str, struck: float) -> float:
        """Seconds of typing before the disaster that this text does not hold."""
        there = set(text.split())
        missing = [
            at for number, at in enumerate(self.typed[page]) if self.word(page, number) not in there and at < struck
        ]
        return struck - missing[0] if missing else 0.0


@dataclass
class Scene:
    """A server, a form on it, and browsers."""

    server: Server
    forms: tuple[tuple[str, str], ...]  # path of each form on which disasters strike, and its field
    chromium: Chromium
    folder: Path
    number: int = 0
    place: int = 0  # of the form that is typed in now

    @property
    def form(self) -> str:
        """Its path."""
        return self.forms[self.place % len(self.forms)][0]

    @property
    def box(self) -> str:
        """Its field."""
        return self.forms[self.place % len(self.forms)][1]

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """Somebody signed in, in a browser that can be killed."""
        self.number += 1
        folder = self.folder / f"browser-{self.number}"
        path = shutil.which("chromium")
        assert path
        command = [
            path,
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={folder}",
            *QUIET,
            "about:blank",
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        port = folder / "DevToolsActivePort"
        until = time.monotonic() + 60
        while not (port.exists() and "\n" in port.read_text()):
            assert time.monotonic() < until, "Chromium does not start"
            time.sleep(0.05)
        browser = self.chromium.browser_type.connect_over_cdp(f"http://127.0.0.1:{port.read_text().split()[0]}")
        writer = Writer(process, browser.contexts[0], folder, self.box)
        try:
            writer.context.set_default_timeout(30_000)
            sign_in(writer.context, self.server.address)
            yield writer
        finally:
            writer.is_killed()

    def found(self) -> list[str]:
        """The texts that the form offers to whoever signs in anew: what is put back, and the other drafts."""
        context = self.chromium.new_context()
        sign_in(context, self.server.address)
        page = context.request.get(self.server.address + self.form).text()
        links = [part.split('"')[0] for part in page.split('href="')[1:]]
        others = [one for one in links if "?draft=" in one and not one.endswith("none")]
        texts = [page, *(context.request.get(self.server.address + one).text() for one in others)]
        # The next disaster begins with an empty form.
        for _ in texts:
            again = context.request.get(self.server.address + self.form).text()
            if "/throw-away" in again:
                target = next(part.split('"')[0] for part in again.split('action="')[1:] if "/throw-away" in part[:60])
                context.request.post(self.server.address + target, form={"csrf_token": field_in(again, "csrf_token")})
        context.close()
        return [field_in(one, self.box) for one in texts]

    @property
    def url(self) -> str:
        """Of the form."""
        return self.server.address + self.form


def _says(page: Page, *words: str, seconds: float = 40) -> None:
    """Wait until the line under the form says this (in either language)."""
    state = page.locator(".draft-state")
    until = time.monotonic() + seconds
    while not any(word in state.inner_text() for word in words):
        assert time.monotonic() < until, state.inner_text()
        time.sleep(0.1)


OUT = ("signed out", "afgemeld")
SAVED = ("saved 0 s", "saved 1 s", "saved 2 s", "Concept 0 s", "Concept 1 s", "Concept 2 s")


def browser_killed(scene: Scene, draw: random.Random) -> float:
    """The browser is killed while she types."""
    with scene.writer() as writer:
        page = writer.opens(scene.url)
        writer.types(page, draw.uniform(1, 7))
        struck = time.monotonic()
        writer.is_killed()
        return writer.lost(page, scene.found()[0], struck)


def server_killed(scene: Scene, draw: random.Random) -> float:
    """The server is killed while she types; it comes back, and she still sits there."""
    with scene.writer() as writer:
        page = writer.opens(scene.url)
        writer.types(page, draw.uniform(1, 5))
        scene.server.kill()
        writer.types(page, draw.uniform(0.5, 3))
        scene.server.start()
        writer.types(page, draw.uniform(0.5, 1))
        struck = time.monotonic()
        _says(page, *SAVED)
        # What was typed last is saved after the pause that follows it.
        time.sleep(2)
        writer.is_killed()
        return writer.lost(page, scene.found()[0], struck)


def both_killed(scene: Scene, draw: random.Random) -> float:
    """The power fails at both ends."""
    with scene.writer() as writer:
        page = writer.opens(scene.url)
        writer.types(page, draw.uniform(1, 7))
        struck = time.monotonic()
        scene.server.kill()
        writer.is_killed()
        scene.server.start()
        return writer.lost(page, scene.found()[0], struck)


def line_cut(scene: Scene, draw: random.Random) -> float:
    """The line is cut for a while; she types on, and it comes back."""
    with scene.writer() as writer:
        page = writer.opens(scene.url)
        writer.types(page, draw.uniform(1, 5))
        writer.context.set_offline(True)
        writer.types(page, draw.uniform(3, 6))
        writer.context.set_offline(False)
        struck = time.monotonic()
        _says(page, *SAVED)
        time.sleep(2)
        writer.is_killed()
        return writer.lost(page, scene.found()[0], struck)


def line_cut_for_good(scene: Scene, draw: random.Random) -> float:
    """The line is cut and she goes home: what she typed before the cut."""
    with scene.writer() as writer:
        page = writer.opens(scene.url)
        writer.types(page, draw.uniform(1, 7))
        struck = time.monotonic()
        writer.context.set_offline(True)
        writer.types(page, 1)
        writer.is_killed()
        return writer.lost(page, scene.found()[0], struck)


def session_expired(scene: Scene, draw: random.Random) -> float:
    """Her session ends while she types; she signs in in another window, and types on in the first."""
    with scene.writer() as writer:
        page = writer.opens(scene.url)
        writer.types(page, draw.uniform(1, 4))
        scene.server.sign_everybody_out()
        writer.types(page, draw.uniform(1, 3))
        _says(page, *OUT)
        sign_in(writer.context, scene.server.address)
        writer.types(page, 1)
        struck = time.monotonic()
        _says(page, *SAVED)
        time.sleep(2)
        writer.is_killed()
        return writer.lost(page, scene.found()[0], struck)


def two_windows(scene: Scene, draw: random.Random) -> float:
    """Two windows of the same form, one after the other, and the browser is killed."""
    with scene.writer() as writer:
        one, other = writer.opens(scene.url), writer.opens(scene.url)
        for _ in range(draw.randint(1, 2)):
            writer.types(one, draw.uniform(0.5, 2))
            writer.types(other, draw.uniform(0.5, 2))
        struck = time.monotonic()
        writer.is_killed()
        # Each text is there, as the draft of its own window: the worse of the two counts.
        found = scene.found()
        return max(min(writer.lost(page, text, struck) for text in found) for page in (one, other))


DISASTERS: dict[str, Callable[[Scene, random.Random], float]] = {
    one.__name__: one
    for one in (
        browser_killed,
        server_killed,
        both_killed,
        line_cut,
        line_cut_for_good,
        session_expired,
        two_windows,
    )
}
MOST_LOST = 5.0
