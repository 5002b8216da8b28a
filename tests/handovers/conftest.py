"""What the leaver of Geneva hands over: three dossiers, a promise, two contacts and a meeting."""

from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.people.models import Person
from expertise.posts.models import Position, Posting
from tests import make
from tests.conftest import Cast


@dataclass
class Seat:
    """Ids of what the disarmament seat keeps, and of the leaver's posting."""

    posting: str
    urgent: str
    second: str
    restricted: str
    promise: str
    near: str
    far: str


@pytest.fixture
def seat(app: Flask, cast: Cast) -> Seat:
    """The disarmament seat twelve days before its holder leaves."""
    with app.app_context():
        begin("write")
        made = fill_seat(cast)
        session().commit()
    return made


def fill_seat(cast: Cast) -> Seat:
    position = session().get_one(Position, cast.positions["disarmament"])
    leaver = session().get_one(Person, cast.people["leaver"])
    urgent = make.dossier(
        "Autonomous weapons",
        kept_by=position,
        from_on=date(2020, 1, 1),
        urgency=1,
        language="en",
        line_to_take="Meaningful human control.",
        line_valid_until=date(2027, 1, 15),
        state_of_play="The chair wants a rolling text.",
        next_step="Circulate the EU statement",
        next_step_on=date(2026, 12, 1),
    )
    second = make.dossier("Cluster munitions", kept_by=position, from_on=date(2020, 1, 1), urgency=2, language="en")
    restricted = make.dossier(
        "Attribution",
        kept_by=position,
        from_on=date(2020, 1, 1),
        urgency=2,
        reach="restricted",
        language="en",
        state_of_play="Witnesses are heard.",
        next_step="none",
    )
    promise = make.entry(
        urgent,
        "Working paper in French",
        by=leaver,
        kind="commitment",
        to_whom="the chair",
        due_on=date(2027, 1, 22),
        date=date(2026, 10, 1),
    )
    near = make.contact(
        "Ilse Marquandt", kept_by=position, tier=1, since=date(2022, 3, 1), sensitivities="Never before ten"
    )
    far = make.contact("Jan Kruis", kept_by=position, tier=3, since=date(2022, 3, 1))
    make.duty(position, "Coordination on Thursday", when_where="Thursday 08:30")
    posting = session().get_one(Posting, cast.postings["leaver"])
    return Seat(posting.id, urgent.id, second.id, restricted.id, promise.id, near.id, far.id)
