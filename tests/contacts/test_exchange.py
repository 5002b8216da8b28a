"""Contacts in and out of files: what Outlook and Google export, vCards, and a page with a trial first."""

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo

from expertise.base.database import begin, session
from expertise.cli import main
from expertise.contacts import vcards
from expertise.contacts.models import Contact, ContactUpload, Keeping
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]
Run = Callable[..., Result]
OUTLOOK = (
    "First Name,Middle Name,Last Name,Company,Department,Job Title,Business Phone,Mobile Phone,E-mail Address,"
    "E-mail Display Name,Notes,Business Country/Region\r\n"
)
GOOGLE = "Name,Given Name,Family Name,Organization 1 - Name,Organization 1 - Title,E-mail 1 - Value,Phone 1 - Value\n"


@pytest.fixture
def run(app: Flask) -> Run:
    """`run("import", ..., code=0)`: a command on this test's installation, its document read."""

    def run_command(*words: str, code: int = 0) -> Result:
        done = CliRunner().invoke(main, words, obj=ScriptInfo(create_app=lambda: app))
        assert done.exit_code == code, (words, done.exit_code, done.output, done.exception)
        return done

    return run_command


def imported(run: Run, file: Path, *more: str, code: int = 0) -> dict:
    return json.loads(run("import", "contacts", str(file), "--json", *more, code=code).stdout)


def contacts(app: Flask) -> dict[str, Contact]:
    with app.app_context():
        begin("read")
        found = {one.name: one for one in session().query(Contact).all()}
        for one in found.values():
            assert one.organisation is None or one.organisation.kind == "organisation"
            assert one.keepings is not None
    return found


def test_what_outlook_exports_comes_in_without_a_map(run: Run, app: Flask, cast: Cast, tmp_path: Path) -> None:
    file = tmp_path / "outlook.csv"
    file.write_text(
        OUTLOOK
        + "Ilse,,Marquandt,Red Cross,Arms,Head of unit,+41 22 1,,ilse@redcross.example,,Old friend,Switzerland\r\n"
        + "Jan,van,Kruis,RED CROSS,,,,+41 79 2,jan@redcross.example,,,CH\r\n"
        + ",,,UNIDIR,,,+41 22 9,,info@unidir.example,,,\r\n"
    )
    report = imported(run, file, "--position", cast.positions["disarmament"])
    assert (report["new"], report["errors"]) == (3, 0)
    found = contacts(app)
    assert set(found) == {"Ilse Marquandt", "Jan van Kruis", "Red Cross", "UNIDIR"}
    ilse = found["Ilse Marquandt"]
    assert (ilse.role, ilse.phone, ilse.country, ilse.notes) == ("Head of unit", "+41 22 1", "CH", "Old friend")
    assert ilse.organisation_id == found["Jan van Kruis"].organisation_id
    assert found["Jan van Kruis"].phone == "+41 79 2"
    assert found["UNIDIR"].kind == "organisation"
    assert {one.position_id for one in ilse.keepings} == {cast.positions["disarmament"]}
    assert (ilse.lawful_basis, ilse.source) == ("public_task", "outlook.csv")
    # The same file again changes nothing.
    again = imported(run, file, "--position", cast.positions["disarmament"])
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 3)


def test_without_a_position_they_wait_for_review(run: Run, browser_of: Open, tmp_path: Path) -> None:
    file = tmp_path / "google.csv"
    file.write_text(GOOGLE + "Pia Storm,Pia,Storm,UNIDIR,Researcher,pia@unidir.example,+41 22 3\n")
    assert imported(run, file)["new"] == 1
    page = browser_of("leaver").get("/contacts/review", which="unassigned", lang="en")
    assert "Pia Storm" in page
    assert "Keep for my position" in page
    run("import", "contacts", str(file), "--position", "no-such", code=1)
    run("import", "people", str(file), "--position", "no-such", code=2)


def test_a_row_is_matched_on_its_id_else_its_address_else_name_and_organisation(
    run: Run, app: Flask, tmp_path: Path
) -> None:
    file = tmp_path / "contacts.jsonl"

    def take(*rows: dict) -> dict:
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return imported(run, file)

    take({"external_id": "c-1", "name": "Ilse Marquandt", "email": "ilse@x.example", "organisation": "Red Cross"})
    assert take({"external_id": "c-1", "name": "Ilse Roos"})["changed"] == 1
    assert take({"email": "ILSE@x.example", "name": "Ilse Roos", "role": "Head"})["changed"] == 1
    assert take({"name": "ilse roos", "organisation": "red cross", "role": "Chief"})["changed"] == 1
    # One name at another organisation, or with another address, is somebody else.
    assert take({"name": "Ilse Roos", "organisation": "UNIDIR"})["new"] == 1
    assert take({"name": "Ilse Roos", "organisation": "Red Cross", "email": "other@x.example"})["new"] == 1
    assert contacts(app)["Red Cross"].kind == "organisation"


def test_bad_and_double_rows_are_named_and_the_good_ones_may_go_in(run: Run, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "outlook.csv"
    file.write_text(
        OUTLOOK
        + "Ilse,,Marquandt,,,,,,ilse@x.example,,,\r\n"
        + "Ilse,,Marquandt,,,,,,ilse@x.example,,,\r\n"
        + "Jan,,Kruis,,,,,,no address,,,\r\n"
        + ",,,,,,,,nameless@x.example,,,\r\n"
    )
    refused = imported(run, file, code=1)
    assert refused["saved"] is False
    assert [row["row"] for row in refused["rows"] if row["level"] == "error"] == [3, 4, 5]
    assert contacts(app) == {}
    assert imported(run, file, "--keep-good")["new"] == 1


def test_what_is_exported_comes_in_again_elsewhere_without_what_is_sensitive(
    run: Run, app: Flask, marquandt: str, cast: Cast, tmp_path: Path
) -> None:
    for form in ("csv", "xlsx", "jsonl"):
        out = tmp_path / f"contacts.{form}"
        run("export", "contacts", "--format", form, "--out", str(out))
        report = imported(run, out)
        assert (report["new"], report["changed"], report["errors"]) == (0, 0, 0), (form, report)
        assert b"ten o'clock" not in out.read_bytes()
    with app.app_context():
        begin("write")
        session().query(Keeping).delete()
        for one in session().query(Contact).order_by(Contact.kind.desc()):
            one.words = []
            one.organisation_id = None
            session().delete(one)
        session().commit()
    assert imported(run, tmp_path / "contacts.jsonl")["new"] == 2
    again = tmp_path / "again.jsonl"
    run("export", "contacts", "--format", "jsonl", "--out", str(again))
    assert again.read_text() == (tmp_path / "contacts.jsonl").read_text()


CARDS = """BEGIN:VCARD
VERSION:3.0
FN:Ilse Märquandt
N:Märquandt;Ilse;;;
ORG:Red Cross;Arms
TITLE:Head of unit
TEL;TYPE=WORK:+41 22 1
EMAIL;TYPE=INTERNET:ilse@x.example
NOTE:First line\\nSecond\\, with a comma
END:VCARD
BEGIN:VCARD
VERSION:4.0
KIND:org
FN:UNIDIR
TEL;VALUE=uri:tel:+41-22-9
END:VCARD
BEGIN:VCARD
VERSION:4.0
EMAIL:nameless@x.example
END:VCARD
"""


def test_vcards_of_both_versions_come_in_and_a_bad_one_is_named(run: Run, app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "cards.vcf"
    file.write_text(CARDS.replace("\n", "\r\n"))
    report = imported(run, file, "--keep-good")
    assert report["new"] == 2
    assert [(row["row"], row["field"]) for row in report["rows"] if row["level"] == "error"] == [(3, "name")]
    found = contacts(app)
    assert found["Ilse Märquandt"].notes == "First line\nSecond, with a comma\nORG: Arms"
    assert found["Ilse Märquandt"].role == "Head of unit"
    assert (found["UNIDIR"].kind, found["UNIDIR"].phone) == ("organisation", "+41-22-9")
    empty = tmp_path / "empty.vcf"
    empty.write_text("nothing")
    run("import", "contacts", str(empty), code=1)


def test_what_is_written_as_vcards_is_read_as_it_was(run: Run, marquandt: str, tmp_path: Path) -> None:
    out = tmp_path / "all.vcf"
    run("export", "contacts", "--format", "vcf", "--out", str(out))
    assert "VERSION:4.0" in out.read_text()
    report = imported(run, out)
    assert (report["new"], report["changed"], report["errors"]) == (0, 0, 0), report
    run("export", "people", "--format", "vcf", "--out", str(out), code=2)


@pytest.mark.parametrize("version", vcards.VERSIONS)
def test_one_contact_is_a_vcard_and_a_code(browser_of: Open, marquandt: str, version: str) -> None:
    browser = browser_of("stranger")
    card = browser.get(f"/contacts/{marquandt}/card.vcf", version=version)
    assert f"VERSION:{version}" in card
    assert "Ilse Marquandt" in card
    assert "ten o'clock" not in card
    assert browser.page
    assert browser.page.mimetype == "text/vcard"
    assert 'class="segno"' in browser.get(f"/contacts/{marquandt}/code")
    fields = {
        "kind": "person",
        "name": "\U0001f54a" * 200,
        "role": "\U0001f54a" * 200,
        "organisation": "\U0001f54a" * 200,
    }
    browser.post("/contacts/new", **fields, purpose="a long story", source="themselves")
    assert browser.page is not None
    assert "more than a QR code holds" in browser.get(f"{browser.page.request.path}/code?lang=en")


def upload(browser: Browser, name: str, text: str, position: str = "", status: int = 200) -> str:
    return browser.post(
        "/contacts/import?lang=en", file=(io.BytesIO(text.encode()), name), position=position, status=status
    )


def test_the_report_names_each_kind_of_fault_and_all_of_them_in_a_file(browser_of: Open, cast: Cast) -> None:
    """Also the few bad rows at the end, after hundreds of doubles."""
    leaver = browser_of("leaver")
    rows = OUTLOOK + "".join(make.outlook_rows(400, doubles=150, bad=7))
    page = upload(leaver, "outlook.csv", rows, cast.positions["disarmament"])
    assert "157" in page
    short, lines = page.split("What to look at")
    assert "no address" in lines
    kinds = re.findall(r'<td class="num" data-label="How many">(\d+)</td>', short)
    assert sorted(map(int, kinds)) == [7, 150]
    found = re.search(r'href="(/contacts/import/\w+/report.csv)"', page)
    assert found
    table = leaver.get(found[1]).lstrip("\ufeff").splitlines()
    assert table[0].split(",")[0] == "row"
    assert len(table) == 158


def test_a_page_tries_the_file_first_and_then_takes_it_in(
    browser_of: Open, app: Flask, cast: Cast, marquandt: str
) -> None:
    leaver = browser_of("leaver")
    rows = "name,email\nPia Storm,pia@x.example\nJan Kruis,no address\n"
    page = upload(leaver, "rows.csv", rows, cast.positions["disarmament"])
    assert "1 contact would be new" in page
    assert "no address" in page
    assert "Pia Storm" not in contacts(app)
    with app.app_context():
        begin("read")
        (waiting,) = session().query(ContactUpload.id).one()
    browser_of("colleague").get(f"/contacts/import/{waiting}", status=404)
    browser_of("colleague").get(f"/contacts/import/{waiting}/report.csv", status=404)
    refused = leaver.post(f"/contacts/import/{waiting}?lang=en", status=422)
    assert "Some rows have an error" in refused
    page = leaver.post(f"/contacts/import/{waiting}?lang=en", keep_good="y")
    assert "1 contact is new, 0 were changed, 1 rows were left out." in page
    assert {one.position_id for one in contacts(app)["Pia Storm"].keepings} == {cast.positions["disarmament"]}
    leaver.get(f"/contacts/import/{waiting}", status=404)


def test_a_page_takes_no_file_for_another_position_and_none_that_is_empty(browser_of: Open, cast: Cast) -> None:
    leaver = browser_of("leaver")
    upload(leaver, "rows.csv", "name\nPia Storm\n", cast.positions["newyork"], status=422)
    assert "Choose a file that is not empty." in upload(leaver, "rows.csv", "", status=422)
    assert "There is nothing to take in" in upload(leaver, "rows.csv", "no,such,heads\n1,2,3\n")


def test_a_file_does_not_change_what_another_position_keeps(browser_of: Open, app: Flask, marquandt: str) -> None:
    stranger = browser_of("stranger")
    page = upload(stranger, "rows.csv", "name,email,role\nIlse Marquandt,ilse@redcross.example,Thief\n")
    assert "Another position keeps this contact" in page
    assert contacts(app)["Ilse Marquandt"].role == "Head of arms unit"


@pytest.mark.parametrize("size", [500, pytest.param(5000, marks=pytest.mark.drill)])
def test_a_large_file_of_outlook_is_taken_in_with_every_fault_named(
    run: Run, app: Flask, cast: Cast, tmp_path: Path, size: int
) -> None:
    """One row in twenty-five is a double, one in a hundred bad; how long 5,000 take is measured by `make bench`."""
    doubles, bad = size // 25, size // 100
    file = tmp_path / "outlook.csv"
    file.write_text(OUTLOOK + "".join(make.outlook_rows(size, doubles=doubles, bad=bad)))
    report = imported(run, file, "--keep-good", "--position", cast.positions["disarmament"])
    good = size - doubles - bad
    assert (report["read"], report["new"], report["errors"]) == (size, good, doubles + bad)
    named = {row["row"] for row in report["rows"] if row["level"] == "error"}
    # Rows as a table shows them: the heads are the first.
    assert named == set(range(good + 2, size + 2))
    with app.app_context():
        begin("read")
        kept = session().query(Keeping).where(Keeping.position_id == cast.positions["disarmament"]).count()
        assert kept == good
