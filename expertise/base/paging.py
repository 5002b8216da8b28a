"""A long list in pages, as parts/pager.html shows them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy import Integer, Select, bindparam, func, select

from expertise.base.database import session

Shown = TypeVar("Shown")
PAGE = 50
_SIZE, _START = bindparam("page_size", type_=Integer()), bindparam("page_start", type_=Integer())


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


def paged(query: Select[Any], number: int, *, size: int = PAGE, most: int | None = None) -> Page[Any]:
    """A page of the records that a query of one entity finds; a number too high means the last.

    Two queries. `most` is how far is counted and turned, where the whole would be too long to count for every look.
    """
    counted = query.order_by(None)
    if most is not None:
        counted = counted.limit(most + 1)
    total = session().scalar(select(func.count()).select_from(counted.subquery())) or 0
    more = most is not None and total > most
    total = min(total, most) if most is not None else total
    number = _within(number, total, size)
    rows = session().scalars(query.limit(size).offset((number - 1) * size)).unique().all()
    return Page(rows, total, number, size, more)


def in_pages(query: Select[Any]) -> Select[Any]:
    """A query that is made once, at import, for `page_of`."""
    return query.limit(_SIZE).offset(_START)


def page_of(query: Select[Any], number: int, *, total: int, size: int = PAGE, **asked: Any) -> Page[Any]:
    """A page of what `in_pages` made, where it is known how many there are; `asked` fills in the rest of the query."""
    number = _within(number, total, size)
    rows = session().scalars(query, {"page_size": size, "page_start": (number - 1) * size, **asked}).all()
    return Page(rows, total, number, size)


def _within(number: int, total: int, size: int) -> int:
    return min(max(number, 1), max(1, -(-total // size)))


def page_by_keys(
    keys: Sequence[str],
    number: int,
    load: Callable[[Sequence[str]], Iterable[Shown]],
    *,
    size: int = PAGE,
    most: int | None = None,
) -> Page[Shown]:
    """A page of records whose keys are known, in their order: only those of the page are loaded, by `load`.

    `keys` has one more than `most` where the list goes on: so what puts them in order is worked out once, for the count
    and for the page.
    """
    more = most is not None and len(keys) > most
    total = min(len(keys), most) if most is not None else len(keys)
    number = _within(number, total, size)
    return Page(list(load(keys[:total][size * (number - 1) : size * number])), total, number, size, more)


def page_number(text: str | None) -> int:
    """The number out of an address; 1 for anything else."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else 1
