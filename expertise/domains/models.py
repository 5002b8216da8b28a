"""The tree of themes, their words in three languages, and the positions that work on them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.access.tokens import ids_in
from expertise.base import clock
from expertise.base.database import Identified, Model, Recorded
from expertise.people.models import Person
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
    keeper_rows: Mapped[list["DomainKeeper"]] = relationship(cascade="all, delete-orphan")
    terms: Mapped[list["DomainTerm"]] = relationship(
        cascade="all, delete-orphan", order_by="DomainTerm.language, DomainTerm.term", lazy="selectin"
    )

    @property
    def keepers(self) -> frozenset[str]:
        """The named people who keep it."""
        return frozenset(f"person:{one.person_id}" for one in self.keeper_rows)

    @classmethod
    def keepers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        people = ids_in(tokens, "person")
        return cls.id.in_(select(DomainKeeper.domain_id).where(DomainKeeper.person_id.in_(people)))

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


class DomainKeeper(Model):
    """A named person who keeps a theme: its words, its place in the tree, and what is merged into it."""

    __tablename__ = "domain_keeper"
    __table_args__ = (Index("ix_domain_keeper_person_id", "person_id"),)

    domain_id: Mapped[str] = mapped_column(ForeignKey("domain.id"), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class DomainAlias(Model):
    """A code or an external id that a domain once had, or that of one that was merged into it: old addresses work."""

    __tablename__ = "domain_alias"

    word: Mapped[str] = mapped_column(String(200), primary_key=True)  # in lower case
    domain_id: Mapped[str] = mapped_column(ForeignKey("domain.id"), index=True)


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
