"""Rows go in by the batch; one that the database or a verb refuses is named, and the others go in."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, ForeignKey, String, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from expertise.base.errors import NotFound, Refused
from expertise.base.tables import Field, Kind, Report, Row, Type, load_in_batches

from .kinds import Store, whys


class Base(DeclarativeBase):
    """Tables of this test alone."""


class Seat(Base):
    """A record with every sort of constraint."""

    __tablename__ = "seat"
    __table_args__ = (CheckConstraint("rank > 0", name="ck_seat_rank"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    rank: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"))


FIELDS = (Field("external_id"), Field("name"), Field("rank", Type.INTEGER), Field("parent", Type.INTEGER))


@pytest.fixture
def db() -> Iterator[Session]:
    """A database in memory, with foreign keys and savepoints that work."""
    engine = create_engine("sqlite://")

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN")

    Base.metadata.create_all(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


class Seats:
    """How a room writes its kind."""

    def __init__(self, db: Session, size: int = 500) -> None:
        self.db = db
        self.size = size
        self.kind = Kind("seats", FIELDS, self.load, lambda viewer: iter(()))

    def load(self, _viewer: Any, rows: Iterator[Row], report: Report) -> None:
        """By the batch."""
        self.report = report
        fields = {"parent_id": "parent", "ck_seat_rank": "rank", "title": "name"}
        load_in_batches(
            rows,
            report,
            prepare=self.prepare,
            save=self.save,
            fields=fields,
            session=self.db,
            size=self.size,
        )

    def prepare(self, rows: list[Row]) -> dict[str, Seat]:
        """One query."""
        wanted = [row["external_id"] for row in rows]
        found = self.db.scalars(select(Seat).where(Seat.external_id.in_(wanted)))
        return {seat.external_id: seat for seat in found}

    def save(self, row: Row, known: dict[str, Seat]) -> Any:
        """One record."""
        if row["name"] == "own":
            self.report.error(row, "name", row["name"], "The room's own word.")
            return None
        self.judge(row)
        values = {"name": row["name"], "rank": row["rank"], "parent_id": row.get("parent")}
        seat = known.get(row["external_id"])
        if seat is None:
            self.db.add(Seat(external_id=row["external_id"], **values))
            return "new"
        if all(getattr(seat, name) == value for name, value in values.items()):
            return "unchanged"
        for name, value in values.items():
            setattr(seat, name, value)
        return "changed"

    def judge(self, row: Row) -> None:
        """As verbs do."""
        if row["name"] == "refused":
            raise Refused("Not this one.", field="title")
        if row["name"] == "missing":
            raise NotFound
        if row["name"] == "odd":
            self.report.warning(row, "name", row["name"], "Look at this.")


def seats(db: Session, size: int = 500) -> Kind:
    """The kind."""
    return Seats(db, size).kind


def take(kind: Kind, lines: list[str], **options: Any) -> Report:
    """Import rows."""
    store = Store()
    store.kind = kind
    return store.take("external_id,name,rank,parent\n" + "\n".join(lines), **options)


@pytest.mark.parametrize("size", [2, 500])
def test_rows_that_fail_late_are_named_and_the_others_go_in(db: Session, size: int) -> None:
    lines = [
        "1,a,1,",
        "2,a,1,",
        "3,c,-1,",
        "4,,1,",
        "5,odd,1,99",
        "6,refused,1,",
        "7,missing,1,",
        "8,own,1,",
        "9,odd,2,",
    ]
    report = take(seats(db, size), lines, keep_good=True)
    assert whys(report) == [
        (3, "name", "Another record has this already."),
        (4, "rank", "This is not allowed here. Check the values of this row."),
        (5, "name", "This is needed. Fill it in."),
        (6, None, "This row refers to something that is not there."),
        (7, "name", "Not this one."),
        (8, None, "This row refers to something that is not there."),
        (9, "name", "The room's own word."),
        (10, "name", "Look at this."),
    ]
    assert report.counts == {"read": 9, "new": 2, "changed": 0, "unchanged": 0, "skipped": 0, "rejected": 7}
    assert (report.errors, report.warnings) == (7, 1)
    assert db.scalars(select(Seat.external_id).order_by(Seat.id)).all() == ["1", "9"]


def test_again_changes_nothing_and_a_change_is_counted(db: Session) -> None:
    lines = [f"{number},n{number},1," for number in range(1200)]
    assert take(seats(db), lines).counts["new"] == 1200
    assert take(seats(db), lines).counts["unchanged"] == 1200
    assert take(seats(db), [*lines[:-1], "1199,other,1,"]).counts["changed"] == 1
    assert db.scalar(select(func.count()).select_from(Seat)) == 1200


def test_a_batch_asks_the_database_a_few_times_and_not_per_row(db: Session) -> None:
    lines = [f"{number},n{number},1," for number in range(2000)]
    take(seats(db), lines)
    asked: list[str] = []
    event.listen(db.get_bind(), "before_cursor_execute", lambda _c, _cu, statement, *_rest: asked.append(statement))
    take(seats(db), lines)
    assert len([statement for statement in asked if statement.startswith("SELECT")]) == 4
