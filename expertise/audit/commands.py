"""`expertise audit verify` and `seal`."""

from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from expertise.access.viewer import system
from expertise.audit import queries, sealing
from expertise.audit.head import Unreadable
from expertise.base.commands import Failed, json_option, print_json, reading


@click.group("audit", cls=AppGroup)
def audit() -> None:
    """The record of who did what, and whether anybody altered it."""


@audit.command("verify")
@click.option(
    "--head",
    "elsewhere",
    metavar="F",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A copy of the head that was kept elsewhere, in place of EXPERTISE_AUDIT_HEAD.",
)
@json_option
def audit_verify(elsewhere: Path | None, as_json: bool) -> None:
    """Walk the chain of events; exit 1 and the place where it breaks, if anything was changed, dropped or put in."""
    try:
        with reading():
            found = queries.verify(system(), elsewhere=elsewhere)
    except Unreadable as why:
        raise Failed(str(why)) from None
    if as_json:
        print_json({"ok": found.whole, **asdict(found)})
    if found.broken:
        raise Failed(f"the chain of events breaks {found.broken}")
    if not as_json:
        click.echo(f"{found.sealed} events, whole; {found.waiting} wait to be sealed")


@audit.command("seal")
def audit_seal() -> None:
    """Seal what waits, such as before the secret key is changed."""
    sealing.seal_apart()
