"""Two records of one become one with all that hung on either, and apart again; and what a contact may ask of us."""

import json
from collections.abc import Callable
from datetime import date
from itertools import combinations

from flask import Flask
from sqlalchemy import select

from expertise.access.viewer import Viewer
from expertise.audit.models import Event
from expertise.base.database import Model, begin, session
from expertise.contacts import findable, interaction_service, merging, queries, service
from expertise.contacts.models import Contact
from expertise.dossiers.queries import dossiers_with
from expertise.dossiers.service import change_dossier, file_under
from expertise.handovers.acts import freeze
from expertise.handovers.sealing import altered_in
from expertise.handovers.service import plan_introduction, start_note
from expertise.posts.models import Position, Posting
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]
As = Callable[[str], Viewer]


def seat(cast: Cast, name: str = "disarmament") -> Position:
    return session().get_one(Position, cast.positions[name])


def test_merging_keeps_everything_and_is_undone_whole(as_: As, cast: Cast) -> None:
    viewer = make.SYSTEM
    kept = make.contact("Ilse Marquandt", kept_by=seat(cast), tier=1, sensitivities="Never early", notes="First")
    lost = make.contact(
        "I. Marquandt",
        kept_by=seat(cast),
        email="ilse@x.example",
        external_id="c-9",
        sensitivities="Tea",
        notes="Second",
    )
    service.keep(viewer, lost, seat(cast, "newyork"), tier=2)
    alone = interaction_service.note_interaction(viewer, lost, on=date(2026, 11, 1))
    both = interaction_service.note_interaction(viewer, [lost, kept], on=date(2026, 11, 2))
    service.take_role(viewer, lost, title="Adviser", organisation="UNIDIR")
    dossier = make.dossier(kept_by=seat(cast))
    file_under(viewer, dossier, contacts=[lost])
    note = start_note(as_("leaver"), session().get_one(Posting, cast.postings["leaver"]))
    plan_introduction(as_("leaver"), note, lost, plan="letter")
    session().flush()

    done = merging.merge(viewer, lost, kept)
    assert (kept.email, kept.external_id, kept.organisation and kept.organisation.name) == (
        "ilse@x.example",
        "c-9",
        "UNIDIR",
    )
    assert "Second" in kept.notes
    assert "I. Marquandt" in kept.notes
    assert sorted(one.sensitivities for one in kept.keepings) == ["", "Never early", "Tea"]
    assert len({one.position_id for one in kept.present_keepings}) == 2
    assert {one.id for one in queries.interactions_of(viewer, kept)} == {alone.id, both.id}
    assert [one.title for one in queries.roles_of(viewer, kept)] == ["Adviser"]
    assert dossiers_with(viewer, kept) == [dossier]
    assert [row.contact_id for row in note.relation_rows] == [kept.id]
    assert list(findable.load([lost.id])) == []
    assert [one.name for one in queries.list_contacts(viewer, "marquandt").rows] == ["Ilse Marquandt"]

    merging.take_apart(viewer, merging.get_merge(viewer, done.id))
    assert (kept.email, kept.external_id, kept.organisation_id, kept.notes) == ("", None, None, "First")
    assert (lost.external_id, lost.merged_into_id) == ("c-9", None)
    assert {one.position_id for one in lost.present_keepings} == {
        cast.positions[name] for name in ("disarmament", "newyork")
    }
    assert {one.id for one in queries.interactions_of(viewer, kept)} == {both.id}
    assert {one.id for one in queries.interactions_of(viewer, lost)} == {alone.id, both.id}
    assert dossiers_with(viewer, kept) == []
    assert dossiers_with(viewer, lost) == [dossier]


def test_two_that_look_alike_are_listed_compared_merged_or_told_apart(
    browser_of: Open, app: Flask, cast: Cast, marquandt: str
) -> None:
    with app.app_context():
        begin("write")
        second = make.contact("Ilse Marquandt", organisation="Red Cross", kept_by=seat(cast)).id
        third = make.contact("Somebody", email="ilse@redcross.example").id
        session().commit()
    leaver = browser_of("leaver")
    page = leaver.get("/contacts/review", lang="en")
    assert "Compare and merge" in page
    assert "This one stays" in leaver.get(f"/contacts/{marquandt}/merge/{second}", lang="en")
    browser_of("stranger").get(f"/contacts/{marquandt}/merge/{second}", status=404)
    page = leaver.post(f"/contacts/{marquandt}/merge/{second}?lang=en")
    assert "They are one now" in page
    # The address of the other still leads somewhere.
    assert "Never before ten" in leaver.get(f"/contacts/{second}")
    leaver.post(f"/contacts/{marquandt}/not-the-same/{third}")
    assert "No two contacts look the same." in leaver.get("/contacts/review", lang="en")


def test_who_was_told_apart_takes_no_place_from_who_was_not(marquandt: str, as_: As) -> None:
    same = [make.contact(name, email="ilse@redcross.example").id for name in ("I. M.", "I. Marquandt")]
    viewer = as_("leaver")
    pairs = {frozenset(pair) for pair in combinations((marquandt, *same), 2)}
    listed = []
    while found := merging.alike(viewer, limit=1):
        listed.append(frozenset(one.id for one in found[0]))
        merging.are_two(viewer, *found[0])
        session().flush()
    assert len(listed) == 3
    assert set(listed) == pairs


def test_what_is_kept_too_long_is_listed_and_may_be_kept_longer(browser_of: Open, app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin("write")
        old = make.contact("Pia Storm", kept_by=seat(cast), retain_until=date(2026, 1, 1)).id
        session().commit()
    leaver = browser_of("leaver")
    assert "Pia Storm" in leaver.get("/contacts/review", which="expired")
    browser_of("stranger").post(f"/contacts/{old}/longer", retain_until="2029-12-31", status=404)
    assert "Pia Storm" not in leaver.post(f"/contacts/{old}/longer", retain_until="2029-12-31")


def test_an_objection_is_seen_on_the_page_and_in_the_list(browser_of: Open, marquandt: str) -> None:
    page = browser_of("leaver").post(
        f"/contacts/{marquandt}/objection?lang=en", objected_on="2026-11-20", objection="Not my private number"
    )
    assert "Objected on 20 Nov 2026: Not my private number" in page
    assert "French, Norwegian" in page
    assert "Ilse Marquandt" in browser_of("privacy").get("/contacts/review", which="objected")


def test_a_copy_holds_all_and_what_is_sensitive_only_if_asked_for_and_logged(
    browser_of: Open, app: Flask, marquandt: str
) -> None:
    privacy = browser_of("privacy")
    given = json.loads(privacy.post(f"/contacts/{marquandt}/copy"))
    assert given["contact"]["name"] == "Ilse Marquandt"
    assert given["kept_by"][0]["tier"] == 1
    assert set(given["elsewhere"]) == {"dossiers", "handovers", "questions"}
    assert "ten o'clock" not in json.dumps(given)
    asked = json.loads(privacy.post(f"/contacts/{marquandt}/copy", with_sensitive="y"))
    assert asked["kept_by"][0]["sensitivities"] == "Never before ten o'clock"
    with app.app_context():
        begin("read")
        events = session().scalars(select(Event).where(Event.action == "contact.given").order_by(Event.number)).all()
        assert [one.details["with_sensitive"] for one in events] == [False, True]
    for who in ("leaver", "head", "hr", "admin"):
        browser_of(who).post(f"/contacts/{marquandt}/copy", status=404)


def test_erasing_leaves_no_row_of_any_table_that_names_them(browser_of: Open, app: Flask, cast: Cast) -> None:
    name, email = "Ilse Märquandt", "ilse@redcross.example"
    with app.app_context(), app.test_request_context():
        begin("write")
        contact = make.contact(
            name, kept_by=seat(cast), tier=1, since=date(2022, 1, 1), email=email, sensitivities=f"{name} is deaf"
        )
        other = make.contact("Pia Storm", notes=f"Married to {name}", kept_by=seat(cast))
        interaction_service.note_interaction(make.SYSTEM, contact, on=date(2026, 11, 1), summary=f"Lunch with {name}")
        interaction_service.note_interaction(
            make.SYSTEM, [contact, other], on=date(2026, 11, 2), summary=f"{name.upper()} and Pia"
        )
        dossier = make.dossier(kept_by=seat(cast), summary=f"Ask {name}")
        change_dossier(make.SYSTEM, dossier, summary=f"Ask {name} again")
        file_under(make.SYSTEM, dossier, contacts=[contact])
        make.entry(dossier, f"Talk with {name}", body=f"Write to {email}")
        note = start_note(make.SYSTEM, session().get_one(Posting, cast.postings["leaver"]))
        plan_introduction(make.SYSTEM, note, contact, plan="letter", why=f"{name} decides")
        freeze(make.SYSTEM, note, reason="Leaves.")
        made = contact.id, note.id
        session().commit()
    privacy = browser_of("privacy")
    privacy.post(f"/contacts/{made[0]}/erase", name="Somebody", status=422)
    assert "Erased." in privacy.post(f"/contacts/{made[0]}/erase?lang=en", name=name)
    with app.app_context():
        begin("read")
        for table in Model.metadata.sorted_tables:
            for row in session().execute(select(table)):
                assert "märquandt" not in repr(tuple(row)).lower(), (table.name, row)
                assert email not in repr(tuple(row)), (table.name, row)
        left = [one.summary for one in queries.interactions_of(make.SYSTEM, session().get_one(Contact, other.id))]
        assert left == ["[…] and Pia"]
        # What was frozen has a hash that holds again.
        from expertise.handovers.models import Handover

        assert altered_in(session().get_one(Handover, made[1])) == []
    for who in ("leaver", "admin"):
        browser_of(who).post(f"/contacts/{other.id}/erase", name="Pia Storm", status=404)


def test_everybody_may_read_what_we_keep_and_why(browser_of: Open) -> None:
    page = browser_of("nobody").get("/privacy", lang="en")
    assert "What they may ask" in page
    assert "Autoriteit Persoonsgegevens" in browser_of("nobody").get("/privacy", lang="nl")


def test_who_of_a_post_and_of_a_dossier_knows_whom(browser_of: Open, app: Flask, cast: Cast, marquandt: str) -> None:
    with app.app_context():
        begin("write")
        dossier = make.dossier(kept_by=seat(cast))
        file_under(make.SYSTEM, dossier, contacts=[session().get_one(Contact, marquandt)])
        session().commit()
    for url in ("/posts/GEN-PV/network", f"/dossiers/{dossier.id}/network"):
        page = browser_of("stranger").get(url, lang="en")
        assert "<svg" in page
        assert "Ilse Marquandt" in page
        assert "First Secretary Disarmament" in page
    assert "No contacts are kept here yet." in browser_of("stranger").get("/posts/WEN/network", lang="en")
