"""Posts, positions, postings and recurring duties."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, and_, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from expertise.access.tokens import ids_in
from expertise.base.database import ID_LENGTH, Identified, Model, Recorded
from expertise.base.spoken import kept_languages
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
# In months.
LONGEST_TOUR = 240
# A day, or the place of one in a query that is made once.
Day = date | ColumnElement[date]
HIGHEST_GRADE = 30


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

    @property
    def present(self) -> frozenset[str]:
        """Whoever is posted there today."""
        return frozenset({f"post:{self.id}"})

    @classmethod
    def present_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return cls.id.in_(ids_in(tokens, "post"))

    def name(self, language: str) -> str:
        """In the reader's language."""
        return self.name_nl if language == "nl" else self.name_en


class Position(Identified, Recorded, Model):
    """A seat at a post. It outlives its holders, and keeps what they pass on."""

    __tablename__ = "position"
    __table_args__ = (Index("ix_position_post_id_title_en", "post_id", "title_en"),)
    # Promotion in reports of earlier days rests on it; see base/remembering.py.
    __remembers__ = ("id", "grade")

    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)
    post_id: Mapped[str] = mapped_column(ForeignKey("post.id"))
    title_nl: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    portfolio: Mapped[str] = mapped_column(Text, default="")
    rotates: Mapped[bool] = mapped_column(default=True)
    tour_months: Mapped[int | None]  # how long a holder is meant to stay
    grade: Mapped[int | None]  # the salary scale of the seat, a higher one is a promotion
    # Asked of its holder: codes, each with how well behind it (fr C1, ar); what is no language that we know as written.
    languages: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    # Whom those who want to come may ask; empty: its present holder.
    point_of_contact: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    abolished_on: Mapped[date | None]

    # "unnested", which its declaration forgets: of a position that may be missing, SQLite would put all positions and
    # posts together first, 3 ms of a page with a thousand of them.
    post: Mapped[Post] = relationship(lazy="joined", innerjoin="unnested")  # type: ignore[arg-type]
    postings: Mapped[list["Posting"]] = relationship(back_populates="position", order_by="Posting.starts_on")

    @validates("languages")
    def _keep_languages(self, _key: str, written: str) -> str:
        """In no language, so that everybody reads them, and an export tells them, as the same."""
        return kept_languages(written)

    @property
    def keepers(self) -> frozenset[str]:
        """Whoever holds the position keeps what belongs to it."""
        return frozenset({f"position:{self.id}"})

    @property
    def delegators(self) -> frozenset[str]:
        """Who may say that its holder is away and who stands in: the holder (no stand-in), and the head of the post."""
        return frozenset({f"holder:{self.id}", f"head:{self.post_id}"})

    @classmethod
    def delegators_meet(cls, tokens: Iterable[str]) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        held = ids_in(tokens, "holder")
        headed = ids_in(tokens, "head")
        return or_(cls.id.in_(held), cls.post_id.in_(headed))

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
    # What reports of earlier days rest on; see base/remembering.py.
    __remembers__ = ("person_id", "position_id", "starts_on", "ends_on", "ends_precision", "status", "acting")
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

    person: Mapped[Person] = relationship(lazy="joined", innerjoin="unnested")  # type: ignore[arg-type]
    position: Mapped[Position] = relationship(
        back_populates="postings",
        lazy="joined",
        innerjoin="unnested",  # type: ignore[arg-type]
    )

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
    def holding(cls, day: Day) -> ColumnElement[bool]:
        """The same as a condition on a list."""
        return and_(
            cls.status == "held",
            or_(cls.starts_on.is_(None), cls.starts_on <= day),
            cls.not_over(day),
        )

    @classmethod
    def not_over(cls, day: Day) -> ColumnElement[bool]:
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


class Absence(Identified, Recorded, Model):
    """The holder of a position is away, and somebody stands in: on those days they have what the position keeps.

    It is no posting: it makes nobody a holder, and is over by itself on its last day, or when the holder leaves.
    """

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("person_id <> stand_in_id", name="somebody_else"),
        Index("ix_absence_position_id_ends_on", "position_id", "ends_on"),
        Index("ix_absence_stand_in_id_ends_on", "stand_in_id", "ends_on"),
    )

    position_id: Mapped[str] = mapped_column(ForeignKey("position.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    stand_in_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_at: Mapped[datetime | None]  # earlier than its last day

    position: Mapped[Position] = relationship(lazy="joined", innerjoin=True)
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)
    stand_in: Mapped[Person] = relationship(foreign_keys=[stand_in_id], lazy="joined", innerjoin=True)

    @classmethod
    def counts_on(cls, day: Day) -> ColumnElement[bool]:
        """Whether somebody stands in that day: nobody ended it, and who is away still holds the position."""
        holds = select(Posting.id).where(
            Posting.person_id == cls.person_id, Posting.position_id == cls.position_id, Posting.holding(day)
        )
        return and_(cls.starts_on <= day, cls.ends_on >= day, cls.ended_at.is_(None), holds.exists())


class Alias(Model):
    """What a post, a position or a posting was called before it was merged, or a post got another code."""

    __tablename__ = "alias"
    __table_args__ = (
        CheckConstraint("kind IN ('post','position','posting')", name="kind"),
        Index("ix_alias_record_id", "record_id"),
    )

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    # In lower case: its id, its external id, the code of a post; of a position also its post's id and its title.
    word: Mapped[str] = mapped_column(String(220), primary_key=True)
    record_id: Mapped[str] = mapped_column(String(ID_LENGTH))  # of the one that stayed
    merged_at: Mapped[datetime]
