"""What machines ask, and the doctor: well on a new installation, and naming what is wrong on a sick one."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import event

from expertise.base import clock
from expertise.base.database import begin, engine, session
from expertise.base.findable import Outbox
from expertise.base.schema import downgrade
from expertise.cli import main
from expertise.health.queries import _size
from expertise.search.wiring import the_search
from tests.conftest import Template


def doctor(app: Flask, code: int) -> dict[str, tuple[bool, str]]:
    """What it says, by part."""
    done = CliRunner().invoke(main, ["doctor", "--json"], obj=ScriptInfo(create_app=lambda: app))
    assert done.exit_code == code, done.output
    said = json.loads(done.stdout)
    assert said["ok"] is (code == 0)
    return {one["name"]: (one["ok"], one["says"]) for one in said["findings"]}


@pytest.mark.usefixtures("cast")
def test_an_installation_that_is_well_says_so(app: Flask) -> None:
    said = doctor(app, 0)
    assert {name for name, (ok, _) in said.items() if not ok} == set()
    assert {"configuration", "database", "letters", "index", "outbox", "files", "size"} <= set(said)
    client = app.test_client()
    assert client.get("/healthz").text == "ok\n"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "database: ok\nindex: ok\n")


@pytest.mark.usefixtures("cast")
def test_a_lost_index_is_named_and_not_ready(app: Flask) -> None:
    with app.app_context():
        shutil.rmtree(the_search().folder.path)
    assert not doctor(app, 1)["index"][0]
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.text) == (503, "database: ok\nindex: not ready\n")
    assert app.test_client().get("/healthz").status_code == 200


def test_an_installation_that_outgrew_its_engine_is_told_so(app: Flask) -> None:
    settings = app.config["SETTINGS"]
    assert _size(9_000, settings).says == "9,000 pieces: whoosh does"
    assert "EXPERTISE_SEARCH_ENGINE=tantivy" in _size(12_000, settings).says
    assert _size(12_000, replace(settings, search_engine="tantivy")).says == "12,000 pieces: tantivy does"


@pytest.mark.usefixtures("cast")
def test_what_waits_too_long_for_the_index_is_named(app: Flask) -> None:
    with app.app_context():
        begin("write")
        session().add(Outbox(kind="dossier", record_id="none", noted_at=clock.now() - timedelta(minutes=5)))
        session().commit()
        session().rollback()
    assert not doctor(app, 1)["outbox"][0]


def test_an_old_schema_is_named_and_not_ready(make_app: Callable[..., Flask], empty_template: Template) -> None:
    app = make_app(empty_template)
    with app.app_context():
        downgrade("base")
    ok, says = doctor(app, 1)["database"]
    assert not ok
    assert "expertise schema upgrade" in says


def test_a_database_that_is_away_is_no_mistake_of_ours(
    make_app: Callable[..., Flask], empty_template: Template
) -> None:
    app = make_app(empty_template)
    with app.app_context():
        the_engine = engine()
        the_engine.dispose()
    event.listen(the_engine, "do_connect", _nobody_answers)
    answer = app.test_client().get("/sign-in", headers={"Accept-Language": "nl"})
    ready = app.test_client().get("/readyz")
    alive = app.test_client().get("/healthz")
    counted = app.test_client().get("/metrics").text
    event.remove(the_engine, "do_connect", _nobody_answers)
    assert (answer.status_code, ready.status_code, alive.status_code) == (503, 503, 200)
    assert measured(counted, "expertise_database_up") == 0
    assert "Dit lukt nu even niet" in answer.text
    assert answer.headers["Retry-After"]


def _nobody_answers(dialect: Any, *_: object) -> None:
    raise dialect.dbapi.OperationalError("connection refused")


def measured(text: str, name: str) -> float:
    """The value of a line."""
    return float(next(line for line in text.splitlines() if line.startswith(name)).rpartition(" ")[2])


def test_a_watching_machine_reads_counters_without_anybody_in_them(
    app: Flask, cast: Any, browser_of: Callable[[str], Any]
) -> None:
    leaver = browser_of("leaver")
    dossiers = 'expertise_requests_total{method="GET",route="dossiers.index",status="200"}'
    leaver.get("/dossiers?q=zwerfkei")
    before = measured(app.test_client().get("/metrics").text, dossiers)
    leaver.get("/dossiers?q=zwerfkei")
    with app.app_context():
        begin("write")
        session().add(Outbox(kind="dossier", record_id="none", noted_at=clock.now() - timedelta(minutes=5)))
        session().commit()
        assert (
            CliRunner().invoke(main, ["jobs", "run", "--once"], obj=ScriptInfo(create_app=lambda: app)).exit_code == 0
        )
    answer = app.test_client().get("/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert measured(answer.text, dossiers) == before + 1
    assert measured(answer.text, "expertise_database_up") == 1
    assert measured(answer.text, 'expertise_job_failed{job="events"}') == 0
    assert measured(answer.text, 'expertise_job_ended_seconds{job="index"}') > 0
    assert not [one for one in ("zwerfkei", cast.people["leaver"], cast.email("leaver")) if one in answer.text]


def test_metrics_are_for_this_machine_or_for_who_has_the_token(
    app: Flask, make_app: Callable[..., Flask], empty_template: Template
) -> None:
    client = app.test_client()
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.9"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    token = "t" * 40
    guarded = make_app(empty_template, EXPERTISE_METRICS_TOKEN=token).test_client()
    assert guarded.get("/metrics").status_code == 404
    assert guarded.get("/metrics", headers={"Authorization": f"Bearer {token}é"}).status_code == 404
    far = {"REMOTE_ADDR": "203.0.113.9"}
    assert guarded.get("/metrics", headers={"Authorization": f"Bearer {token}"}, environ_base=far).status_code == 200
