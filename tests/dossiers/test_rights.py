"""Who sees and changes what: a restricted dossier leaves no shadow, and one rule answers records and lists alike."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from expertise.access.rules import allowed, only
from expertise.access.viewer import NOBODY, Viewer
from expertise.base.database import session
from expertise.base.errors import NotFound, Refused
from expertise.dossiers import entry_queries, findable, queries, service
from expertise.dossiers.models import Dossier, Entry
from expertise.people.models import Person
from expertise.posts.models import Post
from expertise.posts.service import abolish_position, end_posting
from tests import make
from tests.conftest import Browser, Cast, even
from tests.dossiers.conftest import Write, seat

Open = Callable[[str], Browser]
As = Callable[[str], Viewer]
CAST = ("predecessor", "leaver", "successor", "colleague", "head", "stranger", "hr", "privacy", "admin")


def test_a_restricted_dossier_is_as_if_it_were_not_there(
    browser_of: Open, cast: Cast, secret: str, munitions: str, write: Write
) -> None:
    note = write(lambda: session().scalar(select(Entry.id).where(Entry.dossier_id == secret)))
    contact = write(lambda: make.contact("Ilse Marquandt"))
    write(lambda: service.file_under(make.SYSTEM, session().get_one(Dossier, secret), contacts=[contact]))
    stranger = browser_of("stranger")
    for address in ("", "/edit", "/revisions", "/keeping", "/entries/new", f"/entries/{note}", f"/entries/{note}/edit"):
        hidden = stranger.get(f"/dossiers/{secret}{address}", status=404)
        missing = stranger.get(f"/dossiers/{'z' * 12}{address}", status=404)
        assert even(hidden, secret) == even(missing, "z" * 12), address
    for address in ("/verify", "/status", "/take-up", "/keeping/give", "/reach", "/shares", "/filing"):
        stranger.post(f"/dossiers/{secret}{address}", position=cast.positions["newyork"], status=404)
    # A note of a hidden dossier is not reached through another one either.
    stranger.get(f"/dossiers/{munitions}/entries/{note}", status=404)
    for address in (
        "/dossiers?whose=all&text=quiet",
        "/dossiers?whose=all",
        "/posts/GEN-PV",
        f"/positions/{cast.positions['disarmament']}",
        f"/contacts/{contact.id}",
        f"/people/{cast.people['leaver']}",
    ):
        assert "uiet talks" not in stranger.get(address), address
    assert "1 dossier that you may see" in stranger.get("/dossiers?whose=all&lang=en")
    assert "2 dossiers that you may see" in browser_of("leaver").get("/dossiers?whose=all&lang=en")


def test_who_it_is_shared_with_reads_it_and_no_more(browser_of: Open, cast: Cast, secret: str) -> None:
    leaver, stranger, predecessor = browser_of("leaver"), browser_of("stranger"), browser_of("predecessor")
    shares = f"/dossiers/{secret}/shares"
    leaver.post(f"{shares}?post={cast.posts['newyork']}", position=cast.positions["newyork"])
    leaver.post(f"{shares}?post={cast.posts['vienna']}", position="post")
    for reader in (stranger, predecessor):
        assert "Quiet talks" in reader.get(f"/dossiers/{secret}")
        reader.get(f"/dossiers/{secret}/edit", status=404)
    leaver.post(f"{shares}?post={cast.posts['vienna']}", position="post", status=422)
    page = leaver.get(f"/dossiers/{secret}/keeping")
    first = page.split("/shares/")[1].split("/")[0]
    leaver.post(f"{shares}/{first}/end")
    assert {
        stranger.client.get(f"/dossiers/{secret}").status_code,
        predecessor.client.get(f"/dossiers/{secret}").status_code,
    } == {200, 404}


def test_opening_it_up_and_restricting_it_hold_at_once(browser_of: Open, secret: str, munitions: str) -> None:
    leaver, stranger = browser_of("leaver"), browser_of("stranger")
    leaver.post(f"/dossiers/{secret}/reach", reach="open")
    stranger.get(f"/dossiers/{secret}")
    leaver.post(f"/dossiers/{munitions}/reach", reach="restricted")
    stranger.get(f"/dossiers/{munitions}", status=404)
    leaver.post(f"/dossiers/{munitions}/reach", reach="nobody", status=422)


def test_search_is_told_of_a_dossier_and_all_its_notes_when_its_readers_change(
    secret: str, as_: As, cast: Cast
) -> None:
    as_("leaver")
    dossier = session().get_one(Dossier, secret)
    notes = list(session().scalars(select(Entry.id).where(Entry.dossier_id == secret)))
    (before,) = findable.load_entries(notes)
    assert "all" not in before.readers
    told: list[tuple[str, str]] = []
    service.change_reach(make.SYSTEM, dossier, "open")
    from expertise.base.findable import Outbox

    told = [(one.kind, one.record_id) for one in session().scalars(select(Outbox))]
    assert ("dossier", secret) in told
    assert ("entry", notes[0]) in told
    session().expire_all()
    (after,) = findable.load_entries(notes)
    assert after.readers == {"all"}


def test_the_last_keeper_of_a_restricted_dossier_cannot_let_go(secret: str, as_: As) -> None:
    viewer = as_("leaver")
    dossier = queries.get_dossier(viewer, secret)
    with pytest.raises(Refused):
        service.take_from(viewer, dossier.present_stewardships[0])
    unkept = make.dossier("Nobody's", language="en")
    with pytest.raises(Refused):
        service.change_reach(make.SYSTEM, unkept, "restricted")
    with pytest.raises(Refused):
        make.dossier("For nobody", reach="restricted", language="en")


def test_a_dossier_of_an_abolished_position_can_be_taken_up(munitions: str, as_: As, cast: Cast) -> None:
    from datetime import date

    stranger = as_("stranger")
    position = seat(cast, "disarmament")
    dossier = session().get_one(Dossier, munitions)
    with pytest.raises(NotFound):
        service.take_up(stranger, dossier, seat(cast, "newyork"))
    for posting in list(position.postings):
        if posting.ends_on is None or posting.ends_on > date(2026, 11, 23):
            if posting.starts_on and posting.starts_on > date(2026, 11, 23):
                session().delete(posting)
            else:
                end_posting(make.SYSTEM, posting, date(2026, 11, 22))
    session().flush()
    session().expire_all()
    abolish_position(make.SYSTEM, position, date(2026, 11, 22))
    service.take_up(stranger, dossier, seat(cast, "newyork"))
    assert [one.position_id for one in dossier.present_stewardships] == [cast.positions["newyork"]]


def make_all_sorts(cast: Cast) -> None:
    """Dossiers of every reach, kept, unkept and shared, with notes of several authors."""
    geneva, vienna = (session().get_one(Post, cast.posts[name]) for name in ("geneva", "vienna"))
    for reach in ("open", "restricted"):
        for keeper in ("disarmament", "vienna", "newyork", "adviser"):
            one = make.dossier(f"{reach} {keeper}", kept_by=seat(cast, keeper), reach=reach, language="en")
            if keeper == "vienna":
                service.share_with(make.SYSTEM, one, post=geneva)
            if keeper == "newyork":
                service.share_with(make.SYSTEM, one, position=seat(cast, "disarmament"))
                service.file_under(make.SYSTEM, one, posts=[vienna])
            if keeper == "adviser":
                service.give_to_keep(make.SYSTEM, one, seat(cast, "personnel"))
            for author in ("leaver", "stranger"):
                make.entry(
                    one, f"{one.title} by {author}", by=session().get_one(Person, cast.people[author]), language="en"
                )
    unkept = make.dossier("unkept", language="en", posts=[geneva])
    make.entry(unkept, "of nobody", language="en")
    gone = make.dossier("let go", kept_by=seat(cast, "vienna"), language="en")
    service.take_from(make.SYSTEM, gone.present_stewardships[0])
    service.archive(make.SYSTEM, gone)


def test_a_rule_says_the_same_of_a_record_a_list_and_a_search_hit(as_: As, cast: Cast) -> None:
    viewers = {who: as_(who) for who in CAST} | {"nobody": NOBODY, "system": make.SYSTEM}
    make_all_sorts(cast)
    session().expire_all()
    dossiers, entries = session().scalars(select(Dossier)).all(), session().scalars(select(Entry)).all()
    pieces = {
        one.id: one
        for one in (*findable.load_dossiers([d.id for d in dossiers]), *findable.load_entries([e.id for e in entries]))
    }
    compared = 0
    for name, viewer in viewers.items():
        for model, records, actions in (
            (Dossier, dossiers, ("dossier.read", "dossier.change", "dossier.take_up")),
            (Entry, entries, ("entry.read", "entry.change")),
        ):
            for action in actions:
                listed = set(session().scalars(select(model.id).where(only(viewer, action, model))))
                single = {one.id for one in records if allowed(viewer, action, one)}
                assert listed == single, (name, action)
                compared += len(records)
            found = {one.id for one in records if viewer.is_system or pieces[one.id].readers & viewer.tokens}
            assert found == {one.id for one in records if allowed(viewer, f"{model.__tablename__}.read", one)}, name
    assert compared > 300
    assert {one.title for one in dossiers if allowed(viewers["stranger"], "dossier.read", one)} == {
        *(f"open {keeper}" for keeper in ("disarmament", "vienna", "newyork", "adviser")),
        "restricted newyork",
        "unkept",
        "let go",
    }


def test_questions_answer_only_what_may_be_read(secret: str, as_: As, cast: Cast) -> None:
    stranger, leaver = as_("stranger"), as_("leaver")
    position = seat(cast, "disarmament")
    assert [one.title for one in queries.kept_by(leaver, [position.id])] == ["Quiet talks"]
    assert queries.kept_by(stranger, [position.id]) == []
    assert queries.dossiers_at(stranger, position.post) == []
    assert queries.find_dossier(stranger, secret) is None
    assert entry_queries.open_commitments(stranger, [secret]) == []
    note = session().scalar(select(Entry.id).where(Entry.dossier_id == secret)) or ""
    with pytest.raises(NotFound):
        entry_queries.get_entry(stranger, secret, note)
    assert entry_queries.get_entry(leaver, secret, note)
