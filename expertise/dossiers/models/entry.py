"""The entries of a dossier, with every text that they once had."""

import datetime as dt
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base import clock
from expertise.base.database import Identified, Model, Recorded, Versioned
from expertise.domains.models import Domain
from expertise.dossiers.models.dossier import LONGEST_TITLE, Dossier
from expertise.dossiers.models.rights import OfDossier
from expertise.people.models import Person
from expertise.posts.models import Post

KINDS = (
    "background",
    "state_of_play",
    "decision",
    "commitment",
    "meeting_report",
    "lesson",
    "pitfall",
    "how_to",
)
OUTCOMES = ("kept", "lapsed")
ENTRY_TEXTS = (
    *("title", "body", "kind", "date", "date_precision", "language", "to_whom", "due_on", "settled_on", "outcome"),
    "tags",
)


class Entry(OfDossier, Identified, Recorded, Versioned, Model):
    """A dated piece of what is known in a dossier. Revised, never overwritten. A date may be known to the year only."""

    __tablename__ = "entry"
    put_by = "author_id"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('background','state_of_play','decision','commitment',"
            "'meeting_report','lesson','pitfall','how_to')",
            name="kind",
        ),
        CheckConstraint("language IN ('nl','en','fr')", name="language"),
        CheckConstraint("outcome IN ('','kept','lapsed')", name="outcome"),
        Index("ix_entry_dossier_id_date", "dossier_id", "date"),
        # With the dossier, so that who wrote how much that is open is counted without a look at any text.
        Index("ix_entry_author_id_dossier_id", "author_id", "dossier_id"),
        Index("ix_entry_kind_due_on", "kind", "due_on"),
    )

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    post_id: Mapped[str | None] = mapped_column(ForeignKey("post.id"))
    author_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20), default="background")
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(Text, default="")
    date: Mapped[dt.date | None]
    date_precision: Mapped[str] = mapped_column(String(5), default="day")
    language: Mapped[str] = mapped_column(String(2), default="nl")
    tags: Mapped[list[str]] = mapped_column(JSON, default=list)
    # Of a commitment: to whom, by when, and what came of it.
    to_whom: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[dt.date | None]
    settled_on: Mapped[dt.date | None]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    written_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    dossier: Mapped[Dossier] = relationship()
    post: Mapped[Post | None] = relationship()
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    written_by: Mapped[Person | None] = relationship(foreign_keys=[written_by_id])
    domains: Mapped[list[Domain]] = relationship(secondary="entry_domain", order_by=Domain.code)

    @property
    def open(self) -> bool:
        """Whether it is a commitment that is still to be kept."""
        return self.kind == "commitment" and self.settled_on is None


class EntryDomain(Model):
    """An entry is about a domain that its dossier is not about."""

    __tablename__ = "entry_domain"
    __table_args__ = (Index("ix_entry_domain_domain_id", "domain_id"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    domain_id: Mapped[str] = mapped_column(ForeignKey("domain.id"), primary_key=True)


class EntryRevision(Identified, Model):
    """A text that an entry had before. Never changed."""

    __tablename__ = "entry_revision"
    __table_args__ = (UniqueConstraint("entry_id", "version"),)

    entry_id: Mapped[str] = mapped_column(ForeignKey("entry.id"))
    version: Mapped[int]
    at: Mapped[dt.datetime]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    person: Mapped[Person | None] = relationship(lazy="joined")
