"""The small demo: whole, the same at each load, and everything in it can be found by whom it is for."""

import json
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import select

from expertise.base import clock
from expertise.base.database import begin, session
from expertise.cli import main
from expertise.demo.ministry import PASSWORD, accounts
from expertise.dossiers.models import Dossier
from expertise.handovers.models import STATES, Handover
from expertise.people.models import Account
from expertise.people.passwords import matches
from tests.conftest import Browser, Template, command

# One process waits for the demo to be made; the others have something else to do.
pytestmark = pytest.mark.xdist_group("demo")


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


@pytest.mark.drill
def test_a_second_load_gives_the_same_ids(
    loaded: Flask, make_app: Callable[..., Flask], empty_template: Template
) -> None:
    second = make_app(empty_template)
    command(second, "demo", "load")
    seen = []
    for one in (loaded, second):
        with one.app_context():
            begin("read")
            seen.append(list(session().scalars(select(Dossier.id).order_by(Dossier.title, Dossier.id))))
    assert seen[0] == seen[1]


def test_of_the_two_pilots_one_can_tell_and_one_cannot(loaded: Flask) -> None:
    told = {}
    for slug in ("ontwapening-2023", "cyber-2024"):
        told[slug] = json.loads(command(loaded, "pilot", "report", slug, "--language", "en"))
    assert [one["answer"]["verdict"] for one in told.values()] == ["yes", "cannot_tell"]
    # Of the first so much is recorded that every indicator is there, and every chart.
    first = told["ontwapening-2023"]
    assert [one["code"] for one in first["indicators"] if not one["shown"]] == []
    assert first["survival"]
    assert first["trend"]
    for one in told.values():
        found = {figure["code"]: figure for figure in one["indicators"]}
        assert found["in_domain"]["shown"]
        assert one["chain"]
        assert one["milestones"]


def test_the_report_on_paper_is_one_page_and_then_annexes(loaded: Flask, tmp_path: Path) -> None:
    made = tmp_path / "report.pdf"
    words = ("pilot", "report", "ontwapening-2023", "--language", "nl", "--format", "pdf", "--out", str(made))
    command(loaded, *words)
    pages = [one.get_textpage().get_text_range().split() for one in pypdfium2.PdfDocument(made)]
    assert [word for word in pages[1][:3] if word == "Bijlagen"] == ["Bijlagen"]
    for word in ("Formaliseren", "Bevorderd", "ander"):
        assert word in pages[0]
    # Drawn, and not a photograph of a drawing.
    kinds = [one.type for page in pypdfium2.PdfDocument(made) for one in page.get_objects(max_depth=3)]
    assert pypdfium2.raw.FPDF_PAGEOBJ_IMAGE not in kinds
    assert kinds.count(pypdfium2.raw.FPDF_PAGEOBJ_PATH) > 50


def test_the_demo_goes_into_an_empty_installation_only(loaded: Flask) -> None:
    done = CliRunner().invoke(main, ["demo", "load"], obj=ScriptInfo(create_app=lambda: loaded))
    assert done.exit_code == 1


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("kwitantie", "kwitanties"),  # singular for plural
        ("sleepspor", "sleepspoor"),  # a letter short
        ("convoi", "convoi"),
        ("pregny", "re-room-booking-review-week.eml"),  # in a file beside a dossier
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


def test_a_handover_stands_in_every_state(loaded: Flask) -> None:
    with loaded.app_context():
        begin("read")
        found = {one.state_on(clock.today()) for one in session().scalars(select(Handover)).unique()}
    assert found == set(STATES)
