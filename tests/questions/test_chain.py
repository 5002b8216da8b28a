"""What nobody answers goes up the chain by itself, past whoever no longer answers, and never over and over."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import pytest
import time_machine
from flask import Flask

from expertise.access.viewer import system
from expertise.base.database import begin, session
from expertise.handovers.service import start_note, write_header
from expertise.people.models import Account
from expertise.posts.models import Posting
from expertise.questions import service
from expertise.questions.models import Question
from tests import make
from tests.conftest import Cast
from tests.questions.conftest import Open, Place, ask

TITLE = "Who chairs the group of experts on stockpiles?"


def go_up(app: Flask, days: int = 10) -> int:
    with app.app_context():
        begin("write")
        done = service.go_up_due(system(), days=days)
        session().commit()
    return done


def test_after_the_set_time_it_goes_to_the_one_before(browser_of: Open, place: Place, app: Flask) -> None:
    question = ask(browser_of("stranger"), f"/dossiers/{place.dossier}/ask", place.people["leaver"], TITLE)
    assert go_up(app) == 0
    with time_machine.travel("2026-12-04T09:00:00+01:00", tick=True):
        assert go_up(app) == 1
        page = browser_of("stranger").get(f"/questions/{question}")
        assert "did not answer in time" in page
        assert TITLE in browser_of("predecessor").get("/")
        # Whoever let it rest may still answer.
        assert f"/questions/{question}/answer" in browser_of("leaver").get(f"/questions/{question}")
        assert go_up(app) == 0


def test_who_said_until_when_is_not_asked_after_that_day(
    browser_of: Open, place: Place, app: Flask, cast: Cast
) -> None:
    with app.app_context():
        begin("write")
        note = start_note(make.SYSTEM, session().get_one(Posting, cast.postings["past"]))
        write_header(make.SYSTEM, note, reachable_until=date(2026, 6, 1))
        session().commit()
    stranger = browser_of("stranger")
    page = stranger.get(f"/dossiers/{place.dossier}/ask")
    assert "no longer answers questions about it (until 1 Jun 2026)" in page
    stranger.post(f"/dossiers/{place.dossier}/ask", status=422, title=TITLE, to=place.people["predecessor"])
    assert "answered until 1 Jun 2026" in stranger.get(f"/positions/{place.position}")
    question = ask(stranger, f"/dossiers/{place.dossier}/ask", place.people["leaver"], TITLE)
    assert "It is with Marijke ter Brugghen now." in browser_of("leaver").post(f"/questions/{question}/decline")


def test_who_has_many_to_answer_is_not_offered_first(browser_of: Open, place: Place) -> None:
    stranger = browser_of("stranger")
    address = f"/dossiers/{place.dossier}/ask"
    for number in range(5):
        title = f"Question {'abcde'[number] * 4}"
        ask(stranger, address, place.people["leaver"], title, seen=title)
    page = stranger.get(address)
    assert "has many to answer" in page
    chosen = page.index("checked")
    assert page.rindex(place.people["predecessor"], 0, chosen + 200) > page.rindex(place.people["leaver"], 0, chosen)


def test_whoever_holds_the_position_next_answers_what_was_put_to_the_seat(
    browser_of: Open, place: Place, app: Flask
) -> None:
    question = ask(browser_of("stranger"), f"/positions/{place.position}/ask", place.people["leaver"], TITLE)
    successor = browser_of("successor")
    successor.get(f"/questions/{question}", status=404)
    with time_machine.travel("2027-01-12T09:00:00+01:00", tick=True):
        assert TITLE in browser_of("successor").get("/")


def test_a_question_to_a_person_has_no_chain(browser_of: Open, place: Place, app: Flask) -> None:
    question = ask(browser_of("stranger"), f"/people/{place.people['leaver']}/ask", place.people["leaver"], TITLE)
    assert "nobody else to ask" in browser_of("stranger").get(f"/questions/{question}")
    with time_machine.travel("2026-12-04T09:00:00+01:00", tick=True):
        assert go_up(app) == 1
        assert "nobody answered" in browser_of("stranger").get(f"/questions/{question}")
        assert "Answered." in browser_of("leaver").post(f"/questions/{question}/answer", answer="Keita.", version="1")


@pytest.mark.parametrize(
    "page", ["/questions", "/dossiers/{dossier}", "/dossiers/{dossier}/ask", "/", "/positions/{seat}"]
)
def test_a_page_asks_as_much_of_many_questions_as_of_few(
    app: Flask,
    browser_of: Open,
    place: Place,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
    page: str,
) -> None:
    def grow(numbers: range) -> None:
        with app.app_context():
            begin("write")
            for number in numbers:
                who = make.person(f"Former {number}", email=f"former{number}@expertise.example")
                make.account(who)
                seat = session().get_one(make.Position, place.position)
                make.posting(who, seat, date(2000 + number, 1, 1), date(2000 + number, 12, 1))
                for asked in (who.id, place.people["leaver"]):
                    question = Question(
                        title=f"Question {number}", language="en", asker_id=who.id, asked_id=asked,
                        dossier_id=place.dossier, position_id=place.position,
                    )  # fmt: skip
                    question.steps.append(service.QuestionStep(number=1, person_id=asked))
                    session().add(question)
            session().commit()

    browser = browser_of("leaver")
    sent = []
    for numbers in (range(2), range(2, 9)):
        grow(numbers)
        address = page.format(dossier=place.dossier, seat=place.position)
        browser.get(address)
        with count_queries() as asked:
            browser.get(address)
        sent.append(asked)
    assert len(sent[1]) <= len(sent[0]), set(sent[1]) - set(sent[0]) or sent[1]


def test_who_has_no_account_or_left_is_not_asked(browser_of: Open, place: Place, app: Flask) -> None:
    with app.app_context():
        begin("write")
        who = make.person("Gone Long", left_on=date(2020, 1, 1))
        make.posting(who, session().get_one(make.Position, place.position), date(2010, 1, 1), date(2012, 1, 1))
        session().commit()
        assert session().query(Account).filter(Account.person_id == who.id).count() == 0
        session().rollback()
    page = browser_of("stranger").get(f"/positions/{place.position}/ask")
    assert "Gone Long" in page[page.index("Cannot be asked") :]
