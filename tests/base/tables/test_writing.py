"""What is written can be read again and is the same; what a spreadsheet would carry out is disarmed."""

import csv
import io
import json
import re
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from expertise.base.lines import on_one_line
from expertise.base.marking import find_mark
from expertise.base.tables import FORMS, PartialDate, TableError, run_export, write_rows

from .kinds import FIELDS, Store

# No NUL and no half characters, which no database keeps; fields of one line hold what a page would keep of them.
characters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
awkward = st.sampled_from(
    [
        "=1+1",
        "'=x",
        "''@",
        "-5",
        "+31 70",
        "'t Zand",
        "#N/A",
        "_x000D_",
        "_x005F_x",
        "a;b|c\\",
        ",",
        '"',
        "\ufeffx",
        "sep=;",
        "x\x07y",
    ]
)
lines = (
    (st.text(characters, max_size=20) | awkward)
    .map(on_one_line)
    # hypothesis also draws words that stand in our code, and those of state secrets are refused.
    .filter(lambda text: find_mark(text) is None)
)
texts = (
    (st.text(characters, max_size=60) | awkward | st.text("\n\r \t=+-@'\"x", max_size=6))
    .map(lambda text: re.sub("\r+\n", "\n", text) if text.strip() else "")
    .filter(lambda text: find_mark(text) is None)
)
dates = st.builds(
    lambda day, precision: PartialDate(
        {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[precision], precision
    ),
    st.dates(min_value=date(1000, 1, 1)),
    st.sampled_from(["day", "month", "year"]),
)


def or_none(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Empty is None."""
    return st.none() | strategy.map(lambda value: None if value == "" else value)


records = st.fixed_dictionaries(
    {
        "name": lines.filter(bool),
        "body": or_none(texts),
        "start": or_none(dates),
        "rank": or_none(st.integers(-(2**31) + 1, 2**31 - 1)),
        "local": or_none(st.booleans()),
        "email": or_none(st.sampled_from(["a@b.nl", "o'brien+x@voorbeeld.nl", "-x@y.org", "'=x@y.org"])),
        "phone": or_none(lines),
        "language": or_none(st.sampled_from(["nl", "en", "fr"])),
        "country": or_none(st.sampled_from(["NL", "BE", "XK"])),
        "tags": st.lists(lines.filter(bool), max_size=3, unique=True),
        "status": or_none(st.sampled_from(["held", "never_served"])),
    }
)


@pytest.mark.parametrize("form", FORMS)
@given(st.lists(records, max_size=4))
@example([{"name": text, "body": text, "tags": [text]} for text in ("=1+1", "'=x", "#N/A", "_x000D_", "a;b|c\\")])
@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_import_of_an_export_is_the_same(form: str, made: list[dict[str, Any]]) -> None:
    before = Store()
    empty = {field.name: None for field in FIELDS} | {"tags": []}
    before.records = {f"r{n}": empty | {"external_id": f"r{n}"} | record for n, record in enumerate(made)}
    out = BytesIO()
    assert run_export(before.kind, None, out, form) == len(made)
    after = Store()
    report = after.take(out.getvalue(), f"things.{form}")
    assert report.ok, str(report)
    assert not report.rows
    assert after.records == before.records
    assert before.take(out.getvalue(), f"things.{form}").counts["unchanged"] == len(made)


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_no_cell_of_a_spreadsheet_starts_with_a_sign_that_is_carried_out(sign: str) -> None:
    record = {"external_id": "1", "name": f"{sign}cmd|' /C calc'!A0", "tags": [f"{sign}a"], "rank": -5}
    out = BytesIO()
    write_rows(FIELDS, [record], "csv", out)
    cells = next(csv.DictReader(io.StringIO(out.getvalue().decode("utf-8-sig"), newline="")))
    assert cells["name"][0] == cells["tags"][0] == "'"
    assert cells["rank"] == "-5"
    out = BytesIO()
    write_rows(FIELDS, [record], "xlsx", out)
    row = list(load_workbook(out).active.iter_rows())[1]
    assert row[1].data_type == "s"
    assert str(row[1].value).startswith("'")
    assert row[4].value == -5


def test_csv_opens_in_excel_with_its_accents_and_is_the_same_each_time() -> None:
    first, second = BytesIO(), BytesIO()
    for out in (first, second):
        write_rows(FIELDS, [{"external_id": "1", "name": "Zoë"}], "csv", out)
    assert first.getvalue() == second.getvalue()
    assert first.getvalue().startswith(b"\xef\xbb\xbfexternal_id,name,")
    assert first.getvalue().endswith("\r\n1,Zoë,,,,,,,,,,\r\n".encode())


def test_jsonl_is_exact() -> None:
    out = BytesIO()
    made = {"external_id": "1", "name": "=x", "tags": {"b", "a"}, "local": False, "start": date(2026, 11, 23)}
    write_rows(FIELDS, [made], "jsonl", out)
    found = json.loads(out.getvalue())
    assert (found["name"], found["tags"], found["local"], found["start"], found["phone"]) == (
        "=x",
        ["a", "b"],
        False,
        "2026-11-23",
        None,
    )


def test_a_text_that_a_workbook_would_cut_is_refused() -> None:
    with pytest.raises(TableError, match="32,767") as refused:
        write_rows(FIELDS, [{"external_id": "1", "body": "x" * 32_768}], "xlsx", BytesIO())
    assert (refused.value.row, refused.value.field) == (2, "body")


def test_a_file_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    store = Store()
    store.records = {"1": {"external_id": "1", "name": "a"}}
    target = tmp_path / "things.csv"
    run_export(store.kind, None, target, "csv")
    whole = target.read_bytes()
    store.records["2"] = {"external_id": "2", "body": "x" * 40_000}
    with pytest.raises(TableError):
        run_export(store.kind, None, target, "xlsx")
    assert target.read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["things.csv"]
    with pytest.raises(TableError, match="is not there"):
        run_export(store.kind, None, tmp_path / "none" / "x.csv", "csv")
    with pytest.raises(TableError, match="csv, xlsx, jsonl"):
        write_rows(FIELDS, [], "ods", BytesIO())
