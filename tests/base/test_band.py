"""The time band: what is placed where, what is merged, and what is left out for lack of room."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertise.base.band import APART, GAP, WIDTH, Lane, Mark, Span, initials, layout

TODAY = date(2026, 11, 23)
LANES = [Lane("decision", "Decision", "diamond"), Lane("commitment", "Commitment", "square")]


def band(spans=(), marks=(), *, today=TODAY, width=WIDTH):
    return layout(spans, LANES, marks, today=today, today_label="today", held_by="Held by", width=width)


def decision(day, **more):
    return Mark("decision", day, f"decision of {day}", f"/{day}", **more)


def test_the_drawing_runs_over_whole_years_from_the_first_holder_to_what_is_planned():
    drawn = band([Span("H. Brandsema", date(2013, 8, 8), date(2028, 3, 1), "present")])
    assert (drawn.ticks[0].x, drawn.ticks[-1].x) == (0, 100)
    assert [tick.label for tick in drawn.ticks if tick.label] == ["2013", *map(str, range(2014, 2030))]


def test_years_get_round_labels_where_they_lie_close():
    drawn = band([Span("H. Brandsema", date(1987, 1, 1), None, "present")])
    assert [tick.label for tick in drawn.ticks if tick.label] == [
        "1990",
        "1995",
        "2000",
        "2005",
        "2010",
        "2015",
        "2020",
        "2025",
    ]
    assert len(drawn.ticks) == 41


def test_labels_at_the_edges_stay_inside():
    anchors = [tick.anchor for tick in band([Span("x", date(2020, 1, 1), None, "present")]).ticks]
    assert anchors[0] == "start"
    assert anchors[-1] == "end"
    assert set(anchors[1:-1]) == {"middle"}


def test_holders_that_follow_each_other_touch():
    first, second = band(
        [
            Span("a", date(2020, 1, 1), date(2022, 6, 30), "earlier"),
            Span("b", date(2022, 7, 1), None, "present"),
        ]
    ).bars
    assert first.x + first.width == pytest.approx(second.x, abs=0.02)
    assert second.x + second.width == pytest.approx(100, abs=0.02)


@pytest.mark.parametrize(("months", "text"), [(30, "Mirjam van Oltvoort"), (18, "M. van Oltvoort"), (4, "")])
def test_a_name_is_shortened_and_then_left_out_where_it_does_not_fit(months, text):
    end = date(2016, 1, 1) + timedelta(days=30 * months)
    bar = band([Span("Mirjam van Oltvoort", date(2016, 1, 1), end, "earlier")]).bars[0]
    assert bar.text == text
    assert bar.name == "Mirjam van Oltvoort"


def test_initials_leave_a_single_word_as_it_is():
    assert initials("Wolderink") == "Wolderink"


def test_a_gap_has_its_label_below_it_and_nothing_inside():
    bar = band(
        [
            Span("gap 164 d", date(2019, 7, 2), date(2019, 12, 13), GAP),
            Span("x", date(2012, 1, 1), None, "present"),
        ]
    ).bars[1]
    assert (bar.text, bar.below, bar.below_anchor) == ("", "gap 164 d", "middle")


def test_of_two_gaps_whose_labels_would_touch_the_longer_one_is_labelled():
    bars = band(
        [
            Span("x", date(2000, 1, 1), date(2018, 1, 1), "earlier"),
            Span("gap 20 d", date(2018, 1, 2), date(2018, 1, 22), GAP),
            Span("gap 40 d", date(2018, 3, 1), date(2018, 4, 10), GAP),
        ]
    ).bars
    assert [bar.below for bar in bars] == ["", "", "gap 40 d"]


def test_a_label_at_the_edge_is_turned_inwards():
    bars = band(
        [
            Span("gap 37 days", date(2026, 12, 10), date(2026, 12, 31), GAP),
            Span("x", date(2012, 1, 1), None, "present"),
        ]
    ).bars
    assert bars[1].below_anchor == "end"


def test_marks_that_lie_apart_stay_apart():
    spots = band(marks=[decision(date(2020, 1, 1)), decision(date(2024, 1, 1))]).spots
    assert [spot.count for spot in spots] == [1, 1]


def test_marks_that_lie_close_become_one_with_all_their_names_and_the_newest_link():
    (spot,) = band(
        [Span("x", date(2000, 1, 1), None, "present")],
        [decision(date(2020, 1, 9), open=True), decision(date(2020, 1, 2))],
    ).spots
    assert spot.count == 2
    assert spot.open
    assert spot.name == "decision of 2020-01-02; decision of 2020-01-09"
    assert spot.url == "/2020-01-09"


def test_marks_of_two_lanes_never_merge():
    day = date(2020, 1, 1)
    assert len(band(marks=[decision(day), Mark("commitment", day, "c", "/c")]).spots) == 2


def test_a_lane_without_marks_is_not_drawn_and_the_band_is_lower():
    empty, one = band(), band(marks=[decision(TODAY)])
    assert (len(empty.rows), len(one.rows)) == (0, 1)
    assert one.height > empty.height


def test_nothing_at_all_still_gives_this_year_with_today_in_it():
    drawn = band()
    assert [tick.label for tick in drawn.ticks] == ["2026", "2027"]
    assert drawn.today == pytest.approx(89.3, abs=0.1)
    assert drawn.today_anchor == "end"


@given(st.lists(st.dates(date(1990, 1, 1), date(2030, 12, 31)), max_size=60), st.integers(400, 2000))
def test_no_mark_is_lost_and_no_two_are_nearer_than_a_mark_is_wide(days, width):
    spots = band(marks=[decision(day) for day in days], width=width).spots
    assert sum(spot.count for spot in spots) == len(days)
    places = [spot.x * width / 100 for spot in spots]
    assert places == sorted(places)
    assert all(0 <= spot.x <= 100 for spot in spots)
    assert all(b - a > APART - 0.5 for a, b in pairwise(places))


def test_a_label_of_a_gap_keeps_off_the_line_of_today():
    gap = Span("gap 37 d", date(2026, 11, 10), date(2026, 12, 16), GAP)
    drawn = band([Span("x", date(2012, 1, 1), date(2028, 12, 31), "present"), gap])
    bar = drawn.bars[1]
    assert (bar.below, bar.below_anchor) == ("gap 37 d", "start")
    assert bar.below_x > drawn.today


def test_a_short_word_stands_in_where_not_even_the_initials_fit():
    bar = band(
        [
            Span("Daan Esselbrug", date(2026, 1, 1), date(2026, 6, 1), "next", short="next"),
            Span("x", date(2012, 1, 1), None, "present"),
        ]
    ).bars[1]
    assert (bar.text, bar.name) == ("", "Daan Esselbrug")
    bar = band(
        [
            Span("Daan Esselbrug", date(2026, 1, 1), None, "next", short="next"),
            Span("x", date(2012, 1, 1), None, "present"),
        ]
    ).bars[1]
    assert bar.text == "next"
