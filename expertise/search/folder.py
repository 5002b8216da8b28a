"""The folder of the index: which index is in use, who may write, and what changes while another one is built.

CURRENT   the name of the index in use, and what it was made with
LOCK      held by the one process that writes
BUILD     held by the one process that builds another index
JOURNAL   records that changed while it was being built
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from expertise.base.database import new_id

CURRENT = "CURRENT"
JOURNAL = "JOURNAL"
PAUSE = 0.02


class Busy(Exception):
    """Another process holds the lock."""


class Folder:
    """Where the index lives. Nobody but this account may look into it."""

    def __init__(self, path: Path, made_with: str) -> None:
        """`made_with` names the engine and its version: an index made with another is as good as none."""
        self.path = path
        self.made_with = made_with

    def ensure(self) -> None:
        """Make it where it is missing."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.chmod(self.path, 0o700)

    def current(self) -> Path | None:
        """The index in use; None where there is none that this version can use."""
        try:
            made_with, name = (self.path / CURRENT).read_text().split()
        except (OSError, ValueError):
            return None
        found = self.path / name
        return found if made_with == self.made_with and found.is_dir() else None

    def another(self) -> Path:
        """Where to build the next one; what was left of earlier attempts goes."""
        self.ensure()
        used = self.current()
        for path in self.path.iterdir():
            if path.is_dir() and path != used:
                shutil.rmtree(path, ignore_errors=True)
        (self.path / JOURNAL).write_text("")
        return self.path / f"index-{new_id()}"

    def use(self, index: Path) -> None:
        """From now on this one; other processes notice at their next question."""
        before = self.current()
        draft = self.path / f"{CURRENT}.new"
        draft.write_text(f"{self.made_with} {index.name}\n")
        draft.replace(self.path / CURRENT)
        (self.path / JOURNAL).unlink(missing_ok=True)
        if before is not None and before != index:
            shutil.rmtree(before, ignore_errors=True)

    def note(self, records: list[tuple[str, str]]) -> None:
        """Remember for the index that is being built, if one is, that these changed."""
        if (self.path / JOURNAL).exists():
            with (self.path / JOURNAL).open("a") as out:
                out.writelines(f"{json.dumps(record)}\n" for record in records)

    def noted(self) -> list[tuple[str, str]]:
        """What changed meanwhile."""
        lines = (self.path / JOURNAL).read_text().splitlines()
        return list(dict.fromkeys((kind, record) for kind, record in map(json.loads, lines)))

    @contextmanager
    def writing(self, *, wait: float) -> Iterator[None]:
        """Alone, among all processes; raises Busy after so many seconds."""
        with self._alone("LOCK", wait):
            yield

    @contextmanager
    def building(self) -> Iterator[None]:
        """The only one that builds; raises Busy at once."""
        with self._alone("BUILD", 0.0):
            yield

    @contextmanager
    def _alone(self, name: str, wait: float) -> Iterator[None]:
        self.ensure()
        until = time.monotonic() + wait
        with (self.path / name).open("a") as held:
            while True:
                try:
                    fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() >= until:
                        raise Busy(name) from None
                    time.sleep(PAUSE)
            yield
