"""Pointers to documents above the ceiling, which are kept elsewhere."""

import datetime as dt

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base import clock
from expertise.base.database import Identified, Model
from expertise.dossiers.models.dossier import Dossier
from expertise.dossiers.models.rights import OfDossier
from expertise.posts.models import Position

# What a pointer may say of a document that is kept elsewhere: chosen, never typed.
SECRET_MARKINGS = ("stg_c", "stg_g", "stg_zg", "nato_c", "nato_s", "nato_cts", "eu_c", "eu_s", "eu_ts", "other")


class DossierPointer(OfDossier, Identified, Model):
    """That a document above the ceiling exists, where it is and whom to ask; never what stands in it."""

    __tablename__ = "dossier_pointer"
    put_by = "noted_by_id"
    __table_args__ = (
        CheckConstraint(
            "marking IN ('stg_c','stg_g','stg_zg','nato_c','nato_s','nato_cts','eu_c','eu_s','eu_ts','other')",
            name="marking",
        ),
        Index("ix_dossier_pointer_dossier_id", "dossier_id"),
    )

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    marking: Mapped[str] = mapped_column(String(10))
    system: Mapped[str] = mapped_column(String(200))
    reference: Mapped[str] = mapped_column(String(200), default="")
    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"))
    noted_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    noted_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    dossier: Mapped[Dossier] = relationship()
    position: Mapped[Position] = relationship(lazy="joined", innerjoin=True)
