"""Loading in batches: one look-up and one savepoint per batch; a row that fails late is reported.

A batch is saved in one savepoint. If the database or a verb refuses any of it, the batch is undone and its
rows are saved one by one, each in its own savepoint, so that the good ones go in and the bad one is named.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any, Literal, TypeVar

from flask_babel import lazy_gettext as _
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from expertise.base.database import session as ambient_session
from expertise.base.errors import NotFound, Refused
from expertise.base.tables.importing import Row
from expertise.base.tables.report import Report

BATCH = 500

Outcome = Literal["new", "changed", "unchanged"]
Known = TypeVar("Known")

_CONSTRAINT = re.compile(r"(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (.+))?")


def in_chunks(rows: Iterator[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """The rows in lists of at most `size`."""
    while chunk := list(islice(rows, size)):
        yield chunk


def load_in_batches(
    rows: Iterator[Row],
    report: Report,
    *,
    prepare: Callable[[list[Row]], Known],
    save: Callable[[Row, Known], Outcome | None],
    fields: Mapping[str, str] | None = None,
    session: Session | None = None,
    size: int = BATCH,
) -> None:
    """Save rows, and report on each.

    `prepare` looks up what a batch needs, in one query per table. `save` finds or makes one record, without a
    query, and says what became of the row; None if it reported an error itself. It may be called a second
    time for a row after a rollback, with what `prepare` then gives, so it keeps nothing elsewhere. `fields`
    tells which field a column or a constraint is about, where the names differ: {"starts_on": "start"}.
    """
    used = session if session is not None else ambient_session()
    for chunk in in_chunks(rows, size):
        point = report.point()
        try:
            _save_all(chunk, report, prepare, save, used)
        except (IntegrityError, DataError, Refused, NotFound):
            report.rewind(point, chunk)
            for row in chunk:
                _save_one(row, report, prepare, save, used, fields or {})


def _save_all(
    chunk: list[Row],
    report: Report,
    prepare: Callable[[list[Row]], Known],
    save: Callable[[Row, Known], Outcome | None],
    session: Session,
) -> None:
    with session.begin_nested():
        known = prepare(chunk)
        outcomes = [(row, save(row, known)) for row in chunk]
        session.flush()
    for row, outcome in outcomes:
        if outcome is not None:
            report.outcome(row, outcome)


def _save_one(
    row: Row,
    report: Report,
    prepare: Callable[[list[Row]], Known],
    save: Callable[[Row, Known], Outcome | None],
    session: Session,
    fields: Mapping[str, str],
) -> None:
    point = report.point()
    try:
        _save_all([row], report, prepare, save, session)
    except (IntegrityError, DataError, Refused, NotFound) as error:
        report.rewind(point, [row])
        field, why = reason_for(error, fields)
        report.error(row, field, row.get(field) if field else None, why)


def reason_for(error: Exception, fields: Mapping[str, str]) -> tuple[str | None, Any]:
    """Which field a late refusal is about, as far as it can be told, and what to say to the user."""
    if isinstance(error, Refused):
        return fields.get(error.field or "", error.field), error.message
    if isinstance(error, NotFound):
        return None, _("This row refers to something that is not there.")
    if isinstance(error, DBAPIError):
        sort, name, columns = _constraint(error)
        known = next((fields[one] for one in (name, *columns) if one in fields), None)
        # The last column is the telling one: of (post_id, code) it is the code that stands twice.
        field = known or (columns[-1] if columns else None)
        return field, _WHY.get(sort, _("The database cannot store this row. Check its values."))
    raise error


_WHY = {
    "UNIQUE": _("Another record has this already."),
    "NOT NULL": _("This is needed. Fill it in."),
    "FOREIGN KEY": _("This row refers to something that is not there."),
    "CHECK": _("This is not allowed here. Check the values of this row."),
}
_POSTGRESQL = {"23505": "UNIQUE", "23502": "NOT NULL", "23503": "FOREIGN KEY", "23514": "CHECK"}


def _constraint(error: DBAPIError) -> tuple[str, str, list[str]]:
    """The sort of constraint, its name and its columns, as far as the database tells them."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        sort = _POSTGRESQL.get(getattr(error.orig, "sqlstate", None) or "", "")
        key = re.search(r"\(([^)]+)\)=", diagnosis.message_detail or "")
        named = key.group(1) if key else diagnosis.column_name or ""
        columns = [column.strip(' "') for column in named.split(",") if column]
        return sort, diagnosis.constraint_name or "", columns
    found = _CONSTRAINT.search(str(error.orig))
    if found is None:
        return "", "", []
    sort, detail = found.groups()
    if sort == "CHECK":
        return sort, detail or "", []
    return sort, "", [one.strip().rpartition(".")[2] for one in (detail or "").split(",") if one.strip()]
