"""Nothing under five is printed, or can be worked out; the answer is right or says that it cannot tell."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from expertise.pilots import judging
from expertise.pilots.publishing import FEWEST, Known, Plan, Published, looks, publish
from expertise.pilots.registry import Asked, Kept, Member, Registry, Stay
from expertise.pilots.statistics import Estimate
from tests.pilots.world import JUDGED, STARTS, invented


def report_of(registry: Registry, plan: Plan, ours: list[Member], theirs: list[Member], day: date) -> Published:
    known: Known = (plan, registry, ours, theirs)
    return publish(looks(plan, day), lambda _day: known)


def answer_of(seed: int, *, people: int, others: int, keeps: float, others_keep: float) -> str:
    registry, plan, ours, theirs = invented(seed, people=people, others=others, keeps=keeps, others_keep=others_keep)
    return judging.answer(plan, report_of(registry, plan, ours, theirs, JUDGED)).verdict


# What is so, and what must not be said of it.
TRUTHS = [("no effect", 0.5, "yes"), ("an effect of 30 points", 0.8, "no"), ("a harm of 20 points", 0.3, "yes")]


@pytest.mark.parametrize(("keeps", "wrong"), [one[1:] for one in TRUTHS], ids=[one[0] for one in TRUTHS])
@pytest.mark.parametrize(("people", "others"), [(30, 60), (100, 200)])
def test_the_answer_to_a_known_truth_is_seldom_wrong(people: int, others: int, keeps: float, wrong: str) -> None:
    said = [answer_of(seed, people=people, others=others, keeps=keeps, others_keep=0.5) for seed in range(40)]
    assert said.count(wrong) <= 2, said
    if (people, keeps) == (100, 0.8):
        assert said.count("yes") >= 36


@pytest.mark.parametrize(
    ("value", "low", "high", "direction", "said"),
    [
        (0.20, -0.07, 0.41, "higher", "cannot_tell"),
        (0.20, 0.02, 0.38, "higher", "yes"),
        (0.15, 0.02, 0.28, "higher", "yes"),
        (0.10, 0.02, 0.18, "higher", "cannot_tell"),
        (0.02, -0.10, 0.14, "higher", "no"),
        (-0.20, -0.38, -0.02, "lower", "yes"),
        (0.20, 0.02, 0.38, "lower", "no"),
    ],
)
def test_the_rule_is_what_the_page_says(value: float, low: float, high: float, direction: str, said: str) -> None:
    assert judging.verdict(Estimate(value, low, high), 15, direction) == said


def a_ministry(chance: random.Random) -> tuple[Registry, Plan, list[Member], list[Member]]:
    """Any ministry: few people or many, who stay or not, with dossiers, relations, receipts and scores."""
    sizes = {"people": chance.randrange(4, 60), "others": chance.randrange(4, 90)}
    rates = {"keeps": chance.random(), "others_keep": chance.random()}
    registry, plan, ours, theirs = invented(chance.randrange(10**6), **sizes, **rates)
    stays = [*registry.stays]
    for number in range(12):
        stays.append(Stay(f"old{number}", "in", date(2018, 1, 1) + timedelta(days=90 * number), date(2022, 12, 1)))
    everybody = [one.person for one in (*ours, *theirs)]
    some = [one for one in everybody if chance.random() < 0.7]
    full = Registry(
        stays=stays,
        domains=registry.domains,
        parents=registry.parents,
        dossiers=[Kept(f"d{n}", chance.choice(("in", "out")), None, None) for n in range(3)],
        relations=[Kept(f"c{n}", "in", None, None) for n in range(4)],
        met={(one, "c1"): [STARTS + timedelta(days=chance.randrange(400))] for one in some},
        received={(one, "in"): STARTS + timedelta(days=chance.randrange(400)) for one in some},
        scores={(one, "in"): float(chance.randrange(1, 6)) for one in some},
        questions=[
            Asked(one, STARTS + timedelta(days=chance.randrange(800)), chance.random() < 0.6)
            for one in some
            if chance.random() < 0.8
        ],
        grades={"in": 11, "out": chance.choice((10, 12))},
    )
    return full, plan, ours, theirs


def seen_by_an_attacker(published: Published) -> dict[str, frozenset[str]]:
    """Every set of people that a report speaks of."""
    return dict(published.cells)


def hidden(cells: dict[str, frozenset[str]]) -> list[str]:
    """Cells of fewer than five, and differences of cells of which one lies in the other, of fewer than five."""
    found = [name for name, people in cells.items() if len(people) < FEWEST]
    names = sorted(cells)
    for number, one in enumerate(names):
        for other in names[:number]:
            small, large = sorted((cells[one], cells[other]), key=len)
            if small < large and len(large - small) < FEWEST:
                found.append(f"{one} / {other}")
    return found


def left_over(cells: dict[str, frozenset[str]]) -> list[str]:
    """Fewer than five who are left of a cell without two others that lie in it and apart."""
    once = list({people: name for name, people in cells.items()}.items())
    found = []
    for whole, name in once:
        parts = [one for one in once if one[0] < whole]
        for number, (one, one_name) in enumerate(parts):
            for other, other_name in parts[:number]:
                if not one & other and 0 < len(whole - one - other) < FEWEST:
                    found.append(f"{name} / {one_name} / {other_name}")
    return found


def printed_counts(published: Published) -> dict[str, int]:
    """The counts as a reader has them, out of the figures and not out of our own bookkeeping."""
    found = {}
    for code, figure in published.figures.items():
        for name, group in (("participants", figure.participants), ("comparison", figure.comparison)):
            found[f"{name} {code}"] = group.people
            if group.yes is not None:
                found[f"{name} {code} yes"] = group.yes
                found[f"{name} {code} no"] = group.people - group.yes
    return found


Ministry = tuple[Registry, Plan, list[Member], list[Member]]


def corrected(chance: random.Random, there: Ministry) -> Ministry:
    """What was recorded is corrected: a posting struck or longer, somebody taken out, or followed from later."""
    registry, plan, ours, theirs = there
    stays, ours, theirs = [*registry.stays], [*ours], [*theirs]
    for _one in range(chance.randrange(6)):
        number = chance.randrange(len(stays))
        if chance.random() < 0.4:
            del stays[number]
        else:
            stays[number] = replace(stays[number], end=stays[number].start + timedelta(days=chance.randrange(30, 1100)))
    for group in (ours, theirs):
        if len(group) > 5 and chance.random() < 0.5:
            del group[chance.randrange(len(group))]
        if chance.random() < 0.5:
            number = chance.randrange(len(group))
            group[number] = replace(group[number], start=group[number].start + timedelta(days=chance.randrange(200)))
    return replace(registry, stays=stays), plan, ours, theirs


def as_known(chance: random.Random, there: Ministry) -> Callable[[date], Known]:
    """What was known at each look: corrected from one to the next, and then no more."""
    known: dict[date, Known] = {}
    for day in looks(there[1], date.max):
        there = corrected(chance, there)
        registry, plan, ours, theirs = there
        known[day] = (plan, registry, ours, theirs)
    return known.__getitem__


def attack(seed: int, *, dates: int) -> int:
    """Look at one ministry on random days, put two reports side by side; how many pairs were looked at."""
    chance = random.Random(seed)
    there = a_ministry(chance)
    known, plan = as_known(chance, there), there[1]
    span = (JUDGED - STARTS).days
    days = [STARTS + timedelta(days=chance.randrange(span + 200)) for _one in range(dates)]
    reports = [publish(looks(plan, day), known) for day in days]
    pairs = 0
    for number, one in enumerate(reports):
        assert all(count >= FEWEST for count in printed_counts(one).values())
        for other in reports[: number + 1]:
            pairs += 1
            assert not hidden(seen_by_an_attacker(one) | {f"2 {k}": v for k, v in seen_by_an_attacker(other).items()})
            mine, yours = printed_counts(one), printed_counts(other)
            for name in mine.keys() & yours.keys():
                assert not 0 < abs(mine[name] - yours[name]) < FEWEST, (seed, name)
    return pairs


def test_no_group_under_five_is_printed_or_follows_from_one_report_or_two() -> None:
    assert sum(attack(seed, dates=6) for seed in range(40)) == 40 * 21


def test_the_attack_finds_what_it_looks_for() -> None:
    one = frozenset("abcdefgh")
    assert hidden({"all": one, "yes": one - {"a"}}) == ["yes / all"]
    assert hidden({"few": frozenset("abc")}) == ["few"]
    assert left_over({"all": one, "some": one - frozenset("abcd"), "few": frozenset("abc")}) == ["all / few / some"]
    assert not hidden({"all": one, "others": frozenset("klmnopq")})


def test_something_is_printed_where_groups_are_large() -> None:
    """A report that says nothing would hide everything: of large groups most indicators must be there."""
    registry, plan, ours, theirs = invented(1, people=120, others=200, keeps=0.6, others_keep=0.4)
    found = report_of(registry, plan, ours, theirs, JUDGED)
    assert {"in_domain", "part_in_domain", "tenure"} <= found.figures.keys()
    assert found.curve is not None
    assert found.curve.participants[0].at_risk == 120
