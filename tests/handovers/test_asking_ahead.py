"""The successor asks before and after; both see the questions on the note, and the answers are filed."""

import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask

from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat
from tests.handovers.test_lessons import sign_and_freeze
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]
WORDS = {
    "en": {
        "ahead": "Ask ahead what is unclear",
        "waits": "1 question waits for your answer",
        "gone": "no longer comes",
    },
    "nl": {"ahead": "Vraag vooraf wat", "waits": "1 vraag wacht op jouw antwoord", "gone": "niet meer binnen"},
}


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_successor_asks_ahead_and_she_answers_while_she_writes(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, language: str
) -> None:
    words = WORDS[language]
    leaver, successor = browser_of("leaver"), browser_of("successor")
    for one in (leaver, successor):
        one.get("/", lang=language)
    note = begin_note(leaver, seat)
    # Twelve days before she goes he is asked to ask.
    desk = successor.get("/")
    assert words["ahead"] in desk
    page = successor.get(note)
    ask = re.search(rf'href="(/dossiers/{seat.urgent}/ask\?to={cast.people["leaver"]})"', page)
    assert ask
    asked = {"to": cast.people["leaver"], "title": "Who chairs in March?", "body": "", "seen": ""}
    successor.post(ask[1], **asked)
    assert words["ahead"] not in successor.get("/")
    # About what she may not let him read as a dossier, he asks about the seat.
    assert f"/dossiers/{seat.restricted}/ask" not in page
    successor.post(f"/positions/{cast.positions['disarmament']}/ask", **(asked | {"title": "Where is the key?"}))
    # Both see it on the note: at its dossier, and with the others.
    assert successor.get(note).count("Who chairs in March?") == 2
    assert leaver.get(note).count("Who chairs in March?") >= 2
    assert "Where is the key?" in leaver.get(f"{note}/edit")
    section = leaver.get(f"{note}/edit/2/{seat.urgent}")
    answer = re.search(r"/questions/\w{12}/answer", section)
    assert answer
    leaver.post(answer[0], answer="The Brazilian ambassador.", version="1")
    told = leaver.get(f"{note}/edit").partition('id="questions"')[2]
    assert words["waits"] in told
    # Under that head stands what waits, and nothing else.
    assert "Who chairs in March?" not in told.partition("</section>")[0]
    assert "Who chairs in March?" in told
    # Filed as a note in the dossier; what waits stands first.
    assert re.search(r"/entries/\w{12}\"[^>]*>Who chairs in March", leaver.get(f"/dossiers/{seat.urgent}"))
    questions = successor.get(note).split('id="questions"')[1]
    assert questions.index("Where is the key?") < questions.index("Who chairs in March?")
    assert "The Brazilian ambassador." in successor.get(note)


def test_questions_and_answers_go_along_in_the_file_and_are_asked_after_as_well(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat
) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    sign_and_freeze(app, note)
    with time_machine.travel("2027-01-12T09:00:00+01:00"):
        successor, leaver = browser_of("successor"), browser_of("leaver")
        asked = {"to": cast.people["leaver"], "title": "Who has the list of speakers?", "body": "", "seen": ""}
        successor.post(f"/dossiers/{seat.urgent}/ask", **asked)
        assert "Who has the list of speakers?" in successor.client.get(f"{note}/file/html").text
        answer = re.search(r"/questions/\w{12}/answer", leaver.get(note))
        assert answer
        leaver.post(answer[0], answer="The secretariat, in room E.3046.", version="1")
        assert "room E.3046" in successor.client.get(f"{note}/file/html").text
