"""An installation with the small demo in it."""

import shutil
from collections.abc import Callable

import pytest
import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from expertise import create_app
from expertise.cli import main
from tests.conftest import TODAY, Template, address_of, dispose, settings_for
from tests.databases import Server


def command(app: Flask, *words: str) -> str:
    """What a command prints."""
    done = CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.stdout


@pytest.fixture(scope="session")
def demo_template(
    empty_template: Template, server: Server | None, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    """An installation with the demo in it, loaded once."""
    instance = tmp_path_factory.mktemp("demo") / "instance"
    shutil.copytree(empty_template.instance, instance)
    database = server.new(empty_template.database) if server else ""
    with time_machine.travel(TODAY, tick=True):
        app = create_app(settings_for(instance, **address_of(server, database)))
        command(app, "demo", "load")
        dispose(app)
    return Template(instance, database)


@pytest.fixture
def loaded(make_app: Callable[..., Flask], demo_template: Template) -> Flask:
    """A copy of it."""
    return make_app(demo_template)
