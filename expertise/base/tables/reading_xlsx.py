"""Rows from the first filled sheet of an .xlsx workbook, without loading it whole."""

import re
import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from defusedxml.common import DefusedXmlException
from flask_babel import lazy_gettext as _
from openpyxl import load_workbook
from openpyxl.utils import column_index_from_string

from expertise.base.tables.cells import from_xml, rearm
from expertise.base.tables.fields import BadCell
from expertise.base.tables.limits import Limits, TableError
from expertise.base.tables.rows import Finding, Heads, Known, Table

_BLOCK = 200
# No spreadsheet has more; a file that claims more wants to keep us busy with empty rows.
_LAST_ROW = 1_048_576

# Where cells are merged, with room for a tag that is cut in two.
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):[A-Z]{1,3}(\d{1,7})"')
_PIECE, _LONGEST_TAG = 256 * 1024, 1000
_MOST_MERGED = 100_000

_Numbered = tuple[int, list[Any]]
_Merged = tuple[int, int, int]  # the first row, the place of its first column, the last row


def read_xlsx(content: BinaryIO, limits: Limits, known: Known | None = None) -> Table:
    """The table in a workbook. Formulas count by the value that was last saved with them."""
    try:
        with warnings.catch_warnings():
            # openpyxl warns of everything that it would lose on saving; we never save.
            warnings.simplefilter("ignore")
            book = load_workbook(content, read_only=True, data_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception as error:
        # Any kind of exception can come out of a damaged workbook; all of them mean the same to the user.
        raise _unreadable(error) from None
    for place, sheet in enumerate(sheets):
        merged = _merged(sheet, limits)
        found = Heads.find(_filled_down(_records(sheet), merged), known, limits)
        if found is None:
            continue
        heads, below = found
        findings = _other_sheets(sheet.title, sheets[place + 1 :])
        if any(last > heads.row for _first, _place, last in merged):
            findings.append(Finding(_("Cells are merged. What stands in them was read for each of their rows.")))
        return heads.table("xlsx", below, limits, findings)
    raise TableError(_("The workbook is empty. The first row of its first sheet must name the columns."))


def _unreadable(error: Exception) -> TableError:
    if isinstance(error, TableError):
        return error
    # openpyxl wraps what the parser refused.
    if isinstance(error, DefusedXmlException) or isinstance(error.__cause__, DefusedXmlException):
        return TableError(_("The workbook holds XML that may harm (entities or a DTD), so nothing was read."))
    return TableError(_("The workbook is damaged or cut off, so nothing was read."))


def _other_sheets(title: str, others: list[Any]) -> list[Finding]:
    filled = [other.title for other in others if any(True for _row in islice(_records(other), 1))]
    if not filled:
        return []
    return [Finding(_("Only the first sheet, “%(title)s”, is read.", title=title), value=", ".join(filled))]


def _merged(sheet: Any, limits: Limits) -> list[_Merged]:
    """Which cells are merged over several rows. That stands behind the rows, where openpyxl does not look for it."""
    found: set[_Merged] = set()
    left = b""
    try:
        with sheet._get_source() as stream:
            while (piece := stream.read(_PIECE)) and len(found) < _MOST_MERGED:
                for column, first, last in _MERGED.findall(text := left + piece):
                    place = column_index_from_string(column.decode()) - 1
                    if int(first) < int(last) and place < limits.columns:
                        found.add((int(first), place, int(last)))
                left = text[text.rfind(b"<") :][:_LONGEST_TAG]
    except Exception as error:
        # Any kind of exception can come out of a damaged workbook; all of them mean the same to the user.
        raise _unreadable(error) from None
    return sorted(found)


def _filled_down(records: Iterator[_Numbered], merged: list[_Merged]) -> Iterator[_Numbered]:
    """With what stands in merged cells in each of their rows, and not in the first alone."""
    waiting = merged[::-1]
    running: dict[int, tuple[Any, int]] = {}
    for number, cells in records:
        running = {place: (value, last) for place, (value, last) in running.items() if number <= last}
        for place, (value, _last) in sorted(running.items()):
            cells += [None] * (place + 1 - len(cells))
            cells[place] = value if cells[place] is None else cells[place]
        while waiting and waiting[-1][0] <= number:
            _first, place, last = waiting.pop()
            if place < len(cells) and cells[place] is not None:
                running[place] = (cells[place], last)
        yield number, cells


def _records(sheet: Any) -> Iterator[_Numbered]:
    """The cells of each row, with its number. What openpyxl trips over is the file's fault."""
    # The sheet's own word on its size is often wrong, and may be a lie.
    sheet.reset_dimensions()
    rows = sheet.iter_rows()
    number = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                block = [[_value(cell) for cell in row] for row in islice(rows, _BLOCK)]
        except Exception as error:
            # Any kind of exception can come out of a damaged workbook; all of them mean the same to the user.
            raise _unreadable(error) from None
        if not block:
            return
        for cells in block:
            number += 1
            if number > _LAST_ROW:
                raise TableError(_("The sheet claims more rows than a workbook can have."))
            yield number, cells


def _value(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "e":
        return BadCell(str(value), _("The spreadsheet shows an error in this cell."))
    return rearm(from_xml(value)) if isinstance(value, str) else value
