"""Reads what the registry knew, at any moment since it is kept: a query a table, of those that are asked for."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Generic, TypeVar

from sqlalchemy import func, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.clock import HEADQUARTERS, day_of
from expertise.base.database import session
from expertise.base.remembering import Facts, Version, versions_of
from expertise.contacts.models import Interaction, InteractionContact, Keeping
from expertise.domains.models import Domain, PositionDomain
from expertise.dossiers.models import Stewardship
from expertise.handovers.models import Handover, Receipt
from expertise.handovers.models_beside import Score, Scoring
from expertise.people.models import Person
from expertise.pilots.models import STEPS, ChainStep, Participant, Pilot
from expertise.pilots.registry import Asked, Kept, Registry, Stay
from expertise.posts.models import Position, Posting
from expertise.questions.models import QuestionStep

Told = TypeVar("Told")


def end_of(day: date) -> datetime:
    """The last moment of a day at headquarters, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), HEADQUARTERS).astimezone(UTC) - timedelta(microseconds=1)


@dataclass(frozen=True)
class Received:
    """A note that was received, or scored: by whom, in which position."""

    person: str
    position: str
    at: datetime
    score: float = 0.0


@dataclass(frozen=True)
class Put:
    """That a question was put to somebody, and what became of it when."""

    person: str
    at: datetime
    ended_at: datetime | None
    outcome: str
    on: date  # the day of `at`

    def known_at(self, moment: datetime) -> Asked | None:
        """As it stood at a moment; None before it was put, and once it was withdrawn."""
        ended = self.outcome if self.ended_at is not None and self.ended_at <= moment else ""
        if self.at > moment or ended == "withdrawn":
            return None
        return Asked(self.person, self.on, ended == "answered")


class Versions(Generic[Told]):
    """What was known of some records at any moment: made of what they said once, gathered once between two changes."""

    def __init__(
        self,
        versions: Iterable[Version],
        gather: Callable[[list[Any]], Told],
        make: Callable[[Facts], Any] = lambda facts: facts,
    ) -> None:
        """In whatever order; `gather` gets what `make` made of them in the same, without None."""
        self._versions = list(versions)
        self._made = [(one, made) for one in self._versions if (made := make(one.facts)) is not None]
        turns = {moment for one, _made in self._made for moment in (one.since, one.until) if moment is not None}
        self._turns = sorted(turns)
        self._gather = gather
        self._told: dict[int, Told] = {}

    def at(self, moment: datetime) -> Told:
        """What was known at a moment."""
        turn = bisect_right(self._turns, moment)
        if turn not in self._told:
            self._told[turn] = self._gather([made for one, made in self._made if one.known_at(moment)])
        return self._told[turn]

    def replaced(self, record_id: str) -> list[Version]:
        """What a record said and says no more, the oldest first."""
        return [one for one in self._versions if one.facts["id"] == record_id and one.until is not None]

    def first(self, record_id: str) -> Facts:
        """What the oldest version of a record says."""
        return next(one.facts for one in self._versions if one.facts["id"] == record_id)


class Memory:
    """All versions of everything that a pilot reads. Each table is read once, when something first asks for it."""

    @cached_property
    def stays(self) -> Versions[list[Stay]]:
        """Who sat where."""
        return Versions(versions_of(Posting), list, _stay)

    @cached_property
    def left(self) -> Versions[dict[str, date]]:
        """Who left the service, and when."""
        people = versions_of(Person, Person.left_on.is_not(None))
        return Versions(people, lambda facts: {one["id"]: one["left_on"] for one in facts if one["left_on"]})

    @cached_property
    def filed(self) -> Versions[dict[str, frozenset[str]]]:
        """The domains on which positions work."""
        return Versions(versions_of(PositionDomain), _sets)

    @cached_property
    def parents(self) -> Versions[dict[str, str | None]]:
        """The tree of domains."""
        return Versions(versions_of(Domain), lambda facts: {one["id"]: one["parent_id"] for one in facts})

    @cached_property
    def dossiers(self) -> Versions[list[Kept]]:
        """Which positions kept which dossiers."""
        return Versions(versions_of(Stewardship), list, lambda one: _kept(one, "dossier_id", "from_on", "to_on"))

    @cached_property
    def relations(self) -> Versions[list[Kept]]:
        """Which positions kept which contacts of tier 1."""
        first = versions_of(Keeping, Keeping.tier == 1)
        return Versions(
            first, list, lambda one: _kept(one, "contact_id", "since", "until") if one["tier"] == 1 else None
        )

    @cached_property
    def met(self) -> Versions[dict[tuple[str, str], list[date]]]:
        """On which days somebody met a contact. Only those that somebody keeps as tier 1 are ever counted."""
        first = select(Keeping.contact_id).where(Keeping.tier == 1)
        pairs = select(InteractionContact.interaction_id, InteractionContact.contact_id)
        links: dict[str, list[str]] = defaultdict(list)
        for interaction, contact in session().execute(pairs.where(InteractionContact.contact_id.in_(first))):
            links[interaction].append(contact)
        return Versions(versions_of(Interaction), lambda facts: _met(facts, links))

    @cached_property
    def grades(self) -> Versions[dict[str, int]]:
        """The grades of positions."""
        graded = versions_of(Position, Position.grade.is_not(None))
        return Versions(graded, lambda facts: {one["id"]: one["grade"] for one in facts if one["grade"] is not None})

    @cached_property
    def receipts(self) -> list[Received]:
        """Which notes were received, the earliest first."""
        return _receipts()

    @cached_property
    def scorings(self) -> list[Received]:
        """How notes were scored, the earliest first."""
        return _scorings()

    @cached_property
    def questions(self) -> list[Put]:
        """What was asked of whom."""
        return _questions()

    @cached_property
    def pilots(self) -> Versions[list[Facts]]:
        """What was fixed of pilots."""
        return Versions(versions_of(Pilot), list)

    @cached_property
    def participants(self) -> Versions[list[Facts]]:
        """Who stood in which pilot."""
        return Versions(versions_of(Participant), list)

    @cached_property
    def steps(self) -> Versions[list[Facts]]:
        """Results chains."""
        return Versions(versions_of(ChainStep), list)

    def registry_at(self, day: date) -> Registry:
        """What was known at the end of a day."""
        return AsKnown(self, end_of(day))

    def plan_at(self, pilot: Pilot, day: date) -> Facts | None:
        """What was fixed of a pilot, as it stood at the end of a day; None before the pilot was written down."""
        return next((one for one in self.pilots.at(end_of(day)) if one["id"] == pilot.id), None)

    def people_at(self, pilot: Pilot, day: date) -> list[Facts]:
        """Who stood in a pilot at the end of a day."""
        return [one for one in self.participants.at(end_of(day)) if one["pilot_id"] == pilot.id]

    def chain_at(self, pilot: Pilot, day: date) -> list[Facts]:
        """The results chain at the end of a day, in its order."""
        steps = [one for one in self.steps.at(end_of(day)) if one["pilot_id"] == pilot.id]
        return sorted(steps, key=lambda one: STEPS.index(one["step"]))


class AsKnown(Registry):
    """The registry as it was known at a moment: each part is made when an indicator first asks for it."""

    def __init__(self, memory: Memory, moment: datetime) -> None:
        """Of what a memory holds."""
        self.memory, self.moment = memory, moment

    def __getattr__(self, name: str) -> Any:
        """A part that is not there yet; from then on it is."""
        if name not in PARTS:
            raise AttributeError(name)
        value = PARTS[name](self.memory, self.moment)
        setattr(self, name, value)
        return value


PARTS: dict[str, Callable[[Memory, datetime], Any]] = {
    "stays": lambda memory, moment: list(_until_gone(memory.stays.at(moment), memory.left.at(moment))),
    "domains": lambda memory, moment: memory.filed.at(moment),
    "parents": lambda memory, moment: memory.parents.at(moment),
    "dossiers": lambda memory, moment: memory.dossiers.at(moment),
    "relations": lambda memory, moment: memory.relations.at(moment),
    "met": lambda memory, moment: memory.met.at(moment),
    "received": lambda memory, moment: {
        (one.person, one.position): day_of(one.at) for one in reversed(memory.receipts) if one.at <= moment
    },
    "scores": lambda memory, moment: {
        (one.person, one.position): one.score for one in memory.scorings if one.at <= moment
    },
    "questions": lambda memory, moment: [
        asked for one in memory.questions if (asked := one.known_at(moment)) is not None
    ],
    "grades": lambda memory, moment: memory.grades.at(moment),
}


def _stay(one: Facts) -> Stay | None:
    if one["status"] != "held" or one["starts_on"] is None:
        return None
    return Stay(one["person_id"], one["position_id"], one["starts_on"], one["ends_on"], one["acting"])


def _until_gone(stays: Iterable[Stay], left: dict[str, date]) -> Iterator[Stay]:
    """Whoever has left the service holds nothing any more."""
    for one in stays:
        gone = left.get(one.person)
        if gone is None or (one.end is not None and one.end <= gone):
            yield one
        elif one.start <= gone:
            yield replace(one, end=gone)


def _kept(one: Facts, thing: str, start: str, end: str) -> Kept:
    return Kept(one[thing], one["position_id"], one[start], one[end])


def _met(facts: list[Facts], links: dict[str, list[str]]) -> dict[tuple[str, str], list[date]]:
    found: dict[tuple[str, str], list[date]] = defaultdict(list)
    for one in facts:
        if one["person_id"] and not one["planned"]:
            for contact in links.get(one["id"], ()):
                found[one["person_id"], contact].append(one["on"])
    return dict(found)


def _sets(facts: list[Facts]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in facts:
        found[one["position_id"]].add(one["domain_id"])
    return {position: frozenset(domains) for position, domains in found.items()}


def recall(viewer: Viewer) -> Memory:
    """Everything, as it is asked for; HR alone may ask, and what is made of it says nothing of fewer than five."""
    require(viewer, "pilot.read")
    return Memory()


def _receipts() -> list[Received]:
    query = (
        select(Receipt.person_id, Posting.position_id, Receipt.at)
        .join(Handover, Handover.id == Receipt.handover_id)
        .join(Posting, Posting.id == Handover.posting_id)
        .order_by(Receipt.at, Receipt.id)
    )
    return [Received(person, position, at) for person, position, at in session().execute(query)]


def _questions() -> list[Put]:
    columns = (QuestionStep.person_id, QuestionStep.at, QuestionStep.ended_at, QuestionStep.outcome)
    query = select(*columns).order_by(QuestionStep.at, QuestionStep.id)
    return [Put(person, at, ended, outcome, day_of(at)) for person, at, ended, outcome in session().execute(query)]


def _scorings() -> list[Received]:
    query = (
        select(Scoring.person_id, Posting.position_id, Scoring.at, func.avg(Score.score))
        .join(Score, Score.scoring_id == Scoring.id)
        .join(Handover, Handover.id == Scoring.handover_id)
        .join(Posting, Posting.id == Handover.posting_id)
        .group_by(Scoring.id, Scoring.person_id, Posting.position_id, Scoring.at)
        .order_by(Scoring.at, Scoring.id)
    )
    return [Received(person, position, at, float(mean)) for person, position, at, mean in session().execute(query)]
