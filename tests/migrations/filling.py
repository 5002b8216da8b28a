"""Rows for every table of a schema, whatever it is: two each, that meet its keys, lengths and lists of values."""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    func,
    select,
)
from sqlalchemy import inspect as look_at
from sqlalchemy import table as table_of

from expertise.base.schema import present

ROWS = 2
MOMENT = dt.datetime(2026, 11, 23, 8, 14, tzinfo=dt.UTC)
ALEMBIC = "alembic_version"
Values = Mapping[str, Mapping[str, Any]]
_KNOWN: dict[tuple[str, str | None], MetaData] = {}


def fill(connection: Connection, values: Values, only_empty: bool = True) -> None:
    """Put rows in; `values` says, per table and column, what a rule of the subject wants (a value, or one per row)."""
    schema = reflected(connection)
    for table in schema.sorted_tables:
        if only_empty and connection.execute(select(1).select_from(table).limit(1)).first():
            continue
        listed = _listed(connection, table)
        for number in range(ROWS):
            row = {one.name: _value(one, number, listed) for one in table.columns}
            row = {name: value for name, value in row.items() if value is not None}
            for name, value in values.get(table.name, {}).items():
                # A later migration may have taken the column away.
                if name in table.columns:
                    row[name] = value[number] if isinstance(value, list) else value
            connection.execute(table.insert().values(**row))


def rows(connection: Connection, name: str) -> list[dict[str, Any]]:
    """Everything in a table, by its columns as they now are."""
    table = Table(name, MetaData(), autoload_with=connection, resolve_fks=False)
    return [dict(one) for one in connection.execute(table.select().order_by(*table.primary_key)).mappings()]


def counts(connection: Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = set(look_at(connection).get_table_names()) - {ALEMBIC}
    return {name: connection.scalar(select(func.count()).select_from(table_of(name))) or 0 for name in names}


def reflected(connection: Connection) -> MetaData:
    """The schema as the database has it, without Alembic's own table; looked at once for each release."""
    release = (connection.dialect.name, present(connection))
    if release not in _KNOWN:
        found = MetaData()
        found.reflect(connection)
        found.remove(found.tables[ALEMBIC])
        _KNOWN[release] = found
    return _KNOWN[release]


def _listed(connection: Connection, table: Table) -> dict[str, str]:
    """Column -> the first value of the list that a check allows."""
    found = {}
    for check in look_at(connection).get_check_constraints(table.name):
        text = re.sub(r"::[a-z ]+(\[\])?", "", check["sqltext"])
        for column, value in re.findall(r"\(*\b(\w+)\)*(?: IN \(|\s*= ANY \(+ARRAY\[)\(?'([^']*)'", text):
            found[column] = value
    return found


def _value(column: Column[Any], number: int, listed: Mapping[str, str]) -> Any:
    if column.name in listed:
        return listed[column.name]
    if column.nullable and not column.primary_key:
        return None
    for key in column.foreign_keys:
        if key.column.table is column.table:
            return None
        return _text(key.column, number)
    for kind, value in (
        (Boolean, False),
        (DateTime, MOMENT),
        (Date, MOMENT.date() + dt.timedelta(days=number)),
        (Integer, number + 1),
        (Numeric, number),
        (Float, number / 4),
        (JSON, {}),
        (LargeBinary, b"x"),
    ):
        if isinstance(column.type, kind):
            return value
    return _text(column, number)


def _text(column: Column[Any], number: int) -> Any:
    if isinstance(column.type, Integer):
        return number + 1
    return f"{number}{column.table.name}{column.name}"[: getattr(column.type, "length", None) or 200]
