"""What is the matter with a file: in short, and the rows themselves, to be mended and brought in again."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from io import BytesIO
from typing import Any, BinaryIO

from flask_babel import gettext as _

from expertise.base.marking import refusal
from expertise.base.tables.fields import Field
from expertise.base.tables.importing import REMARK
from expertise.base.tables.mapping import TableMap, heads_known
from expertise.base.tables.reading import open_table
from expertise.base.tables.report import Report
from expertise.base.tables.rows import RawRow
from expertise.base.tables.writing import write_lines

# Lines of a report on a page, and of one kind; all of them are in its file.
MOST_SHOWN = 100
FEWEST_SHOWN = 5


@dataclass(frozen=True)
class Fault:
    """One thing that is the matter, in how many rows: its words as they stand at the first of them."""

    level: str
    place: str
    why: str
    rows: list[dict[str, Any]]


def place_of(note: Mapping[str, Any]) -> str:
    """Where to look: the head of the column as it stands in the file; where there is none, our name of the field."""
    return note.get("column") or note["field"] or ""


def faults_in(rows: Iterable[dict[str, Any]]) -> list[Fault]:
    """What a report says, by what is the matter: errors first, then what is the matter most often."""
    found: dict[tuple[str, str, str], Fault] = {}
    for one in rows:
        # Words that differ in a number or in what they quote say the same.
        same = re.sub(r"\d+|“[^”]*”", "…", one["why"])
        key = (one["level"], place_of(one), same)
        found.setdefault(key, Fault(*key[:2], one["why"], [])).rows.append(one)
    return sorted(found.values(), key=lambda one: (one.level != "error", -len(one.rows), one.why))


def shown_of(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows of a report: its faults, the first notes of each, and how many notes are left unsaid."""
    faults = faults_in(told["rows"])
    # Each kind of fault is seen, also where another stands in hundreds of rows.
    share = max(FEWEST_SHOWN, MOST_SHOWN // max(1, len(faults)))
    notes = [{**one, "place": place_of(one)} for fault in faults for one in fault.rows[:share]]
    return {"faults": faults, "notes": notes, "unsaid": told["errors"] + told["warnings"] - len(notes)}


def refuse_marked(report: Report) -> None:
    """Refuse a file with a mark of a state secret before it is kept, be it for a day."""
    if report.mark is not None:
        raise refusal(report.mark, "file")


def faulty_rows(
    fields: Sequence[Field], source: BinaryIO, name: str, notes: Iterable[Mapping[str, Any]]
) -> tuple[str, bytes]:
    """The rows that have an error as they stand in the file, each with what is wrong before it: form and content.

    What comes of it is of the form that came, can be mended and brought in: the column of remarks is not read.
    """
    wrong: dict[int, list[str]] = {}
    for one in notes:
        if one["level"] == "error" and one["row"] is not None:
            where = place_of(one)
            wrong.setdefault(one["row"], []).append(f"{where}: {one['why']}" if where else str(one["why"]))
    with open_table(source, name=name, known=heads_known(fields, TableMap())) as table:
        rows = [raw for raw in table.rows if raw.number in wrong]
    heads = list(table.names) or list(dict.fromkeys(head for raw in rows for head in raw.cells))
    # What an earlier file of this kind said is over.
    old = {place for place, head in enumerate(heads) if head.startswith(REMARK)}
    told = (
        (_("Row %(number)s", number=raw.number) + ": " + " ".join(wrong[raw.number]), *_cells(raw, heads, old))
        for raw in rows
    )
    kept = [head for place, head in enumerate(heads) if place not in old]
    form, out = "xlsx" if table.form == "xlsx" else "csv", BytesIO()
    write_lines([f"{REMARK} " + _("what is wrong"), *kept], told, form, out)
    return form, out.getvalue()


def _cells(raw: RawRow, heads: Sequence[str], left_out: Container[int]) -> Iterator[Any]:
    """The cells in their order: as many as there are, so that a row that is too long or too short stays so."""
    line = raw.line or [raw.cells.get(head) for head in heads]
    return (_as_text(cell) for place, cell in enumerate(line) if place not in left_out)


def _as_text(cell: Any) -> Any:
    """A cell as it can be written: what could not be read as it stands there, and days without a time."""
    cell = getattr(cell, "text", cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    return cell
