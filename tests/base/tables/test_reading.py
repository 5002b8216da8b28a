"""Files as people and programs save them are read; what is wrong with one is said, and nothing is swallowed."""

import gzip
import lzma
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook

from expertise.base.tables import Limits, TableError, open_table
from expertise.base.tables.rows import RawRow

from .kinds import Store, whys

SMALL = Limits(file_bytes=50_000, workbook_bytes=50_000, rows=10, columns=5, cell=1000, line_bytes=2000)


def rows_of(content: bytes, name: str = "t.csv", limits: Limits | None = None) -> list[RawRow]:
    """All rows."""
    with open_table(BytesIO(content), name=name, **({"limits": limits} if limits else {})) as table:
        return list(table.rows)


def cells_of(content: bytes, name: str = "t.csv") -> list[dict[str, object]]:
    """The cells of all rows."""
    return [row.cells for row in rows_of(content, name)]


def workbook(*rows: list[object], book: Workbook | None = None) -> bytes:
    """The bytes of an .xlsx with these rows."""
    book = book or Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_csv_in_any_usual_encoding_separator_and_line_end(encoding: str, separator: str, line_end: str) -> None:
    lines = ["naam|plaats", '"Müller|, ""x"""|Liège', "b|"]
    content = line_end.join(line.replace("|", separator) for line in lines).encode(encoding)
    assert cells_of(content) == [{"naam": f'Müller{separator}, "x"', "plaats": "Liège"}, {"naam": "b", "plaats": ""}]


def test_a_line_end_inside_quotes_belongs_to_the_cell_and_rows_are_numbered_as_in_a_spreadsheet() -> None:
    rows = rows_of(b'a,b\n1,"one\r\ntwo"\n\n2,x\n')
    assert [(row.number, row.cells["b"]) for row in rows] == [(2, "one\r\ntwo"), (4, "x")]


def test_excels_own_line_about_the_separator_is_no_row() -> None:
    assert cells_of(b"sep=;\r\na;b\r\n1,5;2\r\n") == [{"a": "1,5", "b": "2"}]


def test_a_separator_inside_texts_does_not_mislead() -> None:
    content = b'id;text\n1;"a, b, c"\n2;d, e, f\n3;g\n'
    assert [row["text"] for row in cells_of(content)] == ["a, b, c", "d, e, f", "g"]


def test_one_column_is_a_table_too() -> None:
    assert cells_of(b"name\nAnna\n") == [{"name": "Anna"}]


def test_windows_1252_is_read_and_reported() -> None:
    report = Store().take("external_id,name\n1,a\n2,Ren\xe9 \x96 caf\xe9\n".encode("latin-1"))
    assert report.ok
    assert report.warnings == 1
    assert "line 3, byte 27" in str(report.rows[0].why)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a,b\n1,x\n2,\x81\n", "Line 3 holds byte 0x81 (byte 11 of the file)"),
        ("a,b\n1,éèê\n2,ïü".encode() + b"\n3,\xe9\n", "Line 4 holds byte 0xE9"),
        (b"\xef\xbb\xbfa,b\n1,\xe9\n", "Line 2 holds byte 0xE9"),
        ("a,b\n1,x".encode("utf-16") + b"\x00", "UTF-16"),
        ("a,b\n1,é".encode()[:-1] + b"\n" + "2,ééé".encode(), "Line 2 holds byte 0xC3"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_line_and_byte(content: bytes, said: str) -> None:
    report = Store().take(content)
    assert report.refused
    assert said in str(report.rows[0].why)


def test_what_is_odd_about_the_heads_is_reported_and_a_doubled_head_cannot_be_used() -> None:
    report = Store().take("external_id,name,,x,x,\n1,a,7,,,\n")
    assert report.ok
    # The last column holds nothing: nothing is said of it.
    assert [str(note.why).split(".")[0] for note in report.rows] == [
        "More than one column has this head",
        "No field has this name, so the column is not read",
        "Column 3 has no head and is not read",
    ]
    report = Store().take("external_id,name,name\n1,a,b\n")
    assert report.refused
    assert report.rows[-1].value == "name"


def test_a_ragged_row_is_an_error_and_names_itself() -> None:
    store = Store()
    report = store.take("external_id,name,phone\n1,a,\n2,b\n3,c,,x\n4,d,,\n", keep_good=True)
    assert [(note.row, note.level) for note in report.rows] == [(3, "error"), (4, "error")]
    assert list(store.records) == ["1", "4"]


def test_a_quote_that_is_never_closed_does_not_swallow_the_rest_in_silence() -> None:
    report = Store().take('external_id,name\n1,a\n2,"b\n3,c\n4,d\n')
    assert [note.row for note in report.rows] == [3]
    assert "never closed" in str(report.rows[0].why)


def test_a_quote_in_the_middle_of_a_cell_spoils_its_row_only() -> None:
    store = Store()
    report = store.take('external_id,name\n1,"a" b\n2,5" pipe\n', keep_good=True)
    assert [note.row for note in report.rows] == [2]
    assert store.records["2"]["name"] == '5" pipe'


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" , \n"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    report = Store().take(content)
    assert report.refused
    assert "empty" in str(report.rows[0].why)


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"external_id,name\n", "t.csv"), (b"", "t.jsonl"), (workbook(["external_id", "name"]), "t.xlsx")],
)
def test_a_file_with_only_heads_is_good_and_holds_nothing(content: bytes, name: str) -> None:
    report = Store().take(content, name)
    assert report.ok
    assert report.counts["read"] == 0


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress, lambda data: data])
def test_compressed_files_are_known_by_content_whatever_their_name(compress: object) -> None:
    for content, name in ((b"a,b\n1,2\n", "t.csv"), (b'{"a":"1","b":"2"}\n', "t.jsonl")):
        packed = compress(content)  # type: ignore[operator]
        assert cells_of(packed, name) == [{"a": "1", "b": "2"}]
        assert cells_of(packed, "") == [{"a": "1", "b": "2"}]
        assert cells_of(packed + packed, name)[0] == {"a": "1", "b": "2"}


@pytest.mark.parametrize("compress", [gzip.compress, lzma.compress])
def test_a_compressed_file_that_is_cut_off_is_refused_before_any_row_is_taken(compress: object) -> None:
    store = Store()
    whole = compress(b"external_id,name\n" + b"".join(b"%d,x\n" % n for n in range(9000)))  # type: ignore[operator]
    for content in (whole[:-20], whole[:200], whole[:7], whole[:50] + b"\0\0\0\0" + whole[54:]):
        report = store.take(content, "t.csv")
        assert report.refused
        assert "damaged or cut off" in str(report.rows[0].why)
    assert not store.records


def test_a_bomb_is_stopped_early() -> None:
    for packed in (lzma.compress(bytes(30_000_000)), gzip.compress(bytes(30_000_000))):
        with pytest.raises(TableError, match="more than"):
            rows_of(packed, limits=SMALL)


def test_an_xz_file_that_wants_too_much_memory_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9}]
    packed = lzma.compress(b"a\n1\n", filters=filters)
    with pytest.raises(TableError, match="damaged"):
        rows_of(packed, limits=Limits(xz_memory=8 * 1024 * 1024))


def test_limits_on_rows_columns_cells_and_lines_hold() -> None:
    with pytest.raises(TableError, match="more than 10 rows"):
        rows_of(b"a\n" + b"1\n" * 11, limits=SMALL)
    with pytest.raises(TableError, match="more than 5 columns"):
        rows_of(b"a,b,c,d,e,f\n", limits=SMALL)
    row = rows_of(b'{"a":"' + b"x" * 3000 + b'"}\n{"a":1}\n', "t.jsonl", SMALL)
    assert "longer than" in str(row[0].fault)
    assert (row[1].number, row[1].cells) == (2, {"a": 1})


def test_a_cell_of_a_megabyte_spoils_its_row_and_the_reading_goes_on() -> None:
    store = Store()
    report = store.take("external_id,name,body\n1,a," + "x" * 1_048_576 + "\n2,b,y\n", keep_good=True)
    assert [(note.row, note.field) for note in report.rows] == [(2, "body")]
    assert len(report.rows[0].value or "") == 80
    assert list(store.records) == ["2"]


def test_each_bad_line_of_jsonl_is_reported_by_its_number() -> None:
    lines = [
        b'{"external_id": "1", "name": "a"}',
        b'{"external_id": "2", "name": }',
        b'["3"]',
        b'{"external_id": "4", "name": "\xe9"}',
        b'{"external_id": "5", "name": "a", "name": "b"}',
        b'{"external_id": "6", "name": NaN}',
        b"[" * 100_000,
        b"",
        b'{"external_id": "9", "name": {"a": 1}}',
        b'{"external_id": "10", "name": "z"}',
    ]
    store = Store()
    report = store.take(b"\xef\xbb\xbf" + b"\n".join(lines), "t.jsonl", keep_good=True)
    assert [row for row, _field, _why in whys(report)] == [2, 3, 4, 5, 6, 7, 9]
    assert list(store.records) == ["1", "10"]
    assert report.counts["rejected"] == 7


def test_one_json_list_and_old_or_foreign_files_say_what_to_do() -> None:
    for content, said in (
        (b'[{"a": 1}]', "one object on each line"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "Save it as .xlsx"),
        (bytes(range(256)) * 8 + bytes(600), "no text file"),
    ):
        with pytest.raises(TableError, match=said):
            rows_of(content, "")


def test_a_missing_file_is_a_refusal_and_not_a_crash(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="cannot be opened"), open_table(tmp_path / "none.csv"):
        pass
