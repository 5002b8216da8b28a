"""Eight readers at half of what the machine can do and a writer, for a minute: no error, nothing stale, no dearer."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from expertise.search.engine import Engine
from expertise.search.indexing import piece_of
from expertise.search.wiring import ENGINES
from tests.search.conftest import a_piece, ask, ids

pytestmark = pytest.mark.drill
SECONDS, READERS, PIECES = 60.0, 8, 3_000
STALE = 1.0
DEARER = 1.5
WORDS = [f"{begin}{end}" for begin in ("water", "handel", "vrede", "grens", "zee", "kern") for end in ("recht", "raad")]


@dataclass
class Told:
    """What readers and writer saw."""

    cost: list[float] = field(default_factory=list)  # CPU seconds of each read
    written: list[tuple[str, float]] = field(default_factory=list)  # a word, and since when it must be found
    stale: list[str] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)


@pytest.mark.parametrize("name", sorted(ENGINES))
def test_readers_beside_a_writer(tmp_path: Path, name: str) -> None:
    random = Random(2)
    engine = ENGINES[name](tmp_path / "index")
    engine.create()
    engine.build(
        piece_of(a_piece(f"p{n}", random.choice(WORDS), " ".join(random.choices(WORDS, k=120)))) for n in range(PIECES)
    )
    quiet = Told()
    for _ in range(300):
        _read(engine, random, quiet)
    usual = sum(quiet.cost) / len(quiet.cost)
    told, until = Told(), time.monotonic() + SECONDS
    work = [(lambda: _keep_reading(engine, told, until, pause=READERS * usual)) for _ in range(READERS)]
    work.append(lambda: _keep_writing(engine, told, until))
    threads = [threading.Thread(target=_noting, args=(told, one)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    engine.close()
    cost = sum(told.cost) / len(told.cost)
    print(
        f"{name}: {len(told.cost)} reads, {len(told.written)} saves, {cost / usual:.2f} times the quiet {usual:.4f} s"
    )
    assert told.errors == []
    assert told.stale == []
    assert cost <= DEARER * usual


def _noting(told: Told, work: Callable[[], None]) -> None:
    try:
        work()
    except BaseException as error:
        told.errors.append(error)


def _read(engine: Engine, random: Random, told: Told) -> None:
    began = time.thread_time()
    assert ask(engine, " ".join(random.sample(WORDS, 2))).total
    told.cost.append(time.thread_time() - began)


def _keep_reading(engine: Engine, told: Told, until: float, *, pause: float) -> None:
    random = Random(threading.get_ident())
    while time.monotonic() < until:
        _read(engine, random, told)
        # Half of the time of one processor, shared by all readers.
        time.sleep(2 * pause)
        due = [word for word, at in told.written[-20:] if at < time.monotonic() - STALE]
        if due and ids(ask(engine, due[-1])) != [due[-1]]:
            told.stale.append(due[-1])


def _keep_writing(engine: Engine, told: Told, until: float) -> None:
    number = 0
    while time.monotonic() < until:
        number += 1
        word = f"vers{number}x"
        engine.write([piece_of(a_piece(word, word, " ".join(WORDS)))])
        told.written.append((word, time.monotonic()))
        time.sleep(0.5)
