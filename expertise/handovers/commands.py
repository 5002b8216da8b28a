"""`expertise handover ...`: look at a note, take it along, bring a file in, and verify what was frozen."""

from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy import or_, select

from expertise.access.viewer import system
from expertise.audit.service import record
from expertise.base.commands import Failed, end, json_option, print_json, reading, write_file, writing
from expertise.base.database import begin, session
from expertise.base.errors import NotFound
from expertise.handovers import queries, service
from expertise.handovers.exchange import taking
from expertise.handovers.importing import bringing_in
from expertise.handovers.models import Handover
from expertise.handovers.queries_beside import verify as verify_notes
from expertise.handovers.sealing import altered_in
from expertise.posts.models import Posting


@click.group(cls=AppGroup)
def handover() -> None:
    """The notes that people leave."""


def _find(key: str) -> Handover:
    """A note by its id, or by that of its posting: then also one in which nobody wrote yet."""
    if session().get(Handover, key) is not None:
        return queries.get_handover(system(), key)
    return queries.note_of_posting(system(), _posting(key).id, "handover.read")


def _posting(key: str) -> Posting:
    found = session().scalar(select(Posting).where(or_(Posting.id == key, Posting.external_id == key)))
    if found is None:
        raise NotFound(key)
    return found


@handover.command("show")
@click.argument("key", metavar="ID")
@json_option
def show(key: str, as_json: bool) -> None:
    """State, dates and what is missing of a note, and whether a frozen one is unaltered; ID is its own, or that of the
    posting.
    """
    with reading():
        shown = queries.show(system(), _find(key))
        told = taking.about(shown, taking.document_of(system(), shown), taking.attachments_of(system(), shown.handover))
        if shown.handover.frozen is not None:
            told["altered"] = altered_in(shown.handover, deep=True)
        told["missing"] = [
            {"section": one.section, "item": one.item, "what": str(one.missing)}
            for one in shown.checks
            if one.blocking and not one.passed
        ]
    if as_json:
        print_json(told)
        return
    for name, value in told.items():
        if name == "missing":
            for point in value:
                click.echo(f"missing\t{point['section']}\t{point['what']}")
        elif name == "altered":
            click.echo(f"unaltered\t{'no: ' + ', '.join(value) if value else 'yes'}")
        elif name == "struck":
            for one in value:
                click.echo(f"struck\t{one['at']}\t{one['places']}\t{one['old_hash']}")
        elif not isinstance(value, dict | list):
            click.echo(f"{name}\t{'' if value is None else value}")


@handover.command("export")
@click.argument("key", metavar="ID")
@click.option("--format", "form", type=click.Choice(taking.FORMS), default="docx", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, metavar="FILE")
@click.option("--with-sensitive", is_flag=True, help="Also what the seat noted as sensitive about contacts.")
def export(key: str, form: str, out: Path, with_sensitive: bool) -> None:
    """Write a note to FILE; `package` is a zip of texts and files with their hashes and what an archive must know."""
    with writing():
        found = _find(key)
        taken = taking.take(system(), found, form, with_sensitive=with_sensitive)
        record(system(), "handover.taken_along", found, form=form, with_sensitive=with_sensitive)
        write_file(out, taken.content)
    click.echo(f"{out}: {len(taken.content)} bytes")


@handover.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--posting", required=True, metavar="ID", help="The posting whose note it is.")
@click.option("--dry-run", is_flag=True, help="Say what would go where, and change nothing.")
@json_option
def import_(file: Path, posting: str, dry_run: bool, as_json: bool) -> None:
    """Bring in what was written elsewhere (.docx, .odt, .md): known headings to their section, the rest to the tray."""
    read = bringing_in.read_file(file.name, file.read_bytes())
    begin("write")
    try:
        note = service.start_note(system(), _posting(posting))
        made = bringing_in.bring_in(system(), queries.get_handover(system(), note.id), read)
        told = _told(note, made, dry_run=dry_run)
    except BaseException:
        end(commit=False)
        raise
    end(commit=not dry_run)
    if as_json:
        print_json(told)
        return
    for piece in told["pieces"]:
        click.echo(
            f"{piece['state']}\t{piece['target'] or piece['proposed'] or '-'}\t{piece['title'] or piece['text'][:60]}"
        )


def _told(note: Handover, made: Any, *, dry_run: bool) -> dict[str, Any]:
    pieces = [
        {"title": one.title, "text": one.text, "source": one.source, "state": one.state, "target": one.target,
         "proposed": one.proposed}
        for one in made.pieces
    ]  # fmt: skip
    waiting = sum(one["state"] == "waits" for one in pieces)
    told: dict[str, Any] = {"handover": note.id, "file": made.name, "sha256": made.sha256, "dry_run": dry_run}
    return told | {"placed": len(pieces) - waiting, "waiting": waiting, "pieces": pieces}


@handover.command("verify")
@click.argument("key", metavar="ID", required=False)
@json_option
def verify(key: str | None, as_json: bool) -> None:
    """Hash the frozen notes again, all or one; exit 1 where one was altered since it was frozen."""
    with reading():
        found = [(one.handover.id, one.unaltered) for one in verify_notes(system(), key)]
    if key is not None and not found:
        raise Failed(f"not found, or not frozen: {key}")
    altered = [one for one, unaltered in found if not unaltered]
    if as_json:
        print_json({"frozen": len(found), "altered": altered})
    else:
        click.echo(f"{len(found)} frozen, {len(altered)} altered")
    if altered:
        raise Failed("altered since they were frozen: " + ", ".join(altered))
