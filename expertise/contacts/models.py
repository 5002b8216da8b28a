"""Contacts, the positions that keep them, and what happened with them."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, exists, false, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base.database import ID_LENGTH, Identified, Model, Recorded, Versioned
from expertise.people.models import Person
from expertise.posts.models import Position

KINDS = ("person", "organisation")
TIERS = (1, 2, 3)
RELATIONS = ("new", "working", "trusted", "strained")
# Why we may hold somebody's data (GDPR, article 6); empty is not recorded yet.
BASES = ("public_task", "consent", "contract", "legal_obligation", "legitimate_interest")
POSITION_TOKEN = "position:"  # noqa: S105 (a word of the rules, not a password)


class Contact(Identified, Recorded, Versioned, Model):
    """A person or an organisation outside the ministry. All staff may read it; the positions that keep it change it."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("kind IN ('person','organisation')", name="kind"),
        Index("ix_contact_name", "name"),
        Index("ix_contact_email", "email"),
    )

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(12), default="person")
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[str | None] = mapped_column(
        ForeignKey("contact.id", name="fk_contact_organisation_id"), index=True
    )
    email: Mapped[str] = mapped_column(String(254), default="")  # lower case
    phone: Mapped[str] = mapped_column(String(50), default="")
    country: Mapped[str | None] = mapped_column(String(2))  # ISO 3166-1 alpha-2
    languages: Mapped[str] = mapped_column(String(100), default="")  # as people write them: "English, French"
    notes: Mapped[str] = mapped_column(Text, default="")
    lawful_basis: Mapped[str] = mapped_column(String(30), default="")
    retain_until: Mapped[date | None]

    organisation: Mapped["Contact | None"] = relationship(remote_side="Contact.id")
    keepings: Mapped[list["Keeping"]] = relationship(back_populates="contact", order_by="Keeping.tier, Keeping.id")

    @property
    def present_keepings(self) -> list["Keeping"]:
        """By which positions it is kept now, the closest relation first."""
        return [one for one in self.keepings if one.present]

    @property
    def readers(self) -> frozenset[str]:
        """All staff: what must stay with a position is noted at its keeping."""
        return frozenset({"all"})

    @property
    def keepers(self) -> frozenset[str]:
        """The positions that keep it; nobody does: everyone may take it in hand."""
        return frozenset(f"{POSITION_TOKEN}{one.position_id}" for one in self.present_keepings) or self.readers

    @classmethod
    def keepers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        present = exists().where(Keeping.contact_id == cls.id, Keeping.until.is_(None))
        own = present.where(Keeping.position_id.in_(_positions_in(tokens)))
        return or_(own, ~present if "all" in tokens else false())


class Keeping(Identified, Recorded, Versioned, Model):
    """A position keeps a contact, so that whoever holds it next inherits the relation. No `until` is: still."""

    __tablename__ = "keeping"
    __table_args__ = (
        CheckConstraint("tier IN (1,2,3)", name="tier"),
        CheckConstraint("relation IN ('new','working','trusted','strained')", name="relation"),
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", name="until_after_since"),
        Index("ix_keeping_position_id_until", "position_id", "until"),
        Index("ix_keeping_contact_id", "contact_id"),
    )

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"))
    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"))
    tier: Mapped[int] = mapped_column(default=2)
    relation: Mapped[str] = mapped_column(String(10), default="new")
    sensitivities: Mapped[str] = mapped_column(Text, default="")
    since: Mapped[date | None]
    until: Mapped[date | None]

    contact: Mapped[Contact] = relationship(back_populates="keepings")
    position: Mapped[Position] = relationship()

    @property
    def present(self) -> bool:
        """Whether the position still keeps it."""
        return self.until is None

    @property
    def keepers(self) -> frozenset[str]:
        """Whoever holds the position."""
        return frozenset({f"{POSITION_TOKEN}{self.position_id}"})

    @property
    def confidants(self) -> frozenset[str]:
        """What a position noted about a relation stays with its holders."""
        return self.keepers

    @classmethod
    def confidants_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return cls.position_id.in_(_positions_in(tokens))

    keepers_meet = confidants_meet


# A position keeps a contact once at a time.
Index(
    "uq_keeping_contact_id_position_id",
    Keeping.contact_id,
    Keeping.position_id,
    unique=True,
    sqlite_where=Keeping.until.is_(None),
    postgresql_where=Keeping.until.is_(None),
)


class Interaction(Identified, Recorded, Model):
    """What happened with a contact, on a day, by one of us. All staff may read it."""

    __tablename__ = "interaction"
    __table_args__ = (Index("ix_interaction_contact_id_on", "contact_id", "on"),)

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"))
    position_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("position.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    on: Mapped[date]
    summary: Mapped[str] = mapped_column(Text, default="")

    contact: Mapped[Contact] = relationship()
    position: Mapped[Position | None] = relationship()
    person: Mapped[Person | None] = relationship()


def _positions_in(tokens: Iterable[str]) -> list[str]:
    """The ids of the positions that a viewer's tokens name."""
    return [one.removeprefix(POSITION_TOKEN) for one in tokens if one.startswith(POSITION_TOKEN)]
