"""What moves would do, on a world of two posts that fits on a page."""

from datetime import date

from expertise.rotation.simulating import Kept, Planned, World, simulate
from expertise.rotation.sittings import Seat, Sitting, Window

FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)
JUNE = date(2027, 6, 30)


def seat(key, post="geneva", **fields):
    return Seat(key, key, key, fields.get("rotates", True), fields.get("abolished_on"), post, post, post, post)


def sits(who, where, start, end, *, local=False, acting=False):
    return Sitting(f"{who}-{where}", who, who, local, where, start, "day", end, "day", acting)


def goes(who, where, start, end=None):
    return Planned(who, who, False, where, start, end)


def world(*sittings, dossiers=(), contacts=(), domains=None, seats=None):
    seats = seats or [seat("one"), seat("two"), seat("far", "vienna")]
    sat = {}
    for one in sittings:
        sat.setdefault(one.position_id, []).append(one)
    window = Window(FIRST, LAST, date(2026, 11, 23))
    return World(window, {one.id: one for one in seats}, sat, list(dossiers), list(contacts), domains or {})


ANNA = sits("anna", "one", date(2024, 1, 1), JUNE)
BAS = sits("bas", "two", date(2024, 1, 1), None)


def test_a_seat_is_empty_from_the_day_after_its_holder_leaves():
    found = simulate(world(ANNA, BAS), [])
    assert [(one.seat.id, one.vacancy.first, one.vacancy.last) for one in found.gaps] == [
        ("one", date(2027, 7, 1), LAST)
    ]
    assert found.gap_days == 184


def test_who_moves_fills_one_seat_and_empties_another():
    found = simulate(world(ANNA, BAS), [goes("bas", "one", date(2027, 8, 1))])
    assert [(one.seat.id, one.vacancy.first, one.vacancy.days) for one in found.gaps] == [
        ("one", date(2027, 7, 1), 31),
        ("two", date(2027, 8, 1), 153),
    ]


def test_days_of_a_gap_on_which_a_local_colleague_is_at_the_post_are_counted():
    stays = sits("lotte", "two", date(2010, 1, 1), None, local=True)
    assert simulate(world(ANNA, stays), []).covered_days == 184
    leaves = stays._replace(ends_on=date(2027, 9, 30))
    assert simulate(world(ANNA, leaves), []).covered_days == 92
    two = (leaves, sits("maud", "two", date(2027, 9, 1), date(2027, 10, 31), local=True))
    assert simulate(world(ANNA, *two), []).covered_days == 123
    elsewhere = stays._replace(position_id="far")
    assert simulate(world(ANNA, elsewhere), []).covered_days == 0


def test_a_dossier_is_left_with_nobody_only_where_all_its_keepers_are_empty():
    both = Kept("d", "Dossier", 1, ("one", "two"))
    alone = Kept("e", "Alone", 2, ("one",))
    found = simulate(world(ANNA, BAS, dossiers=[both, alone], contacts=[alone]), [])
    assert [(one.kept.id, one.first, one.days) for one in found.dossiers] == [("e", date(2027, 7, 1), 184)]
    assert [one.kept.id for one in found.contacts] == ["e"]
    found = simulate(world(ANNA, BAS._replace(ends_on=date(2027, 8, 31)), dossiers=[both]), [])
    assert [(one.first, one.days) for one in found.dossiers] == [(date(2027, 9, 1), 122)]


def test_who_only_acts_leaves_a_dossier_with_nobody():
    acts = sits("carla", "one", date(2027, 7, 1), None, acting=True)
    found = simulate(world(ANNA, acts, dossiers=[Kept("e", "Alone", 2, ("one",))]), [])
    assert found.gap_days == 184
    assert [one.days for one in found.dossiers] == [184]


def test_a_seat_that_does_not_rotate_has_no_gap():
    assert simulate(world(ANNA, seats=[seat("one", rotates=False)]), []).gaps == []
    assert simulate(world(ANNA, seats=[seat("one", abolished_on=JUNE)]), []).gaps == []


def test_a_domain_thins_out_where_at_most_one_of_several_is_left():
    domains = {"arms": ("Arms", frozenset({"one", "two"})), "alone": ("Alone", frozenset({"one"}))}
    found = simulate(world(ANNA, BAS, domains=domains), [])
    assert [(one.name, one.at_first, one.at_least) for one in found.domains] == [("Arms", 2, 1)]
    assert simulate(world(ANNA, BAS, domains=domains), [goes("dirk", "one", date(2027, 7, 1))]).domains == []


def test_leaver_and_successor_have_days_together_and_two_who_both_stay_clash():
    found = simulate(world(ANNA, BAS), [goes("dirk", "one", date(2027, 6, 17)), goes("eva", "two", date(2027, 8, 1))])
    assert [(one.before, one.after, one.days) for one in found.together] == [("anna", "dirk", 14)]
    assert [one.people for one in found.clashes] == [("bas", "eva")]


def test_who_goes_on_in_a_domain_of_theirs_is_told_from_who_leaves_it():
    domains = {"arms": ("Arms", frozenset({"one", "far"}))}
    found = simulate(world(ANNA, BAS, domains=domains), [goes("anna", "far", date(2027, 7, 1))])
    assert (found.in_domain, found.out_of_domain) == (1, 0)
    found = simulate(world(ANNA, BAS, domains=domains), [goes("anna", "two", date(2027, 7, 1))])
    assert (found.in_domain, found.out_of_domain) == (0, 1)


def test_nothing_of_the_world_is_changed_by_looking():
    here = world(ANNA, BAS)
    before = {key: list(value) for key, value in here.sat.items()}
    simulate(here, [goes("bas", "one", date(2027, 8, 1))])
    assert here.sat == before
