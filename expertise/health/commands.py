"""`expertise doctor` and `expertise schema`."""

import sys
from dataclasses import asdict

import click
from flask import current_app
from flask.cli import AppGroup, with_appcontext

from expertise.base import schema
from expertise.base.commands import REFUSED, Failed, json_option, print_json
from expertise.health.queries import examine


@click.command()
@with_appcontext
@json_option
def doctor(as_json: bool) -> None:
    """Say whether configuration, database, index and files are well; exit 1 where something is wrong."""
    found = examine(current_app.config["SETTINGS"])
    well = all(one.ok for one in found)
    if as_json:
        print_json({"ok": well, "findings": [asdict(one) for one in found]})
    else:
        for one in found:
            click.echo(f"{'ok' if one.ok else 'WRONG':<7}{one.name:<15}{one.says}")
    if not well:
        sys.exit(REFUSED)


@click.group("schema", cls=AppGroup)
def schema_group() -> None:
    """The database's schema."""


@schema_group.command("upgrade")
def schema_upgrade() -> None:
    """Bring the database to the newest schema."""
    schema.upgrade()


@schema_group.command("check")
def schema_check() -> None:
    """Exit 1 if the database is not at the newest schema."""
    if not schema.is_current():
        raise Failed("the schema is not the newest; run: expertise schema upgrade")
