"""Somebody types, and something happens: at most five seconds of it are lost, and the page says how it stands."""

import random
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.disasters import DISASTERS, MOST_LOST, Scene

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_whatever_happens_at_most_five_seconds_of_typing_are_lost(scene: Scene) -> None:
    """Four kinds, by turns in a dossier and in a handover; `make drill` does a hundred, of all."""
    lost = {}
    for scene.place, name in enumerate(("both_killed", "line_cut", "session_expired", "two_windows")):
        lost[name] = DISASTERS[name](scene, random.Random(name))
    assert max(lost.values()) <= MOST_LOST, lost


def _form(visitor: Any, munitions: str) -> Any:
    return visitor.open(f"/dossiers/{munitions}/entries/new?lang=en")


def test_the_line_under_the_form_says_how_it_stands_and_does_not_chatter(visit: Any, munitions: str) -> None:
    page = _form(visit("leaver", language="en"), munitions)
    state, spoken = page.locator(".draft-state"), page.locator(".draft [role=status]")
    expect(state).to_have_text("What you type is kept on the server as you go. Only you see it.")
    expect(page.get_by_role("button", name="Save as draft")).to_be_hidden()
    page.locator("textarea[name=body]").type("Twelve states")
    expect(state).to_contain_text("ago, on the server")
    first = spoken.inner_text()
    assert first.startswith("Draft saved")
    page.locator("textarea[name=body]").type(" support us")
    expect(state).to_contain_text("saved 3 s ago")
    assert spoken.inner_text() == first
    page.context.set_offline(True)
    page.locator("textarea[name=body]").type(" now")
    expect(state).to_contain_text("The line is down: not saved since")
    expect(spoken).to_contain_text("The line is down")
    # Pressing Save does not throw the text at a dead line.
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("textarea[name=body]")).to_have_value("Twelve states support us now")
    page.context.set_offline(False)
    expect(state).to_contain_text("ago, on the server", timeout=20_000)
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("main")).to_contain_text("Twelve states support us now")
    expect(page.locator("main")).to_contain_text("Note added.")
    assert "unsaved text" not in _form_text(page)


def _form_text(page: Any) -> str:
    page.goto(page.url.split("#")[0] + "/entries/new")
    return str(page.locator("main").inner_text())


def test_what_is_too_large_is_said_and_a_shorter_text_is_kept(visit: Any, munitions: str) -> None:
    page = _form(visit("leaver", language="en"), munitions)
    body, state = page.locator("textarea[name=body]"), page.locator(".draft-state")
    body.fill("x" * (1024 * 1024 + 1))
    expect(state).to_contain_text("Not kept as a draft: This text is 1025 kB")
    body.fill("Short")
    expect(state).to_contain_text("ago, on the server")


def test_after_going_back_to_a_form_that_was_saved_one_types_on_and_nothing_is_lost(visit: Any, munitions: str) -> None:
    page = _form(visit("leaver", language="en"), munitions)
    body = page.locator("textarea[name=body]")
    body.type("Twelve states")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("main")).to_contain_text("Note added.")
    page.go_back()
    body.fill("Another thing")
    expect(page.locator(".draft-state")).to_contain_text("ago, on the server")
    page.goto(page.url.split("?")[0] + "?lang=en")
    expect(body).to_have_value("Another thing")
    expect(page.locator("main")).to_contain_text("You have unsaved text")


def test_without_scripts_a_draft_is_kept_by_hand(visit: Any, munitions: str) -> None:
    page = _form(visit("leaver", language="en", scripts=False), munitions)
    page.locator("textarea[name=body]").fill("Twelve states")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.locator("main")).to_contain_text("Kept as a draft")
    expect(page.locator("textarea[name=body]")).to_have_value("Twelve states")
    page.get_by_role("button", name="Throw this draft away").click()
    expect(page.locator("textarea[name=body]")).to_have_value("")
