"""What happens with contacts: noted in one line, planned, put right, taken back, and followed up."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from expertise.access.rules import allowed, only
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import begin, session
from expertise.base.errors import Refused
from expertise.contacts import interaction_service, knowing, merging, personal, queries, service
from expertise.contacts.models import Contact, ContactMerge, Interaction
from expertise.contacts.planning import clashes, clashing
from expertise.people.models import Person
from expertise.posts.models import Position
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]
As = Callable[[str], Viewer]


def test_one_line_from_the_desk_is_noted_with_whom_it_names(browser_of: Open, marquandt: str) -> None:
    leaver = browser_of("leaver")
    assert "Whom did you speak?" in leaver.get("/", lang="en")
    page = leaver.post("/contacts/log", who="marquandt", summary="Coffee about the draft", on="2026-11-23", kind="call")
    assert "Noted." in page
    assert "Coffee about the draft" in page
    # Who is told by a word of the name; whoever is meant must be told when it cannot be.
    leaver.post("/contacts/log", who="Nobody", summary="x", on="2026-11-23", kind="call", status=422)
    page = leaver.post("/contacts/log?lang=en", who="", summary="A line", on="2026-11-23", kind="call", status=422)
    assert "Say with whom." in page
    assert "A line" in page


def test_a_name_that_several_have_is_asked_for_and_what_was_typed_is_kept(browser_of: Open, app: Flask) -> None:
    with app.app_context():
        begin("write")
        make.contact("Jan Kruis", organisation="UNIDIR")
        make.contact("Jan Kruis", organisation="ICRC")
        session().commit()
    page = browser_of("leaver").post(
        "/contacts/log?lang=en", who="jan kruis", summary="A line", on="2026-11-20", kind="mail", status=422
    )
    assert "Jan Kruis (ICRC)" in page
    assert "A line" in page


def test_several_contacts_are_noted_at_once_and_each_page_shows_it(
    browser_of: Open, app: Flask, marquandt: str
) -> None:
    with app.app_context():
        begin("write")
        storm = make.contact("Pia Storm").id
        session().commit()
    leaver = browser_of("leaver")
    leaver.post(
        "/contacts/log?lang=en",
        listed=[marquandt],
        who="Pia Storm",
        summary="Lunch of three",
        on="2026-11-20",
        kind="meeting",
        follow_up="Send the draft",
        follow_up_on="2026-11-30",
    )
    for one in (marquandt, storm):
        assert "Lunch of three" in browser_of("stranger").get(f"/contacts/{one}")
    desk = leaver.get("/", lang="en")
    assert "Send the draft" in desk
    done = _only_interaction(app)
    assert "Send the draft" not in leaver.post(f"/contacts/interactions/{done}/followed-up", **{"from": "desk"})


def _only_interaction(app: Flask) -> str:
    with app.app_context():
        begin("read")
        (one,) = session().query(Interaction).all()
    return one.id


def test_ones_own_is_put_right_and_taken_back_and_nobody_elses(browser_of: Open, app: Flask, marquandt: str) -> None:
    leaver = browser_of("leaver")
    fields = {"listed": [marquandt], "on": "2026-11-20", "kind": "call"}
    leaver.post("/contacts/log", summary="Wrong", **fields)
    one = _only_interaction(app)
    for who in ("stranger", "head", "successor"):
        browser_of(who).get(f"/contacts/interactions/{one}", status=404)
        browser_of(who).post(f"/contacts/interactions/{one}/take-back", status=404)
    page = leaver.post(f"/contacts/interactions/{one}", summary="Right", **fields)
    assert "Right" in page
    assert "Wrong" not in page
    assert "Right" not in leaver.post(f"/contacts/interactions/{one}/take-back")


def test_a_day_to_come_is_a_plan_that_does_not_count_as_contact(browser_of: Open, app: Flask, marquandt: str) -> None:
    leaver = browser_of("leaver")
    page = leaver.post("/contacts/log?lang=en", listed=[marquandt], summary="Dinner", on="2026-12-01", kind="meeting")
    assert "Planned." in page
    with app.app_context():
        begin("read")
        assert queries.last_contact_on(make.SYSTEM, [marquandt]) == {}
    one = _only_interaction(app)
    leaver.post(f"/contacts/interactions/{one}/took-place", status=409)


def test_two_who_plan_to_see_the_same_contact_within_a_week_are_told(
    browser_of: Open, app: Flask, marquandt: str
) -> None:
    fields = {"listed": [marquandt], "kind": "visit", "summary": "Visit"}
    browser_of("stranger").post("/contacts/log", on="2026-12-03", **fields)
    leaver = browser_of("leaver")
    page = leaver.post("/contacts/log?lang=en", on="2026-12-09", status=422, **fields)
    assert "Somebody else is about to see them" in page
    assert "Tijmen Oudeland" in page
    assert "Planned." in leaver.post("/contacts/log", on="2026-12-09", anyway="1", **fields)
    shown = browser_of("colleague").get(f"/contacts/{marquandt}", lang="en")
    assert "Two of us are about to see them within a week" in shown
    # A week and a day apart is no clash.
    assert "Planned." in leaver.post("/contacts/log", on="2026-12-11", **fields)


def test_an_introduction_that_is_planned_clashes_too(as_: As, cast: Cast) -> None:
    from expertise.handovers.service import plan_introduction, start_note
    from expertise.posts.models import Posting

    leaver = as_("leaver")
    position = session().get_one(Position, cast.positions["disarmament"])
    contact = make.contact("Pia Storm", kept_by=position, tier=1, since=date(2022, 1, 1))
    note = start_note(leaver, session().get_one(Posting, cast.postings["leaver"]))
    plan_introduction(leaver, note, contact, plan="in_person", planned_on=date(2026, 12, 2))
    session().flush()
    stranger = as_("stranger")
    (found,) = clashes(stranger, [contact.id], date(2026, 12, 5), position_ids=stranger.positions)
    assert found.introduction
    assert clashes(leaver, [contact.id], date(2026, 12, 5), position_ids=leaver.positions) == []
    interaction_service.note_interaction(stranger, contact, on=date(2026, 12, 5))
    assert len(clashing(stranger, contact.id)) == 2


def test_a_contact_that_is_met_is_kept_longer(as_: As) -> None:
    leaver = as_("leaver")
    one = service.add_contact(leaver, name="Pia Storm", retain_until=date(2027, 1, 1))
    interaction_service.note_interaction(leaver, one, on=date(2026, 11, 20))
    assert one.retain_until == date(2029, 12, 31)
    with pytest.raises(Refused):
        interaction_service.note_interaction(leaver, [], on=date(2026, 11, 20))


def test_who_of_us_knows_them_counts_holders_and_who_met_them(
    browser_of: Open, app: Flask, cast: Cast, marquandt: str
) -> None:
    with app.app_context():
        begin("write")
        contact = session().get_one(Contact, marquandt)
        stranger = session().get_one(Person, cast.people["stranger"])
        interaction_service.note_interaction(make.SYSTEM, contact, on=date(2025, 10, 1), person=stranger)
        session().commit()
    page = browser_of("colleague").get(f"/contacts/{marquandt}", lang="en")
    # The predecessor and the leaver through the position, the stranger by having met them.
    assert "Knows 3 of us" in page
    assert "1 Oct 2025" in page
    assert "First Secretary First Committee" in page


def test_gone_quiet_is_a_year_without_a_word_and_not_a_new_relation(as_: As, cast: Cast) -> None:
    leaver = as_("leaver")
    position = session().get_one(Position, cast.positions["disarmament"])
    for name, since, met in (
        ("Quiet", date(2022, 1, 1), date(2025, 11, 1)),
        ("Spoken", date(2022, 1, 1), date(2026, 2, 1)),
        ("Fresh", date(2026, 10, 1), None),
    ):
        one = make.contact(name, kept_by=position, tier=1, since=since)
        if met:
            interaction_service.note_interaction(leaver, one, on=met)
    quiet = queries.gone_quiet(leaver, queries.kept_by(leaver, leaver.positions))
    assert {tier: [one.contact.name for one in many] for tier, many in quiet.items()} == {1: ["Quiet"]}
    assert [one.name for one in queries.list_contacts(leaver, whose="mine", quiet=True).rows] == ["Fresh", "Quiet"]


def do_something(leaver: Viewer, draw: random.Random) -> None:
    """One verb that changes with whom something happened, out of a seed."""
    contacts = session().scalars(select(Contact).where(Contact.merged_into_id.is_(None)).order_by(Contact.name)).all()
    noted = session().scalars(select(Interaction).order_by(Interaction.on, Interaction.id)).all()
    merged = session().scalars(select(ContactMerge).where(ContactMerge.undone_at.is_(None))).all()
    met, on = draw.sample(contacts, draw.randint(1, 2)), clock.today() + timedelta(days=draw.randint(-400, 5))
    match draw.choice(("note", "note", "change", "take back", "happen", "merge", "part", "erase")):
        case "change" if noted:
            interaction_service.change_interaction(leaver, draw.choice(noted), contacts=met, on=on, kind="call")
        case "take back" if noted:
            interaction_service.take_back(leaver, draw.choice(noted))
        case "happen" if plans := [one for one in noted if one.planned]:
            with time_machine.travel(clock.now() + timedelta(days=6)):
                interaction_service.took_place(leaver, draw.choice(plans))
        case "merge" if len(contacts) > 4:
            merging.merge(leaver, *draw.sample(contacts, 2))
        case "part" if merged:
            merging.take_apart(leaver, draw.choice(merged))
        case "erase" if len(contacts) > 6:
            personal.erase(make.SYSTEM, draw.choice(contacts))
        case _:
            interaction_service.note_interaction(leaver, met, on=on)


def test_the_day_of_the_last_contact_is_right_whatever_was_done(as_: As, cast: Cast) -> None:
    leaver, draw = as_("leaver"), random.Random(6)
    seat = session().get_one(Position, cast.positions["disarmament"])
    contacts = [make.contact(f"Contact {number}", kept_by=seat) for number in range(8)]
    for _turn in range(80):
        do_something(leaver, draw)
        latest: dict[str, date] = {}
        for one in session().scalars(select(Interaction).where(Interaction.planned.is_(False))):
            for contact in one.contacts:
                latest[contact.id] = max(one.on, latest.get(contact.id, date.min))
        stored = session().execute(select(Contact.id, Contact.last_met_on)).all()
        assert {row[0]: row[1] for row in stored if row[1]} == latest
        left = {row[0] for row in stored}
        assert all(one.last_met_on == latest.get(one.id) for one in contacts if one.id in left)


def test_record_and_list_answer_the_same_rule_for_interactions(as_: As, cast: Cast) -> None:
    contact = make.contact("Pia Storm")
    for who in ("leaver", "stranger"):
        for day in (date(2026, 11, 1), date(2026, 12, 20)):
            interaction_service.note_interaction(as_(who), contact, on=day)
    interaction_service.note_interaction(make.SYSTEM, contact, on=date(2026, 11, 1))
    records = session().query(Interaction).all()
    for who in cast.people:
        viewer = as_(who)
        listed = set(session().query(Interaction.id).where(only(viewer, "interaction.change", Interaction)))
        assert {row[0] for row in listed} == {
            one.id for one in records if allowed(viewer, "interaction.change", one)
        }, who


def test_the_share_alive_after_a_rotation_shows_no_group_under_five(as_: As, cast: Cast) -> None:
    post = make.post("BIG", "Groot", "Large")
    small = make.post("SML", "Klein", "Small")
    for number in range(6):
        where = make.position(post if number < 5 else small, f"Zetel {number}", f"Seat {number}")
        before, after = make.person(f"Voor {number}"), make.person(f"Na {number}")
        make.posting(before, where, date(2021, 8, 1), date(2025, 7, 31))
        make.posting(after, where, date(2025, 8, 1))
        one = make.contact(f"Contact {number}", kept_by=where, tier=1, since=date(2022, 1, 1))
        if number in (0, 1, 5):
            interaction_service.note_interaction(make.SYSTEM, one, on=date(2025, 9, 1), person=after, position=where)
        if number == 2:
            # Too late, and by somebody else: neither counts.
            interaction_service.note_interaction(make.SYSTEM, one, on=date(2026, 3, 1), person=after)
            interaction_service.note_interaction(make.SYSTEM, one, on=date(2025, 9, 1), person=before)
    (row,) = knowing.alive_after_rotation(as_("hr"), since=date(2023, 11, 1))
    assert (row.post, row.rotations, row.passed_on, row.alive, row.share) == (post, 5, 5, 2, 40)


def test_only_hr_sees_that_share(browser_of: Open) -> None:
    assert "No group is large enough" in browser_of("hr").get("/contacts/after-rotation", lang="en")
    browser_of("leaver").get("/contacts/after-rotation", status=404)


def test_they_move_on_and_what_they_were_is_kept(browser_of: Open, marquandt: str) -> None:
    leaver = browser_of("leaver")
    page = leaver.post(
        f"/contacts/{marquandt}/roles?lang=en", title="Deputy director", organisation="UNIDIR", starts="9-2026", ends=""
    )
    assert "since Sept 2026" in page or "since Sep 2026" in page
    assert "Head of arms unit" in page
    assert "Deputy director" in browser_of("stranger").get("/contacts", whose="all", text="unidir deputy")
    wrong = leaver.post(
        f"/contacts/{marquandt}/roles?lang=en", title="", organisation="", starts="soon", ends="", status=422
    )
    assert "This is not a date" in wrong
    browser_of("stranger").post(f"/contacts/{marquandt}/roles", title="X", status=404)


def test_an_assistant_is_another_contact(browser_of: Open, app: Flask, marquandt: str) -> None:
    with app.app_context():
        begin("write")
        make.contact("Pia Storm", phone="+41 22 1")
        session().commit()
    leaver = browser_of("leaver")
    page = leaver.post(f"/contacts/{marquandt}/assistants?lang=en", assistant="pia storm")
    assert "+41 22 1" in page
    leaver.post(f"/contacts/{marquandt}/assistants", assistant="Ilse Marquandt", status=422)
    leaver.post(f"/contacts/{marquandt}/assistants", assistant="Nobody", status=422)
