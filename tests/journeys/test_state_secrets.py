"""What is marked above Departementaal Vertrouwelijk is refused before any of it is stored, wherever it is typed."""

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, text

from expertise.base.database import begin, session
from expertise.base.errors import Refused
from expertise.base.tables import run_import
from expertise.domains.models import Domain
from expertise.dossiers.exchange import KINDS
from expertise.dossiers.models import Entry
from tests import make
from tests.conftest import Browser, Cast
from tests.databases import Server

Open = Callable[[str], Browser]
# A word that stands nowhere else, beside the mark: if a byte of the text was kept, this is in it.
TELLTALE = "Zwartkopmeeuw"
MARKED = f"Stg. Geheim {TELLTALE} and what he said"


Keeps = Callable[[], list[Path]]


@pytest.fixture
def kept_bytes(app: Flask, server: Server | None) -> Keeps:
    """The files of the instance and of the database, write-ahead log among them, that hold the telltale."""

    def look() -> list[Path]:
        files = [path for path in Path(app.config["INSTANCE"]).rglob("*") if path.is_file()]
        database = server.files() if server else [path for path in files if path.name.startswith("expertise.db")]
        assert database
        return [path for path in {*files, *database} if TELLTALE.encode() in path.read_bytes()]

    return look


def test_no_form_takes_it_in_any_field_and_nothing_of_it_is_left(
    app: Flask, cast: Cast, browser_of: Open, capfd: pytest.CaptureFixture[str], kept_bytes: Keeps
) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(make.Position, cast.positions["disarmament"])
        dossier = make.dossier("Cluster munitions", kept_by=seat, language="en")
        entry = make.entry(dossier, "Draft", language="en")
        contact = make.contact("Ilse Marquandt", kept_by=seat)
        session().commit()
        ids = {"dossier": dossier.id, "entry": entry.id, "contact": contact.id}
    leaver, hr = browser_of("leaver"), browser_of("hr")
    leaver.post(f"/postings/{cast.postings['leaver']}/handover", follow=False, status=303)
    assert leaver.page is not None
    ids["handover"] = leaver.page.location.split("/")[2]
    choices = {"position": cast.positions["disarmament"], "urgency": "2", "language": "en"}
    for who, address, name, more in (
        (leaver, "/dossiers/new", "title", {"reach": "open"} | choices),
        (leaver, "/dossiers/{dossier}/edit", "state_of_play", {"title": "x", "version": "1"} | choices),
        (leaver, "/dossiers/{dossier}/entries/new", "title", {"kind": "lesson", "date": "2026-11-23"}),
        (leaver, "/dossiers/{dossier}/entries/new", "body", {"kind": "lesson", "date": "2026-11-23"}),
        (leaver, "/dossiers/{dossier}/entries/new", "tags", {"title": "x", "kind": "lesson", "date": "2026-11-23"}),
        (leaver, "/dossiers/{dossier}/entries/{entry}/edit", "body", {"title": "x", "kind": "lesson", "version": "1"}),
        (leaver, "/contacts/new", "name", {"kind": "person"}),
        (leaver, "/contacts/{contact}/edit", "notes", {"name": "x", "kind": "person", "version": "1"}),
        (leaver, "/handovers/{handover}/edit/10", "advice", {}),
        (hr, "/people/new", "name", {}),
        (hr, "/posts/new", "name_en", {"code": "X", "name_nl": "X", "kind": "embassy"}),
    ):
        filled: dict[str, Any] = {name: MARKED, "lang": "en"} | more
        token = who.token()
        answer = who.client.post(
            address.format(**ids) + "?lang=en", data={**filled, "csrf_token": token}, buffered=True
        )
        if answer.status_code == 404:
            pytest.fail(f"{address} is not there")
        page = html.unescape(answer.text)
        assert (answer.status_code, "This carries the mark “Stg. Geheim”" in page) == (422, True), (
            address,
            page[:3000],
        )
        # What was typed is still on the page.
        assert TELLTALE in page, address
    browser_of("nobody").post("/sign-in", email=f"{MARKED}@x.y", password="x", status=422)
    leaver.get("/search", q=MARKED)
    leaver.post("/dossiers/preview", text=MARKED)
    assert kept_bytes() == []
    printed = capfd.readouterr()
    assert TELLTALE not in printed.out + printed.err


def test_the_reader_is_told_in_dutch_too(browser_of: Open) -> None:
    page = browser_of("leaver").post("/dossiers/new?lang=nl", title="NATO SECRET", status=422)
    assert "Hierop staat de merking “NATO SECRET”" in html.unescape(page)


def test_an_import_names_the_row_and_the_field_and_does_not_repeat_the_text(
    app: Flask, cast: Cast, tmp_path: Path, kept_bytes: Keeps
) -> None:
    entries = next(kind for kind in KINDS if kind.name == "entries")
    file = tmp_path / "entries.csv"
    file.write_text(f"title,body,dossier\nGood,Text,Mine\nBad,{MARKED},Mine\n{MARKED},Text,Mine\n")
    with app.app_context(), app.test_request_context():
        begin("write")
        report = run_import(entries, make.SYSTEM, file, keep_good=True)
        session().commit()
        notes = [(one.row, one.field, one.value) for one in report.rows if one.level == "error"]
        assert notes == [(3, "body", None), (4, "title", None)]
        assert "Stg. Geheim" in str(report.rows[0].why)
        assert report.counts["new"] == 1
    assert kept_bytes() == []


def test_the_last_lock_holds_whoever_writes_and_however(app: Flask, cast: Cast, kept_bytes: Keeps) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        dossier = make.dossier("Open", language="en")
        session().commit()
        place = "?" if session().get_bind().dialect.name == "sqlite" else "%s"
        many = [{"code": str(n), "name_nl": MARKED if n == 2 else "x", "name_en": "x"} for n in range(4)]
        writes: list[Callable[[], object]] = [
            lambda: make.entry(dossier, MARKED, language="en"),
            lambda: make.entry(dossier, "x", tags=["a", MARKED], language="en"),
            lambda: session().execute(insert(Domain), many),
            lambda: session().execute(insert(Domain).values(code="v", name_nl=MARKED, name_en="x")),
            lambda: session().execute(text("UPDATE dossier SET title = :title"), {"title": MARKED}),
            lambda: session().connection().exec_driver_sql(f"UPDATE dossier SET title = {place}", (MARKED,)),
            lambda: session().query(Entry).update({"title": MARKED}),
        ]
        for write in writes:
            begin("write")
            with pytest.raises(Refused, match=r"Stg\. Geheim"):
                write()
            session().rollback()
    assert kept_bytes() == []


def test_what_is_kept_would_be_seen(app: Flask, cast: Cast, kept_bytes: Keeps) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        make.dossier(f"The {TELLTALE} of the lake", language="en")
        session().commit()
    assert kept_bytes()
