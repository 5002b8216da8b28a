"""The note of a posting: how far it is, and who may do what with it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    String,
    Text,
    join,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, aliased, foreign, mapped_column, relationship

from expertise.access.tokens import ids_in
from expertise.base.database import Identified, Model, Recorded, session
from expertise.domains.models import DomainKeeper, PositionDomain
from expertise.people.models import Person
from expertise.posts.models import Absence, Position, Posting

if TYPE_CHECKING:
    from expertise.handovers.models.receiving import Frozen, ReadBack
    from expertise.handovers.models.sections import (
        HandoverCommitment,
        HandoverDossier,
        HandoverRelation,
        SectionText,
        WeekOneItem,
    )

# In the order of time. The first three follow from the dates, the others are acts with their time.
STATES = ("running", "drafted", "asked", "final", "frozen", "received", "scored")
DRAFTED_BEFORE = timedelta(days=90)
ASKED_BEFORE = timedelta(days=30)
FINAL_BEFORE = timedelta(days=7)
SITUATIONS = ("quiet", "busy", "on_fire")


class Handover(Identified, Recorded, Model):
    """The note that one posting leaves. Without a row it exists all the same: it is composed of what is recorded."""

    __tablename__ = "handover"
    __table_args__ = (
        CheckConstraint("situation IN ('','quiet','busy','on_fire')", name="situation"),
        CheckConstraint("language IN ('nl','en','fr')", name="language"),
        CheckConstraint("marking IN ('','internal','dv')", name="marking"),
    )

    posting_id: Mapped[str] = mapped_column(ForeignKey("posting.id"), unique=True)
    language: Mapped[str] = mapped_column(String(2), default="nl")
    # Nothing chosen is None: then the highest marking of its dossiers counts.
    marking: Mapped[str | None] = mapped_column(String(10))
    situation: Mapped[str] = mapped_column(String(10), default="")
    situation_line: Mapped[str] = mapped_column(String(500), default="")
    reachable_until: Mapped[date | None]
    reachable_how: Mapped[str] = mapped_column(String(500), default="")
    acting_person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    advice: Mapped[str] = mapped_column(Text, default="")
    tips: Mapped[str] = mapped_column(Text, default="")
    differently: Mapped[str] = mapped_column(Text, default="")
    # Section 12, which has readers of its own.
    achievements: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    obstacles: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    to_headquarters: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    to_domain: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    final_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    frozen_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    received_at: Mapped[datetime | None]
    received_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    scored_at: Mapped[datetime | None]
    content_hash: Mapped[str | None] = mapped_column(String(64))  # sha256 of what was frozen, in hexadecimals
    # The figure as it was when it was frozen: of how many required points how many were there.
    passed: Mapped[int | None]
    total: Mapped[int | None]

    posting: Mapped[Posting] = relationship(lazy="joined", innerjoin=True)
    acting_person: Mapped[Person | None] = relationship(foreign_keys=[acting_person_id])
    received_by: Mapped[Person | None] = relationship(foreign_keys=[received_by_id])
    frozen_by: Mapped[Person | None] = relationship(foreign_keys=[frozen_by_id])
    week_one: Mapped[list["WeekOneItem"]] = relationship(cascade="all, delete-orphan", order_by="WeekOneItem.place")
    dossier_rows: Mapped[list["HandoverDossier"]] = relationship(cascade="all, delete-orphan")
    commitment_rows: Mapped[list["HandoverCommitment"]] = relationship(cascade="all, delete-orphan")
    relation_rows: Mapped[list["HandoverRelation"]] = relationship(cascade="all, delete-orphan")
    heirs: Mapped[list["Heir"]] = relationship(cascade="all, delete-orphan", order_by="Heir.position_id")
    texts: Mapped[list["SectionText"]] = relationship(cascade="all, delete-orphan", order_by="SectionText.number")
    read_backs: Mapped[list["ReadBack"]] = relationship(back_populates="handover", order_by="ReadBack.at")
    frozen: Mapped["Frozen | None"] = relationship(back_populates="handover")
    # Who keeps the themes on which the seat works.
    domain_keepers: Mapped[list[DomainKeeper]] = relationship(
        secondary=lambda: join(Posting, PositionDomain, Posting.position_id == PositionDomain.position_id),
        primaryjoin=lambda: foreign(Handover.posting_id) == Posting.id,
        secondaryjoin=lambda: foreign(DomainKeeper.domain_id) == PositionDomain.domain_id,
        viewonly=True,
        order_by=DomainKeeper.person_id,
    )

    def state_on(self, day: date) -> str:
        """One of STATES."""
        if self.scored_at is not None:
            return "scored"
        if self.received_at is not None:
            return "received"
        if self.frozen_at is not None:
            return "frozen"
        if self.final_at is not None:
            return "final"
        return state_by_dates(self.posting, day)

    @property
    def leavers(self) -> frozenset[str]:
        """Whose note it is."""
        return frozenset({f"person:{self.posting.person_id}"})

    @property
    def insiders(self) -> frozenset[str]:
        """The leaver and the seat: they also see what concerns a restricted dossier or a delicate relation."""
        return self.leavers | _tokens_of(self.posting.position_id)

    @property
    def readers(self) -> frozenset[str]:
        """The insiders and the acting holder; the head once it is final; the whole post once it is frozen."""
        found = set(self.insiders | self.heirs_tokens)
        if self.acting_person_id:
            found.add(f"person:{self.acting_person_id}")
        if self.final_at or self.frozen_at:
            found.add(f"head:{self.posting.position.post_id}")
        if self.frozen_at:
            found.add(f"post:{self.posting.position.post_id}")
        return frozenset(found)

    @property
    def writers(self) -> frozenset[str]:
        """The leaver, until it is frozen."""
        return frozenset() if self.frozen_at else self.leavers

    @property
    def freezers(self) -> frozenset[str]:
        """Whoever may freeze it, until it is frozen."""
        return frozenset() if self.frozen_at else self.might_freeze

    @property
    def might_freeze(self) -> frozenset[str]:
        """The leaver, the head of the post and the acting holder."""
        acting = {f"person:{self.acting_person_id}"} if self.acting_person_id else set()
        return self.leavers | acting | {f"head:{self.posting.position.post_id}"}

    @property
    def receivers(self) -> frozenset[str]:
        """Whoever holds or comes to the seat, and the acting holder; the rule leaves out the leaver."""
        acting = {f"person:{self.acting_person_id}"} if self.acting_person_id else set()
        return frozenset(acting | (self.insiders - self.leavers) | self.heirs_tokens)

    @property
    def heirs_tokens(self) -> frozenset[str]:
        """Whoever holds or comes to a position that the note is for as well."""
        return frozenset(token for one in self.heirs for token in _tokens_of(one.position_id))

    @property
    def seated(self) -> frozenset[str]:
        """Whoever holds the seat today, acts in it or stands in; until it is frozen."""
        return frozenset() if self.frozen_at else frozenset({f"position:{self.posting.position_id}"})

    @property
    def deputies(self) -> frozenset[str]:
        """Who was ever named to act in the seat, or to stand in for the leaver there."""
        position = self.posting.position
        acting = {f"person:{one.person_id}" for one in position.postings if one.acting and one.status == "held"}
        away = select(Absence.stand_in_id).where(
            Absence.position_id == position.id, Absence.person_id == self.posting.person_id
        )
        return frozenset(acting | {f"person:{one}" for one in session().scalars(away)})

    @property
    def addressers(self) -> frozenset[str]:
        """Who says for which other positions it is: the leaver until it is frozen, and the head of the post."""
        return self.writers | {f"head:{self.posting.position.post_id}"}

    @property
    def commenters(self) -> frozenset[str]:
        """Of a note that is signed and not frozen yet: the head comments, and the leaver answers."""
        if not self.final_at or self.frozen_at:
            return frozenset()
        return self.leavers | {f"head:{self.posting.position.post_id}"}

    @property
    def remarkers(self) -> frozenset[str]:
        """Once it is frozen: the leaver, the seat, the acting holder and the head; before that those who comment."""
        if not self.frozen_at:
            return self.commenters
        return self.leavers | self.receivers | {f"head:{self.posting.position.post_id}"}

    @property
    def lesson_readers(self) -> frozenset[str]:
        """Of section 12: the leaver alone; once it is signed or frozen also the seat, and who keeps its themes."""
        if not (self.final_at or self.frozen_at):
            return self.leavers
        keepers = {f"person:{one.person_id}" for one in self.domain_keepers}
        return self.leavers | self.receivers | keepers

    @classmethod
    def lesson_readers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        themes = (
            select(Posting.id)
            .join(PositionDomain, PositionDomain.position_id == Posting.position_id)
            .join(DomainKeeper, DomainKeeper.domain_id == PositionDomain.domain_id)
            .where(DomainKeeper.person_id.in_(ids_in(tokens, "person")))
        )
        signed = or_(cls.final_at.is_not(None), cls.frozen_at.is_not(None))
        return or_(cls.leavers_meet(tokens), signed & or_(cls.receivers_meet(tokens), cls.posting_id.in_(themes)))

    @classmethod
    def leavers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return cls.posting_id.in_(select(Posting.id).where(Posting.person_id.in_(ids_in(tokens, "person"))))

    @classmethod
    def readers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        return or_(
            cls.leavers_meet(tokens),
            cls.receivers_meet(tokens),
            or_(cls.final_at.is_not(None), cls.frozen_at.is_not(None)) & cls._at_post(ids_in(tokens, "head")),
            cls.frozen_at.is_not(None) & cls._at_post(ids_in(tokens, "post")),
        )

    @classmethod
    def writers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return cls.leavers_meet(tokens) & cls.frozen_at.is_(None)

    @classmethod
    def freezers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        may = or_(
            cls.leavers_meet(tokens),
            cls.acting_person_id.in_(ids_in(tokens, "person")),
            cls._at_post(ids_in(tokens, "head")),
        )
        return may & cls.frozen_at.is_(None)

    @classmethod
    def receivers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        seats = ids_in(tokens, "position") + ids_in(tokens, "incoming")
        return or_(
            cls.acting_person_id.in_(ids_in(tokens, "person")),
            cls.posting_id.in_(select(Posting.id).where(Posting.position_id.in_(seats))),
            cls.id.in_(select(Heir.handover_id).where(Heir.position_id.in_(seats))),
        )

    @classmethod
    def seated_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        held = select(Posting.id).where(Posting.position_id.in_(ids_in(tokens, "position")))
        return cls.posting_id.in_(held) & cls.frozen_at.is_(None)

    @classmethod
    def deputies_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        people, acting = ids_in(tokens, "person"), aliased(Posting)
        acts = (
            select(Posting.id)
            .join(acting, acting.position_id == Posting.position_id)
            .where(acting.acting, acting.status == "held", acting.person_id.in_(people))
        )
        away = (
            select(Posting.id)
            .join(Absence, (Absence.position_id == Posting.position_id) & (Absence.person_id == Posting.person_id))
            .where(Absence.stand_in_id.in_(people))
        )
        return or_(cls.posting_id.in_(acts), cls.posting_id.in_(away))

    @classmethod
    def addressers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        return or_(cls.writers_meet(tokens), cls._at_post(ids_in(tokens, "head")))

    @classmethod
    def remarkers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        comments = or_(cls.leavers_meet(tokens), cls._at_post(ids_in(tokens, "head")))
        may = or_(comments, cls.receivers_meet(tokens))
        signed = cls.final_at.is_not(None) & cls.frozen_at.is_(None)
        return or_(may & cls.frozen_at.is_not(None), comments & signed)

    @classmethod
    def _at_post(cls, post_ids: list[str]) -> ColumnElement[bool]:
        seats = select(Position.id).where(Position.post_id.in_(post_ids))
        return cls.posting_id.in_(select(Posting.id).where(Posting.position_id.in_(seats)))


def state_by_dates(posting: Posting, day: date) -> str:
    """How far a note is that nobody has signed or frozen."""
    if posting.ends_on is None or posting.ends_on - day > DRAFTED_BEFORE:
        return "running"
    return "asked" if posting.ends_on - day <= ASKED_BEFORE else "drafted"


def _tokens_of(position_id: str) -> frozenset[str]:
    """Whoever holds a position or comes to it."""
    return frozenset({f"position:{position_id}", f"incoming:{position_id}"})


class Heir(Model):
    """A position that the note is for as well: its own was split or abolished, or somebody else takes a part over."""

    __tablename__ = "heir"

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), primary_key=True)
    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"), primary_key=True, index=True)

    position: Mapped[Position] = relationship(lazy="joined", innerjoin=True)
