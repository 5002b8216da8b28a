"""The application, a clean database per test, and the named cast that every story is told with."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

import config
from expertise import create_app
from expertise.access.viewer import Viewer
from expertise.base.database import begin, session
from expertise.base.schema import upgrade
from tests.make import Cast, make_cast

TODAY = "2026-11-23T09:14:00+01:00"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def _the_day() -> Iterator[None]:
    """Every story happens on Monday 23 November 2026."""
    with time_machine.travel(TODAY, tick=True):
        yield


@pytest.fixture(scope="session")
def empty_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance with the schema and nothing else, made once and copied for each test."""
    instance = tmp_path_factory.mktemp("empty")
    app = create_app(settings_for(instance))
    with app.app_context():
        upgrade()
    dispose(app)
    return instance


def settings_for(instance: Path, **changes: str) -> config.Config:
    """The settings of a test: local, everything in its own folder."""
    return config.load({"EXPERTISE_INSTANCE": str(instance), "EXPERTISE_LOG_LEVEL": "warning", **changes})


def dispose(app: Flask) -> None:
    """Close what the application holds open."""
    with app.app_context():
        from expertise.base.database import engine

        engine().dispose()
        app.extensions["search"].close()


@pytest.fixture
def app(empty_instance: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    instance = tmp_path / "instance"
    shutil.copytree(empty_instance, instance)
    made = create_app(settings_for(instance))
    made.config["PASSWORD_FOR_TESTS"] = PASSWORD
    yield made
    dispose(made)


@pytest.fixture
def cast(app: Flask) -> Cast:
    """Post Geneva, its people and a stranger elsewhere; see tests/make.py."""
    with app.app_context():
        begin("write")
        made = make_cast(PASSWORD)
        session().commit()
    return made


@dataclass
class Browser:
    """A person at the product: keeps cookies, takes tokens out of forms, follows redirects."""

    client: FlaskClient
    page: TestResponse | None = None
    seen: list[str] = field(default_factory=list)

    def get(self, url: str, *, status: int = 200, **query: Any) -> str:
        """Open a page; answers its text."""
        self.page = self.client.get(url, query_string=query or None, follow_redirects=True, buffered=True)
        assert self.page.status_code == status, f"{url}: {self.page.status_code}\n{self.page.text[:2000]}"
        return self.page.text

    def post(self, url: str, *, status: int = 200, follow: bool = True, **fields: Any) -> str:
        """Send a form with the token that a page of this session carries."""
        fields.setdefault("csrf_token", self.token())
        self.page = self.client.post(url, data=fields, follow_redirects=follow, buffered=True)
        assert self.page.status_code == status, f"{url}: {self.page.status_code}\n{self.page.text[:3000]}"
        return self.page.text

    def token(self) -> str:
        """A CSRF token for this session."""
        page = self.client.get("/", follow_redirects=True).text
        found = re.search(r'name="csrf[-_]token"[^>]*(?:value|content)="([^"]+)"', page)
        assert found, page[:500]
        return found[1]

    def sign_in(self, email: str, password: str = PASSWORD) -> "Browser":
        """Come in."""
        self.post("/sign-in", email=email, password=password)
        return self


@pytest.fixture
def browser_of(app: Flask, cast: Cast) -> Callable[[str], Browser]:
    """`browser_of("leaver")`: a signed-in browser of a member of the cast; "nobody" is not signed in."""

    def open_browser(who: str) -> Browser:
        browser = Browser(app.test_client())
        return browser if who == "nobody" else browser.sign_in(cast.email(who))

    return open_browser


@pytest.fixture
def as_(app: Flask, cast: Cast) -> Iterator[Callable[[str], Viewer]]:
    """`as_("leaver")`: the viewer of a member of the cast, inside a writing transaction that is rolled back."""
    from expertise.people.queries import find_account
    from expertise.posts.viewers import viewer_for

    with app.app_context(), app.test_request_context():
        begin("write")

        def viewer(who: str) -> Viewer:
            account = find_account(cast.email(who))
            assert account
            return viewer_for(account, "en")

        yield viewer
        session().rollback()


@pytest.fixture
def count_queries(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_queries() as sent: ...` gathers the SQL that was sent; `len(sent)` must not grow with the rows."""
    with app.app_context():
        from expertise.base.database import engine

        the_engine = engine()

    @contextmanager
    def counting() -> Iterator[list[str]]:
        sent: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("BEGIN", "PRAGMA", "SET ")):
                sent.append(statement)

        event.listen(the_engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(the_engine, "before_cursor_execute", note)

    return counting


def required(what: str) -> bool:
    """Whether this run must not skip what needs a browser or a database server."""
    return what in os.environ.get("EXPERTISE_TESTS_REQUIRE", "")
