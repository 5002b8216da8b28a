"""What somebody hides is gone with the next request; what is closed moves nothing; personnel ranks nobody."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from flask import Flask
from flask.cli import ScriptInfo

from expertise.base.database import session
from expertise.cli import main
from expertise.dossiers.service import verify
from expertise.experts import service
from expertise.people.models import Person
from expertise.people.queries import find_account
from expertise.people.tokens import make_token
from expertise.posts.models import Position
from expertise.posts.viewers import viewer_for
from expertise.search.service import rebuild
from expertise.search.wiring import ENGINES
from tests import make
from tests.access import world as worlds
from tests.conftest import Template
from tests.experts.conftest import COLLEAGUE, EVERYONE, LEAVER, PREDECESSOR, TOPIC, Known, Open, names_in
from tests.make import Cast

# Where somebody may turn up by what they know.
PLACES = (f"/who-knows?q={TOPIC}", "/who-knows?domain=nerve", "/domains/nerve")


def test_what_somebody_hides_is_gone_with_the_next_request_everywhere(known: Known, browser_of: Open) -> None:
    leaver, other = browser_of("leaver"), browser_of("stranger")
    home = known.profile("leaver")
    for title in ("Zenuwgas op de lijst", "Zenuwgas: stand van zaken"):
        page = leaver.get(home)
        key = page.partition(title)[2].partition('name="key" value="')[2].partition('"')[0]
        assert key.startswith("entry:")
        assert "Hidden." in leaver.post(f"{home}/hide", key=key)
        assert title not in other.get(home)
        assert title not in other.get(PLACES[0])
    assert "keeps “Zenuwgas in het verdrag”" in other.get(PLACES[0]).partition(LEAVER)[2][:900]
    # And all of a domain at once; the records themselves stay.
    leaver.post(f"{home}/hide", key=f"domain:{known.domain}")
    for place in PLACES:
        assert names_in(other.get(place).partition("Who works on it now")[0], LEAVER) == []
    assert "Nerve agents" not in other.get(home)
    assert "Zenuwgas op de lijst" in other.get(f"/dossiers/{known.dossier}")
    assert "It is shown again." in leaver.post(f"{home}/show-again", key=f"domain:{known.domain}")
    assert names_in(other.get(PLACES[0]), LEAVER) == [LEAVER]


@pytest.mark.parametrize("scope", ["observed", "listed"])
def test_who_objects_is_gone_with_the_next_request_everywhere(known: Known, browser_of: Open, scope: str) -> None:
    known.declare("leaver", evidence="Drafted the annex")
    leaver, other = browser_of("leaver"), browser_of("stranger")
    assert "Noted." in leaver.post(f"{known.profile('leaver')}/objection", scope=scope)
    declared = scope == "observed"
    for place in PLACES[:2]:
        page = other.get(place)
        assert names_in(page, LEAVER) == ([LEAVER] if declared else [])
        assert "keeps “Zenuwgas in het verdrag”, since 2023" not in page
        assert ("says of themselves" in page) is declared
    profile = other.get(known.profile("leaver"))
    assert "Zenuwgas op de lijst" not in profile
    assert ("Drafted the annex" in profile) is declared
    found = other.get("/search", q="nerve agents", kind="person")
    assert (known.profile("leaver") in found) is declared
    # They themselves still see what they declared, and take it back.
    assert "Drafted the annex" in leaver.get(known.profile("leaver"))
    leaver.post(f"{known.profile('leaver')}/objection", scope="")
    assert "keeps “Zenuwgas in het verdrag”, since 2023" in other.get(PLACES[0])


def test_nobody_else_of_whatever_role_writes_on_a_profile(known: Known, browser_of: Open) -> None:
    claim, home = known.declare("leaver"), known.profile("leaver")
    for who in ("hr", "admin", "privacy", "head", "colleague"):
        browser = browser_of(who)
        browser.post(f"{home}/objection", status=404, scope="listed")
        browser.post(f"{home}/hide", status=404, key=f"domain:{known.domain}")
        browser.post(f"{home}/{claim}/drop", status=404)
        browser.get(f"{home}.json", status=404)


def the_hidden(cast: Cast, domain: str) -> None:
    """All sorts of things about the same subject that the colleague in Geneva may not see."""
    seat = session().get_one(Position, cast.positions["newyork"])
    people = [session().get_one(Person, cast.people[who]) for who in ("stranger", "leaver", "predecessor")]
    found = session().get_one(make.Domain, domain)
    for number in range(6):
        dossier = make.dossier(
            f"Zenuwgas {number} geheimzinnig",
            kept_by=seat,
            from_on=date(2025, 7, 1),
            reach="restricted",
            domains=[found],
        )
        for person in people:
            make.entry(dossier, f"Zenuwgas zenuwgas {number}", by=person, body="zenuwgas " * 9, date=date(2026, 11, 1))
    verify(make.SYSTEM, dossier, position=seat)


def answers(app: Flask, cast: Cast, who: str) -> list[Any]:
    """All that somebody is told, by command, of several subjects."""
    told = []
    for topic in (TOPIC, "nerve agents", "geheimzinnig", "vergadering zenuwgas", "zenuwgsa"):
        command = ["who-knows", topic, "--as", cast.email(who), "--json"]
        done = CliRunner().invoke(main, command, obj=ScriptInfo(create_app=lambda: app))
        assert done.exit_code == 0, done.output
        told.append(json.loads(done.output)["people"])
    return told


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_what_is_closed_moves_nobody_up_or_down_and_says_nothing(
    make_app: Callable[..., Flask], cast_template: Template, engine: str
) -> None:
    app = make_app(cast_template, EXPERTISE_SEARCH_ENGINE=engine)
    cast = cast_template.cast
    assert cast
    with app.app_context():
        rebuild()
    known = Known(app, cast, "", "")
    known.domain = known.change(lambda: make.domain("nerve", "Zenuwgassen", "Nerve agents").id)

    def open_dossier() -> str:
        seat = session().get_one(Position, cast.positions["disarmament"])
        domain = session().get_one(make.Domain, known.domain)
        return make.dossier("Zenuwgas", kept_by=seat, from_on=date(2019, 12, 13), domains=[domain]).id

    known.dossier = known.change(open_dossier)
    known.write("leaver", "Zenuwgas: stand", date(2026, 5, 4))
    known.write("colleague", "Zenuwgas en de vergadering", date(2015, 6, 1))
    before = answers(app, cast, "colleague")
    assert before[0]
    seen_by_stranger = answers(app, cast, "stranger")
    known.change(the_hidden, cast, known.domain)
    assert answers(app, cast, "colleague") == before
    # The test can fail: to whom it is open it does move the list.
    assert answers(app, cast, "stranger") != seen_by_stranger


def test_a_profile_shows_nothing_of_a_dossier_that_the_viewer_may_not_read(known: Known, browser_of: Open) -> None:
    known.change(the_hidden, known.cast, known.domain)
    assert "geheimzinnig" not in browser_of("colleague").get(known.profile("stranger"))
    assert "geheimzinnig" in browser_of("stranger").get(known.profile("stranger"))


@pytest.fixture
def everything(known: Known) -> worlds.World:
    """A world with a record for every address."""

    def act() -> worlds.World:
        return worlds.make_world(known.cast)

    made: worlds.World = known.change(act)
    return made


QUESTIONS: tuple[dict[str, str], ...] = ({}, {"q": TOPIC}, {"q": TOPIC, "kind": "person"}, {"domain": "nerve"})


def test_personnel_gets_no_persons_by_score_by_any_address(
    known: Known, everything: worlds.World, browser_of: Open
) -> None:
    for who in ("colleague", "stranger"):
        known.declare(who, level="expert", from_year=2010)
    # What is looked for is there, for a colleague.
    with pytest.raises(AssertionError):
        _ranks_nobody("experts.who", browser_of("successor").get("/who-knows", q=TOPIC))
    hr = browser_of("hr")
    secret = known.change(_token_of, known.cast.email("hr"))
    carried = {"Authorization": f"Bearer {secret}"}
    asked = by_program = 0
    for rule, method in worlds.routes(known.app):
        if method != "GET" or rule.endpoint == "api.description":
            continue
        told = rule.endpoint.startswith(("experts.", "search.", "domains.", "posts.", "api.search", "api.experts"))
        for variant in ("own", "foreign"):
            built = rule.build(everything.values(rule, variant), append_unknown=False)
            assert built
            for query in QUESTIONS if told else ({},):
                answer = hr.client.get(built[1], query_string=query, headers=carried, buffered=True)
                if answer.status_code != 200 or not answer.mimetype.startswith(("text/", "application/json")):
                    continue
                _ranks_nobody(rule.endpoint, answer.text)
                asked += 1
                by_program += rule.endpoint.startswith("api.")
    assert asked > 100
    assert by_program > 20


def test_personnel_gets_no_persons_by_score_out_of_any_export_or_command(
    known: Known, everything: worlds.World, tmp_path: Path
) -> None:
    known.declare("colleague", level="expert", from_year=2010)
    hr = known.cast.email("hr")

    def run(*command: str) -> str:
        done = CliRunner().invoke(main, list(command), obj=ScriptInfo(create_app=lambda: known.app))
        assert done.exit_code == 0, (command, done.output)
        return done.stdout

    # What is looked for is there, for a colleague.
    with pytest.raises(AssertionError):
        _ranks_nobody("who-knows", run("who-knows", TOPIC, "--as", known.cast.email("successor"), "--json"))
    words = tmp_path / "words.csv"
    words.write_text("language,word,target_language,target_word\nen,treaty,nl,verdrag\n")
    run("import", "vocabulary", str(words))
    kinds = main.commands["export"].params[0].type
    assert isinstance(kinds, click.Choice)
    assert {"people", "entries", "questions", "domains"} <= set(kinds.choices)
    for kind in kinds.choices:
        for form in ("jsonl", "csv"):
            out = tmp_path / f"{kind}.{form}"
            run("export", kind, "--format", form, "--out", str(out))
            _ranks_nobody(f"export {kind}", out.read_text("utf-8-sig"))
    for topic in (TOPIC, "nerve agents", "zenuwgas van:Wolderink"):
        _ranks_nobody("who-knows", run("who-knows", topic, "--as", hr, "--json"))
        _ranks_nobody("find", run("find", topic, "--as", hr, "--json"))
        _ranks_nobody("find", run("find", topic, "--as", hr, "--kind", "person", "--json"))
    _ranks_nobody("rotation", run("rotation", "--from", "2026-01-01", "--to", "2028-01-01", "--json"))


def _token_of(email: str) -> str:
    account = find_account(email)
    assert account
    return make_token(viewer_for(account, "en"), name="Lists", days=30)


# What would put people in an order, as a column of a file or as a name in JSON.
SCORES = frozenset({"score", "rank", "ranking", "weight", "relevance", "observed", "endorsed", "endorsements", "load"})


def _names(told: Any) -> Iterator[str]:
    """All names in a JSON document under which a number or something of a person stands."""
    if isinstance(told, dict):
        for name, value in told.items():
            if value is not None:
                yield name.casefold()
            yield from _names(value)
    elif isinstance(told, list):
        for one in told:
            yield from _names(one)


def _ranks_nobody(endpoint: str, text: str) -> None:
    """No score, no reason that was observed, and no count per person."""
    if text[:1] in "{[" and text[:2] != "{#":
        told = [json.loads(line) for line in text.splitlines()] if "\n{" in text else [json.loads(text)]
        assert not SCORES & set(_names(told)), endpoint
    first = text.partition("\n")[0]
    assert not SCORES & {one.strip(' "\r').casefold() for one in first.split(",")}, endpoint
    if endpoint.startswith(("experts.", "domains.")):
        for observed in ("kept “", "keeps “", "note, last in", "notes, last in", "endorsed by"):
            assert observed not in text.replace("Endorsed by", ""), (endpoint, observed)
    if endpoint in ("search.as_json", "api.search"):
        assert "author" not in json.loads(text)["facets"]
    assert 'name="author"' not in text, endpoint


def test_personnel_sees_what_people_declare_by_name_and_without_a_number(known: Known, browser_of: Open) -> None:
    known.declare("stranger", level="expert", from_year=2010)
    known.declare("colleague", level="basic")
    known.declare("predecessor", level="expert")
    browser_of("leaver").post(f"{known.profile('stranger')}/" + _claim_of(known, "stranger") + "/endorse", note="")
    page = browser_of("hr").get("/who-knows", q="nerve agents")
    assert names_in(page, *EVERYONE) == [PREDECESSOR, COLLEAGUE, "Tijmen Oudeland"]
    assert "by name" in page
    assert "endorsed by" not in page
    told = answers(known.app, known.cast, "hr")[1]
    assert [one["name"] for one in told] == [PREDECESSOR, COLLEAGUE, "Tijmen Oudeland"]
    assert {one["score"] for one in told} == {None}
    assert {why["kind"] for one in told for why in one["reasons"]} == {"declares"}
    # A colleague gets another order, with all the reasons.
    assert names_in(browser_of("successor").get("/who-knows", q="nerve agents"), *EVERYONE)[0] != COLLEAGUE
    assert answers(known.app, known.cast, "successor")[1][0]["score"] > 0
    assert known.profile("stranger") not in browser_of("hr").get("/search", q="nerve agents", kind="person")
    assert "Zenuwgas op de lijst" not in browser_of("hr").get(known.profile("leaver"))


def _claim_of(known: Known, who: str) -> str:
    from sqlalchemy import select

    from expertise.experts.models import Claim

    with known.app.app_context():
        return session().scalars(select(Claim.id).where(Claim.person_id == known.person(who))).one()


def test_personnel_sees_its_own_profile_whole(known: Known, browser_of: Open) -> None:
    known.write("hr", "Zenuwgas en loopbanen", date(2026, 3, 1))
    assert "Zenuwgas en loopbanen" in browser_of("hr").get(known.profile("hr"))


def test_only_where_the_works_council_agreed_personnel_sees_what_colleagues_see(known: Known, browser_of: Open) -> None:
    known.app.config["WORKS_COUNCIL"] = False
    assert "2 notes, last in 2026" in browser_of("hr").get("/who-knows", q=TOPIC)
    page = browser_of("hr").get("/who-knows/coverage", domain="zenuwgas")
    assert "not shown" not in page
    assert "Purpose:" in page
    known.app.config["WORKS_COUNCIL"] = True
    assert "notes, last in" not in browser_of("hr").get("/who-knows", q=TOPIC)


def test_what_is_hidden_stays_hidden_when_postings_are_merged(known: Known, as_: Callable[[str], Any]) -> None:
    from expertise.experts.moves import keep_hidden
    from expertise.experts.queries import hidden_of

    viewer = as_("leaver")
    person = session().get_one(Person, viewer.person_id)
    service.hide(viewer, person, "posting:gone")
    keep_hidden("stays", "gone")
    assert hidden_of([person.id]) == {person.id: {"posting:stays"}}
