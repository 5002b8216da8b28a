"""The way of a file into a room: read, mapped, cleaned, handed to the room's `load`, and reported on.

A room describes what it takes as a Kind. Its `load` gets rows of which every value was read without an error,
finds or makes the record, and tells the report what became of each row. It neither commits nor rolls back:
whoever called `run_import` commits if `report.may_commit`, and rolls back if not.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any, BinaryIO

from flask_babel import lazy_gettext as _

from expertise.base.findable import to_be_rebuilt
from expertise.base.marking import find_mark_in, refusal
from expertise.base.tables.fields import BadValueError, Field, filled, read_value
from expertise.base.tables.limits import LIMITS, Limits, TableError
from expertise.base.tables.mapping import Source, TableMap, heads_known, match_columns, read_map
from expertise.base.tables.reading import open_table
from expertise.base.tables.report import Report
from expertise.base.tables.rows import RawRow, Table

EXTERNAL_ID = "external_id"
# A column whose head begins so is a remark: it is not read, and nothing is said of it.
REMARK = "#"

Key = tuple[tuple[str, Any], ...]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Row:
    """A row for `load`: its values by field. A field of which the file has no column is not among them."""

    number: int
    values: Mapping[str, Any]
    key: Key | None = None  # what it is matched on, such as (("external_id", "p-1"),)
    cells: Mapping[str, Any] = dataclass_field(default_factory=dict)  # as they stand in the file, by head
    used: TableMap = dataclass_field(default_factory=TableMap)

    def column(self, field: str) -> str | None:
        """The head of the column that gives this field here, as it stands in the file."""
        return self.used.column(field, self.cells)

    def __getitem__(self, field: str) -> Any:
        """The value; KeyError if the file does not give the field."""
        return self.values[field]

    def __contains__(self, field: object) -> bool:
        """Whether the file gives the field, be it empty."""
        return field in self.values

    def get(self, field: str, default: Any = None) -> Any:
        """The value, or the default if the file does not give the field."""
        return self.values.get(field, default)


Load = Callable[[Any, Iterator[Row], Report], None]
Dump = Callable[[Any], Iterator[Mapping[str, Any]]]


@dataclass(frozen=True)
class Kind:
    """What can be imported and exported under one name. `load` and `dump` are given by the room."""

    name: str
    fields: Sequence[Field]
    load: Load
    # Every record that the viewer may see, always in the same order: values by field.
    dump: Dump
    # Sets of fields that tell a record apart where there is no external id; the first that is filled counts.
    natural_keys: Sequence[Sequence[str]] = ()

    def key_of(self, values: Mapping[str, Any]) -> Key | None:
        """What a row is matched on; None if it has nothing of the kind."""
        for names in ((EXTERNAL_ID,), *self.natural_keys):
            found = tuple((name, values.get(name)) for name in names)
            if all(filled(value) for _name, value in found):
                return tuple((name, v.casefold() if isinstance(v, str) else v) for name, v in found)
        return None

    def describe(self) -> list[dict[str, Any]]:
        """For `import KIND --fields`."""
        return [field.describe() for field in self.fields]


def run_import(
    kind: Kind,
    viewer: Any,
    source: Path | str | BinaryIO,
    *,
    map_file: Path | str | BinaryIO | None = None,
    dry_run: bool = False,
    keep_good: bool = False,
    progress: Progress | None = None,
    name: str | None = None,
    limits: Limits = LIMITS,
) -> Report:
    """Import a file, all or nothing unless `keep_good`; a stream's `name` helps to tell its form.

    A dry run does the same work; the caller rolls back. `progress` is told the number of rows read so far.
    """
    report = Report(kind.name, dry_run=dry_run, keep_good=keep_good)
    try:
        given = read_map(map_file, kind.fields) if map_file is not None else TableMap()
        with open_table(source, name=name, limits=limits, known=heads_known(kind.fields, given)) as table:
            cleaning = _Cleaning(kind, table, given, report, progress)
            if not report.refused:
                # What a trial does is undone: search is told nothing of it.
                with to_be_rebuilt() if dry_run else nullcontext():
                    kind.load(viewer, cleaning.rows(), report)
                cleaning.finish()
    except TableError as error:
        report.refuse(error.why, row=error.row, field=error.field, value=error.value)
    if report.unanswered and not report.refused:
        raise RuntimeError(f"{kind.name}: load did not say what became of {report.unanswered} rows")
    return report


class _Cleaning:
    """Turns the rows of a table into rows for `load`, and reports on those that cannot be."""

    def __init__(self, kind: Kind, table: Table, given: TableMap, report: Report, progress: Progress | None) -> None:
        self.kind = kind
        self.table = table
        self.given = given
        self.report = report
        self.progress = progress
        self.fields = {field.name: field for field in kind.fields}
        self.maps: dict[tuple[str, ...], TableMap] = {}
        self.unused: set[str] = set()
        self.seen_columns: set[str] = set()
        self.seen_keys: dict[Key, int] = {}
        for finding in table.findings:
            report.warning(finding.row, None, finding.value, finding.why)
        self._look_for_marks(table.above)
        if table.heads is not None:
            self._judge_heads(table.heads)

    def _judge_heads(self, heads: tuple[str, ...]) -> None:
        """Refuse the file once for what would otherwise be wrong with each of its rows."""
        used, row = self._map_for(heads), self.table.head_row
        for column in sorted(used.columns - set(heads)):
            self.report.refuse(_("The map names a column that the file does not have."), row=row, value=column)
        for column in sorted(used.columns & self.table.twice):
            self.report.refuse(_("More than one column has this head, so it cannot be used."), row=row, value=column)
        for name, field in self.fields.items():
            if field.needed and name not in (used.sources or {}):
                why = _("No column gives this field, which is needed. Add the column.")
                self.report.refuse(why, row=row, field=name)

    def _map_for(self, heads: tuple[str, ...]) -> TableMap:
        """The map as given, or with columns found by name; in JSONL each line may have its own names."""
        if self.given.sources is not None:
            return self.given
        if heads not in self.maps:
            sources: dict[str, tuple[Source, ...]] = match_columns(self.kind.fields, heads)
            found = TableMap(sources, self.given.values, self.given.skip)
            self.maps[heads] = found
            for head in heads:
                # A remark is for people: the file of faults says in such a column what is wrong.
                if head not in found.columns | self.unused and not head.startswith(REMARK):
                    self.unused.add(head)
                    why = _("No field has this name, so the column is not read.")
                    self.report.warning(self.table.head_row, None, head, why)
        return self.maps[heads]

    def rows(self) -> Iterator[Row]:
        """The rows that `load` gets."""
        for raw in self.table.rows:
            if raw.fault is None and not any(map(filled, raw.cells.values())):
                # What stands in it stands under no head.
                self._look_for_marks(raw.line)
                continue
            if raw.repeats_heads:
                why = _("Here stand the heads once more, so the row is not read.")
                self.report.warning(raw.number, None, None, why)
                continue
            self.report.read += 1
            if self.progress is not None:
                self.progress(self.report.read)
            row = self._row(raw)
            if row is not None:
                yield row

    def finish(self) -> None:
        """What can only be said at the end: what stood under no head, and what of the map no line of JSONL had."""
        for place in sorted(self.table.headless):
            why = _("Column %(number)s has no head and is not read.", number=place)
            self.report.warning(self.table.head_row, None, None, why)
        if self.table.heads is None and self.report.read:
            for column in sorted(self.given.columns - self.seen_columns):
                self.report.warning(None, None, column, _("The map names this, but no line of the file has it."))

    def _row(self, raw: RawRow) -> Row | None:
        if raw.fault is not None:
            self._look_for_marks(raw.beside(()))
            self.report.error(raw.number, None, None, raw.fault)
            return None
        if self.table.heads is None:
            self.seen_columns.update(raw.cells)
        used = self._map_for(self.table.heads or tuple(raw.cells))
        if used.skips(raw.cells):
            self._look_for_marks(raw.beside(()))
            self.report.skipped(raw)
            return None
        self._look_for_marks(raw.beside(used.columns))
        values, good = self._values(raw, used)
        row = Row(raw.number, values, self.kind.key_of(values), raw.cells, used)
        good = self._only_once(row) and good
        return row if good else None

    def _look_for_marks(self, cells: Iterable[Any]) -> None:
        """Of what is not read: no error of a row, but whoever would keep the file must know."""
        if self.report.mark is None:
            self.report.mark = find_mark_in(getattr(cell, "text", cell) for cell in cells)

    def _values(self, raw: RawRow, used: TableMap) -> tuple[dict[str, Any], bool]:
        values: dict[str, Any] = {}
        unread: set[str] = set()
        good = True
        for name, cell in used.read(raw.cells):
            if mark := find_mark_in([getattr(cell, "text", cell)]):
                # The report does not repeat what must not be kept.
                self.report.mark = mark
                self.report.error(_at(raw, used), name, None, refusal(mark).message)
                unread.add(name)
                good = False
                continue
            try:
                values[name] = read_value(self.fields[name], cell, self.given.values.get(name))
            except BadValueError as bad:
                note = self.report.warning if bad.warning else self.report.error
                note(_at(raw, used), name, getattr(cell, "text", cell), bad.why)
                unread.add(name)
                if bad.instead is not None:
                    values[name] = bad.instead
                good = good and bad.warning
        for name, field in self.fields.items():
            # A value that could not be read was reported already.
            if field.needed and name not in unread and not filled(values.get(name)):
                self.report.error(_at(raw, used), name, None, _("This is needed. Fill it in."))
                good = False
        return values, good

    def _only_once(self, row: Row) -> bool:
        """Whether no earlier row is about the same record; else each import would change it to and fro."""
        if row.key is None:
            return True
        earlier = self.seen_keys.setdefault(row.key, row.number)
        if earlier == row.number:
            return True
        why = _("Row %(number)s is about the same one. Keep one of the two.", number=earlier)
        self.report.error(row, ", ".join(name for name, _value in row.key), [str(v) for _name, v in row.key], why)
        return False


def _at(raw: RawRow, used: TableMap) -> Row:
    """A row that is not read to its end, as the place of what is said of it."""
    return Row(raw.number, {}, cells=raw.cells, used=used)
