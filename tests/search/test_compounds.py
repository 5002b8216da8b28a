"""Dutch compounds find their parts, parts find their compounds, and ordinary words stay whole."""

from collections.abc import Callable

import pytest

from expertise.search.compounds import split
from expertise.search.engine import Engine
from tests.search.conftest import a_piece, ask, ids

COMPOUNDS = [
    ("veiligheidsbeleid", "veiligheid", "beleid"),
    ("clustermunitie", "cluster", "munitie"),
    ("wapenbeheersing", "wapen", "beheersing"),
    ("handelsakkoord", "handel", "akkoord"),
    ("arbeidsmarktprobleem", "arbeid", "marktprobleem"),
    ("visumaanvraag", "visum", "aanvraag"),
    ("landbouwraad", "landbouw", "raad"),
]
WHOLE = ["verdrag", "overleg", "ambassade", "minister", "onderhandelen", "vertrouwelijk", "vrijheid", "president"]


@pytest.mark.parametrize(("whole", "first", "last"), COMPOUNDS)
def test_parts_and_whole_find_each_other(make_engine: Callable[..., Engine], whole: str, first: str, last: str) -> None:
    engine = make_engine(
        [a_piece("whole", body=f"Nota over {whole}"), a_piece("parts", body=f"Een {first} en het {last}")]
    )
    assert set(ids(ask(engine, f"{first} {last}"))) == {"whole", "parts"}
    assert ids(ask(engine, whole)) == ["whole", "parts"]
    assert "whole" in ids(ask(engine, last))


# Prefixes, inflected forms and endings that two words of the dictionary happen to spell.
WHOLE += ["verkopen", "verstoren", "oversteken", "genieten", "scherpen", "schoppen", "eigendommen", "organismen"]


@pytest.mark.parametrize("word", WHOLE)
def test_a_word_that_is_no_compound_stays_whole(word: str) -> None:
    assert split(word) == ()


def test_of_two_ways_the_letter_between_goes_to_the_part_that_is_a_word_with_it() -> None:
    assert split("vrijstelling") == ("vrij", "stelling")
    assert split("bouwstoffen") == ("bouw", "stoffen")
    assert split("verfkwast") == ("verf", "kwast")


def test_compounds_add_to_a_word_that_stands_there_too(make_engine: Callable[..., Engine]) -> None:
    once = a_piece("once", body="Over beleid en meer dan dat")
    more = a_piece("more", body="Over beleid en veiligheidsbeleid dat")
    assert ids(ask(make_engine([once, more]), "beleid")) == ["more", "once"]


def test_the_word_itself_stands_above_a_compound_that_holds_it(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine([a_piece("part", body="Over veiligheidsbeleid"), a_piece("word", body="Over het beleid")])
    assert ids(ask(engine, "beleid")) == ["word", "part"]


def test_what_is_called_exactly_so_stands_first_and_initials_find_it(make_engine: Callable[..., Engine]) -> None:
    engine = make_engine(
        [
            a_piece("law", "Wet van 4 juni 1992, houdende algemene regels (Algemene wet bestuursrecht)", "tekst"),
            a_piece("about", "Algemene wet bestuursrecht toegelicht", "algemene wet bestuursrecht " * 5),
        ]
    )
    assert ids(ask(engine, "algemene wet bestuursrecht"))[0] == "law"
    assert ids(ask(engine, "Awb")) == ["law"]
