"""A search that I watch: what it finds later comes to my desk and by mail, and never what I may not read."""

import shutil
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from expertise.access.viewer import Viewer, system
from expertise.base.database import begin, session
from expertise.base.findable import EVERYONE
from expertise.search.queries import found_keys
from expertise.search.service import drain
from expertise.search.wiring import the_search
from expertise.watching.models import WatchedSearch
from expertise.watching.searches import MOST, look_for_watchers
from tests import make
from tests.conftest import Browser, Cast
from tests.posts.test_merging import sealed

Open = Callable[[str], Browser]
Look = Callable[[], int]


@pytest.fixture
def look(app: Flask) -> Look:
    """What the job does every hour; says in how many watched searches something was found."""

    def now() -> int:
        with app.app_context():
            drain()
            begin("write")
            found = look_for_watchers(system())
            session().commit()
        return found

    return now


@pytest.fixture
def write(app: Flask, cast: Cast) -> Callable[..., str]:
    """`write("Title", reach="restricted")`: another dossier of the disarmament seat."""

    def dossier(title: str, **more: str) -> str:
        with app.app_context():
            begin("write")
            seat = session().get_one(make.Position, cast.positions["disarmament"])
            made = make.dossier(title, kept_by=seat, language="en", **more).id
            session().commit()
        return made

    return dossier


def test_what_is_found_later_stands_on_the_desk_until_one_looks(
    browser_of: Open, write: Callable[..., str], look: Look
) -> None:
    write("Cluster munitions in the valley")
    assert look() == 0
    stranger = browser_of("stranger")
    page = stranger.get("/search", q="munitions")
    assert "Watch this search" in page
    page = stranger.post("/searches/watch", q="munitions")
    assert "You watch this search" in page
    assert look() == 0
    write("Munitions stockpiles")
    write("Something else")
    assert look() == 1
    assert look() == 0
    assert "1 new result" in stranger.get("/")
    assert "1 new result" in stranger.get("/search")
    assert "munitions" in stranger.get("/watching")
    stranger.get("/search", q="munitions")
    assert "1 new result" not in stranger.get("/")
    stranger.post("/searches/watch", q="munitions")
    assert stranger.get("/watching").count("Stop watching") == 1


def test_what_is_hidden_from_the_watcher_is_no_news_and_neither_is_what_was_closed_since(
    browser_of: Open, write: Callable[..., str], look: Look
) -> None:
    stranger = browser_of("stranger")
    stranger.post("/searches/watch", q="munitions")
    write("Munitions, closed", reach="restricted")
    assert look() == 0
    opened = write("Munitions, open")
    assert look() == 1
    assert "1 new result" in stranger.get("/")
    browser_of("leaver").post(f"/dossiers/{opened}/reach", reach="restricted")
    assert "new result" not in stranger.get("/")


def test_what_was_there_while_the_index_was_being_built_is_no_news(
    app: Flask, browser_of: Open, write: Callable[..., str], look: Look
) -> None:
    write("Cluster munitions in the valley")
    stranger = browser_of("stranger")
    with app.app_context():
        search = the_search()
        search.close()
        shutil.rmtree(search.folder.path)
        # Somebody else is building it.
        with search.healing:
            page = stranger.post("/searches/watch", q="munitions")
            assert "You watch this search" in page
            assert "Search is catching up" in page
            assert "Nothing found" not in page
            assert look() == 0
    assert look() == 0
    assert "new result" not in stranger.get("/")
    write("Munitions stockpiles")
    assert look() == 1


def test_filters_are_part_of_it_and_it_can_be_stopped(browser_of: Open, write: Callable[..., str], look: Look) -> None:
    stranger = browser_of("stranger")
    stranger.post("/searches/watch", q="munitions", kind="contact")
    write("Munitions, open")
    assert look() == 0
    page = stranger.get("/watching")
    assert "1 filter" in page
    address = page.split('action="/searches/')[1].split('"')[0]
    browser_of("leaver").post(f"/searches/{address}", status=404)
    assert "no longer watch" in stranger.post(f"/searches/{address}")
    assert "You watch no search yet" in stranger.get("/watching")


def test_nothing_and_too_many_are_refused_in_words(browser_of: Open) -> None:
    stranger = browser_of("stranger")
    assert "Search for something first" in stranger.post("/searches/watch", q="")
    for number in range(MOST):
        stranger.post("/searches/watch", q=f"word{number}", follow=False, status=303)
    assert "stop watching one first" in stranger.post("/searches/watch", q="one more")


def test_a_letter_names_what_was_found_once(
    browser_of: Open, write: Callable[..., str], look: Look, letters: Callable[[], list[str]]
) -> None:
    stranger = browser_of("stranger")
    stranger.post("/account", language="nl", theme="auto", mail="at_once")
    stranger.post("/searches/watch", q="munitions")
    write("Munitions, open")
    assert look() == 1
    (letter,) = letters()
    assert "Gevonden: munitions" in letter
    assert "1 nieuw resultaat" in letter
    assert "https://e.example/search?q=munitions" in letter
    look()
    assert letters() == []


def test_an_old_one_that_moves_up_because_another_went_is_no_news(
    browser_of: Open, write: Callable[..., str], look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expertise.watching.searches.COMPARED", 2)
    dossiers = [write(f"Munitions {number}") for number in range(4)]
    look()
    stranger = browser_of("stranger")
    stranger.post("/searches/watch", q="munitions")
    for dossier in dossiers:
        browser_of("leaver").post(f"/dossiers/{dossier}/reach", reach="restricted")
        assert look() == 0


def test_what_was_watched_before_all_was_compared_tells_no_old_news(
    browser_of: Open, write: Callable[..., str], look: Look, app: Flask
) -> None:
    for number in range(4):
        write(f"Munitions {number}")
    look()
    stranger = browser_of("stranger")
    stranger.post("/searches/watch", q="munitions")
    with app.app_context():
        begin("write")
        # As a release ago: the keys of the newest, of which only two were kept.
        newest = found_keys(Viewer(tokens=EVERYONE), "munitions", filters={}, limit=2)
        session().scalars(select(WatchedSearch)).one().known = newest
        session().commit()
    assert look() == 0
    write("Munitions, and more of them")
    assert look() == 1
    assert "1 new result" in stranger.get("/")


def test_what_is_filtered_by_may_be_merged_or_renamed_and_still_means_the_same(
    app: Flask, browser_of: Open, cast: Cast, look: Look
) -> None:
    with app.app_context():
        begin("write")
        seat = session().get_one(make.Position, cast.positions["disarmament"])
        arms, weapons = make.domain("arms", "Wapens", "Arms"), make.domain("weapons", "Wapentuig", "Weapons")
        again = make.post("GENEVE", "PV Genève (2)", "PR Geneva (2)")
        made = make.dossier("Talks", kept_by=seat, language="en", domains=[weapons])
        make.entry(made, "Old munitions", post=again, language="en")
        ids = {"arms": arms.id, "again": again.id, "dossier": made.id}
        session().commit()
    hr, stranger = browser_of("hr"), browser_of("stranger")
    assert look() == 0
    stranger.post("/searches/watch", q="munitions", domain="weapons", post="GENEVE")
    assert "Old munitions" in stranger.get("/search", q="munitions", domain="weapons", post="GENEVE")
    hr.post("/domains/weapons/merge", into=ids["arms"])
    page = hr.get("/posts/GENEVE/merge", other=cast.posts["geneva"], stays=cast.posts["geneva"])
    assert "Merged." in hr.post("/posts/GENEVE/merge", **sealed(page))
    hr.post("/domains/arms/change", code="armament", name_nl="Wapens", name_en="Arms", parent="")
    assert look() == 0
    with app.app_context():
        begin("write")
        talks = session().get_one(make.Dossier, ids["dossier"])
        make.entry(talks, "New munitions", post=session().get_one(make.Post, cast.posts["geneva"]), language="en")
        session().commit()
    assert look() == 1
    # By its own link, and by that of anybody who wrote it down before.
    old = "/search?q=munitions&domain=weapons&post=GENEVE"
    for address in (old, "/search?q=munitions+domain:weapons+post:GENEVE"):
        page = stranger.get(address)
        assert "Old munitions" in page, address
        assert "New munitions" in page, address
    page = stranger.get(old)
    assert "You watch this search" in page
    assert "1 new result" not in stranger.get("/")
