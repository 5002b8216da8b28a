"""What a report says, as plain values: pages, files and the command line only write it down.

The same day and data give the same report, to the byte: it says nothing of the moment at which it is made.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.base.remembering import Facts
from expertise.domains.models import Domain
from expertise.pilots import judging
from expertise.pilots.judging import Answer
from expertise.pilots.memory import Memory, end_of, recall
from expertise.pilots.models import (
    FIXED,
    Amendment,
    Decision,
    Evaluation,
    Measure,
    Measurement,
    Milestone,
    Pilot,
)
from expertise.pilots.publishing import Cell, Known, Plan, Published, looks, publish
from expertise.pilots.registry import Member, Registry

# The fields of a plan that name a domain.
DOMAINS = ("domain_id", "comparison_domain_id")


@dataclass(frozen=True)
class Measured:
    """An indicator measured elsewhere, with its values until the day of the report."""

    measure: Measure
    values: list[Measurement]


@dataclass(frozen=True)
class Report:
    """A pilot as known on a day."""

    pilot: Pilot
    as_of: date
    written: bool  # by that day
    plan: Facts  # the columns of FIXED, as they stood that day
    names: dict[str, str]  # domain -> name, in the reader's language
    fixed_on: date | None
    published: Published
    answer: Answer
    power: float
    chain: list[Facts]
    milestones: list[Milestone]
    evaluations: list[Evaluation]
    measures: list[Measured]
    decisions: list[Decision]
    amendments: list[Amendment]

    @property
    def criterion(self) -> str:
        """The code of the indicator by which it is judged."""
        return str(self.plan["indicator"])


def report_on(viewer: Viewer, pilot: Pilot, as_of: date | None = None) -> Report:
    """The report of a day, today if none is named. Refuses days to come, and those before the pilot was written."""
    require(viewer, "pilot.read", pilot)
    today = clock.today()
    as_of = as_of or today
    if as_of > today:
        raise Refused(_("This day is still to come."), "as_of")
    memory = recall(viewer)
    known = memory.plan_at(pilot, as_of)
    # Before it was written down there is nothing to say but its question, as it was first.
    plan = known or memory.pilots.first(pilot.id)
    fixed = pilot.fixed_at if pilot.fixed_at is not None and pilot.fixed_at <= end_of(as_of) else None
    published = Published()
    if fixed is not None:
        printed = _printed_before(memory, pilot, as_of)
        published = publish(looks(_plan(plan), as_of), _known(memory, pilot, plan, end_of(as_of)), printed=printed)
    return Report(
        pilot=pilot,
        as_of=as_of,
        written=known is not None,
        plan=plan,
        names=_names(viewer, pilot, plan, as_of),
        fixed_on=clock.day_of(fixed) if fixed else None,
        published=published,
        answer=judging.answer(_plan(plan), published),
        power=judging.power_of(
            plan["expected"], plan["threshold"], plan["direction"], plan["planned"], plan["planned_comparison"]
        ),
        chain=memory.chain_at(pilot, as_of),
        milestones=_until(pilot.milestones, as_of),
        evaluations=[one for one in _until(pilot.evaluations, as_of) if one.on <= as_of],
        measures=[
            Measured(one, [value for value in _until(one.values, as_of) if value.on <= as_of])
            for one in _until(pilot.measures, as_of)
        ],
        decisions=[one for one in _until(pilot.decisions, as_of) if one.on <= as_of],
        amendments=[one for one in pilot.amendments if one.at <= end_of(as_of)],
    )


def _until(rows: Iterable[Any], day: date) -> list[Any]:
    return [one for one in rows if one.created_at <= end_of(day)]


def _names(viewer: Viewer, pilot: Pilot, plan: Facts, as_of: date) -> dict[str, str]:
    """What the domains of a plan are called; one that was merged since by the name of the one that stayed."""
    found = {}
    for name in DOMAINS:
        if plan[name]:
            later = (one.old for one in pilot.amendments if one.field == name and one.at > end_of(as_of))
            stayed = next(later, None) or getattr(pilot, name)
            domain = session().get(Domain, plan[name]) or (session().get(Domain, stayed) if stayed else None)
            if domain is not None:
                found[plan[name]] = domain.name(viewer.language)
    logged = {text for one in pilot.amendments if one.field in DOMAINS for text in (one.old, one.new)}
    for text in sorted(logged - {""}):
        if text not in found and (domain := session().get(Domain, text)) is not None:
            found[text] = domain.name(viewer.language)
    return found


def _plan(facts: Facts) -> Plan:
    return Plan(
        domain=facts["domain_id"],
        starts_on=facts["starts_on"],
        entry_until=facts["entry_until"],
        indicator=facts["indicator"],
        months=facts["months"],
        threshold=facts["threshold"],
        direction=facts["direction"],
        judged_on=facts["judged_on"],
        comparison=facts["comparison"],
        comparison_domain=facts["comparison_domain_id"] or facts["domain_id"],
    )


def _known(memory: Memory, pilot: Pilot, facts: Facts, until: datetime) -> Callable[[date], Known | None]:
    """At a look: the plan that was in force at a moment, people and registry as they were known at the look."""

    def known(day: date) -> Known | None:
        if pilot.fixed_at is None or pilot.fixed_at > end_of(day):
            return None
        plan, registry = _plan({**facts, **_filed_as(memory, pilot, facts, day, until)}), memory.registry_at(day)
        return plan, registry, *groups(plan, registry, memory.people_at(pilot, day))

    return known


def _filed_as(memory: Memory, pilot: Pilot, facts: Facts, day: date, until: datetime) -> dict[str, str | None]:
    """The domains of a plan as the registry of a look knows them.

    Who amends the plan means another domain; merging two does not. What was filed then was filed under the one that
    is gone, so it is still looked for by that one.
    """
    then = memory.plan_at(pilot, day)
    if then is None:
        return {}
    found = {}
    for name in DOMAINS:
        if then[name] != facts[name]:
            meant = [one.new for one in pilot.amendments if one.field == name and end_of(day) < one.at <= until]
            found[name] = (meant[-1] or None) if meant else then[name]
    return found


def _printed_before(memory: Memory, pilot: Pilot, as_of: date) -> list[Cell]:
    """The sets of people of whom reports spoke under plans that were amended since the criterion was fixed."""
    printed: list[Cell] = []
    for one in memory.pilots.replaced(pilot.id):
        until = one.until
        if until is None or pilot.fixed_at is None or not pilot.fixed_at < until <= end_of(as_of):
            continue
        days = looks(_plan(one.facts), clock.day_of(until))
        printed = publish(days, _known(memory, pilot, one.facts, until), printed=printed).cells
    return printed


def groups(plan: Plan, registry: Registry, people: Iterable[Facts]) -> tuple[list[Member], list[Member]]:
    """Who takes part, and with whom they are compared; who was refused may be among the others."""
    domains = registry.below(plan.domain)
    theirs = registry.below(plan.comparison_domain)
    by_role: dict[str, list[Facts]] = {}
    for one in people:
        by_role.setdefault(one["role"], []).append(one)
    ours = _members(by_role.get("takes_part", ()), domains)
    if plan.comparison == "named":
        return ours, _members(by_role.get("compared", ()), theirs)
    but = [one.person for one in ours]
    return ours, registry.entered(plan.comparison_domain, plan.starts_on, plan.entry_until, but=but)


def _members(people: Iterable[Facts], domains: frozenset[str]) -> list[Member]:
    found = [Member(one["person_id"], one["joined_on"], domains) for one in people if one["joined_on"]]
    return sorted(found, key=lambda one: one.person)


def verdicts(viewer: Viewer, pilots: Iterable[Pilot]) -> dict[str, str]:
    """What the criterion says today, by pilot, of those that have one. Only what that takes is read, and read once."""
    memory, today = recall(viewer), clock.today()
    return {one.id: _verdict(memory, one, today) for one in pilots if one.fixed_at}


def _verdict(memory: Memory, pilot: Pilot, today: date) -> str:
    facts = memory.plan_at(pilot, today)
    assert facts is not None
    plan = _plan(facts)
    # Nobody needs to look before the day of judging: until then there is no answer.
    if plan.judged_on > today:
        return judging.answer(plan, Published()).verdict
    known, printed = _known(memory, pilot, facts, end_of(today)), _printed_before(memory, pilot, today)
    published = publish(looks(plan, today), known, criterion_alone=True, printed=printed)
    return judging.answer(plan, published).verdict


def plain_plan(plan: Facts) -> dict[str, Any]:
    """The fixed columns, for files."""
    return {name: plan[name] for name in FIXED}
