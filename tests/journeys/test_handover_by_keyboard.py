"""The whole handover with the keyboard alone: from ninety days before she leaves to the score.

Pictures of each step are left in the folder that EXPERTISE_PICTURES names, else in the test's own.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium

from expertise.base.database import begin, session
from tests.conftest import PASSWORD
from tests.journeys.keyboard import Hands, on
from tests.journeys.test_the_main_job import WORDS as STORY
from tests.journeys.test_the_main_job import keep
from tests.make import Cast

pytestmark = [pytest.mark.browser, pytest.mark.drill]
WORDS = {
    "nl": {
        "line": "Druk: alles draait om maart.",
        "thing": "Bel Ilse Marquandt",
        "state": "De voorzitter wil een tekst.",
        "step": "De verklaring rondsturen",
        "then": "Als het op een stemming uitloopt, bel dan eerst Den Haag.",
        "unknown": "Of de voorzitter blijft.",
        "lesson": "Drie keer lag de tekst al vast toen de onze kwam.",
        "question": "Wie zit er in maart voor?",
        "answer": "De ambassadeur van Brazilië.",
        "back": "We houden vast aan menselijke controle; ik bel eerst Den Haag.",
        "missed": "De telefoonlijst.",
        "complete": "Alles wat nodig is, staat er",
        "signed": "Je hebt deze overdracht getekend",
        "frozen": "Bevroren",
        "acting": "Ontvangen door Noor Habbema",
        "again": "Weer open voor Daan Esselbrug",
        "confirmed": "1 bevestigd",
        "received": "Ontvangen door Daan Esselbrug",
        "thanks": "samen met",
    },
    "en": {
        "line": "Busy: all is about March.",
        "thing": "Call Ilse Marquandt",
        "state": "The chair wants a text.",
        "step": "Circulate the statement",
        "then": "If it comes to a vote, then call The Hague first.",
        "unknown": "Whether the chair goes on.",
        "lesson": "Three times the text was closed when ours came.",
        "question": "Who chairs in March?",
        "answer": "The Brazilian ambassador.",
        "back": "We hold on to human control; I call The Hague first.",
        "missed": "The list of telephones.",
        "complete": "All that is required is there",
        "signed": "You signed this handover",
        "frozen": "Frozen",
        "acting": "Received by Noor Habbema",
        "again": "Open again for Daan Esselbrug",
        "confirmed": "1 confirmed",
        "received": "Received by Daan Esselbrug",
        "thanks": "together with",
    },
}


Sit = Callable[[str], Hands]


@pytest.fixture
def sit(chromium: Chromium, served: str, cast: Cast, language: str, tmp_path: Path) -> Iterator[Sit]:
    """`sit("leaver")`: signs in, by keyboard, and is at the desk."""
    folder = Path(os.environ.get("EXPERTISE_PICTURES") or tmp_path)
    contexts = []

    def sit_down(who: str) -> Hands:
        context = chromium.new_context(locale=language, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        # What asks once before it is done is answered with Enter.
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto(f"{served}/sign-in?lang={language}")
        hands = Hands(page, folder, language)
        hands.type("input[name=email]", cast.email(who))
        hands.type("input[name=password]", PASSWORD)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        page.goto(f"{served}/?lang={language}")
        return hands

    yield sit_down
    for context in contexts:
        context.close()


def test_from_ninety_days_before_to_the_score(app: Flask, cast: Cast, sit: Sit, language: str) -> None:
    words = WORDS[language]
    with on("2026-09-01"), app.app_context():
        begin("write")
        kept = keep(cast, STORY[language], language)
        session().commit()
    with on("2026-09-07"):
        note = write(sit("leaver"), words, kept.urgent, kept.second)
    with on("2026-11-10"):
        ask(sit("successor"), words, note, kept.urgent)
        answer(sit("leaver"), words, note)
    with on("2026-11-30"):
        sign(sit("leaver"), words, note)
    with on("2026-12-08"):
        receive(sit("colleague"), words, note, kept.urgent, "acting", "07-acting-received")
    with on("2027-01-12"):
        successor = sit("successor")
        successor.page.goto(successor.page.url.split("/?")[0] + note)
        successor.says(words["again"])
        successor.picture("08-arrived")
        receive(successor, words, note, kept.urgent, "received", "09-received")
        confirm(sit("leaver"), words, note)
    with on("2027-04-12"):
        score(sit("successor"), words, note)


def write(leaver: Hands, words: dict[str, str], urgent: str, second: str) -> str:
    """Ninety days before: all sections, one after the other."""
    leaver.picture("01-desk")
    leaver.go('main a[href*="/handover"]')
    leaver.go('main form[action$="/handover"] button')
    note = "/handovers/" + leaver.page.url.split("/handovers/")[1].split("/")[0]
    leaver.picture("02-begun")
    leaver.go(f'a[href="{note}/edit/0"]')
    leaver.type("[name=acting]", "Noor")
    leaver.go("button[name=next]")
    leaver.press('[name=situation][value="quiet"]')
    leaver.page.keyboard.press("ArrowRight")
    leaver.type("[name=situation_line]", words["line"])
    leaver.type("[name=text_1]", words["thing"])
    leaver.go("button[name=next]")
    for dossier in (urgent, second):
        assert leaver.page.url.endswith(f"/edit/2/{dossier}")
        leaver.type("[name=state_of_play]", words["state"])
        leaver.type("[name=next_step]", words["step"])
        leaver.type("[name=contingency]", words["then"])
        if dossier == urgent:
            leaver.picture("03-dossier")
        leaver.go("button[name=next]")
    leaver.go("button[name=next]")
    leaver.press("[name^=plan_]", "ArrowDown")
    leaver.go("button[name=next]")
    for _number in (5, 6, 7, 8):
        leaver.go("button[name=next]")
    leaver.press("[name=none]")
    leaver.go("button[name=next]")
    leaver.go("button[name=next]")
    leaver.type("[name=text]", words["unknown"])
    leaver.go("button[name=next]")
    leaver.type("[name=obstacles]", words["lesson"])
    leaver.picture("04-lessons")
    leaver.go("button[name=next]")
    leaver.says(words["complete"])
    return note


def ask(successor: Hands, words: dict[str, str], note: str, dossier: str) -> None:
    """In the last thirty days the named successor asks, in place."""
    successor.picture("05-desk-of-the-successor")
    successor.go(f'main a[href^="{note}"]')
    successor.go(f'a[href^="/dossiers/{dossier}/ask"]')
    successor.type("[name=title]", words["question"])
    successor.go("main form button.main, main form button[type=submit]")
    successor.says(words["question"])


def answer(leaver: Hands, words: dict[str, str], note: str) -> None:
    """She finds it beside what she writes."""
    leaver.go('main a[href$="/answer"]')
    leaver.type("[name=answer]", words["answer"])
    leaver.go("main form button.main, main form button[type=submit]")
    leaver.page.goto(leaver.page.url.split("/questions")[0] + note)
    leaver.says(words["answer"])
    leaver.picture("05-answered")
    # What was promised since she began has to be taken over by somebody.
    leaver.go(f'main a[href="{note}/edit"]')
    leaver.go(f'main table a[href="{note}/edit/3"]')
    leaver.press("[name^=taker_]", "ArrowDown")
    leaver.go("button[name=next]")


def sign(leaver: Hands, words: dict[str, str], note: str) -> None:
    """In the last week she signs, and freezes."""
    leaver.go(f'main a[href="{note}/edit"]')
    leaver.go(f'a[href="{note}/sign"]')
    leaver.go('button[form="sign"]')
    leaver.says(words["signed"])
    leaver.go(f'a[href="{note}/freeze"]')
    leaver.go("main form button.main, main form button[type=submit]")
    leaver.says(words["frozen"])
    leaver.picture("06-frozen")


def receive(who: Hands, words: dict[str, str], note: str, dossier: str, said: str, picture: str) -> None:
    """Reads back what is urgent, and receives it."""
    who.page.goto("/".join(who.page.url.split("/")[:3]) + note)
    who.type(f'[name="{dossier}-text"]', words["back"])
    who.go(f'form[action$="/dossiers/{dossier}/read-back"] button')
    who.go(f'form[action="{note}/receive"] button')
    who.says(words[said])
    who.picture(picture)


def confirm(leaver: Hands, words: dict[str, str], note: str) -> None:
    """From where she is now she confirms what both of them read back."""
    for _reader in (1, 2):
        leaver.page.goto("/".join(leaver.page.url.split("/")[:3]) + note)
        leaver.go('form[action$="/confirm"] button')
    leaver.says(words["confirmed"])


def score(successor: Hands, words: dict[str, str], note: str) -> None:
    """Ninety days after his arrival he says what was missing."""
    successor.picture("10-desk-after-ninety-days")
    successor.go(f'main a[href="{note}/score"]')
    successor.press('[name=score_2][value="1"]')
    for _step in range(4):
        successor.page.keyboard.press("ArrowRight")
    successor.type("[name=missed]", words["missed"])
    successor.picture("11-score")
    successor.go("main form button.main, main form button[type=submit]")
    successor.says(words["thanks"])
    successor.picture("12-scored")
