"""What stands beside a note: remarks, scores, files that were written before, and the address of a calendar."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base import clock
from expertise.base.database import Identified, Model
from expertise.handovers.models import Handover
from expertise.people.models import Account, Person


class Remark(Identified, Model):
    """What somebody adds beside a frozen note, at a section or a dossier. Never changed; the note stays as it was."""

    __tablename__ = "remark"
    __table_args__ = (Index("ix_remark_handover_id_at", "handover_id", "at"),)

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    number: Mapped[int]  # of the section
    dossier_id: Mapped[str | None] = mapped_column(ForeignKey("dossier.id"), index=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person | None] = relationship()


class Scoring(Identified, Model):
    """How useful a note was, by whoever received it, ninety days after arrival. Shown in groups only."""

    __tablename__ = "scoring"
    __table_args__ = (UniqueConstraint("handover_id", "person_id"),)

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    missed: Mapped[str] = mapped_column(Text, default="")

    scores: Mapped[list["Score"]] = relationship(cascade="all, delete-orphan")


class Score(Model):
    """Of one section: from 1, of no use, to 5, could not have done without."""

    __tablename__ = "score"
    __table_args__ = (CheckConstraint("score BETWEEN 1 AND 5", name="score"),)

    scoring_id: Mapped[str] = mapped_column(ForeignKey("scoring.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    score: Mapped[int]


class BroughtIn(Identified, Model):
    """A file that the leaver had written before, taken apart: what of it went where stands in its pieces."""

    __tablename__ = "brought_in"
    __table_args__ = (UniqueConstraint("handover_id", "sha256"),)

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(default=clock.now)

    handover: Mapped[Handover] = relationship()
    person: Mapped[Person | None] = relationship()
    pieces: Mapped[list["Piece"]] = relationship(back_populates="brought_in", order_by="Piece.place")


class Piece(Identified, Model):
    """A part of such a file: in the tray until it is placed, or thrown away on purpose. Its text is kept as it came."""

    __tablename__ = "piece"
    __table_args__ = (
        CheckConstraint("state IN ('waits','placed','dropped')", name="state"),
        UniqueConstraint("brought_in_id", "place"),
    )

    brought_in_id: Mapped[str] = mapped_column(ForeignKey("brought_in.id"))
    place: Mapped[int]
    title: Mapped[str] = mapped_column(String(500), default="")
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(20), default="body")  # where in the file it stood
    proposed: Mapped[str] = mapped_column(String(60), default="")  # where it seems to belong
    target: Mapped[str] = mapped_column(String(60), default="")  # where it was placed
    state: Mapped[str] = mapped_column(String(10), default="waits")
    settled_at: Mapped[datetime | None]

    brought_in: Mapped[BroughtIn] = relationship(back_populates="pieces")


class Reminded(Identified, Model):
    """Somebody was reminded: each kind once, unless the day itself moved. The text is in the letter alone."""

    __tablename__ = "reminded"
    __table_args__ = (UniqueConstraint("posting_id", "person_id", "kind", "on"),)

    posting_id: Mapped[str] = mapped_column(ForeignKey("posting.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    on: Mapped[date]  # the day that it is about
    at: Mapped[datetime] = mapped_column(default=clock.now)


class Struck(Identified, Model):
    """What the law made us strike from a frozen note: when, how much, and the hash before and after. Never what."""

    __tablename__ = "struck"

    handover_id: Mapped[str] = mapped_column(ForeignKey("handover.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)
    passages: Mapped[int]
    old_hash: Mapped[str] = mapped_column(String(64))
    new_hash: Mapped[str] = mapped_column(String(64))


class CalendarKey(Identified, Model):
    """The secret address of a person's calendar: only its hash is kept. A new one replaces it."""

    __tablename__ = "calendar_key"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), unique=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    account: Mapped[Account] = relationship(lazy="joined", innerjoin=True)
