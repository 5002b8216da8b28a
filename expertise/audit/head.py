"""The head of the chain, kept in a file outside the database: how many events there are, and the last link.

One line of a fixed length, `000000001234 <64 hexadecimal digits>`, so that a copy is made, mailed or printed at once.
"""

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expertise.audit.chain import Head

LENGTH = 12 + 1 + 64 + 1
_LINE = re.compile(rb"(\d{12}) ([0-9a-f]{64})\n")


class Unreadable(Exception):
    """There is a file, and it holds no head."""


def read(path: Path) -> Head | None:
    """The head in the file, or None where there is none."""
    try:
        with _locked(path, os.O_RDONLY, fcntl.LOCK_SH) as file:
            return _read(path, file)
    except FileNotFoundError:
        return None


def advance(path: Path, head: Head) -> None:
    """Keep a later head; two that come in the wrong order leave the later one."""
    with _locked(path, os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as file:
        kept = _read(path, file)
        if kept is None or kept.sealed < head.sealed:
            os.pwrite(file, f"{head.sealed:012} {head.link}\n".encode(), 0)


def replace(path: Path, head: Head) -> None:
    """Begin anew, after a restore; what was kept before stays beside it."""
    if path.exists():
        path.replace(path.with_name(path.name + ".before"))
    advance(path, head)


def _read(path: Path, file: int) -> Head | None:
    text = os.pread(file, LENGTH + 1, 0)
    if not text:
        return None
    found = _LINE.fullmatch(text)
    if found is None:
        raise Unreadable(f"{path} holds no head of a chain")
    return Head(int(found[1]), found[2].decode())


@contextmanager
def _locked(path: Path, flags: int, lock: int) -> Iterator[int]:
    file = os.open(path, flags, 0o600)
    try:
        fcntl.flock(file, lock)
        yield file
    finally:
        os.close(file)
