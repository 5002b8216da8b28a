"""A table as it stands in a file, whatever its form: heads, and rows of cells."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, zip_longest
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.base.tables.fields import BadCell, filled
from expertise.base.tables.limits import Limits, TableError
from expertise.base.tables.opening import Form

# How far the heads may stand below the first row that holds anything: under a title, a date, an empty line.
LOOKED_THROUGH = 10
# A word in a title, or in a row of values, may happen to be the name of one field.
FEWEST_KNOWN = 2


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as it stands in the file: its number, and its cells by the head of their column."""

    number: int
    cells: dict[str, Any]
    fault: Any = None  # why the row as a whole cannot be read
    line: Sequence[Any] = ()  # the cells in their order, also those without a head; none in JSONL
    names: tuple[str, ...] = ()  # the heads in their order

    @property
    def blank(self) -> bool:
        """Whether it holds nothing at all; such rows do not count."""
        return self.fault is None and not any(map(filled, self.line or self.cells.values()))

    @property
    def repeats_heads(self) -> bool:
        """Whether it is the row of heads once more, as at the top of each printed page."""
        pairs = zip_longest(self.names, self.line, fillvalue="")
        return bool(self.names) and all(name == _head(cell) for name, cell in pairs)

    def beside(self, columns: Collection[str]) -> Iterator[Any]:
        """The cells that stand in none of these columns."""
        pairs = zip_longest(self.names, self.line, fillvalue="") if self.line else self.cells.items()
        return (cell for name, cell in pairs if name not in columns)


@dataclass(frozen=True)
class Spoilt:
    """A row of which the cells cannot be told apart."""

    text: str
    why: Any


NumberedRow = tuple[int, list[Any] | Spoilt]
Known = Callable[[Iterable[str]], int]  # of heads: how many of them mean something here


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
    names: tuple[str, ...] = ()  # the heads by column; "" where there is none
    head_row: int | None = None
    twice: frozenset[str] = frozenset()  # heads that more than one column has: such a column may not be used
    headless: set[int] = field(default_factory=set)  # columns that hold something under no head, as far as was read
    above: Sequence[Any] = ()  # the cells above the heads
    findings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Heads:
    """The row of heads, judged."""

    row: int
    names: tuple[str, ...]  # by column; "" where there is none
    above: Sequence[Any] = ()
    headless: set[int] = field(default_factory=set)

    @classmethod
    def find(
        cls, records: Iterator[NumberedRow], known: Known | None, limits: Limits
    ) -> "tuple[Heads, Iterator[NumberedRow]] | None":
        """The heads and what follows: the first row that holds anything, or one of the next that knows more fields."""
        first = next((one for one in records if isinstance(one[1], Spoilt) or any(map(filled, one[1]))), None)
        if first is None:
            return None
        number, cells = first
        if isinstance(cells, Spoilt):
            raise TableError(cells.why, row=number)
        looked = [first, *islice(records, LOOKED_THROUGH)]
        scores = [known(_heads_of(one)) if known and not isinstance(one, Spoilt) else 0 for _number, one in looked]
        best = scores.index(max(scores)) if max(scores) >= FEWEST_KNOWN else 0
        number, cells = looked[best]
        above = [cell for _number, one in looked[:best] if not isinstance(one, Spoilt) for cell in one if filled(cell)]
        names = [] if isinstance(cells, Spoilt) else _heads_of(cells)
        if len(names) > limits.columns:
            raise TableError(_("The table has more than %(most)s columns.", most=limits.columns), row=number)
        return cls(number, tuple(names), above), chain(looked[best + 1 :], records)

    def table(self, form: Form, below: Iterator[NumberedRow], limits: Limits, findings: list[Finding]) -> Table:
        """The table under these heads, with what is odd about them."""
        known = tuple(dict.fromkeys(name for name in self.names if name))
        twice = frozenset(name for name in known if self.names.count(name) > 1)
        if self.above:
            why = _("The heads were found in this row. What stands above it is not read.")
            findings.append(Finding(why, self.row, str(getattr(self.above[0], "text", self.above[0]))))
        for name in sorted(twice):
            findings.append(Finding(_("More than one column has this head. Give each its own."), self.row, name))
        rows = (self.row_of(number, cells, limits, ragged=form == "csv") for number, cells in below)
        return Table(form, rows, known, self.names, self.row, twice, self.headless, self.above, findings)

    def row_of(self, number: int, values: list[Any] | Spoilt, limits: Limits, *, ragged: bool) -> RawRow:
        """A row under these heads. Ragged: one that is too short or too long is wrong, as its cells may have moved.

        In a workbook they cannot move, and empty cells at the end are not stored.
        """
        if isinstance(values, Spoilt):
            return RawRow(number, {}, values.why, [values.text], self.names)
        width = len(self.names)
        checked = [within(value, limits) for value in values]
        cells = {name: value for name, value in zip(self.names, checked, strict=False) if name}
        if ragged and any(map(filled, checked if len(checked) < width else checked[width:])):
            why = _(
                "This row has %(cells)s cells and the heads are %(heads)s. "
                "Put texts with separators or line ends in quotes.",
                cells=len(values),
                heads=width,
            )
            return RawRow(number, cells, why, checked, self.names)
        for place, value in enumerate(checked, 1):
            if (place > width or not self.names[place - 1]) and filled(value):
                self.headless.add(place)
        for name in self.names[len(values) :]:
            if name:
                cells.setdefault(name, None)
        return RawRow(number, cells, None, checked, self.names)


def _heads_of(cells: Sequence[Any]) -> list[str]:
    """As heads: without the cells at the end of which a workbook holds the formatting alone."""
    width = max((place for place, cell in enumerate(cells, 1) if cell is not None), default=0)
    return [_head(cell) for cell in cells[:width]]


def _head(cell: Any) -> str:
    return "" if cell is None else str(getattr(cell, "text", cell)).strip()


def within(value: Any, limits: Limits) -> Any:
    """The cell, or what is left of one that is too long."""
    if isinstance(value, str) and len(value) > limits.cell:
        why = _("This cell has %(length)s characters; at most %(most)s fit.", length=len(value), most=limits.cell)
        return BadCell(value[:200], why)
    return value
