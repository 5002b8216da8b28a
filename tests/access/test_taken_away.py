"""A right that is taken away is gone on the next request, without anybody signing in again."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from expertise.base.database import begin, session
from expertise.dossiers import service as dossiers
from expertise.dossiers.models import Dossier
from expertise.people import service as people
from expertise.people.models import Account, Person
from expertise.posts.models import Position, Posting
from expertise.posts.service import change_posting, end_posting
from expertise.search.service import drain
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]
SYSTEM = make.SYSTEM


@pytest.fixture
def change(app: Flask) -> Callable[[Callable[[], Any]], Any]:
    """`change(lambda: ...)` does something in the database, commits, and lets the index follow."""

    def done(what: Callable[[], Any]) -> Any:
        with app.app_context(), app.test_request_context():
            begin("write")
            result = what()
            session().commit()
            drain()
            return result

    return done


@pytest.fixture
def quiet(cast: Cast, change: Callable[..., Any]) -> str:
    """A restricted dossier of the disarmament seat that is shared with New York's."""

    def opened() -> str:
        made = make.dossier("Quiet talks", kept_by=seat(cast, "disarmament"), reach="restricted", language="en")
        dossiers.share_with(SYSTEM, made, position=seat(cast, "newyork"))
        return made.id

    return str(change(opened))


def seat(cast: Cast, name: str) -> Position:
    return session().get_one(Position, cast.positions[name])


def account_of(cast: Cast, who: str) -> Account:
    return session().scalars(select(Account).where(Account.person_id == cast.people[who])).one()


def test_with_the_posting_goes_what_the_position_keeps(
    browser_of: Open, cast: Cast, change: Callable[..., Any], quiet: str
) -> None:
    leaver, successor = browser_of("leaver"), browser_of("successor")
    leaver.get(f"/dossiers/{quiet}/edit")
    successor.get(f"/dossiers/{quiet}", status=404)
    change(lambda: end_posting(SYSTEM, session().get_one(Posting, cast.postings["leaver"]), date(2026, 11, 22)))
    starts = {"starts_on": date(2026, 11, 23)}
    change(lambda: change_posting(SYSTEM, session().get_one(Posting, cast.postings["successor"]), **starts))
    for page in ("", "/edit", "/keeping"):
        leaver.get(f"/dossiers/{quiet}{page}", status=404)
    leaver.post(f"/dossiers/{quiet}/verify", status=404)
    successor.get(f"/dossiers/{quiet}/edit")


def test_what_is_no_longer_shared_is_no_longer_there(browser_of: Open, change: Callable[..., Any], quiet: str) -> None:
    stranger = browser_of("stranger")
    assert "Quiet talks" in stranger.get(f"/dossiers/{quiet}")
    assert "Quiet talks" in stranger.get("/search", q="quiet talks")

    def take_back() -> None:
        dossier = session().get_one(Dossier, quiet)
        dossiers.unshare(SYSTEM, dossier, dossier.shares[0].id)

    change(take_back)
    stranger.get(f"/dossiers/{quiet}", status=404)
    assert f"/dossiers/{quiet}" not in stranger.get("/dossiers", whose="all")


def test_another_role_holds_at_once(browser_of: Open, cast: Cast, change: Callable[..., Any]) -> None:
    hr = browser_of("hr")
    hr.get("/people/new")
    change(lambda: people.change_role(SYSTEM, account_of(cast, "hr"), "staff"))
    hr.get("/people/new", status=404)
    hr.post("/people/new", name="Somebody", status=404)


def test_a_closed_account_and_a_person_who_left_are_out(
    browser_of: Open, cast: Cast, change: Callable[..., Any]
) -> None:
    for who, take_away in (
        ("admin", lambda: people.disable(SYSTEM, account_of(cast, "admin"))),
        (
            "hr",
            lambda: people.change_person(
                SYSTEM, session().get_one(Person, cast.people["hr"]), left_on=date(2026, 11, 22)
            ),
        ),
    ):
        browser = browser_of(who)
        assert browser.client.get("/").status_code == 200
        change(take_away)
        answer = browser.client.get("/")
        assert (answer.status_code, answer.location) == (303, "/sign-in")
