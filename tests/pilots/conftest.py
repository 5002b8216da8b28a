"""A pilot with people in it."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from expertise.base.database import begin, session
from expertise.cli import main
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


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """`run("pilot", "report", slug)`: a command on this test's installation."""

    def run_command(*words: str) -> Result:
        return CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))

    return run_command
