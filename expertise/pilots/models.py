"""Domain-career pilots: what they try, by which criterion they are judged, who takes part, and what was decided."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from expertise.base import clock
from expertise.base.database import Identified, Model, Recorded, Versioned
from expertise.domains.models import Domain
from expertise.people.models import Person

# The chain that a pilot rests on; each step but the last has an arrow to the next.
STEPS = ("inputs", "activities", "outputs", "outcomes", "goal")
# Who takes part, with whom they are compared, and who applied and was refused.
ROLES = ("takes_part", "compared", "refused")
# With whom participants are compared: whoever else came into a domain in those days, or people named beforehand.
COMPARISONS = ("entered", "named")
DIRECTIONS = ("higher", "lower")
DECISIONS = ("formalise", "extend", "adjust", "stop")
# After these a pilot runs on, and is judged again.
GOES_ON = ("extend", "adjust")
# What can be the criterion: a share of people, so that an interval and a power can be stated beforehand.
CRITERIA = ("in_domain", "back_in_domain", "second_knower", "received", "promoted", "narrow")
# The fields that are fixed before data; after that they change only with a reason.
FIXED = (
    "question",
    "domain_id",
    "domain_definition",
    "inclusion_rule",
    "starts_on",
    "entry_until",
    "indicator",
    "months",
    "threshold",
    "direction",
    "judged_on",
    "comparison",
    "comparison_domain_id",
    "comparison_rule",
    "expected",
    "planned",
    "planned_comparison",
)


class Pilot(Identified, Recorded, Versioned, Model):
    """A pilot of domain steering: a question, and beforehand what would be an answer to it."""

    __tablename__ = "pilot"
    __table_args__ = (
        CheckConstraint("direction IN ('higher','lower')", name="direction"),
        CheckConstraint("comparison IN ('entered','named')", name="comparison"),
        CheckConstraint("entry_until >= starts_on", name="entry_after_start"),
        CheckConstraint("judged_on > starts_on", name="judged_after_start"),
        CheckConstraint("months BETWEEN 3 AND 120", name="months"),
        CheckConstraint("threshold BETWEEN 1 AND 100", name="threshold"),
    )
    __remembers__ = ("id", "name", *FIXED)

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    question: Mapped[str] = mapped_column(String(300))
    domain_id: Mapped[str] = mapped_column(ForeignKey("domain.id"), index=True)
    domain_definition: Mapped[str] = mapped_column(Text, default="")
    inclusion_rule: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[date]  # people come in from this day
    entry_until: Mapped[date]  # until this one
    indicator: Mapped[str] = mapped_column(String(30), default="in_domain")
    months: Mapped[int] = mapped_column(default=24)  # how long each person is followed
    threshold: Mapped[int] = mapped_column(default=15)  # percentage points
    direction: Mapped[str] = mapped_column(String(10), default="higher")
    judged_on: Mapped[date]
    comparison: Mapped[str] = mapped_column(String(10), default="entered")
    comparison_domain_id: Mapped[str | None] = mapped_column(ForeignKey("domain.id"), index=True)
    comparison_rule: Mapped[str] = mapped_column(Text, default="")
    expected: Mapped[int] = mapped_column(default=50)  # per cent in the comparison group, as expected beforehand
    planned: Mapped[int] = mapped_column(default=20)  # people
    planned_comparison: Mapped[int] = mapped_column(default=40)
    fixed_at: Mapped[datetime | None]
    fixed_by_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)

    domain: Mapped[Domain] = relationship(foreign_keys=[domain_id], lazy="joined", innerjoin=True)
    comparison_domain: Mapped[Domain | None] = relationship(foreign_keys=[comparison_domain_id], lazy="joined")
    fixed_by: Mapped[Person | None] = relationship(foreign_keys=[fixed_by_id])
    steps: Mapped[list["ChainStep"]] = relationship(cascade="all, delete-orphan")
    participants: Mapped[list["Participant"]] = relationship(back_populates="pilot", order_by="Participant.id")
    amendments: Mapped[list["Amendment"]] = relationship(order_by="Amendment.at, Amendment.id")
    milestones: Mapped[list["Milestone"]] = relationship(
        back_populates="pilot", order_by="Milestone.due_on, Milestone.id"
    )
    evaluations: Mapped[list["Evaluation"]] = relationship(order_by="Evaluation.on, Evaluation.id")
    measures: Mapped[list["Measure"]] = relationship(order_by="Measure.name, Measure.id")
    decisions: Mapped[list["Decision"]] = relationship(order_by="Decision.on, Decision.created_at, Decision.id")


class ChainStep(Recorded, Model):
    """A step of the results chain; `assumption` and `evidence` belong to the arrow to the next."""

    __tablename__ = "pilot_step"
    __table_args__ = (CheckConstraint("step IN ('inputs','activities','outputs','outcomes','goal')", name="step"),)

    __remembers__ = ("pilot_id", "step", "text", "assumption", "evidence")

    pilot_id: Mapped[str] = mapped_column(ForeignKey("pilot.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(10), primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    assumption: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str] = mapped_column(Text, default="")


class Participant(Identified, Recorded, Model):
    """Somebody in a pilot: who takes part, with whom they are compared by name, or who applied and was refused."""

    __tablename__ = "participant"
    __table_args__ = (
        UniqueConstraint("pilot_id", "person_id"),
        CheckConstraint("role IN ('takes_part','compared','refused')", name="role"),
        CheckConstraint("left_on IS NULL OR joined_on IS NULL OR left_on >= joined_on", name="left_after_joined"),
    )
    __remembers__ = ("pilot_id", "person_id", "role", "joined_on")

    pilot_id: Mapped[str] = mapped_column(ForeignKey("pilot.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(12), default="takes_part")
    applied_on: Mapped[date | None]
    joined_on: Mapped[date | None]  # from this day they are followed
    left_on: Mapped[date | None]  # who leaves the pilot is followed all the same
    mentor: Mapped[str] = mapped_column(String(200), default="")
    training: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")  # of refusing, or of leaving early

    pilot: Mapped[Pilot] = relationship(back_populates="participants")
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Amendment(Identified, Model):
    """A change of what was fixed before data: what it said, what it says, and why. Never changed."""

    __tablename__ = "amendment"
    __table_args__ = (Index("ix_amendment_pilot_id_at", "pilot_id", "at"),)

    pilot_id: Mapped[str] = mapped_column(ForeignKey("pilot.id"))
    field: Mapped[str] = mapped_column(String(30))
    old: Mapped[str] = mapped_column(Text)
    new: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    at: Mapped[datetime] = mapped_column(default=clock.now)

    person: Mapped[Person | None] = relationship()


class Milestone(Identified, Recorded, Model):
    """Something that must have happened by a day."""

    __tablename__ = "milestone"

    pilot_id: Mapped[str] = mapped_column(ForeignKey("pilot.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date]
    done_on: Mapped[date | None]

    pilot: Mapped[Pilot] = relationship(back_populates="milestones")


class Evaluation(Identified, Recorded, Model):
    """What somebody found who looked at the pilot."""

    __tablename__ = "evaluation"

    pilot_id: Mapped[str] = mapped_column(ForeignKey("pilot.id"), index=True)
    on: Mapped[date]
    by: Mapped[str] = mapped_column(String(200))
    found: Mapped[str] = mapped_column(Text)
    advised: Mapped[str] = mapped_column(Text, default="")


class Measure(Identified, Recorded, Model):
    """An indicator that the registry cannot know: measured elsewhere, with its source."""

    __tablename__ = "measure"
    __table_args__ = (UniqueConstraint("pilot_id", "name"),)

    pilot_id: Mapped[str] = mapped_column(ForeignKey("pilot.id"))
    name: Mapped[str] = mapped_column(String(200))
    definition: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(300))
    unit: Mapped[str] = mapped_column(String(40), default="")
    baseline: Mapped[str] = mapped_column(String(40), default="")
    target: Mapped[str] = mapped_column(String(40), default="")

    values: Mapped[list["Measurement"]] = relationship(order_by="Measurement.on, Measurement.id")


class Measurement(Identified, Recorded, Model):
    """One value of such an indicator. A mistake is corrected by a later one of the same day."""

    __tablename__ = "measurement"

    measure_id: Mapped[str] = mapped_column(ForeignKey("measure.id"), index=True)
    on: Mapped[date]
    value: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(300), default="")


class Decision(Identified, Recorded, Model):
    """What was decided, why and by whom. A later decision stands beside it."""

    __tablename__ = "decision"
    __table_args__ = (CheckConstraint("kind IN ('formalise','extend','adjust','stop')", name="kind"),)

    pilot_id: Mapped[str] = mapped_column(ForeignKey("pilot.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    on: Mapped[date]
    by: Mapped[str] = mapped_column(String(200))
    reasons: Mapped[str] = mapped_column(Text)
    formalised: Mapped[str] = mapped_column(Text, default="")
    # What the report said that day, so that nobody can say later that it said something else.
    verdict: Mapped[str] = mapped_column(String(12), default="")


def last_changed(rows: Iterable[Recorded]) -> str:
    """When the last of these was changed, to the microsecond: it tells what a writer read from what came after."""
    return max((one.changed_at.isoformat() for one in rows), default="")
