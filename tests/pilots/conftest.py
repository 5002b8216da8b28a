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
        slug = world.in_the_database().slug
        session().commit()
    return slug


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """`run("pilot", "report", slug)`: a command on this test's installation."""

    def run_command(*words: str) -> Result:
        return CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))

    return run_command
