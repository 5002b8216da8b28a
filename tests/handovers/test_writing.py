"""Writing: prefilled, kept when refused, never overwritten by who comes second, the dossier changed with it."""

import re
from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from flask import Flask

from expertise.access.viewer import Viewer, system
from expertise.base.database import begin, session
from expertise.base.errors import Conflict, NotFound, Refused
from expertise.dossiers.models import Dossier, DossierRevision, Entry
from expertise.dossiers.service import change_dossier
from expertise.handovers import acts, queries, service
from expertise.handovers.models import Handover
from expertise.posts.models import Posting
from tests import make
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]
As = Callable[[str], Viewer]


def test_looking_makes_no_row_and_writing_makes_one(browser_of: Open, app: Flask, seat: Seat) -> None:
    leaver = browser_of("leaver")
    address = f"/postings/{seat.posting}/handover"
    leaver.get(address)
    with app.app_context():
        begin("read")
        assert session().query(Handover).count() == 0
    note = begin_note(leaver, seat)
    assert begin_note(leaver, seat) == note
    leaver.get(address)
    assert leaver.page
    assert leaver.page.request.path == note
    with app.app_context():
        begin("read")
        assert session().query(Handover).count() == 1


def test_a_posting_that_has_not_begun_or_never_was_has_no_note(browser_of: Open, cast: Cast) -> None:
    browser_of("successor").get(f"/postings/{cast.postings['successor']}/handover", status=404)
    browser_of("leaver").get("/postings/nowhere/handover", status=404)
    browser_of("stranger").get(f"/postings/{cast.postings['leaver']}/handover", status=404)
    browser_of("stranger").post(f"/postings/{cast.postings['leaver']}/handover", status=404)


def test_what_is_recorded_stands_in_the_note_before_anybody_writes(browser_of: Open, seat: Seat) -> None:
    page = browser_of("leaver").get(f"/postings/{seat.posting}/handover", lang="en")
    for text in (
        "Autonomous weapons",
        "Meaningful human control.",
        "Working paper in French",
        "Ilse Marquandt",
        "Coordination on Thursday",
        "Daan Esselbrug",
        "gap of 37 days",
    ):
        assert text in page, text


def test_each_step_is_there_with_its_marks_and_leads_to_the_next(browser_of: Open, seat: Seat) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    for number in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12):
        assert 'aria-current="page"' in leaver.get(f"{note}/edit/{number}", lang="en")
    for number in (13, 99):
        leaver.get(f"{note}/edit/{number}", status=404)
    leaver.get(f"{note}/edit/2/{'x' * 12}", status=404)
    leaver.get(f"{note}/edit/words", status=404)
    leaver.post(f"{note}/edit/6", version="0", text="Noor knows.")
    assert leaver.page
    assert leaver.page.request.path == f"{note}/edit/7"
    assert leaver.page.history[-1].location == f"{note}/edit/7#now"
    assert '<h2 id="now">' in leaver.page.text
    leaver.post(f"{note}/edit/6", version="1", text="Noor knows.", previous="1")
    assert leaver.page.request.path == f"{note}/edit/5"
    leaver.post(f"{note}/edit/6", version="2", text="Noor knows it all.", stay="1")
    assert leaver.page.request.path == f"{note}/edit/6"
    leaver.post(f"{note}/edit/12", version="0", obstacles="Three clearances")
    assert leaver.page.request.path == f"{note}/edit"
    leaver.post(f"{note}/edit/1", version="0", situation="quiet")
    assert leaver.page.request.path == f"{note}/edit/2/{seat.urgent}"


def test_what_is_shared_changes_the_dossier_and_its_history(browser_of: Open, app: Flask, seat: Seat) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    fields = {"urgency": "1", "line_to_take": "No moratorium.", "state_of_play": "New.", "next_step": "Call"}
    leaver.post(f"{note}/edit/2/{seat.urgent}", version="0", dossier_version="1", tried_failed="A footnote", **fields)
    assert "No moratorium." in leaver.get(f"/dossiers/{seat.urgent}")
    assert "A footnote" not in leaver.get(f"/dossiers/{seat.urgent}")
    with app.app_context():
        begin("read")
        assert session().get_one(Dossier, seat.urgent).version == 2
        assert session().query(DossierRevision).count() == 1


def test_bad_input_is_said_at_its_field_and_kept(browser_of: Open, seat: Seat, cast: Cast) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    page = leaver.post(
        f"{note}/edit/0?lang=nl", version="0", language="nl", marking="auto", reachable_until="June", status=422
    )
    assert "Dit is geen datum" in page
    assert "June" in page
    page = leaver.post(f"{note}/edit/1?lang=en", version="0", text_1="x" * 501, status=422)
    assert "At most 500 characters" in page
    page = leaver.post(f"{note}/edit/3", version="0", **{f"taker_{seat.promise}": "lapses"}, status=422)
    assert "on which day you told them" in page
    page = leaver.post(
        f"{note}/edit/3",
        version="0",
        **{f"taker_{seat.promise}": "lapses", f"told_{seat.promise}": "2027-01-01"},
        status=422,
    )
    assert "First tell them" in page
    leaver.post(f"{note}/edit/3", version="0", **{f"taker_{seat.promise}": cast.people["stranger"]}, status=422)
    page = leaver.post(f"{note}/edit/9", version="0", text="A grant", none="y", status=422)
    assert "Either there is something to say" in page
    assert "A grant" in page
    page = leaver.post(
        f"{note}/edit/2/{seat.urgent}", version="0", dossier_version="1", urgency="9", partners="Kept", status=422
    )
    assert "not one of the choices" in page
    assert "Kept" in page


def test_of_two_windows_the_second_sees_both_texts_of_a_section(browser_of: Open, seat: Seat) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    leaver.post(f"{note}/edit/10", version="0", advice="From the telephone", tips="Coffee")
    page = leaver.post(f"{note}/edit/10?lang=en", version="0", advice="From the desk", tips="Coffee", status=422)
    assert "saved elsewhere while you were writing" in page
    assert page.count("From the telephone") == 1
    assert page.count("From the desk") == 2
    assert re.search(r'name="version"[^>]*value="1"', page)
    assert "From the telephone" in leaver.get(f"{note}/edit/10")
    # On top of it, knowingly; and another section is not in its way.
    leaver.post(f"{note}/edit/10", version="1", advice="From the desk")
    leaver.post(f"{note}/edit/11", version="0", text="Much")
    assert "From the desk" in leaver.get(note)


def test_a_dossier_changed_by_a_colleague_meanwhile_is_not_overwritten(
    browser_of: Open, app: Flask, seat: Seat
) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    with app.app_context():
        begin("write")
        dossier = session().get_one(Dossier, seat.urgent)
        change_dossier(system(), dossier, state_of_play="The chair resigned.", next_step="Wait for a new chair")
        session().commit()
    fields = {
        "version": "0",
        "urgency": "1",
        "line_to_take": "Meaningful human control.",
        "line_valid_until": "2027-01-15",
        "next_step": "Circulate the EU statement",
        "next_step_on": "2026-12-01",
        "contingency": "If there is a vote",
    }
    page = leaver.post(
        f"{note}/edit/2/{seat.urgent}?lang=en",
        dossier_version="1",
        state_of_play="My own words on the chair.",
        status=422,
        **fields,
    )
    assert "The chair resigned." in page
    assert "My own words on the chair." in page
    # What she had left alone is taken over from what was saved.
    assert 'value="Wait for a new chair"' in page
    assert "If there is a vote" in page
    assert re.search(r'name="version"[^>]*value="0"', page)
    leaver.post(
        f"{note}/edit/2/{seat.urgent}",
        dossier_version="2",
        state_of_play="Both.",
        **{**fields, "next_step": "Wait for a new chair"},
    )
    assert "Wait for a new chair" in leaver.get(note)


def test_a_stale_version_leaves_nothing_behind(seat: Seat, as_: As) -> None:
    viewer = as_("leaver")
    note = service.start_note(viewer, session().get_one(Posting, seat.posting))
    dossier = session().get_one(Dossier, seat.urgent)
    service.write_dossier_item(viewer, note, dossier, version=0, dossier_version=1, partners="Two", next_step="A")
    with pytest.raises(Conflict):
        service.write_dossier_item(viewer, note, dossier, version=1, dossier_version=1, partners="Three", next_step="B")
    with pytest.raises(Conflict):
        service.write_dossier_item(viewer, note, dossier, version=0, dossier_version=2, partners="Four")
    (row,) = note.dossier_rows
    assert (row.partners, row.version, dossier.next_step, dossier.version) == ("Two", 1, "A", 2)


def test_who_left_still_writes_but_no_longer_changes_the_dossier(browser_of: Open, app: Flask, seat: Seat) -> None:
    note = begin_note(browser_of("leaver"), seat)
    with time_machine.travel("2026-12-20T09:00:00+01:00"):
        leaver = browser_of("leaver")
        page = leaver.get(f"{note}/edit/2/{seat.restricted}", lang="en")
        assert "You no longer hold this position" in page
        assert 'name="state_of_play"' not in page
        fields = {"version": "0", "dossier_version": "1", "contingency": "If Monday", "state_of_play": "Forged"}
        leaver.post(f"{note}/edit/2/{seat.restricted}", **fields)
        assert "If Monday" in leaver.get(note)
    with app.app_context():
        begin("read")
        assert session().get_one(Dossier, seat.restricted).state_of_play == "Witnesses are heard."


def test_a_dossier_of_another_seat_does_not_belong_in_it(cast: Cast, seat: Seat, as_: As) -> None:
    viewer = as_("leaver")
    note = service.start_note(viewer, session().get_one(Posting, seat.posting))
    other = make.dossier("Elsewhere", kept_by=session().get_one(Posting, cast.postings["stranger"]).position)
    with pytest.raises(NotFound):
        service.write_dossier_item(viewer, note, other, partners="x")
    entry = make.entry(session().get_one(Dossier, seat.urgent), "Not a promise")
    with pytest.raises(Refused):
        service.name_taker(viewer, note, entry, to_successor=True)


def test_a_commitment_goes_to_a_person_to_whoever_comes_or_lapses(cast: Cast, seat: Seat, as_: As) -> None:
    viewer = as_("leaver")
    note = service.start_note(viewer, session().get_one(Posting, seat.posting))
    entry = session().get_one(Entry, seat.promise)
    service.name_taker(viewer, note, entry, to_successor=True)
    assert queries.show(viewer, note).note.commitments[0].to_successor
    service.write_commitments(viewer, note, {entry: service.Taking(lapses_told_on=date(2026, 11, 20))})
    (one,) = queries.show(viewer, note).note.commitments
    assert (one.to_successor, one.lapses_told_on) == (False, date(2026, 11, 20))


def test_it_cannot_be_signed_too_early_or_with_a_hole(cast: Cast, seat: Seat, as_: As) -> None:
    viewer = as_("leaver")
    note = service.start_note(viewer, session().get_one(Posting, seat.posting))
    with pytest.raises(Refused, match=r"ontbreekt|missing"):
        acts.sign(viewer, note)
    note.posting.ends_on = date(2027, 12, 5)
    with pytest.raises(Refused, match=r"dertig dagen|thirty days"):
        acts.sign(viewer, note)
    with pytest.raises(Refused):
        acts.sign(viewer, note, unchecked=True)
    with pytest.raises(Refused):
        acts.open_again(viewer, note)


def test_every_day_notes_are_started_and_the_signed_ones_frozen(app: Flask, cast: Cast, seat: Seat) -> None:
    with app.app_context():
        begin("write")
        assert acts.start_notes(system()) == 1
        assert acts.start_notes(system()) == 0
        note = service.start_note(system(), session().get_one(Posting, seat.posting))
        acts.sign(system(), note, unchecked=True)
        assert acts.freeze_due(system()) == 0
        with time_machine.travel("2026-12-06T05:00:00+01:00"):
            assert acts.freeze_due(system()) == 1
            assert acts.freeze_due(system()) == 0
        assert note.state_on(date(2026, 12, 6)) == "frozen"
        session().rollback()


def test_the_state_follows_from_the_dates_until_somebody_acts(seat: Seat, as_: As) -> None:
    viewer = as_("leaver")
    note = service.start_note(viewer, session().get_one(Posting, seat.posting))
    days = {date(2026, 9, 5): "running", date(2026, 9, 6): "drafted", date(2026, 11, 5): "drafted"}
    days |= {date(2026, 11, 5): "asked", date(2026, 11, 4): "drafted", date(2027, 3, 1): "asked"}
    assert {day: note.state_on(day) for day in days} == days
    note.posting.ends_on = None
    assert note.state_on(date(2026, 11, 30)) == "running"


def test_queries_do_not_grow_with_what_a_note_holds(
    browser_of: Open, app: Flask, cast: Cast, seat: Seat, count_queries: Callable
) -> None:
    leaver = browser_of("leaver")
    note = begin_note(leaver, seat)
    pages = [note, f"{note}/edit", f"{note}/edit/3", f"{note}/edit/4", f"{note}/edit/2/{seat.urgent}", f"{note}/sign"]

    def counted() -> list[int]:
        found = []
        for url in pages:
            leaver.get(url)
            with count_queries() as sent:
                leaver.get(url)
            found.append(len(sent))
        return found

    before = counted()
    with app.app_context():
        begin("write")
        position = session().get_one(Posting, seat.posting).position
        row = session().query(Handover).one()
        for number in range(8):
            dossier = make.dossier(f"Dossier {number}", kept_by=position)
            entry = make.entry(dossier, f"Promise {number}", kind="commitment")
            contact = make.contact(f"Contact {number}", kept_by=position, tier=1, organisation=f"Org {number}")
            service.write_dossier_item(system(), row, dossier, partners="x")
            service.name_taker(system(), row, entry, position.postings[0].person)
            service.plan_introduction(system(), row, contact, plan="call")
        session().commit()
    assert counted() == before
    assert max(before) < 45, before
