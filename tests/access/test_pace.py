"""Who asks too much in a minute waits; what was typed is not lost, and others go on."""

import multiprocessing
import sqlite3
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import time_machine
from flask import Flask

from expertise.base.counters import SharedCounters
from tests.conftest import PASSWORD, TODAY, Browser, Template
from tests.make import Cast


def browser_at(app: Flask, email: str = "") -> Browser:
    """Somebody at an application of the test's own."""
    browser = Browser(app.test_client())
    return browser.sign_in(email) if email else browser


def test_a_program_gone_wild_waits_and_whoever_types_loses_nothing(
    make_app: Callable[..., Flask], cast_template: Template
) -> None:
    app, cast = make_app(cast_template, EXPERTISE_REQUESTS_PER_MINUTE="40"), cast_template.cast
    assert isinstance(cast, Cast)
    with time_machine.travel(TODAY, tick=False) as clock:
        leaver, colleague = browser_at(app, cast.email("leaver")), browser_at(app, cast.email("colleague"))
        leaver.get("/dossiers/new", lang="nl")
        # A quarter of forty may be searches, typed or by a program; other pages go on.
        for _ in range(10):
            leaver.get("/search", q="verdrag")
        refused = leaver.get("/search", q="verdrag", status=429)
        assert "Te vaak" in refused
        assert leaver.page is not None
        assert 0 < int(leaver.page.headers["Retry-After"]) <= 60
        assert leaver.page.headers["Content-Security-Policy"]
        leaver.get("/dossiers")
        # A twentieth may be long work, however it ends.
        long = [leaver.client.get("/rotation/board.csv").status_code for _ in range(3)]
        assert long == [404, 404, 429]
        for _ in range(40):
            if leaver.client.get("/dossiers").status_code == 429:
                break
        else:
            raise AssertionError("pages have no end")
        kept = leaver.post("/dossiers/new", status=429, title="Een titel van veel woorden", csrf_token="x")
        assert "Een titel van veel woorden" in kept
        colleague.get("/search", q="verdrag")
        clock.shift(61)
        leaver.get("/search", q="verdrag")


def test_programs_count_apart_from_their_owner_and_are_told_by_a_problem(
    make_app: Callable[..., Flask], cast_template: Template
) -> None:
    app, cast = make_app(cast_template, EXPERTISE_REQUESTS_PER_MINUTE="40"), cast_template.cast
    assert isinstance(cast, Cast)
    with time_machine.travel(TODAY, tick=False):
        leaver = browser_at(app, cast.email("leaver"))
        page = leaver.post("/account/tokens", name="a program", days="30")
        secret = page.split('id="secret"')[1].split('value="')[1].split('"')[0]
        head = {"Authorization": f"Bearer {secret}"}
        answers = [app.test_client().get("/api/v1/search?q=treaty", headers=head) for _ in range(11)]
        assert [one.status_code for one in answers] == [200] * 10 + [429]
        assert answers[-1].mimetype == "application/problem+json"
        assert int(answers[-1].headers["Retry-After"]) > 0
        leaver.get("/search", q="treaty")


def test_an_address_without_a_sign_in_has_a_measure_too(
    make_app: Callable[..., Flask], cast_template: Template
) -> None:
    app = make_app(cast_template, EXPERTISE_REQUESTS_PER_MINUTE="20", EXPERTISE_PROXIES="1")
    with time_machine.travel(TODAY, tick=False):
        nobody = browser_at(app)

        def tried(address: str) -> int:
            fields = {"email": "a@b.example", "password": PASSWORD, "csrf_token": token}
            head = {"X-Forwarded-For": address}
            return nobody.client.post("/sign-in", data=fields, headers=head).status_code

        token = nobody.token()
        # A password costs as much as a file: one in twenty, five times over.
        assert [tried("192.0.2.1") for _ in range(6)] == [422] * 5 + [429]
        assert tried("192.0.2.2") == 422
        assert nobody.client.get("/sign-in", headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200


def test_every_route_that_takes_or_gives_a_file_or_compares_a_password_says_what_it_costs(app: Flask) -> None:
    silent = set()
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        file = any(part in rule.rule for part in (".csv", ".ics", ".json", "/import", "<form>", "/copy"))
        if (file or hasattr(view, "late")) and not hasattr(view, "costs"):
            silent.add(rule.endpoint)
    # Beginnings of titles are asked for at each key, and count among all; the others are pages, or written once.
    pages = {"handovers.importing", "intake.index", "intake.empty_table"}
    assert silent == pages | {"search.beginnings", "api.description"}


def count_often(path: Path, times: int) -> None:
    """In a process of its own: so many counts."""
    counters = SharedCounters(path)
    for _ in range(times):
        assert counters.incr("one", 60) > 0


def test_processes_and_threads_count_together_and_forget_nothing(tmp_path: Path) -> None:
    path = tmp_path / "pace.db"
    counters = SharedCounters(path)
    counters.incr("one", 60)  # also what was open before the fork
    fork = multiprocessing.get_context("fork")
    others = [fork.Process(target=count_often, args=(path, 200)) for _ in range(2)]
    threads = [threading.Thread(target=count_often, args=(path, 100)) for _ in range(2)]
    for one in (*others, *threads):
        one.start()
    for one in (*others, *threads):
        one.join()
    assert [one.exitcode for one in others] == [0, 0]
    assert counters.get("one") == 601
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_counters_that_are_lost_or_broken_begin_anew_and_never_stop_the_house(tmp_path: Path) -> None:
    path = tmp_path / "pace.db"
    counters = SharedCounters(path)
    assert [counters.incr("one", 60) for _ in range(3)] == [1, 2, 3]
    for name in tmp_path.iterdir():
        name.unlink()  # as a restored instance has none
    counters.incr("one", 60)
    counters.close()
    for name in tmp_path.iterdir():
        name.write_bytes(b"no database" * 500)
    assert counters.incr("one", 60) == 1
    counters.close()
    held = sqlite3.connect(path, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    assert counters.incr("one", 60) == 0  # let through
    held.close()
    assert counters.incr("one", 60) == 2
