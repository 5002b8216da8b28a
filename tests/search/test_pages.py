"""The results page, with and without JavaScript: filters, permalinks, and what to do when there is nothing."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

from flask import Flask

from expertise.search.engine import Ask
from expertise.search.engine import Page as Found
from expertise.search.service import rebuild
from expertise.search.whoosh_engine import WhooshEngine
from expertise.search.wiring import ENGINES, set_up
from tests.conftest import Browser
from tests.search.conftest import Shelf, a_piece

Stock = Callable[..., None]


def test_the_page_says_how_many_and_marks_the_words(stock: Stock, browser_of: Callable[[str], Browser]) -> None:
    stock(
        a_piece("a", "Spreeklijn <b>", "Nederland ziet clustermunitie anders", post="GEN-PV", subkind="lesson"),
        a_piece("b", "Clustermunitie", kind="entry", date=date(2026, 11, 12), valid_until=date(2025, 3, 1)),
    )
    page = browser_of("leaver").get("/search", q="clustermunitie", lang="en")
    assert "2 results for “clustermunitie”" in page
    assert "<mark>clustermunitie</mark>" in page
    assert "Spreeklijn &lt;b&gt;" in page
    assert "expired on 1 Mar 2025" in page
    assert "Note, lesson" in page
    # Who finds much and not the answer asks whoever knows.
    assert 'href="/questions/new?title=clustermunitie"' in page
    assert "12 Nov 2026" in page


def test_what_was_written_stands_before_themes_and_people(
    served: Flask, browser_of: Callable[[str], Browser], tmp_path: Path
) -> None:
    shelves = []
    for piece in (
        a_piece("a", "Wapenbeheersing", kind="domain"),
        a_piece("b", "Kenner van wapenbeheersing", kind="person"),
        a_piece("c", "Notitie", "Een lange tekst over heel veel, en ook over wapenbeheersing"),
    ):
        shelves.append(Shelf(piece.kind))
        shelves[-1].pieces[piece.id] = [piece]
    served.extensions["search"].close()
    set_up(served, [one.source() for one in shelves], folder=tmp_path / "kinds")
    with served.app_context():
        rebuild()
    browser = browser_of("leaver")
    leading, _sign, hits = browser.get("/search", q="wapenbeheersing", lang="nl").partition('<ol class="hits">')
    assert leading.index(">Wapenbeheersing<") > leading.index('class="leading"')
    assert ">Kenner van wapenbeheersing<" in leading
    assert hits.count("<h2>") == 1
    assert ">Notitie<" in hits
    # Asked for by kind, by day, or alone, they are hits as all others.
    for more in ({"kind": "domain"}, {"sort": "date"}):
        assert 'class="leading"' not in browser.get("/search", q="wapenbeheersing", **more)


def test_a_day_of_which_the_year_is_known_is_told_as_that_year(
    stock: Stock, browser_of: Callable[[str], Browser]
) -> None:
    stock(
        a_piece("a", "Clustermunitie", date=date(2013, 1, 1), date_precision="year"),
        a_piece("b", "Clustermunitie", date=date(2014, 6, 1), date_precision="month"),
    )
    browser = browser_of("leaver")
    page = browser.get("/search", q="clustermunitie", lang="nl")
    assert "jan 2013" not in page
    assert ">2013<" in page
    assert ">jun 2014<" in page
    hits = json.loads(browser.get("/search.json", q="clustermunitie"))["hits"]
    assert {hit["id"]: hit["date"] for hit in hits} == {"a": "2013", "b": "2014-06"}


class _Hurried(WhooshEngine):
    """An engine that never has time: it looks for the first word, and says that it did no more."""

    def search(self, ask: Ask) -> Found:
        return super().search(replace(ask, seconds=-1.0))


def test_an_answer_that_is_not_whole_says_so_and_what_to_do(
    served: Flask, shelf: Shelf, stock: Stock, browser_of: Callable[[str], Browser], tmp_path: Path
) -> None:
    served.extensions["search"].close()
    ENGINES["hurried"] = _Hurried
    try:
        set_up(served, [shelf.source()], folder=tmp_path / "hurried", engine="hurried")
    finally:
        del ENGINES["hurried"]
    with served.app_context():
        rebuild()
    stock(a_piece("a", "verdrag munitie"), a_piece("b", "iets anders"))
    browser = browser_of("leaver")
    page = browser.get("/search", q="verdrag munitie overleg", lang="en")
    assert "Not everything was looked at: this question took too long." in page
    assert "/entries/a" in page
    assert "Niet alles is bekeken" in browser.get("/search", q="verdrag munitie overleg", lang="nl")
    assert json.loads(browser.get("/search.json", q="verdrag munitie overleg"))["partial"] is True
    # What was not looked for was not missing: nobody is told that there is nothing.
    page = browser.get("/search", q="zzzz munitie overleg", lang="en")
    assert "Not everything was looked at" in page
    assert "Search again" in page
    assert "Nothing found" not in page
    assert "Ask a colleague" not in page


def test_each_state_of_the_page_has_an_address(stock: Stock, browser_of: Callable[[str], Browser]) -> None:
    stock(*(a_piece(f"{n:02}", "nota", post="GEN" if n % 3 else "WEN") for n in range(45)))
    browser = browser_of("leaver")
    page = browser.get("/search", q="nota", post="GEN", sort="date", page=2, lang="en")
    assert 'name="post"' in page
    assert "21–30 of 30" in page
    assert "checked" in page
    assert "sort=date" in page
    assert browser.get("/search", q="nota", page="999999999999999999")
    assert browser.get("/search", q="nota", page="-1", sort="x", year="")


def test_nothing_found_says_what_to_do(stock: Stock, browser_of: Callable[[str], Browser]) -> None:
    browser = browser_of("leaver")
    assert "Niets gevonden voor “hoogwaterstand”" in browser.get("/search", q="hoogwaterstand", lang="nl")
    assert "Waar ben je naar op zoek?" in browser.get("/search", lang="nl")


def test_a_typo_gets_a_suggestion(stock: Stock, browser_of: Callable[[str], Browser]) -> None:
    stock(a_piece("a", "Ambassade Wenen"))
    assert "Bedoelde je" in browser_of("leaver").get("/search", q="ambasade", lang="nl")


def test_a_program_gets_the_same_with_the_same_rights(stock: Stock, browser_of: Callable[[str], Browser]) -> None:
    stock(a_piece("a", "nota"), a_piece("b", "nota", readers=frozenset({"role:hr"})))
    staff, hr = browser_of("leaver"), browser_of("hr")
    assert json.loads(staff.get("/search.json", q="nota"))["total"] == 1
    assert json.loads(hr.get("/search.json", q="nota"))["total"] == 2


def test_whoever_did_not_sign_in_searches_nothing(stock: Stock, browser_of: Callable[[str], Browser]) -> None:
    assert "/sign-in" in browser_of("nobody").client.get("/search?q=nota").location


def test_personnel_counts_what_nobody_wrote(stock: Stock, browser_of: Callable[[str], Browser]) -> None:
    stock(a_piece("a", "nota", author="p1"), a_piece("b", "nota", author="p2"), a_piece("c", "nota", author="p2"))
    staff, hr = browser_of("leaver"), browser_of("hr")
    for filtered in ({"q": "nota by:p2"}, {"q": "nota van:p2"}, {"q": "nota", "author": "p2"}):
        assert json.loads(staff.get("/search.json", **filtered))["total"] == 2
        answer = json.loads(hr.get("/search.json", **filtered))
        assert (answer["total"], answer["left_out"]) == (3, ["author"])
        page = hr.get("/search", **filtered, lang="en")
        assert "The filter on who wrote it was left out" in page
        assert 'name="author"' not in page
        assert "left out" not in staff.get("/search", **filtered, lang="en")
    assert json.loads(hr.get("/search.json", q="by:p2"))["total"] == 0
