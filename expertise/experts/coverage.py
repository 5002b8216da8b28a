"""How well a domain is covered: how many people, and how recently; and for which domains there is nobody.

A report on groups, never on persons: it names nobody and ranks nobody, and in works-council mode counts only groups of
five or more (base/small_groups.py).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock, small_groups
from expertise.base.database import session
from expertise.domains.models import Domain, PositionDomain
from expertise.domains.queries import with_below
from expertise.experts import queries, words
from expertise.experts.evidence import Evidence, sources
from expertise.experts.models import Claim, Objection
from expertise.people.models import Person
from expertise.posts.models import Position, Posting

RECENT = dt.timedelta(days=3 * 365)
MOST_NAMED = 200


@dataclass(frozen=True)
class Coverage:
    """One domain: how many people work on it now, did so in the last three years, or did so longer ago."""

    domain: Domain
    now: int | None  # none: not shown, see base/small_groups.py
    recent: int | None
    old: int | None
    posts: int  # where somebody works on it now
    last: dt.date | None

    @property
    def groups(self) -> tuple[int | None, ...]:
        """In the order of the columns."""
        return self.now, self.recent, self.old


def compared(viewer: Viewer, domains: Sequence[Domain]) -> list[Coverage]:
    """These domains side by side, each with all that stands under it."""
    require(viewer, "expertise.read")
    return [_coverage(viewer, one) for one in domains]


def _coverage(viewer: Viewer, domain: Domain) -> Coverage:
    today = clock.today()
    found = sources.of_domains(viewer, with_below([domain]))
    people = {one.person_id for one in found}
    hidden, objections = queries.hidden_of(people), queries.objections_of(people)
    gone = set(session().scalars(select(Person.id).where(Person.id.in_(people), Person.left_on < today)))
    last: dict[str, dt.date] = {}
    posts: set[str] = set()
    for one in found:
        if one.person_id in objections or not hidden.get(one.person_id, set()).isdisjoint(one.keys):
            continue
        touched = one.touched(today)
        if touched is not None:
            last[one.person_id] = max(touched, last.get(one.person_id, dt.date.min))
        posts |= _present(one)
    here = {one: day for one, day in last.items() if one not in gone}
    now = sum(day >= today for day in here.values())
    recent = sum(today - RECENT <= day < today for day in here.values())
    counts = small_groups.counted([now, recent, len(here) - now - recent])
    return Coverage(domain, counts[0], counts[1], counts[2], len(posts), max(last.values(), default=None))


def _present(one: Evidence) -> set[str]:
    return set(one.posts) if one.kind == "posting" and one.ongoing else set()


def nobody_for(viewer: Viewer) -> list[Domain]:
    """The domains that nobody here works on now or declares, nor on one under them; by name. Four queries."""
    require(viewer, "expertise.read")
    today = clock.today()
    filed = select(PositionDomain.domain_id).join(Position, Position.id == PositionDomain.position_id)
    filed = filed.join(Posting, Posting.position_id == Position.id).where(Posting.holding(today))
    objects = select(Objection.person_id).where(Objection.scope == "listed")
    said = select(Claim.domain_id).join(Person, Person.id == Claim.person_id)
    said = said.where(Claim.domain_id.is_not(None), Claim.person_id.not_in(objects))
    said = said.where(Person.left_on.is_(None) | (Person.left_on >= today))
    covered = {*session().scalars(filed.distinct()), *session().scalars(said.distinct())}
    parents = {row[0]: row[1] for row in session().execute(select(Domain.id, Domain.parent_id))}
    for one in list(covered):
        above = parents.get(str(one))
        while above is not None and above not in covered:
            covered.add(above)
            above = parents.get(above)
    bare = [one for one in parents if one not in covered]
    if not bare:
        return []
    name = Domain.name_nl if viewer.language == "nl" else Domain.name_en
    rows = session().scalars(select(Domain).where(Domain.id.in_(bare[:MOST_NAMED])).order_by(name))
    return list(rows)


def languages_declared(viewer: Viewer) -> dict[str, str]:
    """The languages that somebody declares, by code, by name. One query."""
    require(viewer, "expertise.read")
    objects = select(Objection.person_id).where(Objection.scope == "listed")
    query = select(Claim.code).where(Claim.kind == "language", Claim.person_id.not_in(objects)).distinct()
    spoken = set(session().scalars(query))
    return {code: name for code, name in words.language_names().items() if code in spoken}
