"""Our few static files, kept in memory, each at an address that holds the hash of its content."""

import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response, abort, current_app, request, url_for

FOLDER = Path(__file__).parent.parent / "static"


@dataclass(frozen=True)
class StaticFile:
    """One file as it goes over the line."""

    content: bytes
    mimetype: str
    hash: str


def set_up(app: Flask) -> None:
    """Read the files and give them their route. What is not among them does not exist."""
    app.extensions["static_files"] = {
        path.relative_to(FOLDER).as_posix(): _read(path) for path in sorted(FOLDER.rglob("*")) if path.is_file()
    }
    app.add_url_rule("/static/<path:filename>", "static", _send)
    app.jinja_env.globals["static_url"] = static_url


def _read(path: Path) -> StaticFile:
    content = path.read_bytes()
    mimetype = "text/javascript" if path.suffix == ".js" else mimetypes.guess_type(path.name)[0]
    return StaticFile(content, mimetype or "application/octet-stream", hashlib.sha256(content).hexdigest()[:10])


def _send(filename: str) -> Response:
    file: StaticFile | None = current_app.extensions["static_files"].get(filename)
    if file is None:
        abort(404)
    response = Response(file.content, mimetype=file.mimetype)
    # The address changes with the content, so a browser may keep it for as long as it likes.
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.set_etag(file.hash)
    response.make_conditional(request)
    return response


def static_url(path: str) -> str:
    """The address of a file."""
    return url_for("static", filename=path, v=current_app.extensions["static_files"][path].hash)
