"""A file goes in whole or not at all, and says per row what is wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from expertise.base import i18n
from expertise.base.tables import Field, Kind, Report, Row

from .kinds import FIELDS, Store, whys

GOOD = "external_id,name,start\n1,a,2026\n2,b,2026-11\n"


def test_the_same_file_again_changes_nothing() -> None:
    store = Store()
    assert store.take(GOOD).counts == {
        "read": 2,
        "new": 2,
        "changed": 0,
        "unchanged": 0,
        "skipped": 0,
        "rejected": 0,
    }
    again = store.take(GOOD)
    assert again.counts["unchanged"] == 2
    assert again.counts["new"] == again.counts["changed"] == 0
    assert again.may_commit
    assert store.take(GOOD.replace("2,b", "2,c")).counts["changed"] == 1


def test_a_row_with_an_error_is_not_loaded_and_stops_the_file_unless_the_good_are_kept() -> None:
    content = "external_id,name,start,email\n1,a,2026,a@b.nl\n,b,soon,nobody\n3,,2026,\n"
    store = Store()
    report = store.take(content)
    assert list(store.records) == ["1"]
    assert whys(report) == [
        (3, "start", "This is no date. Write 2026-11-23 or 23-11-2026, or 2026-11 or 2026 if no more is known."),
        (3, "email", "This is no e-mail address. Write it as name@example.org."),
        (3, "external_id", "This is needed. Fill it in."),
        (4, "name", "This is needed. Fill it in."),
    ]
    assert report.counts["rejected"] == 2
    assert not report.ok
    assert not report.may_commit
    kept = Store().take(content, keep_good=True)
    assert kept.may_commit
    assert kept.errors == 4


def test_each_of_twenty_bad_rows_is_reported() -> None:
    lines = [f"{number},x,{'soon' if number % 2 else '2026'}" for number in range(40)]
    report = Store().take("external_id,name,start\n" + "\n".join(lines))
    assert [note.row for note in report.rows] == list(range(3, 42, 2))
    assert report.counts["rejected"] == 20


def test_an_unknown_country_is_a_warning_and_the_row_stays_without_it() -> None:
    store = Store()
    report = store.take("external_id,name,country\n1,a,Two Sicilies\n2,b,Peru\n3,c,\n")
    assert report.may_commit
    assert [(note.row, note.field, note.value, note.level) for note in report.rows] == [
        (2, "country", "Two Sicilies", "warning")
    ]
    assert [record.get("country", "-") for record in store.records.values()] == ["-", "PE", None]


def test_a_long_text_is_cut_with_a_warning_only_where_the_field_allows_it() -> None:
    store = Store()
    store.kind = Kind("things", (Field("external_id"), Field("name", longest=10, cut=True)), store.load, store.dump)
    report = store.take("external_id,name\n1,A name of many words\n2,short\n")
    assert report.may_commit
    assert whys(report) == [(2, "name", "This has 20 characters and was cut to 10.")]
    assert [record["name"] for record in store.records.values()] == ["A name of…", "short"]


def test_a_record_that_stands_twice_in_a_file_is_an_error_at_the_second() -> None:
    report = Store().take("external_id,name\n1,a\n2,b\n1,c\n")
    assert whys(report) == [(4, "external_id", "Row 2 is about the same one. Keep one of the two.")]


def test_natural_keys_count_where_there_is_no_external_id() -> None:
    keys = []

    def load(viewer: Any, rows: Iterator[Row], report: Report) -> None:
        for row in rows:
            keys.append(row.key)
            report.new(row)

    store = Store()
    fields = [field for field in FIELDS if field.name in ("name", "email", "phone")]
    store.kind = Kind("contacts", fields, load, store.dump, natural_keys=(("email",), ("name", "phone")))
    report = store.take("name,email,phone\nA,x@y.nl,1\nB,X@y.nl,2\nC,,3\nc,,3\nD,,\nD,,\n")
    assert [note.row for note in report.rows] == [3, 5]
    assert keys == [(("email", "x@y.nl"),), (("name", "c"), ("phone", "3")), None, None]


def test_a_trial_says_what_would_happen_and_may_not_be_committed() -> None:
    report = Store().take(GOOD, dry_run=True)
    assert report.ok
    assert not report.may_commit
    assert "This was a trial" in str(report)


def test_the_report_reads_as_json_and_as_text() -> None:
    report = Store().take("external_id,name,rank\n1,a,x" + "y" * 200 + "\n2,b,3\n")
    found = report.as_json()
    assert found["rows"][0] == {
        "row": 2,
        "field": "rank",
        "column": "rank",
        "value": "x" + "y" * 78 + "…",
        "why": "This is no whole number. Write digits only, such as 42.",
        "level": "error",
    }
    assert (found["kind"], found["read"], found["new"], found["rejected"], found["saved"]) == ("things", 2, 1, 1, False)
    lines = str(report).splitlines()
    assert lines[0] == "things: 2 rows read: 1 new, 0 changed, 0 unchanged, 0 skipped, 1 rejected."
    assert lines[1].startswith("Nothing was changed, because 1 row has an error.")
    assert lines[2].startswith("Row 2, rank (error): “xyyy")


def test_the_report_is_in_the_language_in_which_it_is_read(tmp_path: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(i18n, "TRANSLATIONS", i18n.TRANSLATIONS)
    catalogue = i18n.merged("nl")
    target = tmp_path / "nl" / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as out:
        i18n.write_mo(out, catalogue)
    app = Flask("test")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(tmp_path)
    Babel(app)
    report = Store().take("external_id,name,rank\n1,a,x\n")
    with app.test_request_context(), force_locale("nl"):
        assert "Rij 2, rank (fout): “x”: Dit is geen geheel getal." in str(report)
        assert "want 1 rij heeft een fout" in str(report)
    assert "Row 2, rank (error)" in str(report)


def test_progress_is_told_and_fields_describe_themselves() -> None:
    told: list[int] = []
    store = Store()
    store.take(GOOD, progress=told.append)
    assert told == [1, 2]
    described = {field["name"]: field for field in store.kind.describe()}
    assert described["external_id"] == {
        "name": "external_id",
        "type": "text",
        "needed": True,
        "example": "p-1",
        "choices": [],
        "aliases": [],
        "meaning": "",
    }
    assert described["status"]["choices"] == ["held", "never_served"]


def test_a_load_that_forgets_a_row_is_found_out() -> None:
    store = Store()
    store.kind = Kind("things", FIELDS, lambda viewer, rows, report: [*rows] and None, store.dump)
    with pytest.raises(RuntimeError, match="2 rows"):
        store.take(GOOD)


def test_a_file_that_turns_out_bad_halfway_may_not_be_committed() -> None:
    store = Store()
    content = "external_id,name\n" + "".join(f"{n},x\n" for n in range(50)) + '60,"' + "y" * 17_000_000
    report = store.take(content, keep_good=True)
    assert len(store.records) == 50
    assert report.refused
    assert not report.may_commit
    assert report.rows[0].row == 52
