"""Contacts by keyboard alone: after a reception, two that are one, and introductions by leaver and successor."""

from datetime import date
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from expertise.base.database import begin, session
from expertise.posts.models import Position
from tests import make
from tests.make import Cast

pytestmark = [pytest.mark.browser, pytest.mark.drill, pytest.mark.xdist_group("browser")]
MOST_TABS = 120
# What is pressed, per language.
WORDS = {
    "en": ("Compare and merge", "Merge", "Undo"),
    "nl": ("Vergelijken en samenvoegen", "Samenvoegen", "Ongedaan maken"),
}


NOTED = {"en": "Noted", "nl": "Genoteerd"}


@pytest.fixture
def three(app: Flask, cast: Cast) -> list[str]:
    """Three whom the leaver keeps, and a double of the first."""
    names = ["Ilse Marquandt", "Pia Storm", "Quinten Lang"]
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        for name in names:
            make.contact(name, kept_by=seat, tier=1, since=date(2024, 1, 1), organisation="Red Cross")
        make.contact(names[0], kept_by=seat, organisation="Red Cross")
        session().commit()
    return names


def tab_to(page: Page, *, name: str = "", text: str = "") -> int:
    """Press Tab until the field of this name, or what bears this text, has the focus; gives how often."""
    for pressed in range(1, MOST_TABS):
        page.keyboard.press("Tab")
        here = page.evaluate("() => [document.activeElement.name || '', document.activeElement.innerText || '']")
        if (name and here[0] == name) or (text and str(here[1]).strip().startswith(text)):
            return pressed
    raise AssertionError(f"not reached by keyboard: {name or text}")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_three_meetings_are_noted_after_a_reception(visit: Any, three: list[str], language: str) -> None:
    """In a hundred keys: ten seconds for whoever types ten a second."""
    visitor = visit("leaver", language=language)
    keys = 0
    for who, line in (("storm", "Wants the draft"), ("quinten", "New boss"), ("storm; quinten", "Lunch with both")):
        page = visitor.open("/contacts/log")
        tab_to(page, name="who")
        page.keyboard.type(who)
        keys += len(who) + tab_to(page, name="summary") + len(line) + 1
        page.keyboard.type(line)
        page.keyboard.press("Enter")
        expect(page.locator("main [role=status]")).to_contain_text(NOTED[language])
    assert keys < 100
    for name in three[1:]:
        page = visitor.open("/contacts")
        page.get_by_role("link", name=name).click()
        expect(page.locator("#interactions li")).to_have_count(2)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_two_that_are_one_are_merged_and_parted_again(visit: Any, three: list[str], language: str) -> None:
    compare, merge, undo = WORDS[language]
    page = visit("leaver", language=language).open("/contacts/review")
    tab_to(page, text=compare)
    page.keyboard.press("Enter")
    page.wait_for_url("**/merge/**")
    tab_to(page, text=merge)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/merge/" not in url)
    tab_to(page, text=undo)
    page.keyboard.press("Enter")
    expect(page.locator("main [role=status]")).to_be_visible()
    page.goto(page.url.split("/contacts")[0] + "/contacts?text=ilse")
    expect(page.locator("main tbody tr")).to_have_count(2)
