"""The big sets of pilots: many seeds, dates and corrections, and a real foreign service against another library."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import time_machine
from flask import Flask
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from expertise.base.database import begin, session
from expertise.pilots import judging, statistics
from expertise.pilots.indicators import stay_in_domain
from expertise.pilots.publishing import Plan, publish
from expertise.pilots.registry import Member, Registry, Stay, add_months
from tests.pilots.test_as_known import correct
from tests.pilots.test_publishing import TRUTHS, answer_of, attack

# Real postings, where they are to be had; the rest of the suite needs none of them.
REAL = Path(__file__).parents[3] / "shared" / "data" / "rotation"
SEEDS = 200


@pytest.mark.drill
@pytest.mark.parametrize(("name", "keeps", "wrong"), TRUTHS)
@pytest.mark.parametrize(("people", "others"), [(19, 41), (30, 60), (60, 180), (100, 200)])
def test_over_many_seeds_the_answer_is_right_or_cannot_tell(
    people: int, others: int, name: str, keeps: float, wrong: str
) -> None:
    said = [answer_of(seed, people=people, others=others, keeps=keeps, others_keep=0.5) for seed in range(SEEDS)]
    counts = {one: said.count(one) for one in ("yes", "no", "cannot_tell")}
    print(f"{people} against {others}, {name}: {counts}")
    assert counts[wrong] <= 0.05 * SEEDS


@pytest.mark.drill
def test_ten_thousand_pairs_of_reports_give_no_group_under_five_away() -> None:
    pairs = sum(attack(1000 + seed, dates=7) for seed in range(360))
    print(f"{pairs} pairs of reports")
    assert pairs >= 10_000


@pytest.mark.drill
@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_two_hundred_corrections_leave_earlier_reports_as_they_were(app: Flask, running: str) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        assert correct(7, 200) == 0
        session().rollback()


def _day(row: dict[str, str], *names: str) -> date | None:
    for name in names:
        text = row[name]
        if len(text) == 10:
            return date.fromisoformat(text)
    return None


def _rows() -> list[dict[str, str]]:
    with (REAL / "postings.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
