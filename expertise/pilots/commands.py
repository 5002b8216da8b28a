"""`expertise pilot ...`: the report of a pilot, as a file or on standard output."""

import sys
from datetime import datetime
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from expertise.access.viewer import system
from expertise.base.commands import Failed, reading, write_file
from expertise.base.errors import NotFound
from expertise.base.i18n import language
from expertise.pilots import queries, writing
from expertise.pilots.report import report_on


@click.group(cls=AppGroup)
def pilot() -> None:
    """Domain-career pilots."""


@pilot.command("report")
@click.argument("slug")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="D", help="As known on this day; today without it.")
@click.option("--format", "form", type=click.Choice(writing.FORMS), default="json", show_default=True)
@click.option("--language", "spoken", type=click.Choice(["nl", "en"]), help="Else that of the terminal.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE", help="Else standard output.")
def report(slug: str, as_of: datetime | None, form: str, spoken: str | None, out: Path | None) -> None:
    """The report of a pilot: the same bytes for the same day and data. Before any data it says so."""
    spoken = spoken or language()
    with reading(), force_locale(spoken):
        try:
            found = queries.get_pilot(system(spoken), slug)
        except NotFound:
            raise Failed(f"no pilot is called {slug}") from None
        made = report_on(system(spoken), found, as_of.date() if as_of else None)
        content = writing.write(made, form).content
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    write_file(out, content)
    click.echo(f"{out}: {len(content)} bytes")
