"""A program carries a token that its person made, and sees and writes what that person may, and nothing else."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine
from flask import Flask
from werkzeug.test import TestResponse

from expertise.base.database import begin, session
from expertise.people import tokens
from expertise.people.models import AccessToken
from expertise.posts.models import Position
from expertise.search.service import drain
from tests import make
from tests.conftest import Browser
from tests.make import Cast

SECRET = re.compile(r'value="(expertise_[\w-]{20,})"')
Open = Callable[[str], Browser]


@dataclass
class Program:
    """Something that carries a token."""

    app: Flask
    secret: str

    def ask(self, path: str, method: str = "GET", **more: Any) -> TestResponse:
        """One request, without any cookie."""
        headers = {"Authorization": f"Bearer {self.secret}"} if self.secret else {}
        client = self.app.test_client(use_cookies=False)
        return client.open(f"/api/v1{path}", method=method, headers=headers, buffered=True, **more)

    def read(self, path: str, **query: Any) -> Any:
        """What is answered."""
        answer = self.ask(path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def send(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        """What is answered to what is sent."""
        answer = self.ask(path, method, json=body)
        assert answer.status_code == status, answer.text
        assert answer.mimetype == ("application/json" if status < 400 else "application/problem+json")
        return answer.get_json()


def made(browser: Browser, **fields: str) -> str:
    """A token, as somebody makes it on the page."""
    page = browser.post("/account/tokens", **({"name": "Reporting", "days": "90"} | fields))
    found = SECRET.search(page)
    assert found, page
    return found[1]


@pytest.fixture
def program(app: Flask, browser_of: Open) -> Callable[..., Program]:
    """`program("leaver", may_write="y")`: one that carries a token of hers."""
    return lambda who, **fields: Program(app, made(browser_of(who), **fields))


@pytest.fixture
def two(app: Flask, cast: Cast) -> dict[str, str]:
    """An open dossier and a restricted one of the leaver's seat, each with a note."""
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        domain = make.domain("clusters", "Clustermunitie", "Cluster munitions")
        found = {}
        for reach in ("open", "restricted"):
            one = make.dossier(
                f"Munitions {reach}", kept_by=seat, from_on=date(2023, 8, 1), reach=reach, domains=[domain]
            )
            found[reach] = one.id
            found[f"note {reach}"] = make.entry(one, f"Cluster note {reach}", date=date(2026, 5, 1), language="en").id
        session().commit()
        drain()
        return found


def test_a_token_is_shown_once_listed_used_and_revoked(app: Flask, browser_of: Open) -> None:
    leaver = browser_of("leaver")
    assert "/account/tokens" in leaver.get("/account")
    secret = made(leaver, name="Reporting <b>")
    page = leaver.get("/account/tokens")
    assert secret not in page
    assert "Reporting &lt;b&gt;" in page
    assert "never used" in page
    with app.app_context():
        row = session().query(AccessToken).one()
        assert secret not in repr(vars(row))
        assert row.expires_on == date(2027, 2, 21)
        session().rollback()
    program = Program(app, secret)
    assert program.read("/me")["name"] == "Femke Wolderink"
    assert "never used" not in leaver.get("/account/tokens")
    address = re.search(r'action="(/account/tokens/\w+/revoke)"', leaver.get("/account/tokens"))
    assert address
    # A colleague revokes nothing of hers, and sees nothing of it.
    browser_of("stranger").post(address[1], status=404)
    assert "Reporting" not in browser_of("stranger").get("/account/tokens")
    assert "Revoked" in leaver.post(address[1])
    assert program.ask("/me").status_code == 401
    refused = leaver.post("/account/tokens", status=422, name="", days="9999")
    assert 'href="#name"' in refused
    assert 'href="#days' in refused


def test_a_button_pressed_twice_makes_one_token_and_the_answer_that_is_seen_has_it(
    app: Flask, browser_of: Open
) -> None:
    leaver = browser_of("leaver")
    once = re.search(r'name="once" value="(\w+)"', leaver.get("/account/tokens"))
    assert once
    first, seen = (Program(app, made(leaver, once=once[1])) for _time in range(2))
    assert leaver.get("/account/tokens").count("never used") == 1
    assert first.ask("/me").status_code == 401
    assert seen.ask("/me").status_code == 200
    # One that a program uses already is not taken from it, nor is another.
    made(leaver)
    made(leaver, name="Another")
    assert seen.ask("/me").status_code == 200
    assert leaver.get("/account/tokens").count("never used") == 2


def test_a_token_ends_with_its_days_and_with_the_account(app: Flask, browser_of: Open, cast: Cast) -> None:
    leaver, stranger = Program(app, made(browser_of("leaver"), days="30")), Program(app, made(browser_of("stranger")))
    assert leaver.ask("/me").status_code == stranger.ask("/me").status_code == 200
    with time_machine.travel("2026-12-24T09:00:00+01:00"):
        assert leaver.ask("/me").status_code == 401
        assert stranger.ask("/me").status_code == 200
    admin = browser_of("admin")
    page = admin.get("/admin/accounts", text="stranger")
    account = re.search(r"/admin/accounts/(\w{12})", page)
    assert account
    admin.post(f"/admin/accounts/{account[1]}/close")
    assert stranger.ask("/me").status_code == 401


def test_no_cookie_counts_and_wrong_tokens_are_limited_like_sign_in(app: Flask, browser_of: Open) -> None:
    leaver = browser_of("leaver")
    answer = leaver.client.get("/api/v1/dossiers")
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert "Set-Cookie" not in answer.headers
    posted = leaver.client.post("/api/v1/dossiers", json={"title": "By a page elsewhere"})
    assert posted.status_code == 401
    right = Program(app, made(leaver))
    app.config["SIGN_IN_FAILURES"] = 1
    wrong = Program(app, tokens.PREFIX + "guess")
    seen = [wrong.ask("/me").status_code for _ in range(30)]
    assert seen[0] == 401
    assert seen[-1] == 429
    refused = wrong.ask("/me")
    assert int(refused.headers["Retry-After"]) >= 60
    assert refused.get_json()["title"] == "Too Many Requests"
    # A program that works goes on, and people at the same address still sign in.
    assert right.ask("/me").status_code == 200
    browser_of("stranger").get("/")


def test_a_program_reads_what_its_person_reads(
    program: Callable[..., Program], two: dict[str, str], cast: Cast, browser_of: Open
) -> None:
    leaver, stranger = program("leaver"), program("stranger")
    titles = [one["title"] for one in leaver.read("/dossiers")["items"]]
    assert titles == ["Munitions open", "Munitions restricted"]
    assert [one["title"] for one in stranger.read("/dossiers", domain="clusters")["items"]] == ["Munitions open"]
    assert leaver.read(f"/dossiers/{two['restricted']}")["reach"] == "restricted"
    closed, missing = (stranger.ask(f"/dossiers/{one}") for one in (two["restricted"], "x" * 12))
    assert closed.status_code == missing.status_code == 404
    assert closed.get_json() == missing.get_json()
    assert closed.mimetype == "application/problem+json"
    assert stranger.ask(f"/entries/{two['note restricted']}").status_code == 404
    (note,) = stranger.read(f"/dossiers/{two['open']}/entries")["items"]
    assert note["title"] == "Cluster note open"
    assert note["date"] == "2026-05-01"
    assert {one["title"] for one in stranger.read("/search", q="cluster", kind="entry")["hits"]} == {
        "Cluster note open"
    }
    assert len(leaver.read("/search", q="cluster", kind="entry")["hits"]) == 2
    experts = stranger.read("/who-knows", q="cluster munitions")["people"]
    assert [one["name"] for one in experts] == ["Femke Wolderink"]
    assert {one["score"] for one in program("hr").read("/who-knows", q="cluster munitions")["people"]} <= {None}
    assert stranger.read(f"/people/{cast.people['leaver']}")["postings"][0]["post"] == "GEN-PV"
    # She sees that he looked, by whatever way.
    assert "Tijmen Oudeland" in browser_of("leaver").get(f"/people/{cast.people['leaver']}/expertise")
    # What is for personnel is not there for others.
    assert stranger.ask("/rotation").status_code == 404
    departures = program("hr").read("/rotation", **{"from": "2026-11-01", "to": "2027-02-01"})["departures"]
    assert [one["post"] for one in departures] == ["GEN-PV"]


def test_every_list_has_pages_and_a_slip_is_refused(program: Callable[..., Program], two: dict[str, str]) -> None:
    stranger = program("stranger")
    for path in ("/posts", "/people", "/domains", "/dossiers", "/contacts", "/handovers"):
        told = stranger.read(path)
        assert (told["page"], told["pages"], told["next"]) == (1, 1, None)
        assert told["total"] == len(told["items"])
    assert stranger.read("/posts/GEN-PV")["name_en"] == "PR Geneva"
    assert stranger.read("/domains/clusters")["name_nl"] == "Clustermunitie"
    slip = stranger.ask("/dossiers?dmain=clusters")
    assert slip.status_code == 422
    assert slip.get_json()["errors"] == [{"field": "dmain", "value": "clusters", "why": "There is no such parameter."}]
    assert [one["field"] for one in stranger.ask("/search?q=x&after=soon").get_json()["errors"]] == ["after"]
    assert stranger.ask("/search").get_json()["errors"][0]["why"] == "This is needed."
    dutch = Program(stranger.app, stranger.secret).app.test_client(use_cookies=False)
    told = dutch.get(
        "/api/v1/search", headers={"Authorization": f"Bearer {stranger.secret}", "Accept-Language": "nl"}
    ).get_json()
    assert told["errors"][0]["why"] == "Dit is nodig."


def test_a_program_that_may_write_adds_and_changes_in_its_persons_name(
    program: Callable[..., Program], two: dict[str, str], browser_of: Open
) -> None:
    reads = program("leaver")
    assert reads.send("POST", "/dossiers", 403, title="No")["title"] == "Forbidden"
    leaver = program("leaver", may_write="y")
    dossier = leaver.send(
        "POST", "/dossiers", 201, title="Mines", urgency="1", domains=["clusters"], line_valid_until="2027-01"
    )
    assert (dossier["urgency"], dossier["domains"], dossier["posts"]) == ("1", ["clusters"], ["GEN-PV"])
    assert dossier["line_valid_until"] == "2027-01-31"
    path = f"/dossiers/{dossier['id']}"
    note = leaver.send("POST", f"{path}/entries", 201, body="Eleven states\n\nsupport it.", date="2026-11", tags=["x"])
    assert (note["title"], note["date"], note["tags"]) == ("Eleven states", "2026-11", ["x"])
    assert "Eleven states" in browser_of("stranger").get(path)
    # What turns the direction of reading, or cannot be seen, stays out of a title as on a page.
    turned = {"title": "Twel\u202eve\x07", "version": note["version"]}
    changed = leaver.send("PATCH", f"/entries/{note['id']}", **turned)
    assert (changed["title"], changed["body"]) == ("Twelve", note["body"])
    lost = leaver.send("PATCH", f"/entries/{note['id']}", 409, title="Thirteen", version=note["version"])
    assert lost["version"] == changed["version"]
    for status in (201, 409):
        told = leaver.send("POST", "/dossiers", status, title="Ours", external_id="dossier-17")
    assert told["errors"][0]["why"] == "Another dossier has this external id."
    assert leaver.send("PATCH", path, state_of_play="Voting", version=dossier["version"])["title"] == "Mines"
    # Who reads it does not keep it.
    stranger = program("stranger", may_write="y")
    stranger.send("PATCH", path, 404, title="Mine", version=1)
    stranger.send("PATCH", f"/entries/{note['id']}", 404, title="Mine", version=1)
    stranger.send("POST", f"/dossiers/{two['restricted']}/entries", 404, title="Mine")


def test_what_is_wrong_is_said_by_field_and_nothing_is_done(
    program: Callable[..., Program], two: dict[str, str]
) -> None:
    leaver = program("leaver", may_write="y")
    before = leaver.read("/dossiers")["total"]
    told = leaver.send("POST", "/dossiers", 422, title="x" * 1100, urgency="9", colour="red", next_step_on="soon")
    assert {one["field"] for one in told["errors"]} == {"title", "urgency", "colour", "next_step_on"}
    for body in ({}, {"title": " "}, {"title": {"a": 1}}, {"title": "T", "domains": ["none"]}, {"title": "\0"}):
        leaver.send("POST", "/dossiers", 422, **body)
    marked = leaver.send("POST", "/dossiers", 422, title="Memo", summary="STG. CONFIDENTIEEL")
    assert [one["field"] for one in marked["errors"]] == ["summary"]
    leaver.send("PATCH", f"/dossiers/{two['open']}", 422, title="No version")
    leaver.send("PATCH", f"/dossiers/{two['open']}", 422, title="", version=1)
    for body in (b"", b"[1]", b"{", b"\xff"):
        assert leaver.ask("/dossiers", "POST", data=body, content_type="application/json").status_code == 400
    assert leaver.ask("/nowhere").get_json()["status"] == 404
    not_so = leaver.ask("/dossiers", "DELETE")
    assert (not_so.status_code, not_so.mimetype) == (405, "application/problem+json")
    assert {"GET", "POST"} <= set(not_so.headers["Allow"].split(", "))
    # What the description does not allow is refused, though the cells of a file are read more kindly.
    for wrong in (
        {"title": True}, {"external_id": 7}, {"posts": None}, {"domains": "clusters"}, {"domains": [1]},
        {"language": "Dutch"}, {"reach": "Open"}, {"urgency": ""}, {"next_step_on": "23-11-2026"},
    ):  # fmt: skip
        told = leaver.send("POST", "/dossiers", 422, **({"title": "Mines"} | wrong))
        assert [one["field"] for one in told["errors"]] == list(wrong)
    for slip in ("page=0", "page=", "page=-1", "page=1000000", "page=1&page=2", "status="):
        assert leaver.ask(f"/dossiers?{slip}").status_code == 422, slip
    assert leaver.read("/dossiers")["total"] == before


def test_the_description_is_valid_and_says_what_comes_back(
    program: Callable[..., Program], two: dict[str, str]
) -> None:
    leaver = program("leaver")
    described = Program(leaver.app, "").read("/openapi.json")
    # Loaded by the one test that asks it: that takes two seconds.
    from openapi_spec_validator import validate

    validate(described)
    assert described["openapi"].startswith("3.1")
    schemas = described["components"]["schemas"]
    for path, name in (
        (f"/dossiers/{two['open']}", "Dossier"),
        (f"/entries/{two['note open']}", "Entry"),
        ("/posts/GEN-PV", "Post"),
        ("/domains/clusters", "Domain"),
        ("/me", "Me"),
    ):
        told = leaver.read(path)
        assert set(told) == set(schemas[name]["properties"]), name
    # Each field has the name that it has in files.
    assert {"title", "state_of_play", "kept_by"} <= set(schemas["Dossier"]["properties"])


def test_what_is_hidden_changes_no_byte_of_any_answer(
    program: Callable[..., Program], two: dict[str, str], app: Flask, cast: Cast
) -> None:
    stranger, leaver = program("stranger"), program("leaver")
    asked = (
        *("/dossiers", "/dossiers?domain=clusters", "/dossiers?post=GEN-PV", f"/dossiers/{two['open']}/entries"),
        *("/search?q=cluster", "/search?q=quicksilver", "/who-knows?q=cluster", "/who-knows?domain=clusters"),
        *("/people", "/posts", "/domains/clusters", "/contacts", "/handovers", "/entries/zzzzzzzzzzzz"),
    )

    def told(who: Program) -> list[str]:
        return [re.sub(r'"took_ms": ?\d+', "", who.ask(path).text) for path in asked]

    before, seen = told(stranger), told(leaver)
    with app.app_context(), app.test_request_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        domain = session().query(make.Domain).filter_by(code="clusters").one()
        for number in range(3):
            hidden = make.dossier(f"Quicksilver {number}", kept_by=seat, reach="restricted", domains=[domain])
            make.entry(hidden, "Cluster quicksilver", by=session().get_one(make.Person, cast.people["stranger"]))
        session().commit()
        drain()
    assert told(stranger) == before
    # The test can fail: whoever reads them is told of them.
    assert told(leaver) != seen
