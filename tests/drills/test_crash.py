"""Killed at any moment, the product loses nothing that it said it had stored, and mends itself."""

import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from expertise.base.database import begin, session
from expertise.dossiers.models import Entry
from expertise.search.service import check
from tests import make
from tests.conftest import PASSWORD, Template, dispose
from tests.drills.crash import Book, Client, Served, write

WRITERS = 4
WAYS = ("all", "drainer", "worker")
# The product's promise; a machine that does much else at the same time may be given more.
SECONDS = float(os.environ.get("EXPERTISE_TESTS_RESTART_SECONDS", "5"))


@pytest.fixture
def _the_day() -> None:
    """The served processes live on the clock of the machine, and so does this file."""


@pytest.fixture
def served(make_app: Callable[..., Flask], cast_template: Template) -> Any:
    """An installation, its application for looking at it, and the server on it (not started)."""
    app = make_app(cast_template)
    with app.app_context():
        begin("write")
        dossier = make.dossier("Cluster munitions").id
        session().commit()
        session().rollback()
    settings = app.config["SETTINGS"]
    server = Served(
        {
            "EXPERTISE_INSTANCE": str(settings.instance),
            "EXPERTISE_DATABASE_URL": settings.database_url,
            "EXPERTISE_LOG_LEVEL": "error",
            "EXPERTISE_REQUESTS_PER_MINUTE": "1000000",
        }
    )
    yield app, server, dossier
    server.stop()
    dispose(app)


def entries(app: Flask) -> dict[str, str]:
    """Title -> body of all notes."""
    with app.app_context():
        begin("read")
        found = {one.title: one.body for one in session().execute(select(Entry.title, Entry.body))}
        session().rollback()
    return found


def unequal(app: Flask) -> dict[str, Any]:
    """Where the index differs from the database."""
    with app.app_context():
        found = check()
    return {name: found[name] for name in ("missing", "stale", "extra") if found[name]}


def seconds_until_equal(app: Flask, began: float) -> float:
    """How long after `began` the index was equal; nobody runs a command meanwhile."""
    while differs := unequal(app):
        assert time.monotonic() < began + 60, differs
        time.sleep(0.1)
    return time.monotonic() - began


def kill_again_and_again(app: Flask, server: Served, dossier: str, kills: int) -> dict[str, Any]:
    """The drill; says what was measured."""
    index: Path = app.config["SETTINGS"].instance / "index"
    ready, equal = [server.start()], [0.0]
    clients = [Client(server.port) for _ in range(WRITERS)]
    for client in clients:
        client.sign_in("colleague@expertise.example", PASSWORD)
    book = Book()
    for kill in range(kills):
        stop = threading.Event()
        arguments = [(one, dossier, book, f"{kill}-{number}", stop) for number, one in enumerate(clients)]
        writers = [threading.Thread(target=write, args=one) for one in arguments]
        for writer in writers:
            writer.start()
        time.sleep(random.uniform(0.1, 0.9))
        how = WAYS[kill % len(WAYS)]
        server.kill(how, index)
        began = time.monotonic()
        stop.set()
        for writer in writers:
            writer.join()
        if how == "all":
            began = time.monotonic()
            ready.append(server.start())
        else:
            server.ready(began)
        equal.append(seconds_until_equal(app, began))
        there = entries(app)
        lost = {title for title, bodies in book.stored.items() if there.get(title) not in bodies}
        assert not lost, (how, lost)
        if kill % 20 == 19:
            print(
                f"{kill + 1} kills, {len(book.stored)} notes, ready <= {max(ready):.1f} s, equal <= {max(equal):.1f} s"
            )
    return {"answers": book.answers, "notes": len(book.stored), "ready": sorted(ready), "equal": sorted(equal)}


def test_a_few_kills_lose_nothing(served: Any) -> None:
    found = kill_again_and_again(*served, kills=3)
    assert set(found["answers"]) == {303}, found["answers"]
    assert found["notes"] > 3


@pytest.mark.drill
def test_two_hundred_kills_lose_nothing(served: Any) -> None:
    kills = int(os.environ.get("EXPERTISE_TESTS_KILLS", "200"))
    found = kill_again_and_again(*served, kills=kills)
    ready, equal = found["ready"], found["equal"]
    print(f"{kills} kills, {found['notes']} notes stored, answers {found['answers']}, 0 lost")
    print(f"ready: median {ready[len(ready) // 2]:.2f} s, worst {ready[-1]:.2f} s")
    print(f"index equal: median {equal[len(equal) // 2]:.2f} s, worst {equal[-1]:.2f} s")
    assert set(found["answers"]) == {303}, found["answers"]
    assert ready[-1] <= SECONDS
    assert equal[-1] <= SECONDS
