"""How long the pages and saves take that people wait for: `make bench`.

Synthetic pieces from a seed, in a temporary installation; through the application without a network in between.
Times are milliseconds of one request in one process. `--json FILE` writes the same as JSON.
"""

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

import config
from bench import who_knows
from bench.texts import words
from expertise import create_app
from expertise.base.database import begin, engine, session
from expertise.dossiers.models import Entry
from expertise.search.service import rebuild
from tests import make
from tests.conftest import PASSWORD, Browser
from tests.databases import start_server

PER_DOSSIER = 40
LIMITS = {"save a note": 40.0}


@contextmanager
def installation(database: str) -> Iterator[Flask]:
    """An empty one; its PostgreSQL server keeps what it acknowledges, as one in production does."""
    with tempfile.TemporaryDirectory(prefix="expertise-bench-") as folder:
        settings = {"EXPERTISE_INSTANCE": folder, "EXPERTISE_LOG_LEVEL": "warning"}
        server = start_server() if database == "postgresql" else None
        if server:
            settings["EXPERTISE_DATABASE_URL"] = server.url(server.new())
        app = create_app(config.load(settings))
        try:
            yield app
        finally:
            with app.app_context():
                engine().dispose()
                app.extensions["search"].close()
            if server:
                server.stop()


def fill(app: Flask, pieces: int, seed: int) -> str:
    """The cast and so many notes; answers a dossier."""
    draw = random.Random(seed)
    with app.app_context():
        begin("alone")
        cast = make.make_cast(PASSWORD)
        colleague = cast.people["colleague"]
        position = session().get_one(make.Position, cast.positions["adviser"])
        first = make.dossier(words(draw, 4), kept_by=position).id
        dossiers = [first]
        for _ in range(max(1, pieces // PER_DOSSIER) - 1):
            dossiers.append(make.dossier(words(draw, 4)).id)
        for number in range(pieces):
            session().add(
                Entry(
                    dossier_id=dossiers[number % len(dossiers)],
                    author_id=colleague,
                    kind="background",
                    title=words(draw, 5),
                    body=words(draw, draw.randint(20, 200)),
                    language="en",
                )
            )
            if number % 1000 == 999:
                session().flush()
                session().expunge_all()
        session().commit()
        session().rollback()
        rebuild()
    assert first
    return first


def measured(repeat: int, one: Callable[[int], object]) -> dict[str, float]:
    """Milliseconds: median, 95th percentile and worst; and of our own processor, which other work leaves alone."""
    one(-1)
    taken, worked = [], []
    for number in range(repeat):
        began, busy = time.perf_counter(), time.process_time()
        one(number)
        taken.append((time.perf_counter() - began) * 1000)
        worked.append((time.process_time() - busy) * 1000)
    cuts = statistics.quantiles(taken, n=20)
    return {
        "median": statistics.median(taken),
        "p95": cuts[-1],
        "worst": max(taken),
        "processor": statistics.median(worked),
    }


def run(database: str, pieces: int, repeat: int, seed: int) -> dict[str, dict[str, float]]:
    """Everything, on one database."""
    draw = random.Random(seed + 1)
    with installation(database) as app:
        dossier = fill(app, pieces, seed)
        browser = Browser(app.test_client()).sign_in("colleague@expertise.example")
        browser.get("/account")
        token = browser.token()
        fields = {"kind": "background", "date": "2026-11-23", "language": "en", "csrf_token": token}
        address = f"/dossiers/{dossier}/entries/new"

        answers = []

        def save(number: int) -> None:
            """The time until the answer is there; the index follows it, and is not in this time."""
            answer = browser.client.post(address, data=fields | {"title": f"Save {number}", "body": words(draw, 80)})
            assert answer.status_code == 303
            answers.append(answer)

        def found_after_save(number: int) -> None:
            name = f"zorgvuldig{number + 1}x"
            browser.client.post(address, data=fields | {"title": name, "body": "x"}).close()
            assert name in browser.get("/search", q=name)

        found = {
            "desk": measured(repeat, lambda _: browser.get("/")),
            "list of dossiers": measured(repeat, lambda _: browser.get("/dossiers", whose="all")),
            "dossier page": measured(repeat, lambda _: browser.get(f"/dossiers/{dossier}")),
            "search page": measured(repeat, lambda _: browser.get("/search", q=words(draw, 2))),
            "save a note": measured(repeat, save),
        }
        for answer in answers:
            answer.close()
        return found | {"found after save": measured(repeat, found_after_save)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--pieces", type=int, help="10,000 unless said; 300,000 of who knows")
    parser.add_argument("--repeat", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--who-knows", action="store_true", help="only who knows, in a whole ministry of 300,000 notes")
    parser.add_argument("--folder", type=Path, help="keep that ministry here, and use it again")
    asked = parser.parse_args()
    if asked.who_knows:
        _who_knows(asked)
        return
    found = {}
    asked.pieces = asked.pieces or 10_000
    print(f"{asked.pieces} pieces, milliseconds\n{'':<22}{'':<12}{'median':>9}{'p95':>9}{'worst':>9}{'processor':>11}")
    for database in asked.database or ["sqlite", "postgresql"]:
        found[database] = run(database, asked.pieces, asked.repeat, asked.seed)
        for what, times in found[database].items():
            over = "  over the limit" if times["p95"] > LIMITS.get(what, float("inf")) else ""
            shown = "".join(f"{times[name]:>9.1f}" for name in ("median", "p95", "worst"))
            print(f"{what:<22}{database:<12}{shown}{times['processor']:>11.1f}{over}", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps({"pieces": asked.pieces, "milliseconds": found}, indent=2) + "\n")


def _who_knows(asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="expertise-bench-") as spare:
        found = who_knows.report(asked.folder or Path(spare), asked.pieces or 300_000, asked.repeat, asked.seed)
    if asked.json:
        asked.json.write_text(json.dumps({"who knows": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
