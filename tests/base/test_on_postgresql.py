"""What an installation on PostgreSQL is promised: an account that can do little, and a record that nobody cuts."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from expertise import create_app
from expertise.access.viewer import system
from expertise.audit.models import Event
from expertise.audit.queries import verify
from expertise.audit.sealing import LOCK
from expertise.base.database import begin, engine, session
from expertise.base.schema import upgrade
from expertise.people.models import Person
from tests.conftest import PASSWORD, Browser, command, dispose, make_quick, settings_for
from tests.databases import Server
from tests.files.conftest import a_dossier
from tests.make import Cast, make_cast

SECURITY = Path(__file__).parent.parent.parent / "docs/security.md"


def told() -> list[str]:
    """The statements that docs/security.md gives: for the server, for the database, and for its tables."""
    return re.findall(r"^```sql\n(.*?)^```", SECURITY.read_text(), re.MULTILINE | re.DOTALL)


@pytest.fixture
def by_the_book(
    server: Server | None, tmp_path: Path
) -> Iterator[tuple[Callable[[str, str], Any], Callable[..., Flask]] | None]:
    """A server set up as docs/security.md says: how to connect to it as whom, and an application as an account."""
    if server is None:
        yield None
        return

    def address(database: str, who: str) -> str:
        return server.url(database).replace("postgres:@", f"{who}:@")

    def connect(database: str, who: str) -> Any:
        return psycopg.connect(address(database, who), autocommit=True)

    def open_as(who: str) -> Flask:
        app = create_app(settings_for(tmp_path / "instance", EXPERTISE_DATABASE_URL=address("expertise", who)))
        make_quick(app)
        return app

    on_the_server, in_the_database, on_the_tables = told()
    for statement in on_the_server.split(";")[:-1]:
        server.admin.execute(statement)
    with connect("expertise", "postgres") as there:
        there.execute(in_the_database)
    owners = open_as("expertise_owner")
    with owners.app_context():
        upgrade()
    dispose(owners)
    with connect("expertise", "expertise_owner") as there:
        there.execute(on_the_tables)
    yield connect, open_as
    server.drop("expertise")
    server.admin.execute("DROP ROLE expertise")
    server.admin.execute("DROP ROLE expertise_owner")
    server.admin.execute("GRANT CONNECT, TEMPORARY ON DATABASE postgres TO PUBLIC")
    server.admin.execute("GRANT CONNECT ON DATABASE template1 TO PUBLIC")


def test_the_account_of_docs_security_runs_the_application_and_can_do_nothing_else(
    by_the_book: Any, tmp_path: Path
) -> None:
    # On SQLite there are no accounts; that the page has its three pieces is looked at there too.
    assert len(told()) == 3
    if by_the_book is None:
        return
    connect, open_as = by_the_book
    app = open_as("expertise")
    with app.app_context():
        begin("write")
        cast = make_cast(PASSWORD)
        session().commit()
    browser = Browser(app.test_client()).sign_in(cast.email("leaver"))
    seat = re.search(
        r'<select[^>]*name="position".*?<option[^>]*value="([^"]+)"', browser.get("/dossiers/new"), re.DOTALL
    )
    assert seat
    browser.post("/dossiers/new", title="Cluster munitions", urgency="2", reach="open", position=seat[1])
    browser.get("/search", q="munition")
    browser.post("/account", language="en", theme="dark", mail="daily")
    browser.post("/sign-out")
    # What runs by itself, and what goes furthest: all that is known of somebody is copied, and taken away.
    command(app, "jobs", "run", "--once")
    with app.app_context():
        begin("write")
        session().get_one(Person, cast.people["leaver"]).left_on = date(2026, 11, 1)
        session().commit()
    command(app, "person", "erase", cast.people["leaver"])
    command(app, "index", "check")
    command(app, "backup", str(tmp_path / "backup"))
    command(app, "audit", "verify")
    dispose(app)
    for statement in (
        "DELETE FROM event",
        "TRUNCATE event",
        "UPDATE event SET action = 'dossier.read'",
        "UPDATE event SET stamp = ''",
        "DROP TABLE event",
        "ALTER TABLE event DISABLE TRIGGER ALL",
        "CREATE TABLE more (a int)",
        "CREATE TEMPORARY TABLE more (a int)",
        "CREATE SCHEMA more",
        "DELETE FROM alembic_version",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')",
        "COPY account TO PROGRAM 'id'",
        "COPY account TO '/tmp/account'",
        "SELECT * FROM pg_authid",
        "SET ROLE expertise_owner",
    ):
        with connect("expertise", "expertise") as there, pytest.raises(psycopg.errors.Error) as refused:
            there.execute(statement)
        assert isinstance(refused.value, psycopg.errors.InsufficientPrivilege), (statement, refused.value)
    for other in ("postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            connect(other, "expertise")


def _waiting() -> int:
    begin("read")
    found = session().scalar(select(func.count()).select_from(Event).where(Event.sealed.is_(None)))
    session().rollback()
    return found or 0


def test_an_event_that_is_taken_away_before_it_is_linked_is_missed_by_who_wrote_it(
    app: Flask, cast: Cast, browser_of: Callable[[str], Browser], server: Server | None
) -> None:
    dossier = a_dossier(app, cast, "Cluster munitions")
    leaver = browser_of("leaver")
    fields = {"title": "A note", "body": "", "kind": "background"}
    if server is None:
        # On SQLite it is linked in the transaction that writes it: there is never one that waits.
        leaver.post(f"/dossiers/{dossier}/entries/new", **fields)
        with app.app_context():
            assert _waiting() == 0
        return
    saves = threading.Thread(target=leaver.post, args=(f"/dossiers/{dossier}/entries/new",), kwargs=fields)
    with app.app_context(), engine().connect() as holder:
        # Whoever rules the database holds up the sealer, and takes away what waits for it.
        holder.execute(select(func.pg_advisory_xact_lock(LOCK)))
        saves.start()
        until = time.monotonic() + 9
        while not _waiting() and time.monotonic() < until:
            time.sleep(0.02)
        begin("append")
        session().execute(delete(Event).where(Event.sealed.is_(None)))
        session().commit()
        holder.rollback()
        saves.join()
        begin("read")
        broken = verify(system()).broken
        session().rollback()
    assert broken
    assert "taken away or changed before it was linked" in broken.why
