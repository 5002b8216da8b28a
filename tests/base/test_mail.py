"""Mail: what leaves, once; what cannot leave waits and is tried again; what is secret is stored nowhere."""

import re
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from expertise.base import mail, post_office
from expertise.base.database import begin, session
from expertise.base.mail import Outgoing
from expertise.people.models import Account
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]


@dataclass
class Catcher:
    """A mail server that keeps what it gets, and answers as it is told."""

    port: int = 0
    letters: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


class _Talk(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        catcher: Catcher = self.server.catcher  # type: ignore[attr-defined]
        self.say("220 here")
        while line := self.rfile.readline().decode().strip():
            word = line.split(":")[0].split(" ")[0].upper()
            if word == "DATA":
                self.say("354 go on")
                text = []
                while (row := self.rfile.readline().decode().rstrip("\r\n")) != ".":
                    text.append(row)
                if not catcher.answers.get("DATA", "2").startswith("2"):
                    self.say(catcher.answers["DATA"])
                    continue
                catcher.letters.append("\n".join(text))
            self.say(catcher.answers.get(word, "221 bye" if word == "QUIT" else "250 good"))
            if word == "QUIT":
                return

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def catcher(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Catcher]:
    """The mail server of this test's installation."""
    with catching() as caught:
        monkeypatch.setitem(app.extensions, "mail", to_server(caught.port))
        yield caught


@contextmanager
def catching(port: int = 0) -> Iterator[Catcher]:
    """A mail server at this port, or at any that is free."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", port), _Talk)
    server.daemon_threads = True
    caught = Catcher(server.server_address[1])
    server.catcher = caught  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield caught
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def to_server(port: int) -> mail.Post:
    return mail.Post(f"smtp://127.0.0.1:{port}", "Expertise <x@expertise.example>", "https://e.example")


@pytest.fixture
def invited(app: Flask, browser_of: Open) -> str:
    """The account of a newcomer, who was invited."""
    browser_of("admin").post("/admin/accounts/new", email="new@expertise.example", name="Nina Nieuw", role="staff")
    with app.app_context():
        begin("read")
        return session().scalars(select(Account.id).where(Account.email == "new@expertise.example")).one()


def send(app: Flask) -> int:
    with app.app_context():
        return post_office.send_due()


def state(app: Flask) -> tuple[str, int, str]:
    with app.app_context():
        begin("read")
        row = session().scalars(select(Outgoing)).one()
        return row.state, row.tries, row.why


def test_an_invitation_comes_by_mail_and_its_link_is_stored_nowhere(
    app: Flask, browser_of: Open, catcher: Catcher, invited: str
) -> None:
    admin = browser_of("admin")
    assert "on its way to new@expertise.example" in admin.post(f"/admin/accounts/{invited}/mail-invitation")
    # Twice pressed is one letter.
    admin.post(f"/admin/accounts/{invited}/mail-invitation")
    assert send(app) == 1
    assert send(app) == 0
    (letter,) = catcher.letters
    assert "To: new@expertise.example" in letter
    assert "Message-ID: <" in letter
    link = re.search(r"https://e\.example(/invitation/[\w-]+)", letter.replace("=\n", ""))
    assert link
    newcomer = browser_of("nobody")
    newcomer.post(link[1], password="a new long password", again="a new long password")
    assert "Nina Nieuw" in newcomer.get("/account")
    assert state(app)[0] == "sent"


def test_an_invitation_that_was_withdrawn_meanwhile_does_not_leave(
    app: Flask, browser_of: Open, catcher: Catcher, invited: str
) -> None:
    admin = browser_of("admin")
    admin.post(f"/admin/accounts/{invited}/mail-invitation")
    admin.post(f"/admin/accounts/{invited}/withdraw")
    assert send(app) == 0
    assert catcher.letters == []
    assert state(app)[0] == "dropped"


def test_what_the_server_puts_off_is_tried_again_later_and_given_up_at_last(
    app: Flask, browser_of: Open, catcher: Catcher, invited: str
) -> None:
    browser_of("admin").post(f"/admin/accounts/{invited}/mail-invitation")
    catcher.answers["DATA"] = "451 later"
    assert send(app) == 0
    assert state(app) == ("waiting", 1, "SMTPDataError")
    assert send(app) == 0
    assert state(app)[1] == 1
    for hour in range(10, 23, 2):
        with time_machine.travel(f"2026-11-23T{hour}:30:00+01:00"):
            send(app)
    with time_machine.travel("2026-11-24T12:00:00+01:00"):
        send(app)
    assert state(app)[:2] == ("failed", 6)
    assert catcher.letters == []


def test_what_the_server_will_never_take_is_not_tried_again(
    app: Flask, browser_of: Open, catcher: Catcher, invited: str
) -> None:
    browser_of("admin").post(f"/admin/accounts/{invited}/mail-invitation")
    catcher.answers["RCPT"] = "550 nobody here"
    assert send(app) == 0
    assert state(app) == ("failed", 1, "SMTPRecipientsRefused")


def test_without_a_server_all_wait_and_nothing_is_counted(
    app: Flask, browser_of: Open, invited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "mail", to_server(1))
    browser_of("admin").post(f"/admin/accounts/{invited}/mail-invitation")
    with pytest.raises(OSError):
        send(app)
    assert state(app) == ("waiting", 0, "")


def test_what_was_being_handed_over_when_the_process_died_is_not_sent_again(
    app: Flask, browser_of: Open, catcher: Catcher, invited: str
) -> None:
    browser_of("admin").post(f"/admin/accounts/{invited}/mail-invitation")
    with app.app_context():
        assert post_office._claim()
    assert send(app) == 0
    assert state(app)[0] == "sending"
    with time_machine.travel("2026-11-23T12:00:00+01:00"):
        assert send(app) == 0
    assert state(app)[0] == "unknown"
    assert catcher.letters == []


def test_without_mail_nothing_is_noted_and_no_button_offers_it(app: Flask, browser_of: Open, invited: str) -> None:
    admin = browser_of("admin")
    assert "Mail it" not in admin.get("/admin/invitations")
    admin.post(f"/admin/accounts/{invited}/mail-invitation")
    with app.app_context():
        begin("read")
        assert session().scalars(select(Outgoing)).all() == []


def test_a_title_cannot_write_the_head_of_a_letter(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.extensions, "mail", to_server(1))
    with app.app_context():
        row = Outgoing(id="x", kind="watch", account_id="y")
        made = post_office._message(row, mail.Letter("a@b.example", "One\nBcc: c@d.example", "Text"))
    assert made["Subject"] == "One Bcc: c@d.example"
    assert made["Bcc"] is None
