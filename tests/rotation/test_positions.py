"""What a position asks of its holder: on its form, on its page, and in files."""

import csv
import io

import pytest

from expertise.access.viewer import system
from expertise.base.database import begin, session
from expertise.base.tables import run_export, run_import
from expertise.domains.positions_exchange import KIND
from expertise.posts.models import Position

FIELDS = {"title_nl": "Raad wapenbeheersing", "title_en": "Counsellor Arms Control", "rotates": "y"}


def change(browser, cast, **fields):
    return browser.post(f"/positions/{cast.positions['vienna']}/change", **(FIELDS | fields))


def test_hr_says_what_a_position_asks_and_everybody_reads_it(browser_of, cast):
    change(
        browser_of("hr"), cast, tour_months="48", grade="12", languages="Duits B2", point_of_contact="wen-p@example.org"
    )
    stranger = browser_of("stranger")
    page = stranger.get(f"/positions/{cast.positions['vienna']}")
    for words in ("48 months", ">12<", "German B2", "wen-p@example.org"):
        assert words in page
    assert "Duits B2" in stranger.get(f"/positions/{cast.positions['vienna']}?lang=nl")


def test_languages_are_kept_in_no_language_whoever_saves_and_however_they_come_in(app, browser_of, cast):
    hr, seat = browser_of("hr"), f"/positions/{cast.positions['vienna']}"
    change(hr, cast, languages="Duits B2; Oekraïens")
    with app.app_context(), app.test_request_context():
        begin("write")
        kept = session().get_one(Position, cast.positions["vienna"])
        assert kept.languages == "de B2, uk"
        # In whatever words a file has them, they are the same.
        for words in ("German B2, Ukrainian", "allemand B2; ukrainien", "de B2, uk"):
            table = f'post,title_en,languages\nWEN,Counsellor Arms Control,"{words}"\n'
            report = run_import(KIND, system(), io.BytesIO(table.encode()), name="p.csv")
            assert (report.counts["unchanged"], report.rows) == (1, []), words
        # What no list knows stays as it was written.
        table = 'post,title_en,languages\nWEN,Counsellor Arms Control,"Frans C1, Stads"\n'
        run_import(KIND, system(), io.BytesIO(table.encode()), name="p.csv")
        assert kept.languages == "fr C1, Stads"
        session().rollback()
    assert "German B2, Ukrainian" in hr.get(seat)
    assert 'value="Duits B2, Oekraïens"' in hr.get(f"{seat}/change?lang=nl")


@pytest.mark.parametrize("months", ["0", "241", "-3"])
def test_a_tour_of_no_months_or_of_a_life_is_refused_at_its_field(browser_of, cast, months):
    hr = browser_of("hr")
    page = hr.post(
        f"/positions/{cast.positions['vienna']}/change", status=422, **FIELDS, tour_months=months, languages="Duits"
    )
    assert "Fill in a number of months from 1 to 240." in page
    assert "Duits" in page
    page = hr.post(f"/positions/{cast.positions['vienna']}/change", status=422, **FIELDS, grade="31")
    assert "Fill in a grade from 1 to 30." in page
    page = hr.post(f"/positions/{cast.positions['vienna']}/change", status=422, **FIELDS, languages="French C1, Dutsi")
    assert "“Dutsi” is no language that we know" in page
    hr.post(f"/positions/{cast.positions['vienna']}/change", **FIELDS, languages="French C1, Arabic")
    page = hr.get(f"/positions/{cast.positions['vienna']}/change?lang=nl")
    assert 'value="Frans C1, Arabisch"' in page
    assert '<option value="Zweeds">' in page


def test_what_a_position_asks_goes_out_and_comes_in_again(app, cast):
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["vienna"])
        seat.grade = 12
        seat.tour_months, seat.languages, seat.point_of_contact = 36, "Duits B2", "wen-p@example.org"
        session().flush()
        out = io.BytesIO()
        run_export(KIND, system(), out, "csv")
        row = next(one for one in csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"))) if one["languages"])
        assert (row["tour_months"], row["languages"], row["point_of_contact"]) == (
            "36",
            "de B2",
            "wen-p@example.org",
        )
        assert run_import(KIND, system(), io.BytesIO(out.getvalue()), name="p.csv").counts["unchanged"] == 6
        assert row["grade"] == "12"
        changed = out.getvalue().decode("utf-8-sig").replace(",36,", ",48,")
        assert run_import(KIND, system(), io.BytesIO(changed.encode()), name="p.csv").counts["changed"] == 1
        assert seat.tour_months == 48
        session().rollback()


@pytest.mark.parametrize("months", ["0", "999", "four"])
def test_a_file_with_a_tour_that_cannot_be_is_reported_at_its_row(app, cast, months):
    with app.app_context(), app.test_request_context():
        begin("write")
        table = f"post,title_en,tour_months\nWEN,Counsellor Arms Control,{months}\n"
        report = run_import(KIND, system(), io.BytesIO(table.encode()), name="p.csv")
        assert not report.may_commit
        assert [(one.row, one.field) for one in report.rows] == [(2, "tour_months")]
        session().rollback()
