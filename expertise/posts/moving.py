"""What moves when two posts, positions or postings are merged: every room says so for its own tables.

The second indirection between rooms, made like base/panels.py: a room above registers its columns, in its own
moves.py, and tests/house proves that no foreign key to these tables is forgotten.

    of_position.column(Duty.position_id, _("Meetings and reports"))
    of_position.column(DossierShare.position_id, _("Shares"), once_per=(DossierShare.dossier_id,))
    of_position.also(rename_readers)
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import InstrumentedAttribute

from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.base.remembering import remember

When = Callable[[Any], bool]
# (row of the one that stays, row of the one that goes): bring the second into the first, before it is struck out.
Fold = Callable[[Any, Any], None]
# (id of the one that stays, id of the one that goes): what no column says.
Also = Callable[[str, str], None]
# (id of the one that stays, or that has another code or name): tell search what shows it.
Tells = Callable[[str], None]


@dataclass(frozen=True)
class Column:
    """A column of rows that move. Of rows that may be there once per something, the twin of the one that stays is kept.

    `once_per` are columns that together tell twins; `when` says of a row whether it can be a twin; `fold` brings what
    the second row says into the first.
    """

    column: InstrumentedAttribute[Any]
    label: Any
    once_per: tuple[InstrumentedAttribute[Any], ...] = ()
    once_each: bool = False  # one row at most, whatever it holds
    when: When = bool
    fold: Fold | None = None

    @property
    def model(self) -> Any:
        """The table's class."""
        return self.column.class_

    def count(self, gone: str) -> int:
        """How many rows name the one that goes."""
        return session().scalar(select(func.count()).select_from(self.model).where(self.column == gone)) or 0

    def twins(self, stays: str, gone: str) -> list[tuple[Any, Any]]:
        """The rows that are there at both: (of the one that stays, of the one that goes)."""
        if not self.once_per and not self.once_each:
            return []
        kept = {self._key(one): one for one in self._rows(stays)}
        return [(kept[key], one) for one in self._rows(gone) if (key := self._key(one)) in kept]

    def _rows(self, named: str) -> list[Any]:
        rows = session().scalars(select(self.model).where(self.column == named)).unique()
        return [one for one in rows if self.when(one)]

    def _key(self, row: Any) -> tuple[Any, ...]:
        return tuple(getattr(row, one.key) for one in self.once_per)

    def move(self, stays: str, gone: str) -> None:
        """Move the rows; a twin is struck out."""
        for kept, lost in self.twins(stays, gone):
            if self.fold is not None:
                self.fold(kept, lost)
            session().delete(lost)
        session().flush()
        since = remember(self.model, self.column == gone, self.column)
        session().execute(
            update(self.model)
            .where(self.column == gone)
            .values({self.column.key: stays} | since)
            .execution_options(synchronize_session=False)
        )


@dataclass(frozen=True)
class Line:
    """What the page says of one kind of rows: how many move, and how many are there at both already."""

    label: Any
    count: int
    twins: int


@dataclass
class Moves:
    """What moves with a post, a position or a posting."""

    name: str
    columns: list[Column] = field(default_factory=list)
    _also: list[Also] = field(default_factory=list)
    _tells: list[Tells] = field(default_factory=list)

    def column(
        self,
        column: InstrumentedAttribute[Any],
        label: Any,
        *,
        once_per: Iterable[InstrumentedAttribute[Any]] = (),
        once_each: bool = False,
        when: When = bool,
        fold: Fold | None = None,
    ) -> None:
        """Register a column."""
        self.columns.append(Column(column, label, tuple(once_per), once_each, when, fold))

    def also(self, function: Also) -> Also:
        """Register what else is to be done once the rows are moved: readers, the index."""
        self._also.append(function)
        return function

    def tells(self, function: Tells) -> Tells:
        """Register what search must read anew where a code or a name is another: after a merge, and after a change."""
        self._tells.append(function)
        return function

    def tell(self, record_id: str) -> None:
        """Have search read anew all that shows the code or the name of this record."""
        for function in self._tells:
            function(record_id)

    def lines(self, stays: str, gone: str) -> Iterator[Line]:
        """What would move; of the kinds of which there is anything."""
        for column in self.columns:
            count = column.count(gone)
            if count:
                yield Line(column.label, count, len(column.twins(stays, gone)))

    def move(self, stays: str, gone: str) -> dict[str, int]:
        """Move all of it; says how many rows of each table named the one that goes."""
        moved = {f"{one.model.__tablename__}.{one.column.key}": one.count(gone) for one in self.columns}
        for column in self.columns:
            column.move(stays, gone)
        # What was loaded before still names the one that goes.
        session().expire_all()
        for function in self._also:
            function(stays, gone)
        self.tell(stays)
        return {name: count for name, count in moved.items() if count}


of_post = Moves("post")
of_position = Moves("position")
of_posting = Moves("posting")


def refuse_twins(why: Any) -> Fold:
    """For rows that cannot be made one: the merge is refused with this reason."""

    def refuse(_kept: Any, _lost: Any) -> None:
        raise Refused(why)

    return refuse
