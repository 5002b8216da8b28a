"""Two positions, or two posts, that are the same become one: nothing is lost, and old addresses lead on."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select

from expertise.audit.models import Event
from expertise.base.database import Model, begin, session
from expertise.contacts.models import Keeping
from expertise.domains.models import PositionDomain
from expertise.domains.moving import of_domain
from expertise.domains.service import file_position
from expertise.dossiers.models import Dossier, DossierReader, Entry, Stewardship
from expertise.dossiers.service import readers_of, share_with
from expertise.handovers.service import start_note
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting
from expertise.posts.moving import of_position, of_post, of_posting
from expertise.search.service import check, drain
from tests import make
from tests.conftest import Browser, Cast

Open = Callable[[str], Browser]


@pytest.fixture
def double(app: Flask, cast: Cast) -> dict[str, str]:
    """The disarmament seat a second time, as an import made it, with work of its own and its holder once more."""
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        geneva = session().get_one(Post, cast.posts["geneva"])
        twin = make.position(
            geneva, "1e secr. ontwapening", "1st Sec. Disarmament", external_id="pos-2", portfolio="All",
            tour_months=48, grade=12, languages="Frans C1", point_of_contact="gen-pv@example.org",
        )  # fmt: skip
        femke = session().get_one(Person, cast.people["leaver"])
        make.posting(femke, twin, date(2023, 8, 1))
        noor = session().get_one(Person, cast.people["colleague"])
        make.posting(noor, twin, date(2026, 1, 1), date(2026, 6, 30))
        restricted = make.dossier("Quiet talks", kept_by=twin, reach="restricted", language="en")
        shared = make.dossier(
            "Loud talks", kept_by=session().get_one(Position, cast.positions["vienna"]), reach="restricted"
        )
        share_with(make.SYSTEM, shared, position=twin)
        both = make.dossier("Cluster munitions", kept_by=seat, from_on=date(2024, 1, 1), language="en")
        session().add(Stewardship(dossier_id=both.id, position_id=twin.id, from_on=date(2020, 1, 1)))
        ngo = make.contact("Ilse Ngo", kept_by=seat, tier=2, sensitivities="Shy")
        session().add(Keeping(contact_id=ngo.id, position_id=twin.id, tier=1, relation="trusted", sensitivities="Kind"))
        make.duty(twin, "Weekly talks")
        file_position(make.SYSTEM, twin, [make.domain("arms", "Wapens", "Arms")])
        session().commit()
        drain()
        return {"seat": seat.id, "twin": twin.id, "quiet": restricted.id, "loud": shared.id, "both": both.id}


def sealed(page: str) -> dict[str, str]:
    """What the form of the merge carries."""
    return {name: re.search(rf'name="{name}"[^>]*value="(\w+)"', page)[1] for name in ("other", "stays", "seal")}  # type: ignore[index]


def test_every_column_that_names_a_post_a_position_a_posting_or_a_domain_moves() -> None:
    for moves in (of_post, of_position, of_posting, of_domain):
        known = {(one.model.__tablename__, one.column.key) for one in moves.columns}
        named = {
            (table.name, key.parent.name)
            for table in Model.metadata.tables.values()
            for key in table.foreign_keys
            if key.column.table.name == moves.name
        }
        assert named == known, f"{moves.name}: register in the room's moves.py"
        for one in moves.columns:
            # A table that allows a row once per something must say what becomes of twins.
            table = inspect(one.model).local_table
            unique = [
                set(key.columns.keys()) for key in table.constraints if type(key).__name__ != "ForeignKeyConstraint"
            ]
            unique += [set(index.columns.keys()) for index in table.indexes if index.unique]
            together = [columns for columns in unique if one.column.key in columns]
            assert not together or one.once_per or one.once_each, (table.name, one.column.key)


def test_hr_reads_what_would_move_and_merges_two_positions(
    app: Flask, browser_of: Open, cast: Cast, double: dict[str, str]
) -> None:
    hr, leaver, successor = browser_of("hr"), browser_of("leaver"), browser_of("successor")
    seat, twin = double["seat"], double["twin"]
    assert "1st Sec. Disarmament" in hr.get(f"/positions/{seat}/merge")
    page = hr.get(f"/positions/{twin}/merge", other=seat, stays=seat)
    told = re.sub(r"<[^>]+>|\s+", " ", page)
    told = re.sub(r"\s+", " ", told)
    for line in (
        "Postings 2 1, which becomes one",
        "Contacts kept 1 1, which becomes one",
        "Meetings and reports 1 ",
        "Dossiers kept, now or once 2 1, which becomes one",
        "Restricted dossiers shared with it 1 ",
    ):
        assert line in told, told
    for taken_over in ("Portfolio 1", "Length of a tour, in months 1", "Grade 1", "Languages that its holder needs 1"):
        assert taken_over in told, told
    assert "overlaps" in told
    page = hr.post(f"/positions/{twin}/merge", **sealed(page))
    assert "Merged." in page
    assert "<h1>First Secretary Disarmament</h1>" in page
    # The old address leads here.
    assert hr.client.get(f"/positions/{twin}").location == f"/positions/{seat}"
    # What the one that stays did not say of itself is not lost with the other.
    for said in ("48 months", ">12<", "French C1", "gen-pv@example.org"):
        assert said in page
    for who in (leaver,):
        desk = who.get("/")
        assert "Quiet talks" in desk
        assert "Weekly talks" in who.get(f"/positions/{seat}")
    leaver.get(f"/dossiers/{double['loud']}")
    successor.get(f"/dossiers/{double['loud']}", status=404)
    with app.app_context():
        begin("read")
        assert session().get(Position, twin) is None
        femke = select(Posting).where(Posting.position_id == seat, Posting.person_id == cast.people["leaver"])
        assert [one.ends_on for one in session().scalars(femke)] == [date(2026, 12, 5)]
        (keeping,) = session().scalars(select(Keeping)).all()
        assert (keeping.tier, keeping.sensitivities) == (1, "Shy\n\nKind")
        (kept,) = session().scalars(select(Stewardship).where(Stewardship.dossier_id == double["both"])).all()
        assert kept.from_on == date(2020, 1, 1)
        assert session().scalar(select(func.count()).select_from(PositionDomain)) == 1
        assert session().get_one(Position, seat).external_id == "pos-2"
        for dossier in session().scalars(select(Dossier)):
            assert dossier.readers == readers_of(dossier), dossier.title
        event = session().scalars(select(Event).where(Event.action == "position.merged")).one()
        assert event.details["merged"] == twin
        assert event.details["posting.position_id"] == 2
        assert (event.person_id, event.object_id) == (cast.people["hr"], seat)
        session().rollback()
        drain()
        found = check()
    assert [found[name] for name in ("missing", "stale", "extra")] == [[], [], []]


def test_what_changed_since_it_was_read_is_read_once_more(browser_of: Open, double: dict[str, str]) -> None:
    hr, leaver = browser_of("hr"), browser_of("leaver")
    form = sealed(hr.get(f"/positions/{double['twin']}/merge", other=double["seat"], stays=double["seat"]))
    leaver.post(f"/positions/{double['twin']}/duties/new", name="One more")
    page = hr.post(f"/positions/{double['twin']}/merge", status=422, **form)
    assert "Something changed since you read this" in page
    assert "1st Sec. Disarmament" in hr.get(f"/positions/{double['twin']}")
    assert "Merged." in hr.post(f"/positions/{double['twin']}/merge", **sealed(page))


def test_two_notes_of_one_posting_stop_the_merge_and_nothing_is_done(
    app: Flask, browser_of: Open, cast: Cast, double: dict[str, str]
) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        where = select(Posting).where(Posting.person_id == cast.people["leaver"])
        for posting in session().scalars(where).all():
            start_note(make.SYSTEM, posting, language="nl")
        session().commit()
    hr = browser_of("hr")
    form = sealed(hr.get(f"/positions/{double['twin']}/merge", other=double["seat"], stays=double["seat"]))
    assert "Both have a handover" in hr.post(f"/positions/{double['twin']}/merge", status=422, **form)
    assert "Weekly talks" in hr.get(f"/positions/{double['twin']}")


@pytest.mark.parametrize("who", ["leaver", "head", "privacy"])
def test_only_hr_and_administrators_merge(browser_of: Open, double: dict[str, str], who: str) -> None:
    browser = browser_of(who)
    url, other = f"/positions/{double['twin']}/merge", double["seat"]
    browser.get(url, status=404)
    browser.post(url, status=404, other=other, stays=other, seal="x")
    browser.get("/posts/GEN-PV/merge", status=404)


def test_two_posts_become_one_with_their_positions_dossiers_and_notes(
    app: Flask, browser_of: Open, cast: Cast, double: dict[str, str]
) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        vienna = session().get_one(Post, cast.posts["vienna"])
        again = make.post("WENEN", "Ambassade Wenen", "Embassy in Vienna", city="Wenen")
        again.external_id, vienna.parent_id = "post-9", again.id
        seat = make.position(again, "Raad", "Counsellor")
        make.posting(session().get_one(Person, cast.people["successor"]), seat, date(2024, 1, 1), date(2026, 12, 31))
        made = make.dossier("Danube", kept_by=seat, reach="restricted", language="en")
        share_with(make.SYSTEM, session().get_one(Dossier, double["quiet"]), post=again)
        entry = make.entry(made, "At the river", post=again, language="en").id
        session().commit()
        drain()
    admin, predecessor = browser_of("admin"), browser_of("predecessor")
    predecessor.get(f"/dossiers/{double['quiet']}", status=404)
    page = admin.get("/posts/WENEN/merge", other=cast.posts["vienna"], stays=cast.posts["vienna"])
    page = admin.post("/posts/WENEN/merge", **sealed(page))
    assert "<h1>Embassy Vienna</h1>" in page
    assert "Counsellor" in page
    assert admin.client.get("/posts/wenen").location == "/posts/WEN"
    # Shared with all of the post that went: all of the post that stays reads it.
    predecessor.get(f"/dossiers/{double['quiet']}")
    with app.app_context():
        begin("read")
        stayed = session().get_one(Post, cast.posts["vienna"])
        assert (stayed.external_id, stayed.parent_id) == ("post-9", None)
        assert session().get_one(Entry, entry).post_id == stayed.id
        for dossier in session().scalars(select(Dossier)):
            assert dossier.readers == readers_of(dossier), dossier.title
        tokens = session().scalars(select(DossierReader.token)).all()
        assert f"post:{stayed.id}" in tokens
        session().rollback()
        drain()
        found = check()
    assert [found[name] for name in ("missing", "stale", "extra")] == [[], [], []]


def test_another_code_and_name_lead_on_and_search_knows_them(
    app: Flask, browser_of: Open, cast: Cast, double: dict[str, str]
) -> None:
    with app.app_context(), app.test_request_context():
        begin("write")
        geneva = session().get_one(Post, cast.posts["geneva"])
        seat = session().get_one(Position, double["seat"])
        arms = make.domain("bombs", "Bommen", "Bombs")
        munitions = make.dossier("Munitions", kept_by=seat, language="en", domains=[arms], posts=[geneva])
        make.entry(munitions, "At the vote", post=geneva, language="en")
        session().commit()
        drain()
    hr, stranger = browser_of("hr"), browser_of("stranger")
    stranger.post(f"/positions/{double['seat']}/ask", title="What of the vote?", body="Tell me.")
    hr.post("/domains/bombs/change", code="mines", name_nl="Mijnen", name_en="Mines", parent="")
    named = {"name_nl": "PV Genève", "name_en": "Mission Geneva", "kind": "permanent-representation", "country": "CH"}
    page = hr.post("/posts/GEN-PV/change", code="GVA", city="Genève", time_zone="Europe/Zurich", parent="", **named)
    assert "<h1>Mission Geneva</h1>" in page
    assert hr.client.get("/posts/gen-pv").location == "/posts/GVA"
    seat_now = {"title_nl": "Secretaris", "title_en": "Secretary", "rotates": "y"}
    hr.post(f"/positions/{double['seat']}/change", **seat_now)
    with app.app_context():
        drain()
        found = check()
    assert [found[name] for name in ("missing", "stale", "extra")] == [[], [], []]
    for old, new in (("post", "GEN-PV"), ("post", "GVA"), ("domain", "bombs"), ("domain", "mines")):
        assert "At the vote" in stranger.get("/search", q="vote", **{old: new}), new
    assert "At the vote" in stranger.get("/search", q="vote post:gen-pv domein:bombs")
    # A file that still has the old code makes no second one.
    page = hr.get("/posts")
    assert page.count("Mission Geneva") == 1
