"""HR sets a pilot up, follows it, decides and takes it along, by keyboard; a head reads the board on a telephone.

Pictures of each step are left in the folder that EXPERTISE_PICTURES names, else in the test's own.
"""

import json
import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from expertise.base.database import begin, session
from expertise.posts.models import Position
from tests import make
from tests.conftest import PASSWORD
from tests.journeys.keyboard import Hands, on
from tests.make import Cast
from tests.pilots import world

pytestmark = [pytest.mark.browser, pytest.mark.drill, pytest.mark.xdist_group("browser")]
TELEPHONE = 320
Sit = Callable[..., Hands]
WORDS = {
    "nl": {
        "power": "onderscheidingsvermogen 0,43",
        "not_fixed": "Criterium, nog niet vastgelegd",
        "fixed": "Criterium vastgelegd op 23 nov 2026",
        "chain": "Mentoren hebben er tijd voor",
        "milestone": "Instroom gesloten",
        "reached": "bereikt op",
        "person": "Tijmen Oudeland",
        "measure": "Tevreden over de mentor",
        "found": "De sporen zijn er",
        "yes": "24 van de 30 deelnemers",
        "decided": "Een spoor van twee plaatsingen",
        "said": "het rapport zei: Ja",
        "bad": "Vul dit in.",
        "leaves": "Femke Wolderink vertrekt op 5 dec 2026",
        "risk": "1 dossier loopt gevaar",
    },
    "en": {
        "power": "power 0.43",
        "not_fixed": "Criterion, not fixed yet",
        "fixed": "Criterion fixed on 23 Nov 2026",
        "chain": "Mentors have time for it",
        "milestone": "Intake closed",
        "reached": "reached on",
        "person": "Tijmen Oudeland",
        "measure": "Satisfied with the mentor",
        "found": "The tracks are there",
        "yes": "24 of 30 participants",
        "decided": "A track of two postings",
        "said": "the report said: Yes",
        "bad": "Fill this in.",
        "leaves": "Femke Wolderink leaves on 5 Dec 2026",
        "risk": "1 dossier at risk",
    },
}


@pytest.fixture
def sit(chromium: Chromium, served: str, cast: Cast, language: str, tmp_path: Path) -> Iterator[Sit]:
    """`sit("hr")`: signed in, in a window of a desk or of a telephone, light or dark."""
    folder = Path(os.environ.get("EXPERTISE_PICTURES") or tmp_path)
    contexts = []

    def sit_down(who: str, *, width: int = 1280, scheme: str = "light") -> Hands:
        context = chromium.new_context(
            locale=language,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{served}/sign-in?lang={language}")
        hands = Hands(page, folder, f"pilot-{language}-{width}-{scheme}")
        hands.type("input[name=email]", cast.email(who))
        hands.type("input[name=password]", PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.goto(f"{served}/?lang={language}")
        return hands

    yield sit_down
    for context in contexts:
        context.close()


def type_day(hands: Hands, name: str, day: date) -> None:
    """Type a date part by part, in the order in which this browser asks for the parts."""
    field = f"[name={name}]"
    for order in ("%m%d%Y", "%d%m%Y"):
        hands.reach(field)
        hands.page.keyboard.type(day.strftime(order))
        if hands.page.input_value(field) == day.isoformat():
            return
        hands.page.focus("body")
        hands.page.keyboard.press("Shift+Tab")
    pytest.fail(f"{hands.page.url}: {name} does not take {day}")


def save(hands: Hands) -> None:
    """The form's own button, with Enter."""
    hands.go("main form .buttons button, main form button.main")


def goto(hands: Hands, path: str) -> None:
    """By its address, as from a bookmark."""
    hands.page.goto("/".join(hands.page.url.split("/")[:3]) + path)


def test_hr_sets_up_a_pilot_and_follows_it(app: Flask, sit: Sit, language: str) -> None:
    words = WORDS[language]
    with app.app_context():
        begin("write")
        make.domain("cyber", "Cyber", "Cyber")
        session().commit()
    with on("2026-11-23"):
        hr = sit("hr")
        goto(hr, "/pilots")
        hr.picture("01-none-yet")
        hr.go('main a[href="/pilots/new"]')
        save(hr)
        hr.says(words["bad"])
        hr.picture("02-in-error")
        set_up(hr)
        hr.says(words["power"])
        hr.picture("03-power")
        hr.reach("main form .buttons button")
        with hr.page.expect_navigation():
            hr.page.keyboard.press("Enter")
        hr.says(words["not_fixed"])
        hr.picture("04-set-up")
        follow(hr, words)
        hr.page.set_viewport_size({"width": TELEPHONE, "height": 900})
        assert hr.page.evaluate("document.documentElement.scrollWidth") == TELEPHONE
        hr.picture("09-telephone")


def set_up(hr: Hands) -> None:
    """The plan, and what so many people can show."""
    hr.type("[name=question]", "Does a career inside cyber keep expertise?")
    hr.type("[name=name]", "Domain steering, cyber")
    hr.type("[name=slug]", "cyber-2027")
    hr.type("[name=domain_id]", "Cyber")
    hr.type("[name=domain_definition]", "Positions filed under cyber.")
    hr.type("[name=inclusion_rule]", "Whoever applied for two postings.")
    type_day(hr, "starts_on", date(2027, 3, 1))
    type_day(hr, "entry_until", date(2027, 12, 31))
    hr.type("[name=comparison_rule]", "The same positions in the same year.")
    for name, value in (("months", "24"), ("threshold", "20")):
        hr.reach(f"[name={name}]")
        hr.page.keyboard.press("Control+a")
        hr.page.keyboard.type(value)
    type_day(hr, "judged_on", date(2030, 3, 1))
    for name, value in (("expected", "40"), ("planned", "30"), ("planned_comparison", "60")):
        hr.reach(f"[name={name}]")
        hr.page.keyboard.press("Control+a")
        hr.page.keyboard.type(value)
    hr.go("[name=count]")


def follow(hr: Hands, words: dict[str, str]) -> None:
    """The chain, the criterion fixed, and what happens after it."""
    hr.go('main a[href$="/chain"]')
    for step in ("inputs", "activities", "outputs", "outcomes", "goal"):
        hr.type(f"[name={step}]", f"{step.capitalize()} of the pilot")
    hr.page.focus("[name=activities]")
    hr.type("[name=activities_assumption]", words["chain"])
    save(hr)
    hr.says(words["chain"])
    hr.go('main form[action$="/fix"] button')
    hr.says(words["fixed"])
    hr.picture("05-fixed")
    hr.go('main a[href$="/milestones/new"]')
    hr.type("[name=name]", words["milestone"])
    type_day(hr, "due_on", date(2027, 12, 31))
    save(hr)
    hr.go('main form[action$="/reached"] button')
    hr.says(words["reached"])
    hr.go('main a[href$="/people"]')
    hr.picture("06-nobody-yet")
    hr.go('main a[href$="/people/new"]')
    hr.type("[name=person]", words["person"])
    type_day(hr, "joined_on", date(2027, 3, 1))
    save(hr)
    hr.says(words["person"])
    hr.picture("07-people")
    goto(hr, "/pilots/cyber-2027")
    hr.go('main a[href$="/measures/new"]')
    hr.type("[name=name]", words["measure"])
    hr.type("[name=definition]", "Of those who answered")
    hr.type("[name=source]", "Questionnaire")
    save(hr)
    hr.go('main a[href$="/measurements/new"]')
    hr.press("[name=measure]", "ArrowDown")
    hr.type("[name=value]", "67")
    save(hr)
    hr.says(words["measure"])
    hr.says("67")
    hr.picture("08-followed")


def test_hr_decides_on_what_it_says_and_takes_the_report_along(app: Flask, sit: Sit, language: str) -> None:
    words = WORDS[language]
    with app.app_context():
        begin("write")
        slug = world.in_the_database().slug
        session().commit()
    with on("2026-11-23"):
        hr = sit("hr", scheme="dark")
        goto(hr, "/pilots")
        hr.go(f'main a[href="/pilots/{slug}"]')
        hr.says(words["yes"])
        hr.picture("10-answer")
        hr.go('main a[href$="/evaluations/new"]')
        hr.type("[name=by]", "IOB")
        hr.type("[name=found]", words["found"])
        save(hr)
        hr.says(words["found"])
        hr.go(f'main a[href="/pilots/{slug}/decision"]')
        hr.press('[name=kind][value="formalise"]')
        hr.type("[name=by]", "Director of Personnel")
        hr.type("[name=reasons]", "It keeps people.")
        hr.type("[name=formalised]", words["decided"])
        hr.picture("11-deciding")
        save(hr)
        hr.says(words["decided"])
        hr.says(words["said"])
        taken = take_along(hr, slug)
        assert taken["pdf"].startswith(b"%PDF-")
        assert words["yes"] in taken["html"].decode()
        assert json.loads(taken["json"])["answer"]["verdict"] == "yes"
        assert taken["csv"].count(b"\n") > 5
        hr.page.set_viewport_size({"width": TELEPHONE, "height": 900})
        assert hr.page.evaluate("document.documentElement.scrollWidth") == TELEPHONE
        hr.picture("12-decided-telephone")


def take_along(hr: Hands, slug: str) -> dict[str, bytes]:
    """Each file, through the link of the page that the keyboard reaches."""
    found = {}
    for form in ("pdf", "html", "csv", "json"):
        link = f'main a[href^="/pilots/{slug}/report/{form}"]'
        hr.reach(link)
        address = hr.page.locator(link).get_attribute("href") or ""
        answer = hr.page.context.request.get("/".join(hr.page.url.split("/")[:3]) + address)
        assert answer.ok, address
        found[form] = answer.body()
    return found


def test_a_head_of_mission_reads_the_board_on_a_telephone(app: Flask, cast: Cast, sit: Sit, language: str) -> None:
    words = WORDS[language]
    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        make.dossier("Cluster munitions", kept_by=seat, from_on=date(2020, 1, 1), urgency=1)
        session().commit()
    with on("2026-11-23"):
        head = sit("head", width=TELEPHONE, scheme="dark")
        goto(head, "/rotation")
        head.says(words["leaves"])
        assert head.page.evaluate("document.documentElement.scrollWidth") == TELEPHONE
        # The drawing stays at the desk; the table says the same.
        assert not head.page.locator("main svg").first.is_visible()
        head.picture("20-board")
        head.press("main summary", "Enter")
        head.press("select[name=show]", "ArrowDown")
        head.go("main form.fields button")
        assert "show=gaps" in head.page.url
        assert head.page.evaluate("document.documentElement.scrollWidth") == TELEPHONE
        head.picture("21-gaps")
        head.go('main a[href^="/rotation/at-risk"]')
        head.says(words["risk"])
        head.says("Cluster munitions")
        assert head.page.evaluate("document.documentElement.scrollWidth") == TELEPHONE
        head.picture("22-at-risk")
        head.page.go_back()
        head.reach('main a[href^="/rotation/board.ics"]')
