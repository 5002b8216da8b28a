"""Reads the texts of the demo, and gives the past its dates and its ids."""

import random
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from expertise.access.viewer import Viewer, system
from expertise.base import clock
from expertise.base.database import ids_drawn_by
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting

SMALL = Path(__file__).parent / "small"
FILES = {"person": "people.toml", "duty": "duties.toml", "miss": "questions.toml", "expertise": "expertise.toml"}
SEED = 20261123
TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Event:
    """Something that happened on a day; `late` after all else of that day."""

    day: date
    happen: Callable[[], None]
    late: bool = False


@dataclass
class Ministry:
    """What has been loaded so far, by the keys that the texts use."""

    posts: dict[str, Post] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    positions: dict[str, Position] = field(default_factory=dict)
    postings: dict[tuple[str, str], list[Posting]] = field(default_factory=dict)
    domains: dict[str, Any] = field(default_factory=dict)
    dossiers: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, Any] = field(default_factory=dict)
    contacts: dict[str, Any] = field(default_factory=dict)

    def posting(self, person: str, position: str) -> Posting:
        """The latest posting of a person in a position."""
        return self.postings[person, position][-1]


def tables(name: str) -> list[dict[str, Any]]:
    """The rows of small/<names>.toml."""
    rows: list[dict[str, Any]] = document(SMALL / FILES.get(name, f"{name}s.toml"))[name]
    return rows


def document(path: Path) -> dict[str, Any]:
    """One file of texts."""
    return tomllib.loads(path.read_text())


def acting_for(person: Person | None) -> Viewer:
    """Who recorded it then: that person, with the installation's rights, because their tokens of that day are gone."""
    if person is None:
        return system()
    return replace(system(), person_id=person.id, name=person.name)


@contextmanager
def seeded_ids(of: str = "") -> Iterator[None]:
    """The same ids at each load."""
    drawing = random.Random(f"{SEED}{of}" if of else SEED)  # noqa: S311 (a demo's ids are no secret)
    with ids_drawn_by(drawing.choice):
        yield


@contextmanager
def on(day: date | None) -> Iterator[None]:
    """Record as on that day (at half past ten), never later than the demo's today."""
    moment = datetime.combine(min(day or TODAY, TODAY), time(10, 30), clock.HEADQUARTERS)
    with clock.at(moment):
        yield
