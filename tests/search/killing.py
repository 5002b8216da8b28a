"""A process that indexes and is killed at any moment, or whose disk takes nothing any more; and the one after it.

Each looks at the index in a process of its own, as after a crash: nothing of what the first had opened is left.
"""

import json
import os
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from flask import Flask

from expertise.access.viewer import Viewer
from expertise.base.database import engine, session
from expertise.base.findable import EVERYONE
from expertise.search.indexing import piece_of
from expertise.search.queries import find
from expertise.search.service import catch_up, check, drain, set_up
from tests.search.conftest import Shelf, a_piece

WORDS = ("verdrag", "munitie", "ambassade", "overleg", "ontwapening", "veiligheidsbeleid")
ANYONE = Viewer(name="Anyone", account_id="a", person_id="p", role="staff", tokens=EVERYONE)


def apart(app: Flask, work: Callable[[], Any], *, killed_after: float | None = None) -> Any:
    """Do it in a process of its own, and give what it says; None where it was killed."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with app.app_context():
            # A connection belongs to the process that opened it.
            session().close()
            engine().dispose(close=False)
            os.write(writer, json.dumps(work()).encode())
        os._exit(0)
    os.close(writer)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(reader) as said:
        text = said.read()
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert ended in (0, -signal.SIGKILL), ended
    return json.loads(text) if text else None


def looked_at() -> dict[str, Any]:
    """As at a start: catch up, compare with the database, and search."""
    began, worked = time.monotonic(), time.process_time()
    catch_up()
    seconds, cpu = time.monotonic() - began, time.process_time() - worked
    return {"seconds": seconds, "cpu": cpu, "check": check(), "total": find(ANYONE, "verdrag").total}


def full_disk() -> dict[str, Any]:
    """Save and search where no file may grow any more."""
    find(ANYONE, "verdrag")
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    indexed = drain()
    found = find(ANYONE, "verdrag")
    return {"indexed": indexed, "total": found.total, "building": found.building}


def prepared(app: Flask, shelf: Shelf, folder: Path, name: str) -> None:
    """An installation with some records on it, indexed by another process."""
    set_up(app, [shelf.source()], folder=folder / "index", engine=name)
    # The dictionary is read once, here, and not by each process again.
    piece_of(a_piece("any", "Veiligheidsbeleid"))
    shelf.put(*(a_piece(f"a{number:03}", f"Verdrag {number}", " ".join(WORDS) * 9) for number in range(60)))
    assert apart(app, looked_at)["check"]["missing"] == []


def kill_while_indexing(app: Flask, shelf: Shelf, points: int, seed: int) -> dict[str, float]:
    """Change, kill whoever indexes it after some time, and start again, until so many were killed."""
    random = Random(seed)
    _change(shelf, random)
    began = time.monotonic()
    apart(app, drain)
    usual = time.monotonic() - began
    slowest, dearest, killed, tried = 0.0, 0.0, 0, 0
    while killed < points:
        tried += 1
        assert tried <= 5 * points, "whoever indexes is always ready before it is killed"
        _change(shelf, random)
        struck = apart(app, drain, killed_after=random.random() * usual) is None
        killed += struck
        # Whoever was ready is struck sooner the next time, so that half of them are struck on any machine at any load.
        usual *= 1.1 if struck else 0.9
        after = apart(app, looked_at)
        held = len(shelf.pieces)
        assert after["check"] == {"database": held, "index": held, "missing": [], "stale": [], "extra": []}
        assert after["total"] == held
        slowest, dearest = max(slowest, after["seconds"]), max(dearest, after["cpu"])
    return {"killed": killed, "tried": tried, "slowest": slowest, "dearest_cpu": dearest}


def _change(shelf: Shelf, random: Random) -> None:
    for _ in range(random.choice((1, 1, 3, 20))):
        number = f"a{random.randrange(80):03}"
        readers = random.choice((EVERYONE, EVERYONE, EVERYONE | {"post:1"}))
        shelf.put(a_piece(number, f"Verdrag {random.randrange(1000)}", random.choice(WORDS) * 5, readers=readers))
    if random.random() < 0.3:
        shelf.remove(random.choice(sorted(shelf.pieces)))
