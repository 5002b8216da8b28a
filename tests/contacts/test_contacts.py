"""People outside the ministry: found, kept by positions, inherited, and let go."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import insert

from expertise.access.rules import allowed, only
from expertise.access.viewer import Viewer
from expertise.audit.models import Event
from expertise.base.database import begin, new_id, session
from expertise.base.errors import Conflict, NotFound, Refused
from expertise.contacts import findable, queries, service
from expertise.contacts.models import REACHES, Contact, ContactWord, Keeping
from expertise.posts.models import Position
from tests import make
from tests.conftest import Browser, Cast, even

Open = Callable[[str], Browser]
As = Callable[[str], Viewer]


def seat(cast: Cast, name: str) -> Position:
    return session().get_one(Position, cast.positions[name])


def test_the_leaver_adds_a_contact_and_everybody_finds_it(browser_of: Open, cast: Cast) -> None:
    leaver = browser_of("leaver")
    page = leaver.post(
        "/contacts/new?lang=en",
        name="Pia Storm",
        kind="person",
        organisation="UNIDIR",
        country="Zwitserland",
        position=cast.positions["disarmament"],
        tier="1",
    )
    assert "Contact added." in page
    assert "UNIDIR" in page
    assert "Switzerland" in page
    assert "Femke Wolderink" in page
    stranger = browser_of("stranger").get("/contacts", whose="all", text="storm unidir", lang="en")
    assert "Pia Storm" in stranger
    assert "PR Geneva" in stranger


def test_what_is_not_right_is_said_at_its_field_and_kept(browser_of: Open) -> None:
    page = browser_of("leaver").post(
        "/contacts/new?lang=nl", name="", email="nobody", country="Atlantis", retain_until="soon", status=422
    )
    for text in ("Vul dit in", "geen e-mailadres", "Geen land", "Dit is geen datum", "Atlantis", "soon"):
        assert text in page, text


def test_one_who_looks_the_same_is_shown_first_and_may_be_added_all_the_same(browser_of: Open, marquandt: str) -> None:
    leaver = browser_of("leaver")
    fields = {"name": "ilse marquandt", "kind": "person", "organisation": "red cross", "tier": "2", "position": ""}
    page = leaver.post("/contacts/new?lang=en", status=422, **fields)
    assert "may be known already" in page
    assert marquandt in page
    assert "Contact added." in leaver.post("/contacts/new", anyway="1", **fields)


def test_whoever_is_nearly_the_same_is_shown_while_typing_and_before_saving(browser_of: Open, marquandt: str) -> None:
    stranger = browser_of("stranger")
    for typed in ("Ilse Marq", "I. Marquandt", "Marquandt, Ilse", "Ílse Markwandt"):
        piece = stranger.get("/contacts/alike", name=typed, kind="person")
        assert f"/contacts/{marquandt}" in piece, typed
        assert "<html" not in piece
    assert marquandt in stranger.get("/contacts/alike", name="X", email="ilse@RedCross.example")
    for typed in ("Ilse", "Ilse Storm", "Il", "", "Anna Marquandt"):
        assert marquandt not in stranger.get("/contacts/alike", name=typed, kind="person"), typed
    # Without a script the button asks the same, and saves nothing, whatever else is missing.
    fields = {"name": "I. Marquandt", "kind": "person", "tier": "2", "position": ""}
    page = stranger.post("/contacts/new?lang=en", check="1", notes="Kept", **fields)
    assert marquandt in page
    assert "Kept" in page
    assert "Nobody of this name" in stranger.post("/contacts/new?lang=en", check="1", **fields | {"name": "Pia Storm"})
    assert marquandt in stranger.post("/contacts/new", status=422, **fields)
    # Who was shown while typing is not shown once more, unless it is surely the same.
    stranger.post(
        "/contacts/new", status=422, seen=marquandt, **fields | {"name": "Ilse Marquandt", "organisation": "Red Cross"}
    )
    assert "Contact added." in stranger.post("/contacts/new?lang=en", seen=marquandt, **fields)


def test_the_same_address_is_a_lookalike_too(marquandt: str, as_: As) -> None:
    found = queries.lookalikes(as_("leaver"), name="I. Marquandt", email="ILSE@redcross.example ")
    assert [one.id for one in found] == [marquandt]
    assert not queries.lookalikes(as_("leaver"), name="Ilse Marquandt", organisation="Another")
    assert not queries.lookalikes(as_("leaver"), name="I. Marquandt")


def test_who_of_us_knows_them_names_the_holders_of_the_time(browser_of: Open, marquandt: str) -> None:
    page = browser_of("stranger").get(f"/contacts/{marquandt}", lang="en")
    # Kept since March 2022: the predecessor of 2019-2023 and the present holder, not the successor to come.
    assert "Femke Wolderink" in page
    assert "Joris Anneveldt" in page
    assert "until 14 Jun 2023" in page
    assert "Daan Esselbrug" not in page


def test_sensitivities_stay_with_the_position(browser_of: Open, app: Flask, marquandt: str) -> None:
    assert "Never before ten" in browser_of("leaver").get(f"/contacts/{marquandt}")
    for who in ("stranger", "colleague", "head", "hr", "successor"):
        assert "Never before ten" not in browser_of(who).get(f"/contacts/{marquandt}"), who
    with app.app_context():
        begin("read")
        (piece,) = findable.load([marquandt])
        assert "ten o'clock" not in repr(piece)
        assert piece.readers == {"all"}


def test_sensitivities_reach_as_far_as_the_position_says(browser_of: Open, app: Flask, marquandt: str) -> None:
    """The contact is for all staff; what is sensitive about it is for whom the position names, on every page."""
    page, people = f"/contacts/{marquandt}", {who: browser_of(who) for who in ("leaver", "head", "colleague", "hr")}
    leaver = people["leaver"]
    (kept,) = re.findall(rf"{page}/keepings/(\w+)", leaver.get(page))
    fields = {"tier": "1", "relation": "trusted", "sensitivities": "Never before ten"}
    leaver.post(f"{page}/keepings/{kept}", version="1", sensitive_reach="position", **fields | {"sensitivities": ""})
    without = {who: even(one.get(page), page) for who, one in people.items() if who != "leaver"}
    reading = {"position": {"leaver"}, "head": {"leaver", "head"}, "post": {"leaver", "head", "colleague"}}
    for version, (reach, readers) in enumerate([*reading.items(), ("position", {"leaver"})], start=2):
        leaver.post(f"{page}/keepings/{kept}", version=str(version), sensitive_reach=reach, **fields)
        for who, one in people.items():
            seen = "Never before ten" in one.get(page)
            assert seen is (who in readers), (reach, who)
            # Who does not read it sees the page of a world in which there is nothing to read.
            assert who in readers or even(one.page.text if one.page else "", page) == without[who]
    told = leaver.post(f"{page}/keepings/{kept}?lang=en", status=422, version="6", sensitive_reach="all", **fields)
    assert "Never before ten" in told
    with app.app_context():
        begin("read")
        changed = session().query(Event).filter_by(action="contact.keeping_changed").order_by(Event.number)
        assert [one.details.get("reach") for one in changed] == [None, None, "head", "post", "position"]


def test_only_its_keepers_change_a_contact(browser_of: Open, marquandt: str) -> None:
    fields = {"name": "Ilse Marquandt-Roos", "kind": "person", "version": "1"}
    browser_of("stranger").get(f"/contacts/{marquandt}/edit", status=404)
    browser_of("stranger").post(f"/contacts/{marquandt}/edit", status=404, **fields)
    assert "Ilse Marquandt-Roos" in browser_of("leaver").post(f"/contacts/{marquandt}/edit", **fields)


def test_of_two_who_change_the_same_contact_the_second_sees_both(browser_of: Open, marquandt: str) -> None:
    leaver = browser_of("leaver")
    fields = {"kind": "person", "version": "1"}
    leaver.post(f"/contacts/{marquandt}/edit", name="Ilse M.", **fields)
    page = leaver.post(f"/contacts/{marquandt}/edit?lang=en", name="I. Marquandt", status=422, **fields)
    assert "Somebody changed this contact" in page
    assert "Ilse M." in page
    assert 'value="I. Marquandt"' in page
    assert "I. Marquandt" in leaver.post(f"/contacts/{marquandt}/edit", name="I. Marquandt", kind="person", version="2")


def test_nobody_keeps_it_so_everyone_may_take_it_in_hand(browser_of: Open, app: Flask, cast: Cast) -> None:
    with app.app_context():
        begin("write")
        orphan = make.contact("Old Friend").id
        session().commit()
    stranger = browser_of("stranger")
    assert "nobody would hand it over" in stranger.get(f"/contacts/{orphan}", lang="en")
    stranger.get(f"/contacts/{orphan}/edit")
    position = cast.positions["newyork"]
    page = stranger.post(f"/contacts/{orphan}/keep", position=position, tier="3", relation="working")
    assert "Tijmen Oudeland" in page
    browser_of("leaver").get(f"/contacts/{orphan}/edit", status=404)
    # For somebody else's position nobody can keep.
    browser_of("leaver").post(f"/contacts/{orphan}/keep", position=position, tier="3", relation="working", status=422)


def test_a_position_keeps_a_contact_once_lets_it_go_and_may_keep_it_again(as_: As, cast: Cast) -> None:
    viewer = as_("leaver")
    made = service.add_contact(viewer, name="Pia Storm")
    kept = service.keep(viewer, made, seat(cast, "disarmament"))
    with pytest.raises(Refused) as why:
        service.keep(viewer, made, seat(cast, "disarmament"))
    assert why.value.field == "position"
    service.let_go(viewer, kept)
    with pytest.raises(Refused):
        service.let_go(viewer, kept)
    service.keep(viewer, made, seat(cast, "disarmament"))
    with pytest.raises(NotFound):
        service.keep(viewer, made, seat(cast, "newyork"))


def test_let_go_through_the_page(browser_of: Open, app: Flask, marquandt: str) -> None:
    with app.app_context():
        begin("read")
        keeping = session().get_one(Contact, marquandt).keepings[0].id
    address = f"/contacts/{marquandt}/keepings/{keeping}"
    browser_of("stranger").post(f"{address}/let-go", status=404)
    leaver = browser_of("leaver")
    page = leaver.post(address, version="1", tier="2", relation="strained", sensitivities="new words")
    assert "strained" in page or "gespannen" in page
    stale = leaver.post(f"{address}?lang=en", version="1", tier="1", relation="new", status=422)
    assert "new words" in stale
    assert "let go on" in leaver.post(f"{address}/let-go?lang=en")


def test_mine_my_posts_and_all_differ(browser_of: Open, app: Flask, cast: Cast, marquandt: str) -> None:
    with app.app_context():
        begin("write")
        make.contact("Chief Usher", kept_by=seat(cast, "ambassador"), tier=3)
        make.contact("Far Away", kept_by=seat(cast, "newyork"))
        session().commit()
    leaver = browser_of("leaver")
    names = ("Marquandt", "Chief Usher", "Far Away")

    def seen(**query: str) -> list[str]:
        page = leaver.get("/contacts", lang="en", **query)
        return [name for name in names if name in page]

    assert seen() == ["Marquandt"]
    assert seen(whose="post") == ["Marquandt", "Chief Usher"]
    assert seen(whose="all") == list(names)
    assert seen(whose="post", tier="3") == ["Chief Usher"]
    assert seen(whose="all", text="usher") == ["Chief Usher"]
    assert seen(whose="nonsense", tier="x", page="x") == ["Marquandt"]


def test_an_organisation_is_made_once_and_shows_its_people(browser_of: Open, marquandt: str, app: Flask) -> None:
    with app.app_context():
        begin("write")
        second = make.contact("Jan Kruis", organisation="RED CROSS ")
        organisation = second.organisation_id
        session().commit()
    page = browser_of("leaver").get(f"/contacts/{organisation}", lang="en")
    assert "Jan Kruis" in page
    assert "Ilse Marquandt" in page


def test_an_organisation_cannot_be_part_of_itself(as_: As) -> None:
    viewer = as_("leaver")
    one = service.add_contact(viewer, name="A", kind="organisation")
    two = service.add_contact(viewer, name="B", kind="organisation", organisation=one)
    with pytest.raises(Refused):
        service.change_contact(viewer, one, organisation=two)


def test_a_stale_version_changes_nothing(as_: As) -> None:
    viewer = as_("leaver")
    one = service.add_contact(viewer, name="A")
    service.change_contact(viewer, one, version=1, name="B")
    with pytest.raises(Conflict):
        service.change_contact(viewer, one, version=1, name="C")
    assert one.name == "B"


def test_record_and_list_answer_the_same_rule(as_: As, cast: Cast) -> None:
    make.contact("nobody's")
    make.contact("leaver's", kept_by=seat(cast, "disarmament"))
    both = make.contact("two", kept_by=seat(cast, "newyork"))
    service.keep(make.SYSTEM, both, seat(cast, "ambassador"))
    for number, reach in enumerate(REACHES):
        for where in ("disarmament", "newyork"):
            make.contact(f"{reach} {number}", kept_by=seat(cast, where), sensitivities="Deaf", sensitive_reach=reach)
    was = make.contact("was", kept_by=seat(cast, "disarmament"), since=date(2020, 1, 1), sensitive_reach="post")
    service.let_go(make.SYSTEM, was.keepings[0], until=date(2021, 1, 1))
    session().flush()
    viewers = [as_(who) for who in cast.people] + [Viewer(), make.SYSTEM]
    for model, actions in ((Contact, ("contact.read", "contact.change")), (Keeping, ("contact.sensitive",))):
        records = session().query(model).all()
        for action in actions:
            for viewer in viewers:
                listed = set(session().query(model.id).where(only(viewer, action, model)))
                assert {row[0] for row in listed} == {one.id for one in records if allowed(viewer, action, one)}, (
                    action,
                    viewer.name,
                )


def test_queries_do_not_grow_with_the_contacts(
    browser_of: Open, app: Flask, cast: Cast, count_queries: Callable
) -> None:
    leaver = browser_of("leaver")
    counts = []
    for round_ in range(2):
        with app.app_context():
            begin("write")
            for number in range(1 + 12 * round_):
                one = make.contact(f"Contact {round_}-{number}", kept_by=seat(cast, "disarmament"), organisation="X")
                service.keep(make.SYSTEM, one, seat(cast, "newyork"))
            session().commit()
        for url in ("/contacts", "/contacts?whose=all", f"/contacts/{one.organisation_id}", f"/contacts/{one.id}"):
            with count_queries() as sent:
                leaver.get(url)
            counts.append((url.split("/")[-1][:3], len(sent)))
    half = len(counts) // 2
    assert [n for _, n in counts[:half]] == [n for _, n in counts[half:]]


def test_a_list_of_very_many_says_so_and_still_finds_one(browser_of: Open, app: Flask, cast: Cast) -> None:
    """Frequent words are asked of each contact, rare ones looked up: both give the same answer."""
    with app.app_context():
        begin("write")
        many = [{"id": new_id(), "name": f"Adviser {n:03}", "name_key": f"adviser {n:03}"} for n in range(501)]
        session().execute(insert(Contact), many)
        words = [{"contact_id": one["id"], "word": word} for one in many for word in one["name_key"].split()]
        session().execute(insert(ContactWord), words)
        session().commit()
        begin("write")
        make.contact(
            "Zoë Adviser", organisation="Bureau Zuid", kept_by=session().get_one(Position, cast.positions["adviser"])
        )
        session().commit()
    stranger = browser_of("stranger")
    page = stranger.get("/contacts", whose="all", lang="en")
    assert "More than 500 contacts of all of us" in page
    assert "Only the first 500 are listed" in page
    assert "Adviser 499" in stranger.get("/contacts", whose="all", page=99)
    assert "More than 500" in stranger.get("/contacts", text="adv", lang="en")
    for text in ("adviser zuid", "zoe adv", "zuid"):
        page = stranger.get("/contacts", text=text, lang="en")
        assert "Zoë Adviser" in page, text
        assert "Adviser 001" not in page
    assert "1 contact of all of us" in stranger.get("/contacts", text="adviser", tier="2", lang="en")
    assert "1 contact is kept by you" in browser_of("colleague").get("/contacts", text="adv", whose="mine", lang="en")
