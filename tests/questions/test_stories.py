"""A stranger asks, the former holder answers from elsewhere, and the next one need not ask."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from expertise.base.database import begin, session
from tests import make
from tests.conftest import Browser, Cast
from tests.questions.conftest import Open, Place, ask

TITLE = "Who chairs the group of experts on stockpiles?"


def in_language(browser: Browser, language: str) -> Browser:
    browser.get("/", lang=language)
    return browser


@pytest.mark.parametrize(
    ("language", "asked", "answered", "known"),
    [
        ("en", "Asked. Joris Anneveldt sees it at once.", "Answered. It stands in the dossier.", "Perhaps this was"),
        (
            "nl",
            "Gevraagd. Joris Anneveldt ziet het meteen.",
            "Beantwoord. Het staat in het dossier.",
            "Misschien is dit",
        ),
    ],
)
def test_a_question_is_asked_once_and_its_answer_stands_in_the_dossier(
    browser_of: Open, place: Place, language: str, asked: str, answered: str, known: str
) -> None:
    stranger = in_language(browser_of("stranger"), language)
    page = stranger.get(f"/dossiers/{place.dossier}")
    assert f"/dossiers/{place.dossier}/ask" in page
    page = stranger.get(f"/dossiers/{place.dossier}/ask")
    assert "Femke Wolderink" in page
    assert "Joris Anneveldt" in page
    page = stranger.post(
        f"/dossiers/{place.dossier}/ask", title=TITLE, body="For the talks in May.", to=place.people["predecessor"]
    )
    assert asked in page

    former = in_language(browser_of("predecessor"), language)
    assert TITLE in former.get("/")
    question = next(
        one for one in former.get("/questions").split('"') if one.startswith("/questions/") and one.endswith("/answer")
    )
    page = former.post(question, answer="Ambassador **Keita** until the summer; call her deputy.", version="1")
    assert answered in page

    page = stranger.get(question.removesuffix("/answer"))
    assert "<strong>Keita</strong>" in page
    assert "Joris Anneveldt" in page
    page = stranger.get(f"/dossiers/{place.dossier}")
    assert re.search(r'/entries/\w+"[^>]*>' + re.escape(TITLE), page), "it stands there as a note"
    assert re.search(r'/questions/\w+"[^>]*>' + re.escape(TITLE), page), "and as a question"
    found = stranger.get("/search", q="Keita deputy")
    assert TITLE in found

    second = in_language(browser_of("colleague"), language)
    address = f"/dossiers/{place.dossier}/ask"
    page = second.post(address, title="Who chairs the stockpiles experts group", to=place.people["predecessor"])
    assert known in page
    assert TITLE in page
    assert TITLE not in second.get("/questions"), "nothing was sent yet"
    page = second.post(
        address,
        title="Who chairs the stockpiles experts group",
        to=place.people["predecessor"],
        seen="Who chairs the stockpiles experts group",
    )
    assert asked in page


def test_the_note_says_who_asked_and_who_answered(browser_of: Open, place: Place) -> None:
    question = ask(browser_of("stranger"), f"/dossiers/{place.dossier}/ask", place.people["leaver"], TITLE)
    leaver = browser_of("leaver")
    page = leaver.post(f"/questions/{question}/answer", answer="Nobody now.", version="1")
    note = next(one for one in page.split('"') if "/entries/" in one)
    page = browser_of("hr").get(note)
    assert "This answers a question that Tijmen Oudeland asked on 23 Nov 2026" in page
    assert "Femke Wolderink answered it" in page


def test_mail_tells_the_asked_and_then_the_asker(
    browser_of: Open, place: Place, letters: Callable[[], list[str]]
) -> None:
    question = ask(
        browser_of("stranger"), f"/dossiers/{place.dossier}/ask", place.people["leaver"], TITLE, body="Quiet."
    )
    (letter,) = letters()
    assert letter.startswith("leaver@expertise.example\nA question for you: " + TITLE)
    assert f"https://e.example/questions/{question}/answer" in letter
    assert "Quiet." not in letter
    browser_of("leaver").post(f"/questions/{question}/answer", answer="Nobody.", version="1")
    (letter,) = letters()
    assert letter.startswith("stranger@expertise.example\nAnswered: " + TITLE)
    assert "Femke Wolderink" in letter


def test_declined_it_goes_to_the_one_before_and_last_it_stands_on_the_writing_list(
    browser_of: Open, place: Place
) -> None:
    stranger = browser_of("stranger")
    question = ask(stranger, f"/positions/{place.position}/ask", place.people["leaver"], TITLE)
    page = browser_of("leaver").post(f"/questions/{question}/decline", why="Before my time.")
    assert "It is with Joris Anneveldt now." in page
    assert "Before my time." in stranger.get(f"/questions/{question}")
    assert "Put it to Marijke ter Brugghen now" in stranger.get(f"/questions/{question}")
    assert "It is with Marijke ter Brugghen now." in stranger.post(f"/questions/{question}/next")
    head = browser_of("head")
    assert "nobody else to ask" in head.post(f"/questions/{question}/decline")
    assert "nobody answered" in stranger.get(f"/questions/{question}")
    assert TITLE in head.get("/posts/GEN-PV/writing-list")
    # The former holder let it rest, and may answer after all.
    former = browser_of("predecessor")
    version = re.search(r'name="version"[^>]*value="(\d+)"', former.get(f"/questions/{question}/answer"))
    assert version
    assert "Answered." in former.post(f"/questions/{question}/answer", answer="It was Keita.", version=version[1])


def test_passed_on_it_is_with_a_colleague(browser_of: Open, place: Place) -> None:
    question = ask(browser_of("stranger"), f"/dossiers/{place.dossier}/ask", place.people["leaver"], TITLE)
    leaver = browser_of("leaver")
    assert "Nobody in the staff list fits" in leaver.post(f"/questions/{question}/pass-on", status=422, person="Zzz")
    assert "has the question already" in leaver.post(f"/questions/{question}/pass-on", status=422, person="Tijmen")
    assert "Passed on to Noor Habbema." in leaver.post(
        f"/questions/{question}/pass-on", person="Noor", why="She was there."
    )
    colleague = browser_of("colleague")
    assert TITLE in colleague.get("/")
    assert "She was there." in colleague.get(f"/questions/{question}")


def test_a_question_about_a_restricted_dossier_is_passed_on_to_its_readers_only(browser_of: Open, place: Place) -> None:
    question = ask(browser_of("head"), f"/dossiers/{place.closed}/ask", place.people["leaver"], TITLE)
    page = browser_of("leaver").post(f"/questions/{question}/pass-on", status=422, person="Noor")
    assert "restricted dossier that this colleague does not read" in page


def test_the_former_holder_answers_about_what_he_no_longer_reads_and_learns_nothing(
    browser_of: Open, place: Place
) -> None:
    question = ask(browser_of("head"), f"/dossiers/{place.closed}/ask", place.people["predecessor"], TITLE)
    former = browser_of("predecessor")
    former.get(f"/dossiers/{place.closed}", status=404)
    for page in (
        former.get(f"/questions/{question}"),
        former.get(f"/questions/{question}/answer"),
        former.get("/questions"),
    ):
        assert TITLE in page
        assert "Quiet channel" not in page
    page = former.post(f"/questions/{question}/answer", answer="It was Keita.", version="1")
    assert "Filed in a dossier that you do not read." in page
    assert "Quiet channel" not in former.get("/search", q=TITLE)
    assert TITLE in browser_of("leaver").get("/search", q="Keita")
    assert TITLE not in browser_of("stranger").get("/search", q="Keita")
    browser_of("stranger").get(f"/questions/{question}", status=404)


def test_the_former_holder_declines_what_he_no_longer_reads_and_it_goes_on(browser_of: Open, place: Place) -> None:
    question = ask(browser_of("hr"), f"/positions/{place.position}/ask", place.people["predecessor"], TITLE)
    assert "It is with Femke Wolderink now." in browser_of("predecessor").post(f"/questions/{question}/decline")
    about = ask(browser_of("head"), f"/dossiers/{place.closed}/ask", place.people["predecessor"], "And who pays?")
    former = browser_of("predecessor")
    assert "Quiet channel" not in former.get(f"/questions/{about}/decline")
    page = former.post(f"/questions/{about}/decline", why="Not mine.")
    assert "It is with Femke Wolderink now." in page
    assert "And who pays?" not in former.get("/")
    assert "And who pays?" in browser_of("leaver").get("/")


def test_an_open_dossier_that_is_closed_takes_its_questions_along(browser_of: Open, place: Place) -> None:
    question = ask(browser_of("hr"), f"/dossiers/{place.dossier}/ask", place.people["leaver"], TITLE)
    stranger = browser_of("stranger")
    assert TITLE in stranger.get(f"/questions/{question}")
    assert TITLE in stranger.get("/search", q="stockpiles")
    leaver = browser_of("leaver")
    leaver.post(f"/dossiers/{place.dossier}/reach", reach="restricted")
    stranger.get(f"/questions/{question}", status=404)
    assert TITLE not in stranger.get("/search", q="stockpiles")
    # Who asked keeps reading it, and no longer sees of which dossier it is.
    page = browser_of("hr").get(f"/questions/{question}")
    assert TITLE in page
    assert "Cluster munitions" not in page
    assert "Cluster munitions" not in browser_of("hr").get("/search", q="stockpiles")


def test_who_withdraws_is_not_answered_any_more(browser_of: Open, place: Place) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    question = ask(stranger, f"/dossiers/{place.dossier}/ask", place.people["leaver"], TITLE)
    assert "Withdrawn." in stranger.post(f"/questions/{question}/withdraw")
    assert TITLE not in leaver.get("/")
    page = leaver.post(f"/questions/{question}/answer", status=409, answer="Too late", version="1")
    assert "Too late" in page
    assert "no longer waits" in page


def test_what_is_wrong_is_said_at_the_field_and_kept(browser_of: Open, place: Place) -> None:
    stranger = browser_of("stranger")
    page = stranger.post(f"/dossiers/{place.dossier}/ask", status=422, title="", body="Long", to=place.people["leaver"])
    assert 'href="#title"' in page
    assert "Long</textarea>" in page
    page = stranger.post(f"/dossiers/{place.dossier}/ask", status=422, title=TITLE, to="zzzzzzzzzzzz")
    assert TITLE in page
    page = stranger.post(f"/dossiers/{place.dossier}/ask", status=422, title="x" * 301, to=place.people["leaver"])
    assert "At most 300 characters." in page
    page = stranger.post(
        f"/dossiers/{place.dossier}/ask", status=422, title=TITLE, body="NATO SECRET", to=place.people["leaver"]
    )
    assert "NATO SECRET" in page
    question = ask(stranger, f"/dossiers/{place.dossier}/ask", place.people["leaver"], TITLE)
    assert 'href="#answer"' in browser_of("leaver").post(f"/questions/{question}/answer", status=422, answer=" ")


def test_an_answer_without_a_dossier_is_filed_where_the_answerer_says(browser_of: Open, place: Place) -> None:
    question = ask(browser_of("stranger"), f"/people/{place.people['leaver']}/ask", place.people["leaver"], TITLE)
    leaver = browser_of("leaver")
    assert "Cluster munitions" in leaver.get(f"/questions/{question}/answer")
    leaver.post(f"/questions/{question}/answer", answer="Keita.", version="1", dossier=place.dossier)
    assert TITLE in browser_of("hr").get(f"/dossiers/{place.dossier}")


def test_load_and_reach_are_seen_before_one_asks(browser_of: Open, place: Place) -> None:
    stranger = browser_of("stranger")
    address = f"/dossiers/{place.dossier}/ask"
    assert "has had no questions yet" in stranger.get(address)
    ask(stranger, address, place.people["leaver"], TITLE)
    page = stranger.get(address)
    assert "has had 1 question, 1 still to answer" in page
    assert "1 question" in stranger.get(f"/positions/{place.position}")


def test_a_contact_that_is_erased_goes_from_questions_and_answers_too(
    browser_of: Open, place: Place, app: Flask
) -> None:
    with app.app_context():
        begin("write")
        contact = make.contact("Ingrid Stormvloed").id
        session().commit()
    question = ask(browser_of("stranger"), f"/people/{place.people['leaver']}/ask", place.people["leaver"], TITLE)
    browser_of("leaver").post(f"/questions/{question}/answer", answer="Ask Ingrid Stormvloed.", version="1")
    assert "Erased." in browser_of("privacy").post(f"/contacts/{contact}/erase", name="Ingrid Stormvloed")
    page = browser_of("stranger").get(f"/questions/{question}")
    assert "Ask " in page
    assert "Stormvloed" not in page


def test_who_leaves_sees_the_writing_list_where_she_says_what_she_does_not_know(
    browser_of: Open, place: Place, cast: Cast
) -> None:
    leaver = browser_of("leaver")
    leaver.post(f"/postings/{cast.postings['leaver']}/handover")
    page = leaver.get(f"/postings/{cast.postings['leaver']}/handover")
    note = re.search(r"/handovers/(\w{12})/edit", page)
    assert note
    assert "/posts/GEN-PV/writing-list" in leaver.get(f"/handovers/{note[1]}/edit/11")
    question = ask(browser_of("stranger"), f"/positions/{place.position}/ask", place.people["leaver"], TITLE)
    page = leaver.get(f"/handovers/{note[1]}")
    assert f"/questions/{question}" in page
    assert TITLE in page
