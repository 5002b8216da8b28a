"""Rows of a table, one at a time, from CSV, XLSX or JSONL, each also compressed with gzip or xz.

A row's number is the one that a person sees: that of the spreadsheet for CSV and XLSX (the heads are row 1),
that of the line for JSONL. What is wrong with one row travels with it; what is wrong with the file is a
TableError.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from flask_babel import lazy_gettext as _

from expertise.base.tables.limits import LIMITS, Limits, TableError
from expertise.base.tables.opening import Form, opened
from expertise.base.tables.reading_csv import read_csv
from expertise.base.tables.reading_jsonl import read_jsonl
from expertise.base.tables.reading_xlsx import read_xlsx
from expertise.base.tables.rows import Known, RawRow, Table

_READERS: dict[Form, Callable[[BinaryIO, Limits, Known | None], Table]] = {
    "csv": read_csv,
    "xlsx": read_xlsx,
    "jsonl": read_jsonl,
}


@contextmanager
def open_table(
    source: Path | str | BinaryIO, *, name: str | None = None, limits: Limits = LIMITS, known: Known | None = None
) -> Iterator[Table]:
    """The table in a file or a stream of bytes; `name` helps to tell the form of a stream, `known` the row of heads."""
    with opened(source, name, limits) as (content, form):
        table = _READERS[form](content, limits, known)
        table.rows = _counted(table.rows, limits)
        yield table


def _counted(rows: Iterator[RawRow], limits: Limits) -> Iterator[RawRow]:
    count = 0
    for row in rows:
        if row.blank:
            continue
        count += 1
        if count > limits.rows:
            raise TableError(_("The file has more than %(most)s rows. Split it.", most=limits.rows))
        yield row
