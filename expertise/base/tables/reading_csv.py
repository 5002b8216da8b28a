"""Rows from CSV: any usual encoding and separator, quotes honoured."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO, TextIOWrapper
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _

from expertise.base.tables.cells import rearm
from expertise.base.tables.encodings import find_encoding
from expertise.base.tables.limits import MEBIBYTE, Limits, TableError
from expertise.base.tables.rows import Finding, Heads, Known, NumberedRow, Spoilt, Table

_SEPARATORS = ",;\t|"
_SAMPLE = 64 * 1024
# Of a row whose quote is never closed, which may be the rest of the file.
LONGEST_SPOILT = 10_000

# Python's own bound on a cell, for the whole process; its default of 128 kB is less than a long note. A cell
# beyond this one is nearly always a quote that was opened and never closed.
csv.field_size_limit(16 * MEBIBYTE)


class _Lines:
    """The lines of a text, of which those of the record that is being read can be told."""

    def __init__(self, text: TextIOWrapper) -> None:
        self.text = text
        self.read: list[str] = []

    def __iter__(self) -> Iterator[str]:
        for one in self.text:
            self.read.append(one)
            yield one


def read_csv(content: BinaryIO, limits: Limits, known: Known | None = None) -> Table:
    """The table in a CSV file."""
    encoding = find_encoding(content)
    text = TextIOWrapper(content, encoding.name, newline="")
    separator = _announced(text) or _sniffed(text)
    records = _records(text, separator)
    findings = [Finding(encoding.warning)] if encoding.warning else []
    found = Heads.find(records, known, limits)
    if found is None:
        raise TableError(_("The file is empty. Its first row must name the columns."))
    heads, below = found
    return heads.table("csv", below, limits, findings)


def _announced(text: TextIOWrapper) -> str | None:
    """Excel's first line `sep=;`, which is no row; otherwise the text is left at its start."""
    start = text.readline(8).rstrip("\r\n")
    if len(start) == 5 and start.startswith("sep="):
        return start[4]
    text.seek(0)
    return None


def _sniffed(text: TextIOWrapper) -> str:
    """The separator that cuts the first rows into the most even number of cells."""
    sample = text.read(_SAMPLE)
    text.seek(0)
    return max(_SEPARATORS, key=lambda separator: _evenness(sample, separator, cut=len(sample) == _SAMPLE))


def _evenness(sample: str, separator: str, *, cut: bool) -> tuple[float, int]:
    try:
        rows = [row for row in csv.reader(StringIO(sample, newline=""), delimiter=separator) if any(row)]
    except csv.Error:
        return 0, 0
    if cut and len(rows) > 1:
        rows.pop()
    # The width that most have: a title above the heads is one cell.
    (width, alike), *_rest = Counter(map(len, rows)).most_common(1) or [(0, 0)]
    return (alike / len(rows), width) if width > 1 else (0, 0)


def _records(text: TextIOWrapper, separator: str) -> Iterator[NumberedRow]:
    """Each record with its number, or the error in it; blank ones count, as in a spreadsheet."""
    lines = _Lines(text)
    # Strict, so that a quote that is never closed is an error and does not swallow the rest of the file.
    reader = csv.reader(iter(lines), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        lines.read.clear()
        try:
            yield number, [rearm(cell) for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                raise TableError(
                    _("A cell has no end. Is a quotation mark opened and never closed?"), row=number
                ) from None
            yield number, Spoilt("".join(lines.read)[:LONGEST_SPOILT].rstrip("\r\n"), _why(error))


def _why(error: csv.Error) -> Any:
    if "unexpected end" in str(error):
        return _("A quotation mark is opened in this row and never closed, so the rest of the file was not read.")
    return _("A quotation mark stands in the middle of a cell. Write it twice and put the cell in quotes.")
