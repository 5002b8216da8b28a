"""What I watch: what others changed stands on my desk until I look, and comes by mail as often as I want."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import select

from expertise.base.database import begin, session
from expertise.watching.models import Watch
from expertise.watching.service import write_digests
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]


@pytest.fixture
def dossier(app: Flask, cast: Cast) -> str:
    """An open dossier of the disarmament seat."""
    with app.app_context():
        begin("write")
        seat = session().get_one(make.Position, cast.positions["disarmament"])
        made = make.dossier("Cluster munitions", kept_by=seat, language="en").id
        session().commit()
    return made


def write_in(browser: Browser, dossier: str, title: str = "Draft resolution") -> None:
    browser.post(f"/dossiers/{dossier}/entries/new", kind="background", title=title, body="x", language="en")


def change(browser: Browser, dossier: str, line: str) -> None:
    version = re.search(r'name="version"[^>]*value="(\d+)"', browser.get(f"/dossiers/{dossier}/edit"))
    assert version
    fields = {"title": "Cluster munitions", "urgency": "2", "language": "en", "line_to_take": line}
    browser.post(f"/dossiers/{dossier}/edit", version=version[1], **fields)


def test_the_stranger_watches_and_sees_what_changed_until_he_looks(browser_of: Open, dossier: str) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    assert "Stop watching" in stranger.post(f"/dossiers/{dossier}/watch")
    assert "Changed in what you watch" not in stranger.get("/")
    write_in(leaver, dossier)
    write_in(leaver, dossier, "Second")
    change(leaver, dossier, "No exceptions.")
    desk = stranger.get("/")
    assert "2 new notes; changed: line to take" in desk
    assert "2 new notes; changed: line to take" in stranger.get("/watching")
    assert "Since you last looked" in stranger.get(f"/dossiers/{dossier}")
    assert "Changed in what you watch" not in stranger.get("/")
    assert "Since you last looked" not in stranger.get(f"/dossiers/{dossier}")
    stranger.post(f"/watching/{dossier}/stop")
    assert "You watch no dossier yet" in stranger.get("/watching")


def test_what_i_changed_myself_is_no_news_to_me(browser_of: Open, dossier: str) -> None:
    leaver = browser_of("leaver")
    leaver.post(f"/dossiers/{dossier}/watch")
    leaver.client.post(f"/dossiers/{dossier}/status", data={"status": "archived", "csrf_token": leaver.token()})
    leaver.client.post(
        f"/dossiers/{dossier}/edit",
        data={"title": "Cluster bombs", "version": "1", "urgency": "2", "language": "en", "csrf_token": leaver.token()},
    )
    assert "Changed in what you watch" not in leaver.get("/")


def test_closing_is_told_and_has_its_undo_on_the_page_and_in_the_list(browser_of: Open, dossier: str) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    stranger.post(f"/dossiers/{dossier}/watch")
    page = leaver.client.post(
        f"/dossiers/{dossier}/status", data={"status": "archived", "csrf_token": leaver.token()}, follow_redirects=True
    ).text
    assert "Undo: open it again" in page
    assert "closed" in stranger.get("/")
    assert "Undo: open it again" not in stranger.get(f"/dossiers/{dossier}")
    listed = leaver.client.get("/dossiers?status=archived&whose=all").text
    assert "Open it again" in listed
    assert "Open it again" not in stranger.client.get("/dossiers?status=archived&whose=all").text


def test_a_letter_at_once_says_it_in_the_readers_language_once(
    browser_of: Open, cast: Cast, dossier: str, letters: Callable[[], list[str]]
) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    stranger.post("/account", language="nl", theme="auto", mail="at_once")
    stranger.post(f"/dossiers/{dossier}/watch")
    assert letters() == []
    write_in(leaver, dossier)
    write_in(leaver, dossier, "Second")
    (letter,) = letters()
    assert letter.startswith(cast.email("stranger"))
    assert "Dag Tijmen Oudeland" in letter
    assert "2 nieuwe notities" in letter
    assert f"https://e.example/dossiers/{dossier}" in letter
    assert "Draft resolution" not in letter
    assert letters() == []
    # It still stands on his desk, and the next letter says only what is new.
    assert "2 nieuwe notities" in stranger.get("/")
    change(leaver, dossier, "No exceptions.")
    (letter,) = letters()
    assert "nieuwe notities" not in letter
    assert "gewijzigd: " in letter


def test_whoever_may_no_longer_read_it_gets_no_letter(
    browser_of: Open, dossier: str, letters: Callable[[], list[str]]
) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    stranger.post("/account", language="en", theme="auto", mail="at_once")
    stranger.post(f"/dossiers/{dossier}/watch")
    write_in(leaver, dossier)
    leaver.post(f"/dossiers/{dossier}/reach", reach="restricted")
    assert letters() == []
    assert "Cluster munitions" not in stranger.get("/")
    assert "Cluster munitions" not in stranger.get("/watching")
    stranger.post(f"/dossiers/{dossier}/watch", status=404)


def test_who_looked_meanwhile_gets_no_letter(browser_of: Open, dossier: str, letters: Callable[[], list[str]]) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    stranger.post("/account", language="en", theme="auto", mail="at_once")
    stranger.post(f"/dossiers/{dossier}/watch")
    write_in(leaver, dossier)
    stranger.get(f"/dossiers/{dossier}")
    assert letters() == []


def test_a_letter_a_day_and_none(app: Flask, browser_of: Open, dossier: str, letters: Callable[[], list[str]]) -> None:
    stranger, head, leaver = browser_of("stranger"), browser_of("head"), browser_of("leaver")
    stranger.post(f"/dossiers/{dossier}/watch")  # daily is what one gets without choosing
    head.post("/account", language="en", theme="auto", mail="none")
    head.post(f"/dossiers/{dossier}/watch")
    write_in(leaver, dossier)
    assert letters() == []
    with app.app_context():
        begin("write")
        write_digests(make.SYSTEM)
        session().commit()
    (letter,) = letters()
    assert "1 new note" in letter
    assert "Tijmen" in letter


def test_a_choice_of_mail_that_there_is_not_is_refused(browser_of: Open) -> None:
    page = browser_of("leaver").post("/account", language="en", theme="auto", mail="hourly", status=422)
    assert "One thing is not right yet" in page


def test_a_letter_that_cannot_be_noted_breaks_no_save(
    app: Flask, browser_of: Open, dossier: str, letters: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    stranger.post("/account", language="en", theme="auto", mail="at_once")
    stranger.post(f"/dossiers/{dossier}/watch")
    monkeypatch.delitem(app.extensions, "mail")
    write_in(leaver, dossier)
    assert "Draft resolution" in leaver.get(f"/dossiers/{dossier}")


def test_more_that_is_watched_costs_no_more_queries(
    app: Flask,
    browser_of: Open,
    cast: Cast,
    dossier: str,
    count_queries: Callable[[], AbstractContextManager[list[str]]],
) -> None:
    stranger, leaver = browser_of("stranger"), browser_of("leaver")
    stranger.post(f"/dossiers/{dossier}/watch")
    change(leaver, dossier, "x")
    stranger.get("/watching")
    with count_queries() as before:
        stranger.get("/watching")
    with app.app_context():
        begin("write")
        for number in range(8):
            made = make.dossier(f"Number {number}", language="en")
            session().add(Watch(person_id=cast.people["stranger"], dossier_id=made.id, seen_version=1, told_version=1))
            make.entry(made, "Note")
        session().commit()
    with count_queries() as after:
        assert "Number 7" in stranger.get("/watching")
    assert len(after) == len(before), after
    with app.app_context():
        begin("read")
        assert len(session().scalars(select(Watch)).all()) == 9
