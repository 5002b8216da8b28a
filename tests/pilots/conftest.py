"""A pilot with people in it."""

import pytest
from flask import Flask

from expertise.base.database import begin, session
from tests.make import Cast
from tests.pilots import world


@pytest.fixture
def running(app: Flask, cast: Cast) -> str:
    """A pilot of 30 people against 60, of whom 24 and 24 stay; the slug."""
    with app.app_context():
        begin("write")
        domain, inside, outside = world.a_domain()
        pilot = world.a_pilot(domain)
        world.careers(pilot, inside, outside, stays=24, leaves=6, name="Ours", takes_part=True)
        world.careers(pilot, inside, outside, stays=24, leaves=36, name="Others", takes_part=False)
        session().commit()
    return "disarmament-2023"
