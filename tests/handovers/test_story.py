"""The whole story through the pages: she writes and signs, it is frozen, he reads back, she confirms, he receives."""

import re
from collections.abc import Callable

import pytest
import time_machine

from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat

Open = Callable[[str], Browser]
WORDS = {
    "en": {
        "missing": "points are missing",
        "complete": "All that is required is there",
        "signed": "You signed this handover",
        "frozen": "Frozen. The note keeps these words.",
        "unaltered": "unaltered since",
        "ended": "This note is frozen",
        "refused": "First read back every dossier of urgency 1",
        "waits": "with Femke",
        "confirmed": "1 confirmed",
        "received": "Received by Daan Esselbrug",
    },
    "nl": {
        "missing": "punten ontbreken",
        "complete": "Alles wat nodig is, staat er",
        "signed": "Je hebt deze overdracht getekend",
        "frozen": "Bevroren. Deze tekst blijft zoals hij nu is.",
        "unaltered": "sindsdien onveranderd",
        "ended": "Deze overdracht is bevroren",
        "refused": "Lees eerst elk dossier met urgentie 1 terug",
        "waits": "bij Femke",
        "confirmed": "1 bevestigd",
        "received": "Ontvangen door Daan Esselbrug",
    },
}


def begin_note(leaver: Browser, seat: Seat) -> str:
    """Start to write; answers the note's address."""
    leaver.post(f"/postings/{seat.posting}/handover")
    assert leaver.page
    found = re.search(r"/handovers/(\w{12})/edit", leaver.page.request.path)
    assert found
    return f"/handovers/{found[1]}"


def write_all(leaver: Browser, cast: Cast, seat: Seat, note: str) -> None:
    """Fill in everything that blocks."""
    colleague, second = cast.people["colleague"], f"{note}/edit/2/{seat.second}"
    header = {"acting": colleague, "language": "en", "marking": "auto", "version": "0"}
    leaver.post(f"{note}/edit/0", reachable_until="2027-06-05", reachable_how="by mail", **header)
    leaver.post(
        f"{note}/edit/1",
        situation="busy",
        situation_line="All about March.",
        text_1="Call Ilse",
        on_1="2027-01-13",
        version="0",
    )
    leaver.post(
        f"{note}/edit/2/{seat.urgent}",
        version="0",
        dossier_version="1",
        urgency="1",
        line_to_take="Meaningful human control, and rules.",
        line_valid_until="2027-01-15",
        state_of_play="The chair wants a rolling text in March.",
        next_step="Circulate the EU statement",
        next_step_on="2026-12-01",
        contingency="If it comes to a vote, then call The Hague first.",
        confidence="think",
    )
    leaver.post(second, version="0", dossier_version="1", urgency="2", state_of_play="Quiet.", next_step="none")
    leaver.post(f"{note}/edit/3", version="0", **{f"taker_{seat.promise}": colleague})
    leaver.post(f"{note}/edit/4", version="0", **{f"plan_{seat.near}": "in_person", f"on_{seat.near}": "2027-01-14"})
    leaver.post(f"{note}/edit/9", version="0", none="y")
    leaver.post(f"{note}/edit/10", version="0", advice="Instructions come late.")
    leaver.post(f"{note}/edit/11", version="0", text="Whether the chair goes on.")


@pytest.mark.parametrize("language", ["en", "nl"])
def test_from_the_running_note_to_received(browser_of: Open, cast: Cast, seat: Seat, language: str) -> None:
    words = WORDS[language]
    leaver, successor, head = browser_of("leaver"), browser_of("successor"), browser_of("head")
    for one in (leaver, successor, head):
        one.get("/", lang=language)
    # Nobody has written a word, and the note is there: composed, with no row made by looking.
    assert "Autonomous weapons" in leaver.get(f"/postings/{seat.posting}/handover")
    note = begin_note(leaver, seat)
    assert words["missing"] in leaver.get(f"{note}/edit")
    before = leaver.get(f"{note}/sign")
    assert words["missing"] in before
    # What is missing is named, and leads to where it is put right.
    assert re.search(rf'href="{note}/edit/3">\s*Working paper', before)
    leaver.post(f"{note}/sign", status=422)
    write_all(leaver, cast, seat, note)
    assert words["complete"] in leaver.get(f"{note}/edit")
    head.get(note, status=404)
    assert words["signed"] in leaver.post(f"{note}/sign")
    assert "Meaningful human control, and rules." in head.get(note)
    # Open it again, and sign anew.
    leaver.post(f"{note}/edit/10", version="1", advice="Too late", status=409)
    leaver.post(f"{note}/open-again")
    leaver.post(f"{note}/edit/10", version="1", advice="Instructions come very late.")
    leaver.post(f"{note}/sign")
    successor.post(f"{note}/receive")
    assert words["frozen"] in leaver.post(f"{note}/freeze")
    assert words["unaltered"] in leaver.get(note)
    # Back, and what another window still had open, lead to the note, with a word why.
    for page in ("edit", "edit/10", "edit/10/history", "sign", "freeze", "import", "tray"):
        assert words["ended"] in leaver.get(f"{note}/{page}")
        assert leaver.page is not None
        assert leaver.page.request.path == note
    late = leaver.post(f"{note}/edit/10", version="9", advice="One thing more.", status=409)
    assert words["ended"] in late
    assert "One thing more." in late
    successor.get(f"{note}/edit", status=404)
    # He comes in January, when she is gone.
    with time_machine.travel("2027-01-11T09:00:00+01:00"):
        leaver, successor = browser_of("leaver"), browser_of("successor")
        for one in (leaver, successor):
            one.get("/", lang=language)
        assert words["refused"] in successor.get(note)
        assert words["refused"] in successor.post(f"{note}/receive")
        back = f"{note}/dossiers/{seat.urgent}/read-back"
        successor.post(back, status=422, **{f"{seat.urgent}-text": ""})
        page = successor.post(back, **{f"{seat.urgent}-text": "We hold on to human control; I call Ilse first."})
        assert words["waits"] in page
        waiting = leaver.get(note)
        read_back = re.search(r"/read-backs/(\w{12})/confirm", waiting)
        assert read_back
        successor.post(f"{note}/read-backs/{read_back[1]}/confirm", status=404)
        # An empty correction is none: the box stands open with what is wrong, and it still waits.
        empty = leaver.post(f"{note}/read-backs/{read_back[1]}/correct", status=422)
        assert f'id="{read_back[1]}-text-error"' in empty
        assert words["confirmed"] in leaver.post(f"{note}/read-backs/{read_back[1]}/confirm")
        leaver.post(f"{note}/read-backs/{read_back[1]}/confirm", status=409)
        assert words["received"] in successor.post(f"{note}/receive")
        browser_of("stranger").get(note, status=404)
        # Two years on whoever comes next finds it at the seat.
        assert "Femke Wolderink" in browser_of("colleague").get(note)
