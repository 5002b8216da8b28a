"""`expertise files`: what the database names and what the store holds."""

import sys

import click
from flask.cli import AppGroup

from expertise.base.commands import REFUSED, json_option, print_json
from expertise.files import keeping
from expertise.search.service import drain


@click.group(cls=AppGroup)
def files() -> None:
    """Attachments: what the database names and what the store holds."""


@files.command("check")
@json_option
def files_check(as_json: bool) -> None:
    """Compare database and store, byte by byte; exit 1 where they differ."""
    found = keeping.check()
    differs = [name for name in ("missing", "extra", "corrupt") if found[name]]
    if as_json:
        print_json(found)
    else:
        click.echo(f"database {found['database']}, files {found['files']}: {', '.join(differs) or 'equal'}")
        for name in differs:
            for one in found[name]:
                click.echo(f"{name}\t{one}")
    if differs:
        sys.exit(REFUSED)


@files.command("sweep")
@json_option
def files_sweep(as_json: bool) -> None:
    """Take away contents that no record names, as after a crash."""
    done = keeping.sweep()
    print_json({"removed": done}) if as_json else click.echo(f"{done} contents removed")


@files.command("extract")
@json_option
def files_extract(as_json: bool) -> None:
    """Look at the files that had to wait."""
    done = keeping.extract_pending()
    drain()
    print_json({"done": done}) if as_json else click.echo(f"{done} files looked at")
