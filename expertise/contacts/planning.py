"""Whom two of us are about to see within a week of each other: the plans of this room, and of rooms above.

A room above that plans meetings of its own registers a function in its panels.py:

    @plans.source("introductions")
    def introductions(viewer, contact_ids, first, last) -> list[Plan]:
        ...

It answers for many contacts at once, in one query, and only what this viewer may know.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.contacts.models import Interaction, InteractionContact
from expertise.people.models import Person
from expertise.posts.models import Position

APART = timedelta(days=7)


@dataclass(frozen=True)
class Plan:
    """Somebody is going to see a contact."""

    contact_id: str
    on: date
    position: Position | None
    person: Person | None
    introduction: bool = False
    id: str = ""  # of the interaction


Source = Callable[[Viewer, set[str], date, date], list[Plan]]


@dataclass(frozen=True)
class Plans:
    """Where plans come from, by name."""

    _sources: dict[str, Source] = field(default_factory=dict)

    def source(self, name: str) -> Callable[[Source], Source]:
        """Register a function. A name is taken once."""
        if name in self._sources:
            raise ValueError(f"there are plans called {name} already")

        def register(source: Source) -> Source:
            self._sources[name] = source
            return source

        return register

    def between(self, viewer: Viewer, contact_ids: Iterable[str], first: date, last: date) -> list[Plan]:
        """All plans with these contacts in these days, the first to come first."""
        asked = set(contact_ids)
        if not asked:
            return []
        found = [plan for source in self._sources.values() for plan in source(viewer, asked, first, last)]
        return sorted(found, key=lambda one: (one.on, one.contact_id, one.id))


plans = Plans()


@plans.source("interactions")
def planned_interactions(_viewer: Viewer, contact_ids: set[str], first: date, last: date) -> list[Plan]:
    """What is planned in this room; all staff may know it."""
    query = (
        select(InteractionContact.contact_id, Interaction)
        .join(Interaction, Interaction.id == InteractionContact.interaction_id)
        .where(
            InteractionContact.contact_id.in_(contact_ids),
            Interaction.planned.is_(True),
            Interaction.on.between(first, last),
        )
        .options(joinedload(Interaction.position), joinedload(Interaction.person))
    )
    rows: Iterable[Any] = session().execute(query)
    return [Plan(contact_id, one.on, one.position, one.person, id=one.id) for contact_id, one in rows]


def clashes(viewer: Viewer, contact_ids: Iterable[str], on: date, *, position_ids: Iterable[str]) -> list[Plan]:
    """Who else, not of these positions, plans to see one of these contacts within a week of that day."""
    own = set(position_ids)
    around = plans.between(viewer, contact_ids, on - APART, on + APART)
    return [one for one in around if one.position is None or one.position.id not in own]


def clashing(viewer: Viewer, contact_id: str) -> list[Plan]:
    """Of the plans with one contact from today on, those that lie within a week of another position's."""
    coming = plans.between(viewer, [contact_id], clock.today(), date.max)
    return [one for one in coming if any(_clash(one, other) for other in coming)]


def _clash(one: Plan, other: Plan) -> bool:
    if abs(one.on - other.on) > APART:
        return False
    seats = {plan.position.id if plan.position else "" for plan in (one, other)}
    return len(seats) > 1
