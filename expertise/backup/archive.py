"""A backup on the disk: a folder that any tool can read, and that says of each of its parts what it should be.

    manifest.json            when, of which schema, and of each table its rows and the sha256 of its file
    tables/<name>.jsonl.gz   the rows, a JSON object a line, days and moments in ISO 8601, bytes in base64
    files/ab/abcd…           the contents that the rows name, each by its own sha256

The manifest comes last: a folder without one is a backup that was not finished. Everything is in it that the database
holds, drafts and passwords' hashes too, so only its owner may read it; no key and no session is.
"""

import base64
import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

FORMAT = 1
CHUNK = 1 << 20


class Spoilt(Exception):
    """A backup that is not what it says, with the reason."""


@dataclass(frozen=True)
class Part:
    """A table in a backup."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself."""

    taken_at: str
    revision: str
    tables: dict[str, Part]
    files: int
    format: int = FORMAT


def begin(folder: Path) -> None:
    """Make the folder of a new backup; raises Spoilt where something stands there already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Spoilt(f"{folder} is there already, and not empty")
    for one in (folder, folder / "tables", folder / "files"):
        one.mkdir(parents=True, exist_ok=True, mode=0o700)


def write_table(folder: Path, name: str, rows: Iterable[Mapping[str, Any]]) -> Part:
    """Write the rows of a table."""
    path, count = folder / "tables" / f"{name}.jsonl.gz", 0
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as raw:
        # No name and no moment in the head: the same rows give the same bytes.
        with gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0) as packed:
            for row in rows:
                packed.write(json.dumps(row, ensure_ascii=False, default=_plain).encode() + b"\n")
                count += 1
        raw.flush()
        os.fsync(raw.fileno())
    return Part(count, _hash_of(path))


def add_file(folder: Path, sha256: str, source: Path) -> None:
    """Copy a content; raises Spoilt if it is no longer what its name says."""
    target = folder / "files" / sha256[:2] / sha256
    target.parent.mkdir(exist_ok=True, mode=0o700)
    shutil.copyfile(source, target)
    target.chmod(0o600)
    if _hash_of(target) != sha256:
        raise Spoilt(f"the content {sha256} is damaged in the store")


def finish(folder: Path, manifest: Manifest) -> None:
    """Write what makes it a backup, once all else is on the disk."""
    os.sync()
    path = folder / "manifest.json.part"
    with open(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as out:
        json.dump(asdict(manifest), out, indent=2)
        out.flush()
        os.fsync(out.fileno())
    path.replace(folder / "manifest.json")


def verify(folder: Path) -> Manifest:
    """Read every byte of a backup and compare; raises Spoilt with the first thing that is wrong."""
    manifest = _read_manifest(folder)
    for name, part in manifest.tables.items():
        path = folder / "tables" / f"{name}.jsonl.gz"
        if not path.is_file() or _hash_of(path) != part.sha256:
            raise Spoilt(f"the table {name} is missing or damaged")
    found = list(contents(folder))
    if len(found) != manifest.files:
        raise Spoilt(f"{len(found)} contents where there should be {manifest.files}")
    for sha256, path in found:
        if _hash_of(path) != sha256:
            raise Spoilt(f"the content {sha256} is damaged")
    return manifest


def _read_manifest(folder: Path) -> Manifest:
    try:
        said = json.loads((folder / "manifest.json").read_text())
        if said["format"] != FORMAT:
            raise Spoilt(f"format {said['format']}, which this version does not know")
        return Manifest(**said | {"tables": {name: Part(**part) for name, part in said["tables"].items()}})
    except FileNotFoundError:
        raise Spoilt(f"{folder} holds no finished backup") from None
    except (ValueError, TypeError, KeyError):
        raise Spoilt("its manifest cannot be read") from None


def rows(folder: Path, name: str, read: Mapping[str, Callable[[Any], Any]]) -> Iterator[dict[str, Any]]:
    """The rows of a table; `read` turns a column's JSON into its value."""
    with gzip.open(folder / "tables" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield {key: read[key](value) if key in read and value is not None else value for key, value in row.items()}


def contents(folder: Path) -> Iterator[tuple[str, Path]]:
    """The contents: hash and place."""
    for path in sorted(folder.glob("files/??/*")):
        yield path.name, path


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"{type(value)} in a table")


def _hash_of(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as content:
        while piece := content.read(CHUNK):
            digest.update(piece)
    return digest.hexdigest()
