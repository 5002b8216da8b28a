"""Reads what the registry knew, at any moment since it is kept, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

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


@dataclass(frozen=True)
class Memory:
    """All versions of everything that a pilot reads."""

    postings: list[Version]
    left: list[Version]
    filed: list[Version]
    domains: list[Version]
    stewardships: list[Version]
    keepings: list[Version]
    interactions: list[Version]
    links: dict[str, list[str]]  # interaction -> contacts
    receipts: list[Received]
    scorings: list[Received]
    questions: list[Put]
    graded: list[Version]
    pilots: list[Version]
    participants: list[Version]
    steps: list[Version]

    def registry_at(self, day: date) -> Registry:
        """What was known at the end of a day."""
        moment = end_of(day)
        left = {one["id"]: one["left_on"] for one in _known(self.left, moment) if one["left_on"]}
        return Registry(
            stays=list(_stays(_known(self.postings, moment), left)),
            domains=_sets(_known(self.filed, moment)),
            parents={one["id"]: one["parent_id"] for one in _known(self.domains, moment)},
            dossiers=[
                Kept(one["dossier_id"], one["position_id"], one["from_on"], one["to_on"])
                for one in _known(self.stewardships, moment)
            ],
            relations=[
                Kept(one["contact_id"], one["position_id"], one["since"], one["until"])
                for one in _known(self.keepings, moment)
                if one["tier"] == 1
            ],
            met=self._met(moment),
            received={
                (one.person, one.position): day_of(one.at) for one in reversed(self.receipts) if one.at <= moment
            },
            scores={(one.person, one.position): one.score for one in self.scorings if one.at <= moment},
            questions=[asked for one in self.questions if (asked := one.known_at(moment)) is not None],
            grades={one["id"]: one["grade"] for one in _known(self.graded, moment) if one["grade"] is not None},
        )

    def _met(self, moment: datetime) -> dict[tuple[str, str], list[date]]:
        found: dict[tuple[str, str], list[date]] = defaultdict(list)
        for one in _known(self.interactions, moment):
            if one["person_id"] and not one["planned"]:
                for contact in self.links.get(one["id"], ()):
                    found[one["person_id"], contact].append(one["on"])
        return dict(found)

    def plan_at(self, pilot: Pilot, day: date) -> Facts | None:
        """What was fixed of a pilot, as it stood at the end of a day; None before the pilot was written down."""
        moment = end_of(day)
        return next((one for one in _known(self.pilots, moment) if one["id"] == pilot.id), None)

    def people_at(self, pilot: Pilot, day: date) -> list[Facts]:
        """Who stood in a pilot at the end of a day."""
        return [one for one in _known(self.participants, end_of(day)) if one["pilot_id"] == pilot.id]

    def chain_at(self, pilot: Pilot, day: date) -> list[Facts]:
        """The results chain at the end of a day, in its order."""
        steps = [one for one in _known(self.steps, end_of(day)) if one["pilot_id"] == pilot.id]
        return sorted(steps, key=lambda one: STEPS.index(one["step"]))


def _known(versions: Iterable[Version], moment: datetime) -> Iterator[Facts]:
    return (one.facts for one in versions if one.known_at(moment))


def _stays(facts: Iterable[Facts], left: dict[str, date]) -> Iterator[Stay]:
    for one in facts:
        start, end, gone = one["starts_on"], one["ends_on"], left.get(one["person_id"])
        if one["status"] != "held" or start is None or (gone and start > gone):
            continue
        # Whoever has left the service holds nothing any more.
        if gone is not None and (end is None or gone < end):
            end = gone
        yield Stay(one["person_id"], one["position_id"], start, end, one["acting"])


def _sets(facts: Iterable[Facts]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for one in facts:
        found[one["position_id"]].add(one["domain_id"])
    return {position: frozenset(domains) for position, domains in found.items()}


def recall(viewer: Viewer) -> Memory:
    """Everything, once; HR alone may ask, and what is made of it says nothing of fewer than five."""
    require(viewer, "pilot.read")
    links: dict[str, list[str]] = defaultdict(list)
    # Only contacts that somebody keeps as tier 1 are ever counted.
    first = select(Keeping.contact_id).where(Keeping.tier == 1)
    pairs = select(InteractionContact.interaction_id, InteractionContact.contact_id)
    for interaction, contact in session().execute(pairs.where(InteractionContact.contact_id.in_(first))):
        links[interaction].append(contact)
    return Memory(
        postings=list(versions_of(Posting)),
        left=list(versions_of(Person, Person.left_on.is_not(None))),
        filed=list(versions_of(PositionDomain)),
        domains=list(versions_of(Domain)),
        stewardships=list(versions_of(Stewardship)),
        keepings=list(versions_of(Keeping)),
        interactions=list(versions_of(Interaction)),
        links=dict(links),
        receipts=_receipts(),
        scorings=_scorings(),
        questions=_questions(),
        graded=list(versions_of(Position, Position.grade.is_not(None))),
        pilots=list(versions_of(Pilot)),
        participants=list(versions_of(Participant)),
        steps=list(versions_of(ChainStep)),
    )


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
