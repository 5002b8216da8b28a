"""Pointers to documents above the ceiling, which are kept elsewhere."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.access.tokens import ids_in
from expertise.base import clock
from expertise.base.database import Identified, Model
from expertise.dossiers.models.dossier import Dossier, DossierReader
from expertise.posts.models import Position

# What a pointer may say of a document that is kept elsewhere: chosen, never typed.
SECRET_MARKINGS = ("stg_c", "stg_g", "stg_zg", "nato_c", "nato_s", "nato_cts", "eu_c", "eu_s", "eu_ts", "other")


class DossierPointer(Identified, Model):
    """That a document above the ceiling exists, where it is and whom to ask; never what stands in it."""

    __tablename__ = "dossier_pointer"
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

    @property
    def readers(self) -> frozenset[str]:
        """Those of its dossier."""
        return self.dossier.readers

    @classmethod
    def readers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return exists().where(DossierReader.dossier_id == cls.dossier_id, DossierReader.token.in_(list(tokens)))

    @property
    def editors(self) -> frozenset[str]:
        """Who noted it, and who keeps the dossier."""
        own = {f"person:{self.noted_by_id}"} if self.noted_by_id else set()
        return self.dossier.keepers | own

    @classmethod
    def editors_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        kept = select(Dossier.id).where(Dossier.keepers_meet(tokens))
        return or_(cls.noted_by_id.in_(ids_in(tokens, "person")), cls.dossier_id.in_(kept))
