"""The note as it was frozen, and what the successor read back and took over."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base import clock
from expertise.base.database import Identified, Model, Recorded
from expertise.dossiers.models import Dossier
from expertise.handovers.models.handover import Handover
from expertise.people.models import Person


class Frozen(Identified, Model):
    """The note as it was when it was frozen: the leaver's words. Never changed."""

    __tablename__ = "frozen"

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), unique=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    reason: Mapped[str] = mapped_column(Text, default="")  # why it was frozen before it was signed
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    handover: Mapped[Handover] = relationship(back_populates="frozen")


class FrozenDossier(Model):
    """Which dossiers a frozen note speaks of, so that it is found again when one of them changes."""

    __tablename__ = "frozen_dossier"

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True, index=True)


class ReadBack(Identified, Recorded, Model):
    """What a successor understood of a dossier, in two lines; the leaver confirms it or puts it right."""

    __tablename__ = "read_back"
    __table_args__ = (Index("ix_read_back_handover_id_dossier_id", "handover_id", "dossier_id"),)

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    confirmed: Mapped[bool] = mapped_column(default=False)
    correction: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[datetime | None]

    handover: Mapped[Handover] = relationship(back_populates="read_backs")
    person: Mapped[Person | None] = relationship()
    dossier: Mapped[Dossier] = relationship()

    @property
    def waits(self) -> bool:
        """Whether the leaver has yet to answer."""
        return self.answered_at is None


class Receipt(Identified, Model):
    """Somebody took the note over. After an acting holder the successor does so too."""

    __tablename__ = "receipt"
    __table_args__ = (UniqueConstraint("handover_id", "person_id"),)

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person] = relationship()
