"""What the leaver writes in the sections of a note, and what a section said before."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base.database import Identified, Model, Recorded, Versioned
from expertise.contacts.models import Contact
from expertise.dossiers.models import Dossier, Entry
from expertise.people.models import Person

HEADER, WEEK_ONE, DOSSIERS, COMMITMENTS, RELATIONS, RHYTHM = 0, 1, 2, 3, 4, 5
PEOPLE, PLACES, READING, MONEY, ADVICE, UNKNOWN, LESSONS, RECEIPT = 6, 7, 8, 9, 10, 11, 12, 13
CONFIDENCES = ("sure", "think", "heard")
PLANS = ("in_person", "call", "letter", "not_transferred")


class WeekOneItem(Identified, Model):
    """One of the three things to do in week 1."""

    __tablename__ = "week_one_item"

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), index=True)
    place: Mapped[int]
    text: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date | None]


class HandoverDossier(Identified, Recorded, Versioned, Model):
    """What the leaver says of a dossier beside what stands in it. Line, state and next step stand in the dossier."""

    __tablename__ = "handover_dossier"
    __table_args__ = (
        UniqueConstraint("handover_id", "dossier_id"),
        CheckConstraint("confidence IN ('','sure','think','heard')", name="confidence"),
    )

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), index=True)
    partners: Mapped[str] = mapped_column(Text, default="")
    budget: Mapped[str] = mapped_column(Text, default="")
    difficulties: Mapped[str] = mapped_column(Text, default="")
    contingency: Mapped[str] = mapped_column(Text, default="")
    opposition: Mapped[str] = mapped_column(Text, default="")
    tried_failed: Mapped[str] = mapped_column(Text, default="")
    confidence: Mapped[str] = mapped_column(String(5), default="")

    dossier: Mapped[Dossier] = relationship()


class HandoverCommitment(Identified, Recorded, Model):
    """Who takes over what was promised, or when it was told that it lapses."""

    __tablename__ = "handover_commitment"
    __table_args__ = (UniqueConstraint("handover_id", "entry_id"),)

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id"), index=True)
    taker_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    to_successor: Mapped[bool] = mapped_column(default=False)  # whoever comes: nobody is named yet
    lapses_told_on: Mapped[date | None]

    taker: Mapped[Person | None] = relationship()
    entry: Mapped[Entry] = relationship()


class HandoverRelation(Identified, Recorded, Model):
    """How the successor is introduced to a contact."""

    __tablename__ = "handover_relation"
    __table_args__ = (
        UniqueConstraint("handover_id", "contact_id"),
        CheckConstraint("plan IN ('','in_person','call','letter','not_transferred')", name="plan"),
    )

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), index=True)
    plan: Mapped[str] = mapped_column(String(20), default="")
    planned_on: Mapped[date | None]
    why: Mapped[str] = mapped_column(Text, default="")
    done_on: Mapped[date | None]  # the leaver or the successor says that it took place

    contact: Mapped[Contact] = relationship()


class SectionText(Identified, Recorded, Versioned, Model):
    """The free text of a section, or an explicit "none". Its version guards the whole section."""

    __tablename__ = "section_text"
    __table_args__ = (UniqueConstraint("handover_id", "number"),)

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    none: Mapped[bool] = mapped_column(default=False)


class SectionRevision(Identified, Model):
    """What a section said before it was saved again, whole, under the names of its form."""

    __tablename__ = "section_revision"
    __table_args__ = (UniqueConstraint("handover_id", "number", "item", "version"),)

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    number: Mapped[int]
    item: Mapped[str] = mapped_column(String(12), default="")  # the dossier, in section 2
    version: Mapped[int]
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
