"""How files hang in the application: their store, and what is to be swept after a commit."""

from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, current_app

from expertise.files.store import Store


@dataclass
class Files:
    """What this room knows of the application it is part of."""

    app: Flask
    store: Store
    _left: set[str] = field(default_factory=set)

    @property
    def quota(self) -> int:
        """How many bytes the files of one record may be together."""
        return int(self.app.config["FILES_QUOTA_BYTES"])

    def leave(self, sha256: str) -> None:
        """No row names it any more, if this transaction commits."""
        self._left.add(sha256)

    def left(self) -> list[str]:
        """What was left since this was last asked."""
        found = [*self._left]
        self._left.difference_update(found)
        return found


def set_up(app: Flask, folder: Path) -> None:
    """Give the application its store."""
    app.extensions["files"] = Files(app, Store(folder))


def the_files() -> Files:
    """The files of the current application."""
    found: Files = current_app.extensions["files"]
    return found
