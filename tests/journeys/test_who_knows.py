"""Who knows about chemical weapons? Asked once, answered from elsewhere on a phone, and found by whoever comes next."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.people.models import Person
from expertise.posts.models import Position
from tests import make
from tests.journeys.conftest import Visitor, eventually
from tests.make import Cast

pytestmark = [pytest.mark.browser, pytest.mark.drill, pytest.mark.xdist_group("browser-story")]
Visit = Callable[..., Visitor]
PHONE = 320
FORMER = "Joris Anneveldt"
WORDS = {
    "nl": {
        "topic": "chemische wapens",
        "domain": ("Chemische wapens", "Chemical weapons"),
        "dossier": "Chemische wapens: het verdrag en de inspecties",
        "notes": ("Chemische wapens: de eerste inspectie", "Chemische wapens: wie er stemde"),
        "kept": "beheerde “Chemische wapens: het verdrag en de inspecties”, 2019–23",
        "held": "had de functie Eerste secretaris ontwapening, PV Genève, 2019–23",
        "now": "Raad wapenbeheersing, Ambassade Wenen",
        "ask": "Vragen",
        "question": "Wie leidde de inspectie van de chemische wapens in 2021?",
        "body": "Voor het debat van mei.",
        "send": "Verstuur de vraag",
        "sent": "Gevraagd. Joris Anneveldt ziet het meteen.",
        "answer": "Beantwoorden",
        "reply": "Ambassadeur Kwikstaart; bel haar plaatsvervanger, want zij is met pensioen.",
        "reply_word": "Kwikstaart",
        "send_answer": "Verstuur het antwoord",
        "answered": "Beantwoord. Het staat in het dossier.",
        "known": "Misschien is dit al beantwoord",
        "before": "Eerder gevraagd, en beantwoord",
    },
    "en": {
        "topic": "chemical weapons",
        "domain": ("Chemische wapens", "Chemical weapons"),
        "dossier": "Chemical weapons: the convention and its inspections",
        "notes": ("Chemical weapons: the first inspection", "Chemical weapons: who voted"),
        "kept": "kept “Chemical weapons: the convention and its inspections”, 2019–23",
        "held": "held First Secretary Disarmament, PR Geneva, 2019–23",
        "now": "Counsellor Arms Control, Embassy Vienna",
        "ask": "Ask",
        "question": "Who led the inspection of chemical weapons in 2021?",
        "body": "For the debate in May.",
        "send": "Send the question",
        "sent": "Asked. Joris Anneveldt sees it at once.",
        "answer": "Answer",
        "reply": "Ambassador Wagtailson; call her deputy, for she has retired.",
        "reply_word": "Wagtailson",
        "send_answer": "Send the answer",
        "answered": "Answered. It stands in the dossier.",
        "known": "Perhaps this was answered already",
        "before": "Asked before, and answered",
    },
}


@pytest.fixture
def chemical(app: Flask, cast: Cast) -> Callable[[str], str]:
    """`chemical("nl")`: Geneva has kept a dossier on chemical weapons since 2019, with notes of who kept it then."""

    def filled(language: str) -> str:
        words: dict[str, Any] = WORDS[language]
        with app.app_context(), app.test_request_context():
            begin("write")
            seat = session().get_one(Position, cast.positions["disarmament"])
            former = session().get_one(Person, cast.people["predecessor"])
            domain = make.domain("chem", *words["domain"])
            since = date(2019, 12, 13)
            made = make.dossier(
                words["dossier"], kept_by=seat, from_on=since, domains=[domain], language=language, urgency=2
            )
            for number, title in enumerate(words["notes"]):
                make.entry(made, title, by=former, date=date(2021, 3 + number, 9), language=language, kind="background")
            session().commit()
            app.extensions["door"].after_commit()
            return made.id

    return filled


def fits(visitor: Visitor) -> bool:
    """Whether nothing of the page stands out beside the window."""
    return bool(visitor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def asks_who_knows(visitor: Visitor, topic: str) -> None:
    """From the navigation, as somebody does who was never there."""
    visitor.page.locator("nav a[href$='/who-knows']").first.click()
    visitor.fill(q=topic)
    visitor.page.locator("main form button.main").click()


@pytest.mark.parametrize(("language", "scripts"), [("nl", True), ("en", False)])
def test_a_question_about_chemical_weapons_is_asked_once(
    visit: Visit, chemical: Callable[[str], str], language: str, scripts: bool
) -> None:
    words: dict[str, Any] = WORDS[language]
    dossier = chemical(language)

    stranger = visit("stranger", language=language, scripts=scripts)
    asks_who_knows(stranger, words["topic"])
    stranger.says(words["topic"], FORMER)
    row = stranger.page.locator("main tbody tr", has_text=FORMER)
    told = row.inner_text()
    for reason in ("kept", "now"):
        assert words[reason] in told, told
    # Each reason leads to where it stands.
    assert row.locator(f"a[href='/dossiers/{dossier}']").count() == 1
    row.get_by_role("link", name=words["ask"]).last.click()
    assert stranger.page.locator("input[name=to]:checked").evaluate("one => one.labels[0].innerText").strip() == FORMER
    stranger.fill(title=words["question"], body=words["body"])
    stranger.press(words["send"])
    stranger.says(words["sent"])
    question = re.sub(r".*(/questions/\w{12}).*", r"\1", stranger.page.url)

    # He sits in Vienna now, and has a phone in his hand.
    former = visit("predecessor", language=language, scripts=scripts, width=PHONE)
    former.says(words["question"])
    assert fits(former)
    former.page.locator(f"main a[href^='{question}']").first.click()
    if not former.page.url.endswith("/answer"):
        former.press(words["answer"], role="link", exact=True)
    former.says(words["body"])
    assert fits(former)
    former.fill(answer=words["reply"])
    former.press(words["send_answer"])
    former.says(words["answered"])
    assert fits(former)

    # It stands in the dossier, and is found.
    stranger.open(f"/dossiers/{dossier}")
    note = stranger.page.locator("main a[href*='/entries/']", has_text=words["question"])
    assert note.count()
    note.first.click()
    stranger.says(words["reply"], FORMER)

    def found() -> bool:
        page = stranger.open(f"/search?q={words['reply_word']}")
        return bool(page.locator("ol.hits li", has_text=words["question"]).count())

    assert eventually(found)

    # Who comes next is shown it before asking: among who knows, and when beginning to ask.
    second = visit("colleague", language=language, scripts=scripts)
    asks_who_knows(second, words["topic"])
    second.says(words["before"], words["question"])
    second.page.locator("main tbody tr", has_text=FORMER).get_by_role("link", name=words["ask"]).last.click()
    second.says(words["known"], words["question"])
    second.page.locator("main .task a").first.click()
    second.says(words["reply"])
