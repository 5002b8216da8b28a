"""`expertise find`, `expertise index` and `expertise vocabulary`."""

import json
import sys
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup, with_appcontext

from expertise.access.viewer import Viewer, system
from expertise.base.commands import REFUSED, json_option, print_json, progress, reading, writing
from expertise.posts.commands import asker_option, viewer_of
from expertise.search import pairs, service, vocabulary
from expertise.search import queries as questions
from expertise.search.models import ACCEPTED, REJECTED, WAITING

KIND_NAMES = ("dossier", "entry", "handover", "question", "contact", "person", "post", "file", "domain")


@click.command()
@with_appcontext
@click.argument("query", required=False)
@asker_option
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
        found = questions.find(viewer, text, filters=ticked, after=after, before=before, per_page=limit)
        return found.as_json()


@click.group(cls=AppGroup)
def index() -> None:
    """The search index: a cache that is made of the database."""


@index.command("rebuild")
@json_option
def index_rebuild(as_json: bool) -> None:
    """Build it anew beside the one in use, then swap."""
    with progress("Indexing", None) as advance:
        done = service.rebuild(advance)
    print_json({"records": done}) if as_json else click.echo(f"{done} records indexed")


@index.command("check")
@json_option
def index_check(as_json: bool) -> None:
    """Compare it with the database; exit 1 where they differ."""
    found = service.check()
    differs = [name for name in ("missing", "stale", "extra") if found[name]]
    if as_json:
        print_json(found)
    else:
        click.echo(f"database {found['database']}, index {found['index']}: {', '.join(differs) or 'equal'}")
    if differs:
        sys.exit(REFUSED)


def catch_up() -> int:
    """Index what waits, with a bar; answers how many changes that were."""
    with progress("Indexing", None) as advance:
        return service.catch_up(advance)


@index.command("drain")
@json_option
def index_drain(as_json: bool) -> None:
    """Index what waits."""
    done = catch_up()
    print_json({"indexed": done}) if as_json else click.echo(f"{done} changes indexed")


@click.group("vocabulary", cls=AppGroup)
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
@click.option("--accepted", "state", flag_value=ACCEPTED, help="Only those in use.")
@click.option("--waiting", "state", flag_value=WAITING, help="Only those to look through.")
@click.option("--rejected", "state", flag_value=REJECTED, help="Only those that are not to be used.")
@click.option("--at-least", default=0.0, type=click.FloatRange(0, 1), help="Only pairs that are so sure.")
@click.option("--word", default="", help="Only pairs with a word that holds this.")
@click.option("--skip", default=0, type=click.IntRange(0), help="Leave out so many: those looked through already.")
@click.option("--limit", type=click.IntRange(1))
@json_option
def vocabulary_list(state: str | None, at_least: float, word: str, skip: int, limit: int | None, as_json: bool) -> None:
    """The pairs, the surest first."""
    wanted = pairs.Wanted(state=state or "", at_least=at_least, word=word)
    with reading():
        rows = [
            {
                "id": one.id,
                "language": one.language,
                "word": one.word,
                "target_language": one.target_language,
                "target_word": one.target_word,
                "sure": round(one.sure, 3),
                "accepted": one.state == ACCEPTED,
                "state": one.state,
                "together": one.together,
            }
            for one in pairs.pairs_of(system(), wanted, skip=skip, limit=limit)
        ]
    if as_json:
        print_json(rows)
    else:
        for row in rows:
            click.echo("\t".join(str(value) for value in row.values()))


@vocabulary_group.command("accept")
@click.argument("ids", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that wait.")
@click.option("--at-least", type=click.FloatRange(0, 1), help="All that wait and are so sure.")
@json_option
def vocabulary_accept(ids: tuple[str, ...], everything: bool, at_least: float | None, as_json: bool) -> None:
    """Use the pairs with these IDS from now on."""
    if [bool(ids), everything, at_least is not None].count(True) != 1:
        raise click.UsageError("Give IDS, or --all, or --at-least.")
    with writing():
        if ids:
            done, _when = pairs.judge(system(), ACCEPTED, ids)
        else:
            done = (pairs.judge_all(system(), ACCEPTED, pairs.Wanted(at_least=at_least or 0.0)) or (0, None))[0]
    print_json({"accepted": done}) if as_json else click.echo(f"{done} pairs are in use from now on")


@vocabulary_group.command("reject")
@click.argument("ids", nargs=-1, required=True)
@json_option
def vocabulary_reject(ids: tuple[str, ...], as_json: bool) -> None:
    """Never use the pairs with these IDS, also after learning again."""
    with writing():
        done, _when = pairs.judge(system(), REJECTED, ids)
    print_json({"rejected": done}) if as_json else click.echo(f"{done} pairs are rejected")
