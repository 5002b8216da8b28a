"""What stands beside a frozen note: remarks, what changed since, a score. The note itself keeps its words."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from expertise.access.rules import allowed, only
from expertise.access.viewer import Viewer, system
from expertise.base.database import begin, session
from expertise.base.errors import Refused
from expertise.contacts.models import Keeping
from expertise.contacts.service import change_keeping, keep, let_go
from expertise.dossiers.entry_service import settle
from expertise.dossiers.models import Dossier, Entry
from expertise.dossiers.service import change_dossier
from expertise.handovers import acts, acts_beside, queries, queries_beside, service
from expertise.handovers.models import Handover, Receipt
from expertise.handovers.models_beside import Score, Scoring
from expertise.people.models import Person
from expertise.posts.models import Position, Posting
from tests import make
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat

Open = Callable[[str], Browser]
As = Callable[[str], Viewer]
ARRIVED = "2027-01-12T09:00:00+01:00"
NINETY_DAYS_ON = "2027-04-12T09:00:00+02:00"


@pytest.fixture
def frozen(app: Flask, cast: Cast, seat: Seat) -> str:
    """The leaver's note, frozen, with a colleague who acts."""
    with app.app_context():
        begin("write")
        note = service.start_note(system(), session().get_one(Posting, seat.posting), language="en")
        service.write_header(system(), note, acting=session().get_one(Person, cast.people["colleague"]), language="en")
        acts.sign(system(), note, unchecked=True)
        acts.freeze(system(), note)
        session().commit()
        return note.id


def test_leaver_successor_and_head_remark_beside_it_and_its_words_stay(
    browser_of: Open, app: Flask, frozen: str, seat: Seat
) -> None:
    address = f"/handovers/{frozen}/remarks?lang=en"
    with app.app_context():
        begin("read")
        before = session().get_one(Handover, frozen).content_hash
    browser_of("leaver").post(address, place="7", text="The map moved to *drive K*.")
    browser_of("head").post(address, place="2:" + seat.restricted, text="Witness three withdrew.")
    page = browser_of("successor").post(address, place="2:" + seat.urgent, text="The chair changed.")
    for text in ("<em>drive K</em>", "Witness three withdrew.", "The chair changed.", "unaltered since"):
        assert text in page, text
    # The colleague, who acts, does not see the restricted dossier, nor what is remarked of it.
    page = browser_of("colleague").get(f"/handovers/{frozen}")
    assert "The chair changed." in page
    assert "Witness three" not in page
    browser_of("colleague").post(address, place="2:" + seat.restricted, text="x", status=404)
    for who in ("stranger", "hr", "predecessor"):
        browser_of(who).post(address, place="7", text="x", status=404)
    with app.app_context():
        begin("read")
        assert session().get_one(Handover, frozen).content_hash == before


@pytest.mark.parametrize(
    ("place", "text", "why"),
    [
        ("7", "", "Fill this in"),
        ("77", "x", "not one of the choices"),
        ("²", "x", "not one of the choices"),
        ("7", "x" * 5000, "at most"),
    ],
)
def test_a_remark_that_cannot_be_is_refused_and_kept_in_the_form(
    browser_of: Open, frozen: str, place: str, text: str, why: str
) -> None:
    page = browser_of("leaver").post(f"/handovers/{frozen}/remarks?lang=en", place=place, text=text, status=422)
    assert why in page
    assert text[:100] in page


def test_there_are_no_remarks_beside_a_note_that_still_changes(browser_of: Open, app: Flask, seat: Seat) -> None:
    with app.app_context():
        begin("write")
        note = service.start_note(system(), session().get_one(Posting, seat.posting), language="en").id
        session().commit()
    browser_of("leaver").get(f"/handovers/{note}/remarks", status=404)


def test_record_and_list_answer_the_same_rule(cast: Cast, seat: Seat, frozen: str, as_: As) -> None:
    viewers = [as_(who) for who in cast.people]
    service.start_note(system(), session().get_one(Posting, cast.postings["stranger"]), language="nl")
    records = session().query(Handover).all()
    for viewer in [*viewers, Viewer(), system()]:
        listed = set(session().scalars(select(Handover.id).where(only(viewer, "handover.remark", Handover))))
        assert listed == {one.id for one in records if allowed(viewer, "handover.remark", one)}, viewer.name


def test_what_changed_since_is_told_thing_by_thing(
    browser_of: Open, app: Flask, cast: Cast, seat: Seat, frozen: str
) -> None:
    page = browser_of("successor").get(f"/handovers/{frozen}/changes", lang="en")
    assert "Nothing changed" in page
    with app.app_context(), time_machine.travel(ARRIVED):
        begin("write")
        position = session().get_one(Position, cast.positions["disarmament"])
        urgent = session().get_one(Dossier, seat.urgent)
        change_dossier(system(), urgent, state_of_play="The chair wants a short text.", urgency=2)
        change_dossier(system(), session().get_one(Dossier, seat.restricted), state_of_play="No witness is left.")
        settle(system(), session().get_one(Entry, seat.promise), on=date(2027, 1, 12), outcome="kept")
        make.entry(urgent, "A seminar in June", kind="commitment", to_whom="the NGOs", due_on=date(2027, 6, 1))
        keepings = {one.contact_id: one for one in session().query(Keeping)}
        let_go(system(), keepings[seat.far], until=date(2027, 1, 11))
        change_keeping(system(), keepings[seat.near], tier=1, relation="trusted")
        keep(system(), make.contact("Piet Nieuwland"), position, tier=2, since=date(2027, 1, 11))
        session().commit()
    with time_machine.travel(ARRIVED):
        page = browser_of("successor").get(f"/handovers/{frozen}/changes", lang="en")
        for text in (
            ": </span>rolling<span",
            ": </span>short<span",
            "1 → 2",
            "settled 12 Jan 2027",
            "A seminar in June",
            "no longer kept",
            "trusted",
            "Piet Nieuwland",
            "Attribution",
        ):
            assert text in page, text
        summary = browser_of("successor").get(f"/handovers/{frozen}")
        assert "2 dossiers" in summary
        assert "2 commitments" in summary
        assert "3 contacts" in summary
        # Who does not see the restricted dossier hears nothing of it.
        page = browser_of("colleague").get(f"/handovers/{frozen}/changes")
        assert "Attribution" not in page
        assert "Autonomous weapons" in page


def received(app: Flask, cast: Cast, seat: Seat, note: str, who: str) -> None:
    """`who` has received the note."""
    with app.app_context():
        begin("write")
        handover = session().get_one(Handover, note)
        session().add(Receipt(handover_id=note, person_id=cast.people[who]))
        handover.received_at = handover.frozen_at
        session().commit()


def test_the_successor_scores_ninety_days_after_arrival_and_only_once(
    browser_of: Open, app: Flask, cast: Cast, seat: Seat, frozen: str
) -> None:
    address = f"/handovers/{frozen}/score"
    with time_machine.travel(ARRIVED):
        successor = browser_of("successor")
        assert "First receive" in successor.post(f"{address}?lang=en", score_7="5", status=409)
        received(app, cast, seat, frozen, "successor")
        assert "asked of you from 11 Apr 2027" in successor.get(f"/handovers/{frozen}")
        assert "ninety days after your arrival" in successor.post(address, score_7="5", status=409)
    with time_machine.travel(NINETY_DAYS_ON):
        successor = browser_of("successor")
        assert "How useful was it?" in successor.get(f"/handovers/{frozen}", lang="en")
        assert "Say how useful the handover of Femke Wolderink was" in successor.get("/")
        assert "one section at least" in successor.post(address, status=422)
        assert "not one of the choices" in successor.post(address, score_7="9", missed="The budget", status=422)
        assert "Thank you" in successor.post(address, score_7="5", score_4="2", missed="Who holds the purse")
        assert "You said this on 12 Apr 2027" in successor.get(address)
        assert "Say how useful" not in successor.get("/")
        assert "already" in successor.post(address, score_7="1", status=409)
        # Nobody reads one answer: not the leaver, not the head, not who keeps the template.
        for who in ("leaver", "head"):
            page = browser_of(who).get(f"/handovers/{frozen}")
            assert "purse" not in page
            browser_of(who).get("/handovers/scores", status=404)
        page = browser_of("hr").get("/handovers/scores", lang="en")
        assert "purse" not in page
        assert "too few" in page


def test_scores_are_shown_of_five_people_and_more(cast: Cast, seat: Seat, frozen: str, as_: As) -> None:
    hr = as_("hr")
    for place, who in enumerate(("successor", "colleague", "head", "stranger", "predecessor")):
        found = queries_beside.scores_by_section(hr)
        assert (found.notes, found.missed) == (None, [])
        assert all(one.average is None and one.count is None for one in found.sections)
        scores = [Score(number=7, score=place % 5 + 1)] + ([Score(number=4, score=1)] if place else [])
        session().add(Scoring(handover_id=frozen, person_id=cast.people[who], missed=f"Thing {place}", scores=scores))
        session().flush()
    found = queries_beside.scores_by_section(hr)
    assert found.notes == 5
    assert {one.number: (one.count, one.average) for one in found.sections} == {4: (None, None), 7: (5, 3.0)}
    assert len(found.missed) == 5


def test_the_acting_holder_counts_from_the_receipt(app: Flask, cast: Cast, seat: Seat, frozen: str, as_: As) -> None:
    viewer = as_("colleague")
    session().add(Receipt(handover_id=frozen, person_id=cast.people["colleague"]))
    session().flush()
    handover = queries.get_handover(viewer, frozen)
    assert queries_beside.score_from(viewer, handover) == date(2027, 2, 21)
    with pytest.raises(Refused):
        acts_beside.score(viewer, handover, {7: 3})


def test_the_page_asks_no_more_when_more_changed(
    app: Flask, cast: Cast, seat: Seat, frozen: str, browser_of: Open, count_queries
) -> None:  # type: ignore[no-untyped-def]
    leaver = browser_of("leaver")
    with count_queries() as first:
        leaver.get(f"/handovers/{frozen}/changes")
    with app.app_context():
        begin("write")
        urgent = session().get_one(Dossier, seat.urgent)
        for key in (seat.urgent, seat.second, seat.restricted):
            change_dossier(system(), session().get_one(Dossier, key), state_of_play="Otherwise.")
        for number in range(8):
            make.entry(urgent, f"Promise {number}", kind="commitment", to_whom="them", due_on=date(2027, 6, 1))
            make.contact(f"Contact {number}", kept_by=session().get_one(Position, cast.positions["disarmament"]))
        session().commit()
    with count_queries() as second:
        assert "Promise 7" in leaver.get(f"/handovers/{frozen}/changes")
    assert len(second) == len(first)
