"""Contacts, the positions that keep them, and what happened with them."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    Text,
    and_,
    exists,
    false,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from expertise.access.owned import Own
from expertise.access.tokens import ids_in
from expertise.base import clock
from expertise.base.database import ID_LENGTH, Identified, Model, Recorded, Versioned
from expertise.base.uploads import Upload
from expertise.contacts.names import LONGEST_KEY, LONGEST_WORD, plain, words_in
from expertise.people.models import Person
from expertise.posts.models import Position

KINDS = ("person", "organisation")
TIERS = (1, 2, 3)
RELATIONS = ("new", "working", "trusted", "strained")
# Why we may hold somebody's data (GDPR, article 6); empty is not recorded yet.
BASES = ("public_task", "consent", "contract", "legal_obligation", "legitimate_interest")
MEETING_KINDS = ("meeting", "call", "mail", "event", "visit", "other")
# Who reads what a position noted as sensitive, beside its holders: nobody, the head of its post, or the whole post.
REACHES = ("position", "head", "post")


class Contact(Identified, Recorded, Versioned, Model):
    """A person or an organisation outside the ministry. All staff may read it; the positions that keep it change it."""

    __tablename__ = "contact"
    __table_args__ = (
        CheckConstraint("kind IN ('person','organisation')", name="kind"),
        Index("ix_contact_retain_until", "retain_until"),
    )

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(12), default="person")
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(
        String(LONGEST_KEY), default="", server_default=text("''")
    )  # follows the name; names.py
    role: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[str | None] = mapped_column(
        ForeignKey("contact.id", name="fk_contact_organisation_id"), index=True
    )
    email: Mapped[str] = mapped_column(String(254), default="")  # lower case
    phone: Mapped[str] = mapped_column(String(50), default="")
    country: Mapped[str | None] = mapped_column(String(2))  # ISO 3166-1 alpha-2
    languages: Mapped[str] = mapped_column(String(100), default="")  # as people write them: "English, French"
    notes: Mapped[str] = mapped_column(Text, default="")
    purpose: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))  # what we keep it for
    lawful_basis: Mapped[str] = mapped_column(String(30), default="")
    source: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))  # where we have it from
    retain_until: Mapped[date | None]
    objected_on: Mapped[date | None]  # asked us to stop (GDPR, article 21)
    objection: Mapped[str] = mapped_column(String(500), default="", server_default=text("''"))
    # The day of the latest interaction, which the verbs on these keep (meeting.py): no list works it out anew.
    last_met_on: Mapped[date | None]
    # Turned out to be the same as another one: this record only points there (ContactMerge says how that came).
    merged_into_id: Mapped[str | None] = mapped_column(String(ID_LENGTH))

    organisation: Mapped["Contact | None"] = relationship(remote_side="Contact.id", foreign_keys=[organisation_id])
    assistants: Mapped[list["Contact"]] = relationship(
        secondary="contact_assistant",
        primaryjoin="Contact.id == ContactAssistant.contact_id",
        secondaryjoin="Contact.id == ContactAssistant.assistant_id",
        order_by="Contact.name",
    )
    roles: Mapped[list["ContactRole"]] = relationship(
        back_populates="contact", foreign_keys="ContactRole.contact_id", cascade="all, delete-orphan"
    )
    words: Mapped[list["ContactWord"]] = relationship(cascade="all, delete-orphan")
    keepings: Mapped[list["Keeping"]] = relationship(back_populates="contact", order_by="Keeping.tier, Keeping.id")

    @validates("name")
    def _follow_name(self, _key: str, name: str) -> str:
        self.name_key = plain(name)
        return name

    def settle_words(self) -> None:
        """Look it up by the words that it has now; call this after a change of name, role or e-mail."""
        wanted = words_in(self.name, self.role or "", self.email or "")
        present = {one.word: one for one in self.words}
        if present.keys() != wanted:
            self.words = [present.get(word) or ContactWord(word=word) for word in sorted(wanted)]

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
        return frozenset(f"position:{one.position_id}" for one in self.present_keepings) or self.readers

    @classmethod
    def keepers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        present = exists().where(Keeping.contact_id == cls.id, Keeping.until.is_(None))
        own = present.where(Keeping.position_id.in_(ids_in(tokens, "position")))
        return or_(own, ~present if "all" in tokens else false())


# Nearly every list asks for those that were not merged, by name: then no other index may look better to the planner.
# It holds what a list is cut by, so that only those who are shown are looked at.
Index(
    "ix_contact_name",
    Contact.name,
    Contact.id,
    Contact.last_met_on,
    Contact.organisation_id,
    Contact.merged_into_id,
    sqlite_where=Contact.merged_into_id.is_(None),
    postgresql_where=Contact.merged_into_id.is_(None),
)
# In the order of what must be looked at: a list of it stops where nobody turns further.
Index(
    "ix_contact_review",
    Contact.retain_until,
    Contact.name,
    Contact.id,
    Contact.kind,
    Contact.merged_into_id,
    sqlite_where=Contact.merged_into_id.is_(None),
    postgresql_where=Contact.merged_into_id.is_(None),
)
# These two hold all that the list of doubles asks; SQLite looks at the condition itself again.
Index(
    "ix_contact_email",
    Contact.email,
    Contact.id,
    Contact.merged_into_id,
    sqlite_where=Contact.merged_into_id.is_(None),
    postgresql_where=Contact.merged_into_id.is_(None),
)
Index(
    "ix_contact_name_key",
    Contact.name_key,
    Contact.kind,
    Contact.organisation_id,
    Contact.id,
    Contact.merged_into_id,
    sqlite_where=Contact.merged_into_id.is_(None),
    postgresql_where=Contact.merged_into_id.is_(None),
)
Index(
    "ix_contact_merged_into_id",
    Contact.merged_into_id,
    sqlite_where=Contact.merged_into_id.is_not(None),
    postgresql_where=Contact.merged_into_id.is_not(None),
)


class ContactWord(Model):
    """A word by which a contact is looked up, from its beginning, among a hundred thousand."""

    __tablename__ = "contact_word"
    __table_args__ = (Index("ix_contact_word_word_contact_id", "word", "contact_id"),)

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    # Compared byte by byte everywhere, so that a range finds a beginning by the index.
    word: Mapped[str] = mapped_column(
        String(LONGEST_WORD).with_variant(String(LONGEST_WORD, collation="C"), "postgresql"), primary_key=True
    )


class ContactAssistant(Model):
    """Through whom a contact is reached: another contact."""

    __tablename__ = "contact_assistant"

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), primary_key=True)
    assistant_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), primary_key=True, index=True)


class ContactRole(Identified, Recorded, Model):
    """What a contact was, where, from when to when: they rotate too. No end is: still."""

    __tablename__ = "contact_role"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        Index("ix_contact_role_contact_id", "contact_id"),
        Index("ix_contact_role_organisation_id", "organisation_id"),
    )

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"))
    title: Mapped[str] = mapped_column(String(200), default="")
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("contact.id"))
    place: Mapped[str] = mapped_column(String(200), default="")  # an organisation that is no contact of ours
    starts_on: Mapped[date | None]
    starts_precision: Mapped[str] = mapped_column(String(5), default="day")
    ends_on: Mapped[date | None]
    ends_precision: Mapped[str] = mapped_column(String(5), default="day")

    contact: Mapped[Contact] = relationship(back_populates="roles", foreign_keys=[contact_id])
    organisation: Mapped[Contact | None] = relationship(foreign_keys=[organisation_id])


class Keeping(Identified, Recorded, Versioned, Model):
    """A position keeps a contact, so that whoever holds it next inherits the relation. No `until` is: still."""

    __tablename__ = "keeping"
    __remembers__ = ("contact_id", "position_id", "tier", "since", "until")
    __table_args__ = (
        CheckConstraint("tier IN (1,2,3)", name="tier"),
        CheckConstraint("relation IN ('new','working','trusted','strained')", name="relation"),
        CheckConstraint("sensitive_reach IN ('position','head','post')", name="sensitive_reach"),
        CheckConstraint("until IS NULL OR since IS NULL OR until >= since", name="until_after_since"),
        # These two answer who keeps whom, and how close, without a look at the rows.
        Index("ix_keeping_position_id_until", "position_id", "until", "tier", "contact_id"),
        Index("ix_keeping_contact_id", "contact_id", "until", "tier", "position_id"),
    )

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"))
    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"))
    tier: Mapped[int] = mapped_column(default=2)
    relation: Mapped[str] = mapped_column(String(10), default="new")
    sensitivities: Mapped[str] = mapped_column(Text, default="")  # for whom `sensitive_reach` names
    sensitive_reach: Mapped[str] = mapped_column(String(10), default="position", server_default="position")
    how_to_reach: Mapped[str] = mapped_column(
        String(300), default="", server_default=text("''")
    )  # all staff may read it
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
        return frozenset({f"position:{self.position_id}"})

    @classmethod
    def keepers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return cls.position_id.in_(ids_in(tokens, "position"))

    @property
    def confidants(self) -> frozenset[str]:
        """Who reads what a position noted as sensitive: its holders, and as far as they say, their head or their post.

        Once the position let the contact go, it is its own again.
        """
        if self.sensitive_reach == "position" or not self.present:
            return self.keepers
        return self.keepers | {f"{self.sensitive_reach}:{self.position.post_id}"}

    @classmethod
    def confidants_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        wider = [
            and_(cls.sensitive_reach == reach, cls.until.is_(None), cls.position_id.in_(_seats_at(reach, tokens)))
            for reach in REACHES
            if reach != "position"
        ]
        return or_(cls.keepers_meet(tokens), *wider)


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
    """What happened with contacts on a day, by one of us, or what one of us plans. All staff may read it."""

    __tablename__ = "interaction"
    __remembers__ = ("id", "person_id", "on", "planned")
    __table_args__ = (
        CheckConstraint("kind IN ('meeting','call','mail','event','visit','other')", name="kind"),
        Index("ix_interaction_follow_up_on", "follow_up_on"),
    )

    position_id: Mapped[str | None] = mapped_column(String(ID_LENGTH), ForeignKey("position.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10), default="meeting", server_default="meeting")
    on: Mapped[date]
    planned: Mapped[bool] = mapped_column(default=False, server_default=false())
    summary: Mapped[str] = mapped_column(Text, default="")
    follow_up: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    follow_up_on: Mapped[date | None]
    follow_up_done_on: Mapped[date | None]

    contacts: Mapped[list[Contact]] = relationship(secondary="interaction_contact", order_by=Contact.name)
    position: Mapped[Position | None] = relationship()
    person: Mapped[Person | None] = relationship()

    @property
    def authors(self) -> frozenset[str]:
        """Who noted it, and, of what is still to come, whoever holds the position by then."""
        tokens = {f"person:{self.person_id}"} if self.person_id else set()
        if self.position_id and (self.planned or not self.person_id):
            tokens.add(f"position:{self.position_id}")
        return frozenset(tokens)

    @classmethod
    def authors_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        people = ids_in(tokens, "person")
        seat = cls.position_id.in_(ids_in(tokens, "position")) & (cls.planned.is_(True) | cls.person_id.is_(None))
        return or_(cls.person_id.in_(people), seat)


# Plans are few. What happened is found by whom it was with, never by its day.
Index(
    "ix_interaction_planned_on",
    Interaction.on,
    sqlite_where=Interaction.planned.is_(True),
    postgresql_where=Interaction.planned.is_(True),
)


class InteractionContact(Model):
    """Who was there."""

    __tablename__ = "interaction_contact"

    interaction_id: Mapped[str] = mapped_column(ForeignKey("interaction.id"), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), primary_key=True, index=True)


class ContactMerge(Identified, Model):
    """Two records were found to be of the same one. What went over is noted, so that it can go back."""

    __tablename__ = "contact_merge"

    kept_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), index=True)
    merged_id: Mapped[str] = mapped_column(ForeignKey("contact.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    moved: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # ids, by what they are of
    undone_at: Mapped[datetime | None]

    kept: Mapped[Contact] = relationship(foreign_keys=[kept_id])
    merged: Mapped[Contact] = relationship(foreign_keys=[merged_id])
    person: Mapped[Person | None] = relationship()


class ContactUpload(Own, Upload, Model):
    """A file that somebody is about to import: kept between the trial and the deed, for a day at most."""

    __tablename__ = "contact_upload"

    position_id: Mapped[str | None] = mapped_column(ForeignKey("position.id"), index=True)


def _seats_at(reach: str, tokens: Iterable[str]) -> Select[str]:
    """The positions of the posts that tokens of this kind name."""
    posts = ids_in(tokens, reach)
    return select(Position.id).where(Position.post_id.in_(posts))
