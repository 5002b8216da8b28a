"""Posts, positions, postings and recurring duties."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base.database import Identified, Model, Recorded
from expertise.people.models import Person

POST_KINDS = (
    "embassy",
    "permanent-representation",
    "consulate-general",
    "consulate",
    "office",
    "mission",
    "directorate",
    "department",
    "other",
)
PRECISIONS = ("day", "month", "year")
STATUSES = ("held", "never_served")


class Post(Identified, Recorded, Model):
    """Anything a person can be posted to, abroad or at headquarters."""

    __tablename__ = "post"

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name_nl: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(30), default="other")
    country: Mapped[str | None] = mapped_column(String(2))  # ISO 3166-1 alpha-2
    city: Mapped[str] = mapped_column(String(100), default="")
    time_zone: Mapped[str] = mapped_column(String(50), default="Europe/Amsterdam")
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("post.id"))
    closed_on: Mapped[date | None]

    parent: Mapped["Post | None"] = relationship(remote_side="Post.id")

    def name(self, language: str) -> str:
        """In the reader's language."""
        return self.name_nl if language == "nl" else self.name_en


class Position(Identified, Recorded, Model):
    """A seat at a post. It outlives its holders, and keeps what they pass on."""

    __tablename__ = "position"
    __table_args__ = (Index("ix_position_post_id_title_en", "post_id", "title_en"),)

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"))
    title_nl: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    portfolio: Mapped[str] = mapped_column(Text, default="")
    rotates: Mapped[bool] = mapped_column(default=True)
    abolished_on: Mapped[date | None]

    post: Mapped[Post] = relationship(lazy="joined", innerjoin=True)
    postings: Mapped[list["Posting"]] = relationship(back_populates="position", order_by="Posting.starts_on")

    def title(self, language: str) -> str:
        """In the reader's language."""
        return self.title_nl if language == "nl" else self.title_en


class Posting(Identified, Recorded, Model):
    """A person in a position from a date to a planned or actual date: the spine of everything.

    A date known to the month or the year is stored as its first day, with its precision beside it.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_start"
        ),
        CheckConstraint("status IN ('held','never_served')", name="status"),
        Index("ix_posting_position_id_starts_on", "position_id", "starts_on"),
        Index("ix_posting_person_id_starts_on", "person_id", "starts_on"),
        Index("ix_posting_ends_on", "ends_on"),
    )

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"))
    starts_on: Mapped[date | None]
    starts_precision: Mapped[str] = mapped_column(String(5), default="day")
    ends_on: Mapped[date | None]
    ends_precision: Mapped[str] = mapped_column(String(5), default="day")
    status: Mapped[str] = mapped_column(String(12), default="held")
    acting: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    position: Mapped[Position] = relationship(back_populates="postings", lazy="joined", innerjoin=True)

    def holds_on(self, day: date) -> bool:
        """Whether the person sat (or will sit) there that day."""
        return (
            self.status == "held"
            and (self.starts_on is None or self.starts_on <= day)
            and (self.ends_on is None or day <= self.ends_on)
        )


class Duty(Identified, Recorded, Model):
    """A recurring meeting or report of a position: part of the rhythm that a successor inherits."""

    __tablename__ = "duty"

    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    when_where: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    focal_point: Mapped[str] = mapped_column(String(200), default="")

    position: Mapped[Position] = relationship()

    @property
    def keepers(self) -> frozenset[str]:
        """Whoever holds the position."""
        return frozenset({f"position:{self.position_id}"})
