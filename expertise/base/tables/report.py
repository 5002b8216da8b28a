"""What came of an import: per row what is wrong, and how many rows were new, changed and so on."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from flask_babel import gettext, ngettext

from expertise.base.tables.cells import join_list

Level = Literal["error", "warning"]
LONGEST_VALUE = 80
# A file of which everything is wrong must not fill the memory: later notes are counted and not kept.
MOST_NOTES = 100_000


class Numbered(Protocol):
    """A row of the file."""

    @property
    def number(self) -> int:
        """The number that a person sees beside it."""


class Headed(Numbered, Protocol):
    """One that knows where its values stand."""

    def column(self, field: str) -> str | None:
        """The head of the column that gives this field here, as it stands in the file."""


Place = Headed | int | None


def shortened(value: Any) -> str:
    """A value for a report: one line of at most 80 characters."""
    text = join_list([str(item) for item in value]) if isinstance(value, list | tuple) else str(value)
    text = " ".join(text[: LONGEST_VALUE * 4].split())
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _column(row: Headed, field: str | None) -> str | None:
    """Where one looks for it: what is about several fields is about several columns."""
    return ", ".join(row.column(one) or one for one in field.split(", ")) if field else None


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know about one row. `why` is a lazy text: it is translated when it is shown."""

    row: int | None  # None: the file as a whole
    field: str | None
    value: str | None
    why: Any
    level: Level
    column: str | None = None  # the head of what gives the field, as it stands in the file

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        return {
            "row": self.row,
            "field": self.field,
            "column": self.column,
            "value": self.value,
            "why": str(self.why),
            "level": self.level,
        }

    def __str__(self) -> str:
        """One line for a person."""
        parts = [
            gettext("Row %(number)s", number=self.row) if self.row else gettext("The file"),
            self.column or self.field,
        ]
        where = ", ".join(part for part in parts if part)
        value = f" “{self.value}”:" if self.value else ""
        level = gettext("error") if self.level == "error" else gettext("warning")
        return f"{where} ({level}):{value} {self.why}"


class Report:
    """Filled by the machinery and by a room's `load`; asked by whoever commits."""

    def __init__(self, kind: str, *, dry_run: bool = False, keep_good: bool = False) -> None:
        """An empty report on an import of `kind`."""
        self.kind = kind
        self.dry_run = dry_run
        self.keep_good = keep_good
        self.rows: list[Note] = []
        self.read = 0
        self.errors = 0
        self.warnings = 0
        self.refused = False
        # Of a state secret, in any cell: such a file is kept nowhere.
        self.mark: str | None = None
        self._outcomes: dict[int, str] = {}

    @classmethod
    def refusing(cls, kind: str, why: Any, *, dry_run: bool = False, keep_good: bool = False) -> "Report":
        """Of a file that cannot be read at all."""
        report = cls(kind, dry_run=dry_run, keep_good=keep_good)
        report.refuse(why)
        return report

    def new(self, row: Numbered) -> None:
        """The row made a record."""
        self.outcome(row, "new")

    def changed(self, row: Numbered) -> None:
        """The row changed a record that was there."""
        self.outcome(row, "changed")

    def unchanged(self, row: Numbered) -> None:
        """The record was there already and says the same."""
        self.outcome(row, "unchanged")

    def skipped(self, row: Numbered) -> None:
        """The map says that this row does not count."""
        self.outcome(row, "skipped")

    def outcome(self, row: Numbered, outcome: str) -> None:
        """What became of the row; once it is rejected it stays so."""
        if self._outcomes.get(row.number) != "rejected":
            self._outcomes[row.number] = outcome

    def error(self, row: Place, field: str | None, value: Any, why: Any) -> None:
        """The row cannot be taken."""
        self._note(row, field, value, why, "error")
        number = row if isinstance(row, int) or row is None else row.number
        if number is not None:
            self._outcomes[number] = "rejected"

    def warning(self, row: Place, field: str | None, value: Any, why: Any) -> None:
        """The row is taken, but somebody should look."""
        self._note(row, field, value, why, "warning")

    def refuse(self, why: Any, *, row: int | None = None, field: str | None = None, value: Any = None) -> None:
        """The whole file cannot be used: nothing is kept, not even with keep_good."""
        self._note(row, field, value, why, "error")
        self.refused = True

    def _note(self, row: Place, field: str | None, value: Any, why: Any, level: Level) -> None:
        number, column = (row, None) if isinstance(row, int) or row is None else (row.number, _column(row, field))
        if level == "error":
            self.errors += 1
        else:
            self.warnings += 1
        if len(self.rows) < MOST_NOTES:
            shown = None if value is None or value == "" else shortened(value)
            self.rows.append(Note(number, field, shown, why, level, column))

    def point(self) -> tuple[int, int, int]:
        """Where it stands now, for `rewind`."""
        return len(self.rows), self.errors, self.warnings

    def rewind(self, point: tuple[int, int, int], rows: Iterable[Numbered]) -> None:
        """Forget what was said of these rows since that point, because they are tried again."""
        kept, self.errors, self.warnings = point
        del self.rows[kept:]
        for row in rows:
            self._outcomes.pop(row.number, None)

    @property
    def counts(self) -> dict[str, int]:
        """Rows read, and what became of them."""
        by_outcome = Counter(self._outcomes.values())
        rest = ("new", "changed", "unchanged", "skipped", "rejected")
        return {"read": self.read} | {outcome: by_outcome[outcome] for outcome in rest}

    @property
    def unanswered(self) -> int:
        """Rows of which nobody said what became of them; anything but 0 is a mistake in a room's `load`."""
        return self.read - len(self._outcomes)

    @property
    def ok(self) -> bool:
        """Whether the file is good enough: no error at all, or errors in rows that may stay behind."""
        return not self.refused and (self.keep_good or not self.errors)

    @property
    def may_commit(self) -> bool:
        """The one question of whoever holds the transaction: commit, else roll back."""
        return self.ok and not self.dry_run

    def as_json(self) -> dict[str, Any]:
        """For --json."""
        return {
            "kind": self.kind,
            "dry_run": self.dry_run,
            "keep_good": self.keep_good,
            "ok": self.ok,
            "saved": self.may_commit,
            **self.counts,
            "errors": self.errors,
            "warnings": self.warnings,
            "rows": [note.as_json() for note in self.rows],
        }

    def told(self) -> dict[str, Any]:
        """The same to be kept: lazy texts become texts in the language of whoever asked."""
        told: dict[str, Any] = json.loads(json.dumps(self.as_json(), default=str))
        return told

    def __str__(self) -> str:
        """For people: first what came of it, then a line per note."""
        counts = gettext(
            "%(read)s rows read: %(new)s new, %(changed)s changed, %(unchanged)s unchanged, "
            "%(skipped)s skipped, %(rejected)s rejected.",
            **self.counts,
        )
        lines = [f"{self.kind}: {counts}", self._verdict(), *map(str, self.rows)]
        if unsaid := self.errors + self.warnings - len(self.rows):
            lines.append(gettext("And %(number)s more, which are not listed.", number=unsaid))
        return "\n".join(line for line in lines if line)

    def _verdict(self) -> str:
        if self.refused:
            return gettext("Nothing was changed: the file cannot be used as it is.")
        if not self.ok:
            rejected = self.counts["rejected"]
            return ngettext(
                "Nothing was changed, because %(num)s row has an error. Mend it, or take the good rows only.",
                "Nothing was changed, because %(num)s rows have an error. Mend them, or take the good rows only.",
                rejected,
            )
        return gettext("This was a trial: nothing was changed.") if self.dry_run else ""
