"""`expertise person`, `retention` and `privacy`: a copy, an end, what has had its time, and the table of it."""

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from expertise.access.viewer import system
from expertise.base.commands import end, print_json, writing
from expertise.base.database import begin, session
from expertise.base.errors import NotFound
from expertise.contacts.commands import also_option, finish
from expertise.people.models import Account, Person
from expertise.privacy import service
from expertise.privacy.holdings import as_markdown

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


@click.group(cls=AppGroup)
def person() -> None:
    """What a member of staff may ask of us: a copy, and an end."""


@click.group(cls=AppGroup)
def retention() -> None:
    """What has had its time."""


@click.group(cls=AppGroup)
def privacy() -> None:
    """What is kept of people, for what and how long."""


def _find(key: str) -> Person:
    """By id, external id or e-mail address."""
    with_address = select(Account.person_id).where(Account.email == key.lower())
    here = or_(Person.id == key, Person.external_id == key, Person.email == key.lower(), Person.id.in_(with_address))
    found = session().scalars(select(Person).where(here).limit(1)).first()
    if found is None:
        raise NotFound(key)
    return found


@person.command("export")
@click.argument("key", metavar="EMAIL-or-ID")
def export(key: str) -> None:
    """Print all that is recorded of a member of staff as one JSON document; that it was given is noted."""
    with writing():
        given = service.give(system(), _find(key))
    print_json(given)


@person.command("erase")
@click.argument("key", metavar="EMAIL-or-ID")
@also_option
def erase(key: str, also: tuple[str, ...]) -> None:
    """Let somebody who left become a former colleague: what was theirs alone goes, and their name from all texts."""
    with writing():
        changed = service.erase(system(), _find(key), also=also)
    finish(changed)


@retention.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
@json_option
def run(dry_run: bool, as_json: bool) -> None:
    """End what has had its time: contacts half a year after their term, files that nobody took in."""
    begin("alone")
    try:
        found = service.run_retention(system(), dry_run=dry_run)
    except BaseException:
        end(commit=False)
        raise
    end(commit=not dry_run)
    if as_json:
        print_json(found | {"dry_run": dry_run})
        return
    for kind, count in found.items():
        click.echo(f"{kind}\t{count}")


@privacy.command("columns")
def columns() -> None:
    """Print docs/privacy.md: every column, what for and how long."""
    click.echo(as_markdown(), nl=False)
