"""The pages of posts, positions and people: what stands there, for whom, and at what price."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.posts.models import Position, Post
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]
Count = Callable[[], AbstractContextManager[list[str]]]


def test_the_list_shows_kinds_countries_and_seats(browser_of: Open) -> None:
    page = browser_of("leaver").get("/posts")
    assert "4 posts and directorates" in page
    assert "Switzerland" in page
    assert "3 of 3" in page
    assert page.index("Abroad") < page.index("PR Geneva") < page.index("Headquarters") < page.index("Personnel")


@pytest.mark.parametrize("text", ["geneva", "Genève", "GEN-", "ch"])
def test_a_post_is_found_by_name_city_code_and_country(browser_of: Open, text: str) -> None:
    page = browser_of("leaver").get("/posts", text=text)
    assert "PR Geneva" in page
    assert "PR New York" not in page


def test_nothing_found_offers_all(browser_of: Open) -> None:
    assert "Show all posts" in browser_of("leaver").get("/posts", text="zzz")


def test_the_page_of_a_post_says_who_sits_where_and_what_comes(browser_of: Open) -> None:
    page = browser_of("stranger").get("/posts/GEN-PV")
    for words in ("Femke Wolderink", "Daan Esselbrug", "11 Jan 2027", "gap 37 d", "employed locally: stays"):
        assert words in page, words
    assert "Make a position" not in page


def test_who_fills_a_gap_neither_comes_nor_goes(app: Flask, browser_of: Open, cast: Cast) -> None:
    with app.app_context():
        begin("write")
        noor = session().get_one(make.Person, cast.people["colleague"])
        seat = session().get_one(Position, cast.positions["disarmament"])
        make.posting(noor, seat, date(2026, 12, 6), date(2027, 1, 10), acting=True)
        session().commit()
    page = browser_of("stranger").get("/posts/GEN-PV")
    assert re.search(r"Noor Habbema</a> begins to act\s*<", page)
    assert re.search(r"Noor Habbema</a> acts no longer\s*<", page)


def test_a_post_that_is_not_there(browser_of: Open) -> None:
    browser_of("leaver").get("/posts/NOWHERE", status=404)
    browser_of("leaver").get("/positions/x", status=404)
    browser_of("leaver").get("/people/x", status=404)


def test_the_page_of_a_position_shows_the_chain_as_band_and_table(browser_of: Open, cast: Cast) -> None:
    page = browser_of("successor").get(f"/positions/{cast.positions['disarmament']}")
    assert page.count("gap 48 d") >= 2
    assert 'class="band"' in page
    assert "Counsellor Arms Control" in page  # where the predecessor is now


def test_an_empty_position_says_what_belongs_there(app: Flask, browser_of: Open, cast: Cast) -> None:
    with app.app_context():
        begin("write")
        empty = make.position(session().get_one(Post, cast.posts["geneva"]), "Stagiair", "Intern").id
        session().commit()
    assert "Nobody held this position yet" in browser_of("leaver").get(f"/positions/{empty}")
    assert "never filled yet" in browser_of("leaver").get("/posts/GEN-PV")


def test_the_page_of_a_person(browser_of: Open, cast: Cast) -> None:
    page = browser_of("leaver").get(f"/people/{cast.people['predecessor']}")
    assert "Embassy Vienna" in page
    assert "13 Dec 2019 – 14 Jun 2023" in page
    assert "predecessor@expertise.example" in page


def test_the_staff_list_leaves_out_who_left(app: Flask, browser_of: Open, cast: Cast) -> None:
    with app.app_context():
        begin("write")
        make.person("Harm Brandsema", left_on=date(2021, 1, 1))
        session().commit()
    leaver = browser_of("leaver")
    assert "Harm Brandsema" not in leaver.get("/people", text="brandsema")
    assert "Harm Brandsema" in leaver.get("/people", text="brandsema", left=1)


@pytest.mark.parametrize("url", ["/posts", "/posts/GEN-PV", "/people", "/positions/{disarmament}", "/people/{leaver}"])
def test_more_rows_cost_no_more_queries(
    app: Flask, browser_of: Open, cast: Cast, count_queries: Count, url: str
) -> None:
    url = url.format(disarmament=cast.positions["disarmament"], leaver=cast.people["leaver"])
    leaver = browser_of("leaver")
    leaver.get(url)
    with count_queries() as before:
        leaver.get(url)
    with app.app_context():
        begin("write")
        geneva = session().get_one(Post, cast.posts["geneva"])
        seat = session().get_one(Position, cast.positions["disarmament"])
        leaver_herself = session().get_one(make.Person, cast.people["leaver"])
        for number in range(8):
            other = make.post(f"P{number}", f"Post {number}", f"Post {number}")
            one = make.position(geneva, f"Zetel {number}", f"Seat {number}")
            make.duty(one)
            make.posting(make.person(f"Person {number}"), one, date(2024, 1, 1), date(2027, 3, 1))
            make.posting(make.person(f"Earlier {number}"), seat, date(1980 + number, 1, 1), date(1980 + number, 6, 1))
            make.posting(
                leaver_herself, make.position(other, "A", "A"), date(2000 + number, 1, 1), date(2000 + number, 9, 1)
            )
        session().commit()
    with count_queries() as after:
        leaver.get(url)
    assert len(after) == len(before), after
