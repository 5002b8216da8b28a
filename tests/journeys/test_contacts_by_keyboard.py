"""Contacts by keyboard alone: after a reception, two that are one, a file, and introductions by leaver and successor.

Pictures of each step are left in the folder that EXPERTISE_PICTURES names, else in the test's own.
"""

import os
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy import select

from expertise.base.database import begin, session
from expertise.contacts.models import Contact
from expertise.handovers.acts import freeze
from expertise.handovers.models import Handover
from expertise.handovers.service import start_note
from expertise.posts.models import Position, Posting
from tests import make
from tests.contacts.test_exchange import OUTLOOK
from tests.make import Cast

pytestmark = [pytest.mark.browser, pytest.mark.drill, pytest.mark.xdist_group("browser")]
MOST_TABS = 120
# What is pressed, per language.
WORDS = {
    "en": ("Compare and merge", "Merge", "Undo"),
    "nl": ("Vergelijken en samenvoegen", "Samenvoegen", "Ongedaan maken"),
}
INTRODUCED = {
    "en": ("in person", "by letter", "cannot", "Letter", "It took place today", "has met 1 of 3", "Try it out"),
    "nl": ("persoonlijk", "per brief", "kan niet", "Brief", "Was vandaag", "1 van 3", "Probeer uit"),
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


@pytest.fixture
def picture(tmp_path: Path) -> Any:
    """`picture(page, "name")` keeps what it looks like."""
    folder = Path(os.environ.get("EXPERTISE_PICTURES") or tmp_path)
    return lambda page, name: page.screenshot(path=folder / f"contacts-{name}.png", full_page=True)


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


@pytest.mark.parametrize("language", ["nl", "en"])
def test_introductions_are_planned_by_the_leaver_and_completed_by_the_successor(
    visit: Any, app: Flask, cast: Cast, language: str, picture: Any
) -> None:
    person, letter, never, letters, took_place, met, _file = INTRODUCED[language]
    names = ["Ilse Marquandt", "Pia Storm", "Quinten Lang"]
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        ids = [make.contact(one, kept_by=seat, tier=1, since=date(2024, 1, 1)).id for one in names]
        note = start_note(make.SYSTEM, session().get_one(Posting, cast.postings["leaver"])).id
        session().commit()

    page = visit("leaver", language=language).open(f"/handovers/{note}/edit/4")
    for contact, plan in zip(ids, (person, letter, never), strict=True):
        tab_to(page, name=f"plan_{contact}")
        page.keyboard.type(plan)
    tab_to(page, name=f"why_{ids[2]}")
    page.keyboard.type("A friend of mine")
    picture(page, f"introductions-planned-{language}")
    tab_to(page, name="next")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit/5")
    page.goto(page.url.replace("/edit/5", "/introductions"))
    picture(page, f"introductions-leaver-{language}")
    tab_to(page, text=letters)
    page.keyboard.press("Enter")
    page.wait_for_url("**/letter**")
    expect(page.locator("main")).to_contain_text("Ilse Marquandt")
    picture(page, f"introduction-letter-{language}")

    with app.app_context(), app.test_request_context():
        begin("write")
        freeze(make.SYSTEM, session().get_one(Handover, note), reason="")
        session().commit()
    with time_machine.travel("2027-01-12T09:00:00+01:00", tick=True):
        page = visit("successor", language=language).open(f"/handovers/{note}/introductions")
        tab_to(page, text=took_place)
        page.keyboard.press("Enter")
        expect(page.locator("main [role=status]")).to_be_visible()
        page.goto(page.url.split("/handovers")[0] + "/contacts/log")
        tab_to(page, name="who")
        page.keyboard.type("marquandt")
        tab_to(page, name="summary")
        page.keyboard.type("Coffee, the first")
        page.keyboard.press("Enter")
        expect(page.locator("main [role=status]")).to_contain_text(NOTED[language])
        page.goto(page.url.split("/contacts")[0] + f"/handovers/{note}/introductions")
        expect(page.locator("h1")).to_contain_text(met)
        picture(page, f"introductions-successor-{language}")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_who_is_known_is_shown_while_typing(visit: Any, three: list[str], language: str, picture: Any) -> None:
    page = visit("leaver", language=language).open("/contacts/new")
    tab_to(page, name="name")
    page.keyboard.type("I. Markwandt")
    expect(page.locator("#alike a").first).to_have_text(three[0])
    picture(page, f"doubles-typed-{language}")
    tab_to(page, text=three[0])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(three[0])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_five_thousand_rows_of_outlook_are_tried_and_taken_in(
    visit: Any, app: Flask, tmp_path: Path, language: str, picture: Any
) -> None:
    """With the report: 200 doubles and 50 bad rows are named, and the good ones go in."""
    file = tmp_path / "outlook.csv"
    file.write_text(OUTLOOK + "".join(make.outlook_rows(5000, doubles=200, bad=50)))
    page = visit("leaver", language=language).open("/contacts/import")
    page.set_default_timeout(90_000)
    page.locator("input[type=file]").set_input_files(file)
    tab_to(page, text=INTRODUCED[language][6])
    page.keyboard.press("Enter")
    page.wait_for_url("**/import/*")
    expect(page.locator("main")).to_contain_text("250")
    picture(page, f"import-report-{language}")
    tab_to(page, name="keep_good")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/import/" not in url)
    with app.app_context():
        begin("read")
        people = session().scalars(select(Contact.id).where(Contact.kind == "person")).all()
        session().rollback()
    assert len(people) == 4750
