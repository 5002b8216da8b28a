"""Maps say which column means what, and are refused where they do not make sense."""

import pytest

from expertise.base.tables import Field, Kind, Report

from .kinds import Store, whys


def test_columns_are_found_by_name_and_by_alias() -> None:
    store = Store()
    report = store.take("External ID;Naam;LAND\n1;Jan;België\n")
    assert report.ok
    assert store.records == {"1": {"external_id": "1", "name": "Jan", "country": "BE"}}


def test_the_first_filled_column_counts_and_names_are_composed() -> None:
    store = Store()
    report = store.take(
        "id,given,surname,suffix,started,arrived\n1,Ann,Smith,,,1999-05\n2,Bob,Jones,Jr.,2001,1999\n",
        map_file="""
        [columns]
        external_id = "id"
        name = {template = "{given} {surname} {suffix}"}
        start = ["started", "arrived"]
        local = {value = "no"}
        """,
    )
    assert report.counts["new"] == 2
    assert [r["name"] for r in store.records.values()] == ["Ann Smith", "Bob Jones Jr."]
    assert [str(r["start"]) for r in store.records.values()] == ["1999-05", "2001"]
    assert store.records["1"]["local"] is False
    assert "country" not in store.records["1"]


def test_values_are_translated_and_rows_skipped() -> None:
    store = Store()
    report = store.take(
        "external_id,name,status,tags,test\n1,a,nominee,x;y,\n2,b,Nominee,z,\n3,c,served,,\n4,d,held,,yes\n",
        map_file="""
        [values.status]
        nominee = "never_served"
        "*" = "held"
        [values.tags]
        x = "cyber"
        [skip]
        test = ["yes"]
        """,
    )
    assert report.counts | {"read": 4, "new": 3, "skipped": 1} == report.counts
    assert [r["status"] for r in store.records.values()] == ["never_served", "never_served", "held"]
    assert store.records["1"]["tags"] == ["cyber", "y"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[colums]\n", "“columns” meant"),
        ('[columns]\nnaem = "x"\n', "“name” meant"),
        ('[columns]\nzzz = "x"\n', "Known are: external_id"),
        ("[columns]\nname = 3\n", "value at “name”"),
        ("[columns]\nname = []\n", "value at “name”"),
        ('[columns]\nname = {valeu = "x"}\n', "“value” meant"),
        ('[columns]\nname = {template = "no places"}\n', "value at “name”"),
        ('[columns]\nname = {value = "x", template = "{y}"}\n', "value at “name”"),
        ('[values]\nname = "x"\n', "value at “name”"),
        ('[skip]\nkind = "x"\n', "value at “kind”"),
        ("columns = 3\n", "value at “columns”"),
        ("[columns\n", "not valid TOML"),
    ],
)
def test_a_map_that_makes_no_sense_is_refused_with_the_place(text: str, why: str) -> None:
    report = Store().take("external_id,name\n1,a\n", map_file=text)
    assert report.refused
    assert report.read == 0
    assert why in str(report.rows[0].why)


def test_a_map_that_names_a_missing_column_is_refused_once_not_per_row() -> None:
    report = Store().take("id,name\n1,a\n2,b\n3,c\n", map_file='[columns]\nexternal_id = "id"\nname = "nom"\n')
    assert report.refused
    assert whys(report) == [(1, None, "The map names a column that the file does not have.")]
    assert report.rows[0].value == "nom"


def test_a_needed_field_without_a_column_is_refused_once() -> None:
    report = Store().take("external_id\n1\n2\n")
    assert [(note.row, note.field) for note in report.rows] == [(1, "name")]
    assert report.refused
    assert not report.may_commit


def test_in_jsonl_each_line_has_its_own_names_and_a_column_that_none_has_is_a_warning() -> None:
    store = Store()
    report = store.take('{"external_id":"1","naam":"a"}\n{"external_id":"2","name":"b","x":1}\n', "t.jsonl")
    assert report.ok
    assert [record["name"] for record in store.records.values()] == ["a", "b"]
    assert whys(report) == [(None, None, "No field has this name, so the column is not read.")]
    report = store.take('{"id":"3"}\n', "t.jsonl", map_file='[columns]\nexternal_id="id"\nname=["n","id"]\n')
    assert report.ok
    assert [note.value for note in report.rows] == ["n"]


def test_an_alias_may_compose_columns() -> None:
    taken = []

    def load(viewer: object, rows: object, report: Report) -> None:
        for row in rows:  # type: ignore[attr-defined]
            taken.append(row["name"])
            report.new(row)

    fields = (Field("name", aliases=("Full Name", "{First Name} {Last Name}")), Field("email", aliases=("Mail",)))
    store = Store()
    store.kind = Kind("contacts", fields, load, store.dump)
    report = store.take("First Name,Last Name,Mail\nAnna,Bakker,a@b.nl\n")
    assert report.ok
    assert not report.rows
    assert taken == ["Anna Bakker"]
