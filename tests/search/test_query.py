"""Whatever somebody types is a query; only what is known here is an operator."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expertise.search.query import MOST_WORDS, AnyOf, Phrase, Prefix, Query, Word, read

SYNTAX = st.text(alphabet='abé1 -"*:()[]{}^~?\\/+&|!ORNT.,“”«»\0\n', max_size=80)


def test_words_are_asked_for_one_by_one() -> None:
    assert read("verdrag van Genève").must == (Word("verdrag"), Word("van"), Word("Genève"))


def test_a_quoted_text_is_a_phrase_with_any_kind_of_quotes() -> None:
    for text in ('"arms control"', "“arms control”", "„arms control”", "« arms control »"):
        assert read(text).must == (Phrase(("arms", "control")),)


def test_a_minus_before_a_word_or_phrase_excludes_it() -> None:
    query = read('wapens -munitie -"lichte wapens" kst-33694')
    assert query.never == (Word("munitie"), Phrase(("lichte", "wapens")))
    assert query.must == (Word("wapens"), Word("kst"), Word("33694"))


def test_a_minus_elsewhere_is_text() -> None:
    assert read("2019 - 2023").never == ()
    assert read("a-b --- -").never == ()


def test_or_joins_what_stands_beside_it() -> None:
    assert read("ban OR verbod treaty").must == (AnyOf((Word("ban"), Word("verbod"))), Word("treaty"))
    assert read("OR ban OR").must == (Word("ban"),)


def test_a_star_asks_for_the_beginning_of_a_word() -> None:
    assert read("onderhandel*").must == (Prefix("onderhandel"),)
    assert read("on* * **").must == (Word("on"),)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("post:GEN-PV", "post", "GEN-PV"),
        ("domein:ontwapening", "domain", "ontwapening"),
        ('van:"Femke Wolderink"', "author", "Femke Wolderink"),
        ("by:wolderink", "author", "wolderink"),
        ("Soort:notitie", "kind", "notitie"),
        ("kind:entry", "kind", "entry"),
    ],
)
def test_known_fields_filter_in_english_and_dutch(text: str, name: str, value: str) -> None:
    query = read(f"{text} wapens")
    assert query.filters == {name: (value,)}
    assert query.must == (Word("wapens"),)


def test_dates_filter_with_as_much_of_them_as_was_typed() -> None:
    assert read("na:2023").after == date(2023, 1, 1)
    assert read("before:2023-05").before == date(2023, 5, 1)
    assert read("voor:2023-05-31").before == date(2023, 5, 31)


@pytest.mark.parametrize("text", ["na:morgen", "http://x", "titel:iets", "post:", "van: iets", "14:30", "-post:X"])
def test_what_only_looks_like_a_field_is_text(text: str) -> None:
    query = read(text)
    assert not query.filters
    assert query.after is None
    assert query.must or query.never


def test_brackets_and_open_quotes_are_text() -> None:
    assert read('((verdrag] {of "protocol').must == (Word("verdrag"), Word("of"), Word("protocol"))


def test_a_pasted_page_is_cut_and_says_so() -> None:
    query = read("verdrag " * 1250)
    assert query.cut
    assert 0 < len(query.must) <= 120
    assert read("x" * 10_000).cut
    assert not read("verdrag").cut


def test_nothing_is_an_empty_query() -> None:
    assert read("  \n ").is_empty
    assert read('()[]"" --').is_empty


@settings(max_examples=300)
@given(st.one_of(st.text(max_size=300), SYNTAX))
def test_any_text_is_a_query(text: str) -> None:
    query = read(text)
    assert isinstance(query, Query)
    assert len(query.must) <= 120


def test_what_is_left_out_and_what_stands_in_phrases_counts_towards_the_length_of_a_question() -> None:
    for text in ("-x " * 200, '"' + "x " * 200 + '"', "x-" * 200, "x OR " * 200):
        query = read(text)
        held = [*query.never, *(one for part in query.must for one in (getattr(part, "options", None) or (part,)))]
        assert sum(len(getattr(part, "words", "x")) for part in held) == MOST_WORDS
        assert query.cut
