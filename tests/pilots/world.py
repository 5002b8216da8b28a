"""Invented services to judge: in the database through the rooms' own verbs, and as plain values for many seeds."""

import random
from datetime import UTC, date, datetime, time, timedelta

from expertise.base import clock
from expertise.base.database import session
from expertise.domains.models import Domain
from expertise.domains.service import file_position
from expertise.pilots import service
from expertise.pilots.models import Pilot
from expertise.pilots.publishing import Plan
from expertise.pilots.registry import Member, Registry, Stay, add_months
from expertise.posts.models import Position
from tests import make

STARTS, ENTRY_UNTIL, JUDGED = date(2023, 1, 1), date(2023, 12, 31), date(2026, 3, 1)
FIXED = date(2022, 12, 5)
PLAN = {
    "question": "Does a career inside disarmament keep expertise better?",
    "domain_definition": "Positions filed under disarmament, at posts and in The Hague.",
    "inclusion_rule": "Whoever applied for two postings or more in the domain.",
    "starts_on": STARTS,
    "entry_until": ENTRY_UNTIL,
    "indicator": "in_domain",
    "months": 24,
    "threshold": 15,
    "direction": "higher",
    "judged_on": JUDGED,
    "comparison": "entered",
    "comparison_domain_id": None,
    "comparison_rule": "The same positions in the same year; they did not apply.",
    "expected": 40,
    "planned": 30,
    "planned_comparison": 60,
}


def moment(day: date) -> datetime:
    """Noon of a day."""
    return datetime.combine(day, time(12), UTC)


def a_pilot(domain: Domain, *, fixed: bool = True, slug: str = "disarmament-2023", **changed: object) -> Pilot:
    """A pilot that was written down and fixed before its first day."""
    with clock.at(moment(FIXED)):
        plan = PLAN | {"domain_id": domain.id} | changed
        pilot = service.set_up_pilot(make.SYSTEM, slug=slug, name="Domain steering, disarmament", **plan)
        if fixed:
            service.fix_criterion(make.SYSTEM, pilot)
    return pilot


def a_domain() -> tuple[Domain, Position, Position]:
    """A domain, a position in it and one outside; any number of people may sit in them."""
    with clock.at(moment(date(2015, 1, 5))):
        domain = make.domain("disarmament", "Ontwapening", "Disarmament")
        post = make.post("BRN", "Ambassade Bern", "Embassy Bern")
        inside, outside = make.position(post, "Binnen", "Inside"), make.position(post, "Buiten", "Outside")
        file_position(make.SYSTEM, inside, [domain])
    return domain, inside, outside


def careers(
    pilot: Pilot, inside: Position, outside: Position, *, stays: int, leaves: int, name: str, takes_part: bool
) -> list[str]:
    """People who came in during 2023; of them so many stay, and so many leave after a year. Recorded as it happened."""
    found = []
    for number in range(stays + leaves):
        starts = STARTS + timedelta(days=7 * (number % 50))
        ends = add_months(starts, 12)
        with clock.at(moment(starts)):
            person = make.person(f"{name} {number}", email=f"{name.lower()}.{number}@expertise.example")
            staying = number < stays
            make.posting(person, inside, starts, None if staying else ends)
            if takes_part:
                service.take_in(make.SYSTEM, pilot, person, joined_on=starts)
        if not staying:
            with clock.at(moment(ends)):
                make.posting(person, outside, ends + timedelta(days=1), None)
        found.append(person.id)
    session().flush()
    return found


def in_the_database() -> Pilot:
    """A pilot of 30 people against 60, of whom 24 and 24 stay."""
    domain, inside, outside = a_domain()
    pilot = a_pilot(domain)
    careers(pilot, inside, outside, stays=24, leaves=6, name="Ours", takes_part=True)
    careers(pilot, inside, outside, stays=24, leaves=36, name="Others", takes_part=False)
    return pilot


def invented(
    seed: int, *, people: int, others: int, keeps: float, others_keep: float
) -> tuple[Registry, Plan, list[Member], list[Member]]:
    """A ministry of which the truth is known: with these chances somebody is in the domain after two years."""
    chance = random.Random(seed)
    plan = Plan("d", STARTS, ENTRY_UNTIL, "in_domain", 24, 15, "higher", JUDGED, "entered", "d")
    stays, members = [], []
    for number in range(people + others):
        person, start = f"p{number:04}", STARTS + timedelta(days=chance.randrange(365))
        until = add_months(start, 24)
        if chance.random() < (keeps if number < people else others_keep):
            stays.append(Stay(person, "in", start, until + timedelta(days=chance.randrange(1, 700))))
        else:
            end = start + timedelta(days=chance.randrange(90, 720))
            stays += [Stay(person, "in", start, end), Stay(person, "out", end + timedelta(days=1))]
        members.append(Member(person, start, frozenset({"d"})))
    registry = Registry(stays=stays, domains={"in": frozenset({"d"})}, parents={"d": None})
    return registry, plan, members[:people], members[people:]
