"""What stands around the product fails, really: every journey finishes, or says why not and does nothing."""

import resource
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from expertise.cli import main
from expertise.files import child
from expertise.search.service import catch_up, check
from expertise.search.wiring import the_search
from tests.base.test_mail import catching
from tests.conftest import Browser, Template
from tests.databases import KIND
from tests.files.conftest import a_dossier, file_id, send
from tests.make import Cast
from tests.people.provider import CLIENT, SECRET, Provider
from tests.search.killing import apart

HANGS = "import time\ntime.sleep(60)\n"
DIES = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"


@pytest.fixture
def provider() -> Iterator[Provider]:
    """The organisation's own sign-in, which is down."""
    started = Provider(down=True).start()
    yield started
    started.stop()


@pytest.fixture
def port() -> int:
    """Where no mail server listens yet."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def house(make_app: Callable[..., Flask], cast_template: Template, provider: Provider, port: int) -> Flask:
    """An installation that relies on both."""
    return make_app(
        cast_template,
        EXPERTISE_OIDC_ISSUER=provider.issuer,
        EXPERTISE_OIDC_CLIENT_ID=CLIENT,
        EXPERTISE_OIDC_CLIENT_SECRET=SECRET,
        EXPERTISE_MAIL_URL=f"smtp://127.0.0.1:{port}",
        EXPERTISE_URL="https://e.example",
    )


def jobs(house: Flask, at: str) -> int:
    """What a runner does that comes by then; its exit."""
    with time_machine.travel(f"2026-11-23T{at}:00+01:00"):
        return CliRunner().invoke(main, ["jobs", "run", "--once"], obj=ScriptInfo(create_app=lambda: house)).exit_code


def note(browser: Browser, dossier: str, title: str, *, status: int = 200) -> str:
    """Write one into a dossier."""
    body = f"Every word of {title}."
    return browser.post(f"/dossiers/{dossier}/entries/new", title=title, body=body, kind="background", status=status)


def test_a_day_on_which_everything_around_fails(
    house: Flask, cast: Cast, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dossier = a_dossier(house, cast, "Cluster munitions")
    leaver, admin = (Browser(house.test_client()) for _ in range(2))

    # The organisation's sign-in is down: that is said, and the password lets her in.
    assert "does not answer" in leaver.post("/sign-in/organisation?lang=en", status=503)
    leaver.sign_in(cast.email("leaver"))
    admin.sign_in(cast.email("admin"))

    # No mail server listens: an invitation is kept, and whoever looks after the jobs hears of it.
    admin.post("/admin/accounts/new", email="new@expertise.example", name="Nina Nieuw", role="staff")
    page = admin.get("/admin/accounts", text="nina")
    invited = page.partition("/admin/accounts/")[2].partition("/admin/accounts/")[2][:12]
    assert "on its way" in admin.post(f"/admin/accounts/{invited}/mail-invitation")
    assert jobs(house, "10:00") == 1

    # What reads attachments hangs: the file waits, and nobody gets it unseen.
    house.config["FILE_CHECK_SECONDS"] = 0.3
    broken = tmp_path / "reader.py"
    monkeypatch.setattr(child, "START", broken)
    monkeypatch.setattr(child, "WALL", 0.5)
    broken.write_text(HANGS)
    assert "It is being looked at" in send(leaver, f"dossier/{dossier}", "slow.txt", b"Waiting for its reader")
    slow = file_id(leaver, f"/dossiers/{dossier}", "slow.txt")
    leaver.get(f"/files/{slow}/content", status=404)
    # It cannot even be started: the same.
    with monkeypatch.context() as without:
        without.setattr(sys, "executable", "/nowhere/python")
        assert "It is being looked at" in send(leaver, f"dossier/{dossier}", "later.txt", b"Waiting for a process")
    # It is killed, whatever it is asked: the same. It is not the fault of the file, and what waits is not refused.
    broken.write_text(DIES)
    assert "It is being looked at" in send(leaver, f"dossier/{dossier}", "last.txt", b"Waiting for better days")
    assert jobs(house, "10:05") == 1

    # The index cannot be written: notes are saved all the same, and searching still answers.
    with house.app_context():
        index = the_search().folder.path
    shutil.move(index, tmp_path / "away")
    index.write_text("no folder")
    note(leaver, dossier, "Quicksilver")
    leaver.get("/search", q="quicksilver")

    # The disk is full: reading goes on; what cannot be saved says so, and is given back.
    monkeypatch.undo()
    nothing_saved(house, leaver, dossier)

    # All is well again, and nobody needs to repair or to send anything once more.
    index.unlink()
    shutil.move(tmp_path / "away", index)
    with house.app_context():
        catch_up()
    with catching(port) as caught:
        jobs(house, "11:00")
        assert ["To: new@expertise.example" in letter for letter in caught.letters] == [True]
        jobs(house, "12:00")
        assert len(caught.letters) == 1
    assert "Quicksilver" in leaver.get("/search", q="quicksilver")
    waited = {"slow": "Waiting for its reader", "later": "Waiting for a process", "last": "Waiting for better days"}
    for name, content in ((f"{name}.txt", content) for name, content in waited.items()):
        assert leaver.get(f"/files/{file_id(leaver, f'/dossiers/{dossier}', name)}/content") == content
    page = leaver.get(f"/dossiers/{dossier}")
    assert "Amalgam" not in page
    assert "full.txt" not in page
    note(leaver, dossier, "Amalgam")
    with house.app_context():
        compared = check()
    assert compared["missing"] == compared["stale"] == compared["extra"] == []


def nothing_saved(house: Flask, leaver: Browser, dossier: str) -> None:
    """In a process whose files may not grow; what it finds is judged here."""

    def tries() -> dict[str, Any]:
        leaver.get("/sign-in")
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        found: dict[str, Any] = {"read": leaver.client.get(f"/dossiers/{dossier}").status_code}
        token = leaver.token()
        fields = {"title": "Amalgam", "body": "Every word of it.", "kind": "background", "csrf_token": token}
        if KIND == "sqlite":
            # A server of its own has a disk of its own.
            saved = leaver.client.post(f"/dossiers/{dossier}/entries/new", data=fields)
            found["save"] = [saved.status_code, "no room left" in saved.text, "Every word of it." in saved.text]
        with Path("/etc/hostname").open("rb") as file:
            sent = {"csrf_token": token, "file": (file, "full.txt")}
            kept = leaver.client.post(f"/files/of/dossier/{dossier}", data=sent)
        found["upload"] = [kept.status_code, "so that no file can be kept" in kept.text]
        return found

    # In a thread, which is in no request and no application yet, as that of a server.
    with ThreadPoolExecutor(1) as pool:
        found = apart(house, lambda: pool.submit(tries).result())
    assert found.pop("read") == 200
    assert found.pop("save", [507, True, True]) == [507, True, True]
    # Whichever grows first fails: the files of the store, or the database on the same disk.
    assert found.pop("upload") in ([422, True], [507, False] if KIND == "sqlite" else None)
    assert found == {}
