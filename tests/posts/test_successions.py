"""Who followed whom, how long each stayed, when nobody sat there: by hand, and against a real register."""

import csv
import statistics
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from expertise.base.tables.dates import read_date
from expertise.posts.successions import lines, successions, tenure, vacancies, vacant_days

REGISTER = Path(__file__).parents[3] / "shared" / "data" / "rotation" / "postings.csv"
MODERN = date(1945, 1, 1)


class Row(NamedTuple):
    person_id: str
    position_id: str
    starts_on: date | None
    ends_on: date | None
    starts_precision: str = "day"
    ends_precision: str = "day"
    status: str = "held"
    acting: bool = False


def seat(*rows):
    """Postings in one position: (who, first day, last day)."""
    return [Row(who, "seat", start, end) for who, start, end in rows]


ANNA = ("anna", date(2020, 8, 1), date(2023, 7, 31))


@pytest.mark.parametrize(
    ("arrives", "days", "kind"),
    [
        (date(2023, 7, 1), -30, "overlap"),
        (date(2023, 7, 31), 0, "adjoining"),
        (date(2023, 8, 1), 1, "adjoining"),
        (date(2023, 8, 2), 2, "gap"),
        (date(2024, 1, 11), 164, "gap"),
    ],
)
def test_between_two_holders_days_are_counted_from_the_one_date_to_the_other(arrives, days, kind):
    (one,) = successions(seat(ANNA, ("bas", arrives, None)))
    assert (one.days, one.kind, one.about) == (days, kind, False)


def test_whose_end_nobody_wrote_down_leaves_a_succession_of_unknown_length():
    (one,) = successions(seat(("anna", date(2020, 8, 1), None), ("bas", date(2023, 9, 1), None)))
    assert (one.days, one.kind) == (None, "unknown")


def test_who_follows_herself_is_no_succession():
    assert successions(seat(ANNA, ("anna", date(2023, 9, 1), None))) == []


def test_who_acts_and_who_never_came_stand_in_no_line():
    acting = Row("chris", "seat", date(2023, 8, 1), date(2023, 10, 1), acting=True)
    named = Row("dirk", "seat", date(2023, 9, 1), None, status="never_served")
    line = [*seat(ANNA, ("bas", date(2023, 10, 1), None)), acting, named]
    assert [one.after.person_id for one in successions(line)] == ["bas"]
    assert [one.after.person_id for one in successions(line, with_acting=True)] == ["chris", "bas"]


def test_a_date_that_is_known_to_the_month_gives_the_least_gap_and_says_about():
    line = [
        Row("anna", "seat", date(2020, 8, 1), date(2023, 7, 31), ends_precision="month"),
        Row("bas", "seat", date(2023, 10, 1), None, starts_precision="month"),
    ]
    (one,) = successions(line)
    assert (one.days, one.about) == (62, True)
    assert successions(line, exact_only=True) == []
    exact = [line[0], line[1]._replace(starts_precision="day")]
    assert successions(exact, exact_only=True)[0].kind == "unknown"


def test_a_tenure_that_goes_on_counts_up_to_the_day_that_is_asked():
    (row,) = seat(ANNA)
    assert (tenure(row).days, tenure(row).ended) == (1094, True)
    assert (tenure(row, date(2021, 8, 1)).days, tenure(row, date(2021, 8, 1)).ended) == (365, False)
    assert tenure(row, date(2020, 7, 31)) is None
    assert tenure(row._replace(ends_on=None)) is None
    assert tenure(row._replace(ends_on=date(2020, 7, 1))) is None
    assert tenure(row._replace(ends_precision="year"), exact_only=True) is None
    assert tenure(row._replace(ends_precision="year")).about


def test_nobody_sits_there_from_the_day_after_the_last_one_left_to_the_day_before_the_next_comes():
    line = seat(ANNA, ("bas", date(2023, 9, 1), date(2024, 8, 31)))
    first, last = date(2019, 1, 1), date(2024, 12, 31)
    found = vacancies(line, first, last)
    assert [(one.first, one.last) for one in found] == [
        (date(2023, 8, 1), date(2023, 8, 31)),
        (date(2024, 9, 1), date(2024, 12, 31)),
    ]
    assert vacant_days(found) == 31 + 122
    assert vacancies(line, first, last, closed_on=date(2024, 8, 31)) == found[:1]
    assert vacancies([], first, last) == []


def test_who_comes_and_goes_while_another_sits_there_leaves_no_vacancy():
    line = seat(ANNA, ("bas", date(2021, 1, 1), date(2021, 6, 1)), ("carla", date(2023, 8, 1), None))
    assert vacancies(line, date(2020, 8, 1), date(2024, 1, 1)) == []


def test_who_acts_fills_a_vacancy_only_for_who_asks_so():
    acting = Row("chris", "seat", date(2023, 8, 1), date(2023, 8, 31), acting=True)
    line = [*seat(ANNA, ("bas", date(2023, 9, 1), None)), acting]
    assert vacant_days(vacancies(line, date(2023, 1, 1), date(2023, 12, 31))) == 31
    assert vacancies(line, date(2023, 1, 1), date(2023, 12, 31), with_acting=True) == []


def test_the_two_ways_of_counting_agree_where_nobody_overlaps():
    line = seat(ANNA, ("bas", date(2023, 9, 8), date(2024, 8, 31)), ("carla", date(2024, 9, 1), None))
    gaps = sum(one.days - 1 for one in successions(line) if one.kind == "gap")
    assert gaps == vacant_days(vacancies(line, date(2020, 8, 1), date(2025, 1, 1))) == 38


def register(by):
    """The rows of a real foreign service; `by` says what is one position."""
    with REGISTER.open() as file:
        for one in csv.DictReader(file):
            # The source's own figures take the first column that is known to the day.
            starts = [read_date(one[name]) for name in ("started", "arrived", "appointed") if one[name]]
            start = next((day for day in starts if day.precision == "day"), None)
            end = read_date(one["ended"]) if one["ended"] else None
            yield Row(
                one["person_id"],
                by(one),
                start and start.date,
                end and end.latest,
                "day",
                end.precision if end else "day",
                "held" if one["status"] == "held" else "never_served",
            )


def role_at_post(row):
    return f"{row['post_id']}/{row['role_id']}"


def post_alone(row):
    return row["post_id"]


@pytest.mark.drill
@pytest.mark.skipif(not REGISTER.exists(), reason="needs the register of a real foreign service (shared/data/rotation)")
@pytest.mark.parametrize(
    ("by", "since", "expected"),
    [
        (role_at_post, None, (5861, 5747, 148, 440, 5159, 115, 62.5)),
        (post_alone, None, (6065, 5899, 157, 521, 5221, 113, 67)),
        (role_at_post, MODERN, (4349, 4247, 115, 177, 3955, 108, 38)),
        (post_alone, MODERN, (4483, 4332, 119, 242, 3971, 106, 41)),
    ],
)
def test_the_figures_of_the_real_register_are_those_that_its_makers_computed(by, since, expected):
    found = [
        one
        for line in lines(register(by)).values()
        for one in successions(line, exact_only=True)
        if since is None or one.before.starts_on >= since
    ]
    known = [one for one in found if one.days is not None]
    gaps, overlaps = ([one.days for one in known if one.kind == kind] for kind in ("gap", "overlap"))
    adjoining = sum(one.kind == "adjoining" for one in known)
    medians = (statistics.median(gaps), -statistics.median(overlaps))
    assert (len(found), len(known), len(overlaps), adjoining, len(gaps), *medians) == expected


@pytest.mark.drill
@pytest.mark.skipif(not REGISTER.exists(), reason="needs the register of a real foreign service (shared/data/rotation)")
def test_the_tenures_of_the_real_register_are_those_that_its_makers_computed():
    stays = (
        tenure(row, exact_only=True) for row in register(role_at_post) if row.starts_on and row.starts_on >= MODERN
    )
    days = [one.days for one in stays if one is not None]
    years = [round(quarter / 365.25, 2) for quarter in statistics.quantiles(days, n=4)]
    assert (len(days), statistics.median(days), years) == (4445, 960, [1.77, 2.63, 3.2])


def test_a_line_in_any_order_gives_the_same_successions():
    line = seat(ANNA, ("bas", date(2023, 9, 1), date(2024, 8, 31)), ("carla", date(2024, 9, 1), None))
    wanted = [(a.person_id, b.person_id) for a, b in pairwise(line)]
    assert [(one.before.person_id, one.after.person_id) for one in successions(reversed(line))] == wanted
