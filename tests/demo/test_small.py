"""The small demo: whole, the same at each load, and everything in it can be found by whom it is for."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import select

from expertise import create_app
from expertise.base.database import begin, session
from expertise.cli import main
from expertise.demo.ministry import PASSWORD, accounts
from expertise.dossiers.models import Dossier
from expertise.people.models import Account
from expertise.people.passwords import matches
from tests.conftest import Browser, dispose, settings_for


def command(app: Flask, *words: str) -> str:
    """What a command prints."""
    done = CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.stdout


@pytest.fixture
def loaded(app: Flask) -> Flask:
    """An installation with the demo in it."""
    command(app, "demo", "load")
    return app


def test_every_demo_account_comes_in_and_sees_its_desk(loaded: Flask) -> None:
    with loaded.app_context():
        begin("read")
        emails = list(session().scalars(select(Account.email).order_by(Account.email)))
        assert all(matches(one.password_hash, PASSWORD) for one in session().scalars(select(Account).limit(1)))
    assert len(emails) == len(accounts())
    for email in emails:
        browser = Browser(loaded.test_client()).sign_in(email, PASSWORD)
        assert "<h1>" in browser.get("/")


def test_the_index_holds_the_whole_demo(loaded: Flask) -> None:
    counts = json.loads(command(loaded, "index", "check", "--json"))
    assert counts["database"] == counts["index"] > 600
    assert not counts["missing"]
    assert not counts["stale"]
    assert not counts["extra"]


def test_a_second_load_gives_the_same_ids(loaded: Flask, empty_instance: Path, tmp_path: Path) -> None:
    again = tmp_path / "again"
    shutil.copytree(empty_instance, again)
    second = create_app(settings_for(again))
    command(second, "demo", "load")
    seen = []
    for one in (loaded, second):
        with one.app_context():
            begin("read")
            seen.append(list(session().scalars(select(Dossier.id).order_by(Dossier.title, Dossier.id))))
    dispose(second)
    assert seen[0] == seen[1]


def test_the_demo_goes_into_an_empty_installation_only(loaded: Flask) -> None:
    done = CliRunner().invoke(main, ["demo", "load"], obj=ScriptInfo(create_app=lambda: loaded))
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("kwitantie", "kwitanties"),  # singular for plural
        ("sleepspor", "sleepspoor"),  # a letter short
        ("convoi", "convoi"),
    ],
)
def test_who_may_read_finds(loaded: Flask, words: str, title: str) -> None:
    email = "femke.wolderink@expertise.example"
    found = json.loads(command(loaded, "find", words, "--as", email, "--json"))
    texts = " ".join(hit["title"] + hit["snippet"] for hit in found["hits"]) + str(found["suggestion"])
    assert title in texts.lower()


def test_a_stranger_sees_no_shadow_of_a_restricted_dossier(loaded: Flask) -> None:
    for word in ("zoutwaterkist", "grutto", "kluut"):
        found = json.loads(command(loaded, "find", word, "--as", "kwame.adjei-brouwer@expertise.example", "--json"))
        assert (found["total"], found["suggestion"], found["hits"]) == (0, None, []), word
        assert not any(found["facets"].values()), word


def test_the_texts_load_from_any_folder(loaded: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert accounts()
