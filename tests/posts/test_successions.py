"""Who followed whom, how long each stayed, when nobody sat there: by hand, and against a real register."""

from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from expertise.posts.successions import successions, tenure, vacancies, vacant_days
from tests.posts.register import Row, figures

REGISTER = Path(__file__).parents[3] / "shared" / "data" / "rotation"


SMALL = {
    "people": "person_id\nanna\nbas\ncarla\n",
    "posts": "post_id,kind\naa,mission\nbb,mission\ncc,position\n",
    "positions": "position_id\nenvoy\n",
    "postings": (
        "posting_id,person_id,post_id,role_id,appointed,arrived,started,ended,status\n"
        "1,anna,aa,envoy,2000-01-01,,2000-03-01,2002-03-01,held\n"  # two years of 365 days
        "2,bas,aa,envoy,2002-02-01,,2002-06-09,2003-01,held\n"  # a hundred days later; its end known to the month
        "3,carla,aa,envoy,,2003-05-01,,,held\n"  # no end
        "4,anna,bb,envoy,2010-01-01,,2010-01-10,2010-06-30,held\n"
        "5,bas,bb,envoy,2010-06-01,,2010-06-29,2012-06-29,held\n"  # a day before she left
        "6,carla,bb,envoy,2012-01-01,,,,nominated\n"  # never came
        "7,anna,cc,envoy,,,2015-01-01,2016-01-01,held\n"  # at no mission
    ),
}
BY_HAND = [
    "people 3 posts 3 titles 1 postings 7 held 6",
    "people with >=2 held postings 2 max 3",
    "full start date 6 full end date 4 year-only ends 1 no end 1",
    "ends before it starts [] 0",
    *(
        f"{name}: successions 3, end known 2; overlap 1 (50.0%), same/next day 0 (0.0%), gap 1 (50.0%); "
        "median gap 100 d, gaps>90d 50.0%; median overlap 1 d"
        for name in ("same post + same role", "same post, any role",
                     "same post + same role since 1945", "same post, any role since 1945")
    ),
    "tenure since 1945 all held n 4 median days 547.5 = 1.50 years quartiles [0.6, 1.5, 2.0] <1y 50.0% 2-4y 50.0%",
    "tenure since 1945 heads of mission (missions-countries) n 3 median days 730 = 2.00 years "
    "quartiles [0.47, 2.0, 2.0] <1y 33.3% 2-4y 66.7%",
    "distinct (post,role) 3",
    "since 1945, both dates known 2: successor appointed before the predecessor left 100.0%; "
    "median days appointed before departure 28.5",
    "arrived date present 1 of 6",
]  # fmt: skip


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


@pytest.mark.drill
@pytest.mark.skipif(not REGISTER.exists(), reason="needs the register of a real foreign service (shared/data/rotation)")
def test_the_figures_of_the_real_register_are_those_that_its_makers_printed():
    said = (REGISTER / "STATS.txt").read_text(encoding="utf-8").splitlines()
    assert figures(REGISTER) == said


def test_the_figures_of_a_small_register_are_those_that_one_counts_by_hand(tmp_path):
    for name, text in SMALL.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    assert figures(tmp_path) == BY_HAND


def test_a_line_in_any_order_gives_the_same_successions():
    line = seat(ANNA, ("bas", date(2023, 9, 1), date(2024, 8, 31)), ("carla", date(2024, 9, 1), None))
    wanted = [(a.person_id, b.person_id) for a, b in pairwise(line)]
    assert [(one.before.person_id, one.after.person_id) for one in successions(reversed(line))] == wanted
