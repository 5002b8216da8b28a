"""What indicators say of one person; of groups see test_publishing."""

from datetime import date

import pytest

from expertise.pilots.indicators import INDICATORS
from expertise.pilots.registry import Asked, Member, Registry, Stay

START, DAY = date(2023, 1, 1), date(2026, 3, 1)
HELD = [Stay("ann", "low", START, date(2024, 1, 31)), Stay("ann", "high", date(2024, 2, 10))]


def said(code: str, registry: Registry, day: date = DAY) -> float | bool | None:
    return INDICATORS[code].ask(registry, Member("ann", START, frozenset({"d"})), day, 24)


@pytest.mark.parametrize(
    ("grades", "promoted"),
    [
        ({"low": 10, "high": 11}, True),
        ({"low": 11, "high": 11}, False),
        ({"low": 12, "high": 11}, False),
        ({"low": 10}, None),
        ({"high": 11}, None),
    ],
)
def test_promoted_is_who_sits_in_a_higher_grade_then(grades: dict[str, int], promoted: bool | None) -> None:
    assert said("promoted", Registry(stays=HELD, grades=grades)) is promoted
    assert said("promoted", Registry(stays=HELD, grades=grades), date(2024, 12, 31)) is None


def test_questions_answered_are_those_put_while_they_were_followed() -> None:
    asked = [
        Asked("ann", date(2022, 12, 31), answered=False),
        Asked("ann", date(2023, 1, 1), answered=True),
        Asked("ann", date(2024, 12, 31), answered=True),
        Asked("ann", date(2025, 1, 1), answered=False),
        Asked("ann", date(2025, 1, 2), answered=False),
        Asked("bob", date(2023, 5, 1), answered=False),
    ]
    assert said("answered", Registry(stays=HELD, questions=asked)) == pytest.approx(2 / 3)
    assert said("answered", Registry(stays=HELD)) is None
