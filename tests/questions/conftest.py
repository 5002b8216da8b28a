"""A dossier that Geneva's disarmament seat keeps, with a former holder who is elsewhere now."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask

from expertise.base import mail, post_office
from expertise.base.database import begin, session
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]


@dataclass
class Place:
    """What the stories are told with."""

    dossier: str
    closed: str
    position: str
    people: dict[str, str]


@pytest.fixture
def place(app: Flask, cast: Cast) -> Place:
    """An open dossier and a restricted one, both kept since 2019."""
    with app.app_context():
        begin("write")
        seat = session().get_one(make.Position, cast.positions["disarmament"])
        since = make.date(2019, 12, 13)
        dossier = make.dossier("Cluster munitions", kept_by=seat, language="en", from_on=since)
        closed = make.dossier("Quiet channel", kept_by=seat, language="en", from_on=since, reach="restricted")
        session().commit()
        return Place(dossier.id, closed.id, seat.id, cast.people)


@pytest.fixture
def letters(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """`letters()` sends what is due and gives the texts that left, each with its head."""
    folder = tmp_path / "mail"
    post = mail.Post(folder.as_uri(), "Expertise <x@expertise.example>", "https://e.example")
    monkeypatch.setitem(app.extensions, "mail", post)

    def send() -> list[str]:
        before = set(folder.glob("*.eml"))
        with app.app_context():
            post_office.send_due()
        fresh = [message_from_bytes(one.read_bytes(), policy=policy.default) for one in set(folder.glob("*")) - before]
        return [f"{one['To']}\n{one['Subject']}\n{one.get_content()}" for one in fresh]

    return send


def ask(browser: Browser, address: str, to: str, title: str, **fields: str) -> str:
    """Ask; the id of the question."""
    page = browser.post(address, title=title, to=to, **fields)
    assert browser.page
    found = re.fullmatch(r"/questions/(\w{12})", browser.page.request.path)
    assert found, page[:3000]
    return found[1]
