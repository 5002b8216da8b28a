"""What every engine must do: one suite against the protocol."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expertise.search.engine import Engine
from expertise.search.impact import impact_of
from expertise.search.indexing import piece_of
from tests.search.conftest import a_piece, ask, ids
from tests.search.hostile import BY_HAND, questions

Maker = Callable[..., Engine]


@pytest.mark.parametrize(
    ("language", "written", "asked"),
    [
        ("nl", "De ambassades onderhandelden in Wenen", "ambassade onderhandelingen"),
        ("nl", "Verdragen over kernwapens", "verdrag kernwapen"),
        ("en", "The embassies negotiated treaties", "embassy negotiation treaty"),
        ("fr", "Les ambassades ont négocié des traités", "ambassade négociation traité"),
        ("fr", "Déjeuner à Genève", "dejeuner geneve"),
    ],
)
def test_a_word_is_found_in_any_form(make_engine: Maker, language: str, written: str, asked: str) -> None:
    engine = make_engine([a_piece("a", body=written, language=language), a_piece("b", body="Iets anders")])
    page = ask(engine, asked)
    assert ids(page) == ["a"]
    assert page.hits[0].complete


def test_what_stands_before_a_word_is_written_with_a_hyphen_or_without(make_engine: Maker) -> None:
    engine = make_engine(
        [
            a_piece("hyphen", "Treaty on Non-Proliferation", language="en"),
            a_piece("one", "Nonproliferation treaty", language="en"),
            a_piece("apart", "Non proliferation", language="en"),
            a_piece("other", "Proliferation of forms", language="en"),
            a_piece("nl", "Overleg over anti-rookbeleid"),
        ]
    )
    for asked in ("non-proliferation", "nonproliferation", "NON-PROLIFERATION"):
        assert {"hyphen", "one"} <= set(ids(ask(engine, asked))), asked
    assert set(ids(ask(engine, "non-proliferation"))) == {"hyphen", "one", "apart"}
    # Whoever looks for the word itself, or the beginning of it, finds it behind its hyphen too.
    for asked in ("proliferation", "prolif*", "non proliferation"):
        assert {"hyphen", "apart"} <= set(ids(ask(engine, asked))), asked
    assert set(ids(ask(engine, "non-prolif*"))) >= {"hyphen", "one"}
    assert ids(ask(engine, "rook beleid")) == ["nl"]
    assert ids(ask(engine, '"non-proliferation treaty"')) == ["one"]


def test_codes_and_numbers_are_found_whole_and_in_parts(make_engine: Maker) -> None:
    engine = make_engine(
        [
            a_piece("a", "Resolutie", names=("UNSCR 2118",)),
            a_piece("b", "Kamerstuk", body="Zie kst-33694 voor het vervolg"),
            a_piece("c", "Ander", body="33694 stuks, en elders kst"),
        ]
    )
    assert ids(ask(engine, "UNSCR 2118")) == ["a"]
    assert ids(ask(engine, "2118")) == ["a"]
    assert ids(ask(engine, "kst-33694"))[0] == "b"
    assert set(ids(ask(engine, "33694"))) == {"b", "c"}


def test_pieces_with_all_words_come_first_and_the_rest_says_it_is_less(make_engine: Maker) -> None:
    engine = make_engine(
        [
            a_piece("both", body="verdrag over munitie " + "vulling " * 200),
            a_piece("one", "Munitie munitie munitie", body="munitie"),
            *(a_piece(f"other{n}", "Iets anders") for n in range(8)),
        ]
    )
    page = ask(engine, "verdrag munitie")
    assert ids(page) == ["both", "one"]
    assert [hit.complete for hit in page.hits] == [True, False]
    assert page.relaxed
    assert (page.total, page.complete) == (2, 1)


def test_a_word_that_stands_in_every_piece_is_found(make_engine: Maker) -> None:
    engine = make_engine(a_piece(f"{n}", body="verdrag munitie") for n in range(150))
    assert ask(engine, "verdrag").total == ask(engine, "verdrag munitie").total == 150


def test_a_full_list_is_not_filled_up(make_engine: Maker) -> None:
    both = [a_piece(f"{n}", body="verdrag munitie") for n in range(25)]
    page = ask(make_engine([*both, a_piece("one", body="munitie")]), "verdrag munitie")
    assert page.total == 25
    assert not page.relaxed


def test_a_word_in_the_title_counts_for_more(make_engine: Maker) -> None:
    text = "Er was overleg in de ochtend en in de middag"
    engine = make_engine([a_piece("body", "Overleg", f"{text} wapens"), a_piece("title", "Wapens", text)])
    assert ids(ask(engine, "wapens")) == ["title", "body"]


def test_a_phrase_stands_together_and_a_stop_word_in_it_may_be_any(make_engine: Maker) -> None:
    engine = make_engine(
        [
            a_piece("a", body="De Raad van State adviseert"),
            a_piece("b", body="De Raad van Europa en de staat"),
            a_piece("c", "Raad", "state"),
        ]
    )
    assert ids(ask(engine, '"Raad van State"')) == ["a"]


def test_excluded_words_phrases_and_alternatives(make_engine: Maker) -> None:
    engine = make_engine(
        [a_piece("a", body="verbod op mijnen"), a_piece("b", body="ban op mijnen"), a_piece("c", body="mijnen")]
    )
    assert ids(ask(engine, "mijnen -verbod -ban")) == ["c"]
    assert set(ids(ask(engine, "verbod OR ban"))) == {"a", "b"}
    assert set(ids(ask(engine, 'mijnen -"ban op mijnen"'))) == {"a", "c"}


def test_the_beginning_of_a_word(make_engine: Maker) -> None:
    engine = make_engine([a_piece("a", body="onderhandelaars"), a_piece("b", body="onderzoek")])
    assert ids(ask(engine, "onderhand*")) == ["a"]
    assert set(ids(ask(engine, "onder*"))) == {"a", "b"}


def test_each_facet_is_counted_while_the_other_filters_apply(make_engine: Maker) -> None:
    pieces = [
        a_piece("a", "nota", post="GEN", kind="entry", domains=("cyber", "navo"), date=date(2024, 1, 2)),
        a_piece("b", "nota", post="GEN", kind="dossier", domains=("cyber",), date=date(2025, 1, 2)),
        a_piece("c", "nota", post="WEN", kind="entry", date=date(2025, 3, 2)),
    ]
    page = ask(make_engine(pieces), "nota", filters={"post": ("GEN",)})
    assert set(ids(page)) == {"a", "b"}
    assert page.facets["post"] == {"GEN": 2, "WEN": 1}
    assert page.facets["kind"] == {"dossier": 1, "entry": 1}
    assert page.facets["domain"] == {"cyber": 2, "navo": 1}
    assert page.facets["year"] == {"2024": 1, "2025": 1}
    assert page.total == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_count_is_what_ticking_it_gives(make_engine: Maker, data: st.DataObject) -> None:
    words = ["verdrag", "munitie", "overleg", "verbod"]
    pieces = [
        a_piece(
            f"{n}",
            body=" ".join(data.draw(st.lists(st.sampled_from(words), max_size=5))),
            post=data.draw(st.sampled_from(["GEN", "WEN", None])),
            kind=data.draw(st.sampled_from(["entry", "dossier"])),
        )
        for n in range(data.draw(st.integers(1, 12)))
    ]
    engine = make_engine(pieces)
    text = " ".join(data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3)))
    ticked = data.draw(st.sampled_from([{}, {"kind": ("entry",)}]))
    for post, count in ask(engine, text, filters=ticked).facets.get("post", {}).items():
        assert ask(engine, text, filters={**ticked, "post": (post,)}).total == count


def test_dates_filter_and_order(make_engine: Maker) -> None:
    engine = make_engine(
        [a_piece(f"y{y}", "nota", date=date(y, 6, 1)) for y in (2021, 2024, 2022)] + [a_piece("x", "nota")]
    )
    assert ids(ask(engine, "nota", sort="date")) == ["y2024", "y2022", "y2021", "x"]
    assert set(ids(ask(engine, "nota na:2022 voor:2024"))) == {"y2022"}


def test_what_no_longer_holds_stands_lower_but_is_found(make_engine: Maker) -> None:
    engine = make_engine(
        [
            a_piece("a", "Spreeklijn", valid_until=date(2025, 3, 1)),
            a_piece("b", "Spreeklijn", valid_until=date(2027, 1, 15)),
        ]
    )
    assert ids(ask(engine, "spreeklijn", today=date(2026, 11, 23))) == ["b", "a"]


def test_equal_pieces_stand_newest_first_and_then_in_one_order_on_every_page(make_engine: Maker) -> None:
    pieces = [a_piece(f"{n:02}", "nota", date=date(2020 + n % 3, 1, 1)) for n in range(45)]
    engine = make_engine(reversed(pieces))
    found = [one for start in (0, 20, 40) for one in ids(ask(engine, "nota", start=start))]
    assert [int(one) % 3 for one in found] == [2] * 15 + [1] * 15 + [0] * 15
    assert sorted(found) == [f"{n:02}" for n in range(45)]
    assert found == ids(ask(make_engine(pieces), "nota", limit=100))


def test_who_has_no_tokens_finds_nothing(make_engine: Maker) -> None:
    engine = make_engine([a_piece("a", "nota"), a_piece("b", "nota", readers=frozenset())])
    for tokens in (frozenset(), frozenset({"post:3"})):
        page = ask(engine, "nota", tokens=tokens)
        assert page.total == 0
        assert page.hits == []
        assert not any(page.facets.values())


def test_restricted_pieces_are_found_by_whoever_holds_one_of_their_tokens(make_engine: Maker) -> None:
    engine = make_engine([a_piece("a", "nota"), a_piece("b", "nota", readers=frozenset({"post:3", "person:9"}))])
    assert set(ids(ask(engine, "nota", tokens={"all", "person:9"}))) == {"a", "b"}
    assert ids(ask(engine, "nota", tokens={"all", "person:8"})) == ["a"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ambasade", "ambassade"),
        ("amabssade", "ambassade"),
        ("onderhandelinegn", "onderhandel"),
        # Here the mistake is in an ending, so that the stems have little in common.
        ("betailng", "betaal"),
        ("samenwerkign", "samenwerk"),
    ],
)
def test_a_word_that_nobody_wrote_gets_the_nearest_that_somebody_did(
    make_engine: Maker, typed: str, meant: str
) -> None:
    titles = ("Ambassade in Wenen", "Onderhandelingen", "Betaling", "Samenwerking")
    engine = make_engine([a_piece(str(number), title) for number, title in enumerate(titles)])
    assert ask(engine, f"{typed} wenen").corrections[typed][0] == meant
    assert ask(engine, "ambassade wenen").corrections == {}


def test_a_correction_comes_from_open_pieces_alone(make_engine: Maker) -> None:
    hidden = a_piece("h", "Wapenstilstand", readers=frozenset({"post:3"}))
    engine = make_engine([a_piece("a", "Overleg"), hidden])
    assert ask(engine, "wapenstilstamd", tokens={"all", "post:3"}).corrections == {}
    engine.write([piece_of(a_piece("h", "Wapenstilstand"))])
    assert ask(engine, "wapenstilstamd").corrections
    engine.write([piece_of(hidden)])
    assert ask(engine, "wapenstilstamd").corrections == {}


def test_a_record_is_replaced_with_all_its_pieces(make_engine: Maker) -> None:
    engine = make_engine([a_piece("a", "eerste", part="1"), a_piece("a", "tweede", part="2"), a_piece("ab", "eerste")])
    engine.write([piece_of(a_piece("a", "derde", part="1"))])
    assert ids(ask(engine, "eerste")) == ["ab"]
    assert ask(engine, "tweede").total == 0
    assert ids(ask(engine, "derde")) == ["a"]
    engine.write([], ["entry:a"])
    assert set(engine.contents()) == {"entry:ab"}


def test_a_piece_that_changes_readers_changes_who_finds_it(make_engine: Maker) -> None:
    engine = make_engine([a_piece("a", "nota")])
    engine.write([piece_of(a_piece("a", "nota", readers=frozenset({"post:3"})))])
    assert ask(engine, "nota").total == 0
    assert ask(engine, "nota", tokens={"post:3"}).total == 1
    engine.write([piece_of(a_piece("a", "nota"))])
    assert ask(engine, "nota").total == 1


def test_many_small_writes_lose_nothing(make_engine: Maker) -> None:
    engine = make_engine([])
    for n in range(90):
        engine.write([piece_of(a_piece(f"{n % 80}", f"nota{n}", part=str(n % 2)))])
    assert ask(engine, "nota89").total == 1
    assert ask(engine, "nota5").total == 0
    assert len(engine.contents()) == 80
    engine.verify()


def test_writing_the_same_again_changes_nothing(make_engine: Maker) -> None:
    pieces = [a_piece(f"{n}", f"nota {n}", body="overleg " * n) for n in range(8)]
    engine = make_engine(pieces)
    before = ask(engine, "nota overleg")
    for _ in range(3):
        engine.write(map(piece_of, pieces))
    assert ask(engine, "nota overleg") == before


def test_a_costly_question_gives_a_marked_partial_answer(make_engine: Maker) -> None:
    engine = make_engine([a_piece("a", "verdrag munitie"), a_piece("b", "iets anders")])
    page = ask(engine, "verdrag munitie overleg", seconds=-1.0)
    assert page.hurried
    # The first word is always looked for, and what there was no time for does not match everything.
    assert ids(page) == ["a"]
    assert not ask(engine, "verdrag munitie overleg", seconds=60.0).hurried


def test_what_is_asked_by_hand_to_break_it_is_answered(make_engine: Maker) -> None:
    engine = make_engine([a_piece("a", "verdrag van Genève", "de munitie " * 30), a_piece("b", "De dag")])
    for text in BY_HAND:
        assert ask(engine, text).total <= 2


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=questions)
def test_no_question_fails(make_engine: Maker, text: str) -> None:
    engine = _small(make_engine)
    page = ask(engine, text)
    assert page.total >= len(page.hits)


_kept: dict[int, Engine] = {}


def _small(make_engine: Maker) -> Engine:
    # One index for all examples of a test: they only read.
    if id(make_engine) not in _kept:
        _kept.clear()
        _kept[id(make_engine)] = make_engine([a_piece("a", "verdrag", "dag ver a b"), a_piece("b", "De dag")])
    return _kept[id(make_engine)]


def test_words_of_a_title_count_whatever_the_length_of_the_text() -> None:
    title = "Verdrag over vervoer"
    short, long = (impact_of(piece_of(a_piece("a", title, body=body))) for body in ("Kort.", "vulling " * 300))
    assert short.levels["vervoer"] == long.levels["vervoer"]


def test_forms_of_one_word_do_not_outweigh_two_other_words(make_engine: Maker) -> None:
    engine = make_engine(
        [
            a_piece("forms", body="A parasite here", language="en"),
            a_piece("others", body="A mosquito, malaria", language="en"),
            *(a_piece(f"other{n}", "Iets anders") for n in range(8)),
        ]
    )
    assert ids(ask(engine, "parasite parasites parasitical malaria mosquito"))[0] == "others"
