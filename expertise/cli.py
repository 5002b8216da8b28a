"""The command line: each command calls one room and prints what it says."""

import sys
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, FlaskGroup

import config
from expertise import create_app, import_export, serving
from expertise.access.viewer import system
from expertise.audit import commands as audit_commands
from expertise.backup import commands as backup_commands
from expertise.base.commands import REFUSED, Failed, json_option, print_json, progress, reading, writing
from expertise.base.errors import Conflict, NotFound, Refused
from expertise.base.jobs import Outcome
from expertise.base.running import Stop, run_once, run_until
from expertise.contacts import commands as contacts_commands
from expertise.demo import loader
from expertise.demo.ministry import PASSWORD
from expertise.demo.ministry import accounts as demo_accounts
from expertise.experts import commands as experts_commands
from expertise.files import commands as files_commands
from expertise.handovers import commands as handovers_commands
from expertise.health import commands as health_commands
from expertise.people import commands as people_commands
from expertise.people.queries import list_accounts
from expertise.pilots import commands as pilots_commands
from expertise.privacy import commands as privacy_commands
from expertise.rotation import commands as rotation_commands
from expertise.search import commands as search_commands
from expertise.search.service import rebuild


class Commands(FlaskGroup):
    """Turns what the rooms refuse into one line and exit code 1."""

    def invoke(self, context: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(context)
        except config.BadSetting as why:
            raise Failed(str(why)) from None
        except Refused as why:
            raise Failed(str(why.message)) from None
        except NotFound as why:
            raise Failed(f"not found: {why}") from None
        except Conflict as why:
            raise Failed(str(why)) from None


@click.group(
    cls=Commands, create_app=create_app, add_default_commands=False, add_version_option=False, load_dotenv=False
)
def main() -> None:
    """Keep what a post knows when its people rotate."""


for command in (
    people_commands.accounts,
    health_commands.doctor,
    health_commands.schema_group,
    search_commands.find,
    search_commands.index,
    search_commands.vocabulary_group,
    files_commands.files,
    audit_commands.audit,
    backup_commands.backup,
    backup_commands.restore,
    import_export.import_,
    import_export.export,
    handovers_commands.handover,
    rotation_commands.rotation,
    pilots_commands.pilot,
    experts_commands.who_knows_command,
    contacts_commands.contact,
    privacy_commands.person,
    privacy_commands.retention,
    privacy_commands.privacy,
):
    main.add_command(command)

# Which application and which settings is not for the command line to choose: that is what EXPERTISE_* is for.
main.params.clear()


@main.command()
@click.option("--demo", is_flag=True, help="Load the small demo into an empty database first.")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=int)
@click.option("--workers", default=2, show_default=True, type=int)
def serve(demo: bool, host: str, port: int, workers: int) -> None:
    """Serve on http://HOST:PORT."""
    if demo:
        _load_demo_if_empty()
    click.echo(f"Expertise is at http://{host}:{port} (stop with Ctrl-C)")
    sys.stdout.flush()
    serving.serve(current_app._get_current_object(), host, port, workers)  # type: ignore[attr-defined]


@main.group(cls=AppGroup)
def demo() -> None:
    """An invented ministry, to look around in."""


@demo.command("load")
@click.option("--size", type=click.Choice(list(loader.SIZES)), default="small", show_default=True)
def demo_load(size: str) -> None:
    """Load it into an empty installation: always the same, with dates in the past."""
    _load_demo(size)


def _load_demo(size: str) -> None:
    with writing(), progress("Loading", None) as advance:
        loader.SIZES[size](advance)
    with progress("Indexing", None) as advance:
        rebuild(advance)
    _print_demo_accounts()


def _load_demo_if_empty() -> None:
    with reading():
        empty = loader.is_empty()
    if empty:
        click.echo("Loading the demo ...")
        _load_demo("small")
    else:
        _print_demo_accounts()


def _print_demo_accounts() -> None:
    """Who can sign in, where the demo is what was loaded."""
    with reading():
        known = {account.person.name: account.email for account in list_accounts(system())}
    rows = [row for row in demo_accounts() if row["name"] in known]
    if rows:
        click.echo(f"\nDemo accounts (password: {PASSWORD})")
        for row in rows:
            click.echo(f"  {known[row['name']]:<46} {row['shows_en']}")
        click.echo("")


@main.group(cls=AppGroup)
def jobs() -> None:
    """What is done without anybody asking: the index, mail, handovers, what is no longer needed."""


@jobs.command("run")
@click.option("--once", is_flag=True, help="Do what is due, and stop; exit 1 if one of them failed.")
@click.option(
    "--pause", default=30.0, show_default=True, type=click.FloatRange(0.1, 3600), help="Seconds between rounds."
)
@json_option
def jobs_run(once: bool, pause: float, as_json: bool) -> None:
    """Do what is due, round after round until SIGTERM. Several runners share the work."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    if not once:
        stop = Stop()
        stop.listen()
        run_until(app, stop, pause, _report)
        return
    outcomes = run_once(app)
    if as_json:
        print_json([{"job": one.name, "done": one.done, "failed": one.failed, "why": one.why} for one in outcomes])
    else:
        _report(outcomes)
    if any(one.failed for one in outcomes):
        sys.exit(REFUSED)


def _report(outcomes: list[Outcome]) -> None:
    """A line for each job that did something, or could not."""
    for one in outcomes:
        if one.failed:
            click.echo(f"{one.name}: failed ({one.why})", err=True)
        elif one.done:
            click.echo(f"{one.name}: {one.done}")
