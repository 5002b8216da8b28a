"""Jobs: what is due runs once, one that fails stops no other, and two runners do not do the same."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from expertise.base import jobs
from expertise.base.database import begin, session
from expertise.base.findable import tell_search
from expertise.base.jobs import Job, JobRun, run_due
from expertise.cli import main
from expertise.jobs import JOBS
from expertise.people.models import SignedIn, SignInFailure
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]


class Counter:
    """A job that counts, or fails."""

    def __init__(self, fails: bool = False) -> None:
        self.ran = 0
        self.fails = fails

    def __call__(self) -> int:
        self.ran += 1
        if self.fails:
            session().add(JobRun(name="half done"))
            session().flush()
            raise ValueError("secret text")
        return 1


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    """`run("--once", code=1)`: the command on this test's installation."""

    def run_command(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, ("jobs", "run", *words), obj=ScriptInfo(create_app=lambda: app))
        assert done.exit_code == code, (done.output, done.exception)
        return done

    return run_command


def test_each_runs_when_it_is_due_and_one_that_fails_stops_no_other(
    app: Flask, run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    hourly, broken, daily = Counter(), Counter(fails=True), Counter()
    monkeypatch.setitem(
        app.extensions,
        "jobs",
        (
            Job("hourly", "", hourly, every=timedelta(hours=1)),
            Job("broken", "", broken, every=timedelta(hours=1)),
            Job("daily", "", daily, daily_at=6),
        ),
    )
    done = run("--once", code=1)
    assert "broken: failed (ValueError)" in done.stderr
    assert "secret text" not in done.stderr
    assert (hourly.ran, broken.ran, daily.ran) == (1, 1, 1)
    run("--once")
    assert (hourly.ran, broken.ran, daily.ran) == (1, 1, 1)
    with time_machine.travel("2026-11-23T10:20:00+01:00"):
        run("--once", code=1)
        assert (hourly.ran, broken.ran, daily.ran) == (2, 2, 1)
    with time_machine.travel("2026-11-24T06:01:00+01:00"):
        run("--once", code=1)
        assert (hourly.ran, broken.ran, daily.ran) == (3, 3, 2)
    with app.app_context():
        begin("read")
        assert session().get(JobRun, "half done") is None
        found = session().get_one(JobRun, "broken")
        assert (found.result, found.why, found.leased_by) == ("failed", "ValueError", None)


def test_a_runner_leaves_what_another_one_does_until_its_lease_is_over(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Counter()
    monkeypatch.setitem(app.extensions, "jobs", (Job("slow", "", slow, every=timedelta(seconds=1)),))
    with app.app_context():
        # Another runner has it, and has not ended.
        assert jobs._claim(jobs.the_jobs()[0])
    with time_machine.travel("2026-11-23T09:40:00+01:00"), app.app_context():
        assert run_due() == []
    with time_machine.travel("2026-11-23T10:20:00+01:00"), app.app_context():
        assert [one.done for one in run_due()] == [1]
    assert slow.ran == 1


def test_all_jobs_of_the_product_run(app: Flask, cast: Cast, run: Callable[..., Result]) -> None:
    with app.app_context():
        begin("write")
        tell_search("post", cast.posts["geneva"])
        session().commit()
    done = json.loads(run("--once", "--json").stdout)
    assert {one["job"]: one["failed"] for one in done} == {one.name: False for one in JOBS}
    assert next(one["done"] for one in done if one["job"] == "handovers") == 1  # of the leaver
    assert next(one["done"] for one in done if one["job"] == "index") > 0


def test_old_sessions_and_failures_are_struck_out(
    app: Flask, browser_of: Open, cast: Cast, run: Callable[..., Result]
) -> None:
    browser_of("leaver")
    browser_of("nobody").post("/sign-in", email=cast.email("head"), password="wrong", status=422)
    with time_machine.travel("2026-11-24T09:14:00+01:00"):
        run("--once")
    with app.app_context():
        begin("read")
        assert session().query(SignedIn).count() == session().query(SignInFailure).count() == 0


def test_a_runner_goes_on_until_it_is_told_to_stop(tmp_path: Path, empty_instance: Path) -> None:
    instance = tmp_path / "served"
    shutil.copytree(empty_instance, instance)
    environ = {"EXPERTISE_INSTANCE": str(instance), "EXPERTISE_LOG_LEVEL": "warning", "PATH": os.environ["PATH"]}
    runner = subprocess.Popen(
        [Path(sys.executable).with_name("expertise"), "jobs", "run", "--pause", "0.1"],
        env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        # The application takes a while to start; it says nothing until it did something.
        index = instance / "index" / "CURRENT"
        for _ in range(600):
            if index.exists():
                break
            try:
                runner.wait(0.1)
            except subprocess.TimeoutExpired:
                continue
            break
        assert runner.poll() is None, runner.communicate()
        runner.send_signal(signal.SIGTERM)
        out, err = runner.communicate(timeout=60)
    finally:
        runner.kill()
    assert (runner.returncode, err) == (0, ""), (out, err)
