"""Rows from the first filled sheet of an .xlsx workbook, without loading it whole."""

import warnings
from collections.abc import Iterator
from itertools import islice
from typing import Any, BinaryIO

from defusedxml.common import DefusedXmlException
from flask_babel import lazy_gettext as _
from openpyxl import load_workbook

from expertise.base.tables.cells import from_xml, rearm
from expertise.base.tables.fields import BadCell
from expertise.base.tables.limits import Limits, TableError
from expertise.base.tables.rows import Finding, Heads, RawRow, Table

_BLOCK = 200
# No spreadsheet has more; a file that claims more wants to keep us busy with empty rows.
_LAST_ROW = 1_048_576

_Numbered = tuple[int, list[Any]]


def read_xlsx(content: BinaryIO, limits: Limits) -> Table:
    """The table in a workbook. Formulas count by the value that was last saved with them."""
    try:
        with warnings.catch_warnings():
            # openpyxl warns of everything that it would lose on saving; we never save.
            warnings.simplefilter("ignore")
            book = load_workbook(content, read_only=True, data_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except Exception as error:
        raise _unreadable(error) from None
    for place, sheet in enumerate(sheets):
        records = _records(sheet)
        first = next((record for record in records if any(cell is not None for cell in record[1])), None)
        if first is None:
            continue
        heads = Heads.of(first[0], _trimmed(first[1]), limits)
        return heads.table("xlsx", _rows(records, heads, limits), _other_sheets(sheet.title, sheets[place + 1 :]))
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


def _trimmed(cells: list[Any]) -> list[Any]:
    """Without the empty cells behind the last head, which formatting leaves."""
    while cells and cells[-1] is None:
        cells = cells[:-1]
    return cells


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


def _rows(records: Iterator[_Numbered], heads: Heads, limits: Limits) -> Iterator[RawRow]:
    for number, cells in records:
        # A row that ends early is usual here: empty cells at the end are not stored.
        yield heads.row_of(number, cells, limits, ragged=False)
