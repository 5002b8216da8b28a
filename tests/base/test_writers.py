"""Many who write at once: each gets its turn, or reads that it did not and finds back what it typed."""

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from expertise.base import clock
from expertise.base.again import AGAIN, LAST, PAUSES, Again
from expertise.base.database import begin, claim, engine, session
from expertise.base.errors import Refused
from expertise.dossiers.models import Dossier, Entry
from tests import make
from tests.conftest import Browser, Cast, Template

Open = Callable[[str], Browser]


@pytest.fixture
def note(app: Flask, cast: Cast) -> tuple[str, str]:
    """A dossier and a note of the local colleague in it."""
    with app.app_context():
        begin("write")
        author = session().get_one(make.Person, cast.people["colleague"])
        dossier = make.dossier(kept_by=session().get_one(make.Position, cast.positions["adviser"]))
        entry = make.entry(dossier, by=author)
        found = dossier.id, entry.id
        session().commit()
        session().rollback()
    return found


def test_eight_who_write_at_once_all_get_their_turn(app: Flask, browser_of: Open, note: tuple[str, str]) -> None:
    browsers = [browser_of("colleague") for _ in range(8)]
    for browser in browsers:
        browser.get("/account")
    answers: list[int] = []

    def write(browser: Browser, name: int) -> None:
        fields = {"title": f"Note {name}", "kind": "background", "date": "2026-11-23", "csrf_token": browser.token()}
        for _ in range(3):
            answers.append(browser.client.post(f"/dossiers/{note[0]}/entries/new", data=fields).status_code)

    threads = [threading.Thread(target=write, args=(one, number)) for number, one in enumerate(browsers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [303] * 24
    with app.app_context():
        begin("read")
        assert session().scalar(select(func.count()).select_from(Entry)) == 25
        session().rollback()


def test_who_waits_in_vain_reads_so_and_finds_the_text_back(
    make_app: Callable[..., Flask], cast_template: Template
) -> None:
    app = make_app(cast_template, EXPERTISE_DATABASE_WAIT_SECONDS="1")
    assert cast_template.cast
    browser = Browser(app.test_client()).sign_in(cast_template.cast.email("colleague"))
    browser.get("/account")
    with app.app_context():
        writer = engine().connect().execution_options(begins="alone")
    with writer, writer.begin():
        page = browser.post("/dossiers/new?lang=en", title="What I typed all morning", status=503)
    assert "Not possible just now" in page
    assert "What I typed all morning" in page
    assert browser.page is not None
    assert browser.page.headers["Retry-After"]
    assert "What I typed all morning" not in browser.get("/dossiers", whose="all")


def test_who_comes_second_to_a_record_is_tried_again_and_both_changes_stand(
    app: Flask, browser_of: Open, note: tuple[str, str]
) -> None:
    browser = browser_of("colleague")
    token = browser.token()
    answers: list[int] = []

    def verify() -> None:
        answers.append(browser.client.post(f"/dossiers/{note[0]}/verify", data={"csrf_token": token}).status_code)

    second = threading.Thread(target=verify)
    with app.app_context():
        begin("write")
        dossier = session().get_one(Dossier, note[0])
        claim(dossier, None)
        dossier.summary = "What the first wrote"
        session().flush()
        second.start()
        # Time to arrive and to wait; where it comes later, it only finds less in its way.
        second.join(0.5)
        session().commit()
        session().rollback()
    second.join()
    assert answers == [303]
    with app.app_context():
        begin("read")
        dossier = session().get_one(Dossier, note[0])
        assert (dossier.summary, dossier.verified_on) == ("What the first wrote", clock.today())
        session().rollback()


def test_a_request_is_sent_again_with_its_body_until_it_has_the_database_to_itself() -> None:
    seen: list[tuple[bytes, bool]] = []

    def always_undone(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        seen.append((environ["wsgi.input"].read(), LAST in environ))
        if LAST not in environ:
            environ[AGAIN] = True
        start_response(f"{len(seen)} OK", [])
        return [b"answer"]

    started: list[str] = []
    environ = {"REQUEST_METHOD": "POST", "CONTENT_LENGTH": "4", "wsgi.input": io.BytesIO(b"body")}
    answer = Again(always_undone, largest=100)(environ, lambda status, _headers: started.append(status))
    tries = len(PAUSES) + 1
    assert list(answer) == [b"answer"]
    assert started == [f"{tries} OK"]
    assert seen == [(b"body", False)] * (tries - 1) + [(b"body", True)]


@pytest.mark.parametrize(
    "address", ["/dossiers/%00", "/posts/%00", "/contacts/%00", "/dossiers?text=%00", "/people/%00"]
)
def test_a_character_that_no_text_has_is_no_mistake_of_ours(browser_of: Open, address: str) -> None:
    answer = browser_of("colleague").client.get(address)
    assert answer.status_code in (200, 404)


def test_a_text_that_a_form_forgot_to_limit_is_refused(app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin("write")
        with pytest.raises(Refused) as refused:
            make.dossier(title="x" * 1001)
        session().rollback()
    assert refused.value.field == "title"


def test_names_are_matched_whatever_their_capitals(app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin("read")
        assert session().scalar(select(func.lower("ÉLODIE Œ"))) == "élodie œ"
        session().rollback()
