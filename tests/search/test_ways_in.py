"""Beside the box: titles while typing, more like this, and what I searched lately."""

from collections.abc import Callable

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.search.recent import MOST
from expertise.search.service import drain
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]


@pytest.fixture
def shelf(app: Flask, cast: Cast) -> dict[str, str]:
    """Three dossiers about munitions, one of them closed, and one about something else."""
    with app.app_context():
        begin("write")
        seat = session().get_one(make.Position, cast.positions["disarmament"])
        made = {
            name: make.dossier(title, kept_by=seat, language="en", summary=summary, reach=reach).id
            for name, title, summary, reach in (
                ("valley", "Cluster munitions in the valley", "Clearance of munitions and victims there", "open"),
                ("lake", "Cluster munitions in the lake", "Clearance of munitions under water", "open"),
                ("closed", "Cluster munitions of an ally", "Clearance of munitions that nobody admits", "restricted"),
                ("fish", "Herring quotas", "Catch of herring in the north", "open"),
            )
        }
        session().commit()
        drain()
    return made


def test_titles_come_while_typing_in_whatever_order_and_case(browser_of: Open, shelf: dict[str, str]) -> None:
    stranger = browser_of("stranger")

    def typed(text: str) -> list[str]:
        stranger.get("/search/titles.json", q=text)
        assert stranger.page is not None
        return sorted(one["title"] for one in stranger.page.get_json()["titles"])

    both = ["Cluster munitions in the lake", "Cluster munitions in the valley"]
    assert typed("clus") == both
    assert typed("MUNITIONS clu") == both
    assert typed("cluster munitions lak") == both[:1]
    # Words of the text are no titles, and a letter or two are no beginning.
    assert typed("victi") == typed("cl") == typed("") == typed('"-*(') == []


def test_what_is_closed_shows_neither_while_typing_nor_as_like_another(browser_of: Open, shelf: dict[str, str]) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    assert "ally" not in stranger.get("/search/titles.json", q="cluster")
    assert "ally" in leaver.get("/search/titles.json", q="cluster")
    assert "ally" not in stranger.get(f"/search/like/dossier/{shelf['valley']}")
    assert "ally" in leaver.get(f"/search/like/dossier/{shelf['valley']}")
    stranger.get(f"/search/like/dossier/{shelf['closed']}", status=404)
    leaver.get(f"/search/like/dossier/{shelf['closed']}")


def test_more_like_this_leaves_out_the_record_itself_and_what_is_about_other_things(
    browser_of: Open, shelf: dict[str, str]
) -> None:
    stranger = browser_of("stranger")
    assert f"/search/like/dossier/{shelf['lake']}" in stranger.get("/search", q="munitions")
    page = stranger.get(f"/search/like/dossier/{shelf['valley']}")
    hits = page[page.index('class="hits"') :]
    assert shelf["lake"] in hits
    assert shelf["valley"] not in hits
    assert shelf["fish"] not in hits
    assert "Nothing else is about this" in stranger.get(f"/search/like/dossier/{shelf['fish']}")
    for missing in ("dossier/zzzzzzzzzzzz", "nothing/x"):
        stranger.get(f"/search/like/{missing}", status=404)


def test_what_i_searched_and_found_is_kept_for_me_alone_until_i_say_so(browser_of: Open, shelf: dict[str, str]) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    for text in ("herring", "munitions", "herring", "zzzzqqq"):
        stranger.get("/search", q=text)
    page = stranger.get("/search")
    assert page.index("/search?q=herring") < page.index("/search?q=munitions")
    assert "zzzzqqq" not in page
    assert "searched lately" not in leaver.get("/search")
    assert "is forgotten" in stranger.post("/search/forget")
    assert "searched lately" not in stranger.get("/search")


def test_only_the_last_ten_are_kept(browser_of: Open, shelf: dict[str, str]) -> None:
    stranger = browser_of("stranger")
    for number in range(MOST + 3):
        stranger.get("/search", q=f"herring OR word{number}")
    page = stranger.get("/search")
    assert page.count("/search?q=herring") == MOST
    assert "word2" not in page
    assert "word12" in page
