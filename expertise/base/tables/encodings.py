"""How the bytes of a text file are written: found by trying, and never by guessing silently."""

import codecs
from dataclasses import dataclass
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _

from expertise.base.tables.limits import TableError

_CHUNK = 256 * 1024


@dataclass(frozen=True)
class Encoding:
    """The name for Python, and what the user should know about it."""

    name: str
    warning: Any = None


@dataclass(frozen=True)
class _Spot:
    line: int
    byte: int  # its place in the file, from 1
    value: int


def find_encoding(stream: BinaryIO) -> Encoding:
    """UTF-8, UTF-16 with its mark, or else Windows-1252 with a warning; TableError where none fits."""
    start = stream.read(4096)
    stream.seek(0)
    if start.startswith(codecs.BOM_UTF8):
        return _surely(stream, Encoding("utf-8-sig"), "utf-8")
    if start.startswith(codecs.BOM_UTF16_LE):
        return _surely(stream, Encoding("utf-16"), "utf-16-le")
    if start.startswith(codecs.BOM_UTF16_BE):
        return _surely(stream, Encoding("utf-16"), "utf-16-be")
    if start.count(0) > len(start) // 10:
        raise TableError(_("This is no text file. Save the table as CSV in UTF-8."))
    spot = _first_undecodable(stream, "utf-8")
    if spot is None:
        return Encoding("utf-8")
    if _mostly_utf8(stream):
        # As Windows-1252 every accent in the rest of the file would come out wrong.
        raise _undecodable("UTF-8", spot)
    not_windows = _first_undecodable(stream, "cp1252")
    if not_windows is not None:
        raise _undecodable("UTF-8", not_windows)
    why = _(
        "The file is not in UTF-8 (line %(line)s, byte %(byte)s) and was read as Windows-1252. "
        "Check the accents, or save it as UTF-8.",
        line=spot.line,
        byte=spot.byte,
    )
    return Encoding("cp1252", why)


def _surely(stream: BinaryIO, encoding: Encoding, codec: str) -> Encoding:
    spot = _first_undecodable(stream, codec)
    if spot is not None:
        raise _undecodable(codec.upper().removesuffix("-LE").removesuffix("-BE"), spot)
    return encoding


def _undecodable(shown: str, spot: _Spot) -> TableError:
    return TableError(
        _(
            "Line %(line)s holds byte %(value)s (byte %(byte)s of the file), which is no character in "
            "%(encoding)s. Mend that place, or save the file as UTF-8.",
            line=spot.line,
            value=f"0x{spot.value:02X}",
            byte=spot.byte,
            encoding=shown,
        )
    )


def _first_undecodable(stream: BinaryIO, codec: str) -> _Spot | None:
    decoder = codecs.getincrementaldecoder(codec)()
    before, line = 0, 1
    stream.seek(0)
    try:
        while True:
            chunk = stream.read(_CHUNK)
            pending = decoder.getstate()[0]
            try:
                line += decoder.decode(chunk, final=not chunk).count("\n")
            except UnicodeDecodeError as error:
                data = pending + chunk
                line += data[: error.start].decode(codec, "replace").count("\n")
                return _Spot(line, before - len(pending) + error.start + 1, data[error.start])
            if not chunk:
                return None
            before += len(chunk)
    finally:
        stream.seek(0)


def _mostly_utf8(stream: BinaryIO) -> bool:
    """Whether more of the characters beyond ASCII are right in UTF-8 than wrong."""
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    right = wrong = 0
    while chunk := stream.read(_CHUNK):
        for character in decoder.decode(chunk):
            if character > "\x7f":
                if "\udc80" <= character <= "\udcff":
                    wrong += 1
                else:
                    right += 1
    stream.seek(0)
    return right > wrong
