"""Asking who knows, and having a say in what is said of oneself."""

import json
from datetime import date

from flask import Flask

from tests.experts.conftest import COLLEAGUE, EVERYONE, LEAVER, PREDECESSOR, TOPIC, Known, Open, names_in


def test_a_stranger_asks_who_knows_and_gets_people_with_reasons_that_she_can_follow(
    known: Known, browser_of: Open
) -> None:
    browser = browser_of("stranger")
    page = browser.get("/who-knows", q=TOPIC)
    assert names_in(page, *EVERYONE) == [LEAVER, PREDECESSOR, COLLEAGUE]
    assert "held First Secretary Disarmament" not in page  # the seat is not filed under it, and is not called so
    assert "keeps “Zenuwgas in het verdrag”, since 2023" in page
    assert "kept “Zenuwgas in het verdrag”, 2019–23" in page
    assert "2 notes, last in 2026" in page
    assert "Counsellor Arms Control, Embassy Vienna, until 31 Jul 2027" in page
    assert "stays: the continuity" in page
    # Who kept the dossier is asked there, so that the answer is filed; who wrote a note is asked as a person.
    assert f"/dossiers/{known.dossier}/ask?to={known.person('predecessor')}&amp;title={TOPIC}" in page
    assert f"/people/{known.person('colleague')}/ask?title={TOPIC}" in page
    browser.get(f"/dossiers/{known.dossier}")


def test_the_same_in_dutch_and_with_the_words_of_another_language(known: Known, browser_of: Open) -> None:
    browser = browser_of("stranger")
    page = browser.get("/who-knows", q="nerve agents", lang="nl")
    assert names_in(page, *EVERYONE) == [LEAVER, PREDECESSOR, COLLEAGUE]
    assert "Wie weet van nerve agents?" in page
    assert "beheerde “Zenuwgas in het verdrag”, 2019–23" in page
    assert "2 notities, de laatste in 2026" in page


def test_about_what_nobody_knows_it_says_so(known: Known, browser_of: Open) -> None:
    page = browser_of("stranger").get("/who-knows", q="permafrost")
    assert "We have nobody for this" in page
    assert "/questions/new?title=permafrost" in page
    assert not names_in(page, *EVERYONE)
    # And a search that finds nothing leads here.
    assert "/who-knows?q=permafrost" in browser_of("stranger").get("/search", q="permafrost")


def test_a_seat_in_the_domain_is_a_reason_and_old_knowledge_is_shown_as_old(known: Known, browser_of: Open) -> None:
    def past() -> None:
        from expertise.base.database import session
        from expertise.domains.models import Domain
        from expertise.domains.service import file_position
        from tests import make

        post = session().get_one(make.Post, known.cast.posts["vienna"])
        seat = make.position(post, "Raad zenuwgassen", "Counsellor Nerve Agents")
        file_position(make.SYSTEM, seat, [session().get_one(Domain, known.domain)])
        stranger = session().get_one(make.Person, known.person("stranger"))
        make.posting(stranger, seat, date(2011, 1, 1), date(2013, 5, 31))

    known.change(past)
    browser = browser_of("colleague")
    page = browser.get("/who-knows", q=TOPIC)
    assert "held Counsellor Nerve Agents, Embassy Vienna, 2011–13" in page
    profile = browser.get(known.profile("stranger"))
    assert "2011–13" in profile
    assert "last touched 2013" in profile
    assert "old" in profile.partition("last touched 2013")[2][:20]
    assert "Austria" in profile


def test_by_domain_post_language_and_region_each_with_a_reason(known: Known, browser_of: Open) -> None:
    known.declare("colleague", kind="language", domain_id=None, level="", code="ar", reading="B2", speaking="C1")
    known.declare("predecessor", kind="region", domain_id=None, level="", code="YE", from_year=2015, until_year=2018)
    browser = browser_of("stranger")
    assert names_in(browser.get("/who-knows", domain="nerve"), *EVERYONE) == [LEAVER, PREDECESSOR, COLLEAGUE]
    assert names_in(browser.get("/who-knows", post="WEN"), *EVERYONE) == [PREDECESSOR]
    arabic = browser.get("/who-knows", language="ar")
    assert names_in(arabic, *EVERYONE) == [COLLEAGUE]
    assert "Arabic, reading B2, speaking C1" in arabic
    yemen = browser.get("/who-knows", region="Jemen")
    assert names_in(yemen, *EVERYONE) == [PREDECESSOR]
    assert "Yemen, 2015–18" in yemen
    # Each part that is asked must have a reason.
    assert names_in(browser.get("/who-knows", q=TOPIC, language="ar"), *EVERYONE) == [COLLEAGUE]
    assert "We have nobody for this" in browser.get("/who-knows", q=TOPIC, language="ar", region="Yemen")


def test_somebody_declares_a_domain_a_colleague_endorses_it_and_search_finds_it(known: Known, browser_of: Open) -> None:
    stranger, colleague = browser_of("stranger"), browser_of("colleague")
    home = known.profile("stranger")
    page = stranger.post(f"{home}/new/domain", domain=known.domain, level="expert", from_year="2018", evidence="Ran it")
    assert "Declared. Colleagues see it from now on." in page
    assert "expert" in page
    seen = colleague.get(home)
    assert "Ran it" in seen
    address = seen.partition("/endorse")[0].rpartition('"')[2] + "/endorse"
    assert "endorsed by 1" not in colleague.get("/who-knows", q=TOPIC)
    assert "Endorsed. Your name stands with it." in colleague.post(address, note="Sat beside her")
    assert "Sat beside her" in stranger.get(home)
    found = colleague.get("/who-knows", q=TOPIC)
    assert "says of themselves: Nerve agents, expert, since 2018; endorsed by 1" in found
    assert home in colleague.get("/search", q="nerve agents", kind="person")
    # Said otherwise, it is another thing, which nobody endorsed.
    claim = address.removesuffix("/endorse")
    stranger.post(claim, domain=known.domain, level="basic", from_year="2018", evidence="Ran it")
    assert "endorsed by 1" not in colleague.get("/who-knows", q=TOPIC)
    assert "Taken away." in stranger.post(f"{claim}/drop")
    assert "says of themselves" not in colleague.get("/who-knows", q=TOPIC)
    assert home not in colleague.get("/search", q="nerve agents", kind="person")


def test_who_is_endorsed_takes_it_off_and_who_endorsed_takes_it_back(known: Known, browser_of: Open) -> None:
    claim = known.declare("stranger")
    home = known.profile("stranger")
    for who in ("colleague", "stranger"):
        browser_of("colleague").post(f"{home}/{claim}/endorse", note="")
        page = browser_of(who).get(home)
        address = page.partition("/withdraw")[0].rpartition('"')[2] + "/withdraw"
        assert "The endorsement is gone." in browser_of(who).post(address)
        assert COLLEAGUE not in names_in(browser_of("stranger").get(home).partition("Observed")[0], COLLEAGUE)


def test_a_profile_keeps_declared_and_observed_apart_each_with_its_evidence(known: Known, browser_of: Open) -> None:
    known.declare("leaver", evidence="Drafted the annex")
    page = browser_of("stranger").get(known.profile("leaver"))
    declared, _, observed = page.partition('id="observed"')
    assert "Drafted the annex" in declared
    assert "Zenuwgas op de lijst" not in declared
    assert "Zenuwgas op de lijst" in observed
    assert "Drafted the annex" not in observed
    assert "never out of mail" in observed


def test_who_looked_is_seen_by_the_one_who_was_looked_at_and_nobody_else(known: Known, browser_of: Open) -> None:
    browser_of("stranger").get(known.profile("leaver"))
    browser_of("hr").get(f"/people/{known.person('leaver')}")
    own = browser_of("leaver").get(known.profile("leaver")).partition('id="looks"')[2]
    assert set(names_in(own, "Tijmen Oudeland", "Gerda Pauwvliet", LEAVER)) == {"Tijmen Oudeland", "Gerda Pauwvliet"}
    assert 'id="looks"' not in browser_of("hr").get(known.profile("leaver"))


def test_somebody_takes_their_own_expertise_along(known: Known, browser_of: Open) -> None:
    known.declare("leaver", level="expert", from_year=2020)
    known.declare("leaver", kind="language", domain_id=None, level="", code="fr", reading="C1", speaking="B2")
    taken = json.loads(browser_of("leaver").get(f"{known.profile('leaver')}.json"))
    assert taken["PersonalInformation"]["Name"] == LEAVER
    assert taken["Skills"][0]["Code"] == "nerve"
    assert taken["Skills"][0]["Level"] == "expert"
    assert taken["LinguisticSkills"][0]["CEFR"] == {"Reading": "C1", "Speaking": "B2"}
    assert [one["Position"] for one in taken["WorkExperience"]] == ["First Secretary Disarmament"]
    observed = next(one for one in taken["Observed"] if one["Domain"] == "nerve")
    assert {one["Title"] for one in observed["Evidence"]} >= {"Zenuwgas op de lijst", "Zenuwgas in het verdrag"}
    assert taken["Objection"] is None


def test_coverage_side_by_side_and_for_what_there_is_nobody(known: Known, browser_of: Open) -> None:
    def bare() -> None:
        from tests import make

        make.domain("permafrost", "Permafrost", "Permafrost")

    known.change(bare)
    page = browser_of("hr").get("/who-knows/coverage", domain="zenuwgas")
    assert "Purpose:" in page
    assert "not shown" in page.partition("Side by side")[2]
    assert not names_in(page, *EVERYONE)
    assert "Permafrost" in page.partition("We have nobody for")[2]


def test_the_page_of_a_domain_says_who_knows(known: Known, browser_of: Open) -> None:
    page = browser_of("stranger").get("/domains/nerve")
    assert names_in(page.partition("Who knows about it")[2], *EVERYONE) == [LEAVER, PREDECESSOR, COLLEAGUE]


def test_the_command_says_what_the_page_says(known: Known, app: Flask) -> None:
    from click.testing import CliRunner
    from flask.cli import ScriptInfo

    from expertise.cli import main

    def ask(who: str) -> dict:  # type: ignore[type-arg]
        command = ["who-knows", TOPIC, "--as", known.cast.email(who), "--json"]
        done = CliRunner().invoke(main, command, obj=ScriptInfo(create_app=lambda: app))
        assert done.exit_code == 0, done.output
        return json.loads(done.output)  # type: ignore[no-any-return]

    told = ask("stranger")
    assert set(told) == {"topic", "people"}
    assert [one["name"] for one in told["people"]] == [LEAVER, PREDECESSOR, COLLEAGUE]
    first = told["people"][0]
    assert set(first) == {"id", "name", "score", "now", "reasons"}
    assert first["now"] == "First Secretary Disarmament, PR Geneva, until 5 Dec 2026"
    assert {"kind", "text", "url", "when"} == set(first["reasons"][0])
    assert [one["score"] for one in told["people"]] == sorted((one["score"] for one in told["people"]), reverse=True)
    nobody = CliRunner().invoke(
        main, ["who-knows", TOPIC, "--as", "x@y.example"], obj=ScriptInfo(create_app=lambda: app)
    )
    assert nobody.exit_code == 1


def test_an_answer_is_evidence_for_whoever_may_read_the_question(known: Known, browser_of: Open) -> None:
    asker, answerer = browser_of("colleague"), browser_of("stranger")
    person = known.person("stranger")
    page = asker.post(f"/people/{person}/ask", to=person, title="Zenuwgas: wie meet dat?", body="In het veld")
    question = page.partition("/questions/")[2][:12]
    address = asker.page.request.path if asker.page else ""
    assert address.startswith("/questions/"), page[:200]
    answerer.post(f"{address}/answer", answer="Een laboratorium in Rijswijk")
    assert question
    found = asker.get("/who-knows", q=TOPIC)
    assert "1 answer, last in 2026" in found
    assert "Zenuwgas: wie meet dat?" in asker.get(known.profile("stranger"))
    # Between the two of them: nobody else hears of it.
    assert "1 answer, last in 2026" not in browser_of("predecessor").get("/who-knows", q=TOPIC)
    assert "wie meet dat" not in browser_of("predecessor").get(known.profile("stranger"))
