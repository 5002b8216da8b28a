"""A file is read by exactly those who read its record, at every moment; frozen notes keep theirs."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from expertise.access.rules import RULES, allowed
from expertise.access.viewer import NOBODY, Viewer
from expertise.base.database import begin, session
from expertise.base.findable import Outbox
from expertise.dossiers.models import Dossier
from expertise.dossiers.service import change_reach, share_with
from expertise.files import findable, owners
from expertise.files.models import Content, File
from expertise.files.owners import Attached
from expertise.handovers.models import Handover
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting
from tests import make
from tests.conftest import Browser, even
from tests.files.conftest import file_id, send
from tests.make import CAST, Cast

Open = Callable[[str], Browser]
As = Callable[[str], Viewer]


def test_foreign_and_missing_look_the_same_on_every_route(browser_of: Open, secret: str) -> None:
    leaver, stranger = browser_of("leaver"), browser_of("stranger")
    send(leaver, f"dossier/{secret}", "quiet.txt", b"over het verificatieregime")
    file = file_id(leaver, f"/dossiers/{secret}", "quiet.txt")
    token = stranger.token()
    for path, method in (
        ("/files/{}", "get"),
        ("/files/{}/content", "get"),
        ("/files/{}/pages/1", "get"),
        ("/files/{}/remove", "post"),
    ):
        seen = {}
        for one in (file, "x" * 12):
            data = {"csrf_token": token} if method == "post" else None
            answer = getattr(stranger.client, method)(path.format(one), data=data)
            seen[one] = (answer.status_code, even(answer.text, one))
        assert seen[file] == seen["x" * 12], path
        assert seen[file][0] == 404
    for owner in (f"dossier/{secret}", "dossier/xxxxxxxxxxxx", "nothing/xxxxxxxxxxxx"):
        stranger.get(f"/files/of/{owner}", status=404)
        send(stranger, owner, "a.txt", b"tekst", status=404)
    for words in ("verificatieregime", "quiet.txt"):
        assert "quiet.txt</a>" not in stranger.get("/search", q=words)
        assert "quiet.txt</a>" in leaver.get("/search", q=words)


def test_no_address_holds_a_hash_and_none_leads_anywhere(app: Flask, browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    page = send(leaver, f"dossier/{munitions}", "a.txt", b"tekst")
    with app.app_context():
        begin("read")
        sha256 = session().scalars(select(Content.sha256)).one()
    assert sha256 not in page
    file = file_id(leaver, f"/dossiers/{munitions}", "a.txt")
    assert sha256 not in leaver.get(f"/files/{file}")
    assert sha256 not in str(leaver.client.get(f"/files/{file}/content", buffered=True).headers)
    leaver.get(f"/files/{sha256}", status=404)
    leaver.get(f"/files/{sha256}/content", status=404)


def test_a_right_that_is_given_or_taken_holds_on_the_next_request_also_in_search(
    browser_of: Open, munitions: str
) -> None:
    leaver, stranger = browser_of("leaver"), browser_of("stranger")
    send(leaver, f"dossier/{munitions}", "stuk.txt", b"over het verificatieregime")
    file = file_id(stranger, f"/dossiers/{munitions}", "stuk.txt")
    assert f"/files/{file}" in stranger.get("/search", q="verificatieregime")
    leaver.post(f"/dossiers/{munitions}/reach", reach="restricted")
    stranger.get(f"/files/{file}", status=404)
    stranger.get(f"/files/{file}/content", status=404)
    assert f"/files/{file}" not in stranger.get("/search", q="verificatieregime")
    assert f"/files/{file}" in leaver.get("/search", q="verificatieregime")
    leaver.post(f"/dossiers/{munitions}/reach", reach="open")
    stranger.get(f"/files/{file}")
    assert f"/files/{file}" in stranger.get("/search", q="verificatieregime")


def test_who_may_add_and_who_may_remove(browser_of: Open, munitions: str) -> None:
    leaver, stranger, colleague = browser_of("leaver"), browser_of("stranger"), browser_of("colleague")
    send(stranger, f"dossier/{munitions}", "van buiten.txt", b"een stuk uit New York")
    file = file_id(leaver, f"/dossiers/{munitions}", "van buiten.txt")
    assert "/remove" not in colleague.get(f"/files/{file}")
    colleague.post(f"/files/{file}/remove", status=404)
    assert "/remove" in leaver.get(f"/files/{file}")
    stranger.post(f"/files/{file}/remove")
    leaver.get(f"/files/{file}", status=404)


@pytest.fixture
def frozen(app: Flask, cast: Cast, browser_of: Open) -> tuple[str, str]:
    """A handover with a file, frozen by the head; and the file."""
    leaver = browser_of("leaver")
    leaver.post(f"/postings/{cast.postings['leaver']}/handover")
    assert leaver.page is not None
    handover = leaver.page.request.path.split("/")[2]
    send(leaver, f"handover/{handover}", "inwerkmap.txt", b"over het verificatieregime")
    file = file_id(leaver, f"/handovers/{handover}", "inwerkmap.txt")
    browser_of("colleague").get(f"/files/{file}", status=404)
    browser_of("head").post(f"/handovers/{handover}/freeze", reason="evacuation of the post")
    return handover, file


def test_a_frozen_note_takes_no_more_files_and_loses_none(browser_of: Open, frozen: tuple[str, str]) -> None:
    handover, file = frozen
    leaver = browser_of("leaver")
    page = leaver.get(f"/handovers/{handover}")
    assert "inwerkmap.txt" in page
    assert f"/files/of/handover/{handover}" not in page
    send(leaver, f"handover/{handover}", "later.txt", b"te laat", status=404)
    leaver.post(f"/files/{file}/remove", status=404)
    assert "frozen, so it stays" in leaver.get(f"/files/{file}")
    # The post reads a frozen note, and so its files.
    assert f"/files/{file}" in browser_of("colleague").get("/search", q="verificatieregime", kind="file")
    browser_of("stranger").get(f"/files/{file}", status=404)


def test_search_is_told_of_files_of_a_dossier_and_of_its_notes_when_its_readers_change(munitions: str, as_: As) -> None:
    as_("leaver")
    dossier = session().get_one(Dossier, munitions)
    note = make.entry(dossier, "Draft", language="en")
    ids = {attach("dossier", munitions), attach("entry", note.id)}
    change_reach(make.SYSTEM, dossier, "restricted")
    assert ids <= {one.record_id for one in session().scalars(select(Outbox).where(Outbox.kind == "file"))}


def attach(kind: str, owner_id: str, by: str | None = None) -> str:
    """A file row without bytes, for rules that never look at them."""
    sha256 = f"{len(list(session().scalars(select(Content.sha256)))):064d}"
    session().add(Content(sha256=sha256, size=1, state="read", text="tekst"))
    session().flush()
    file = File(owner_kind=kind, owner_id=owner_id, name="a.txt", kind="txt", sha256=sha256, added_by_id=by)
    session().add(file)
    session().flush()
    return file.id


def test_readers_of_a_file_and_of_its_hit_are_those_of_its_record(as_: As, cast: Cast) -> None:
    viewers = {who: as_(who) for who in CAST} | {"nobody": NOBODY, "system": make.SYSTEM}
    pairs = [(kind, record, attach(kind, record.id, cast.people["stranger"])) for kind, record in records(cast)]
    session().expire_all()
    pieces = {one.id: one for one in findable.load([file for _kind, _record, file in pairs])}
    for kind, record, file in pairs:
        owner = owners.load(kind, [record.id])[record.id]
        attached = Attached(session().get_one(File, file), owner)
        for name, viewer in viewers.items():
            reads = allowed(viewer, f"{kind}.read", record) if f"{kind}.read" in RULES else False
            assert allowed(viewer, "file.read", attached) == allowed(viewer, "file.read", owner) == reads, (kind, name)
            assert viewer.is_system or bool(pieces[file].readers & viewer.tokens) == reads, (kind, name)
            assert reads or not allowed(viewer, "file.add", owner), (kind, name)
            assert reads or not allowed(viewer, "file.remove", attached), (kind, name)
    assert len(pairs) >= 8


def records(cast: Cast) -> list[tuple[str, object]]:
    """Dossiers, notes, contacts and handovers, open and not."""
    seat = session().get_one(Position, cast.positions["disarmament"])
    found: list[tuple[str, object]] = []
    for reach in ("open", "restricted"):
        dossier = make.dossier(reach, kept_by=seat, reach=reach, language="en")
        if reach == "restricted":
            share_with(make.SYSTEM, dossier, post=session().get_one(Post, cast.posts["vienna"]))
        by = session().get_one(Person, cast.people["stranger"])
        found += [("dossier", dossier), ("entry", make.entry(dossier, reach, by=by, language="en"))]
    found += [("contact", make.contact("A", kept_by=seat)), ("contact", make.contact("B"))]
    for who, frozen in (("leaver", False), ("past", True)):
        note = Handover(posting=session().get_one(Posting, cast.postings[who]))
        if frozen:
            note.frozen_at = datetime(2023, 6, 14, tzinfo=UTC)
        session().add(note)
        session().flush()
        found.append(("handover", note))
    return found
