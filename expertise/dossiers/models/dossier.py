"""Dossiers, who keeps and who reads them, and every text that they once had."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    exists,
    false,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.access.tokens import ids_in
from expertise.base import clock
from expertise.base.database import Identified, Model, Recorded, Versioned
from expertise.contacts.models import Contact
from expertise.domains.models import Domain
from expertise.people.models import Person
from expertise.posts.models import Position, Post

LANGUAGES = ("nl", "en", "fr")
STATUSES = ("active", "archived")
REACHES = ("open", "restricted")
MARKINGS = ("", "internal", "dv")
URGENCIES = (1, 2, 3)
LONGEST_TITLE = 1000
# What a revision holds: everything that people write in a dossier or an entry.
DOSSIER_TEXTS = (
    *("title", "summary", "objectives", "state_of_play", "line_to_take", "line_valid_until", "line_cleared_by"),
    *("next_step", "next_step_on", "next_step_by", "urgency", "language", "marking"),
)
EVERYONE = "all"


class Dossier(Identified, Recorded, Versioned, Model):
    """A subject that is followed for years. A position keeps it, so that it passes to whoever holds that next."""

    __tablename__ = "dossier"
    __table_args__ = (
        CheckConstraint("urgency IN (1,2,3)", name="urgency"),
        CheckConstraint("language IN ('nl','en','fr')", name="language"),
        CheckConstraint("status IN ('active','archived')", name="status"),
        CheckConstraint("reach IN ('open','restricted')", name="reach"),
        CheckConstraint("marking IN ('','internal','dv')", name="marking"),
        Index("ix_dossier_title", "title"),
        Index("ix_dossier_status_next_step_on", "status", "next_step_on"),
    )

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    summary: Mapped[str] = mapped_column(Text, default="")
    objectives: Mapped[str] = mapped_column(Text, default="")
    state_of_play: Mapped[str] = mapped_column(Text, default="")
    line_to_take: Mapped[str] = mapped_column(Text, default="")
    line_valid_until: Mapped[dt.date | None]
    line_cleared_by: Mapped[str] = mapped_column(String(200), default="")
    next_step: Mapped[str] = mapped_column(String(500), default="")
    next_step_on: Mapped[dt.date | None]
    next_step_by: Mapped[str] = mapped_column(String(200), default="")
    urgency: Mapped[int] = mapped_column(default=2)
    language: Mapped[str] = mapped_column(String(2), default="nl")
    status: Mapped[str] = mapped_column(String(10), default="active")
    reach: Mapped[str] = mapped_column(String(10), default="open")
    marking: Mapped[str] = mapped_column(String(10), default="")
    verified_on: Mapped[dt.date | None]
    verified_by_position_id: Mapped[str | None] = mapped_column(ForeignKey("position.id"))
    verified_by_person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    # Who wrote the present text and when (to verify or to close is not to write); earlier ones stand with revisions.
    written_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[dt.datetime] = mapped_column(default=clock.now)

    verified_by_position: Mapped[Position | None] = relationship()
    verified_by_person: Mapped[Person | None] = relationship(foreign_keys=[verified_by_person_id])
    written_by: Mapped[Person | None] = relationship(foreign_keys=[written_by_id])
    reader_rows: Mapped[list["DossierReader"]] = relationship(cascade="all, delete-orphan")
    shares: Mapped[list["DossierShare"]] = relationship(cascade="all, delete-orphan", order_by="DossierShare.id")
    stewardships: Mapped[list["Stewardship"]] = relationship(
        back_populates="dossier", order_by="Stewardship.from_on, Stewardship.id"
    )
    posts: Mapped[list[Post]] = relationship(secondary="dossier_post", order_by=Post.code)
    domains: Mapped[list[Domain]] = relationship(secondary="dossier_domain", order_by=Domain.code)
    contacts: Mapped[list[Contact]] = relationship(secondary="dossier_contact", order_by=Contact.name)

    @property
    def present_stewardships(self) -> list["Stewardship"]:
        """By which positions it is kept now."""
        return [one for one in self.stewardships if one.to_on is None]

    @property
    def kept(self) -> bool:
        """Whether a position that still exists keeps it."""
        return any(one.position.abolished_on is None for one in self.present_stewardships)

    @property
    def readers(self) -> frozenset[str]:
        """Who may read it, as it was worked out when anything changed that it depends on."""
        return frozenset(one.token for one in self.reader_rows)

    @classmethod
    def readers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return exists().where(DossierReader.dossier_id == cls.id, DossierReader.token.in_(list(tokens)))

    @property
    def keepers(self) -> frozenset[str]:
        """Holders of the positions that keep it, and the heads of the posts that are involved."""
        heads = {f"head:{one.id}" for one in self.posts}
        return frozenset(heads | {f"position:{one.position_id}" for one in self.present_stewardships})

    @classmethod
    def keepers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        kept = exists().where(
            Stewardship.dossier_id == cls.id,
            Stewardship.to_on.is_(None),
            Stewardship.position_id.in_(ids_in(tokens, "position")),
        )
        headed = exists().where(DossierPost.dossier_id == cls.id, DossierPost.post_id.in_(ids_in(tokens, "head")))
        return or_(kept, headed)

    @property
    def takers(self) -> frozenset[str]:
        """Who may take it in hand: everybody, where it is open and nobody keeps it."""
        return frozenset() if self.kept or self.reach != "open" else frozenset({EVERYONE})

    @classmethod
    def takers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        if EVERYONE not in set(tokens):
            return false()
        kept = select(Stewardship.dossier_id).join(Position, Stewardship.position_id == Position.id)
        kept = kept.where(Stewardship.to_on.is_(None), Position.abolished_on.is_(None))
        return (cls.reach == "open") & cls.id.not_in(kept)

    def line_expired_on(self, day: dt.date) -> bool:
        """Whether its line to take was valid until an earlier day."""
        return bool(self.line_to_take and self.line_valid_until and self.line_valid_until < day)


class DossierReader(Model):
    """A token whose holders may read a dossier: worked out by `service.settle_readers`, for lists and search."""

    __tablename__ = "dossier_reader"
    __table_args__ = (Index("ix_dossier_reader_token", "token", "dossier_id"),)

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(40), primary_key=True)


class DossierShare(Identified, Model):
    """A restricted dossier is shared with a position or with all of a post."""

    __tablename__ = "dossier_share"
    __table_args__ = (
        UniqueConstraint("dossier_id", "position_id"),
        UniqueConstraint("dossier_id", "post_id"),
        CheckConstraint("(position_id IS NULL) <> (post_id IS NULL)", name="one_of_two"),
    )

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    position_id: Mapped[str | None] = mapped_column(ForeignKey("position.id"))
    post_id: Mapped[str | None] = mapped_column(ForeignKey("post.id"))

    position: Mapped[Position | None] = relationship()
    post: Mapped[Post | None] = relationship()

    @property
    def token(self) -> str:
        """Who may read through it."""
        return f"position:{self.position_id}" if self.position_id else f"post:{self.post_id}"


class DossierPost(Model):
    """A post that is involved in a dossier; the first is named where there is room for one only."""

    __tablename__ = "dossier_post"
    __table_args__ = (Index("ix_dossier_post_post_id", "post_id"),)

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"), primary_key=True)


class DossierDomain(Model):
    """A dossier is about a domain."""

    __tablename__ = "dossier_domain"
    __table_args__ = (Index("ix_dossier_domain_domain_id", "domain_id"),)

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    domain_id: Mapped[str] = mapped_column(ForeignKey("domain.id"), primary_key=True)


class DossierContact(Model):
    """A contact matters for a dossier."""

    __tablename__ = "dossier_contact"
    __table_args__ = (Index("ix_dossier_contact_contact_id", "contact_id"),)

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), primary_key=True)


class Stewardship(Identified, Model):
    """A position keeps a dossier. Without `to_on` it still does; days to come are never recorded."""

    __tablename__ = "stewardship"
    __remembers__ = ("dossier_id", "position_id", "from_on", "to_on")
    __table_args__ = (
        CheckConstraint("to_on IS NULL OR from_on IS NULL OR to_on >= from_on", name="to_after_from"),
        Index("ix_stewardship_dossier_id", "dossier_id"),
        Index("ix_stewardship_position_id_to_on", "position_id", "to_on"),
        Index(
            "uq_stewardship_dossier_id_position_id",
            "dossier_id",
            "position_id",
            unique=True,
            sqlite_where=text("to_on IS NULL"),
            postgresql_where=text("to_on IS NULL"),
        ),
    )

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"))
    from_on: Mapped[dt.date | None]
    to_on: Mapped[dt.date | None]
    # None: written before this was kept; then it counts as known since ever.
    created_at: Mapped[dt.datetime | None] = mapped_column(default=clock.now)

    dossier: Mapped[Dossier] = relationship(back_populates="stewardships")
    position: Mapped[Position] = relationship(lazy="joined", innerjoin=True)


class DossierRevision(Identified, Model):
    """A text that a dossier had before: its version, who wrote it and when. Never changed."""

    __tablename__ = "dossier_revision"
    __table_args__ = (UniqueConstraint("dossier_id", "version"),)

    dossier_id: Mapped[str] = mapped_column(ForeignKey("dossier.id"))
    version: Mapped[int]
    at: Mapped[dt.datetime]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    person: Mapped[Person | None] = relationship(lazy="joined")


def readers_of(dossier: Dossier) -> frozenset[str]:
    """Who may read a dossier: everybody, or where it is restricted who keeps it and with whom it was shared."""
    if dossier.reach == "open":
        return frozenset({EVERYONE})
    return dossier.keepers | {one.token for one in dossier.shares}
