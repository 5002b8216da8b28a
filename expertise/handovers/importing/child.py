"""The child process that reads what was written elsewhere: its bounds from outside, and what it answers."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

START = Path(__file__).parent / "reading" / "start.py"
WALL = 20.0  # seconds, whatever happens
_slots = threading.BoundedSemaphore(2)


class Stopped(Exception):
    """It gave no answer: its bounds stopped it, or the file broke its reader."""


def ask(kind: str, content: bytes, *, seconds: float = WALL) -> dict[str, Any]:
    """What the child says of a file of that kind; raises Stopped."""
    if not _slots.acquire(timeout=seconds):
        raise Stopped
    try:
        # Nothing of our environment (the secret key) is handed over, and no file but its standard input.
        done = subprocess.run(  # noqa: S603 (our own interpreter and script; the words are ours)
            [sys.executable, "-I", "-B", str(START), kind],
            input=content,
            capture_output=True,
            env={},
            cwd="/",
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Stopped from None
    finally:
        _slots.release()
    if done.returncode != 0:
        raise Stopped
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
