"""A long list in pages, as parts/pager.html shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Select, func, select

from expertise.base.database import session

Shown = TypeVar("Shown")
PAGE = 50


@dataclass(frozen=True)
class Page(Generic[Shown]):
    """One page of a list, and how long the whole is; `more`: it goes on after `total`, and nobody counted how far."""

    rows: Sequence[Shown]
    total: int
    number: int
    size: int = PAGE
    more: bool = False

    @property
    def pages(self) -> int:
        """How many there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def has_prev(self) -> bool:
        """There is one before."""
        return self.number > 1

    @property
    def has_next(self) -> bool:
        """There is one after."""
        return self.number < self.pages


def paged(
    query: Select[Any], number: int, *, size: int = PAGE, most: int | None = None, total: int | None = None
) -> Page[Any]:
    """A page of the records that a query of one entity finds; a number too high means the last.

    Two queries, or one where it is known how many there are (`total`). `most` is how far is counted and turned, where
    the whole would be too long to count for every look.
    """
    if total is None:
        counted = query.order_by(None)
        if most is not None:
            counted = counted.limit(most + 1)
        total = session().scalar(select(func.count()).select_from(counted.subquery())) or 0
    more = most is not None and total > most
    total = min(total, most) if most is not None else total
    last = max(1, -(-total // size))
    number = min(max(number, 1), last)
    rows = session().scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(rows, total, number, size, more)


def page_number(text: str | None) -> int:
    """The number out of an address; 1 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
