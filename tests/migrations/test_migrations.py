"""Every schema that was ever released goes forward and back with data in it, and the newest is what the models say.

A migration comes with `tests/migrations/changes/m<revision>.py`: `VALUES` (what rows must hold beyond keys and lists,
see filling.py), `upgraded(connection)` and `downgraded(connection)`, which look at the rows after each direction; and
`LOSES`, the tables of which going back loses rows, if any.
"""

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine, create_engine
from sqlalchemy import inspect as look_at
from sqlalchemy.engine import make_url

from expertise.base.database import Model, engine
from expertise.base.schema import MIGRATIONS, downgrade, is_current, upgrade
from tests.conftest import Template, Troupe
from tests.databases import Server
from tests.migrations.filling import counts, fill

# One process of a run tells all of them, on templates that are made once.
pytestmark = pytest.mark.xdist_group("migrations")
CONFIG = Config()
CONFIG.set_main_option("script_location", str(MIGRATIONS))
CONFIG.set_main_option("path_separator", "os")
# Oldest first.
SCRIPTS = list(reversed(list(ScriptDirectory.from_config(CONFIG).walk_revisions())))


class Releases:
    """The schema of every release, made once: each is a copy of the one before and a migration; bare, and filled."""

    def __init__(self, troupe: Troupe, bare: Template, folder: Path) -> None:
        self.troupe = troupe
        self.folder = folder
        self.made = {"base": bare}
        self.filled: dict[str, Template] = {}

    def open(self, revision: str | None) -> Engine:
        """The database of the shared application at this release (None: before the first), in its context.

        With rows in every table that it has.
        """
        self._set(self._filled(revision) if revision else self._at("base"))
        return engine()

    def _filled(self, revision: str) -> Template:
        if revision not in self.filled:
            self._set(self._at(revision))
            fill_all(engine(), values_until(revision))
            engine().dispose()
            self.filled[revision] = self.troupe.stage.kept(self.folder / f"{revision} filled")
        return self.filled[revision]

    def _at(self, revision: str) -> Template:
        if revision not in self.made:
            before = next(one.down_revision for one in SCRIPTS if one.revision == revision)
            self._set(self._at(before or "base"))
            upgrade(revision)
            engine().dispose()
            self.made[revision] = self.troupe.stage.kept(self.folder / revision)
        return self.made[revision]

    def _set(self, template: Template) -> None:
        engine().dispose()
        self.troupe.stage.set(template)


@pytest.fixture(scope="module")
def releases(troupe: Troupe, server: Server | None, tmp_path_factory: pytest.TempPathFactory) -> Releases:
    """What the tests of this module are copies of; the first has not even a schema."""
    bare = Template(tmp_path_factory.mktemp("bare"), server.new() if server else "")
    return Releases(troupe, bare, tmp_path_factory.mktemp("releases"))


@pytest.fixture
def at(app: Flask, releases: Releases) -> Iterator[Callable[[str | None], Engine]]:
    """`at("20261126_0915")`: a database as that release had it, filled; its application is the one in use."""
    with app.app_context():
        yield releases.open


def change_of(revision: str) -> ModuleType:
    """What a migration says about its data."""
    return import_module(f"tests.migrations.changes.m{revision}")


def fill_all(where: Engine, values: Any) -> None:
    """Put rows into every table that has none."""
    with where.begin() as connection:
        fill(connection, values)


def counted(where: Engine) -> dict[str, int]:
    """How many rows each table has."""
    with where.connect() as connection:
        return counts(connection)


def values_until(revision: str) -> dict[str, dict[str, Any]]:
    """What this and all earlier migrations ask of rows."""
    found: dict[str, dict[str, Any]] = {}
    for script in SCRIPTS:
        for table, columns in change_of(script.revision).VALUES.items():
            found.setdefault(table, {}).update(columns)
        if script.revision == revision:
            break
    return found


def test_the_migrations_are_one_line() -> None:
    directory = ScriptDirectory.from_config(CONFIG)
    assert len(directory.get_heads()) == 1
    assert len(directory.get_bases()) == 1
    assert [one.down_revision for one in SCRIPTS] == [None, *(one.revision for one in SCRIPTS[:-1])]
    assert len(list((MIGRATIONS / "versions").glob("*.py"))) == len(SCRIPTS)


def test_every_migration_is_named_by_its_time_and_says_what_becomes_of_data() -> None:
    for script in SCRIPTS:
        assert Path(script.path).name.startswith(f"{script.revision}_"), script.path
        change = Path(__file__).parent / "changes" / f"m{script.revision}.py"
        assert change.exists(), f"{Path(script.path).name} needs a data test: {change.relative_to(Path.cwd())}"
        module = change_of(script.revision)
        assert callable(module.upgraded)
        assert callable(module.downgraded)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.revision)
def test_a_schema_with_data_goes_forward_and_back(at: Callable[[str | None], Engine], script: Any) -> None:
    change = change_of(script.revision)
    bare = at(script.down_revision)
    before = counted(bare) if script.down_revision else {}
    upgrade(script.revision)
    with bare.connect() as connection:
        change.upgraded(connection)
        after = counts(connection)
    assert {name: after[name] for name in before if name in after} == {n: c for n, c in before.items() if n in after}
    fill_all(bare, values_until(script.revision))
    downgrade(script.down_revision or "base")
    with bare.connect() as connection:
        change.downgraded(connection)
        back = counts(connection)
    lost = {name for name in before if back[name] < before[name]}
    assert lost <= set(getattr(change, "LOSES", ()))
    upgrade(script.revision)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.revision)
def test_every_released_schema_with_data_becomes_the_newest(at: Callable[[str | None], Engine], script: Any) -> None:
    bare = at(script.revision)
    before = counted(bare)
    assert before
    assert all(before.values())
    upgrade()
    assert is_current()
    with bare.connect() as connection:
        after = counts(connection)
    assert {name: after.get(name, count) for name, count in before.items()} == before


def test_the_newest_schema_is_what_the_models_say(
    at: Callable[[str | None], Engine], server: Server | None, tmp_path: Path
) -> None:
    bare = at(None)
    upgrade()
    with bare.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Model.metadata) == []
    # Alembic does not see everything (checks, what a key does on delete): compare with what the models make.
    other = server.new() if server else ""
    made = create_engine(make_url(server.url(other) if server else f"sqlite:///{tmp_path / 'models.db'}"))
    Model.metadata.create_all(made)
    try:
        assert described(bare) == described(made)
    finally:
        made.dispose()
        if server:
            server.drop(other)


def described(where: Engine) -> dict[str, Any]:
    """Everything that the database says about its tables, in an order of its own."""
    looks = look_at(where)
    found = {}
    for name in sorted(set(looks.get_table_names()) - {"alembic_version"}):
        parts: dict[str, Any] = {
            "columns": {
                one["name"]: (str(one["type"]), one["nullable"], one["default"]) for one in looks.get_columns(name)
            },
            "key": looks.get_pk_constraint(name),
        }
        for what in ("foreign_keys", "unique_constraints", "indexes", "check_constraints"):
            listed = getattr(looks, f"get_{what}")(name)
            parts[what] = sorted(json.dumps(one, default=str, sort_keys=True) for one in listed)
        found[name] = parts
    return found
