"""What is the matter with a file: in short, and the rows themselves, to be mended and brought in again."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any, BinaryIO

from flask_babel import gettext as _

from expertise.base.marking import refusal
from expertise.base.tables.fields import Field
from expertise.base.tables.importing import REMARK
from expertise.base.tables.reading import open_table
from expertise.base.tables.report import Report
from expertise.base.tables.writing import write_rows

Notes = Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class Fault:
    """One thing that is the matter, in how many rows: its words as they stand at the first of them."""

    level: str
    field: str
    why: str
    rows: list[dict[str, Any]]


def faults_in(rows: Iterable[dict[str, Any]]) -> list[Fault]:
    """What a report says, by what is the matter: errors first, then what is the matter most often."""
    found: dict[tuple[str, str, str], Fault] = {}
    for one in rows:
        # Words that differ in a number or in what they quote say the same.
        same = re.sub(r"\d+|“[^”]*”", "…", one["why"])
        key = (one["level"], one["field"] or "", same)
        found.setdefault(key, Fault(one["level"], one["field"] or "", one["why"], [])).rows.append(one)
    return sorted(found.values(), key=lambda one: (one.level != "error", -len(one.rows), one.why))


def refuse_marked(report: Report) -> None:
    """Refuse a file with a mark of a state secret before it is kept, be it for a day."""
    if report.mark is not None:
        raise refusal(report.mark, "file")


def write_faulty(source: BinaryIO, name: str, notes: Notes, form: str, out: BinaryIO) -> int:
    """Write the rows that have an error as they stand in the file, each with what is wrong before it; says how many.

    The file that comes of it can be mended and brought in: the column of remarks is not read.
    """
    wrong: dict[int, list[str]] = {}
    for one in notes:
        if one["level"] == "error" and one["row"] is not None:
            said = f"{one['field']}: {one['why']}" if one["field"] else str(one["why"])
            wrong.setdefault(one["row"], []).append(said)
    with open_table(source, name=name) as table:
        rows = [(raw.number, raw.cells) for raw in table.rows if raw.number in wrong]
        heads = table.heads or tuple(dict.fromkeys(head for _number, cells in rows for head in cells))
    # What an earlier file of this kind said is over.
    heads = tuple(head for head in heads if not head.startswith(REMARK))
    remark = f"{REMARK} " + _("what is wrong")
    told = (
        {remark: _("Row %(number)s", number=number) + ": " + " ".join(wrong[number])}
        | {head: _as_text(cells.get(head)) for head in heads}
        for number, cells in rows
    )
    return write_rows(_fields((remark, *heads)), told, form, out)


def _fields(heads: Sequence[str]) -> list[Field]:
    return [Field(head) for head in heads]


def _as_text(cell: Any) -> Any:
    """A cell as it can be written: what could not be read as it stands there, and days without a time."""
    cell = getattr(cell, "text", cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    return cell
