"""A table as it stands in a file, whatever its form: heads, and rows of cells."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.base.tables.fields import BadCell, filled
from expertise.base.tables.limits import Limits, TableError
from expertise.base.tables.opening import Form


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file: its number, and its cells by the head of their column."""

    number: int
    cells: dict[str, Any]
    fault: Any = None  # why the row as a whole cannot be read

    @property
    def blank(self) -> bool:
        """Whether it holds nothing at all; such rows do not count."""
        return self.fault is None and not any(map(filled, self.cells.values()))


@dataclass(frozen=True)
class Finding:
    """Something about the file as a whole that is reported and does not stop the reading."""

    why: Any
    row: int | None = None
    value: str | None = None


@dataclass
class Table:
    """An opened file."""

    form: Form
    rows: Iterator[RawRow]
    heads: tuple[str, ...] | None = None  # None: each row names its own (JSONL)
    twice: frozenset[str] = frozenset()  # heads that more than one column has: such a column may not be used
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Heads:
    """The first row, judged."""

    row: int
    names: tuple[str, ...]  # by column; "" where there is none

    @classmethod
    def of(cls, row: int, cells: list[Any], limits: Limits) -> "Heads":
        """From the cells of the first row that holds anything."""
        if len(cells) > limits.columns:
            raise TableError(_("The table has more than %(most)s columns.", most=limits.columns), row=row)
        return cls(row, tuple("" if cell is None else str(cell).strip() for cell in cells))

    def table(self, form: Form, rows: Iterator[RawRow], findings: list[Finding]) -> Table:
        """The table under these heads, with what is odd about them."""
        known = tuple(dict.fromkeys(name for name in self.names if name))
        twice = frozenset(name for name in known if self.names.count(name) > 1)
        for name in sorted(twice):
            findings.append(Finding(_("More than one column has this head. Give each its own."), self.row, name))
        for place, name in enumerate(self.names, 1):
            if not name:
                why = _("Column %(number)s has no head and is not read.", number=place)
                findings.append(Finding(why, self.row))
        return Table(form, rows, known, twice, findings)

    def row_of(self, number: int, values: list[Any], limits: Limits, *, ragged: bool) -> RawRow:
        """A row under these heads. Ragged: a row that is too short is as wrong as one that is too long."""
        width = len(self.names)
        checked = [within(value, limits) for value in values]
        cells = {name: value for name, value in zip(self.names, checked, strict=False) if name}
        over = any(map(filled, checked[width:]))
        if over or (ragged and len(values) < width and any(map(filled, checked))):
            why = _(
                "This row has %(cells)s cells and the heads are %(heads)s. "
                "Put texts with separators or line ends in quotes.",
                cells=len(values),
                heads=width,
            )
            return RawRow(number, cells, why)
        for name in self.names[len(values) :]:
            cells.setdefault(name, None)
        return RawRow(number, cells)


def within(value: Any, limits: Limits) -> Any:
    """The cell, or what is left of one that is too long."""
    if isinstance(value, str) and len(value) > limits.cell:
        why = _("This cell has %(length)s characters; at most %(most)s fit.", length=len(value), most=limits.cell)
        return BadCell(value[:200], why)
    return value
