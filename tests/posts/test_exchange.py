"""People, posts and postings in and out of files: every doubt is said at its row, and nothing is swallowed."""

import io
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from expertise.access.viewer import Viewer
from expertise.base.database import begin, session
from expertise.base.errors import NotFound
from expertise.base.tables import Kind, Report, run_export, run_import
from expertise.domains.exchange import KINDS as DOMAIN_KINDS
from expertise.domains.service import file_position
from expertise.people.exchange import KINDS as PEOPLE_KINDS
from expertise.people.models import Person
from expertise.posts import queries, seating
from expertise.posts.exchange import KINDS as POST_KINDS
from expertise.posts.models import Position, Posting
from tests import make
from tests.conftest import Cast

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*PEOPLE_KINDS, *POST_KINDS, *DOMAIN_KINDS)}
ROTATION = Path(os.environ.get("EXPERTISE_TESTS_DATA", "../shared/data")) / "rotation"
MAPS = Path(__file__).parent.parent.parent / "docs" / "examples"


@pytest.fixture
def writing(app: Flask) -> Iterator[None]:
    with app.app_context(), app.test_request_context("/?lang=en"):
        begin("write")
        yield
        session().rollback()


def take(kind: str, text: str, *, viewer: Any = make.SYSTEM, **more: Any) -> Report:
    return run_import(KINDS[kind], viewer, io.BytesIO(text.encode()), name=f"{kind}.csv", **more)


def said(report: Report, field: str) -> list[str]:
    return [str(note.why) for note in report.rows if note.field == field]


PEOPLE = "external_id,name,email\np1,Femke Wolderink,femke@expertise.example\np2,Daan Esselbrug,\n"
POSTS = "external_id,name_en,country,parent\ngeneva,PR Geneva,Switzerland,dmm\ndmm,Multilateral Affairs,,\n"
POSTINGS = """external_id,person,post,title,start,end,status
a,p1,geneva,First Secretary,2023-08-01,2026-12-05,
b,p2,geneva,First Secretary,2027-01,2030,
"""


def load_all() -> None:
    for kind, text in (("people", PEOPLE), ("posts", POSTS), ("postings", POSTINGS)):
        assert take(kind, text).ok


def test_a_small_service_goes_in_and_the_second_time_nothing_changes(writing: None) -> None:
    load_all()
    post = queries.get_post(make.SYSTEM, "geneva")
    assert post.parent
    assert (post.name_nl, post.country, post.parent.code) == ("PR Geneva", "CH", "dmm")
    (seat,) = seating.seats_of(make.SYSTEM, post)
    assert seat.holder
    assert seat.next
    assert (seat.holder.person.name, seat.next.starts_precision) == ("Femke Wolderink", "month")
    assert str(seat.next.ends_on) == "2030-12-31"
    for kind, text in (("people", PEOPLE), ("posts", POSTS), ("postings", POSTINGS)):
        again = take(kind, text)
        assert (again.counts["unchanged"], again.errors) == (2, 0), kind


def test_one_look_up_per_batch_and_no_query_per_row(writing: None, count_queries: Callable[[], Any]) -> None:
    load_all()
    head = "external_id,person,post,title,start,end\n"
    few = head + "".join(f"x{n},p1,geneva,Seat {n},19{n + 10}-01-01,19{n + 10}-09-01\n" for n in range(5))
    many = head + "".join(f"y{n},p2,geneva,Chair {n},19{n + 10}-01-01,19{n + 10}-09-01\n" for n in range(60))
    with count_queries() as small:
        take("postings", few)
    with count_queries() as large:
        take("postings", many)
    # Rows are written one by one; nothing is looked up so.
    assert len(_asked(large)) == len(_asked(small)), _asked(large)


def _asked(sent: list[str]) -> list[str]:
    return [statement for statement in sent if statement.startswith("SELECT")]


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ("c,p9,geneva,First Secretary,2020-01-01,2021-01-01,", "person", "Nobody in the staff list"),
        ("c,p1,nowhere,First Secretary,2020-01-01,2021-01-01,", "post", "No post has this"),
        ("c,p1,geneva,First Secretary,2021-01-01,2020,", "end", "before the start (2021-01-01)"),
        ("c,p1,geneva,,2021-01-01,,", "title", "no such position"),
    ],
)
def test_a_row_that_cannot_be_taken_is_an_error_and_the_rest_goes_in(
    writing: None, row: str, field: str, says: str
) -> None:
    load_all()
    report = take("postings", POSTINGS + row + "\n", keep_good=True)
    assert any(says in why for why in said(report, field)), [str(note) for note in report.rows]
    assert (report.counts["rejected"], report.counts["unchanged"], report.may_commit) == (1, 2, True)
    assert not take("postings", POSTINGS + row + "\n").may_commit


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ("a~2,p1,geneva,First Secretary,2019-01-01,2020-01-01,", "external_id", "that of a with a suffix"),
        ("c,p1,geneva,First Secretary,2023-08-01,2026-12-05,", "external_id", "same person, position and start as a"),
        ("c,p1,geneva,Head of mission,2024-01-01,2025-01-01,", "person", "also holds First Secretary"),
        ("c,p1,geneva,Head of mission,2010-01-01,2011-01-01,", "title", "it was made at PR Geneva"),
        ("c,p1,geneva,First Secretary,2010-01,2011-01-01,", "start", "month only"),
        ("c,p1,geneva,First Secretary,2010-01-01,2011,", "end", "year only"),
        ("c,p1,geneva,First Secretary,2010-01-01,,", "end", "No end is given"),
        ("c,p1,geneva,First Secretary,,2011-01-01,", "start", "No start is given"),
    ],
)
def test_a_doubt_is_a_warning_and_the_row_goes_in(writing: None, row: str, field: str, says: str) -> None:
    load_all()
    report = take("postings", POSTINGS + row + "\n")
    assert any(says in why for why in said(report, field)), [str(note) for note in report.rows]
    assert (report.counts["new"], report.errors) == (1, 0)


def test_a_nominee_who_never_served_is_not_in_the_chain(writing: None) -> None:
    load_all()
    take("postings", "external_id,person,post,title,start,end,status\nc,p2,geneva,First Secretary,,,never_served\n")
    post = queries.get_post(make.SYSTEM, "geneva")
    (seat,) = seating.seats_of(make.SYSTEM, post)
    assert [one.person.name for one in seating.never_served(make.SYSTEM, seat.position)] == ["Daan Esselbrug"]
    assert len([one for one in seat.chain if hasattr(one, "posting")]) == 2


def test_what_was_made_by_hand_is_recognised_and_gets_the_id_of_the_file(writing: None) -> None:
    person = make.person("Femke Wolderink", email="femke@expertise.example")
    seat = make.position(make.post("geneva", "PV", "PR"), "Eerste secretaris", "First Secretary")
    posting = make.posting(person, seat, make.date(2023, 8, 1))
    load_all()
    assert (person.external_id, posting.external_id) == ("p1", "a")
    assert str(posting.ends_on) == "2026-12-05"
    assert session().scalar(select(func.count()).select_from(Position)) == 1


def test_a_changed_row_changes_its_record_only(writing: None) -> None:
    load_all()
    report = take("postings", POSTINGS.replace("2026-12-05", "2027-01-05"))
    assert (report.counts["changed"], report.counts["unchanged"]) == (1, 1)
    posting = session().scalar(select(Posting).where(Posting.external_id == "a"))
    assert posting
    assert str(posting.ends_on) == "2027-01-05"


def test_only_hr_imports(as_: Callable[[str], Viewer]) -> None:
    with pytest.raises(NotFound):
        take("people", PEOPLE, viewer=as_("leaver"))
    assert take("people", PEOPLE, viewer=as_("hr")).ok


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
def test_what_goes_out_comes_in_again_the_same(
    app: Flask, cast: Cast, tmp_path: Path, form: str, request: pytest.FixtureRequest
) -> None:
    order = ("people", "posts", "domains", "positions", "postings")
    with app.app_context(), app.test_request_context():
        begin("write")
        theme = make.domain("arms", "wapens", "arms", synonyms={"nl": ["wapenbeheersing", "x; y"]})
        make.domain("mines", "mijnen", "mines", parent=theme)
        seat = session().get_one(Position, cast.positions["disarmament"])
        file_position(make.SYSTEM, seat, [theme])
        who = session().get_one(Person, cast.people["colleague"])
        make.posting(who, seat, make.date(2000, 1, 1), make.date(2001, 6, 30), ends_precision="month", acting=True)
        for kind in order:
            run_export(KINDS[kind], make.SYSTEM, tmp_path / f"{kind}.{form}", form)
            same = run_import(KINDS[kind], make.SYSTEM, tmp_path / f"{kind}.{form}")
            assert same.counts["unchanged"] == same.counts["read"], [kind, same.counts, *map(str, same.rows)]
        before = [(tmp_path / f"{kind}.{form}").read_bytes() for kind in order]
        session().commit()
        _empty()
        for kind in order:
            report = run_import(KINDS[kind], make.SYSTEM, tmp_path / f"{kind}.{form}")
            assert report.counts["new"] == report.counts["read"], [str(note) for note in report.rows]
            run_export(KINDS[kind], make.SYSTEM, tmp_path / f"{kind}.{form}", form)
        session().rollback()
    if form != "xlsx":  # a workbook carries the time at which it was written
        for kind, was in zip(order, before, strict=True):
            assert sorted((tmp_path / f"{kind}.{form}").read_bytes().splitlines()) == sorted(was.splitlines()), kind


def _empty() -> None:
    """Without what the files hold."""
    from expertise.base.database import Model

    for table in reversed(Model.metadata.sorted_tables):
        session().execute(table.delete())
    session().expunge_all()


@pytest.mark.drill
@pytest.mark.skipif(not ROTATION.is_dir(), reason="the real rotation data is not on this machine")
def test_the_real_rotation_goes_in_with_every_flaw_reported(writing: None) -> None:
    reports = {
        kind: run_import(
            KINDS[kind], make.SYSTEM, ROTATION / f"{kind}.csv", map_file=MAPS / f"rotation-{kind}.toml", keep_good=True
        )
        for kind in ("people", "posts", "postings")
    }
    counts = {kind: (report.counts["new"], report.counts["rejected"]) for kind, report in reports.items()}
    assert counts == {"people": (4313, 0), "posts": (298, 0), "postings": (7260, 2)}
    notes = reports["postings"].rows
    assert [note.value for note in notes if note.level == "error"] == [
        "1886-07-22",
        "wilson-huntington-francis-mairs-huntington-wilson",
    ]
    suffixed = [note.value for note in notes if "with a suffix" in str(note.why)]
    assert len(suffixed) == 17
    assert len([note for note in notes if note.field == "end" and "No end" in str(note.why)]) == 381
    assert len([note for note in notes if "year only" in str(note.why)]) == 2
    assert len({note.row for note in notes if note.field == "end" and "month only" in str(note.why)}) == 289
    hague = queries.get_post(make.SYSTEM, "netherlands")
    seat = next(one for one in seating.seats_of(make.SYSTEM, hague) if one.position.title_en.startswith("Ambassador"))
    held = [one.posting for one in seat.chain if hasattr(one, "posting")]
    since = [one.person.name for one in held if one.starts_on and one.starts_on.year >= 1947][:3]
    assert since == ["Herman Benjamin Baruch", "Selden Chapin", "Harrison Freeman Matthews"]
    assert len(held) == 24
