"""`expertise contact ...`: give a contact what is kept of them, and erase it."""

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from expertise.access.viewer import system
from expertise.base.commands import Failed, print_json, writing
from expertise.base.database import session
from expertise.base.erasing import keep_ledger, sweep_erased
from expertise.base.errors import NotFound
from expertise.contacts import personal, queries
from expertise.contacts.models import Contact
from expertise.files.keeping import tidy
from expertise.files.mentioning import copy_files
from expertise.search.service import drain, rebuild

also_option = click.option("--also", multiple=True, metavar="TEXT", help="What else they are called in texts.")


@click.group(cls=AppGroup)
def contact() -> None:
    """What a person outside may ask of us: a copy, and an end."""


def _find(key: str) -> Contact:
    """By id, external id or e-mail address."""
    here = or_(Contact.id == key, Contact.external_id == key, Contact.email == key.lower())
    found = list(session().scalars(select(Contact.id).where(here, Contact.merged_into_id.is_(None)).limit(2)))
    if not found:
        raise NotFound(key)
    if len(found) > 1:
        raise Failed(f"several contacts are called {key}: give an id")
    return queries.get_contact(system(), found[0])


@contact.command("export")
@click.argument("key", metavar="EMAIL-or-ID")
@click.option(
    "--with-sensitive", is_flag=True, help="Also what positions noted as sensitive, and what is around a name."
)
@click.option(
    "--files", type=click.Path(file_okay=False, path_type=Path), metavar="FOLDER", help="Copy their files to FOLDER."
)
def export(key: str, with_sensitive: bool, files: Path | None) -> None:
    """Print all that is kept of a contact as one JSON document; that it was given is noted."""
    with writing():
        found = _find(key)
        given = personal.give(system(), found, with_sensitive=with_sensitive)
        if files is not None:
            copy_files(personal.files_of(found), files)
    print_json(given)


@contact.command("erase")
@click.argument("key", metavar="EMAIL-or-ID")
@also_option
@click.option("--with-files", is_flag=True, help="Remove also the files at other records that name them.")
def erase(key: str, also: tuple[str, ...], with_files: bool) -> None:
    """Erase a contact, and their name from all texts, until no byte is left."""
    with writing():
        changed = personal.erase(system(), _find(key), also=also, with_files=with_files)
    finish(changed)


def finish(changed: int) -> None:
    """After an erasure by a command: the files, the index and the log of the database follow at once."""
    keep_ledger()
    tidy()
    drain()
    swept = sweep_erased(rebuild)
    click.echo(f"erased; {changed} other records changed")
    if not swept:
        click.echo("a reader is in the way: the jobs take the last bytes away within the hour", err=True)
