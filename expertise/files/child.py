"""The child process that looks at what strangers sent: its bounds from outside, and what it answers."""

import os
import selectors
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import BinaryIO

START = Path(__file__).parent / "reading" / "start.py"
WALL = 10.0  # seconds, whatever happens
MOST_ANSWER = 128 * 1024 * 1024
# More at once would only make each of them slower, on the two processors of a small server.
_slots = threading.BoundedSemaphore(2)


class Busy(Exception):
    """No child could be started in time, or none reads anything now: ask again later."""


class Slow(Exception):
    """It did not answer in the time that it was given."""


class Died(Exception):
    """It gave no answer: its bounds stopped it, or the file broke its reader."""


def ask(file: BinaryIO, *question: str, seconds: float = WALL, start: Path | None = None) -> bytes:
    """What the child answers about an open file; raises Busy, Slow or Died. It gets at most `seconds` of the clock."""
    if not _slots.acquire(timeout=seconds):
        raise Busy
    try:
        return _ask(file, question, min(seconds, WALL), start or START)
    finally:
        _slots.release()


def is_well(seconds: float = 5.0) -> bool:
    """Whether a child answers at all, about a file that surely can be read: if not, it was not the fault of another."""
    with Path(__file__).open("rb") as ours:
        try:
            return bool(ask(ours, "check", "txt", seconds=seconds))
        except (Busy, Slow, Died):
            return False


def _ask(file: BinaryIO, question: tuple[str, ...], seconds: float, start: Path) -> bytes:
    # Nothing of our environment (the secret key) and no file but the one on its standard input is handed over.
    try:
        process = subprocess.Popen(  # noqa: S603 (our own interpreter and script; the words are ours)
            [sys.executable, "-I", "-B", str(start), *question],
            stdin=file.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            close_fds=True,
        )
    except OSError:
        # No memory, or no room for one more process: the file can wait.
        raise Busy from None
    try:
        answer = _answer(process, time.monotonic() + seconds)
        if process.wait(timeout=1) != 0:
            raise Died
        return answer
    except subprocess.TimeoutExpired:
        raise Slow from None
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def _answer(process: "subprocess.Popen[bytes]", until: float) -> bytes:
    assert process.stdout
    pipe = process.stdout.fileno()
    answer = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while True:
            if not selector.select(timeout=max(0.0, until - time.monotonic())):
                raise Slow
            piece = os.read(pipe, 1 << 16)
            if not piece:
                return bytes(answer)
            answer += piece
            if len(answer) > MOST_ANSWER:
                raise Died
