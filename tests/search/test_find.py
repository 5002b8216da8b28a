"""What a reader gets: hits as they are now, with the words marked, and a form for programs."""

from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from expertise.access.viewer import Viewer
from expertise.search.analysis import LANGUAGES, asked_terms
from expertise.search.queries import find
from expertise.search.service import drain, set_up
from expertise.search.snippets import LENGTH, Marker
from tests.search.conftest import Shelf, a_piece


def test_the_form_for_programs_is_the_agreed_one(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "Nota", "Over clustermunitie", post="GEN-PV", date=date(2026, 5, 1), external_id="X-1"))
    drain()
    answer = find(anyone, "clustermunitie").as_json()
    assert list(answer) == ["query", "total", "took_ms", "relaxed", "suggestion", "hits", "facets"]
    assert answer["hits"] == [
        {
            "kind": "entry",
            "id": "a",
            "external_id": "X-1",
            "title": "Nota",
            "url": "/entries/a",
            "snippet": "Over clustermunitie",
            "language": "nl",
            "post": "GEN-PV",
            "date": "2026-05-01",
            "found_by": [],
        }
    ]
    assert answer["facets"]["post"] == {"GEN-PV": 1}


def test_the_suggestion_is_written_as_somebody_wrote_it(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "Onderhandelingen in Wenen"))
    drain()
    results = find(anyone, "onderhandelinegn Wenen")
    assert results.suggestion == "onderhandelingen Wenen"
    assert [hit.piece.id for hit in results.hits] == ["a"]
    assert find(anyone, "onderhandelen").suggestion is None
    # Of a word in other forms alone the one that was meant is shown.
    shelf.put(a_piece("b", "De huur betaalde de post"))
    drain()
    assert find(anyone, "betailng").suggestion == "betaling"


def test_the_suggestion_is_searched_in_every_language(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(*(a_piece(one, "Wapenbeheersing", language=one) for one in ("nl", "en", "fr")))
    drain()
    results = find(anyone, "wapenbeheersingg onzin")
    assert results.suggestion == "wapenbeheersing onzin"
    assert results.total == 3
    assert results.relaxed


def test_a_typed_name_is_looked_up_by_the_room_that_knows_it(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "nota", author="p1"), a_piece("b", "nota", author="p2"))
    drain()
    folder = searching.extensions["search"].folder.path
    people = {"wolderink": ["p1"]}
    set_up(searching, [shelf.source()], folder=folder, lookups={"author": lambda typed: people.get(typed.lower(), [])})
    assert [hit.piece.id for hit in find(anyone, "nota van:Wolderink").hits] == ["a"]
    assert find(anyone, "nota van:niemand").total == 0
    assert {hit.piece.id for hit in find(anyone, "nota soort:notitie").hits} == {"a", "b"}
    assert find(anyone, "nota soort:dossier").total == 0


def test_a_question_of_ten_thousand_characters_is_cut_and_says_so(
    searching: Flask, shelf: Shelf, anyone: Viewer
) -> None:
    shelf.put(a_piece("a", "verdrag"))
    drain()
    results = find(anyone, "verdrag " * 1250)
    assert results.cut
    assert results.total == 1


def test_nothing_asked_nothing_found_but_a_filter_alone_lists(searching: Flask, shelf: Shelf, anyone: Viewer) -> None:
    shelf.put(a_piece("a", "een", date=date(2024, 1, 1)), a_piece("b", "twee", date=date(2025, 1, 1)))
    drain()
    assert find(anyone, "").total == 0
    assert [hit.piece.id for hit in find(anyone, "", filters={"kind": ["entry"]}).hits] == ["b", "a"]


def test_a_title_of_many_lines_shows_the_word_that_it_was_found_by(
    searching: Flask, shelf: Shelf, anyone: Viewer
) -> None:
    title = "Aanvullend Protocol bij de Overeenkomst tussen " + "het Koninkrijk " * 20 + "inzake kernwapens"
    shelf.put(a_piece("a", title, "Artikel 3. De inspecteurs."), a_piece("b", "Over kernwapens", "Artikel 3."))
    drain()
    snippets = {hit.piece.id: hit.snippet for hit in find(anyone, "kernwapens").hits}
    assert [text for text, marked in snippets["a"] if marked] == ["kernwapens"]
    # A short one stands whole above it.
    assert snippets["b"] == [("Artikel 3.", False)]


def test_a_snippet_shows_the_most_telling_stretch_and_marks_it() -> None:
    text = "Vulling zonder nut. " * 40 + "De ambassades spraken over clustermunitie in Wenen. " + "Meer vulling. " * 40
    marker = Marker(["ambassade", "clustermunitie"], {"ambassade": 1.0, "clustermunitie": 4.0})
    parts = marker.snippet([text], "nl")
    assert [text for text, marked in parts if marked] == ["ambassades", "clustermunitie"]
    assert len("".join(text for text, _marked in parts)) <= LENGTH
    assert parts[0][0].startswith("…")
    assert parts[-1][0].endswith("…")


def test_a_stop_word_of_another_language_is_no_reason_beside_a_telling_word() -> None:
    text = "Kent de regels van binnen; ook over bewapening"
    marker = Marker(["van", "bewapen"], {"van": 0.1, "bewapen": 6.0})
    assert [part for part, marked in marker.snippet([text], "en") if marked] == ["bewapening"]
    # Where it is all that was asked, it is what is shown.
    assert [part for part, marked in Marker(["van"], {"van": 0.1}).snippet([text], "en") if marked] == ["van"]


@pytest.mark.parametrize(
    ("term", "language", "text", "marked"),
    [
        ("jaar", "nl", "Twee jaren later.", ["jaren"]),
        ("~zaak", "nl", "Arbeidszaken.", ["Arbeidszaken"]),
        ("~huis", "nl", "Koelhuizen.", ["Koelhuizen"]),
        ("~staat", "nl", "Doorvoerstaten.", ["Doorvoerstaten"]),
        ("inzet", "nl", "Zij zijn ingezet.", ["ingezet"]),
        ("genev", "fr", "À GENÈVE, Genevois.", ["GENÈVE"]),
        ("accord", "fr", "L'accord.", ["accord"]),
        ("=un", "en", "The U.N. said.", ["U.N."]),
        ("prolifer", "en", "Non-proliferation.", ["Non-proliferation"]),
        ("nonprolifer", "en", "Of non-proliferation and non proliferation.", ["non-proliferation"]),
    ],
)
def test_every_form_of_a_word_is_marked(term: str, language: str, text: str, marked: list[str]) -> None:
    parts = Marker([term], {term: 1.0}).snippet([text], language)
    assert [part for part, is_marked in parts if is_marked] == marked


@pytest.mark.parametrize(
    "pair",
    [
        *("oestrogen estrogen", "aesthetics esthetics", "haemorrhage hemorrhage", "foetus fetus"),
        *("paediatric pediatric", "sceptical skeptical", "anaemia anemia", "colour color"),
    ],
)
def test_british_and_american_spelling_are_marked_by_each_other(pair: str) -> None:
    for asked in pair.split():
        meant = asked_terms(asked)["en"]
        parts = Marker([meant], {meant: 1.0}).snippet([f"of {pair} alone"], "en")
        assert [part for part, marked in parts if marked] == pair.split()


def test_without_a_word_in_the_text_a_snippet_is_its_beginning() -> None:
    marker = Marker(["iets"], {})
    assert marker.snippet(["", "Kort verslag."], "nl") == [("Kort verslag.", False)]
    assert marker.snippet(["", ""], "nl") == []


@given(st.text(max_size=900), st.sampled_from(LANGUAGES), st.lists(st.sampled_from(["a", "ver", "=who", "e"])))
def test_any_text_has_a_snippet_of_its_own_words(text: str, language: str, terms: list[str]) -> None:
    parts = Marker(terms, dict.fromkeys(terms, 1.0)).snippet([text], language)
    assert len("".join(part for part, _marked in parts)) <= LENGTH


@pytest.mark.parametrize("markup", ["<script>alert(1)</script>", "<mark>x</mark> & <b>"])
def test_markup_in_a_text_stays_text(markup: str) -> None:
    parts = Marker(["nota"], {"nota": 1.0}).snippet([f"nota {markup}"], "nl")
    assert "".join(text for text, _marked in parts) == f"nota {markup}"
