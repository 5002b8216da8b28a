"""What the registry knew at a moment, as plain values that indicators read. Pure: no database, no clock."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

# Two postings in the domain with less between them are one stay: a move takes its weeks.
MOVING = timedelta(days=90)
MONTH = 365.25 / 12  # days
Grouped = TypeVar("Grouped")


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last day of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)


@dataclass(frozen=True)
class Stay:
    """Somebody in a position; no end is: still. Only what was held, acting or not."""

    person: str
    position: str
    start: date
    end: date | None = None
    acting: bool = False

    def covers(self, day: date) -> bool:
        """Whether it was held that day."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Kept:
    """A position keeps something (a dossier, or a contact of tier 1) from one day to another; None is open."""

    thing: str
    position: str
    start: date | None = None
    end: date | None = None

    def covers(self, day: date) -> bool:
        """Whether it was kept that day."""
        return (self.start is None or self.start <= day) and (self.end is None or day <= self.end)


@dataclass(frozen=True)
class Asked:
    """A question that was put to somebody: on which day, and whether they answered it themselves."""

    person: str
    on: date
    answered: bool


@dataclass(frozen=True)
class Member:
    """Somebody in a group: from which day they are followed, and in which domains they count as inside."""

    person: str
    start: date
    domains: frozenset[str]


@dataclass
class Registry:
    """Everything that indicators need, as it was known then."""

    stays: list[Stay] = field(default_factory=list)
    domains: Mapping[str, frozenset[str]] = field(default_factory=dict)  # position -> domains
    parents: Mapping[str, str | None] = field(default_factory=dict)  # domain -> the one above
    dossiers: list[Kept] = field(default_factory=list)
    relations: list[Kept] = field(default_factory=list)  # contacts of tier 1
    met: Mapping[tuple[str, str], list[date]] = field(default_factory=dict)  # (person, contact) -> days
    received: Mapping[tuple[str, str], date] = field(default_factory=dict)  # (person, position) -> first receipt
    scores: Mapping[tuple[str, str], float] = field(default_factory=dict)  # (person, position) -> mean, 1 to 5
    questions: list[Asked] = field(default_factory=list)  # without those that were withdrawn
    grades: Mapping[str, int] = field(default_factory=dict)  # position -> grade, where it is known

    @cached_property
    def by_person(self) -> dict[str, list[Stay]]:
        """What people held in their own right, in no order."""
        return _grouped((one.person, one) for one in self.stays if not one.acting)

    @cached_property
    def asked_of(self) -> dict[str, list[Asked]]:
        """Questions by the person to whom they were put."""
        return _grouped((one.person, one) for one in self.questions)

    @cached_property
    def by_position(self) -> dict[str, list[Stay]]:
        """Who held a position in their own right, in no order."""
        return _grouped((one.position, one) for one in self.stays if not one.acting)

    @cached_property
    def dossiers_at(self) -> dict[str, list[Kept]]:
        """What a position kept."""
        return _grouped((one.position, one) for one in self.dossiers)

    @cached_property
    def keepers(self) -> dict[str, list[Kept]]:
        """By dossier, which positions kept it."""
        return _grouped((one.thing, one) for one in self.dossiers)

    @cached_property
    def relations_at(self) -> dict[str, list[Kept]]:
        """Contacts of tier 1 of a position."""
        return _grouped((one.position, one) for one in self.relations)

    def below(self, domain: str) -> frozenset[str]:
        """A domain and all under it."""
        children = defaultdict(list)
        for one, parent in self.parents.items():
            children[parent].append(one)
        found: set[str] = set()
        fresh = [domain]
        while fresh:
            one = fresh.pop()
            if one not in found:
                found.add(one)
                fresh.extend(children[one])
        return frozenset(found)

    def inside(self, stay: Stay, domains: frozenset[str]) -> bool:
        """Whether the position works on one of these domains."""
        return bool(self.domains.get(stay.position, frozenset()) & domains)

    def own(self, person: str) -> list[Stay]:
        """What somebody held in their own right, in the order of time."""
        held = self.by_person.get(person, [])
        return sorted(held, key=lambda one: (one.start, one.end or date.max, one.position))

    def first_from(self, member: Member) -> Stay | None:
        """The seat in which somebody was when they began to be followed, or the first after that."""
        return next((one for one in self.own(member.person) if one.end is None or one.end >= member.start), None)

    def before(self, stay: Stay) -> Stay | None:
        """Who held the seat before: of several the one who left last."""
        earlier = [
            one
            for one in self.by_position.get(stay.position, [])
            if one.start < stay.start and one.person != stay.person and one.end is not None
        ]
        return max(earlier, key=lambda one: (one.end or date.max, one.start), default=None)

    def entered(self, domain: str, first: date, last: date, *, but: Iterable[str] = ()) -> list[Member]:
        """Whoever took a seat in a domain in these days, from the first such day; `but` are left out."""
        domains, left_out = self.below(domain), set(but)
        found: dict[str, date] = {}
        for one in self.stays:
            inside = not one.acting and first <= one.start <= last and self.inside(one, domains)
            if inside and one.person not in left_out:
                found[one.person] = min(one.start, found.get(one.person, one.start))
        return [Member(person, start, domains) for person, start in sorted(found.items())]


def _grouped(pairs: Iterable[tuple[str, Grouped]]) -> dict[str, list[Grouped]]:
    found: dict[str, list[Grouped]] = defaultdict(list)
    for key, one in pairs:
        found[key].append(one)
    return dict(found)
