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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date
from enum import Enum
from io import TextIOWrapper
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

Values = Mapping[str, Any]


def write_rows(fields: Sequence[Field], rows: Iterable[Values], form: str, out: BinaryIO) -> int:
    """Write the heads and the rows to a binary stream; gives the number of rows."""
    if form not in _WRITERS:
        raise TableError(_("Files can be written as %(forms)s.", forms=", ".join(_WRITERS)))
    return _WRITERS[form]([field.name for field in fields], rows, out)


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


def _write_csv(names: list[str], rows: Iterable[Values], out: BinaryIO) -> int:
    text = TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(names)
        count = 0
        for row in rows:
            writer.writerow([_cell(row.get(name)) for name in names])
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


def _write_xlsx(names: list[str], rows: Iterable[Values], out: BinaryIO) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Export")
    sheet.freeze_panes = "A2"
    sheet.append(names)
    count = 0
    try:
        for row in rows:
            count += 1
            if count >= MOST_XLSX_ROWS:
                raise TableError(_("A workbook cannot hold this many rows. Export as CSV or JSONL."))
            sheet.append(list(_xlsx_cells(sheet, names, row, count + 1)))
    except BaseException:
        # Half a sheet is on disk by now; openpyxl would leave it there until the process ends.
        sheet.close()
        sheet._writer.cleanup()
        raise
    book.save(out)
    return count


def _xlsx_cells(sheet: Any, names: list[str], row: Values, number: int) -> Iterator[Any]:
    for name in names:
        value = _cell(row.get(name))
        if not isinstance(value, str):
            yield value
            continue
        text = to_xml(value)
        if len(text) > LONGEST_XLSX_CELL:
            why = _("A cell of a workbook holds at most 32,767 characters. Export as CSV or JSONL.")
            raise TableError(why, row=number, field=name, value=value)
        cell = WriteOnlyCell(sheet, text)
        # Said outright, or openpyxl would guess and make an error of "#N/A".
        cell.data_type = "s"
        yield cell


_WRITERS: dict[str, Callable[[list[str], Iterable[Values], BinaryIO], int]] = {
    "csv": _write_csv,
    "xlsx": _write_xlsx,
    "jsonl": _write_jsonl,
}
FORMS = tuple(_WRITERS)
