"""Questions as rows, and the answers that rooms above take as evidence."""

import json
from pathlib import Path

from flask import Flask

from expertise.base.database import begin, session
from expertise.cli import main
from expertise.people.queries import find_account
from expertise.posts.viewers import viewer_for
from expertise.questions.queries import answers_given
from tests.conftest import Cast
from tests.questions.conftest import Open, Place, ask

TITLE = "Who chairs the group of experts on stockpiles?"


def test_questions_go_out_as_rows_and_do_not_come_in(
    browser_of: Open, place: Place, app: Flask, tmp_path: Path
) -> None:
    question = ask(browser_of("stranger"), f"/dossiers/{place.dossier}/ask", place.people["leaver"], TITLE)
    browser_of("leaver").post(f"/questions/{question}/answer", answer="Keita.", version="1")
    out = tmp_path / "questions.jsonl"
    run = app.test_cli_runner().invoke
    assert run(main, ["export", "questions", "--format", "jsonl", "--out", str(out)]).exit_code == 0
    (row,) = [json.loads(line) for line in out.read_text().splitlines()]
    assert row["id"] == question
    assert (row["state"], row["post"], row["answer"], row["times_put"]) == ("answered", "GEN-PV", "Keita.", 1)
    assert (row["asked_on"], row["answered_on"]) == ("2026-11-23", "2026-11-23")
    assert row["dossier"] == place.dossier
    assert run(main, ["import", "questions", str(out)]).exit_code == 2


def test_answers_are_evidence_for_whoever_may_read_them(browser_of: Open, place: Place, app: Flask, cast: Cast) -> None:
    leaver = browser_of("leaver")
    for dossier, asker in ((place.dossier, "stranger"), (place.closed, "head")):
        question = ask(browser_of(asker), f"/dossiers/{dossier}/ask", place.people["leaver"], TITLE, seen=TITLE)
        leaver.post(f"/questions/{question}/answer", answer="Keita.", version="1")
    mine = place.people["leaver"]
    with app.app_context(), app.test_request_context():
        begin("read")
        accounts = [find_account(cast.email(who)) for who in ("head", "stranger")]
        head, stranger = (viewer_for(one, "en") for one in accounts if one is not None)
        assert {one.dossier_id for one in answers_given(head, [mine])[mine]} == {place.dossier, place.closed}
        assert {one.dossier_id for one in answers_given(stranger, [mine])[mine]} == {place.dossier}
        assert answers_given(stranger, [place.people["hr"]]) == {}
        session().rollback()
