"""Rows out of a room: CSV, XLSX or JSONL, one at a time, in the order in which `dump` gives them.

CSV is UTF-8 with its mark, because Excel otherwise takes it for Windows-1252; separated by commas, with CRLF
at line ends (RFC 4180). In CSV and XLSX a text that a spreadsheet would take for a formula gets a leading
apostrophe, which the import takes off; numbers stay numbers. Dates are text in ISO 8601, also in XLSX,
because a spreadsheet knows neither a date before 1900 nor a month without a day. JSONL is exact: no
apostrophes, null for empty, lists as lists.
"""

import csv
import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from enum import Enum
from io import TextIOWrapper
from itertools import zip_longest
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, BinaryIO, cast

from flask_babel import lazy_gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from expertise.base.tables.cells import disarm, join_list, to_xml
from expertise.base.tables.dates import PartialDate
from expertise.base.tables.fields import Field
from expertise.base.tables.importing import Kind
from expertise.base.tables.limits import TableError

# Excel cuts a longer text without a word, so we refuse it.
LONGEST_XLSX_CELL = 32_767
MOST_XLSX_ROWS = 1_048_576
FORMS = ("csv", "xlsx", "jsonl")

Values = Mapping[str, Any]


def write_rows(fields: Sequence[Field], rows: Iterable[Values], form: str, out: BinaryIO) -> int:
    """Write the heads and the rows to a binary stream; gives the number of rows."""
    if form not in FORMS:
        raise TableError(_("Files can be written as %(forms)s.", forms=", ".join(FORMS)))
    names = [field.name for field in fields]
    if form == "jsonl":
        return _write_jsonl(names, rows, out)
    return write_lines(names, ([row.get(name) for name in names] for row in rows), form, out)


def write_lines(heads: Sequence[str], lines: Iterable[Sequence[Any]], form: str, out: BinaryIO) -> int:
    """The same to CSV or XLSX with the cells in their order, which may be more than there are heads."""
    return (_write_xlsx if form == "xlsx" else _write_csv)(heads, lines, out)


def run_export(kind: Kind, viewer: Any, target: Path | str | BinaryIO, form: str) -> int:
    """Export all that the viewer may see of a kind. A file appears only when it is complete."""
    if not isinstance(target, Path | str):
        return write_rows(kind.fields, kind.dump(viewer), form, target)
    path = Path(target)
    if not path.parent.is_dir():
        raise TableError(_("The folder %(folder)s is not there. Make it first.", folder=str(path.parent)))
    # Only the owner may read it: an export is full of people.
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
        try:
            count = write_rows(kind.fields, kind.dump(viewer), form, cast(BinaryIO, out))
            out.close()
            os.replace(out.name, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(out.name)
            raise
    return count


def _plain(value: Any) -> Any:
    """As JSON can hold it."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if isinstance(value, PartialDate):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _cell(value: Any) -> str | int | float | None:
    """As a spreadsheet can hold it."""
    value = _plain(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        value = join_list([str(item) for item in value])
    return disarm(value) if isinstance(value, str) else value


def _write_csv(heads: Sequence[str], lines: Iterable[Sequence[Any]], out: BinaryIO) -> int:
    text = TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(heads)
        count = 0
        for line in lines:
            writer.writerow(list(map(_cell, line)))
            count += 1
        return count
    finally:
        # The stream is the caller's to close.
        text.detach()


def _write_jsonl(names: list[str], rows: Iterable[Values], out: BinaryIO) -> int:
    count = 0
    for row in rows:
        line = {name: _plain(row.get(name)) for name in names}
        out.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def _write_xlsx(heads: Sequence[str], lines: Iterable[Sequence[Any]], out: BinaryIO) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.freeze_panes = "A2"
    sheet.append(heads)
    count = 0
    try:
        for line in lines:
            count += 1
            if count >= MOST_XLSX_ROWS:
                raise TableError(_("A workbook cannot hold this many rows. Export as CSV or JSONL."))
            sheet.append(list(_xlsx_cells(sheet, heads, line, count + 1)))
    except BaseException:
        # Half a sheet is on disk by now; openpyxl would leave it there until the process ends.
        sheet.close()
        sheet._writer.cleanup()
        raise
    book.save(out)
    return count


def _xlsx_cells(sheet: Any, heads: Sequence[str], line: Sequence[Any], number: int) -> Iterator[Any]:
    for name, cell in zip_longest(heads, line):
        value = _cell(cell)
        if not isinstance(value, str):
            yield value
            continue
        text = to_xml(value)
        if len(text) > LONGEST_XLSX_CELL:
            why = _("A cell of a workbook holds at most 32,767 characters. Export as CSV or JSONL.")
            raise TableError(why, row=number, field=name, value=value)
        written = WriteOnlyCell(sheet, text)
        # Said outright, or openpyxl would guess and make an error of "#N/A".
        written.data_type = "s"
        yield written
