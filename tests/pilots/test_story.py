"""HR sets a pilot up, fixes its criterion, follows it, decides and takes the report along; others see none of it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from expertise.base.database import begin, session
from tests import make
from tests.conftest import Browser
from tests.judges import faults_in_pdf
from tests.make import Cast
from tests.pilots import world

Open = Callable[[str], Browser]
SENT = {
    "name": "Domain steering, cyber",
    "slug": "cyber-2027",
    "question": "Does a career inside cyber keep expertise better?",
    "domain_definition": "Positions filed under cyber.",
    "inclusion_rule": "Whoever applied for two postings.",
    "starts_on": "2027-03-01",
    "entry_until": "2027-12-31",
    "indicator": "in_domain",
    "months": "24",
    "threshold": "20",
    "direction": "higher",
    "judged_on": "2030-03-01",
    "comparison": "entered",
    "comparison_domain_id": "",
    "comparison_rule": "The same positions in the same year.",
    "expected": "40",
    "planned": "30",
    "planned_comparison": "60",
}


@pytest.fixture
def domain_id(app: Flask, cast: Cast) -> str:
    with app.app_context():
        begin("write")
        found = make.domain("cyber", "Cyber", "Cyber").id
        session().commit()
    return found


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_hr_sets_a_pilot_up_and_is_told_beforehand_what_so_many_people_can_show(
    browser_of: Open, domain_id: str
) -> None:
    hr = browser_of("hr")
    assert "No pilot yet" in hr.get("/pilots")
    counted = hr.post("/pilots/new", status=422, count="1", domain_id=domain_id, **SENT)
    assert "30 people against 60 can show a change from 40 to 60 % with power 0.43" in counted
    page = hr.post("/pilots/new", domain_id=domain_id, **SENT)
    assert "The pilot is set up" in page
    assert "The criterion is not fixed yet. There are no data" in page
    # A plan that nobody read as it now stands is not fixed.
    page = hr.post("/pilots/cyber-2027/fix", version="0")
    assert "Somebody else changed the plan meanwhile" in page
    assert "Criterion, not fixed yet" in page
    page = hr.post("/pilots/cyber-2027/fix", version="1")
    assert "Criterion fixed on 23 Nov 2026" in page
    assert "It is judged on 1 Mar 2030" in page
    # What was fixed changes only with a reason, and the old text is kept.
    changed = SENT | {"domain_id": domain_id, "version": "1", "threshold": "5"}
    refused = hr.post("/pilots/cyber-2027/change", status=422, **changed)
    assert "This was fixed before data" in refused
    page = hr.post("/pilots/cyber-2027/change", reason="Too few people for twenty points.", **changed)
    assert "1 later change, logged" in page
    assert "Too few people for twenty points." in page


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_hr_follows_a_pilot_decides_and_takes_the_report_along(browser_of: Open, running: str, tmp_path: Path) -> None:
    hr = browser_of("hr")
    # The day to judge it has come: it waits on the desk of personnel, and of nobody else.
    assert f'href="/pilots/{running}">Judge the pilot' in hr.get("/", lang="en")
    assert "Judge the pilot" not in browser_of("leaver").get("/", lang="en")
    page = hr.get(f"/pilots/{running}")
    assert ">Yes<" in page
    assert "24 of 30 participants still work in the domain after 24 months, against 24 of 60 others." in page
    hr.post(
        f"/pilots/{running}/chain",
        inputs="Two advisers",
        inputs_assumption="They have time",
        activities="Tracks",
        outputs="Thirty tracks",
        outcomes="People stay",
        goal="Knowledge stays",
    )
    hr.post(f"/pilots/{running}/milestones/new", name="First intake", due_on="2026-12-01")
    hr.post(f"/pilots/{running}/evaluations/new", on="2026-11-20", by="IOB", found="It seems to work", advised="")
    hr.post(f"/pilots/{running}/measures/new", name="Promotion", definition="Promoted within 3 years", source="HR file")
    page = hr.post(
        f"/pilots/{running}/decision",
        kind="formalise",
        on="2026-11-23",
        by="Director of Personnel",
        reasons="It keeps people.",
        formalised="A track of two postings.",
    )
    for said in ("They have time", "First intake", "It seems to work", "Promoted within 3 years", "A track of two"):
        assert said in page
    assert "the report said: Yes" in page
    assert "Decided on 23 Nov 2026: Formalise." in hr.get(f"/pilots/{running}/decision")
    told = json.loads(hr.get(f"/pilots/{running}/report/json"))
    assert told["answer"]["verdict"] == "yes"
    assert told["decisions"][0]["kind"] == "formalise"
    # The charts go along, each with its words.
    alt = (
        "Chart. Still in the domain: participants 80 % (63 to 90), comparison 40 % (29 to 53), "
        "difference +40 (+19 to +56)."
    )
    assert f'role="img" aria-label="{alt}"' in hr.get(f"/pilots/{running}/report/html")
    for form in ("html", "csv", "pdf"):
        taken = [hr.client.get(f"/pilots/{running}/report/{form}") for _again in range(2)]
        assert taken[0].status_code == 200
        assert len(taken[0].data) > 1000
        assert taken[0].data == taken[1].data, form
    (tmp_path / "report.pdf").write_bytes(taken[0].data)
    assert faults_in_pdf(tmp_path / "report.pdf") == []


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_hr_reads_it_in_dutch(browser_of: Open, running: str) -> None:
    hr = browser_of("hr")
    assert "Pilots domeinsturing" in hr.get("/pilots", lang="nl") or "pilot domeinsturing" in hr.get("/pilots")
    page = hr.get(f"/pilots/{running}")
    assert "24 van de 30 deelnemers werken na 24 maanden nog in het domein, tegen 24 van de 60 anderen." in page
    assert "Criterium vastgelegd op 5 dec 2022" in page


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_who_is_in_a_pilot_sees_what_is_recorded_of_them_and_nothing_else(
    app: Flask, browser_of: Open, running: str, cast: Cast
) -> None:
    hr = browser_of("hr")
    page = hr.post(
        f"/pilots/{running}/people/new",
        person=cast.email("leaver"),
        role="refused",
        applied_on="2023-01-10",
        reason="Applied after the intake.",
    )
    assert "Applied after the intake." in page
    leaver = browser_of("leaver")
    assert "Applied after the intake." in leaver.get("/pilots/mine")
    assert "Applied after the intake." in leaver.get(f"/people/{cast.people['leaver']}")
    assert "Applied after the intake." not in browser_of("colleague").get(f"/people/{cast.people['leaver']}")
    leaver.get("/pilots", status=404)
    leaver.get(f"/pilots/{running}", status=404)
    assert "Pilots" not in leaver.get("/")


@time_machine.travel("2026-11-23 10:00+01:00", tick=True)
def test_bad_input_is_said_at_the_field_and_kept(browser_of: Open, domain_id: str, running: str) -> None:
    hr = browser_of("hr")
    bad = SENT | {"months": "two", "judged_on": "yesterday", "slug": "Not An Address", "domain_id": ""}
    page = hr.post("/pilots/new", status=422, **bad)
    for said in ("This is not a whole number.", "This is not a date.", "Fill this in.", "Not An Address"):
        assert said in page, said
    page = hr.post("/pilots/new", status=422, **SENT | {"domain_id": domain_id, "slug": "Not An Address"})
    assert "Use small letters, digits and hyphens only" in page
    page = hr.post("/pilots/new", status=422, **SENT | {"domain_id": domain_id, "slug": running})
    assert "Another pilot has this address." in page
    page = hr.post("/pilots/new", status=422, **SENT | {"domain_id": domain_id, "judged_on": "2027-01-01"})
    assert "The day of judging is after the first day." in page
    page = hr.post(f"/pilots/{running}/people/new", status=422, person="Nobody At All", role="takes_part")
    assert "No colleague is known by this name." in page
    assert "This is not a date" in hr.get(f"/pilots/{running}", status=422, as_of="yesterday")
    assert "This day is still to come." in hr.get(f"/pilots/{running}", status=422, as_of="2030-01-01")
    page = hr.post(f"/pilots/{running}/decision", status=422, kind="formalise", on="2026-11-23", by="D", reasons="R")
    assert "Say what is formalised" in page
    assert world.PLAN["question"] in page
