"""What waits on the desks of the leaver, the successor, the head and HR."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine
from flask import Flask

from expertise.access.viewer import Viewer, system
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.dossiers.models import Dossier
from expertise.handovers import acts, service
from expertise.handovers.queries import handover_of
from expertise.handovers.waiting import handovers_leaving, waiting_for
from expertise.people.models import Person
from expertise.posts.models import Posting
from tests import make
from tests.conftest import Cast
from tests.handovers.conftest import Seat

As = Callable[[str], Viewer]


def kinds(viewer: Viewer) -> list[str]:
    return [one.kind for one in waiting_for(viewer)]


def test_the_leavers_own_note_waits_with_figure_days_and_what_is_missing(seat: Seat, as_: As) -> None:
    (mine,) = waiting_for(as_("leaver"))
    assert (mine.kind, mine.days_left, mine.urgency, mine.when) == ("own_note", 12, 0, date(2026, 12, 5))
    assert mine.figure
    assert 0 < mine.figure.passed < mine.figure.total
    assert 1 <= len(mine.missing) <= 3
    assert mine.url == f"/postings/{seat.posting}/handover"
    assert mine.who == "Daan Esselbrug"
    note = service.start_note(system(), session().get_one(Posting, seat.posting))
    assert waiting_for(as_("leaver"))[0].url == f"/handovers/{note.id}/edit"
    acts.sign(system(), note, unchecked=True)
    assert kinds(as_("leaver")) == []


def test_who_stays_for_a_year_is_left_alone(seat: Seat, as_: As) -> None:
    for who in ("stranger", "privacy", "hr"):
        assert kinds(as_(who)) == []
    assert waiting_for(system()) == []


def test_from_reading_along_to_receiving(seat: Seat, as_: As) -> None:
    note = service.start_note(system(), session().get_one(Posting, seat.posting))
    assert kinds(as_("successor")) == ["ask"]
    acts.sign(system(), note, unchecked=True)
    assert kinds(as_("successor")) == ["read_back"]
    acts.freeze(system(), note)
    (one,) = waiting_for(as_("successor"))
    assert (one.kind, one.urgency, one.url) == ("read_back", 1, f"/handovers/{note.id}")
    reading = acts.read_back(as_("successor"), note, seat.urgent, "I call Ilse.")
    assert kinds(as_("successor")) == ["receive"]
    (told,) = waiting_for(as_("leaver"))
    assert (told.kind, told.who, told.quote) == ("confirm", "Daan Esselbrug", "I call Ilse.")
    assert told.url.endswith(f"#r-{reading.id}")
    acts.confirm(as_("leaver"), reading)
    assert kinds(as_("leaver")) == []
    acts.receive(as_("successor"), note)
    assert kinds(as_("successor")) == []


def test_the_acting_holder_is_asked_and_the_head_sees_what_blocks(seat: Seat, cast: Cast, as_: As) -> None:
    (blocking,) = waiting_for(as_("head"))
    assert (blocking.kind, blocking.who, blocking.days_left) == ("blocks", "Femke Wolderink", 12)
    assert blocking.missing == []
    note = service.start_note(system(), session().get_one(Posting, seat.posting))
    service.write_header(system(), note, acting=session().get_one(Person, cast.people["colleague"]))
    assert waiting_for(as_("head"))[0].url == f"/handovers/{note.id}/freeze"
    assert kinds(as_("colleague")) == []
    acts.sign(system(), note, unchecked=True)
    assert kinds(as_("head")) == ["comment"]
    acts.freeze(system(), note)
    assert kinds(as_("colleague")) == ["read_back"]


def test_a_note_that_was_never_signed_stays_on_the_desk_for_ninety_days(seat: Seat, as_: As) -> None:
    with time_machine.travel("2026-12-20T09:00:00+01:00"):
        (mine,) = waiting_for(as_("leaver"))
        assert mine.days_left == -15
        assert waiting_for(as_("head"))[0].urgency == 1
    with time_machine.travel("2027-04-01T09:00:00+01:00"):
        assert kinds(as_("leaver")) == []


def test_hr_and_the_head_see_who_leaves_with_state_and_figure(seat: Seat, cast: Cast, as_: As) -> None:
    until = date(2027, 12, 31)
    everywhere = handovers_leaving(as_("hr"), until)
    assert [one.posting.person.name for one in everywhere] == ["Femke Wolderink", "Joris Anneveldt"]
    first = everywhere[0]
    assert (first.state, first.handover_id, first.gap_days) == ("asked", None, 37)
    assert first.successor
    assert first.successor.person.name == "Daan Esselbrug"
    assert [one.posting.id for one in handovers_leaving(as_("head"), until)] == [seat.posting]
    for who in ("leaver", "stranger", "privacy", "admin"):
        with pytest.raises(NotFound):
            handovers_leaving(as_(who), until)
    note = service.start_note(system(), session().get_one(Posting, seat.posting))
    acts.freeze(system(), note)
    frozen = handovers_leaving(as_("hr"), until)[0]
    assert (frozen.state, frozen.handover_id, frozen.figure.total) == ("frozen", note.id, note.total)


def test_the_notes_of_postings_are_given_to_their_readers(seat: Seat, as_: As) -> None:
    note = service.start_note(system(), session().get_one(Posting, seat.posting))
    assert handover_of(as_("leaver"), [seat.posting]) == {seat.posting: note}
    assert handover_of(as_("hr"), [seat.posting]) == {}


def test_figures_of_many_postings_cost_no_more_queries(
    app: Flask, cast: Cast, seat: Seat, count_queries: Callable, as_: As
) -> None:
    hr, head = as_("hr"), as_("head")
    started = service.start_note(system(), session().get_one(Posting, seat.posting))
    service.write_dossier_item(system(), started, session().get_one(Dossier, seat.urgent), partners="Two")

    def counted(viewer: Viewer) -> int:
        session().flush()
        session().expire_all()
        with count_queries() as sent:
            handovers_leaving(viewer, date(2027, 12, 31))
            waiting_for(viewer)
        return len(sent)

    before = [counted(hr), counted(head)]
    position = session().get_one(Posting, seat.posting).position
    for number in range(8):
        who = make.person(f"Person {number}")
        where = make.position(position.post, f"Functie {number}", f"Seat {number}")
        posting = make.posting(who, where, date(2024, 1, 1), date(2026, 12, 10))
        dossier = make.dossier(f"Dossier {number}", kept_by=where)
        make.contact(f"Contact {number}", kept_by=where)
        if number % 2:
            note = service.start_note(system(), posting)
            service.write_dossier_item(system(), note, dossier, partners="Two")
    assert [counted(hr), counted(head)] == before
