"""A report of an earlier day stays as it was, whatever is corrected later; and it is there from the command line."""

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import time_machine
from click.testing import Result
from flask import Flask
from flask_babel import force_locale
from sqlalchemy import delete, select

from expertise.base import clock
from expertise.base.database import begin, session
from expertise.domains.merging import merge_into
from expertise.domains.models import Domain, PositionDomain
from expertise.domains.service import file_position
from expertise.pilots import queries, writing
from expertise.pilots.indicators import INDICATORS
from expertise.pilots.models import Participant
from expertise.pilots.report import report_on, verdicts
from expertise.pilots.service import change_participant, change_plan, take_out, write_chain
from expertise.posts.models import Position, Posting
from expertise.posts.moving import of_position
from expertise.posts.service import change_position, change_posting
from expertise.questions.models import Question, QuestionStep
from tests import make

DAYS = (date(2025, 6, 1), date(2026, 3, 1), date(2026, 6, 1))
Correction = Callable[[random.Random], None]


def _one(chance: random.Random, model: type) -> object:
    return session().get_one(model, chance.choice(sorted(session().scalars(select(model.id)))))


def change_dates(chance: random.Random) -> None:
    posting = _one(chance, Posting)
    starts = (posting.starts_on or date(2023, 1, 1)) + timedelta(days=chance.randrange(-200, 200))
    change_posting(make.SYSTEM, posting, starts_on=starts, ends_on=starts + timedelta(days=chance.randrange(900)))


def never_served(chance: random.Random) -> None:
    change_posting(make.SYSTEM, _one(chance, Posting), status="never_served")


def file_elsewhere(chance: random.Random) -> None:
    domains = session().scalars(select(Domain)).all()
    file_position(make.SYSTEM, _one(chance, Position), chance.sample(domains, chance.randrange(len(domains) + 1)))


def left_the_service(chance: random.Random) -> None:
    posting = _one(chance, Posting)
    posting.person.left_on = date(2023, 6, 1) + timedelta(days=chance.randrange(900))
    session().flush()


def joined_later(chance: random.Random) -> None:
    one = _one(chance, Participant)
    change_participant(make.SYSTEM, one, joined_on=date(2023, 1, 1) + timedelta(days=chance.randrange(900)))


def struck(chance: random.Random) -> None:
    take_out(make.SYSTEM, _one(chance, Participant))


def another_grade(chance: random.Random) -> None:
    change_position(make.SYSTEM, _one(chance, Position), grade=chance.choice((None, 8, 10, 14)))


def a_question_answered(chance: random.Random) -> None:
    who = session().get_one(Posting, _one(chance, Posting).id).person_id
    asked = Question(title="Why?", asker_id=who, asked_id=who, state="answered")
    asked.steps.append(QuestionStep(number=1, person_id=who, ended_at=clock.now(), outcome="answered"))
    session().add(asked)
    session().flush()


def strike_posting(chance: random.Random) -> None:
    session().delete(_one(chance, Posting))
    session().flush()


def another_criterion(chance: random.Random) -> None:
    pilot = queries.get_pilot(make.SYSTEM, "disarmament-2023")
    months = chance.choice((12, 18, 36))
    change_plan(make.SYSTEM, pilot, name=f"Name {months}", reason="Because.", months=months)


def another_chain(chance: random.Random) -> None:
    pilot = queries.get_pilot(make.SYSTEM, "disarmament-2023")
    write_chain(make.SYSTEM, pilot, {step: (f"{chance.random()}", "", "") for step in world_steps()})


def world_steps() -> tuple[str, ...]:
    return ("inputs", "activities", "outputs", "outcomes", "goal")


CORRECTIONS: tuple[Correction, ...] = (
    change_dates,
    never_served,
    file_elsewhere,
    left_the_service,
    joined_later,
    struck,
    strike_posting,
    another_grade,
    a_question_answered,
    another_criterion,
    another_chain,
)


def reports() -> list[bytes]:
    session().expire_all()
    with force_locale("en"):
        pilot = queries.get_pilot(make.SYSTEM, "disarmament-2023")
        return [writing.as_json(report_on(make.SYSTEM, pilot, day)) for day in DAYS]


def correct(seed: int, rounds: int) -> int:
    """Correct at random; how often a report of an earlier day changed by it."""
    chance, before, changed = random.Random(seed), reports(), 0
    for _round in range(rounds):
        chance.choice(CORRECTIONS)(chance)
        changed += reports() != before
    return changed


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_a_report_of_an_earlier_day_does_not_change_by_later_corrections(app: Flask, running: str) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        assert json.loads(reports()[1])["answer"]["verdict"] == "yes"
        assert correct(1, 30) == 0
        session().rollback()


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_nor_by_merging_two_positions(app: Flask, running: str) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        before = reports()
        inside, outside = session().scalars(
            select(Position).where(Position.title_en.in_(("Inside", "Outside"))).order_by(Position.title_en)
        )
        of_position.move(outside.id, inside.id)
        session().flush()
        assert reports() == before
        session().rollback()


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_nor_by_merging_a_domain_below_into_one_elsewhere(app: Flask, running: str) -> None:
    """Where the one that is gone stood in the tree is kept: what was filed under it still counts as inside."""
    with app.app_context(), app.test_request_context():
        begin("write")
        with clock.at(datetime(2015, 1, 6, 12, tzinfo=UTC)):
            domain = session().scalars(select(Domain).where(Domain.code == "disarmament")).one()
            below = make.domain("cluster-munitions", "Clustermunitie", "Cluster munitions", parent=domain)
            elsewhere = make.domain("humanitarian", "Humanitair", "Humanitarian")
            inside = session().scalars(select(Position).where(Position.title_en == "Inside")).one()
            file_position(make.SYSTEM, inside, [below])
        before = reports()
        assert json.loads(before[1])["answer"]["verdict"] == "yes"
        merge_into(make.SYSTEM, below, elsewhere)
        assert reports() == before
        session().rollback()


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_without_the_memory_the_same_corrections_do_change_it(app: Flask, running: str) -> None:
    """So that the tests above can fail: a change that went past the memory is seen in the report."""
    with app.app_context(), app.test_request_context():
        begin("write")
        before = reports()
        session().execute(delete(PositionDomain))
        assert reports() != before
        session().rollback()


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_the_command_gives_the_same_bytes_and_says_so_before_any_data(
    app: Flask, running: str, run: Callable[..., Result], tmp_path: Path
) -> None:
    for form in ("json", "html", "pdf", "csv"):
        asked = ("pilot", "report", running, "--as-of", "2026-06-01", "--format", form, "--language", "en")
        first, second = run(*asked), run(*asked)
        assert first.exit_code == 0, first.output
        assert first.stdout_bytes == second.stdout_bytes
        out = tmp_path / f"report.{form}"
        assert run(*asked, "--out", str(out)).exit_code == 0
        assert out.read_bytes() == first.stdout_bytes
    before = run("pilot", "report", running, "--as-of", "2023-06-01", "--language", "en")
    assert before.exit_code == 0
    told = json.loads(before.stdout)
    assert told["answer"]["verdict"] == "not_yet"
    assert "There are no data yet" in told["answer"]["sentence"]
    assert not any(one["shown"] for one in told["indicators"])
    long_ago = json.loads(run("pilot", "report", running, "--as-of", "2001-01-01", "--language", "nl").stdout)
    assert "Er zijn geen gegevens" in long_ago["answer"]["sentence"]
    assert run("pilot", "report", "nothing-there").exit_code == 1
    assert run("pilot", "report", running, "--as-of", "2099-01-01").exit_code == 1


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_pilots_are_exported(app: Flask, running: str, run: Callable[..., Result], tmp_path: Path) -> None:
    out = tmp_path / "pilots.jsonl"
    assert run("export", "pilots", "--format", "jsonl", "--out", str(out)).exit_code == 0
    row = json.loads(out.read_text())
    assert (row["slug"], row["verdict"], row["state"]) == (running, "yes", "to_judge")


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_the_list_reads_little_and_says_of_each_criterion_what_the_report_says(app: Flask, running: str) -> None:
    with app.app_context(), force_locale("en"):
        begin("write")
        pilot, said = queries.get_pilot(make.SYSTEM, running), set()
        for code in INDICATORS:
            pilot.indicator = code
            session().flush()
            answer = report_on(make.SYSTEM, pilot).answer.verdict
            assert verdicts(make.SYSTEM, [pilot]) == {pilot.id: answer}, code
            said.add(answer)
        assert len(said) > 1
        pilot.judged_on = date(2026, 11, 24)
        session().flush()
        assert verdicts(make.SYSTEM, [pilot]) == {pilot.id: "not_yet"}
        session().rollback()
