"""`expertise import` and `expertise export`: the kinds of all rooms, in and out as tables, cards and SKOS."""

import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from expertise.access.viewer import system
from expertise.base.commands import REFUSED, Failed, end, json_option, print_json, progress, reading
from expertise.base.database import begin
from expertise.base.tables import Kind, Report, TableError, run_export, run_import
from expertise.contacts import exchange as contacts_exchange
from expertise.contacts import vcards
from expertise.domains import exchange as domains_exchange
from expertise.domains import skos
from expertise.dossiers import exchange as dossiers_exchange
from expertise.handovers.exchange import listing
from expertise.people import exchange as people_exchange
from expertise.pilots import exchange as pilots_exchange
from expertise.posts import exchange as posts_exchange
from expertise.posts.models import Position
from expertise.posts.queries import find_position_by
from expertise.questions import exchange as questions_exchange
from expertise.search import glossary
from expertise.search.commands import catch_up

# What comes in and goes out, in the order in which a new installation is filled.
KINDS = {
    kind.name: kind
    for room in (people_exchange, posts_exchange, domains_exchange, contacts_exchange, dossiers_exchange, glossary)
    for kind in room.KINDS
}
# What goes out and does not come back: a note is brought in as a file, a pilot is set up on its page.
EXPORTED = {**KINDS, **{one.KIND.name: one.KIND for one in (listing, pilots_exchange, questions_exchange)}}

FORMATS = ["csv", "xlsx", "jsonl", "vcf", "skos"]
# Of what a SKOS file says and a tree cannot hold.
WARNINGS_SHOWN = 20


@click.command("import")
@with_appcontext
@click.argument("kind", type=click.Choice(list(KINDS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--map", "map_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Which column is which."
)
@click.option("--dry-run", is_flag=True, help="Report, and change nothing.")
@click.option("--keep-good", is_flag=True, help="Take the good rows and report the others.")
@click.option("--position", metavar="ID", help="Of contacts: the position that keeps them; else they wait for review.")
@click.option("--seed", is_flag=True, help="Of domains, instead of FILE: the seeded themes that are not there yet.")
@click.option("--fields", is_flag=True, help="Print the fields of this kind, and stop.")
@json_option
def import_(
    kind: str,
    file: Path | None,
    map_file: Path | None,
    dry_run: bool,
    keep_good: bool,
    position: str | None,
    seed: bool,
    fields: bool,
    as_json: bool,
) -> None:
    """Import KIND from FILE (CSV, XLSX or JSONL; .gz and .xz too; contacts also from vCards, domains also from SKOS:
    .ttl, .rdf). All or nothing unless --keep-good."""
    if fields:
        _print_fields(KINDS[kind], as_json=as_json)
        return
    if seed:
        if file is not None or kind != "domains":
            raise click.UsageError("--seed is for domains, and takes no FILE.")
        file = domains_exchange.SEED
    if file is None:
        raise click.UsageError("Missing argument 'FILE'.")
    if position and kind != contacts_exchange.KIND.name:
        raise click.UsageError("--position is for contacts.")
    with progress(f"Reading {file.name}", None) as advance:
        report = _import(kind, file, map_file, position, dry_run=dry_run, keep_good=keep_good, advance=advance)
    if as_json:
        print_json(report.as_json())
    else:
        click.echo(str(report))
    if report.may_commit:
        catch_up()
    if not report.ok:
        sys.exit(REFUSED)


def _import(
    name: str,
    file: Path,
    map_file: Path | None,
    position_id: str | None,
    *,
    advance: Any,
    dry_run: bool,
    keep_good: bool,
) -> Report:
    kind, form = KINDS[name], None
    source: Any = file
    begin("alone")
    if kind is contacts_exchange.KIND:
        position = _position(position_id) if position_id else None
        kind = contacts_exchange.kind_for(position, source=file.name)
        if vcards.is_vcard(file.name):
            source, form = _cards(file), "cards.jsonl"
    if kind.name == "domains":
        source, form = _domains(file)
    report = run_import(
        kind,
        system(),
        source,
        map_file=map_file,
        dry_run=dry_run,
        keep_good=keep_good,
        progress=advance,
        name=form,
    )
    end(commit=report.may_commit)
    return report


def _position(word: str) -> Position:
    found = find_position_by(system(), word)
    if found is None:
        raise Failed(f"no position with the id {word}")
    return found


def _domains(file: Path) -> tuple[Any, str | None]:
    """What is not a table becomes one: SKOS, and the seeded list as far as it is not there yet."""
    if file == domains_exchange.SEED:
        return domains_exchange.seed_rows(system()), "seed.jsonl"
    if not skos.is_skos(file.name):
        return file, None
    try:
        rows, told = domains_exchange.skos_rows(system(), file.name, file.read_bytes())
    except TableError as why:
        raise Failed(str(why.why)) from None
    for line in told[:WARNINGS_SHOWN]:
        click.echo(f"warning: {line}", err=True)
    if len(told) > WARNINGS_SHOWN:
        click.echo(f"warning: {len(told) - WARNINGS_SHOWN} more concepts have several broader ones", err=True)
    return rows, "skos.jsonl"


def _cards(file: Path) -> Any:
    try:
        with file.open("rb") as stream:
            return vcards.as_rows(stream)
    except TableError as why:
        raise Failed(str(why.why)) from None


def _print_fields(kind: Kind, *, as_json: bool) -> None:
    described = kind.describe()
    if as_json:
        print_json(described)
        return
    for field in described:
        click.echo("\t".join(str(value) for value in field.values()))


@click.command("export")
@with_appcontext
@click.argument("kind", type=click.Choice(list(EXPORTED)))
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE")
def export(kind: str, form: str, out: Path) -> None:
    """Export all of KIND to FILE; what it writes can be imported again. Contacts also as vCards (vcf), domains as SKOS:
    Turtle, or RDF/XML where FILE ends in .rdf."""
    if form == "vcf" and kind != contacts_exchange.KIND.name:
        raise click.UsageError("vcf is for contacts.")
    if form == "skos" and kind != "domains":
        raise click.UsageError("skos is for domains.")
    with reading():
        try:
            if form == "vcf":
                count = vcards.export_cards(system(), out)
            elif form == "skos":
                count = domains_exchange.export_skos(system(), out)
            else:
                count = run_export(EXPORTED[kind], system(), out, form)
        except TableError as why:
            raise Failed(str(why.why)) from None
    click.echo(f"{count} {kind} in {out}")
