"""A dossier to write in, and what a form of it carries."""

import html
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.drafts.models import Draft
from expertise.posts.models import Position
from tests import make
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat, fill_seat


@pytest.fixture
def munitions(app: Flask, cast: Cast) -> str:
    """An open dossier of the disarmament seat."""
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        made = make.dossier(
            "Cluster munitions", kept_by=seat, from_on=date(2020, 1, 1), language="en", state_of_play="Eleven states."
        )
        session().commit()
        return made.id


@pytest.fixture
def seat(app: Flask, cast: Cast) -> Seat:
    """What the leaver of Geneva hands over."""
    with app.app_context():
        begin("write")
        made = fill_seat(cast)
        session().commit()
    return made


@pytest.fixture
def rows(app: Flask) -> Callable[[], list[Draft]]:
    """`rows()`: every draft that the database holds, the closed ones too."""

    def all_drafts() -> list[Draft]:
        with app.app_context():
            begin("read")
            return session().query(Draft).order_by(Draft.started_at).all()

    return all_drafts


def ticket_in(page: str) -> str:
    """The ticket that the form of a page carries."""
    found = re.search(r'name="draft" value="([^"]+)"', page)
    assert found, page[:3000]
    return html.unescape(found[1])


def field_in(page: str, name: str) -> str:
    """What stands in a field of a page: a text, a line, or a hidden field."""
    found = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\r?\n?(.*?)</textarea>', page, re.DOTALL)
    if not found:
        tag = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
        assert tag, name
        found = re.search(r'value="([^"]*)"', tag[0])
    return html.unescape(found[1]) if found else ""


class Window:
    """One window of somebody who writes: the page as it was opened, and the autosaves of the script."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.page = browser.get(address, **({} if "?" in address else {"lang": "en"}))
        self.ticket = ticket_in(self.page)
        self.token = browser.token()
        self.sequence = 0

    def types(self, *, status: int = 200, sequence: int | None = None, whole: bool = True, **fields: str) -> Any:
        """What the script sends when somebody types; answers what the server said."""
        self.sequence = sequence or self.sequence + 1
        sent = {name: [value] for name, value in fields.items()}
        answer = self.browser.client.post(
            "/drafts",
            json={"ticket": self.ticket, "sequence": self.sequence, "whole": whole, "fields": sent},
            headers={"X-CSRFToken": self.token},
        )
        assert answer.status_code == status, (answer.status_code, answer.text[:500])
        return answer.get_json(silent=True)

    def sends(self, *, status: int = 200, to: str | None = None, **fields: str) -> str:
        """Press Save."""
        return self.browser.post(to or self.address, status=status, draft=self.ticket, **fields)
