"""Dossiers and notes in and out of files."""

import json
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from expertise.access.viewer import Viewer, system
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.tables import Report, run_export, run_import
from expertise.dossiers import history, service
from expertise.dossiers.exchange import KINDS
from expertise.dossiers.forms import FIELD_NAMES
from expertise.dossiers.models import DOSSIER_TEXTS, ENTRY_TEXTS, Dossier, Entry, Stewardship
from expertise.posts.models import Post
from tests import make
from tests.conftest import Cast
from tests.dossiers.conftest import seat

DOSSIERS, ENTRIES = KINDS
As = Callable[[str], Viewer]
ROW = {
    "external_id": "n-1",
    "title": "Draft resolution",
    "body": "Eleven states support it.",
    "date": "2026-03",
    "dossier": "Cluster munitions",
    "author": "leaver@expertise.example",
    "post": "gen-pv",
    "tags": ["CCW"],
    "domains": ["disarmament"],
}
MAP = Path(__file__).parent.parent.parent / "docs" / "examples" / "corpus-entries.toml"


def taken(kind: Any, *rows: dict[str, Any], **more: Any) -> Report:
    """The report on importing these rows."""
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    report = run_import(kind, system(), BytesIO(lines), name="rows.jsonl", **more)
    session().flush()
    session().expire_all()
    return report


def given_out(kind: Any) -> list[dict[str, Any]]:
    """What an export says."""
    out = BytesIO()
    run_export(kind, system(), out, "jsonl")
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def inside(as_: As) -> As:
    """A writing transaction, with a domain to file under."""
    make.domain("disarmament", "Ontwapening", "Disarmament")
    return as_


def test_a_note_comes_in_with_its_dossier_author_post_and_domains(inside: As, cast: Cast) -> None:
    report = taken(ENTRIES, ROW)
    assert report.counts["new"] == 1, report
    assert not report.rows
    entry = session().scalars(select(Entry)).one()
    assert (entry.title, entry.kind, entry.language) == ("Draft resolution", "background", "en")
    assert (entry.date, entry.date_precision) == (date(2026, 3, 1), "month")
    assert (entry.author_id, entry.post_id) == (cast.people["leaver"], cast.posts["geneva"])
    assert [one.code for one in entry.domains] == ["disarmament"]
    assert (entry.dossier.title, entry.dossier.readers) == ("Cluster munitions", {"all"})


def test_the_same_file_again_changes_nothing_and_another_text_is_a_revision(inside: As) -> None:
    taken(ENTRIES, ROW)
    assert taken(ENTRIES, ROW).counts["unchanged"] == 1
    assert taken(ENTRIES, ROW | {"body": "Twelve states support it."}).counts["changed"] == 1
    entry = session().scalars(select(Entry)).one()
    kept = [one.content["body"] for one in history.versions_of(make.SYSTEM, entry)]
    assert kept == ["Twelve states support it.", "Eleven states support it."]
    assert session().scalar(select(func.count()).select_from(Dossier)) == 1


def test_without_an_id_a_note_is_known_by_dossier_title_and_date(inside: As) -> None:
    rows = [
        {"title": "Vote", "body": "Eleven.", "date": "2026-03-01", "dossier": "A"},
        {"title": "Vote", "body": "Other.", "date": "2026-03-02", "dossier": "A"},
        {"title": "Vote", "body": "No date.", "dossier": "A"},
        {"title": "Vote", "body": "No date, another.", "dossier": "A"},
        {"body": "# Only a text\n\nand more"},
        {"title": "Only a title"},
    ]
    assert taken(ENTRIES, *rows).counts["new"] == 6
    assert taken(ENTRIES, *rows).counts["unchanged"] == 6
    assert taken(ENTRIES, {**rows[0], "body": "Twelve."}).counts["changed"] == 1
    assert session().scalar(select(func.count()).select_from(Entry)) == 6
    titles = set(session().scalars(select(Entry.title)))
    assert {"Only a text", "Only a title"} <= titles


def test_each_doubt_is_reported_at_its_row(inside: As) -> None:
    report = taken(
        ENTRIES,
        ROW | {"author": "who@example.org", "post": "NOWHERE", "domains": ["alchemy", "disarmament"]},
        {"external_id": "n-2", "dossier": "A"},
        ROW | {"external_id": "n-3", "kind": "rumour"},
        ROW | {"external_id": "n-4", "date": "31-31-2026"},
        ROW,
    )
    assert not report.ok
    said = {(note.row, note.field, note.level) for note in report.rows}
    for row, field, level in (
        (1, "author", "warning"),
        (1, "post", "warning"),
        (1, "domains", "warning"),
        (2, "title", "error"),
        (3, "kind", "error"),
        (4, "date", "error"),
        (5, "external_id", "error"),
    ):
        assert (row, field, level) in said, said
    assert report.unanswered == 0


def test_a_corpus_comes_in_through_its_map(inside: As, tmp_path: Path) -> None:
    passages = [
        {"id": f"p-{n}", "doc_id": f"d-{n // 2}", "title": f"Treaty {n // 2}", "date": "1754" if n % 2 else "",
         "country": "", "author": "Office", "lang": "en", "text": "The French and Indian War began." * 20}
        for n in range(1200)
    ]  # fmt: skip
    source = tmp_path / "corpus.jsonl"
    source.write_text("\n".join(map(json.dumps, passages)))
    report = run_import(ENTRIES, system(), source, map_file=MAP)
    assert (report.counts["new"], report.rows) == (1200, [])
    assert session().scalar(select(func.count()).select_from(Dossier)) == 600
    again = run_import(ENTRIES, system(), source, map_file=MAP)
    assert again.counts["unchanged"] == 1200


def whole_world(cast: Cast) -> None:
    """Dossiers and notes with something in every field."""
    contact = make.contact("Ilse Marquandt", external_id="c-1")
    one = make.dossier(
        "Cluster munitions",
        kept_by=seat(cast, "disarmament"),
        from_on=date(2019, 12, 13),
        reach="restricted",
        marking="dv",
        urgency=1,
        language="en",
        summary="What\nit is",
        objectives="- a\n- b",
        state_of_play="=cmd",
        line_to_take="No exceptions.",
        line_valid_until=date(2027, 1, 15),
        line_cleared_by="Legal",
        next_step="Circulate",
        next_step_on=date(2026, 12, 1),
        next_step_by="Noor",
        external_id="d-1",
    )
    service.give_to_keep(make.SYSTEM, one, seat(cast, "adviser"), from_on=date(2020, 1, 1))
    service.take_from(make.SYSTEM, one.present_stewardships[1], to_on=date(2021, 1, 1))
    service.share_with(make.SYSTEM, one, post=session().get_one(Post, cast.posts["vienna"]))
    service.share_with(make.SYSTEM, one, position=seat(cast, "newyork"))
    service.file_under(make.SYSTEM, one, contacts=[contact])
    service.verify(make.SYSTEM, one, position=seat(cast, "disarmament"))
    two = make.dossier("Landmijnen; een tweede", language="nl")
    service.archive(make.SYSTEM, two)
    make.entry(
        one, "Vote", body="a\n\nb", kind="commitment", to_whom="Chair", due_on=date(2027, 1, 1), tags=["x;y", "z"]
    )
    make.entry(two, "Oud", body="", kind="lesson", language="nl")


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_what_is_exported_can_be_imported_again_and_is_the_same(
    inside: As, cast: Cast, tmp_path: Path, form: str
) -> None:
    whole_world(cast)
    session().flush()
    session().expire_all()
    before = [given_out(DOSSIERS), given_out(ENTRIES)]
    for kind in (DOSSIERS, ENTRIES):
        run_export(kind, system(), tmp_path / f"{kind.name}.{form}", form)
        report = run_import(kind, system(), tmp_path / f"{kind.name}.{form}")
        assert report.ok, str(report)
        assert report.counts["unchanged"] == report.read, str(report)
    # And into a house where they are gone.
    for table in ("entry_domain", "entry_revision", "entry", "dossier_revision", "dossier_contact", "dossier_domain",
                  "dossier_post", "dossier_share", "dossier_reader", "stewardship", "dossier"):  # fmt: skip
        session().execute(Dossier.metadata.tables[table].delete())
    session().expunge_all()
    for kind in (DOSSIERS, ENTRIES):
        report = run_import(kind, system(), tmp_path / f"{kind.name}.{form}")
        assert report.ok, str(report)
        assert report.counts["new"] == report.read, str(report)
    session().flush()
    session().expire_all()
    assert [sorted(rows, key=str) for rows in (given_out(DOSSIERS), given_out(ENTRIES))] == [
        sorted(rows, key=str) for rows in before
    ]


def test_who_kept_a_dossier_comes_in_as_periods(inside: As, cast: Cast) -> None:
    old, new = cast.positions["adviser"], cast.positions["disarmament"]
    row = {"title": "A", "kept_by": [f"{old} 2010/2013-08-07", f"{new} 2013-08-08/", "nowhere 2010/", f"{old} later/"]}
    report = taken(DOSSIERS, row)
    assert [(note.field, note.value) for note in report.rows] == [("kept_by", "nowhere"), ("kept_by", f"{old} later/")]
    found = {(one.position_id, one.from_on, one.to_on) for one in session().scalars(select(Stewardship))}
    assert found == {(old, date(2010, 1, 1), date(2013, 8, 7)), (new, date(2013, 8, 8), None)}
    assert taken(DOSSIERS, row).counts["unchanged"] == 1
    assert taken(DOSSIERS, {"title": "A", "kept_by": [new]}).counts["changed"] == 1
    assert [one.from_on for one in session().scalars(select(Stewardship))] == [date(2013, 8, 8)]


def test_a_restricted_dossier_that_nobody_could_read_is_refused(inside: As) -> None:
    report = taken(DOSSIERS, {"title": "A", "reach": "restricted"}, {"title": "B"}, keep_good=True)
    assert (report.counts["rejected"], report.counts["new"]) == (1, 1)
    assert report.rows[0].field == "kept_by"


def test_only_the_installation_and_the_administrator_import(inside: As) -> None:
    for who in ("leaver", "head", "hr"):
        with pytest.raises(NotFound):
            run_import(ENTRIES, inside(who), BytesIO(json.dumps(ROW).encode()), name="x.jsonl")
    # Whoever exports gets what he may read.
    make.dossier("Open", language="en")
    assert [row["title"] for row in DOSSIERS.dump(inside("stranger"))] == ["Open"]


def test_all_that_people_write_has_a_name_and_goes_out_and_comes_in() -> None:
    kinds = {one.name: {field.name for field in one.fields} for one in KINDS}
    for kind, texts in (("dossiers", DOSSIER_TEXTS), ("entries", ENTRY_TEXTS)):
        # The precision of a date stands in the date itself.
        assert not set(texts) - kinds[kind] - {"date_precision"}, kind
        assert not set(texts) - FIELD_NAMES.keys(), kind


def test_a_title_in_a_file_is_kept_as_a_page_would_keep_it(inside: As) -> None:
    turned = ROW | {
        "title": "Budget \x07\u202efdp.exe\u2066 \u05e9\u05dc\u200f",
        "body": "\u202e",
        "dossier": "Clus\u202dter\x0b munitions",
        "tags": ["C\u202eCW", "\u2067"],
    }
    taken(ENTRIES, turned)
    entry = session().scalars(select(Entry)).one()
    assert (entry.title, entry.tags) == ("Budget fdp.exe \u05e9\u05dc\u200f", ["CCW"])
    assert entry.dossier.title == "Cluster munitions"
    # The file again is the same again; and a title of nothing that is seen is none.
    assert taken(ENTRIES, turned).counts["unchanged"] == 1
    untitled = taken(DOSSIERS, {"title": "\u202e\x07", "external_id": "d-9"})
    assert [(one.field, one.level) for one in untitled.rows] == [("title", "error")]
    # What is written of a text's first line is a title too.
    taken(ENTRIES, {"external_id": "n-7", "body": "\u202eElevated \x07risk\n\nand more", "dossier": "Other"})
    assert "Elevated risk" in session().scalars(select(Entry.title)).all()
