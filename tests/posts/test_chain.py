"""The chain of a position: holders, gaps, who acts, and dates of which only a part is known."""

from collections.abc import Callable
from datetime import date

import pytest

from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.people.models import Person
from expertise.posts import queries, seating, service
from expertise.posts.chain import Gap, Held
from expertise.posts.models import Position, Posting
from tests import make
from tests.conftest import Cast

As = Callable[[str], Viewer]


def words(chain: list[Held | Gap]) -> list[str]:
    return [f"{one.posting.person.name} {one.when}" if isinstance(one, Held) else f"gap {one.days}" for one in chain]


def test_the_chain_of_the_disarmament_seat(as_: As, cast: Cast) -> None:
    viewer = as_("leaver")
    seat = queries.get_position(viewer, cast.positions["disarmament"])
    assert words(seating.chain_of(viewer, seat)) == [
        "Joris Anneveldt earlier",
        "gap 48",
        "Femke Wolderink present",
        "gap 37",
        "Daan Esselbrug next",
    ]


def test_who_starts_the_next_day_or_earlier_leaves_no_gap(as_: As, cast: Cast) -> None:
    viewer = as_("hr")
    seat = make.position(make.post("X", "X", "X"), "A", "A")
    make.posting(make.person("One"), seat, date(2020, 1, 1), date(2021, 6, 30))
    make.posting(make.person("Two"), seat, date(2021, 7, 1), date(2023, 6, 30))
    make.posting(make.person("Three"), seat, date(2023, 6, 1), date(2028, 6, 30))
    assert words(seating.chain_of(viewer, seat)) == ["One earlier", "Two earlier", "Three present", "gap None"]


def test_who_acts_stands_in_the_chain_and_does_not_end_the_gap(as_: As, cast: Cast) -> None:
    viewer = as_("hr")
    seat = make.position(make.post("X", "X", "X"), "A", "A")
    make.posting(make.person("One"), seat, date(2020, 1, 1), date(2026, 9, 1))
    make.posting(make.person("Two"), seat, date(2026, 9, 2), None, acting=True)
    chain = seating.chain_of(viewer, seat)
    assert words(chain) == ["One earlier", "Two present", "gap None"]
    gap = chain[-1]
    assert isinstance(gap, Gap)
    assert [one.person.name for one in gap.acting] == ["Two"]
    assert queries.present_holder_of(viewer, [seat.id])[seat.id].person.name == "Two"
    assert seating.seat(viewer, seat).vacant


def test_an_open_end_before_a_successor_is_reported_and_not_the_holder(as_: As, cast: Cast) -> None:
    viewer = as_("hr")
    seat = make.position(make.post("X", "X", "X"), "A", "A")
    make.posting(make.person("One"), seat, date(1990, 1, 1))
    make.posting(make.person("Two"), seat, date(2024, 1, 1))
    now = seating.seat(viewer, seat)
    assert [one.person.name for one in now.holders] == ["Two"]
    assert [one.person.name for one in now.unended] == ["One"]


def test_who_left_the_service_holds_nothing(as_: As, cast: Cast) -> None:
    viewer = as_("hr")
    person = session().get_one(Person, cast.people["leaver"])
    person.left_on = date(2026, 11, 1)
    session().flush()
    seat = queries.get_position(viewer, cast.positions["disarmament"])
    assert seating.seat(viewer, seat).vacant
    assert cast.positions["disarmament"] not in queries.present_holder_of(viewer, [seat.id])


def test_gaps_with_partial_dates_are_about(as_: As, cast: Cast) -> None:
    viewer = as_("hr")
    seat = make.position(make.post("X", "X", "X"), "A", "A")
    make.posting(make.person("One"), seat, date(2020, 1, 1), date(2021, 6, 30), ends_precision="month")
    make.posting(make.person("Two"), seat, date(2022, 1, 1), None, starts_precision="year")
    gap = seating.chain_of(viewer, seat)[1]
    assert isinstance(gap, Gap)
    assert (gap.days, gap.about) == (185, True)


def test_who_comes_after_a_posting(as_: As, cast: Cast) -> None:
    viewer = as_("leaver")
    posting = queries.get_posting(viewer, cast.postings["leaver"])
    after = queries.successor_of(viewer, posting)
    assert after
    assert after.id == cast.postings["successor"]
    left = queries.get_posting(viewer, cast.postings["past"])
    assert queries.successor_of(viewer, left) == posting


def test_the_coming_year_of_geneva(as_: As, cast: Cast) -> None:
    viewer = as_("head")
    post = queries.get_post(viewer, "gen-pv")
    moves = seating.movements_of(seating.seats_of(viewer, post), date(2026, 11, 23), date(2027, 11, 30))
    assert [(one.kind, one.on) for one in moves] == [
        ("departure", date(2026, 12, 5)),
        ("gap", date(2026, 12, 6)),
        ("arrival", date(2027, 1, 11)),
    ]


def test_a_place_is_taken_once_and_ends_after_it_starts(as_: As, cast: Cast) -> None:
    viewer = as_("hr")
    posting = session().get_one(Posting, cast.postings["leaver"])
    with pytest.raises(Refused):
        service.place(viewer, posting.person, posting.position, starts_on=date(2023, 8, 1))
    with pytest.raises(Refused) as refused:
        service.end_posting(viewer, posting, date(2020, 1, 1))
    assert refused.value.field == "ends_on"
    session().expire_all()
    assert session().get_one(Posting, cast.postings["leaver"]).ends_on == date(2026, 12, 5)


def test_a_position_with_a_holder_is_not_abolished(as_: As, cast: Cast) -> None:
    viewer = as_("hr")
    seat = session().get_one(Position, cast.positions["disarmament"])
    with pytest.raises(Refused):
        service.abolish_position(viewer, seat, date(2026, 11, 23))
