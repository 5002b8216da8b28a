"""Workbooks as Excel saves them are read; those made to harm are refused."""

import zipfile
from datetime import datetime
from io import BytesIO

import openpyxl
import pytest
from openpyxl import Workbook

from expertise.base.tables import Limits, TableError

from .kinds import Store
from .test_reading import rows_of, workbook

SHEET = "xl/worksheets/sheet1.xml"


def changed(content: bytes, **members: bytes) -> bytes:
    """A workbook with other bytes in some of its members."""
    out = BytesIO()
    by_name = {name.replace("__", "/").replace("_xml", ".xml"): data for name, data in members.items()}
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, by_name.pop(name, old.read(name)))
        for name, data in by_name.items():
            new.writestr(name, data)
    return out.getvalue()


def with_sheet(data: bytes) -> bytes:
    """A workbook whose sheet is these bytes."""
    return changed(
        workbook(["external_id", "name"], ["1", "a"]), **{SHEET.replace("/", "__").replace(".xml", "_xml"): data}
    )


def test_cells_keep_what_they_are() -> None:
    store = Store()
    day = datetime(2026, 11, 23)  # noqa: DTZ001 (as Excel has it)
    content = workbook(
        [None, None],
        ["External id", "Name", "Start", "Rank", "Local", "Phone"],
        [1, "a", day, 3.0, True, 31612345678],
        [None, None, None],
        ["2", "b", "2026-11", "4", "nee", "'+31 70"],
    )
    report = store.take(content, "t.xlsx")
    assert report.ok, str(report)
    assert store.records["1"] | {"rank": 3, "local": True, "phone": "31612345678"} == store.records["1"]
    assert str(store.records["1"]["start"]) == "2026-11-23"
    assert store.records["2"]["phone"] == "+31 70"
    assert [row.number for row in rows_of(content, "t.xlsx")] == [3, 5]


def test_formulas_count_by_their_value_and_errors_are_errors() -> None:
    book = Workbook()
    book.active.append(["external_id", "name", "phone"])
    book.active.append(["1", "a", "x"])
    book.active["C2"] = "#REF!"
    report = Store().take(workbook(book=book), "t.xlsx")
    assert [(note.row, note.field, note.value) for note in report.rows] == [(2, "phone", "#REF!")]


def test_only_the_first_filled_sheet_is_read_and_that_is_said() -> None:
    book = Workbook()
    second = book.create_sheet("Second")
    second.append(["external_id", "name"])
    second.append(["1", "a"])
    book.create_sheet("Third").append(["x"])
    store = Store()
    report = store.take(workbook(book=book), "t.xlsx")
    assert list(store.records) == ["1"]
    assert [(note.level, note.value) for note in report.rows] == [("warning", "Third")]


def test_an_empty_workbook_is_refused() -> None:
    assert "empty" in str(Store().take(workbook(), "t.xlsx").rows[0].why)


def test_defusedxml_guards_the_workbooks() -> None:
    assert openpyxl.DEFUSEDXML


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY e "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_entities_in_a_workbook_are_refused(doctype: bytes) -> None:
    sheet = (
        b'<?xml version="1.0"?>'
        + doctype
        + b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&e;</t></is></c></row></sheetData></worksheet>'
    )
    report = Store().take(with_sheet(sheet), "t.xlsx")
    assert report.refused
    assert "may harm" in str(report.rows[0].why)


def test_a_workbook_that_unpacks_to_too_much_is_refused_before_it_is_opened() -> None:
    bomb = with_sheet(b"<worksheet>" + b" " * 3_000_000 + b"</worksheet>")
    assert len(bomb) < 20_000
    with pytest.raises(TableError, match="unpack"):
        rows_of(bomb, "t.xlsx", Limits(workbook_bytes=2_000_000))


def test_a_sheet_that_claims_endless_rows_is_refused() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
        b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>external_id</t></is></c></row>'
        b'<row r="900000000"><c t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    with pytest.raises(TableError, match="claims more rows"):
        rows_of(with_sheet(sheet), "t.xlsx")


def test_damaged_workbooks_are_refused_in_words() -> None:
    whole = workbook(["external_id", "name"], ["1", "a"])
    plain_zip = BytesIO()
    with zipfile.ZipFile(plain_zip, "w") as archive:
        archive.writestr("readme.txt", "hello")
    broken = [
        whole[:-30],
        whole[: len(whole) // 2],
        plain_zip.getvalue(),
        with_sheet(b"<worksheet><sheetData><row"),
        with_sheet(b""),
        changed(whole, xl__workbook_xml=b"<nothing/>"),
        changed(whole, **{"[Content_Types]_xml": b"no xml"}),
    ]
    for content in broken:
        store = Store()
        report = store.take(content, "t.xlsx")
        assert report.refused, content[:40]
        assert not store.records
