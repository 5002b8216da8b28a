"""What the stories about dossiers start from: one that the disarmament seat keeps, and one that only it may see."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.dossiers import service
from expertise.posts.models import Position
from tests import make
from tests.conftest import Cast

Write = Callable[[Callable[[], Any]], Any]


def seat(cast: Cast, name: str) -> Position:
    return session().get_one(Position, cast.positions[name])


@pytest.fixture
def write(app: Flask) -> Write:
    """`write(lambda: ...)` does something in the database and commits."""

    def done(what: Callable[[], Any]) -> Any:
        with app.app_context(), app.test_request_context():
            begin("write")
            result = what()
            session().commit()
            return result

    return done


@pytest.fixture
def munitions(cast: Cast, write: Write) -> str:
    """An open dossier of the disarmament seat since 2019, with a line that is valid."""

    def opened() -> str:
        made = make.dossier(
            "Cluster munitions",
            kept_by=seat(cast, "disarmament"),
            from_on=date(2019, 12, 13),
            language="en",
            state_of_play="Eleven states support the draft.",
            line_to_take="No exceptions.",
            line_valid_until=date(2027, 1, 15),
        )
        service.change_dossier(make.SYSTEM, made, next_step="Circulate input", next_step_on=date(2026, 12, 1))
        return made.id

    return str(write(opened))


@pytest.fixture
def secret(cast: Cast, write: Write) -> str:
    """A restricted dossier of the same seat, with a note in it."""

    def opened() -> str:
        made = make.dossier(
            "Quiet talks", kept_by=seat(cast, "disarmament"), reach="restricted", language="en", next_step="Wait"
        )
        make.entry(made, "What the quiet chair said", body="Over lunch.", language="en")
        return made.id

    return str(write(opened))
