"""Transfer rounds: what HR proposes before it is decided. A proposal touches no posting until it is taken over."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.access.owned import Own
from expertise.base.database import Identified, Model, Recorded, Versioned
from expertise.base.uploads import Upload
from expertise.people.models import Person
from expertise.posts.models import Position, Posting


class TransferRound(Identified, Recorded, Versioned, Model):
    """A round of moves, such as that of the summer of 2027, and the time over which its proposals are judged."""

    __tablename__ = "transfer_round"
    __table_args__ = (CheckConstraint("ends_on > starts_on", name="ends_after_start"),)

    name: Mapped[str] = mapped_column(String(200), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))

    proposals: Mapped[list["Proposal"]] = relationship(back_populates="round", order_by="Proposal.name, Proposal.id")

    @property
    def decided(self) -> "Proposal | None":
        """The proposal that was taken over."""
        return next((one for one in self.proposals if one.taken_over_at is not None), None)


class Proposal(Identified, Recorded, Versioned, Model):
    """One way to fill the seats of a round; several are kept and compared. Who took it over, when and why."""

    __tablename__ = "proposal"
    __table_args__ = (UniqueConstraint("round_id", "name"),)

    round_id: Mapped[str] = mapped_column(ForeignKey("transfer_round.id"))
    name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    taken_over_at: Mapped[datetime | None]
    taken_over_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")

    round: Mapped[TransferRound] = relationship(back_populates="proposals", lazy="joined", innerjoin=True)
    taken_over_by: Mapped[Person | None] = relationship()
    moves: Mapped[list["Move"]] = relationship(
        back_populates="proposal", order_by="Move.starts_on, Move.id", cascade="all, delete-orphan"
    )

    @property
    def open(self) -> bool:
        """Whether it can still be changed: nothing of its round was taken over."""
        return self.round.decided is None


class Move(Identified, Recorded, Model):
    """Somebody goes to a position on a day. Where they are until then ends the day before."""

    __tablename__ = "move"
    __table_args__ = (
        UniqueConstraint("proposal_id", "person_id"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    posting_id: Mapped[str | None] = mapped_column(ForeignKey("posting.id"), index=True)  # once it was taken over

    proposal: Mapped[Proposal] = relationship(back_populates="moves")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    position: Mapped[Position] = relationship(lazy="joined", innerjoin=True)
    posting: Mapped[Posting | None] = relationship()


class RoundUpload(Own, Upload, Model):
    """A file with the moves of a round: kept between its trial and the deed, for a day at most."""

    __tablename__ = "round_upload"

    proposal_id: Mapped[str] = mapped_column(ForeignKey("proposal.id"), index=True)

    proposal: Mapped[Proposal] = relationship(lazy="joined", innerjoin=True)
