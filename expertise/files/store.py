"""Where the bytes are: one file per content, named by its sha256, in a folder of its own beside the database.

    content/ab/abcd…   what is kept            previews/ab/abcd…-1   drawn pages, which can be drawn again
    incoming/          being written           .lock                 shared by who adds, alone for who sweeps

Content is on the disk, whole and flushed, before a row names it. A crash in between leaves a content without a row,
which `sweep` takes away. Whoever adds holds the lock until the transaction has ended, so that a sweep never takes
what is about to be named.
"""

import fcntl
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import event
from sqlalchemy.orm import Session

CHUNK = 1 << 20


class Store:
    """The folder, and what may be done in it."""

    def __init__(self, root: Path) -> None:
        """The folders are made when they are first needed."""
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where a content stands."""
        return self.root / "content" / sha256[:2] / sha256

    def preview_path(self, sha256: str, number: int) -> Path:
        """Where a drawn page stands."""
        return self.root / "previews" / sha256[:2] / f"{sha256}-{number}"

    def put(self, stream: BinaryIO, sha256: str, until_end_of: Session) -> None:
        """Keep a content that has this hash; on the disk when this returns. Raises ValueError if it has another."""
        hold = _Hold(self._lock(fcntl.LOCK_SH))
        event.listen(until_end_of, "after_transaction_end", hold)
        target = self.path(sha256)
        if not (target.exists() and _hash_of(target) == sha256):
            self._write(stream, sha256, target)
        _flush_folder(target.parent)

    def _write(self, stream: BinaryIO, sha256: str, target: Path) -> None:
        self._make(target.parent)
        self._make(self.root / "incoming")
        incoming = self.root / "incoming" / secrets.token_hex(16)
        digest = hashlib.sha256()
        stream.seek(0)
        try:
            with open(os.open(incoming, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                while piece := stream.read(CHUNK):
                    digest.update(piece)
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            if digest.hexdigest() != sha256:
                raise ValueError("the content changed while it was being kept")
            incoming.replace(target)
        finally:
            incoming.unlink(missing_ok=True)

    def keep_preview(self, sha256: str, number: int, picture: bytes) -> Path:
        """Keep a drawn page, so that it need not be drawn again."""
        target = self.preview_path(sha256, number)
        self._make(target.parent)
        self._make(self.root / "incoming")
        incoming = self.root / "incoming" / secrets.token_hex(16)
        incoming.write_bytes(picture)
        incoming.replace(target)
        return target

    def contents(self) -> Iterator[str]:
        """The hashes of all that is kept."""
        for path in sorted(self.root.glob("content/??/*")):
            yield path.name

    def is_whole(self, sha256: str) -> bool:
        """Whether a content still is what its name says."""
        return _hash_of(self.path(sha256)) == sha256

    def remove(self, sha256: str) -> None:
        """Take away a content and what was drawn of it."""
        self.path(sha256).unlink(missing_ok=True)
        for path in self.root.glob(f"previews/{sha256[:2]}/{sha256}-*"):
            path.unlink(missing_ok=True)

    def drop_leftovers(self, known: Iterable[str]) -> None:
        """What a crash left half written, and pictures of contents that are gone. For who holds the lock alone."""
        for path in self.root.glob("incoming/*"):
            path.unlink(missing_ok=True)
        kept = set(known)
        for path in self.root.glob("previews/??/*"):
            if path.name.partition("-")[0] not in kept:
                path.unlink(missing_ok=True)

    def bring(self, source: Path, sha256: str) -> None:
        """Keep a content out of a backup, for who holds the lock; on the disk when this returns."""
        with source.open("rb") as stream:
            self._write(stream, sha256, self.path(sha256))
        _flush_folder(self.path(sha256).parent)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Nothing is swept while this lasts; others may add."""
        lock = self._lock(fcntl.LOCK_SH)
        try:
            yield
        finally:
            os.close(lock)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody adds anything while this lasts, and nothing that was added waits to be named."""
        lock = self._lock(fcntl.LOCK_EX)
        try:
            yield
        finally:
            os.close(lock)

    def _lock(self, how: int) -> int:
        self._make(self.root)
        descriptor = os.open(self.root / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        # The kernel lets go of it when the process ends, however it ends.
        fcntl.flock(descriptor, how)
        return descriptor

    def _make(self, folder: Path) -> None:
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _flush_folder(folder.parent)


class _Hold:
    """Lets go of the lock when the transaction, not a savepoint in it, has ended."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor: int | None = descriptor

    def __call__(self, _session: Session, transaction: Any) -> None:
        if transaction.parent is None and self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while piece := content.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def _flush_folder(folder: Path) -> None:
    """A new name is on the disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
