"""What people say of themselves, who endorses it, and what they hide or object to. What is observed is never stored."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.access.owned import Own
from expertise.access.tokens import ids_in
from expertise.base import clock
from expertise.base.database import Identified, Model, Recorded
from expertise.domains.models import Domain
from expertise.people.models import Person

KINDS = ("domain", "language", "region", "training")
# How well somebody knows a domain, from the least to the most.
LEVELS = ("basic", "working", "expert")
# The levels of the Common European Framework of Reference for Languages.
CEFR = ("A1", "A2", "B1", "B2", "C1", "C2")
# What somebody objects to: that anything is observed of them, or that they are listed at all.
SCOPES = ("observed", "listed")


class Claim(Own, Identified, Recorded, Model):
    """What somebody declares: a domain with a level, a language, a region, or a training. Theirs alone to change."""

    __tablename__ = "expertise_claim"
    __table_args__ = (
        UniqueConstraint("person_id", "domain_id"),
        Index(
            "uq_expertise_claim_person_id_kind_code_title",
            *("person_id", "kind", "code", "title"),
            unique=True,
            sqlite_where=text("kind <> 'domain'"),
            postgresql_where=text("kind <> 'domain'"),
        ),
        CheckConstraint("kind IN ('domain','language','region','training')", name="kind"),
        CheckConstraint("level IN ('','basic','working','expert')", name="level"),
        CheckConstraint("reading IN ('','A1','A2','B1','B2','C1','C2')", name="reading"),
        CheckConstraint("speaking IN ('','A1','A2','B1','B2','C1','C2')", name="speaking"),
        CheckConstraint("(kind = 'domain') = (domain_id IS NOT NULL)", name="domain"),
        CheckConstraint("until_year IS NULL OR from_year IS NULL OR until_year >= from_year", name="years"),
        Index("ix_expertise_claim_domain_id", "domain_id"),
        Index("ix_expertise_claim_kind_code", "kind", "code"),
    )

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10))
    domain_id: Mapped[str | None] = mapped_column(ForeignKey("domain.id"))
    # Of a language ISO 639, of a region ISO 3166; a training has a title.
    code: Mapped[str] = mapped_column(String(3), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    level: Mapped[str] = mapped_column(String(10), default="")
    reading: Mapped[str] = mapped_column(String(2), default="")
    speaking: Mapped[str] = mapped_column(String(2), default="")
    from_year: Mapped[int | None]
    until_year: Mapped[int | None]  # none: still
    evidence: Mapped[str] = mapped_column(Text, default="")
    declared_on: Mapped[dt.date] = mapped_column(default=clock.today)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    domain: Mapped[Domain | None] = relationship()
    endorsements: Mapped[list["Endorsement"]] = relationship(
        back_populates="claim", cascade="all, delete-orphan", order_by="Endorsement.endorsed_on, Endorsement.id"
    )

    def last_year(self, today: dt.date) -> int:
        """The year in which it was last true, as far as was said."""
        return self.until_year or today.year


class Endorsement(Identified, Model):
    """A colleague says that it is so, and from where they know. Who is endorsed may take it off."""

    __tablename__ = "expertise_endorsement"
    __table_args__ = (
        UniqueConstraint("claim_id", "by_id"),
        Index("ix_expertise_endorsement_by_id", "by_id"),
    )

    claim_id: Mapped[str] = mapped_column(ForeignKey("expertise_claim.id"))
    by_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    note: Mapped[str] = mapped_column(String(500), default="")
    endorsed_on: Mapped[dt.date] = mapped_column(default=clock.today)

    claim: Mapped[Claim] = relationship(back_populates="endorsements")
    by: Mapped[Person] = relationship(lazy="joined", innerjoin=True)

    @property
    def owners(self) -> frozenset[str]:
        """Who gave it, and of whom it is said."""
        return self.claim.owners | {f"person:{self.by_id}"}

    @classmethod
    def owners_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        mine = ids_in(tokens, "person")
        return cls.by_id.in_(mine) | cls.claim_id.in_(select(Claim.id).where(Claim.person_id.in_(mine)))


class Hidden(Model):
    """An observation that its person does not want to be shown or counted, by its key: entry:<id>, domain:<id> ..."""

    __tablename__ = "expertise_hidden"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    hidden_on: Mapped[dt.date] = mapped_column(default=clock.today)


class Objection(Model):
    """A person objects: nothing is observed of them, or they are not listed at all."""

    __tablename__ = "expertise_objection"
    __table_args__ = (CheckConstraint("scope IN ('observed','listed')", name="scope"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(String(10))
    since: Mapped[dt.date] = mapped_column(default=clock.today)
