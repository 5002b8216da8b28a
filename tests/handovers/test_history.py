"""What a section said before is kept, and can be put back until the note is frozen."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Browser
from tests.drafts.conftest import field_in
from tests.handovers.conftest import Seat
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]


def test_a_text_that_was_replaced_stands_in_the_history_and_comes_back(browser_of: Open, seat: Seat) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    history = f"{note}/edit/6/history"
    assert "Nothing was saved here yet" in leaver.get(history, lang="en")
    leaver.post(f"{note}/edit/6", version="0", text="Noor knows the archive.", stay="1")
    assert "One text, never changed" in leaver.get(history)
    leaver.post(f"{note}/edit/6", version="1", text="Noor knows.", stay="1")
    assert f"{note}/edit/6/history" in leaver.get(f"{note}/edit/6")
    page = leaver.get(history)
    assert "2 texts, each kept" in page
    assert "Noor knows the archive." in page
    leaver.post(f"{history}/1", version="2")
    assert field_in(leaver.get(f"{note}/edit/6"), "text") == "Noor knows the archive."
    assert "3 texts, each kept" in leaver.get(history)
    # Whoever looked at an older page does not put back unseen.
    leaver.post(f"{history}/2", version="2", status=409)
    leaver.post(f"{history}/9", version="3", status=404)
    assert field_in(leaver.get(f"{note}/edit/6"), "text") == "Noor knows the archive."


def _sections(seat: Seat) -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    """Address of a section -> what is saved first, and what replaces it."""
    return {
        "0": (
            {"reachable_how": "By telephone", "reachable_until": "2027-03-01", "language": "en", "marking": "internal"},
            {"reachable_how": "", "language": "nl", "marking": "auto"},
        ),
        "1": (
            {
                "situation": "on_fire",
                "situation_line": "Vote",
                "text_1": "Call",
                "on_1": "2026-12-08",
                "text_2": "Sign",
            },
            {"situation": "quiet", "situation_line": "", "text_1": "Nothing"},
        ),
        f"2/{seat.urgent}": ({"contingency": "Call the chair", "confidence": "sure"}, {"contingency": "Wait"}),
        "3": ({f"taker_{seat.promise}": "successor"}, {f"taker_{seat.promise}": ""}),
        "4": (
            {f"plan_{seat.near}": "call", f"on_{seat.near}": "2026-12-01", f"why_{seat.near}": "Trusts us"},
            {f"plan_{seat.near}": "letter", f"why_{seat.near}": ""},
        ),
        "10": ({"advice": "Before nine", "tips": "Greet her"}, {"advice": "", "tips": "None"}),
        "11": ({"none": "y"}, {"text": "Who signs?"}),
    }


@pytest.mark.parametrize("place", ["0", "1", "2", "3", "4", "10", "11"])
def test_every_kind_of_section_comes_back_whole(browser_of: Open, seat: Seat, place: str) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    address, (first, second) = next(one for one in _sections(seat).items() if one[0].split("/")[0] == place)
    edit = f"{note}/edit/{address}"

    def save(fields: dict[str, Any]) -> None:
        page = leaver.get(edit)
        versions = {name: field_in(page, name) for name in ("version", "dossier_version") if f'name="{name}"' in page}
        shared = {"urgency": "1"} if "dossier_version" in versions else {}
        leaver.post(edit, stay="1", **versions, **shared, **fields)

    def shown() -> str:
        # Without what differs in each rendering: tokens, tickets, versions, when it was saved.
        page = leaver.get(edit)
        form = page[page.index('id="now"', page.index('class="cols left"')) : page.index('class="row ends"')]
        return "\n".join(line for line in form.splitlines() if "hidden" not in line and "history" not in line)

    save(first)
    before = shown()
    save(second)
    assert shown() != before
    history = f"{edit}/history"
    leaver.get(history, lang="en")
    leaver.post(f"{history}/1", version="2")
    assert shown() == before


def test_only_who_writes_the_note_sees_what_it_said_before(browser_of: Open, seat: Seat) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    for version, text in enumerate(("Noor drinks.", "Noor knows.")):
        leaver.post(f"{note}/edit/6", version=str(version), text=text, stay="1")
    history = f"{note}/edit/6/history"
    for who in ("successor", "head", "colleague", "hr", "admin", "stranger"):
        browser_of(who).get(history, status=404)
        browser_of(who).post(f"{history}/1", version="2", status=404)
    leaver.get(f"{note}/edit/13/history", status=404)
    leaver.get(f"{note}/edit/2/{'z' * 12}/history", status=404)
    browser_of("head").post(f"{note}/freeze", reason="Evacuated on Sunday")
    assert "drinks" not in leaver.get(history)
    leaver.post(f"{history}/1", version="2", status=409)
