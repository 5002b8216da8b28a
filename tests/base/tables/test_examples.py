"""The maps that are kept as examples fit a register like the one they were written for, with its flaws."""

import tomllib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from expertise.base.tables import Field, Kind, Report, Row, Type, run_import

EXAMPLES = Path(__file__).parent.parent.parent.parent / "docs" / "examples"

PEOPLE = (
    Field("external_id"),
    Field("name", needed=True),
    *(Field(name) for name in ("given_name", "family_name", "phone")),
    Field("email", Type.EMAIL),
    Field("local_staff", Type.BOOLEAN),
    Field("left_on", Type.DATE),
)
POSTS = (
    *(Field(name) for name in ("external_id", "code", "name_nl", "name_en", "city", "time_zone", "parent")),
    Field("kind", Type.CHOICE, choices=("embassy", "permanent-representation", "mission", "department")),
    Field("country", Type.COUNTRY),
    Field("closed_on", Type.DATE),
)
POSTINGS = (
    *(Field(name) for name in ("external_id", "person", "post", "position", "title")),
    Field("start", Type.DATE),
    Field("end", Type.DATE),
    Field("status", Type.CHOICE, choices=("held", "never_served")),
    Field("acting", Type.BOOLEAN),
)


def take(kind: str, fields: tuple[Field, ...], text: str) -> tuple[Report, list[dict[str, Any]]]:
    """Import made-up rows by the example's map."""
    taken: list[dict[str, Any]] = []

    def load(_viewer: Any, rows: Iterator[Row], report: Report) -> None:
        for row in rows:
            taken.append(dict(row.values))
            report.new(row)

    made = Kind(kind, fields, load, lambda viewer: iter(()))
    report = run_import(made, None, BytesIO(text.encode()), name="t.csv", map_file=EXAMPLES / f"rotation-{kind}.toml")
    return report, taken


def test_people_are_named_from_their_parts() -> None:
    report, taken = take(
        "people",
        PEOPLE,
        "person_id,given,surname,generation,altnames,birth,death,death_status,career_type,home_state\n"
        "doe-john,John,Doe,,,1866,1914,,career,ny\nroe-ann,Ann,Roe,Jr.,,1950,,,career,va\n",
    )
    assert report.ok
    assert not report.rows
    assert [person["name"] for person in taken] == ["John Doe", "Ann Roe Jr."]
    assert [str(person["left_on"]) for person in taken] == ["1914", "None"]
    assert taken[0]["local_staff"] is False


def test_posts_get_their_kind_and_country_by_the_map_and_an_unknown_country_is_a_warning() -> None:
    report, taken = take(
        "posts",
        POSTS,
        "post_id,name,country,kind\n"
        "cote-divoire,Mission to Cote Divoire,Cote Divoire,mission\n"
        "korea,Mission to Korea,Korea,mission\n"
        "texas,Mission to Texas,Texas,mission\n"
        "to-un,Representative to the UN,,international-organization\n"
        "secretary,Secretary,,position\n",
    )
    assert report.ok
    assert [(note.row, note.value, note.level) for note in report.rows] == [(4, "Texas", "warning")]
    assert [post["kind"] for post in taken[2:]] == ["mission", "permanent-representation", "department"]
    assert [post.get("country") for post in taken] == ["CI", "KR", None, None, None]
    assert taken[0]["name_en"] == "Mission to Côte d’Ivoire"
    assert "name_nl" not in taken[0]


def test_postings_fall_back_on_other_dates_and_keep_their_precision() -> None:
    report, taken = take(
        "postings",
        POSTINGS,
        "posting_id,person_id,post_id,role_id,role_title,appointed,arrived,started,ended,status\n"
        "p1,doe-john,peru,ambassador-e-p,Ambassador,1931-01-02,1931-03-04,1931-05,1934,held\n"
        "p2,doe-john,peru,charge-daffaires-ad-interim,Chargé,1931-01-02,1931-03-04,,,held\n"
        "p3,doe-john,peru,ambassador-e-p,Ambassador,1931-01-02,,,,nominee\n",
    )
    assert report.ok
    assert not report.rows
    assert [str(posting["start"]) for posting in taken] == ["1931-05", "1931-03-04", "1931-01-02"]
    assert [str(posting["end"]) for posting in taken] == ["1934", "None", "None"]
    assert [posting["status"] for posting in taken] == ["held", "held", "never_served"]
    assert [posting["acting"] for posting in taken] == [False, True, False]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_every_example_says_how_to_use_it(path: Path) -> None:
    assert f"--map docs/examples/{path.name}" in path.read_text()
    assert tomllib.loads(path.read_text())["columns"]
