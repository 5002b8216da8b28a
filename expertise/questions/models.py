"""Questions, whom each was put to in turn, and the words for which a search found nothing."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    and_,
    exists,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.access.tokens import ids_in
from expertise.base import clock
from expertise.base.database import Identified, Model, Recorded, Versioned
from expertise.dossiers.models import Dossier, DossierReader, Entry
from expertise.people.models import Person
from expertise.posts.models import Position

# unanswered: nobody is left to ask. Whoever was asked may still answer, and so may whoever keeps the dossier.
STATES = ("open", "unanswered", "answered", "withdrawn")
WAITING = ("open", "unanswered")
OUTCOMES = ("", "answered", "passed_on", "declined", "silent", "withdrawn")
LONGEST_TITLE = 300
LONGEST_WORDS = 120


class Question(Identified, Recorded, Versioned, Model):
    """Something that somebody wants to know of whoever holds or held a position, or of a person."""

    __tablename__ = "question"
    __table_args__ = (
        CheckConstraint("state IN ('open','unanswered','answered','withdrawn')", name="state"),
        CheckConstraint("language IN ('nl','en','fr')", name="language"),
        Index("ix_question_asker_id", "asker_id"),
        Index("ix_question_asked_id_state", "asked_id", "state"),
        Index("ix_question_dossier_id", "dossier_id"),
        Index("ix_question_position_id_state", "position_id", "state"),
        Index("ix_question_state_since", "state", "since"),
    )

    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    body: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="nl")
    asker_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    dossier_id: Mapped[str | None] = mapped_column(ForeignKey("dossier.id"))
    # Whose chain it goes up.
    position_id: Mapped[str | None] = mapped_column(ForeignKey("position.id"))
    # With whom it is now, since when, and whether as the holder of the position: then whoever holds that answers.
    asked_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    as_holder: Mapped[bool] = mapped_column(default=False)
    since: Mapped[dt.datetime] = mapped_column(default=clock.now)
    state: Mapped[str] = mapped_column(String(10), default="open")
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    answered_at: Mapped[dt.datetime | None]
    entry_id: Mapped[str | None] = mapped_column(ForeignKey("entry.id"), index=True)

    asker: Mapped[Person] = relationship(foreign_keys=[asker_id], lazy="joined", innerjoin=True)
    asked: Mapped[Person] = relationship(foreign_keys=[asked_id], lazy="joined", innerjoin=True)
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id], lazy="joined")
    position: Mapped[Position | None] = relationship(lazy="joined")
    dossier: Mapped[Dossier | None] = relationship()
    entry: Mapped[Entry | None] = relationship()
    steps: Mapped[list["QuestionStep"]] = relationship(
        back_populates="question", order_by="QuestionStep.number", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def waiting(self) -> bool:
        """Whether it still wants an answer."""
        return self.state in WAITING

    @property
    def askers(self) -> frozenset[str]:
        """Who asked."""
        return frozenset({f"person:{self.asker_id}"})

    @classmethod
    def askers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return cls.asker_id.in_(ids_in(tokens, "person"))

    @property
    def askees(self) -> frozenset[str]:
        """With whom it is now: that person, and where they were asked as a holder whoever holds the position."""
        if self.state != "open":
            return frozenset()
        held = {f"position:{self.position_id}"} if self.as_holder else set()
        return frozenset({f"person:{self.asked_id}"} | held)

    @classmethod
    def askees_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        held = and_(cls.as_holder.is_(True), cls.position_id.in_(ids_in(tokens, "position")))
        return and_(cls.state == "open", or_(cls.asked_id.in_(ids_in(tokens, "person")), held))

    @property
    def parties(self) -> frozenset[str]:
        """Who asked, and everybody to whom it was put."""
        return self.askers | self.askees | {f"person:{one.person_id}" for one in self.steps}

    @property
    def readers(self) -> frozenset[str]:
        """The parties, and whoever reads the dossier that it is about."""
        return self.parties | (self.dossier.readers if self.dossier is not None else frozenset())

    @classmethod
    def readers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        put_to = exists().where(
            QuestionStep.question_id == cls.id, QuestionStep.person_id.in_(ids_in(tokens, "person"))
        )
        filed = exists().where(DossierReader.dossier_id == cls.dossier_id, DossierReader.token.in_(list(tokens)))
        return or_(cls.askers_meet(tokens), cls.askees_meet(tokens), put_to, filed)

    @property
    def answerers(self) -> frozenset[str]:
        """With whom it is, who let it rest before, and who keeps the dossier."""
        if not self.waiting:
            return frozenset()
        rested = {f"person:{one.person_id}" for one in self.steps if one.outcome == "silent"}
        return self.askees | rested | (self.dossier.keepers if self.dossier is not None else frozenset())

    @classmethod
    def answerers_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        tokens = set(tokens)
        rested = exists().where(
            QuestionStep.question_id == cls.id,
            QuestionStep.outcome == "silent",
            QuestionStep.person_id.in_(ids_in(tokens, "person")),
        )
        kept = cls.dossier_id.in_(select(Dossier.id).where(Dossier.keepers_meet(tokens)))
        return and_(cls.state.in_(WAITING), or_(cls.askees_meet(tokens), rested, kept))


class QuestionStep(Identified, Model):
    """That a question was put to somebody, and what they did with it."""

    __tablename__ = "question_step"
    __table_args__ = (
        UniqueConstraint("question_id", "number"),
        CheckConstraint("way IN ('asked','passed_on','went_up')", name="way"),
        CheckConstraint("outcome IN ('','answered','passed_on','declined','silent','withdrawn')", name="outcome"),
        Index("ix_question_step_person_id_outcome", "person_id", "outcome"),
    )

    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"))
    number: Mapped[int]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    # How it came to somebody: asked, passed on by the one before, or up the chain after silence or a refusal.
    way: Mapped[str] = mapped_column(String(10), default="asked")
    at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    why: Mapped[str] = mapped_column(String(500), default="")

    question: Mapped[Question] = relationship(back_populates="steps")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class SearchMiss(Identified, Model):
    """Words for which somebody at a post found nothing: the words, the post and the day, and never who."""

    __tablename__ = "search_miss"
    __table_args__ = (
        UniqueConstraint("post_id", "words", "on"),
        Index("ix_search_miss_on", "on"),
    )

    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS))
    on: Mapped[dt.date]
