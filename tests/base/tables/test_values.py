"""How each type of field reads what people write."""

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertise.base.tables import Field, PartialDate, Type, read_date
from expertise.base.tables.cells import disarm, from_xml, join_list, rearm, split_list, to_xml
from expertise.base.tables.countries import find_country
from expertise.base.tables.fields import BadValueError, read_value


@pytest.mark.parametrize(
    ("raw", "text", "latest"),
    [
        ("2026-11-23", "2026-11-23", date(2026, 11, 23)),
        ("2026-11", "2026-11", date(2026, 11, 30)),
        ("2026", "2026", date(2026, 12, 31)),
        (1954, "1954", date(1954, 12, 31)),
        (1954.0, "1954", date(1954, 12, 31)),
        ("23-11-2026", "2026-11-23", date(2026, 11, 23)),
        ("23/11/2026", "2026-11-23", date(2026, 11, 23)),
        (" 3.4.2026 ", "2026-04-03", date(2026, 4, 3)),
        ("11-2026", "2026-11", date(2026, 11, 30)),
        ("2026-11-23T14:30:00Z", "2026-11-23", date(2026, 11, 23)),
        (datetime(2026, 11, 23, 14, 30), "2026-11-23", date(2026, 11, 23)),  # noqa: DTZ001 (as Excel has it)
        (date(1866, 7, 27), "1866-07-27", date(1866, 7, 27)),
    ],
)
def test_a_date_keeps_the_precision_that_it_was_given_with(raw: Any, text: str, latest: date) -> None:
    found = read_date(raw)
    assert str(found) == text
    assert found.latest == latest


@pytest.mark.parametrize("raw", ["11/23/2026", "2026-13", "45000", 45000, "23-11-26", "soon", "0000", True, 1.5, [1]])
def test_what_is_no_date_is_refused_and_not_guessed(raw: Any) -> None:
    with pytest.raises(ValueError):
        read_date(raw)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["day", "month", "year"]))
def test_a_written_date_reads_as_the_same_date(day: date, precision: Any) -> None:
    first = {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[precision]
    partial = PartialDate(first, precision)
    assert read_date(str(partial)) == partial


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("NL", "NL"),
        ("nld", "NL"),
        ("Nederland", "NL"),
        ("The Netherlands", "NL"),
        ("Pays-Bas", "NL"),
        ("USA", "US"),
        ("Verenigde Staten", "US"),
        ("VK", "GB"),
        ("Antigua Barbuda", "AG"),
        ("Bosnia Herzegovina", "BA"),
        ("Cote Divoire", "CI"),
        ("Congo Democratic Republic", "CD"),
        ("Burma", "MM"),
        ("Holy See", "VA"),
        ("turkey", "TR"),
        ("LA", "LA"),
        ("Kosovo", "XK"),
        ("Texas", None),
        ("Korea", None),
        ("European Union", None),
        ("", None),
    ],
)
def test_countries_are_known_by_code_and_by_name_in_three_languages(name: str, code: str | None) -> None:
    assert find_country(name) == code


@pytest.mark.parametrize(
    ("field", "raw", "value"),
    [
        (Field("x"), "  two\r\n lines ", "two lines"),
        (Field("x"), 31612345678.0, "31612345678"),
        (Field("x"), "  ", None),
        (Field("x", empty=""), None, ""),
        (Field("x", Type.LONGTEXT), "  a\r\n\r\nb ", "  a\n\nb "),
        (Field("x", Type.INTEGER), "-42", -42),
        (Field("x", Type.INTEGER), 12.0, 12),
        (Field("x", Type.BOOLEAN), "Ja", True),
        (Field("x", Type.BOOLEAN), 0, False),
        (Field("x", Type.BOOLEAN), False, False),
        (Field("x", Type.EMAIL), "mailto:jan.de.vries@voorbeeld.nl", "jan.de.vries@voorbeeld.nl"),
        (Field("x", Type.LANGUAGE), "Nederlands", "nl"),
        (Field("x", Type.LANGUAGE), "en-GB", "en"),
        (Field("x", Type.LIST), "cyber; arms control | NATO;;cyber", ["cyber", "arms control", "NATO"]),
        (Field("x", Type.LIST), ["a;b", " c "], ["a;b", "c"]),
        (Field("x", Type.LIST), None, []),
        (Field("x", Type.CHOICE, choices=("never_served",)), "Never served", "never_served"),
        (Field("x", Type.CHOICE, choices={"held": ("vervuld",)}), "Vervuld", "held"),
    ],
)
def test_a_value_is_read_as_people_write_it(field: Field, raw: Any, value: Any) -> None:
    assert read_value(field, raw) == value


@pytest.mark.parametrize(
    ("field", "raw", "why"),
    [
        (Field("x"), {"a": 1}, "object"),
        (Field("x"), ["a"], "list"),
        (Field("x"), "nul\0", "cannot be stored"),
        (Field("x", Type.LONGTEXT), "half \ud83d", "cannot be stored"),
        (Field("x", longest=3), "four", "at most 3"),
        (Field("x", Type.DATE), "11/23/2026", "23-11-2026"),
        (Field("x", Type.INTEGER), "4,5", "whole number"),
        (Field("x", Type.INTEGER), "9999999999", "too large"),
        (Field("x", Type.BOOLEAN), "perhaps", "yes nor no"),
        (Field("x", Type.EMAIL), "jan@", "name@example.org"),
        (Field("x", Type.EMAIL), "jan@a.nl, piet@b.nl", "name@example.org"),
        (Field("x", Type.LANGUAGE), "de", "nl, en or fr"),
        (Field("x", Type.CHOICE, choices=("a", "b")), "c", "a, b"),
    ],
)
def test_a_value_that_cannot_be_read_says_what_to_write(field: Field, raw: Any, why: str) -> None:
    with pytest.raises(BadValueError) as refused:
        read_value(field, raw)
    assert why in str(refused.value.why)
    assert not refused.value.warning


def test_an_unknown_country_is_a_warning() -> None:
    with pytest.raises(BadValueError) as refused:
        read_value(Field("x", Type.COUNTRY), "Two Sicilies")
    assert refused.value.warning


@pytest.mark.parametrize("text", ["=1+1", "+31 70 123", "-5", "@x", "\tx", "\rx", "\nx", "＝x", "＋x", "－x", "＠x"])
def test_a_formula_is_disarmed_and_comes_back(text: str) -> None:
    assert disarm(text) == f"'{text}"
    assert rearm(disarm(text)) == text


@pytest.mark.parametrize("text", ["'t Zand", "'s-Gravenhage", "''", "a=b", "plain"])
def test_an_ordinary_apostrophe_is_left_alone(text: str) -> None:
    assert disarm(text) == text
    assert rearm(text) == text


@given(st.text(alphabet="'=+-@\t\r\n＝ax_05F", max_size=8))
def test_any_text_survives_disarming_and_xml(text: str) -> None:
    assert rearm(disarm(text)) == text
    assert from_xml(to_xml(text)) == text
    assert disarm(text)[:1] not in tuple("=+-@\t\r\n＝")


@given(st.lists(st.text(alphabet="ab;|\\ ", min_size=1).map(str.strip).filter(bool)))
def test_any_list_survives_a_cell(items: list[str]) -> None:
    assert split_list(join_list(items)) == items
