"""A live system is backed up and put back: all comes back but sessions, and a backup that is not whole does not."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import MetaData, select

from expertise import create_app
from expertise.backup import archive
from expertise.backup.service import PASSING
from expertise.base import schema
from expertise.base.database import Model, begin, engine, session
from expertise.base.erasing import read_ledger
from expertise.cli import main
from expertise.contacts.models import Contact
from expertise.dossiers.models import Dossier
from expertise.people.models import Account, Person
from tests import make
from tests.conftest import PASSWORD, Browser, Template, dispose, settings_for
from tests.files.conftest import a_dossier, send
from tests.make import Cast
from tests.people.test_sessions import cookie_of, with_cookie

Open = Callable[[str], Browser]
Make = Callable[..., Flask]


def command(app: Flask, *arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), obj=ScriptInfo(create_app=lambda: app))


def done(app: Flask, *arguments: str) -> dict[str, Any]:
    result = command(app, *arguments, "--json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def refused(app: Flask, *arguments: str) -> str:
    """The one line that it says."""
    result = command(app, *arguments)
    assert result.exit_code == 1, result.output
    assert len(result.stderr.strip().splitlines()) == 1
    return result.stderr


def everything(app: Flask) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of what a backup keeps; of the events those that it notes itself are left out."""
    found = {}
    with app.app_context():
        begin("read")
        for table in Model.metadata.sorted_tables:
            if table.name not in PASSING:
                rows = session().execute(select(table).order_by(*table.primary_key)).all()
                found[table.name] = [tuple(row) for row in rows if not str(row).count("'backup.")]
        session().rollback()
    return found


@pytest.fixture
def written(app: Flask, cast: Cast, browser_of: Open) -> Browser:
    """The leaver wrote a note, changed it, and put a file beside it."""
    app.config["FILE_CHECK_SECONDS"] = 10.0
    leaver = browser_of("leaver")
    dossier = a_dossier(app, cast, "Cluster munitions")
    send(leaver, f"dossier/{dossier}", "room.txt", b"Room twenty-three takes no modern laptops")
    texts = {"title": "Paragraph four", "body": "Élodie holds it.", "kind": "lesson", "language": "en"}
    leaver.post(f"/dossiers/{dossier}/entries/new", **texts)
    leaver.post(f"/dossiers/{dossier}/verify")
    return leaver


@pytest.mark.usefixtures("written")
def test_everything_comes_back_and_is_found(
    app: Flask, cast: Cast, written: Browser, make_app: Make, empty_template: Template, tmp_path: Path
) -> None:
    folder = tmp_path / "backup"
    before = everything(app)
    taken = done(app, "backup", str(folder))
    assert taken["rows"] == sum(len(rows) for rows in before.values())
    assert taken["files"] == 1
    assert (folder.stat().st_mode & 0o777, (folder / "manifest.json").stat().st_mode & 0o777) == (0o700, 0o600)
    other = make_app(empty_template, EXPERTISE_SECRET_KEY=app.config["SECRET_KEY"])
    # There was another chain of events here before, as in an installation whose database was lost.
    (other.config["INSTANCE"] / "audit.head").write_text(f"{10**6:012} {'f' * 64}\n")
    assert done(other, "restore", str(folder)) == taken
    assert done(other, "audit", "verify")["ok"]
    assert everything(other) == before
    again = tmp_path / "again"
    assert done(other, "backup", str(again))["files"] == 1
    assert {name: one for name, one in hashes(again).items() if name != "event"} == {
        name: one for name, one in hashes(folder).items() if name != "event"
    }
    # The cookie of a session that was open when the backup was taken opens nothing, with the same key.
    stranger = with_cookie(Browser(other.test_client()), cookie_of(written))
    assert "/sign-in" in stranger.client.get("/dossiers").location
    leaver = Browser(other.test_client()).sign_in(cast.email("leaver"), PASSWORD)
    assert "Paragraph four" in leaver.get("/search", q="elodie")
    assert "room.txt" in leaver.get("/search", q="laptops")


def hashes(folder: Path) -> dict[str, str]:
    return {name: one.sha256 for name, one in archive.verify(folder).tables.items()}


@pytest.mark.usefixtures("written")
def test_what_is_not_whole_or_not_for_here_changes_nothing(
    app: Flask, make_app: Make, empty_template: Template, tmp_path: Path
) -> None:
    folder, target = tmp_path / "backup", make_app(empty_template)
    done(app, "backup", str(folder))
    assert "not empty" in refused(app, "backup", str(folder))
    assert "not empty: there are rows in" in refused(app, "restore", str(folder))
    assert "no finished backup" in refused(target, "restore", str(tmp_path))
    empty = everything(target)

    manifest, table = folder / "manifest.json", folder / "tables" / "entry.jsonl.gz"
    (content,) = (path for _, path in archive.contents(folder))
    for path, spoil, said in (
        (table, lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]), "table entry is missing or damaged"),
        (content, lambda whole: whole[:-1], "is damaged"),
        (manifest, lambda whole: whole.replace(b'"format": 1', b'"format": 2'), "format 2"),
        (manifest, lambda whole: whole[:40], "cannot be read"),
        (manifest, lambda whole: whole.replace(b'"revision": "', b'"revision": "9'), "newer version"),
    ):
        whole = path.read_bytes()
        path.write_bytes(spoil(whole))
        assert said in refused(target, "restore", str(folder))
        path.write_bytes(whole)
        assert everything(target) == empty
    content.unlink()
    assert "0 contents where there should be 1" in refused(target, "restore", str(folder))
    assert everything(target) == empty


def test_a_backup_of_the_embedded_database_goes_into_either(
    make_app: Make, empty_template: Template, tmp_path: Path
) -> None:
    app = create_app(settings_for(tmp_path / "sqlite"))
    with app.app_context():
        schema.ensure()
        begin("write")
        made = make.make_cast(PASSWORD)
        session().commit()
    before = everything(app)
    done(app, "backup", str(tmp_path / "backup"))
    dispose(app)
    other = make_app(empty_template)
    done(other, "restore", str(tmp_path / "backup"))
    assert everything(other) == before
    Browser(other.test_client()).sign_in(made.email("leaver"), PASSWORD).get("/")


def test_a_backup_of_an_older_schema_is_brought_to_the_newest(
    make_app: Make, empty_template: Template, tmp_path: Path
) -> None:
    old, folder = make_app(empty_template), tmp_path / "backup"
    with old.app_context():
        begin("write")
        make.make_cast(PASSWORD)
        session().commit()
        schema.downgrade("-1")
        there = MetaData()
        archive.begin(folder)
        with engine().connect() as connection:
            there.reflect(connection)
            revision = schema.present(connection) or ""
            parts = {}
            for table in there.sorted_tables:
                if table.name not in PASSING | {"alembic_version"}:
                    rows = [dict(row) for row in connection.execute(select(table)).mappings()]
                    parts[table.name] = archive.write_table(folder, table.name, rows)
        archive.finish(folder, archive.Manifest("2026-11-23T10:00:00+00:00", revision, parts, 0))
    new = make_app(empty_template)
    done(new, "restore", str(folder))
    assert done(new, "audit", "verify")["ok"]
    with new.app_context():
        assert schema.is_current()
        begin("read")
        assert session().scalars(select(Account.email)).all()
        session().rollback()


def test_whom_a_backup_brings_back_is_let_go_again(
    app: Flask, cast: Cast, make_app: Make, empty_template: Template, tmp_path: Path
) -> None:
    """A colleague who left, a contact whose time was over, and one recorded after the backup: the ledger names them."""
    who = cast.people["predecessor"]
    with app.app_context(), app.test_request_context():
        begin("write")
        lapsed = make.contact("Pia Storm", retain_until=date(2026, 1, 1)).id
        dossier = make.dossier(summary="By Joris Anneveldt, with Pia Storm and Quinten  LANG").id
        session().commit()
    done(app, "backup", str(tmp_path / "backup"))
    with app.app_context(), app.test_request_context():
        begin("write")
        session().get_one(Person, who).left_on = date(2026, 11, 1)
        late = make.contact("Quinten Lang").id
        session().commit()
    assert command(app, "retention", "run").exit_code == 0
    assert command(app, "person", "erase", who).exit_code == 0
    assert command(app, "contact", "erase", late).exit_code == 0
    ledger = Path(app.config["INSTANCE"]) / "erasures.jsonl"
    assert [one.id for one in read_ledger(ledger)] == [lapsed, who, late]
    assert not [word for word in ("Anneveldt", "Lang", "Storm") if word in ledger.read_text()]
    # The last line was cut off by a crash: what is whole counts, and a line that is written after it too.
    ledger.write_text(ledger.read_text() + '{"kind": "con')

    for key, summary in (
        (app.config["SECRET_KEY"], "By […], with Pia Storm and […]"),
        # Another key made the hashes: the records go, by their names; what else was struck cannot be looked for.
        ("k" * 40, "By […], with Pia Storm and Quinten  LANG"),
    ):
        other = make_app(empty_template, EXPERTISE_SECRET_KEY=key)
        told = done(other, "restore", str(tmp_path / "backup"), "--erasures", str(ledger))
        assert (told["erased_again"], told["unread"]) == (3, 0 if key == app.config["SECRET_KEY"] else 2)
        with other.app_context():
            begin("read")
            assert session().get(Contact, lapsed) is None
            assert session().get_one(Person, who).name == "Oud-collega / Former colleague"
            assert session().get_one(Dossier, dossier).summary == summary
            session().rollback()
        kept = read_ledger(Path(other.config["INSTANCE"]) / "erasures.jsonl")
        assert [one.id for one in kept] == [lapsed, who, late]


def test_the_manifest_says_what_it_holds(tmp_path: Path) -> None:
    folder = tmp_path / "backup"
    archive.begin(folder)
    part = archive.write_table(folder, "note", [{"id": "a", "body": "é"}])
    manifest = archive.Manifest("2026-11-23T10:00:00+00:00", "r1", {"note": part}, 0)
    archive.finish(folder, manifest)
    assert archive.verify(folder) == manifest
    assert json.loads((folder / "manifest.json").read_text()) == asdict(manifest)
    archive.finish(folder, replace(manifest, files=1))
    with pytest.raises(archive.Spoilt, match="0 contents where there should be 1"):
        archive.verify(folder)
