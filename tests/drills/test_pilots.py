"""The big sets of pilots: many seeds, dates and corrections, and a real foreign service against another library."""

import random
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import time_machine
from flask import Flask
from flask_babel import force_locale
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from expertise.base.database import begin, session
from expertise.pilots import statistics, telling
from expertise.pilots.indicators import stay_in_domain
from expertise.pilots.publishing import Plan, looks, publish
from expertise.pilots.registry import MONTH, Registry, Stay
from tests.pilots import conftest as people
from tests.pilots.test_as_known import correct
from tests.pilots.test_publishing import TRUTHS, a_ministry, answer_of, as_known, attack, left_over, seen_by_an_attacker

# Real postings, where they are to be had; the rest of the suite needs none of them.
REAL = Path(__file__).parents[3] / "shared" / "data" / "rotation"
SEEDS = 200
running = people.running


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
def test_nothing_follows_from_three_cells_of_a_report_either() -> None:
    for seed in range(300):
        chance = random.Random(seed)
        there = a_ministry(chance)
        published = publish(looks(there[1], date.max), as_known(chance, there))
        assert not left_over(seen_by_an_attacker(published)), seed


@pytest.mark.drill
@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_two_hundred_corrections_leave_earlier_reports_as_they_were(app: Flask, running: str) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        assert correct(7, 200) == 0
        session().rollback()


PLAN = Plan(
    "one", date(1990, 1, 1), date(1999, 12, 31), "in_domain", 24, 15, "higher", date(2003, 1, 1), "entered", "two"
)


def real_postings() -> pd.DataFrame:
    """The real postings with both days known to the day, or no end."""
    found = pd.read_csv(REAL / "postings.csv", dtype=str, keep_default_na=False)
    found = found[found["status"] == "held"]
    found["start"] = found["started"].where(found["started"] != "", found["arrived"])
    found["start"] = found["start"].where(found["start"] != "", found["appointed"])
    found = found[(found["start"].str.len() == 10) & (found["ended"].str.len().isin((0, 10)))]
    found["start"] = pd.to_datetime(found["start"]).dt.date
    found["end"] = pd.to_datetime(found["ended"].replace("", None)).dt.date
    found = found[found["end"].isna() | (found["end"] >= found["start"])]
    found["seat"] = found["post_id"] + "/" + found["role_id"]
    found["until"] = found["end"].where(found["end"].notna(), date.max)
    return found.sort_values(["person_id", "start", "until", "seat"], kind="stable")


@pytest.fixture(scope="module")
def frame() -> pd.DataFrame:
    """Those postings, and of each post whether it lies in the one half or the other."""
    found = real_postings()
    posts = sorted(found["post_id"].unique())
    random.Random(1).shuffle(posts)
    found["domain"] = np.where(found["post_id"].isin(posts[: len(posts) // 3]), "one", "two")
    return found


@pytest.fixture(scope="module")
def registry(frame: pd.DataFrame) -> Registry:
    stays = [
        Stay(row.person_id, row.seat, row.start, None if pd.isna(row.end) else row.end) for row in frame.itertuples()
    ]
    domains = {row.seat: frozenset({row.domain}) for row in frame.itertuples()}
    return Registry(stays=stays, domains=domains, parents={"one": None, "two": None})


def entered(frame: pd.DataFrame, domain: str, but: set[str]) -> pd.Series:
    """First day per person who came into a half in the days of the plan, by pandas."""
    there = frame[(frame["domain"] == domain) & ~frame["person_id"].isin(but)]
    there = there[(there["start"] >= PLAN.starts_on) & (there["start"] <= PLAN.entry_until)]
    return there.groupby("person_id")["start"].min()


@pytest.mark.drill
@pytest.mark.skipif(not REAL.exists(), reason="the real postings are not on this machine")
def test_figures_over_a_real_foreign_service_are_those_of_another_computation(
    app: Flask, frame: pd.DataFrame, registry: Registry
) -> None:
    ours = registry.entered("one", PLAN.starts_on, PLAN.entry_until)
    theirs = registry.entered("two", PLAN.starts_on, PLAN.entry_until, but=[one.person for one in ours])
    found = publish(looks(PLAN, PLAN.judged_on), lambda _day: (PLAN, registry, ours, theirs))
    index = {"one": entered(frame, "one", set())}
    index["two"] = entered(frame, "two", set(index["one"].index))
    groups = {"one": ours, "two": theirs}
    with app.test_request_context(), force_locale("en"):
        for domain, name in (("one", "participants"), ("two", "comparison")):
            assert {one.person: one.start for one in groups[domain]} == index[domain].to_dict()
            same_retention(frame, index[domain], domain, getattr(found.figures["in_domain"], name))
            same_tenure(frame, index[domain], getattr(found.figures["tenure"], name))
            same_gaps(frame, index[domain], getattr(found.figures["gap_days"], name))
            _same_curve(frame, index[domain], domain, registry, groups[domain])
    print(f"{len(ours)} against {len(theirs)}: {sorted(found.figures)}; withheld {found.withheld}")


def _later(day: date, months: int) -> date:
    return (pd.Timestamp(day) + pd.DateOffset(months=months)).date()


def same_retention(frame: pd.DataFrame, index: pd.Series, domain: str, group: object) -> None:
    then = index.map(lambda day: _later(day, PLAN.months))
    there = frame[frame["domain"] == domain].merge(then.rename("then"), left_on="person_id", right_index=True)
    covers = (there["start"] <= there["then"]) & (there["end"].isna() | (there["end"] >= there["then"]))
    yes = there[covers]["person_id"].nunique()
    assert (group.yes, group.people) == (yes, len(index))
    low, high = proportion_confint(yes, len(index), method="wilson")
    assert telling.span_of("share", group.estimate) == f"{100 * low:.0f} to {100 * high:.0f}"


def _first_seat(frame: pd.DataFrame, index: pd.Series) -> pd.DataFrame:
    there = frame.merge(index.rename("from"), left_on="person_id", right_index=True)
    there = there[there["end"].isna() | (there["end"] >= there["from"])]
    return there.groupby("person_id").head(1).set_index("person_id")


def same_tenure(frame: pd.DataFrame, index: pd.Series, group: object) -> None:
    seats = _first_seat(frame, index)
    months = []
    for row in seats.itertuples():
        then = _later(index[row.Index], PLAN.months)
        last = then if pd.isna(row.end) else min(row.end, then)
        if row.start <= then:
            months.append((last - max(row.start, index[row.Index])).days / MONTH)
    assert group.people == len(months)
    assert telling.amount("months", group.estimate.value) == f"{np.mean(months):.1f}"


def same_gaps(frame: pd.DataFrame, index: pd.Series, group: object) -> None:
    gaps = []
    for person, row in _first_seat(frame, index).iterrows():
        same = frame[(frame["seat"] == row["seat"]) & (frame["start"] < row["start"]) & (frame["person_id"] != person)]
        ends = same["end"].dropna()
        if len(ends):
            days = (row["start"] - ends.max()).days
            gaps.append(days if days > 1 else 0)
    assert group.people == len(gaps)
    assert telling.amount("days", group.estimate.value) == f"{np.mean(gaps):.1f}"


def times_of(frame: pd.DataFrame, index: pd.Series, domain: str) -> tuple[dict[str, float], dict[str, bool]]:
    """Per person how many months they stayed in a half before they left it for good, and whether they did."""
    times, left = {}, {}
    for person, start in index.items():
        own = frame[(frame["person_id"] == person) & (frame["domain"] == domain)]
        own = own[own["end"].isna() | (own["end"] >= start)]
        end = own.iloc[0]["end"]
        for row in own.iloc[1:].itertuples():
            if not pd.isna(end) and (row.start - end).days <= 90:
                end = None if pd.isna(row.end) else max(end, row.end)
        went = not pd.isna(end) and (PLAN.judged_on - end).days >= 90
        last = end if went else (PLAN.judged_on if pd.isna(end) else min(end, PLAN.judged_on))
        times[person], left[person] = (last - start).days / MONTH, went
    return times, left


def _same_curve(frame: pd.DataFrame, index: pd.Series, domain: str, registry: Registry, members: list[object]) -> None:
    """How long people stay: ours by the day, theirs by the same rows through statsmodels."""
    stays = {one.person: stay_in_domain(registry, one, PLAN.judged_on) for one in members}
    times, left = times_of(frame, index, domain)
    assert {person: stay for person, stay in stays.items() if stay} == {
        person: (pytest.approx(times[person]), left[person]) for person in times
    }
    curve = SurvfuncRight(np.array(list(times.values())), np.array(list(left.values()), dtype=int))
    for months in (6.0, 12.0, 24.0, 36.0):
        wanted = curve.surv_prob[curve.surv_times <= months]
        point = statistics.survival(list(times.values()), list(left.values()), [months])[0]
        assert f"{100 * point.share.value:.0f}" == f"{100 * (wanted[-1] if len(wanted) else 1.0):.0f}"
