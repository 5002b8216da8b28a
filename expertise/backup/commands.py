"""`expertise backup DIR` and `expertise restore DIR`."""

from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import with_appcontext

from expertise.access.viewer import system
from expertise.backup import service
from expertise.backup.archive import Spoilt
from expertise.base.commands import Failed, json_option, print_json, progress


@click.command("backup")
@with_appcontext
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@json_option
def backup(folder: Path, as_json: bool) -> None:
    """Back up the live system, database and files, into the new folder DIR, and verify it. It holds everything but the
    secret key: keep it as safe as the system itself."""
    try:
        with progress("Backing up", None) as advance:
            done = service.take(system(), folder, advance)
    except Spoilt as why:
        raise Failed(str(why)) from None
    _tell(done, as_json, f"{done.rows} rows of {done.tables} tables and {done.files} files are in {folder}, verified")


@click.command("restore")
@with_appcontext
@click.argument("folder", metavar="DIR", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The ledger of erasures (erasures.jsonl) of the installation that was lost.",
)
@json_option
def restore(folder: Path, erasures: Path | None, as_json: bool) -> None:
    """Put the backup in DIR into this installation, which must be empty; also one of the other database, or of an older
    version. What was erased since is erased again, as the ledger of erasures says. Everybody signs in anew."""
    try:
        with progress("Putting back", None) as advance:
            done = service.put_back(system(), folder, advance, ledger=erasures)
    except Spoilt as why:
        raise Failed(str(why)) from None
    if done.unread:
        click.echo(f"the words of {done.unread} erasures cannot be looked for: another key made the ledger", err=True)
    _tell(
        done,
        as_json,
        f"{done.rows} rows of {done.tables} tables and {done.files} files are back, and indexed;"
        f" {done.erased_again} erasures done again",
    )


def _tell(done: service.Outcome, as_json: bool, said: str) -> None:
    print_json(asdict(done)) if as_json else click.echo(said)
