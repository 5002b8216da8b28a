"""Posts, positions, postings and recurring duties."""

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, and_, or_, select
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
# Where a person is at headquarters, not abroad.
HEADQUARTERS_KINDS = frozenset({"directorate", "department"})
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

    @property
    def abroad(self) -> bool:
        """Whether it is a post, and not a part of headquarters."""
        return self.kind not in HEADQUARTERS_KINDS

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

    @property
    def keepers(self) -> frozenset[str]:
        """Whoever holds the position keeps what belongs to it."""
        return frozenset({f"position:{self.id}"})

    def title(self, language: str) -> str:
        """In the reader's language."""
        return self.title_nl if language == "nl" else self.title_en


class Posting(Identified, Recorded, Model):
    """A person in a position from a date to a planned or actual date: the spine of everything.

    A start known to the month or the year only is stored as the first day of that period, an end as the last day
    of it, with the precision beside it: so the posting covers all days that it may have covered. A posting that has
    no start or no end is open at that side, and a person who has left the service holds nothing any more.
    """

    __tablename__ = "posting"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
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
            and (self.person.left_on is None or day <= self.person.left_on)
        )

    def is_to_come(self, day: date) -> bool:
        """Whether it starts after that day."""
        return self.status == "held" and self.starts_on is not None and self.starts_on > day

    @classmethod
    def holding(cls, day: date) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return and_(
            cls.status == "held",
            or_(cls.starts_on.is_(None), cls.starts_on <= day),
            cls.not_over(day),
        )

    @classmethod
    def not_over(cls, day: date) -> ColumnElement[bool]:
        """Held that day or to come."""
        return and_(
            cls.status == "held",
            or_(cls.ends_on.is_(None), cls.ends_on >= day),
            cls.person_id.not_in(select(Person.id).where(Person.left_on < day)),
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
        return self.position.keepers
