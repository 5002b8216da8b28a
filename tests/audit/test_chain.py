"""Who did what is on record, and nobody alters the record unseen."""

import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from flask.cli import ScriptInfo
from sqlalchemy import delete, select, update

from expertise.access.viewer import system
from expertise.audit import head as heads
from expertise.audit.queries import verify
from expertise.audit.sealing import the_sealer
from expertise.base.database import begin, session
from expertise.cli import main
from expertise.people.models import Person
from tests.audit.tampering import ATTACKS, EVENTS, cut, how_many, tampered
from tests.conftest import Browser
from tests.files.conftest import a_dossier
from tests.make import Cast

Open = Callable[[str], Browser]
ELSEWHERE = "198.51.100.7"


def audit(app: Flask, *words: str) -> Result:
    return CliRunner().invoke(main, ["audit", *words], obj=ScriptInfo(create_app=lambda: app))


def events(app: Flask) -> list[Any]:
    with app.app_context():
        begin("read")
        found = list(session().execute(select(EVENTS).order_by(EVENTS.c.sealed)))
        session().rollback()
    return found


@pytest.fixture
def recorded(app: Flask, cast: Cast, browser_of: Open) -> Browser:
    """A day on which things happened: people came in, one changed a dossier, one was refused."""
    dossier = a_dossier(app, cast, "Cluster munitions")
    leaver = browser_of("leaver")
    leaver.client.environ_base["REMOTE_ADDR"] = ELSEWHERE
    for number in range(4):
        leaver.post(f"/dossiers/{dossier}/entries/new", title=f"Note {number}", body="", kind="background")
    browser_of("stranger").get("/admin/accounts", status=404)
    return leaver


@pytest.mark.usefixtures("recorded")
def test_each_event_says_who_what_when_from_where_on_what_and_how_it_ended(app: Flask, cast: Cast) -> None:
    found = events(app)
    added = [one for one in found if one.action == "entry.added"]
    assert len(added) == 4
    assert {(one.person_id, one.address, one.object_kind, one.result) for one in added} == {
        (cast.people["leaver"], ELSEWHERE, "entry", "done")
    }
    assert all(one.account_id and one.object_id for one in added)
    came_in = next(one for one in found if one.action == "account.signed_in")
    assert (came_in.person_id, came_in.address) == (cast.people["leaver"], "127.0.0.1")
    refused = [(one.person_id, one.action, one.address) for one in found if one.result == "refused"]
    assert refused == [(cast.people["stranger"], "account.manage", "127.0.0.1")]
    # All of them, at once: nothing waits for a job.
    assert [one.sealed for one in found] == list(range(1, len(found) + 1))


@pytest.mark.usefixtures("recorded")
def test_a_whole_chain_is_verified_against_the_head_kept_outside(app: Flask, tmp_path: Path) -> None:
    said = audit(app, "verify")
    assert (said.exit_code, said.stdout) == (0, f"{how_many(app)[0]} events, whole; 0 wait to be sealed\n")
    with app.app_context():
        path = the_sealer().path
    copy = tmp_path / "copy"
    copy.write_bytes(path.read_bytes())
    assert audit(app, "verify", "--head", str(copy)).exit_code == 0
    path.unlink()
    assert "no head is kept" in audit(app, "verify").stderr
    assert audit(app, "verify", "--head", str(copy)).exit_code == 0
    copy.write_text("something else\n")
    assert audit(app, "verify", "--head", str(copy)).exit_code == 1


@pytest.mark.usefixtures("recorded")
def test_whatever_is_done_to_the_events_is_found(app: Flask) -> None:
    for attack in ATTACKS:
        for seed in range(8):
            with tampered(app, attack, seed) as verdict:
                assert verdict.broken, (attack.__name__, seed)
    assert audit(app, "verify").exit_code == 0


@pytest.mark.drill
@pytest.mark.usefixtures("recorded")
def test_whatever_is_done_to_the_events_is_found_fifty_times_over(app: Flask) -> None:
    missed = []
    for attack in ATTACKS:
        for seed in range(50):
            with tampered(app, attack, seed) as verdict:
                missed += [] if verdict.broken else [(attack.__name__, seed)]

    assert missed == []


def test_writing_on_washes_no_cut_away(app: Flask, recorded: Browser) -> None:
    last = max(one.sealed or 0 for one in events(app))
    with app.app_context():
        begin("write")
        session().execute(delete(EVENTS).where(EVENTS.c.sealed > last - 3))
        session().commit()
    for _ in range(5):
        recorded.post("/account", language="en", theme="auto", mail="daily")
        recorded.post("/sign-out")
        recorded.sign_in("leaver@expertise.example")
    said = audit(app, "verify")
    assert said.exit_code == 1
    assert said.stderr.startswith(f"the chain of events breaks at place {last}")


def test_what_the_application_did_not_write_is_never_sealed(app: Flask, recorded: Browser) -> None:
    before = how_many(app)
    made = {"at": events(app)[0].at, "action": "dossier.read", "object_kind": "", "result": "done", "address": ""}
    with app.app_context():
        begin("write")
        session().execute(EVENTS.insert().values(details={}, **made))
        session().commit()
    recorded.post("/sign-out")
    total, sealed = how_many(app)
    assert (total, sealed) == (before[0] + 2, before[1] + 1)
    assert "did not write it" in audit(app, "verify").stderr


def test_writers_at_once_make_one_chain(app: Flask, cast: Cast, browser_of: Open) -> None:
    dossier = a_dossier(app, cast, "Cluster munitions")
    browsers = [browser_of(one) for one in ("leaver", "head", "colleague", "successor")]
    before = how_many(app)[0]

    def write(browser: Browser) -> None:
        for number in range(5):
            browser.post(f"/dossiers/{dossier}/entries/new", title=f"Note {number}", body="", kind="background")

    threads = [threading.Thread(target=write, args=(one,)) for one in browsers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    total, sealed = how_many(app)
    assert total == sealed >= before + 20
    assert audit(app, "verify").exit_code == 0


def test_the_address_of_who_is_erased_goes_and_the_chain_stays_whole(app: Flask, cast: Cast, recorded: Browser) -> None:
    with app.app_context():
        begin("write")
        session().execute(update(EVENTS).where(EVENTS.c.person_id == cast.people["stranger"]).values(address=""))
        # Nobody was erased: an address that is gone was taken away.
        assert verify(system()).broken
        session().rollback()
    with app.app_context():
        begin("write")
        session().get_one(Person, cast.people["leaver"]).left_on = date(2026, 11, 1)
        session().commit()
    gone = ["person", "erase", cast.people["leaver"]]
    said = CliRunner().invoke(main, gone, obj=ScriptInfo(create_app=lambda: app))
    assert said.exit_code == 0, said.stderr
    assert not [one for one in events(app) if one.address == ELSEWHERE]
    assert audit(app, "verify").exit_code == 0


def test_a_head_that_cannot_be_kept_stops_no_save(app: Flask, recorded: Browser) -> None:
    with app.app_context():
        path = the_sealer().path
    path.write_text("spoilt\n")
    recorded.post("/sign-out")
    assert path.read_text() == "spoilt\n"
    assert "holds no head" in audit(app, "verify").stderr
    with pytest.raises(heads.Unreadable):
        heads.read(path)


def test_attacks_are_no_tests_of_the_test(app: Flask, cast: Cast) -> None:
    """Untouched, the same walk finds nothing: what the attacks show is not always there."""

    def nothing(*_: Any) -> None:
        """Leave it as it is."""

    with tampered(app, nothing, 0) as verdict:
        assert verdict.broken is None
    with tampered(app, cut, 0) as verdict:
        assert verdict.broken
