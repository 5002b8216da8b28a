"""Themes are kept by named people, merged and moved; old addresses lead on, and each page says how it is covered."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from expertise.base.database import begin, session
from expertise.domains.service import file_position
from expertise.search.service import drain
from tests import make
from tests.conftest import Cast
from tests.questions.conftest import Open


@pytest.fixture
def themes(app: Flask, cast: Cast) -> dict[str, str]:
    """Arms, bombs under it, and weapons, on which the disarmament seat works and a dossier is."""
    with app.app_context():
        begin("write")
        seat = session().get_one(make.Position, cast.positions["disarmament"])
        arms = make.domain("arms", "Wapens", "Arms")
        bombs = make.domain("bombs", "Bommen", "Bombs", parent=arms)
        weapons = make.domain("weapons", "Wapentuig", "Weaponry", synonyms={"en": ["ordnance"]}, external_id="x-9")
        make.domain("shells", "Granaten", "Shells", parent=weapons)
        file_position(make.SYSTEM, seat, [weapons])
        dossier = make.dossier("Cluster talks", kept_by=seat, language="en", domains=[weapons, arms])
        session().commit()
        drain()
        return {"arms": arms.id, "bombs": bombs.id, "weapons": weapons.id, "dossier": dossier.id}


def test_what_is_merged_takes_all_along_and_its_old_address_leads_on(
    browser_of: Open, themes: dict[str, str], app: Flask
) -> None:
    hr = browser_of("hr")
    page = hr.get("/domains/weapons/merge")
    for line in ("Positions that work on it", "Dossiers about it", "Domains under it"):
        assert line in page
    assert 'href="#into"' in hr.post("/domains/weapons/merge", status=422, into="")
    page = hr.post("/domains/weapons/merge", into=themes["arms"])
    assert "Merged." in page
    for text in ("Weaponry", "ordnance", "Wapentuig", "Shells", "Cluster talks", "First Secretary Disarmament"):
        assert text in page, text
    answer = hr.client.get("/domains/weapons")
    assert (answer.status_code, answer.location) == (301, "/domains/arms")
    assert hr.client.get("/domains/X-9").location == "/domains/arms"
    page = hr.get("/search", q="Cluster", domain="arms")
    assert "Cluster talks" in page
    assert "Arms" in hr.get("/search", q="ordnance")
    hr.get("/domains/nothing", status=404)


def test_nothing_is_merged_into_what_stands_under_it(browser_of: Open, themes: dict[str, str]) -> None:
    hr = browser_of("hr")
    assert themes["bombs"] not in hr.get("/domains/arms/merge")
    hr.post("/domains/arms/merge", status=422, into=themes["bombs"])
    assert "Bombs" in hr.get("/domains/arms")


def test_a_domain_that_gets_another_code_is_found_by_the_old_one(browser_of: Open, themes: dict[str, str]) -> None:
    hr = browser_of("hr")
    hr.post("/domains/arms/change", code="armaments", name_nl="Wapens", name_en="Arms", parent="")
    assert hr.client.get("/domains/arms").location == "/domains/armaments"


def test_a_named_keeper_looks_after_their_theme_and_no_other(
    browser_of: Open, themes: dict[str, str], cast: Cast
) -> None:
    hr, leaver = browser_of("hr"), browser_of("leaver")
    leaver.get("/domains/arms/change", status=404)
    assert "Femke Wolderink keeps this domain." in hr.post("/domains/arms/keepers", person="Femke")
    assert "Femke Wolderink" in browser_of("stranger").get("/domains/arms")
    page = leaver.post("/domains/arms/change", code="arms", name_nl="Wapens", name_en="Arms and more", parent="")
    assert "Arms and more" in page
    leaver.get("/domains/weapons/change", status=404)
    leaver.get("/domains/new", status=404)
    # Two themes are merged by whoever keeps both.
    leaver.post("/domains/arms/merge", status=404, into=themes["weapons"])
    hr.post(f"/domains/arms/keepers/{cast.people['leaver']}/end")
    leaver.get("/domains/arms/change", status=404)


def test_the_page_says_who_worked_on_it_and_where_it_is_thin(
    browser_of: Open, themes: dict[str, str], app: Flask, cast: Cast
) -> None:
    with app.app_context():
        begin("write")
        post = session().get_one(make.Post, cast.posts["vienna"])
        empty = make.position(post, "Attaché wapens", "Arms attaché")
        who = make.person("Long Gone")
        make.posting(who, empty, date(2015, 1, 1), date(2018, 6, 30))
        file_position(
            make.SYSTEM, empty, [session().scalars(select(make.Domain).where(make.Domain.code == "shells")).one()]
        )
        session().commit()
    page = browser_of("stranger").get("/domains/weapons")
    worked = page[page.index("Who worked on it before") : page.index("Coverage over the years")]
    assert worked.index("Joris Anneveldt") < worked.index("Long Gone")
    assert "Femke Wolderink" not in worked, "she works on it now, and stands with her position"
    assert "Counsellor Arms Control" in worked, "where he is now"
    seats = page[page.index("Who works on it now") : page.index("Who worked on it before")]
    assert "Femke Wolderink" in seats
    assert "One person works on it now" in seats
    assert seats.count("vacant since 30 Jun 2018") == 1, "of the theme under it, too"
    years = page[page.index("Coverage over the years") :]
    assert "2026" in years
    assert "50 %" in years
    assert "Groups of fewer than five are not counted." in years
    assert ">Colleagues</th>" not in years
