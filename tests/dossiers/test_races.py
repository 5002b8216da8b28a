"""Two people change the same text: nobody's words are lost, and nobody overwrites without knowing."""

import re
from collections.abc import Callable

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expertise.base.database import begin, session
from expertise.base.differences import ADDED, REMOVED, differences
from expertise.base.errors import Conflict
from expertise.dossiers import entry_service, history, service
from expertise.dossiers.models import Dossier, Entry
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]
FILLED = {
    "title": "Cluster munitions",
    "state_of_play": "Eleven states support the draft.",
    "line_to_take": "No exceptions.",
    "line_valid_until": "2027-01-15",
    "next_step": "Circulate input",
    "next_step_on": "2026-12-01",
    "urgency": "2",
    "language": "en",
}


def test_the_loser_of_a_race_sees_both_texts_and_saves_on_top(browser_of: Open, munitions: str) -> None:
    leaver, head = browser_of("leaver"), browser_of("head")
    edit = f"/dossiers/{munitions}/edit?lang=en"
    head.post(edit, **FILLED | {"state_of_play": "Twelve states support the draft.", "version": "2"})
    page = leaver.post(
        edit, status=422, **FILLED | {"state_of_play": "Eleven states support the new draft.", "version": "2"}
    )
    assert "Somebody saved this while you were writing" in page
    assert "Saved by Marijke ter Brugghen" in page
    assert "Twelve states support the draft." in page
    # Her own words stand in the form, on top of the version that was saved.
    assert re.search(r"<textarea[^>]*name=\"state_of_play\"[^>]*>\s*Eleven states support the new draft.", page)
    assert re.search(r'name="version"[^>]*value="3"', page)
    assert "<del>" in page
    assert "<ins>" in page
    # Nothing was saved yet.
    assert "Twelve" in head.get(f"/dossiers/{munitions}")
    leaver.post(edit, **FILLED | {"state_of_play": "Twelve states support the new draft.", "version": "3"})
    assert "Twelve states support the new draft." in head.get(f"/dossiers/{munitions}")
    revisions = head.get(f"/dossiers/{munitions}/revisions?old=2&new=4")
    assert "Eleven" in revisions
    assert "Twelve" in revisions


def test_what_the_loser_did_not_touch_takes_over_what_the_other_saved(browser_of: Open, munitions: str) -> None:
    leaver, head = browser_of("leaver"), browser_of("head")
    edit = f"/dossiers/{munitions}/edit?lang=en"
    head.post(edit, **FILLED | {"next_step": "Call the chair", "next_step_on": "2026-12-24", "version": "2"})
    page = leaver.post(edit, status=422, **FILLED | {"state_of_play": "Thirteen states.", "version": "2"})
    assert "not the same field" in page
    assert re.search(r'name="next_step"[^>]*value="Call the chair"', page)
    assert re.search(r'name="next_step_on"[^>]*value="2026-12-24"', page)
    assert "Thirteen states." in page


def test_a_race_for_a_note_is_the_same(browser_of: Open, munitions: str) -> None:
    leaver, head = browser_of("leaver"), browser_of("head")
    page = leaver.post(f"/dossiers/{munitions}/entries/new", title="Vote", body="Eleven.", date="2026-11-01")
    address = re.search(r'href="(/dossiers/[^"]+/entries/[^"/?]+)"[^>]*>Vote', page)
    assert address
    edit = f"{address[1]}/edit?lang=en"
    fields = {"kind": "decision", "title": "Vote", "date": "2026-11-01", "language": "en"}
    head.post(edit, body="Twelve.", version="1", **fields)
    lost = leaver.post(edit, body="Thirteen.", version="1", status=422, **fields)
    assert "Twelve." in lost
    assert "Thirteen." in lost


def test_a_version_made_up_by_hand_is_a_conflict_and_no_mistake_of_ours(browser_of: Open, munitions: str) -> None:
    leaver = browser_of("leaver")
    for version in ("", "x", "99999", "-1"):
        leaver.post(f"/dossiers/{munitions}/edit", status=422, **FILLED | {"title": "Other", "version": version})
    assert "Cluster munitions" in leaver.get(f"/dossiers/{munitions}")


# Who writes what, and how many versions behind they had read.
EDITS = st.lists(st.tuples(st.integers(0, 2), st.text("abc \n", max_size=12)), min_size=1, max_size=8)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_every_accepted_text_is_in_the_history_and_no_stale_one_is_accepted(
    app: Flask, cast: Cast, edits: list[tuple[int, str]]
) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        dossier = make.dossier("Race", language="en", state_of_play="start")
        entry = make.entry(dossier, "Race", body="start", language="en")
        session().flush()
        accepted = {"dossier": ["start"], "entry": ["start"]}
        for behind, text in edits:
            for name, record in (("dossier", dossier), ("entry", entry)):
                read = record.version - behind
                try:
                    _write(record, text, read)
                except Conflict:
                    assert behind > 0
                else:
                    # Version 0 and below were never read by anybody.
                    assert behind == 0
                    if accepted[name][-1] != text:
                        accepted[name].append(text)
                session().flush()
        for name, record, field in (("dossier", dossier, "state_of_play"), ("entry", entry, "body")):
            kept = [one.content[field] for one in history.versions_of(make.SYSTEM, record)]
            assert kept == accepted[name][::-1]
            assert record.version == len(kept)
        session().rollback()


def _write(record: Dossier | Entry, text: str, version: int) -> None:
    if isinstance(record, Dossier):
        service.change_dossier(make.SYSTEM, record, version=version, state_of_play=text)
    else:
        entry_service.revise_entry(make.SYSTEM, record, version=version, body=text)


@given(old=st.text("ab .\n", max_size=60), new=st.text("ab .\n", max_size=60))
def test_a_difference_holds_both_texts_whole(old: str, new: str) -> None:
    pieces = differences(old, new)
    assert "".join(text for kind, text in pieces if kind != ADDED) == old
    assert "".join(text for kind, text in pieces if kind != REMOVED) == new


def test_a_difference_reads_as_people_read() -> None:
    assert differences("We may sign in March.", "We will sign in June.") == [
        ("same", "We "),
        ("removed", "may"),
        ("added", "will"),
        ("same", " sign in "),
        ("removed", "March"),
        ("added", "June"),
        ("same", "."),
    ]
