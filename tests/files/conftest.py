"""Sending files, and the records that they belong to."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.posts.models import Position
from tests import make
from tests.conftest import Browser
from tests.make import Cast

Send = Callable[..., str]


@pytest.fixture(autouse=True)
def _patience(app: Flask) -> None:
    """On a busy machine a child may need longer than a visitor would wait; no story here is about that."""
    app.config["FILE_CHECK_SECONDS"] = 10.0


@pytest.fixture
def munitions(app: Flask, cast: Cast) -> str:
    """A dossier that everybody may read, kept by the leaver's position."""
    return a_dossier(app, cast, "Cluster munitions")


@pytest.fixture
def secret(app: Flask, cast: Cast) -> str:
    """One that only its keepers may read."""
    return a_dossier(app, cast, "Quiet talks", reach="restricted")


def a_dossier(app: Flask, cast: Cast, title: str, **fields: Any) -> str:
    """The id of a new dossier of the leaver's position."""
    with app.app_context():
        begin("write")
        made = make.dossier(title, kept_by=session().get_one(Position, cast.positions["disarmament"]), **fields)
        session().commit()
        return made.id


def send(browser: Browser, owner: str, name: str, content: bytes, *, status: int = 200) -> str:
    """Add a file to `dossier/<id>` and the like; the page that follows."""
    text = browser.post(f"/files/of/{owner}", status=status, file=(BytesIO(content), name))
    assert browser.page is not None
    for answer in (*browser.page.history, browser.page):
        # The test client keeps a large body in a file of its own, and forgets it.
        answer.request.environ["wsgi.input"].close()
    return text


def file_id(browser: Browser, owner_url: str, name: str) -> str:
    """The id of a file by its name on the page of its record."""
    page = browser.get(owner_url)
    before = page[: page.index(f"<bdi>{name}</bdi>")]
    return before.rpartition("/files/")[2].partition('"')[0]
