"""How long the pages and saves take that people wait for: `make bench`.

Synthetic pieces from a seed, or the passages of a corpus (`--corpus FILE`, as `expertise import entries` reads it), in
a temporary installation; through the application without a network in between. Times are milliseconds of one request
in one process. `--json FILE` writes the same as JSON.
"""

import argparse
import json
import lzma
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import func, select

import config
from bench import who_knows
from bench.texts import words
from expertise import create_app
from expertise.base.database import begin, engine, session
from expertise.base.forms import ONCE
from expertise.cli import main as cli
from expertise.dossiers.models import Entry
from expertise.search.service import rebuild
from expertise.search.warming import warm_up
from expertise.serving import settle
from tests import make
from tests.conftest import PASSWORD, Browser
from tests.databases import start_server

PER_DOSSIER = 40
LIMITS = {"save a note": 40.0}


@contextmanager
def _settings(database: str, engine_name: str) -> Iterator[dict[str, str]]:
    """Those of an empty installation; its PostgreSQL server keeps what it acknowledges, as one in production does."""
    with tempfile.TemporaryDirectory(prefix="expertise-bench-") as folder:
        settings = {
            "EXPERTISE_INSTANCE": folder,
            "EXPERTISE_LOG_LEVEL": "warning",
            "EXPERTISE_REQUESTS_PER_MINUTE": "1000000",
            "EXPERTISE_SEARCH_ENGINE": engine_name,
        }
        server = start_server() if database == "postgresql" else None
        if server:
            settings["EXPERTISE_DATABASE_URL"] = server.url(server.new())
        try:
            yield settings
        finally:
            if server:
                server.stop()


@contextmanager
def _opened(settings: dict[str, str]) -> Iterator[Flask]:
    app = create_app(config.load(settings))
    try:
        yield app
    finally:
        with app.app_context():
            engine().dispose()
            app.extensions["search"].close()


@contextmanager
def installation(database: str) -> Iterator[Flask]:
    """An empty one."""
    with _settings(database, "whoosh") as settings, _opened(settings) as app:
        yield app


@contextmanager
def filled(database: str, engine_name: str, fill_one: Callable[[Flask], str]) -> Iterator[tuple[Flask, str]]:
    """An installation that another process filled, and what `fill_one` answered there.

    A server that gives pages has not filled the database nor made the index: what that leaves in memory is not its.
    """
    with _settings(database, engine_name) as settings:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
            answer = apart.submit(_fill_apart, settings, fill_one).result()
        with _opened(settings) as app:
            yield app, answer


def _fill_apart(settings: dict[str, str], fill_one: Callable[[Flask], str]) -> str:
    with _opened(settings) as app:
        return fill_one(app)


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


def fill_from(app: Flask, corpus: Path) -> str:
    """The cast and every passage of a corpus as a note; answers the dossier with most of them."""
    with app.app_context():
        begin("alone")
        make.make_cast(PASSWORD)
        session().commit()
    began, busy = time.perf_counter(), time.process_time()
    arguments = ["import", "entries", str(corpus), "--map", "docs/examples/corpus-entries.toml", "--keep-good"]
    answer = CliRunner().invoke(cli, arguments, obj=ScriptInfo(create_app=lambda: app))
    assert answer.exit_code == 0, answer.output[-2000:]
    print(
        f"imported and indexed in {time.perf_counter() - began:.0f} s, of processor {time.process_time() - busy:.0f} s"
    )
    with app.app_context():
        begin("read")
        print(f"{session().scalar(select(func.count()).select_from(Entry))} notes", flush=True)
        count = func.count()
        most = select(Entry.dossier_id).group_by(Entry.dossier_id).order_by(count.desc()).limit(1)
        return session().scalars(most).one()


def words_of(corpus: Path) -> Callable[[random.Random], str]:
    """Two words that stand beside each other in one of its passages, drawn."""
    with lzma.open(corpus, "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["text"].split() for number, line in enumerate(lines) if number % 50 == 0]

    def drawn(draw: random.Random) -> str:
        text = draw.choice([one for one in texts if len(one) > 3])
        start = draw.randrange(len(text) - 2)
        return " ".join(text[start : start + 2])

    return drawn


def measured(repeat: int, one: Callable[[int], object]) -> dict[str, float]:
    """Milliseconds: median, 95th percentile and worst; the first two also of our own processor."""
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
        "processor p95": statistics.quantiles(worked, n=20)[-1],
    }


def run(
    database: str, pieces: int, repeat: int, seed: int, *, engine_name: str = "whoosh", corpus: Path | None = None
) -> dict[str, dict[str, float]]:
    """Everything, on one database."""
    draw = random.Random(seed + 1)
    asked = words_of(corpus) if corpus else partial(words, count=2)
    fill_one = partial(fill_from, corpus=corpus) if corpus else partial(fill, pieces=pieces, seed=seed)
    with filled(database, engine_name, fill_one) as (app, dossier):
        # As the server does (expertise/serving.py): what lives as long as the process is not looked through again.
        settle()
        with app.app_context():
            warm_up()
        browser = Browser(app.test_client()).sign_in("colleague@expertise.example")
        browser.get("/account")
        token = browser.token()
        fields = {"kind": "background", "date": "2026-11-23", "language": "en", "csrf_token": token}
        address = f"/dossiers/{dossier}/entries/new"

        answers = []

        def save(number: int) -> None:
            """The time until the answer is there; the index follows it, and is not in this time."""
            said = {"title": f"Save {number}", "body": words(draw, 80), ONCE: f"saved-{number}"}
            answer = browser.client.post(address, data=fields | said)
            assert answer.status_code == 303
            answers.append(answer)

        def found_after_save(number: int) -> None:
            name = f"zorgvuldig{number + 1}x"
            browser.client.post(address, data=fields | {"title": name, "body": "x", ONCE: name}).close()
            assert name in browser.get("/search", q=name)

        found = {
            "desk": measured(repeat, lambda _: browser.get("/")),
            "list of dossiers": measured(repeat, lambda _: browser.get("/dossiers", whose="all")),
            "dossier page": measured(repeat, lambda _: browser.get(f"/dossiers/{dossier}")),
            "search page": measured(repeat, lambda _: browser.get("/search", q=asked(draw))),
            "search, filtered": measured(
                repeat, lambda _: browser.get("/search", q=asked(draw), kind="entry", language="en")
            ),
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
    parser.add_argument("--engine", choices=["whoosh", "tantivy"], default="whoosh")
    parser.add_argument(
        "--corpus", type=Path, metavar="FILE", help="JSONL.xz with passages, in place of synthetic pieces"
    )
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--who-knows", action="store_true", help="only who knows, in a whole ministry of 300,000 notes")
    parser.add_argument("--folder", type=Path, help="keep that ministry here, and use it again")
    asked = parser.parse_args()
    if asked.who_knows:
        _who_knows(asked)
        return
    found = {}
    asked.pieces = asked.pieces or 10_000
    source = asked.corpus.name if asked.corpus else f"{asked.pieces} pieces"
    print(
        f"{source}, {asked.engine}, milliseconds\n"
        f"{'':<22}{'':<12}{'median':>9}{'p95':>9}{'worst':>9}{'processor':>11}{'its p95':>9}"
    )
    for database in asked.database or ["sqlite", "postgresql"]:
        found[database] = run(
            database, asked.pieces, asked.repeat, asked.seed, engine_name=asked.engine, corpus=asked.corpus
        )
        for what, times in found[database].items():
            over = "  over the limit" if times["p95"] > LIMITS.get(what, float("inf")) else ""
            shown = "".join(f"{times[name]:>9.1f}" for name in ("median", "p95", "worst"))
            print(
                f"{what:<22}{database:<12}{shown}{times['processor']:>11.1f}{times['processor p95']:>9.1f}{over}",
                flush=True,
            )
    if asked.json:
        asked.json.write_text(json.dumps({"pieces": asked.pieces, "milliseconds": found}, indent=2) + "\n")


def _who_knows(asked: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="expertise-bench-") as spare:
        found = who_knows.report(asked.folder or Path(spare), asked.pieces or 300_000, asked.repeat, asked.seed)
    if asked.json:
        asked.json.write_text(json.dumps({"who knows": found}, indent=2) + "\n")


if __name__ == "__main__":
    main()
