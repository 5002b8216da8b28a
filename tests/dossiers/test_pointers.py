"""A dossier may say that a document above the ceiling exists; never what stands in it."""

import re
from collections.abc import Callable

from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]


def test_a_pointer_says_where_it_is_and_whom_to_ask(browser_of: Open, cast: Cast, munitions: str) -> None:
    leaver, stranger = browser_of("leaver"), browser_of("stranger")
    new = f"/dossiers/{munitions}/pointers/new"
    assert "Nothing above Departementaal Vertrouwelijk" in leaver.get(f"/dossiers/{munitions}", lang="en")
    assert "whom to ask" in leaver.get(new)
    filled = {"marking": "nato_s", "system": "Registry, room 2.14", "position": cast.positions["ambassador"]}
    page = leaver.post(new, reference="GEN/26/118", **filled)
    for told in ("NATO SECRET", "Registry, room 2.14", "GEN/26/118", "Permanent Representative"):
        assert told in page
    # Whoever may read the dossier reads it, and cannot take away what is not theirs.
    page = stranger.get(f"/dossiers/{munitions}", lang="en")
    assert "GEN/26/118" in page
    assert "/drop" not in page
    drop = re.findall(r'action="(/dossiers/[^"]+/pointers/[^"]+/drop)"', leaver.get(f"/dossiers/{munitions}"))
    assert len(drop) == 1
    stranger.post(drop[0], status=404)
    assert "GEN/26/118" not in leaver.post(drop[0])


def test_its_own_fields_take_no_mark_and_what_was_typed_stays(browser_of: Open, cast: Cast, munitions: str) -> None:
    leaver = browser_of("leaver")
    new = f"/dossiers/{munitions}/pointers/new?lang=en"
    seat = cast.positions["ambassador"]
    page = leaver.post(new, marking="stg_g", system="Registry", reference="Stg. Geheim 12", position=seat, status=422)
    assert 'value="Stg. Geheim 12"' in page
    assert "Fill this in." in leaver.post(new, marking="stg_g", system="", position=seat, status=422)
    leaver.post(new, marking="rumour", system="x", position=seat, status=422)
    leaver.post(new, marking="stg_g", system="x", position="nowhere", status=422)


def test_the_pointers_of_a_hidden_dossier_are_hidden(browser_of: Open, cast: Cast, secret: str) -> None:
    browser_of("stranger").get(f"/dossiers/{secret}/pointers/new", status=404)
    browser_of("stranger").post(
        f"/dossiers/{secret}/pointers/new",
        marking="stg_g",
        system="x",
        position=cast.positions["ambassador"],
        status=404,
    )
