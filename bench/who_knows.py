"""How long "who knows" takes in a whole ministry: `make bench BENCH="--who-knows"`."""

import random
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

import config
from bench import ministry
from expertise import create_app
from expertise.base.database import engine
from expertise.domains.exchange import seeded
from tests.conftest import Browser

WHO = "colleague@expertise.example"
# The first questions of a process compile queries.
WARM = 15
LIMIT = 150.0


@contextmanager
def opened(folder: Path) -> Iterator[Flask]:
    """An installation with the engine for a whole ministry; where the folder holds one it is used as it is."""
    settings = {
        "EXPERTISE_INSTANCE": str(folder),
        "EXPERTISE_SEARCH_ENGINE": "tantivy",
        "EXPERTISE_LOG_LEVEL": "warning",
        "EXPERTISE_REQUESTS_PER_MINUTE": "1000000",
    }
    app = create_app(config.load(settings))
    try:
        yield app
    finally:
        with app.app_context():
            engine().dispose()
            app.extensions["search"].close()


def topics(count: int, seed: int) -> list[str]:
    """Subjects of one to four words, in Dutch and English."""
    rows = seeded()
    names = [row[name].lower() for row in rows for name in ("name_nl", "name_en")]
    return random.Random(seed).sample(names, count)


def measure(folder: Path, pieces: int, repeat: int, seed: int) -> dict[str, float]:
    """Milliseconds of our own processor for one page with its answer, after some that warm it up."""
    full = (folder / "full").exists()
    with opened(folder) as app:
        if not full:
            ministry.fill(app, pieces, seed)
            (folder / "full").touch()
        browser = Browser(app.test_client()).sign_in(WHO)
        took, found = [], 0
        for number, topic in enumerate(topics(WARM + repeat, seed + 1)):
            began = time.process_time()
            page = browser.get("/who-knows", q=topic)
            if number >= WARM:
                took.append(1000 * (time.process_time() - began))
                found += 'scope="row"' in page
    cuts = statistics.quantiles(took, n=20)
    return {"median": statistics.median(took), "p95": cuts[-1], "worst": max(took), "answered": found / len(took)}


def report(folder: Path, pieces: int, repeat: int, seed: int) -> dict[str, float]:
    """The same, said on the screen."""
    found = measure(folder, pieces, repeat, seed)
    over = "  over the limit" if found["p95"] > LIMIT else ""
    sys.stdout.write(
        f"who knows, {pieces} notes, tantivy, milliseconds of processor: median {found['median']:.0f},"
        f" p95 {found['p95']:.0f}{over}, worst {found['worst']:.0f}; {found['answered']:.0%} had an answer\n"
    )
    return found
