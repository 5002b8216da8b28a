"""A contact that every story of this room can count on."""

from datetime import date

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.posts.models import Position
from tests import make
from tests.conftest import Cast


@pytest.fixture
def marquandt(app: Flask, cast: Cast) -> str:
    """Ilse Marquandt, tier 1 of the disarmament seat."""
    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        made = make.contact(
            "Ilse Marquandt",
            kept_by=seat,
            tier=1,
            role="Head of arms unit",
            organisation="Red Cross",
            email="Ilse@redcross.example",
            languages="fr, no",
            since=date(2022, 3, 1),
            relation="trusted",
            sensitivities="Never before ten o'clock",
        )
        session().commit()
    return made.id
