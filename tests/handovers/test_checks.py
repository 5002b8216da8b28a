"""Each check alone: when it applies, when it passes, and that it says what is missing and why."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from expertise.handovers.checks import Check, checks_of, figure_of, grouped, open_points
from expertise.handovers.note import (
    NO_LESSONS,
    Commitment,
    DossierItem,
    Header,
    Learned,
    Lessons,
    Note,
    Recurring,
    Relation,
    WeekOne,
    Who,
    Words,
    from_plain,
    hash_of,
    to_plain,
)

TODAY = date(2026, 11, 23)
HEADER = Header(
    leaver=Who("p1", "Femke"),
    position_id="x",
    title_nl="Eerste secretaris",
    title_en="First Secretary",
    post_code="GEN-PV",
    post_nl="PV Genève",
    post_en="PR Geneva",
    starts_on=date(2023, 8, 1),
    starts_precision="day",
    ends_on=date(2026, 12, 5),
    ends_precision="day",
)
WHOLE = Note(
    header=replace(HEADER, acting=Who("p2", "Noor")),
    week_one=(WeekOne("Call Ilse"),),
    dossiers=(
        DossierItem(
            "d1",
            "Autonomous weapons",
            urgency=1,
            state_of_play="x",
            next_step="y",
            contingency="If",
            verified_on=date(2026, 11, 1),
        ),
    ),
    commitments=(Commitment("e1", "d1", "Paper", taker=Who("p2", "Noor")),),
    relations=(
        Relation("c1", "Ilse", tier=1, plan="call", last_contact=TODAY, has_basis=True, has_retention=True),
        Relation("c2", "Jan", tier=2, last_contact=TODAY, has_basis=True, has_retention=True),
    ),
    rhythm=(Recurring("Thursday"),),
    texts={"9": Words(none=True), "11": Words("The chair")},
    advice="Late",
    lessons=Lessons(to_domain="Speak first"),
)


def check(note: Note, key: str, item: str = "") -> Check:
    """The check with this key; exactly one."""
    (found,) = [one for one in checks_of(note, TODAY) if one.key == key and (not item or one.item == item)]
    return found


def keys(note: Note) -> set[str]:
    return {one.key for one in checks_of(note, TODAY)}


def with_item(**fields: Any) -> Note:
    return replace(WHOLE, dossiers=(replace(WHOLE.dossiers[0], **fields),))


def with_relation(**fields: Any) -> Note:
    return replace(WHOLE, relations=(replace(WHOLE.relations[0], **fields),))


def test_a_whole_note_passes_everything() -> None:
    checks = checks_of(WHOLE, TODAY)
    assert all(one.passed for one in checks), [one.key for one in checks if not one.passed]
    assert figure_of(checks).percent == 100
    assert figure_of(checks).complete


def test_the_figure_counts_what_blocks_and_rounds_down() -> None:
    checks = [Check(1, str(n), n < 2, "", "") for n in range(3)] + [Check(1, "w", False, "", "", blocking=False)]
    figure = figure_of(checks)
    assert (figure.passed, figure.total, figure.percent, figure.complete) == (2, 3, 66, False)
    assert figure_of([]).percent == 100


def test_what_blocks_is_named_before_what_warns() -> None:
    checks = [Check(1, "w", False, "", "", blocking=False), Check(5, "b", False, "", ""), Check(2, "ok", True, "", "")]
    assert [one.key for one in open_points(checks)] == ["b", "w"]
    assert [[one.key for one in group] for group in grouped(checks)] == [["w"], ["b"], ["ok"]]


@pytest.mark.parametrize(
    ("marking", "highest", "passed"),
    [("", "", True), ("internal", "", True), ("dv", "dv", True), ("internal", "dv", False), ("secret", "", False)],
)
def test_the_marking_is_within_the_ceiling_and_not_below_a_dossier(marking: str, highest: str, passed: bool) -> None:
    note = replace(WHOLE, header=replace(WHOLE.header, marking=marking, highest_marking=highest))
    assert check(note, "marking").passed is passed


@pytest.mark.parametrize(
    ("successor", "gap", "ends", "applies"),
    [
        (None, None, date(2026, 12, 5), True),
        (Who("p3", "Daan"), 37, date(2026, 12, 5), True),
        (Who("p3", "Daan"), 1, date(2026, 12, 5), False),
        (Who("p3", "Daan"), -5, date(2026, 12, 5), False),
        (None, None, None, False),
    ],
)
def test_an_acting_holder_is_needed_where_there_is_a_gap(
    successor: Who | None, gap: int | None, ends: date | None, applies: bool
) -> None:
    header = replace(HEADER, successor=successor, gap_days=gap, ends_on=ends)
    assert ("acting" in keys(replace(WHOLE, header=header))) is applies
    if applies:
        assert not check(replace(WHOLE, header=header), "acting").passed
        assert check(replace(WHOLE, header=replace(header, acting=Who("p2", "Noor"))), "acting").passed


@pytest.mark.parametrize(("number", "passed"), [(0, False), (1, True), (3, True), (4, False)])
def test_week_one_has_one_to_three_things(number: int, passed: bool) -> None:
    assert check(replace(WHOLE, week_one=(WeekOne("x"),) * number), "items").passed is passed


def test_no_dossiers_must_be_said() -> None:
    empty = replace(WHOLE, dossiers=(), commitments=())
    assert not check(empty, "dossiers").passed
    assert check(replace(empty, texts={**WHOLE.texts, "2": Words(none=True)}), "dossiers").passed


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"state_of_play": " "}, ("state_of_play",)),
        ({"next_step": ""}, ("next_step",)),
        ({"state_of_play": "", "next_step": ""}, ("state_of_play", "next_step")),
    ],
)
def test_each_dossier_says_where_it_stands_and_what_comes_next(fields: dict[str, str], missing: tuple[str]) -> None:
    found = check(with_item(**fields), "status")
    assert not found.passed
    assert found.fields == missing
    assert found.item == "d1"


def test_urgency_one_has_an_if_then_rule() -> None:
    assert not check(with_item(contingency=""), "contingency").passed
    assert "contingency" not in keys(with_item(contingency="", urgency=2))


@pytest.mark.parametrize(("verified", "passed"), [(None, False), (date(2026, 5, 27), True), (date(2026, 5, 26), False)])
def test_a_dossier_verified_long_ago_warns(verified: date | None, passed: bool) -> None:
    found = check(with_item(verified_on=verified), "verified")
    assert found.passed is passed
    assert not found.blocking


def test_more_than_150_words_warns() -> None:
    assert check(with_item(state_of_play="w " * 148), "length").passed
    found = check(with_item(state_of_play="w " * 149), "length")
    assert not found.passed
    assert not found.blocking


@pytest.mark.parametrize(
    ("fields", "passed"),
    [({}, False), ({"to_successor": True}, True), ({"lapses_told_on": TODAY}, True), ({"taker": Who("p", "N")}, True)],
)
def test_each_commitment_has_a_taker_or_lapses(fields: dict[str, Any], passed: bool) -> None:
    note = replace(WHOLE, commitments=(Commitment("e1", "d1", "Paper", **fields),))
    assert check(note, "taker", "e1").passed is passed


def test_only_tier_one_must_have_a_plan() -> None:
    assert not check(with_relation(plan=""), "plan").passed
    assert "plan" not in keys(with_relation(plan="", tier=2))
    assert check(with_relation(plan="not_transferred"), "plan").passed


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"last_contact": None}, "seen"),
        ({"last_contact": date(2025, 11, 22)}, "seen"),
        ({"has_basis": False}, "lawful"),
        ({"has_retention": False}, "lawful"),
    ],
)
def test_a_relation_without_contact_basis_or_retention_warns(fields: dict[str, Any], key: str) -> None:
    found = check(with_relation(**fields), key, "c1")
    assert not found.passed
    assert not found.blocking


@pytest.mark.parametrize(("number", "key"), [(5, "rhythm"), (9, "money"), (11, "unknown")])
def test_a_section_has_an_entry_or_an_explicit_none(number: int, key: str) -> None:
    bare = replace(WHOLE, rhythm=(), texts={})
    assert not check(bare, key).passed
    assert check(bare, key).blocking
    for words in (Words("something"), Words(none=True)):
        assert check(replace(bare, texts={str(number): words}), key).passed


def test_empty_advice_warns() -> None:
    found = check(replace(WHOLE, advice=" "), "advice")
    assert not found.passed
    assert not found.blocking
    assert check(replace(WHOLE, advice="", tips="Coffee"), "advice").passed
    assert not check(replace(WHOLE, lessons=NO_LESSONS), "lessons").passed
    assert check(replace(WHOLE, lessons=Lessons(noted=(Learned("e", "d", "Not on Fridays"),))), "lessons").passed


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("The shared mailbox; ask the desk.", True),
        ("Wachtwoord: Geneve2026", False),
        ("password is hunter22", False),
        ("PIN 4821", False),
        ("The password policy changed.", True),
        ("Pinautomaat op de hoek", True),
    ],
)
def test_a_password_does_not_belong_in_a_note(text: str, passed: bool) -> None:
    note = replace(WHOLE, texts={**WHOLE.texts, "7": Words(text)})
    assert check(note, "secret").passed is passed


def test_every_check_says_what_is_missing_and_why() -> None:
    bare = Note(header=HEADER, relations=WHOLE.relations, dossiers=WHOLE.dossiers, commitments=WHOLE.commitments)
    for one in checks_of(bare, TODAY):
        assert str(one.missing)
        assert str(one.why)


def test_a_note_comes_back_from_json_as_it_was_and_its_hash_tells_a_change() -> None:
    plain = to_plain(WHOLE)
    assert from_plain(Note, plain) == WHOLE
    # What a later version added has its default; what it dropped is no obstacle.
    del plain["tips"]
    assert from_plain(Note, {**plain, "unknown": 1}) == WHOLE
    assert hash_of(to_plain(WHOLE)) == hash_of(to_plain(from_plain(Note, to_plain(WHOLE))))
    assert hash_of(to_plain(WHOLE)) != hash_of(to_plain(replace(WHOLE, advice="Early")))
