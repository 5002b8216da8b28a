"""Adding, reading, finding and removing files, as people do."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.files import keeping
from expertise.files.wiring import the_files
from expertise.posts.models import Position
from tests import make
from tests.conftest import Browser
from tests.files import good, hostile
from tests.files.conftest import file_id, send
from tests.make import Cast

Open = Callable[[str], Browser]
SAMPLE = [
    next(one for one in good.all_good() if one.kind == kind) for kind in ("docx", "xlsx", "pptx", "odt", "pdf", "eml")
]
# One of each way in which the child says no, through the whole house.
BAD_SAMPLE = list({one.reasons[0]: one for one in hostile.all_bad()}.values())


@pytest.mark.parametrize("one", SAMPLE, ids=lambda one: one.kind)
def test_a_file_is_added_found_by_a_word_in_it_and_downloaded_as_it_was(
    browser_of: Open, munitions: str, one: good.Good
) -> None:
    leaver, stranger = browser_of("leaver"), browser_of("stranger")
    assert one.name in send(leaver, f"dossier/{munitions}", one.name, one.content)
    found = stranger.get("/search", q=one.word, kind="file")
    file = file_id(stranger, f"/dossiers/{munitions}", one.name)
    assert f'href="/files/{file}"' in found
    assert one.word in stranger.get(f"/files/{file}")
    taken = stranger.client.get(f"/files/{file}/content", buffered=True)
    assert taken.data == one.content
    assert taken.headers["Content-Disposition"].startswith("attachment;")
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in taken.headers["Content-Security-Policy"]
    assert taken.headers["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize("bad", BAD_SAMPLE, ids=lambda one: one.title)
def test_a_hostile_file_is_refused_at_the_field_and_leaves_nothing(
    app: Flask, browser_of: Open, munitions: str, bad: hostile.Bad
) -> None:
    page = send(browser_of("leaver"), f"dossier/{munitions}", bad.name, bad.content, status=422)
    assert 'id="file-error"' in page
    folder = Path(app.config["INSTANCE"])
    kept = [path for path in folder.rglob("*") if path.is_file() and "files" in path.parts and path.name != ".lock"]
    assert kept == []
    if len(bad.content) > 60 and bad.reasons[0] != "html":
        piece = bad.content[:200]
        assert all(piece not in path.read_bytes() for path in folder.rglob("*") if path.is_file())
    with app.app_context():
        assert keeping.check() == {"database": 0, "files": 0, "missing": [], "extra": [], "corrupt": []}


def test_the_reason_is_in_the_language_of_the_reader(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    leaver.get("/?lang=nl")
    page = send(leaver, f"dossier/{munitions}", "a.exe", b"MZ\x90\x00" + bytes(99), status=422)
    assert "Dit is een programma." in page
    assert "Kies eerst een bestand." in leaver.post(f"/files/of/dossier/{munitions}", status=422)


def test_a_file_over_the_limit_or_the_quota_is_refused_with_the_number(
    app: Flask, browser_of: Open, munitions: str
) -> None:
    app.config["MAX_FILE_BYTES"], app.config["FILES_QUOTA_BYTES"] = 2 << 20, 3 << 20
    leaver = browser_of("leaver")
    assert "larger than 2 MB" in send(leaver, f"dossier/{munitions}", "a.txt", b"a" * (2 << 20) + b"b", status=422)
    send(leaver, f"dossier/{munitions}", "a.txt", b"tekst " * 300_000)
    assert "more than 3 MB here" in send(leaver, f"dossier/{munitions}", "b.txt", b"ander " * 300_000, status=422)
    app.config["MAX_UPLOAD_BYTES"] = 1000
    send(leaver, f"dossier/{munitions}", "c.txt", b"c" * 5000, status=413)


def test_the_same_content_stands_once_and_goes_with_the_last_file_that_names_it(
    app: Flask, browser_of: Open, munitions: str, secret: str
) -> None:
    leaver, memo = browser_of("leaver"), good.a_pdf("Memo over het toetsingskader")
    send(leaver, f"dossier/{munitions}", "memo.pdf", memo)
    send(leaver, f"dossier/{secret}", "zelfde memo.pdf", memo)
    with app.app_context():
        (sha256,) = the_files().store.contents()
    twin = file_id(leaver, f"/dossiers/{secret}", "zelfde memo.pdf")
    assert leaver.client.get(f"/files/{twin}/pages/1", buffered=True).status_code == 200
    leaver.post(f"/files/{twin}/remove")
    file = file_id(leaver, f"/dossiers/{munitions}", "memo.pdf")
    assert leaver.client.get(f"/files/{file}/content", buffered=True).data == memo
    leaver.post(f"/files/{file}/remove")
    leaver.get(f"/files/{file}", status=404)
    assert "toetsingskader" not in leaver.get("/search", q="toetsingskader", kind="file").partition("<ol")[2]
    with app.app_context():
        store = the_files().store
        assert not store.path(sha256).exists()
        assert not store.preview_path(sha256, 1).exists()


def test_a_pdf_and_a_picture_are_shown_as_pictures_that_we_drew(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    send(leaver, f"dossier/{munitions}", "memo.pdf", good.a_pdf("een", "twee"))
    send(leaver, f"dossier/{munitions}", "foto.jpg", good.a_picture("JPEG"))
    memo, photo = (file_id(leaver, f"/dossiers/{munitions}", name) for name in ("memo.pdf", "foto.jpg"))
    assert leaver.get(f"/files/{memo}").count("<img") == 2
    for file, number, kind in ((memo, 1, "image/png"), (memo, 2, "image/png"), (photo, 1, "image/jpeg")):
        for _time in ("drawn", "kept"):
            shown = leaver.client.get(f"/files/{file}/pages/{number}", buffered=True)
            assert (shown.status_code, shown.content_type) == (200, kind)
            assert "sandbox" in shown.headers["Content-Security-Policy"]
    leaver.get(f"/files/{memo}/pages/3", status=404)
    leaver.get(f"/files/{memo}/pages/0", status=404)


def test_a_download_that_broke_off_goes_on_where_it_was(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    send(leaver, f"dossier/{munitions}", "lang.txt", b"0123456789" * 100)
    file = file_id(leaver, f"/dossiers/{munitions}", "lang.txt")
    rest = leaver.client.get(f"/files/{file}/content", headers={"Range": "bytes=990-"}, buffered=True)
    assert (rest.status_code, rest.data) == (206, b"0123456789")


def test_a_contact_a_note_and_a_handover_have_files_too(
    app: Flask, cast: Cast, browser_of: Open, munitions: str
) -> None:
    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        contact = make.contact("Aurélie Montclar", kept_by=seat).id
        from expertise.dossiers.models import Dossier

        note = make.entry(session().get_one(Dossier, munitions), "Draft resolution", language="en").id
        session().commit()
    leaver = browser_of("leaver")
    handover = leaver.post(f"/postings/{cast.postings['leaver']}/handover") and leaver.page.request.path.split("/")[2]
    for owner, url in (
        (f"contact/{contact}", f"/contacts/{contact}"),
        (f"entry/{note}", f"/dossiers/{munitions}/entries/{note}"),
        (f"handover/{handover}", f"/handovers/{handover}"),
    ):
        assert "bijlage.txt" in send(leaver, owner, "bijlage.txt", f"tekst bij {owner}".encode())
        assert f'action="/files/of/{owner}"' in leaver.get(url)
        assert 'enctype="multipart/form-data"' in leaver.get(f"/files/of/{owner}")


def test_a_page_with_many_files_asks_no_more_of_the_database(
    browser_of: Open, munitions: str, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    leaver = browser_of("leaver")
    send(leaver, f"dossier/{munitions}", "a.txt", b"een")
    leaver.get(f"/dossiers/{munitions}")
    with count_queries() as one:
        leaver.get(f"/dossiers/{munitions}")
    for number in range(3):
        send(leaver, f"dossier/{munitions}", f"b{number}.txt", f"tekst {number}".encode())
    leaver.get(f"/dossiers/{munitions}")
    with count_queries() as many:
        leaver.get(f"/dossiers/{munitions}")
    assert len(many) == len(one)


def test_what_took_too_long_is_closed_to_everybody_until_it_was_looked_at(
    app: Flask, browser_of: Open, munitions: str
) -> None:
    leaver = browser_of("leaver")
    app.config["FILE_CHECK_SECONDS"] = 0.0
    after, app.extensions["door"] = app.extensions["door"], _without_following(app)
    page = send(leaver, f"dossier/{munitions}", "later.txt", b"over het verificatieregime")
    assert "text is being read" in page
    file = file_id(leaver, f"/dossiers/{munitions}", "later.txt")
    leaver.get(f"/files/{file}/content", status=404)
    assert "still being looked at" in leaver.get(f"/files/{file}")
    app.extensions["door"] = after
    with app.app_context():
        assert keeping.extract_pending() == 1
        assert keeping.extract_pending() == 0
        after.after_commit()
    assert "verificatieregime" in leaver.get(f"/files/{file}")
    assert f"/files/{file}" in leaver.get("/search", q="verificatieregime", kind="file")


def _without_following(app: Flask) -> object:
    from dataclasses import replace

    return replace(app.extensions["door"], after_commit=lambda: None)


def test_what_had_to_wait_and_is_refused_after_all_goes_and_its_line_says_why(
    app: Flask, browser_of: Open, munitions: str
) -> None:
    leaver = browser_of("leaver")
    app.config["FILE_CHECK_SECONDS"] = 0.0
    macro = next(one for one in hostile.all_bad() if one.name == "macro.docx")
    send(leaver, f"dossier/{munitions}", macro.name, macro.content)
    file = file_id(leaver, f"/dossiers/{munitions}", "macro.docx")
    assert "There are macros in this document" in leaver.get(f"/files/{file}")
    leaver.get(f"/files/{file}/content", status=404)
    assert "macro.docx" not in browser_of("stranger").get("/search", q="macro.docx", kind="file").partition("<ol")[2]
    with app.app_context():
        assert keeping.check() == {"database": 0, "files": 0, "missing": [], "extra": [], "corrupt": []}
    leaver.post(f"/files/{file}/remove")
    assert "macro.docx</bdi>" not in leaver.get(f"/dossiers/{munitions}")


def test_the_check_finds_what_is_missing_extra_and_corrupt(app: Flask, browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    for number in range(3):
        send(leaver, f"dossier/{munitions}", f"{number}.txt", f"tekst {number}".encode())
    runner = app.test_cli_runner()
    from expertise.cli import main

    with app.app_context():
        store = the_files().store
        first, second, _third = store.contents()
        store.path(first).unlink()
        store.path(second).write_bytes(b"iets anders")
        extra = "ab" + "0" * 62
        store.path(extra).parent.mkdir(exist_ok=True)
        store.path(extra).write_bytes(b"van niemand")
    asked = runner.invoke(main, ["files", "check", "--json"], obj=_info(app))
    assert asked.exit_code == 1
    found = json.loads(asked.output)
    assert (found["missing"], found["extra"], found["corrupt"]) == ([first], [extra], [second])
    assert runner.invoke(main, ["files", "sweep"], obj=_info(app)).output == "1 contents removed\n"
    # The same content, added once more, heals what was lost and what was spoilt.
    for number in range(3):
        send(leaver, f"dossier/{munitions}", f"again {number}.txt", f"tekst {number}".encode())
    asked = runner.invoke(main, ["files", "check"], obj=_info(app))
    assert (asked.exit_code, asked.output) == (0, "database 3, files 3: equal\n")


def _info(app: Flask) -> object:
    from flask.cli import ScriptInfo

    return ScriptInfo(create_app=lambda: app)


def _marked() -> list[tuple[str, bytes]]:
    """A mark in every place where one can stand in a file."""
    import docx
    from PIL import PngImagePlugin

    from tests.files.good import _saved

    header, about = docx.Document(), docx.Document()
    header.sections[0].header.paragraphs[0].text = "STG. GEHEIM"
    about.core_properties.subject = "NATO SECRET"
    note = PngImagePlugin.PngInfo()
    note.add_text("Comment", "SECRET UE/EU SECRET")
    return [
        ("STG GEHEIM verslag.txt", b"gewone tekst"),
        ("in de tekst.txt", b"Stg. Geheim\n\nover het overleg"),
        ("in de kop.docx", _saved(header.save)),
        ("in de eigenschappen.docx", _saved(about.save)),
        ("in een pdf.pdf", good.a_pdf("NATO SECRET", "tekst")),
        ("in de titel.pdf", good.a_pdf("tekst", title="NATO CONFIDENTIAL")),
        ("in een tabel.xlsx", good.an_xlsx("COSMIC TOP SECRET\n")),
        ("in een stuk.odt", good.an_odf("odt", "NATO SECRET")),
        ("bij een foto.png", good.a_picture("PNG", pnginfo=note)),
        ("in een mail.eml", good.a_mail("overleg", attached=("stuk.docx", _saved(header.save)))),
    ]


@pytest.mark.parametrize(("name", "content"), _marked(), ids=lambda one: one if isinstance(one, str) else "")
def test_a_state_secret_mark_is_refused_before_anything_is_kept(
    app: Flask, browser_of: Open, munitions: str, name: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    page = send(browser_of("leaver"), f"dossier/{munitions}", name, content, status=422)
    assert "This carries the mark" in page
    for path in Path(app.config["INSTANCE"]).rglob("*"):
        assert not path.is_file() or (content not in path.read_bytes() and name.encode() not in path.read_bytes()), path
    assert name not in caplog.text
