"""The application, a clean database per test, and the named cast that every story is told with."""

import copy
import fcntl
import gc
import os
import pickle
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

# What is imported and collected stays to the end (pytest_collection_finish): nothing is gained by looking for waste.
gc.disable()

import time_machine
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache, FileSystemBytecodeCache
from sqlalchemy import event
from werkzeug.test import TestResponse

import config
from expertise import create_app
from expertise.access.viewer import Viewer
from expertise.base.database import begin, engine, session
from expertise.base.schema import upgrade
from expertise.cli import main
from expertise.search.service import rebuild
from tests.databases import KIND, QUICK, Server, required, start_server
from tests.make import QUICK_HASHER, Cast, make_cast

__all__ = ["required"]
TODAY = "2026-11-23T09:14:00+01:00"
TOKEN = re.compile(r'name="csrf[-_]token"[^>]*(?:value|content)="([^"]+)"')
PASSWORD = "correct horse battery"
ABOUT_THE_DATABASE = {"backup", "base", "migrations", "drafts", "drills", "health"}
# Which page is for whom does not hang on the database; the rules as SQL are in test_one_rule.py.
WALKS_ALL_ROUTES = {"test_matrix.py", "test_hostile.py", "test_small.py"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Drills that nobody asked for are not even read: they load large libraries, in each process of a run."""
    return True if collection_path.name == "drills" and config.option.markexpr.startswith("not drill") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A test that has no database is the same whichever there is: only SQLite's run tells it.

    With EXPERTISE_TESTS_SHARE=twelfth a twelfth of the rest is told, but for what is about the database itself.
    """
    if KIND == "sqlite":
        return
    kept = [one for one in items if "server" in getattr(one, "fixturenames", ())]
    if os.environ.get("EXPERTISE_TESTS_SHARE") == "twelfth":
        whole = [one for one in kept if one.path.relative_to(config.rootpath).parts[1] in ABOUT_THE_DATABASE]
        others = [one for one in kept if one not in set(whole) and one.path.name not in WALKS_ALL_ROUTES]
        kept = [*whole, *others[::12]]
    left_out = set(items) - set(kept)
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [one for one in items if one not in left_out]


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: looking through it again and again took a fifth of the time."""
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    gc.enable()


def pytest_configure() -> None:
    """A run writes thousands of small databases and forgets them: in memory, where there is enough, nothing waits."""
    memory = Path("/dev/shm")
    if "TMPDIR" not in os.environ and memory.is_dir() and shutil.disk_usage(memory).free > 3 << 30:
        os.environ["TMPDIR"] = tempfile.tempdir = str(memory)


@pytest.fixture(autouse=True)
def _the_day() -> Iterator[None]:
    """Every story happens on Monday 23 November 2026."""
    with time_machine.travel(TODAY, tick=True):
        yield


@dataclass(frozen=True)
class Template:
    """What the installation of a test is a copy of: a folder, and a database where that is not in the folder."""

    instance: Path
    database: str = ""
    cast: Cast | None = None


@pytest.fixture(scope="session")
def server() -> Iterator[Server | None]:
    """The PostgreSQL server of this run, where its tests want one."""
    if KIND == "sqlite":
        yield None
        return
    started = start_server(**QUICK)
    yield started
    started.stop()


@pytest.fixture(scope="session")
def empty_template(tmp_path_factory: pytest.TempPathFactory, server: Server | None) -> Template:
    """The schema and nothing else, made once."""
    template = Template(tmp_path_factory.mktemp("empty"), server.new() if server else "")
    with time_machine.travel(TODAY, tick=True):
        app = create_app(settings_for(template.instance, **address_of(server, template.database)))
        with app.app_context():
            upgrade()
        dispose(app)
    return template


def _filled(empty: Template, server: Server | None, folder: Path, fill: Callable[[Flask], Cast | None]) -> Template:
    """A copy of the empty one in which something was written."""
    instance = folder / "instance"
    shutil.copytree(empty.instance, instance)
    database = server.new(empty.database) if server else ""
    with time_machine.travel(TODAY, tick=True):
        app = create_app(settings_for(instance, **address_of(server, database)))
        make_quick(app)
        cast = fill(app)
        dispose(app)
    return Template(instance, database, cast)


def _make_cast(app: Flask) -> Cast:
    with app.app_context():
        begin("write")
        made = make_cast(PASSWORD)
        session().commit()
        rebuild()
    return made


def command(app: Flask, *words: str) -> str:
    """What a command prints."""
    done = CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.stdout


def _load_demo(app: Flask) -> None:
    command(app, "demo", "load")


def _made_once(
    name: str, factory: pytest.TempPathFactory, server: Server | None, make: Callable[[Path], Template]
) -> Template:
    """Made by the first process of a run that wants it; the others wait. Not where each has a server of its own."""
    if server or "PYTEST_XDIST_WORKER" not in os.environ:
        return make(factory.mktemp(name))
    shared = factory.getbasetemp().parent
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = shared / f"{name}.template"
        if not kept.exists():
            folder = shared / name
            folder.mkdir()
            kept.write_bytes(pickle.dumps(make(folder)))
        made: Template = pickle.loads(kept.read_bytes())
    return made


@pytest.fixture(scope="session")
def cast_template(
    empty_template: Template, server: Server | None, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    """The same with the cast in it, indexed."""
    return _made_once("cast", tmp_path_factory, server, lambda at: _filled(empty_template, server, at, _make_cast))


@pytest.fixture(scope="session")
def demo_template(
    empty_template: Template, server: Server | None, tmp_path_factory: pytest.TempPathFactory
) -> Template:
    """An installation with the small demo in it."""
    return _made_once("demo", tmp_path_factory, server, lambda at: _filled(empty_template, server, at, _load_demo))


@pytest.fixture(scope="session")
def empty_instance(empty_template: Template) -> Path:
    """The folder of an installation that is empty."""
    return empty_template.instance


def address_of(server: Server | None, database: str) -> dict[str, str]:
    """The setting that leads to this database of the server."""
    return {"EXPERTISE_DATABASE_URL": server.url(database)} if server else {}


def settings_for(instance: Path, **changes: str) -> config.Config:
    """The settings of a test: local, everything in its own folder."""
    # One account walks through all pages in a minute here; the tests of that limit set their own.
    usual = {"EXPERTISE_LOG_LEVEL": "warning", "EXPERTISE_REQUESTS_PER_MINUTE": "0"}
    return config.load({"EXPERTISE_INSTANCE": str(instance), **usual, **changes})


def dispose(app: Flask) -> None:
    """Close what the application holds open."""
    with app.app_context():
        engine().dispose()
        app.extensions["search"].close()


class _Compiled(BytecodeCache):
    """Templates are compiled once in a run, not once in a test or a process; a changed text has another checksum."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.shared: BytecodeCache | None = None

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.held:
            bucket.bytecode_from_string(self.held[bucket.key])
        elif self.shared:
            self.shared.load_bytecode(bucket)
            if bucket.code:
                self.held[bucket.key] = bucket.bytecode_to_string()

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.held[bucket.key] = bucket.bytecode_to_string()
        if self.shared:
            self.shared.dump_bytecode(bucket)


COMPILED = _Compiled()


def make_quick(app: Flask) -> None:
    """Templates out of the common store; and cheap hashes, or each coming in would make the dear one of the product."""
    app.jinja_env.bytecode_cache = COMPILED
    app.config["PASSWORD_HASHER"] = QUICK_HASHER


@pytest.fixture(scope="session", autouse=True)
def _compiled_together(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The processes of one run compile each template once among them."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = tmp_path_factory.getbasetemp().parent / "templates"
        folder.mkdir(exist_ok=True)
        COMPILED.shared = FileSystemBytecodeCache(str(folder))


class Stage:
    """A place for one application: its folder and its database, which become a copy of a template."""

    def __init__(self, folder: Path, server: Server | None) -> None:
        self.instance = folder / "instance"
        self.server = server
        self.database = server.name() if server else ""

    def set(self, template: Template) -> None:
        """Clear it, and put a copy of the template there."""
        self.clear()
        shutil.copytree(template.instance, self.instance)
        if self.server:
            self.server.make(self.database, template.database)

    def kept(self, folder: Path) -> Template:
        """A template of how it stands now. No application may have it open."""
        shutil.copytree(self.instance, folder)
        return Template(folder, self.server.new(self.database) if self.server else "")

    def clear(self) -> None:
        """Leave nothing. No application may have it open."""
        shutil.rmtree(self.instance, ignore_errors=True)
        if self.server:
            self.server.drop(self.database)

    def open(self, **settings: str) -> Flask:
        """An application on it."""
        app = create_app(settings_for(self.instance, **address_of(self.server, self.database), **settings))
        make_quick(app)
        app.config["PASSWORD_FOR_TESTS"] = PASSWORD
        return app


@pytest.fixture
def make_app(tmp_path: Path, server: Server | None) -> Iterator[Callable[..., Flask]]:
    """`make_app(template, EXPERTISE_PROXIES="1")`: an application of the test's own on a copy of the template."""
    made: list[tuple[Stage, Flask]] = []

    def make(template: Template, **settings: str) -> Flask:
        stage = Stage(tmp_path / f"stage-{len(made)}", server)
        stage.set(template)
        made.append((stage, stage.open(**settings)))
        return made[-1][1]

    yield make
    for stage, app in made:
        dispose(app)
        stage.clear()


@dataclass
class Troupe:
    """The application that most tests share. What they change is put back; what they store is on a stage set anew."""

    stage: Stage
    app: Flask


@pytest.fixture(scope="session")
def troupe(
    empty_template: Template, server: Server | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Troupe]:
    """Made once: routes, templates and compiled queries are the same in every test, and take longest to make."""
    stage = Stage(tmp_path_factory.mktemp("stage"), server)
    stage.set(empty_template)
    app = stage.open()
    yield Troupe(stage, app)
    dispose(app)
    stage.clear()


@pytest.fixture
def app(request: pytest.FixtureRequest, troupe: Troupe) -> Iterator[Flask]:
    """The application on a database of its own: empty, or with the cast where the test asks for the cast."""
    app = troupe.app
    kept = [(held, dict(held)) for held in (app.config, app.extensions, app.view_functions)]
    dispose(app)
    name = "cast_template" if "cast" in request.fixturenames else "empty_template"
    troupe.stage.set(request.getfixturevalue(name))
    yield app
    dispose(app)
    for held, before in kept:
        held.clear()
        held.update(before)


@pytest.fixture
def cast(app: Flask, cast_template: Template) -> Cast:
    """Post Geneva, its people and a stranger elsewhere; see tests/make.py. They are in the database already."""
    return copy.deepcopy(cast_template.cast)


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
        """A CSRF token for this session: of the page that is open, or of another."""
        found = TOKEN.search(self.page.text) if self.page is not None and self.page.mimetype == "text/html" else None
        # Of those that cost little: whoever is signed in has one on every page, anybody else on that of signing in.
        for page in () if found else ("/privacy", "/sign-in"):
            found = found or TOKEN.search(self.client.get(page).text)
        assert found
        return found[1]

    def sign_in(self, email: str, password: str = PASSWORD) -> "Browser":
        """Come in; no page is open yet."""
        self.post("/sign-in", status=303, follow=False, email=email, password=password)
        return self


def even(page: str, address: str) -> str:
    """A page without an address that stands in it and what its forms carry: two can be compared byte by byte."""
    return re.sub(r'((?:csrf[-_]token|"once)"[^>]*(?:value|content)=")[^"]+', r"\1", page.replace(address, "…"))


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
