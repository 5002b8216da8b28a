"""Files that people added to a record, and the contents that they name. The bytes stand in the store (store.py)."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base import clock
from expertise.base.database import ID_LENGTH, Identified, Model, Recorded
from expertise.people.models import Person

LONGEST_NAME = 200
# pending: not looked at yet, kept apart, given to nobody. none: no text in it. part: not all of it could be read.
PENDING, READ, NONE, PART = "pending", "read", "none", "part"


class Content(Model):
    """The same bytes are kept once, however often they were added; with the text that was read in them."""

    __tablename__ = "file_content"
    __table_args__ = (
        CheckConstraint("state IN ('pending','read','none','part')", name="state"),
        Index("ix_file_content_state", "state"),
    )

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)  # in hexadecimals
    size: Mapped[int]  # bytes
    state: Mapped[str] = mapped_column(String(10), default=PENDING)
    text: Mapped[str] = mapped_column(Text, default="", deferred=True)
    language: Mapped[str] = mapped_column(String(2), default="en")
    pages: Mapped[int] = mapped_column(default=0)  # of how many a picture can be drawn
    stored_at: Mapped[datetime] = mapped_column(default=clock.now)


class File(Identified, Recorded, Model):
    """A file at a record of a room above. Its readers are those of the record, at every moment."""

    __tablename__ = "file"
    __table_args__ = (
        CheckConstraint("(sha256 IS NULL) = (refused <> '')", name="content_or_reason"),
        Index("ix_file_owner_kind_owner_id", "owner_kind", "owner_id"),
    )

    owner_kind: Mapped[str] = mapped_column(String(20))
    owner_id: Mapped[str] = mapped_column(String(ID_LENGTH))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    kind: Mapped[str] = mapped_column(String(5))  # a key of words.KINDS
    sha256: Mapped[str | None] = mapped_column(ForeignKey("file_content.sha256"), index=True)
    # Why it was refused after all, where looking at it had to wait; its content is gone then.
    refused: Mapped[str] = mapped_column(String(20), default="")
    added_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)

    content: Mapped[Content | None] = relationship(lazy="joined")
    added_by: Mapped[Person | None] = relationship()

    @property
    def ready(self) -> bool:
        """Whether it was looked at and may be given out."""
        return self.content is not None and self.content.state != PENDING
