"""A file between its trial and the deed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ColumnElement, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from expertise.base import clock
from expertise.base.database import Identified, Model


class IntakeFile(Identified, Model):
    """A file that HR or an administrator brings in: kept for a day, before the deed and after it."""

    __tablename__ = "intake_file"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    report: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    # When its good rows were taken in; what was left out can still be fetched, to be mended.
    taken_at: Mapped[datetime | None]

    @property
    def owners(self) -> frozenset[str]:
        """Who put it there."""
        return frozenset({f"person:{self.person_id}"})

    @classmethod
    def owners_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return cls.person_id.in_([one.removeprefix("person:") for one in tokens if one.startswith("person:")])
