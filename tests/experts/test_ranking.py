"""The arithmetic of who knows, by itself."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from expertise.base import small_groups
from expertise.experts import ranking
from expertise.experts.evidence import Evidence

TODAY = date(2026, 11, 23)


def evidence(person: str, piece: str, role: str = "author", day: date | None = TODAY, **more: str) -> Evidence:
    return Evidence(person, role, "entry", piece, "", "", piece=piece, first=day, last=day, **more)


def scores(rows: list[Evidence], about: dict[str, float], **volumes: int) -> dict[str, float]:
    counted = dict.fromkeys({one.person_id for one in rows}, 0) | volumes
    return ranking.shared(ranking.by_documents(about, rows, TODAY), counted)


def test_who_held_it_goes_before_who_wrote_it_and_who_is_named_in_it() -> None:
    rows = [evidence("named", "a", "mentioned"), evidence("holder", "a", "holder"), evidence("author", "a")]
    found = scores(rows, {"a": 1.0})
    assert found["holder"] > found["author"] > found["named"] > 0


def test_whoever_both_held_and_wrote_a_piece_counts_once() -> None:
    both = scores([evidence("x", "a"), evidence("x", "a", "holder")], {"a": 1.0})
    assert both == scores([evidence("x", "a", "holder")], {"a": 1.0})


def test_what_is_old_counts_for_less_and_is_never_lost() -> None:
    ages = [ranking.age_weight(date(year, 11, 23), TODAY) for year in (2026, 2021, 2011, 1950)]
    assert ages == sorted(ages, reverse=True)
    assert ages[0] == 1.0
    assert ages[-1] >= ranking.REST


def test_who_wrote_about_everything_is_not_an_expert_of_each_thing() -> None:
    rows = [evidence("all", "a"), evidence("one", "b")]
    found = scores(rows, {"a": 1.0, "b": 1.0}, all=400, one=5)
    assert found["one"] > found["all"]


def test_much_about_it_says_more_than_once_in_passing() -> None:
    rows = [evidence("often", one) for one in "abcd"] + [evidence("once", "e")]
    found = scores(rows, dict.fromkeys("abcde", 1.0), often=6, once=1)
    assert found["often"] > found["once"]


def test_what_hardly_fits_speaks_for_nobody_where_other_pieces_hold_all_that_was_asked() -> None:
    found = {"a": 10.0, "b": 4.0, "c": 3.0}
    assert set(ranking.relevances(found, {"a", "c"})) == {"a", "c"}
    assert set(ranking.relevances(found, set())) == {"a", "b", "c"}
    assert ranking.relevances({}, {"a"}) == {}


def test_a_holder_speaks_through_what_stands_in_the_dossier() -> None:
    rows = [evidence("x", "entry:1", within="dossier:1"), evidence("x", "entry:2", within="dossier:1")]
    assert ranking.with_holders({"entry:1": 2.0, "entry:2": 1.0}, rows, most=9) == {"dossier:1": 2.0 * ranking.WITHIN}
    assert ranking.with_holders({"entry:1": 2.0, "dossier:1": 9.0}, rows, most=9) == {}


def test_colleagues_who_endorse_add_a_little_and_only_a_few_count() -> None:
    worth = [ranking.of_claim("working", count, 2026, TODAY) for count in (0, 1, 3, 30)]
    assert worth[0] < worth[1] < worth[2] == worth[3]
    assert ranking.of_claim("expert", 0, 2010, TODAY) < ranking.of_claim("expert", 0, 2026, TODAY)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=4))
def test_of_a_report_no_group_below_five_can_be_worked_out(groups: list[int]) -> None:
    council_on = small_groups.hidden_below(groups)
    shown = [one for one in council_on if one is not None]
    assert all(one == 0 or one >= small_groups.SMALLEST_GROUP for one in shown)
    # From the total and the others it does not follow either: none is left out, or two that hold somebody, or all.
    left_out = [one for one, told in zip(groups, council_on, strict=True) if told is None]
    assert len(left_out) != 1 or not any(shown)
