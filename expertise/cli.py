"""The command line: each command calls one room and prints what it says."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup, FlaskGroup

import config
from expertise import create_app, serving
from expertise.access.viewer import Viewer, system
from expertise.base import schema
from expertise.base.commands import REFUSED, Failed, end, print_json, progress, reading, writing
from expertise.base.database import begin
from expertise.base.errors import Conflict, NotFound, Refused
from expertise.base.jobs import Outcome
from expertise.base.running import Stop, run_once, run_until
from expertise.base.tables import Kind, Report, TableError, run_export, run_import
from expertise.contacts import commands as contacts_commands
from expertise.contacts import exchange as contacts_exchange
from expertise.contacts import vcards
from expertise.demo import loader
from expertise.demo.ministry import PASSWORD
from expertise.demo.ministry import accounts as demo_accounts
from expertise.domains import exchange as domains_exchange
from expertise.domains import skos
from expertise.dossiers import exchange as dossiers_exchange
from expertise.experts import commands as experts_commands
from expertise.files import keeping
from expertise.handovers import commands as handovers_commands
from expertise.handovers.exchange import listing
from expertise.health import queries as health
from expertise.people import exchange as people_exchange
from expertise.people import queries as people
from expertise.people import service as accounts_service
from expertise.people.models import ROLES
from expertise.pilots import commands as pilots_commands
from expertise.pilots import exchange as pilots_exchange
from expertise.posts import exchange as posts_exchange
from expertise.posts.models import Position
from expertise.posts.queries import find_position_by
from expertise.posts.viewers import viewer_for
from expertise.privacy import commands as privacy_commands
from expertise.questions import exchange as questions_exchange
from expertise.rotation import commands as rotation_commands
from expertise.search import queries as search
from expertise.search import service as indexing
from expertise.search import vocabulary

# What comes in and goes out, in the order in which a new installation is filled.
KINDS = {
    kind.name: kind
    for room in (people_exchange, posts_exchange, domains_exchange, contacts_exchange, dossiers_exchange)
    for kind in room.KINDS
}
# What goes out and does not come back: a note is brought in as a file, a pilot is set up on its page.
EXPORTED = {**KINDS, **{one.KIND.name: one.KIND for one in (listing, pilots_exchange, questions_exchange)}}

FORMATS = ["csv", "xlsx", "jsonl", "vcf", "skos"]
# Of what a SKOS file says and a tree cannot hold.
WARNINGS_SHOWN = 20


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


main.add_command(handovers_commands.handover)
main.add_command(rotation_commands.rotation)
main.add_command(pilots_commands.pilot)
main.add_command(experts_commands.who_knows_command)
main.add_command(contacts_commands.contact)
for command in (privacy_commands.person, privacy_commands.retention, privacy_commands.privacy):
    main.add_command(command)

# Which application and which settings is not for the command line to choose: that is what EXPERTISE_* is for.
main.params.clear()


def viewer_of(email: str) -> Viewer:
    """The viewer whom `--as EMAIL` names."""
    account = people.find_account(email)
    if account is None or account.disabled_at:
        raise Failed(f"no open account with the e-mail address {email}")
    return viewer_for(account, account.language or current_app.config["LANGUAGES"][0])


def person_viewer_option(command: Any) -> Any:
    """`--as EMAIL`: who asks."""
    return click.option("--as", "email", required=True, metavar="EMAIL", help="Who asks: only what they may see.")(
        command
    )


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document and nothing else.")


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
    with writing():
        loader.SIZES[size]()
    indexing.rebuild()
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
        known = {account.person.name: account.email for account in people.list_accounts(system())}
    rows = [row for row in demo_accounts() if row["name"] in known]
    if rows:
        click.echo(f"\nDemo accounts (password: {PASSWORD})")
        for row in rows:
            click.echo(f"  {known[row['name']]:<46} {row['shows_en']}")
        click.echo("")


@main.group(cls=AppGroup)
def accounts() -> None:
    """Who may come in."""


@accounts.command("add")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice(ROLES), default="staff", show_default=True)
@click.option("--language", type=click.Choice(config.LANGUAGES))
@json_option
def accounts_add(email: str, name: str, role: str, language: str | None, as_json: bool) -> None:
    """Add an account (and its person, if there is none) and print its invitation link."""
    with writing():
        viewer = system()
        person = people.find_person_by_email(email) or accounts_service.add_person(viewer, name=name, email=email)
        account = accounts_service.add_account(viewer, person, email=email, role=role, language=language)
        token = accounts_service.invite(viewer, account, days=current_app.config["INVITATION_DAYS"])
    link = f"/invitation/{token}"
    if as_json:
        print_json({"email": account.email, "name": person.name, "role": role, "invitation": link})
    else:
        click.echo(
            f"{account.email}: open {link} on this installation within {current_app.config['INVITATION_DAYS']} days"
        )


@accounts.command("list")
@json_option
def accounts_list(as_json: bool) -> None:
    """All accounts."""
    with reading():
        rows = [
            {
                "email": account.email,
                "name": account.person.name,
                "role": account.role,
                "language": account.language,
                "state": "closed" if account.disabled_at else "open" if account.password_hash else "invited",
            }
            for account in people.list_accounts(system())
        ]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            click.echo("\t".join(str(row[name] or "") for name in ("email", "name", "role", "state")))


@accounts.command("disable")
@click.argument("email")
def accounts_disable(email: str) -> None:
    """Close an account and end its sessions."""
    with writing():
        accounts_service.disable(system(), _account(email))


@accounts.command("password")
@click.argument("email")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the password from standard input.")
def accounts_password(email: str, from_stdin: bool) -> None:
    """Set a password; asks for it on a terminal."""
    if from_stdin or not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    with writing():
        accounts_service.set_password(system(), _account(email), password)


def _account(email: str) -> Any:
    account = people.find_account(email)
    if account is None:
        raise Failed(f"no account with the e-mail address {email}")
    return account


@main.command()
@json_option
def doctor(as_json: bool) -> None:
    """Say whether configuration, database, index and files are well; exit 1 where something is wrong."""
    found = health.examine(current_app.config["SETTINGS"])
    well = all(one.ok for one in found)
    if as_json:
        print_json({"ok": well, "findings": [asdict(one) for one in found]})
    else:
        for one in found:
            click.echo(f"{'ok' if one.ok else 'WRONG':<7}{one.name:<15}{one.says}")
    if not well:
        sys.exit(REFUSED)


@main.group("schema", cls=AppGroup)
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


KIND_NAMES = ("dossier", "entry", "handover", "question", "contact", "person", "post", "file", "domain")


@main.command()
@click.argument("query", required=False)
@person_viewer_option
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000))
@click.option("--kind", multiple=True, type=click.Choice(KIND_NAMES))
@click.option("--post", multiple=True, metavar="CODE")
@click.option("--domain", multiple=True, metavar="CODE")
@click.option("--after", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--before", type=click.DateTime(["%Y-%m-%d"]))
@click.option("--queries", type=click.Path(exists=True, dir_okay=False, path_type=Path), help='{"id","text"} a line.')
@json_option
def find(query: str | None, email: str, queries: Path | None, limit: int, as_json: bool, **filters: Any) -> None:
    """Search as EMAIL would; with --queries one JSON line per query."""
    if (query is None) == (queries is None):
        raise click.UsageError("Give a QUERY, or --queries FILE.")
    with reading():
        viewer = viewer_of(email)
    if queries is not None:
        for line in queries.read_text().splitlines():
            if line.strip():
                asked = json.loads(line)
                print_json({"id": asked["id"]} | _find(viewer, asked["text"], limit, filters))
        return
    found = _find(viewer, query or "", limit, filters)
    if as_json:
        print_json(found)
        return
    click.echo(f"{found['total']} found in {found['took_ms']} ms")
    for hit in found["hits"]:
        click.echo(f"{hit['kind']}\t{hit['title']}\t{hit['url']}")


def _find(viewer: Viewer, text: str, limit: int, filters: dict[str, Any]) -> dict[str, Any]:
    after, before = (filters[name].date() if filters[name] else None for name in ("after", "before"))
    ticked = {name: filters[name] for name in ("kind", "post", "domain") if filters[name]}
    with reading():
        found = search.find(viewer, text, filters=ticked, after=after, before=before, per_page=limit)
        return found.as_json()


@main.group(cls=AppGroup)
def index() -> None:
    """The search index: a cache that is made of the database."""


@index.command("rebuild")
@json_option
def index_rebuild(as_json: bool) -> None:
    """Build it anew beside the one in use, then swap."""
    with progress("Indexing", None) as advance:
        done = indexing.rebuild(advance)
    print_json({"records": done}) if as_json else click.echo(f"{done} records indexed")


@index.command("check")
@json_option
def index_check(as_json: bool) -> None:
    """Compare it with the database; exit 1 where they differ."""
    found = indexing.check()
    differs = [name for name in ("missing", "stale", "extra") if found[name]]
    if as_json:
        print_json(found)
    else:
        click.echo(f"database {found['database']}, index {found['index']}: {', '.join(differs) or 'equal'}")
    if differs:
        sys.exit(REFUSED)


def _catch_up() -> int:
    with progress("Indexing", None) as advance:
        return indexing.catch_up(advance)


@index.command("drain")
@json_option
def index_drain(as_json: bool) -> None:
    """Index what waits."""
    done = _catch_up()
    print_json({"indexed": done}) if as_json else click.echo(f"{done} changes indexed")


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


@main.group(cls=AppGroup)
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
    indexing.drain()
    print_json({"done": done}) if as_json else click.echo(f"{done} files looked at")


@main.group("vocabulary", cls=AppGroup)
def vocabulary_group() -> None:
    """Words that mean the same in two languages: learnt from translations, looked through, then used."""


@vocabulary_group.command("learn")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source-field", default="en", show_default=True, help="Is, or ends in, a language.")
@click.option("--target-field", default="nl", show_default=True)
@json_option
def vocabulary_learn(file: Path, source_field: str, target_field: str, as_json: bool) -> None:
    """Learn pairs from FILE, aligned texts as JSON objects (.gz and .xz too), and keep them for review."""
    with writing(), progress("Learning", None) as advance:
        found = vocabulary.learn_from(system(), file, source=source_field, target=target_field, progress=advance)
    if as_json:
        print_json({"pairs": len(found)})
    else:
        click.echo(f"{len(found)} pairs; look through them with `vocabulary list`, use them with `vocabulary accept`")


@vocabulary_group.command("list")
@click.option("--accepted/--waiting", default=None, help="Only those in use, or only those to look through.")
@click.option("--limit", type=click.IntRange(1))
@json_option
def vocabulary_list(accepted: bool | None, limit: int | None, as_json: bool) -> None:
    """The pairs, the surest first."""
    with reading():
        pairs = vocabulary.pairs_of(system(), accepted=accepted, limit=limit)
        rows = [
            {
                "id": one.id,
                "language": one.language,
                "word": one.word,
                "target_language": one.target_language,
                "target_word": one.target_word,
                "sure": round(one.sure, 3),
                "accepted": one.accepted_at is not None,
            }
            for one in pairs
        ]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            click.echo("\t".join(str(value) for value in row.values()))


@vocabulary_group.command("accept")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that wait.")
@json_option
def vocabulary_accept(ids: tuple[str, ...], everything: bool, as_json: bool) -> None:
    """Use the pairs with these IDS from now on."""
    if bool(ids) == everything:
        raise click.UsageError("Give IDS, or --all.")
    with writing():
        done = vocabulary.accept(system(), None if everything else list(ids))
    print_json({"accepted": done}) if as_json else click.echo(f"{done} pairs are in use from now on")


@main.command("import")
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
        _catch_up()
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
        rows, told = domains_exchange.skos_rows(system(), file)
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


@main.command("export")
@click.argument("kind", type=click.Choice(list(EXPORTED)))
@click.option(
    "--format", "form", type=click.Choice(["csv", "xlsx", "jsonl", "vcf", "skos"]), default="csv", show_default=True
)
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
