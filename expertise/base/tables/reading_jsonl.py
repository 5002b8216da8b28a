"""Rows from JSONL: one object a line, in UTF-8."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _

from expertise.base.tables.limits import MEBIBYTE, Limits
from expertise.base.tables.rows import Known, RawRow, Table, within


class _TwiceError(ValueError):
    """A key stands twice in one object."""


def read_jsonl(content: BinaryIO, limits: Limits, _known: Known | None = None) -> Table:
    """The rows in a JSONL file. No lines at all is a table without rows: so is an export of nothing."""
    return Table("jsonl", _rows(content, limits))


def _rows(content: BinaryIO, limits: Limits) -> Iterator[RawRow]:
    number = 0
    while line := content.readline(limits.line_bytes):
        number += 1
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if len(line) >= limits.line_bytes and not line.endswith(b"\n"):
            _skip_line(content, limits)
            most = limits.line_bytes // MEBIBYTE
            yield RawRow(number, {}, _("This line is longer than %(most)s MB.", most=most))
        elif line.strip():
            yield _row(number, line, limits)


def _skip_line(content: BinaryIO, limits: Limits) -> None:
    while (more := content.readline(limits.line_bytes)) and not more.endswith(b"\n"):
        pass


def _row(number: int, line: bytes, limits: Limits) -> RawRow:
    try:
        found = json.loads(line.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        value = f"0x{error.object[error.start]:02X}"
        why = _(
            "Byte %(byte)s of this line (%(value)s) is no character in UTF-8.",
            byte=error.start + 1,
            value=value,
        )
        return RawRow(number, {}, why)
    except json.JSONDecodeError as error:
        return RawRow(number, {}, _("This line is no valid JSON from character %(place)s on.", place=error.colno))
    except _TwiceError as error:
        return RawRow(number, {}, _("The name “%(name)s” stands twice in this line.", name=str(error)))
    except (ValueError, RecursionError):
        return RawRow(number, {}, _("This line is no JSON that we can read."))
    if not isinstance(found, dict):
        return RawRow(number, {}, _('This line is no JSON object. Write one object a line: {"title": "..."}.'))
    return RawRow(number, {name: within(value, limits) for name, value in found.items()})


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _value in pairs]
        raise _TwiceError(next(name for name in names if names.count(name) > 1))
    return found


def _no_number(_name: str) -> None:
    raise ValueError("NaN and Infinity are no JSON")
