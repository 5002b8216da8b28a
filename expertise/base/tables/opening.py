"""From a file of any form to plain bytes: decompressed within limits, and told apart by content."""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Literal, cast

from flask_babel import lazy_gettext as _

from expertise.base.tables.limits import MEBIBYTE, Limits, TableError

Form = Literal["csv", "xlsx", "jsonl"]

_CHUNK = MEBIBYTE
_IN_MEMORY = 8 * MEBIBYTE
_FORMS: dict[str, Form] = {".csv": "csv", ".tsv": "csv", ".txt": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl"}
_GZIP = b"\x1f\x8b"
_XZ = b"\xfd7zXZ\x00"
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
# What people bring where a table is expected: how it begins, or what a zip of the kind holds.
_NO_TABLES = {
    _("a PDF file"): (b"%PDF",),
    _("a picture"): (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM", b"II*\0", b"MM\0*"),
    _("a document with text"): (b"{\\rtf",),
    _("a web page or XML"): (b"<!", b"<?xml", b"<html", b"<HTML", b"<table", b"<TABLE"),
}
_NO_WORKBOOKS = {"word/document.xml": _("a document with text"), "ppt/presentation.xml": _("a presentation")}
_OPEN_DOCUMENT = {b"text": _("a document with text"), b"spreadsheet": _("an OpenDocument spreadsheet")}


@contextmanager
def opened(source: Path | str | BinaryIO, name: str | None, limits: Limits) -> Iterator[tuple[BinaryIO, Form]]:
    """The decompressed content, at its start, and its form. A stream need not be seekable."""
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        content = cast(BinaryIO, spool)
        if isinstance(source, Path | str):
            name = name or Path(source).name
            try:
                with Path(source).open("rb") as stream:
                    _pour(stream, content, limits)
            except OSError as error:
                reason = error.strerror or str(error)
                raise TableError(_("The file cannot be opened: %(reason)s.", reason=reason)) from None
        else:
            _pour(source, content, limits)
        yield content, _form(content, name or "", limits)


def _pour(stream: BinaryIO, out: BinaryIO, limits: Limits) -> None:
    total = 0
    for piece in _decompressed(_pieces(stream), limits):
        total += len(piece)
        if total > limits.file_bytes:
            most = limits.file_bytes // MEBIBYTE
            raise TableError(_("The file holds more than %(most)s MB. Split it.", most=most))
        out.write(piece)
    out.seek(0)


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    while piece := stream.read(_CHUNK):
        yield piece


def _decompressed(pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    first = next(pieces, b"")
    # A pipe may hand over less than the six bytes that tell the form.
    while len(first) < len(_XZ) and (more := next(pieces, b"")):
        first += more
    whole = _chained(first, pieces)
    try:
        if first.startswith(_XZ):
            yield from _unxz(whole, limits)
        elif first.startswith(_GZIP):
            yield from _gunzip(whole)
        else:
            yield from whole
    except (EOFError, lzma.LZMAError, zlib.error, gzip.BadGzipFile) as error:
        raise TableError(
            _(
                "The compressed file is damaged or cut off, so nothing was read: %(reason)s.",
                reason=str(error),
            )
        ) from None


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _unxz(pieces: Iterator[bytes], limits: Limits) -> Iterator[bytes]:
    """Decompress with bounded output per step and bounded memory, which lzma.open does not offer."""
    machine = lzma.LZMADecompressor(memlimit=limits.xz_memory)
    for piece in pieces:
        rest = piece
        while rest or not (machine.eof or machine.needs_input):
            if machine.eof:
                # Files may be several streams one after another, padded with zeros.
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                machine = lzma.LZMADecompressor(memlimit=limits.xz_memory)
            yield machine.decompress(rest, _CHUNK)
            rest = machine.unused_data if machine.eof else b""
    if not machine.eof:
        raise EOFError("the end is missing")


def _gunzip(pieces: Iterator[bytes]) -> Iterator[bytes]:
    machine = zlib.decompressobj(wbits=31)
    for piece in pieces:
        rest = piece
        while rest:
            if machine.eof:
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                machine = zlib.decompressobj(wbits=31)
            yield machine.decompress(rest, _CHUNK)
            rest = machine.unused_data if machine.eof else machine.unconsumed_tail
    if not machine.eof:
        raise EOFError("the end is missing")


def _form(content: BinaryIO, name: str, limits: Limits) -> Form:
    """By what is inside; the name decides only between CSV and JSONL."""
    start = content.read(4096)
    content.seek(0)
    if start.startswith(_OLD_EXCEL):
        raise TableError(_("This is a workbook of an old form, or one with a password. Save it as .xlsx without one."))
    if start.startswith(_ZIP):
        _judge_workbook(content, limits)
        return "xlsx"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    for what, beginnings in _NO_TABLES.items():
        if text.startswith(beginnings):
            raise _no_table(what)
    suffixes = [suffix.lower() for suffix in Path(name).suffixes if suffix.lower() not in (".gz", ".xz")]
    named = _FORMS.get(suffixes[-1]) if suffixes else None
    if named:
        return named
    if text.startswith(b"["):
        raise TableError(_("This is one JSON list. Write one object on each line (JSONL)."))
    return "jsonl" if text.startswith(b"{") else "csv"


def _judge_workbook(content: BinaryIO, limits: Limits) -> None:
    """Refuse a zip that is no workbook, or that would unpack to more than a workbook holds."""
    try:
        with zipfile.ZipFile(content) as archive:
            members = archive.infolist()
            kind = archive.open(members[0]).read(200) if members and members[0].filename == "mimetype" else b""
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError):
        raise TableError(_("The workbook is damaged or cut off, so nothing was read.")) from None
    finally:
        content.seek(0)
    names = {member.filename.lstrip("/").lower() for member in members}
    for what in (*(_NO_WORKBOOKS.get(name) for name in names), _OPEN_DOCUMENT.get(kind.rpartition(b".")[2])):
        if what is not None:
            raise _no_table(what)
    if "[content_types].xml" not in names:
        raise TableError(_("This is a zip file, but no .xlsx workbook. Save the table as .xlsx or CSV."))
    # zipfile never unpacks more of a member than the size stated here, so a false size does not help a bomb.
    if sum(member.file_size for member in members) > limits.workbook_bytes or len(members) > 10_000:
        most = limits.workbook_bytes // MEBIBYTE
        raise TableError(
            _("The workbook would unpack to more than %(most)s MB. Save it as CSV, or split it.", most=most)
        )


def _no_table(what: Any) -> TableError:
    why = _("This is %(what)s and no table. Save the table as .xlsx or CSV, in the program it was made in.", what=what)
    return TableError(why)
