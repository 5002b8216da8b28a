"""A served installation that writers write to and that is killed: what the crash drill is made of."""

import http.client
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PATIENCE = 60.0
TOKEN = re.compile(r'name="csrf[-_]token"[^>]*(?:value|content)="([^"]+)"')


class Client:
    """One person's connection: a cookie and a form token."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookie = ""
        self.token = ""

    def send(self, method: str, path: str, **fields: str) -> tuple[int, str, str]:
        """Status, location and text. Raises OSError or HTTPException where no answer comes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Cookie": self.cookie, "Accept-Language": "en"}
        body = None
        if method == "POST":
            body = urlencode({"csrf_token": self.token, **fields})
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        for morsel in SimpleCookie(answer.getheader("Set-Cookie", "")).values():
            self.cookie = f"{morsel.key}={morsel.value}"
        return answer.status, answer.getheader("Location", ""), text

    def sign_in(self, email: str, password: str) -> None:
        """Come in."""
        for path, fields in (("/sign-in", {"email": email, "password": password}), ("/account", {})):
            self.token = _token(self.send("GET", path)[2])
            if fields:
                assert self.send("POST", path, **fields)[0] == 303


def _token(page: str) -> str:
    found = TOKEN.search(page)
    assert found, page[:500]
    return found[1]


@dataclass
class Served:
    """`expertise serve` in a process group of its own."""

    settings: dict[str, str]
    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start, and say after how many seconds it was ready."""
        self.port = self.port or _free_port()
        began = time.monotonic()
        command = [str(Path(sys.executable).with_name("expertise")), "serve", "--port", str(self.port)]
        environ = {**os.environ, **self.settings}
        self.process = subprocess.Popen(command, env=environ, start_new_session=True, stdout=subprocess.DEVNULL)
        return self.ready(began)

    def ready(self, began: float) -> float:
        """Wait until it says that it is."""
        while time.monotonic() < began + PATIENCE:
            try:
                if Client(self.port).send("GET", "/readyz")[0] == 200:
                    return time.monotonic() - began
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise AssertionError("not ready")

    def workers(self) -> list[int]:
        """The processes that answer."""
        assert self.process
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(one) for one in children.read_text().split()]

    def kill(self, how: str, index: Path) -> None:
        """`all`, one `worker`, or the `drainer`: whoever writes to the index just now."""
        assert self.process
        if how == "all":
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return
        victims = self.workers()
        if how == "drainer":
            until = time.monotonic() + 2
            while time.monotonic() < until:
                writing = [one for one in _holders(index / "LOCK") if one in victims]
                if writing:
                    victims = writing
                    break
        os.kill(random.choice(victims), signal.SIGKILL)

    def stop(self) -> None:
        """End it, if it still runs."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _holders(lock: Path) -> Iterator[int]:
    """Who holds a lock on the file."""
    if not lock.exists():
        return
    inode = str(lock.stat().st_ino)
    for line in Path("/proc/locks").read_text().splitlines():
        parts = line.split()
        if len(parts) == 8 and parts[5].endswith(f":{inode}"):
            yield int(parts[4])


@dataclass
class Book:
    """What was promised to have been stored, and what may or may not have been."""

    stored: dict[str, set[str]] = field(default_factory=dict)  # title -> bodies that it may have now
    answers: dict[int, int] = field(default_factory=dict)  # status -> how often
    lock: Any = field(default_factory=threading.Lock)

    def note(self, title: str, bodies: set[str]) -> None:
        """Stored, with one of these bodies."""
        with self.lock:
            self.stored[title] = bodies

    def count(self, status: int) -> None:
        """An answer came."""
        with self.lock:
            self.answers[status] = self.answers.get(status, 0) + 1


def write(client: Client, dossier: str, book: Book, name: str, stop: threading.Event) -> None:
    """Add notes and revise each once, until told to stop or cut off."""
    number = 0
    while not stop.is_set():
        number += 1
        title, first, second = f"Note {name} {number}", f"first {name} {number}", f"second {name} {number}"
        fields = {"title": title, "kind": "background", "date": "2026-11-23", "language": "en"}
        try:
            status, where, _ = client.send("POST", f"/dossiers/{dossier}/entries/new", body=first, **fields)
            book.count(status)
            if status != 303:
                continue
            book.note(title, {first})
            address = f"/dossiers/{dossier}/entries/{where.rpartition('#entry-')[2]}/edit"
            book.note(title, {first, second})
            status, _, _ = client.send("POST", address, body=second, version="1", **fields)
            book.count(status)
            book.note(title, {second} if status == 303 else {first})
        except (OSError, http.client.HTTPException):
            # No answer: it may have been stored. A worker that died is replaced; all that died are not, here.
            return
