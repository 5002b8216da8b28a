"""What every room's `load` does with a record that is there already: find it, and take over what differs."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute

from expertise.base.database import Model, session

Found = TypeVar("Found", bound=Model)


def found_by(model: type[Found], column: InstrumentedAttribute[Any], values: Iterable[Any]) -> dict[Any, Found]:
    """The records whose column has one of these values, by that value; one query, none for no values."""
    asked = {value for value in values if value}
    if not asked:
        return {}
    rows = session().scalars(select(model).where(column.in_(asked)))
    return {getattr(one, column.key): one for one in rows}


def take_over(record: Any, values: Mapping[str, Any]) -> bool:
    """Set what differs, and nothing else; whether anything did."""
    different = {name: value for name, value in values.items() if getattr(record, name) != value}
    for name, value in different.items():
        setattr(record, name, value)
    return bool(different)


def own_id(record: Any) -> str:
    """By what an export names a record: its external id, or else its own, which an import matches too."""
    return str(record.external_id or record.id)
