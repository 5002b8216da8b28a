"""The tree of themes, their words in three languages, and the positions that work on them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base import clock
from expertise.base.database import Identified, Model, Recorded
from expertise.posts.models import Position

LANGUAGES = ("nl", "en", "fr")


class Domain(Identified, Recorded, Model):
    """A theme of expertise."""

    __tablename__ = "domain"
    __remembers__ = ("id", "parent_id")

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name_nl: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    name_fr: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("domain.id"), index=True)

    parent: Mapped["Domain | None"] = relationship(remote_side="Domain.id")
    terms: Mapped[list["DomainTerm"]] = relationship(
        cascade="all, delete-orphan", order_by="DomainTerm.language, DomainTerm.term", lazy="selectin"
    )

    def name(self, language: str) -> str:
        """In the reader's language."""
        return self.names.get(language) or self.name_en

    @property
    def names(self) -> dict[str, str]:
        """By language."""
        return {"nl": self.name_nl, "en": self.name_en, "fr": self.name_fr}

    def synonyms(self, language: str) -> list[str]:
        """Other words for it in a language."""
        return [one.term for one in self.terms if one.language == language]


class DomainTerm(Identified, Model):
    """Another word for a domain: what lets "wapenbeheersing" find "arms control"."""

    __tablename__ = "domain_term"
    __table_args__ = (
        UniqueConstraint("domain_id", "language", "term"),
        CheckConstraint("language IN ('nl','en','fr')", name="language"),
    )

    domain_id: Mapped[str] = mapped_column(ForeignKey("domain.id"))
    language: Mapped[str] = mapped_column(String(2))
    term: Mapped[str] = mapped_column(String(200))


class PositionDomain(Model):
    """A position works on a domain."""

    __tablename__ = "position_domain"
    __remembers__ = ("position_id", "domain_id")
    __table_args__ = (Index("ix_position_domain_domain_id", "domain_id"),)

    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"), primary_key=True)
    domain_id: Mapped[str] = mapped_column(ForeignKey("domain.id"), primary_key=True)
    # None: filed before this was kept; then it counts as known since ever.
    created_at: Mapped[datetime | None] = mapped_column(default=clock.now)

    domain: Mapped[Domain] = relationship(lazy="joined", innerjoin=True)
    position: Mapped[Position] = relationship()
