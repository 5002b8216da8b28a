"""Guessing passwords of a served installation with several workers: all at once, and by the clock."""

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.people import service
from expertise.people.passwords import HASHER
from expertise.people.queries import find_account
from tests import make
from tests.conftest import PASSWORD, Template
from tests.drills.crash import Client, Served, _token
from tests.make import Cast

pytestmark = pytest.mark.drill
WHO = ("leaver", "colleague", "stranger", "head", "hr")
TRIES = 36  # an address may try forty times


@pytest.fixture
def _the_day() -> None:
    """The served processes live on the clock of the machine."""


@pytest.fixture
def served(make_app: Callable[..., Flask], cast_template: Template) -> Iterator[Served]:
    """Two workers of four threads each, on an installation with the cast in it."""
    app = make_app(cast_template)
    app.config["PASSWORD_HASHER"] = HASHER
    settings, cast = app.config["SETTINGS"], cast_template.cast
    assert isinstance(cast, Cast)
    with app.app_context():
        begin("write")
        # The hashes of tests are cheap ones; this is about those that the product makes.
        for who in WHO:
            account = find_account(cast.email(who))
            assert account
            service.set_password(make.SYSTEM, account, PASSWORD)
        session().commit()
        session().rollback()
    started = Served(
        {
            "EXPERTISE_INSTANCE": str(settings.instance),
            "EXPERTISE_DATABASE_URL": settings.database_url,
            "EXPERTISE_LOG_LEVEL": "error",
        }
    )
    started.start()
    yield started
    started.stop()


def attempt(served: Served, email: str, password: str) -> tuple[int, float]:
    """One try by a browser of its own: the answer, and how long it took."""
    client = Client(served.port)
    client.token = _token(client.send("GET", "/sign-in")[2])
    began = time.perf_counter()
    status = client.send("POST", "/sign-in", email=email, password=password)[0]
    return status, time.perf_counter() - began


def test_who_guesses_all_at_once_waits_at_every_worker(served: Served, cast_template: Template) -> None:
    cast = cast_template.cast
    assert isinstance(cast, Cast)
    assert len(served.workers()) > 1
    with ThreadPoolExecutor(12) as pool:
        guesses = list(pool.map(lambda number: attempt(served, cast.email("leaver"), f"guess {number}"), range(TRIES)))
        assert {status for status, _ in guesses} == {422}
        # Ten more with the right password, so that each worker gets some: each of them waits.
        right = list(pool.map(lambda _: attempt(served, cast.email("leaver"), PASSWORD), range(10)))
    assert {status for status, _ in right} == {422}


def test_how_long_it_takes_does_not_tell_whether_there_is_an_account(served: Served, cast_template: Template) -> None:
    cast = cast_template.cast
    assert isinstance(cast, Cast)
    taken: dict[str, list[float]] = {"known": [], "unknown": []}
    for number in range(TRIES // 2):
        both = [("known", cast.email(WHO[number % len(WHO)])), ("unknown", f"who{number}@nowhere.example")]
        for name, email in both if number % 2 else reversed(both):
            taken[name].append(attempt(served, email, "wrong password")[1])
    for name, seconds in taken.items():
        print(f"\n{name}: median {statistics.median(seconds) * 1000:.1f} ms of {len(seconds)}", end="")
    slower = sum(one > two for one, two in zip(taken["known"], taken["unknown"], strict=True))
    print(f"; the known one was slower {slower} times")
    # As of a coin: fewer than 2 or more than 16 heads of 18 come once in ten thousand times.
    assert 2 <= slower <= 16, taken
