"""Who reads, writes, freezes and receives; and what of a note only the insiders see."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from expertise.access.rules import allowed, only
from expertise.access.viewer import Viewer, system
from expertise.base.database import begin, session
from expertise.base.errors import NotFound, Refused
from expertise.base.findable import Outbox
from expertise.dossiers.models import Dossier
from expertise.dossiers.service import change_reach, share_with
from expertise.handovers import acts, findable, queries, service
from expertise.handovers.models import Handover
from expertise.people.models import Person
from expertise.posts.models import Post, Posting
from tests import make
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat

Open = Callable[[str], Browser]
As = Callable[[str], Viewer]
ACTIONS = ("read", "write", "freeze", "receive", "confirm")


def note_in(state: str, cast: Cast, seat: Seat) -> Handover:
    """The leaver's note in a state."""
    posting = session().get_one(Posting, seat.posting)
    note = service.start_note(system(), posting, language="en")
    service.write_header(system(), note, acting=session().get_one(Person, cast.people["colleague"]), language="en")
    dossier = session().get_one(Dossier, seat.restricted)
    service.write_dossier_item(system(), note, dossier, contingency="If the witness leaves")
    if state in ("final", "frozen", "received"):
        acts.sign(system(), note, unchecked=True)
    if state in ("frozen", "received"):
        acts.freeze(system(), note)
    if state == "received":
        note.received_at, note.received_by_id = note.frozen_at, cast.people["successor"]
    session().flush()
    return note


@pytest.fixture
def made(app: Flask, cast: Cast, seat: Seat) -> Callable[[str], str]:
    """`made("frozen")`: the id of the note in that state."""

    def make_note(state: str) -> str:
        with app.app_context():
            begin("write")
            note = note_in(state, cast, seat).id
            session().commit()
        return note

    return make_note


@pytest.mark.parametrize(
    ("state", "readers"),
    [
        ("asked", {"leaver", "successor", "colleague"}),
        ("final", {"leaver", "successor", "colleague", "head"}),
        ("frozen", {"leaver", "successor", "colleague", "head"}),
    ],
)
def test_who_reads_it_in_each_state(
    browser_of: Open, cast: Cast, made: Callable[[str], str], state: str, readers: set[str]
) -> None:
    note = made(state)
    for who in cast.people:
        status = 200 if who in readers else 404
        browser_of(who).get(f"/handovers/{note}", status=status)
        page = browser_of(who).get(f"/handovers/{note}/edit", status=200 if who == "leaver" else 404)
        # She who wrote it is led to it, and told why.
        assert ("This note is frozen" in page) == (who == "leaver" and state == "frozen")


def test_record_and_list_answer_the_same_rule(cast: Cast, seat: Seat, as_: As) -> None:
    as_("leaver")
    note_in("frozen", cast, seat)
    others = {"stranger": "asked", "head": "final", "predecessor": "frozen"}
    for who, state in others.items():
        note = service.start_note(system(), session().get_one(Posting, cast.postings[who]), language="nl")
        if state == "final":
            acts.sign(system(), note, unchecked=True)
        if state == "frozen":
            acts.freeze(system(), note)
    records = session().query(Handover).all()
    assert len(records) == 4
    for viewer in [*(as_(who) for who in cast.people), Viewer(), system()]:
        for action in ACTIONS:
            rule = only(viewer, f"handover.{action}", Handover)
            listed = set(session().scalars(select(Handover.id).where(rule)))
            allowed_ids = {one.id for one in records if allowed(viewer, f"handover.{action}", one)}
            assert listed == allowed_ids, (action, viewer.name)


def test_page_and_search_show_the_same_pieces_to_the_same_people(cast: Cast, seat: Seat, as_: As) -> None:
    as_("leaver")
    note = note_in("frozen", cast, seat)
    pieces = {one.part: one for one in findable.load([note.id])}
    part = f"d{seat.restricted}"
    for who in cast.people:
        viewer = as_(who)
        on_page = allowed(viewer, "handover.read", note) and any(
            one.id == seat.restricted for one in queries.show(viewer, note).note.dossiers
        )
        assert bool(viewer.tokens & pieces[part].readers) == on_page, who
    assert pieces[f"d{seat.urgent}"].readers == note.readers


def test_a_restricted_dossier_in_it_is_for_its_readers_and_the_seat(cast: Cast, seat: Seat, as_: As) -> None:
    as_("leaver")
    note = note_in("frozen", cast, seat)

    def sees(who: str) -> bool:
        return any(one.id == seat.restricted for one in queries.show(as_(who), note).note.dossiers)

    assert [sees(who) for who in ("leaver", "successor", "colleague", "head")] == [True, True, False, True]
    dossier = session().get_one(Dossier, seat.restricted)
    share_with(system(), dossier, post=session().get_one(Post, cast.posts["geneva"]))
    assert sees("colleague")


def test_what_is_missing_does_not_name_what_is_hidden(
    browser_of: Open, cast: Cast, seat: Seat, made: Callable[[str], str]
) -> None:
    note = made("frozen")
    assert "Attribution" in browser_of("successor").get(f"/handovers/{note}")
    page = browser_of("colleague").get(f"/handovers/{note}")
    assert "Attribution" not in page
    assert "Witnesses" not in page
    browser_of("colleague").post(
        f"/handovers/{note}/dossiers/{seat.restricted}/read-back", status=404, **{f"{seat.restricted}-text": "x"}
    )


def test_sensitivities_are_for_the_seat_and_never_for_search(
    browser_of: Open, app: Flask, made: Callable[[str], str]
) -> None:
    note = made("frozen")
    for who, seen in {"leaver": True, "successor": True, "colleague": False, "head": False}.items():
        assert ("Never before ten" in browser_of(who).get(f"/handovers/{note}")) is seen, who
    with app.app_context():
        begin("read")
        assert not any("Never before ten" in repr(one) for one in findable.load([note]))


def test_the_index_hears_when_a_dossier_in_a_frozen_note_is_restricted(cast: Cast, seat: Seat, as_: As) -> None:
    as_("leaver")
    handover = note_in("frozen", cast, seat)
    note = handover.id
    session().query(Outbox).delete()
    change_reach(system(), session().get_one(Dossier, seat.urgent), "restricted")
    told = {(one.kind, one.record_id) for one in session().query(Outbox)}
    assert ("handover", note) in told
    piece = next(one for one in findable.load([note]) if one.part == f"d{seat.urgent}")
    assert piece.readers < handover.readers


def test_a_note_that_is_not_frozen_is_found_by_the_leavers_words_only(
    app: Flask, seat: Seat, made: Callable[[str], str]
) -> None:
    note = made("asked")
    with app.app_context():
        begin("read")
        texts = {one.part: one.body for one in findable.load([note])}
        assert "witness leaves" in texts[f"d{seat.restricted}"]
        assert not any("rolling text" in text for text in texts.values())
        assert [*findable.ids()] == [note]


def test_the_head_freezes_in_an_emergency_also_what_nobody_wrote(browser_of: Open, cast: Cast, seat: Seat) -> None:
    head = browser_of("head")
    address = f"/postings/{seat.posting}/handover"
    page = head.get(address, lang="en")
    assert "is not signed" in page
    assert "rolling text" not in page
    browser_of("colleague").get(address, status=404)
    browser_of("stranger").post(f"{address}/freeze", reason="x", status=404)
    assert "Fill this in" in head.post(f"{address}/freeze", reason="", status=422)
    page = head.post(f"{address}/freeze", reason="Evacuated on Sunday")
    assert "Evacuated on Sunday" in page
    assert "could not finish this note" in page
    assert "rolling text" in page
    head.post(f"{address}/freeze", reason="again", status=409)


def test_the_acting_holder_freezes_too_but_the_leaver_signs_first(
    browser_of: Open, cast: Cast, made: Callable[[str], str]
) -> None:
    note = made("asked")
    page = browser_of("leaver").post(f"/handovers/{note}/freeze?lang=en", reason="I go", status=422)
    assert "Sign it first" in page
    assert "I go" in page
    assert "Ill since Friday" in browser_of("colleague").post(f"/handovers/{note}/freeze", reason="Ill since Friday")


def test_a_frozen_note_keeps_its_words_and_says_what_changed_since(
    browser_of: Open, app: Flask, cast: Cast, seat: Seat, made: Callable[[str], str]
) -> None:
    note = made("frozen")
    leaver = browser_of("leaver")
    with app.app_context():
        begin("write")
        from expertise.dossiers.service import change_dossier

        change_dossier(system(), session().get_one(Dossier, seat.urgent), state_of_play="The vote was lost.")
        session().commit()
    page = leaver.get(f"/handovers/{note}", lang="en")
    assert "The chair wants a rolling text." in page
    assert "The vote was lost." not in page
    assert "Changed since the handover" in page
    assert "unaltered since" in page
    with app.app_context():
        begin("write")
        (handover,) = session().query(Handover).all()
        assert handover.frozen
        handover.frozen.content = {**handover.frozen.content, "advice": "forged"}
        session().commit()
    assert "tell your administrator" in leaver.get(f"/handovers/{note}")


def test_the_acting_holder_receives_and_then_the_successor_does(
    browser_of: Open, seat: Seat, made: Callable[[str], str]
) -> None:
    note = made("frozen")
    back = f"/handovers/{note}/dossiers/{seat.urgent}/read-back"
    text = {f"{seat.urgent}-text": "I keep watch."}
    browser_of("leaver").post(back, status=404, **text)
    browser_of("head").post(f"/handovers/{note}/receive", status=404)
    acting = browser_of("colleague")
    acting.post(back, **text)
    assert "Received by Noor Habbema" in acting.post(f"/handovers/{note}/receive?lang=en")
    assert "already" in acting.post(back, status=409, **text)
    with time_machine.travel("2027-01-12T09:00:00+01:00"):
        successor = browser_of("successor")
        page = successor.get(f"/handovers/{note}", lang="en")
        assert "First read back every dossier" in page
        successor.post(back, **text)
        page = successor.post(f"/handovers/{note}/receive")
        assert "Received by Noor Habbema" in page
        assert "Received by Daan Esselbrug" in page


def test_the_leaver_puts_right_what_was_misunderstood(cast: Cast, seat: Seat, as_: As) -> None:
    as_("leaver")
    note = note_in("frozen", cast, seat)
    reading = acts.read_back(as_("successor"), note, seat.urgent, "We wait.")
    acts.correct(as_("leaver"), reading, "No: call first.")
    with pytest.raises(Refused):
        acts.confirm(as_("leaver"), reading)
    assert not reading.confirmed
    with pytest.raises(NotFound):
        acts.confirm(as_("head"), acts.read_back(as_("successor"), note, seat.second, "x"))


def test_what_predecessors_left_is_listed_at_the_note(
    browser_of: Open, app: Flask, cast: Cast, made: Callable[[str], str]
) -> None:
    note = made("asked")
    with app.app_context():
        begin("write")
        past = service.start_note(system(), session().get_one(Posting, cast.postings["past"]), language="nl")
        acts.freeze(system(), past)
        earlier = past.id
        session().commit()
    page = browser_of("successor").get(f"/handovers/{note}")
    assert f"/handovers/{earlier}" in page
    assert "Joris Anneveldt" in browser_of("successor").get(f"/handovers/{earlier}")
    position = browser_of("leaver").get(f"/positions/{cast.positions['disarmament']}")
    assert f"/handovers/{earlier}" in position


def test_a_note_of_the_past_holds_what_was_kept_then(cast: Cast, seat: Seat, as_: As) -> None:
    as_("leaver")
    position = session().get_one(Posting, seat.posting).position
    make.dossier("Begun later", kept_by=position, from_on=date(2024, 1, 1))
    note = service.start_note(system(), session().get_one(Posting, cast.postings["past"]), language="nl")
    titles = [one.title for one in queries.show(system(), note).note.dossiers]
    assert "Autonomous weapons" in titles
    assert "Begun later" not in titles
