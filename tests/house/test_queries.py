"""No page asks the database more when there is more to show."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.search.service import drain
from tests import make
from tests.conftest import Browser, Cast

PAGES = (
    "/",
    "/dossiers?whose=all",
    "/dossiers/{dossier}",
    "/dossiers/{dossier}/revisions",
    "/dossiers/{dossier}/keeping",
    "/contacts",
    "/contacts/{contact}",
    "/posts",
    "/posts/GEN-PV",
    "/positions/{position}",
    "/people",
    "/people/{person}",
    "/people/{person}/expertise",
    "/who-knows?q=munitions",
    "/who-knows?post=GEN-PV",
    "/domains",
    "/search?q=munitions",
    "/account",
)


def more(cast: Cast, dossier: str, number: int) -> None:
    """Another of everything that a page may list."""
    position = session().get_one(make.Position, cast.positions["adviser"])
    author = session().get_one(make.Person, cast.people["colleague"])
    post = session().get_one(make.Post, cast.posts["geneva"])
    make.dossier(f"Munitions {number}", kept_by=position)
    found = session().get_one(make.Dossier, dossier)
    make.entry(found, f"Munitions note {number}", by=author)
    make.entry(found, f"Munitions promise {number}", by=author, kind="commitment", to_whom="The chair")
    make.contact(f"Contact {number}", kept_by=position)
    make.duty(position, f"Duty {number}")
    make.domain(f"theme-{number}", f"Thema {number}", f"Theme {number}")
    seat = make.position(post, f"Functie {number}", f"Seat {number}")
    make.posting(make.person(f"Somebody {number}"), seat, None)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_as_much_of_many_as_of_few(
    app: Flask,
    cast: Cast,
    browser_of: Callable[[str], Browser],
    count_queries: Callable[[], AbstractContextManager[list[str]]],
    page: str,
) -> None:
    def grow(numbers: range) -> None:
        with app.app_context():
            begin("write")
            for number in numbers:
                more(cast, names["dossier"], number)
            session().commit()
            drain()
            session().rollback()

    with app.app_context():
        begin("write")
        position = session().get_one(make.Position, cast.positions["adviser"])
        names = {
            "dossier": make.dossier("Munitions", kept_by=position).id,
            "contact": make.contact("Ilse Marquandt", kept_by=position).id,
            "position": cast.positions["adviser"],
            "person": cast.people["colleague"],
        }
        session().commit()
        session().rollback()
    browser = browser_of("colleague")
    sent = []
    for numbers in (range(3), range(3, 12)):
        grow(numbers)
        address = page.format(**names)
        browser.get(address)
        with count_queries() as asked:
            browser.get(address)
        sent.append(asked)
    assert len(sent[1]) <= len(sent[0]), set(sent[1]) - set(sent[0]) or sent[1]
