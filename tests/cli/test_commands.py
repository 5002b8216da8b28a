"""The command line as scripts use it: exit codes, one line of reason, JSON alone on standard output."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from expertise.cli import main
from tests.make import Cast

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask) -> Run:
    """`run("accounts", "list", code=0)`: a command on this test's installation."""

    def run_command(*words: str, code: int = 0, typed: str | None = None) -> Result:
        done = CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app), input=typed)
        assert done.exit_code == code, (words, done.exit_code, done.output, done.exception)
        return done

    return run_command


def test_an_account_is_added_listed_and_closed(run: Run) -> None:
    made = json.loads(run("accounts", "add", "Ilse@Example.org", "--name", "Ilse", "--role", "admin", "--json").stdout)
    assert made["invitation"].startswith("/invitation/")
    assert made["link"].startswith("http")
    assert made["link"].endswith(made["invitation"])
    listed = json.loads(run("accounts", "list", "--json").stdout)
    assert [(one["email"], one["name"], one["role"], one["state"]) for one in listed] == [
        ("ilse@example.org", "Ilse", "admin", "invited")
    ]
    run("accounts", "password", "ilse@example.org", "--stdin", typed="a long enough password\n")
    assert json.loads(run("accounts", "list", "--json").stdout)[0]["state"] == "open"
    run("accounts", "disable", "ilse@example.org")
    assert json.loads(run("accounts", "list", "--json").stdout)[0]["state"] == "closed"


def test_a_refusal_is_one_line_and_exit_1(run: Run, cast: Cast) -> None:
    for words in (
        ("accounts", "add", cast.email("leaver"), "--name", "Femke"),
        ("accounts", "disable", "nobody@example.org"),
        ("find", "x", "--as", "nobody@example.org"),
    ):
        done = run(*words, code=1)
        assert done.stdout == ""
        assert len(done.stderr.strip().splitlines()) == 1


def test_wrong_use_is_exit_2(run: Run) -> None:
    run("no-such-command", code=2)
    run("import", "no-such-kind", "x.csv", code=2)
    run("import", "people", code=2)
    run("accounts", "add", "x@example.org", "--name", "X", "--role", "king", code=2)
    run("find", "--as", "x@example.org", code=2)


def test_every_kind_tells_its_fields(run: Run) -> None:
    for kind in ("people", "posts", "positions", "postings", "domains", "dossiers", "entries"):
        fields = json.loads(run("import", kind, "--fields", "--json").stdout)
        assert {"name", "type", "needed", "example"} <= set(fields[0]), kind


def test_what_is_exported_can_be_imported_and_changes_nothing(run: Run, cast: Cast, tmp_path: Path) -> None:
    for kind in ("people", "posts", "positions", "postings", "domains", "dossiers", "entries"):
        for form in ("csv", "xlsx", "jsonl"):
            out = tmp_path / f"{kind}.{form}"
            run("export", kind, "--format", form, "--out", str(out))
            report = json.loads(run("import", kind, str(out), "--json").stdout)
            assert (report["new"], report["changed"], report["errors"]) == (0, 0, 0), (kind, form, report)


def test_a_trial_changes_nothing_and_one_bad_row_stops_all(run: Run, tmp_path: Path) -> None:
    good = tmp_path / "people.csv"
    good.write_text("external_id,name,email\np1,Ann Berg,ann@example.org\n")
    assert json.loads(run("import", "people", str(good), "--dry-run", "--json").stdout)["new"] == 1
    bad = tmp_path / "bad.csv"
    bad.write_text("external_id,name,email\np1,Ann Berg,ann@example.org\np2,Bo Cas,no address\n")
    refused = json.loads(run("import", "people", str(bad), "--json", code=1).stdout)
    assert refused["saved"] is False
    assert [(row["row"], row["field"]) for row in refused["rows"] if row["level"] == "error"] == [(3, "email")]
    assert json.loads(run("import", "people", str(bad), "--keep-good", "--json").stdout)["new"] == 1
    assert json.loads(run("import", "people", str(good), "--json").stdout)["unchanged"] == 1


def test_the_index_is_compared_and_rebuilt(run: Run, cast: Cast) -> None:
    run("index", "drain")
    assert json.loads(run("index", "check", "--json").stdout)["missing"] == []
    run("index", "rebuild")
    counts = json.loads(run("index", "check", "--json").stdout)
    assert counts["database"] == counts["index"] > 0


def test_find_answers_in_the_agreed_form(run: Run, cast: Cast, tmp_path: Path) -> None:
    run("index", "drain")
    found = json.loads(run("find", "Wenen", "--as", cast.email("leaver"), "--json").stdout)
    assert set(found) == {"query", "total", "took_ms", "relaxed", "suggestion", "hits", "facets"}
    assert found["hits"][0]["kind"] == "post"
    asked = tmp_path / "queries.jsonl"
    asked.write_text('{"id": "a", "text": "Wenen"}\n{"id": "b", "text": "(((\\""}\n')
    lines = run("find", "--queries", str(asked), "--as", cast.email("leaver")).stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a", "b"]
