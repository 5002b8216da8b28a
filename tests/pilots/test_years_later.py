"""What happens to a pilot in the years after: domains merged, plans amended, decisions that let it go on."""

import json
from collections.abc import Callable

import time_machine
from flask import Flask

from expertise.base.database import begin, session
from expertise.domains.models import Domain
from tests import make
from tests.conftest import Browser
from tests.make import Cast
from tests.pilots import world

Open = Callable[[str], Browser]
NOW = "2026-11-23 10:00+01:00"


def plan_as_sent(hr: Browser, slug: str, **changed: object) -> dict[str, object]:
    """What the form of the plan sends, with changes."""
    plan = json.loads(hr.get(f"/pilots/{slug}/report/json"))["plan"]
    page = hr.get(f"/pilots/{slug}/change")
    fields = {name: "" if value is None else value for name, value in plan.items()}
    fields |= {"name": "Domain steering, disarmament", "slug": slug, "comparison_domain_id": ""}
    fields["version"] = version_in(page)
    fields["domain_id"] = page.split('selected value="')[1].split('"')[0]
    return fields | changed


@time_machine.travel(NOW, tick=True)
def test_a_domain_that_is_merged_after_the_day_of_judging_leaves_the_answer_as_it_was(
    app: Flask, browser_of: Open, running: str
) -> None:
    with app.app_context():
        begin("write")
        above = make.domain("peace", "Vrede", "Peace and security")
        stays = make.domain("arms-control", "Wapenbeheersing", "Arms control", parent=above)
        session().commit()
        stays_id = stays.id
    hr = browser_of("hr")
    said = "24 of 30 participants still work in the domain after 24 months, against 24 of 60 others."
    before = json.loads(hr.get(f"/pilots/{running}/report/json", as_of="2026-10-01"))
    assert said in hr.get(f"/pilots/{running}")
    hr.post("/domains/disarmament/merge", into=stays_id)
    with app.app_context():
        begin("read")
        assert session().query(Domain).filter_by(code="disarmament").count() == 0
    page = hr.get(f"/pilots/{running}")
    assert ">Yes<" in page
    assert said in page
    assert "Arms control" in page
    assert "later change, logged" not in page
    # A report of a day before that says what it said, and calls the domain as it is called now.
    after = json.loads(hr.get(f"/pilots/{running}/report/json", as_of="2026-10-01"))
    assert after["plan"].pop("domain_id") == "Arms control"
    before["plan"].pop("domain_id")
    assert after == before
    assert "Yes" in hr.get("/pilots")


@time_machine.travel(NOW, tick=True)
def test_a_plan_that_is_amended_is_no_filter(browser_of: Open, running: str) -> None:
    """Two reports under two plans side by side would tell of one or two people whether they stayed."""
    hr = browser_of("hr")
    seen: dict[str, set[int]] = {"participants": set(), "comparison": set()}
    for months in (24, 27, 32, 33, 24):
        hr.post(f"/pilots/{running}/change", **plan_as_sent(hr, running, months=months, reason="To see."))
        told = json.loads(hr.get(f"/pilots/{running}/report/json"))["indicators"][0]
        for group, counts in seen.items():
            if told["shown"]:
                counts.add(told[group]["people"])
    for counts in seen.values():
        assert all(other - one >= 5 for one in counts for other in counts if one < other), seen
    # Back at what was fixed first, the same people are shown as then.
    assert told["participants"]["people"] == 30


@time_machine.travel(NOW, tick=True)
def test_what_only_the_threshold_changes_hides_nothing(browser_of: Open, running: str) -> None:
    hr = browser_of("hr")
    page = hr.post(f"/pilots/{running}/change", **plan_as_sent(hr, running, threshold=20, reason="Asked by IOB."))
    assert "24 of 30 participants" in page
    assert ">Yes<" in page
    assert "Yes" in hr.get("/pilots")


@time_machine.travel(NOW, tick=True)
def test_a_pilot_that_is_extended_runs_on_and_lies_on_the_desk_again(browser_of: Open, running: str) -> None:
    hr = browser_of("hr")
    said = {"kind": "extend", "on": "2026-11-20", "by": "Director of Personnel", "reasons": "Two more intakes."}
    page = hr.post(f"/pilots/{running}/decision", **said)
    assert page.count("The pilot goes on: put the new day of judging in its plan.") == 2
    assert "Judge the pilot" not in hr.get("/", lang="en")
    # A day of which one knows already what it says is none to judge on.
    late = plan_as_sent(hr, running, judged_on="2026-09-01", reason="It looked better then.")
    assert "It is judged on a day to come" in hr.post(f"/pilots/{running}/change", status=422, **late)
    page = hr.post(f"/pilots/{running}/change", **plan_as_sent(hr, running, judged_on="2028-11-20", reason="Extended."))
    assert "The pilot goes on: put" not in page
    assert "1 Mar 2026" in page.partition('id="changes"')[2]
    assert "running" in hr.get("/pilots")
    with time_machine.travel("2028-11-21 10:00+01:00", tick=True):
        again = browser_of("hr")
        assert "Judge the pilot" in again.get("/", lang="en")
        again.post(f"/pilots/{running}/decision", **said | {"kind": "stop", "on": "2028-11-21"})
        assert "Judge the pilot" not in again.get("/", lang="en")
        assert "The pilot goes on" not in again.get(f"/pilots/{running}")


@time_machine.travel(NOW, tick=True)
def test_a_decision_that_is_recorded_later_keeps_what_the_report_said_on_its_day(
    browser_of: Open, running: str
) -> None:
    hr = browser_of("hr")
    said = {"kind": "stop", "on": "2026-02-10", "by": "Director of Personnel", "reasons": "No money left."}
    page = hr.post(f"/pilots/{running}/decision", **said)
    # It was taken three weeks before the day of judging, on which the answer was yes.
    assert ">Yes<" in page
    assert "10 Feb 2026 · Director of Personnel · the report said: Not yet" in page


@time_machine.travel(NOW, tick=True)
def test_what_two_windows_write_is_not_lost(browser_of: Open, running: str, cast: Cast) -> None:
    hr, other = browser_of("hr"), browser_of("hr")
    hr.post(f"/pilots/{running}/people/new", person=cast.email("leaver"), role="refused", reason="Came too late.")
    assert hr.page is not None
    line = hr.page.text.partition("Came too late.")[2]
    path = line.partition('<td class="do"><a href="')[2].partition('"')[0]
    seen = {"version": version_in(hr.get(path)), "person": "x", "role": "refused", "mentor": "Marijke"}
    hr.post(path, **seen, reason="Came in March.")
    page = other.post(path, status=422, **seen, reason="Came in April.")
    assert "Somebody else changed this pilot meanwhile" in page
    assert "Came in April." in page
    assert "Came in March." in other.get(f"/pilots/{running}/people", page=5)
    seen = {"version": version_in(hr.get(f"/pilots/{running}/chain"))}
    hr.post(f"/pilots/{running}/chain", **seen, inputs="Two advisers")
    page = other.post(f"/pilots/{running}/chain", status=422, **seen, inputs="Three advisers")
    assert "Somebody else changed this pilot meanwhile" in page
    assert "Three advisers" in page
    assert "Two advisers" in other.get(f"/pilots/{running}")


@time_machine.travel(NOW, tick=True)
def test_who_was_refused_is_not_told_that_they_are_followed(browser_of: Open, running: str, cast: Cast) -> None:
    """The form proposes the first day of the pilot; for who was refused it says nothing."""
    hr = browser_of("hr")
    fields = {"person": cast.email("leaver"), "role": "refused", "joined_on": "2023-01-01", "reason": "Came too late."}
    hr.post(f"/pilots/{running}/people/new", **fields)
    page = browser_of("leaver").get("/pilots/mine")
    assert "Came too late." in page
    assert "1 Jan 2023" not in page


@time_machine.travel(NOW, tick=True)
def test_what_no_report_could_ever_show_is_said_at_its_field(browser_of: Open, running: str, cast: Cast) -> None:
    hr = browser_of("hr")
    early = plan_as_sent(hr, running, judged_on="2027-01-01", months=60, reason="Longer.")
    page = hr.post(f"/pilots/{running}/change", status=422, **early)
    assert "Nobody has been followed for 60 months by then." in page
    mistyped = plan_as_sent(hr, running, judged_on="3026-03-01", reason="Later.")
    assert "is a year mistyped?" in hr.post(f"/pilots/{running}/change", status=422, **mistyped)
    hr.post(f"/pilots/{running}/measures/new", name="Satisfaction", definition="Of 10", source="Survey")
    measure = hr.get(f"/pilots/{running}/measurements/new").partition("Satisfaction</option>")[0].split('value="')[-1]
    sent = {"measure": measure.partition('"')[0], "value": "7,5", "note": "Survey of May"}
    page = hr.post(f"/pilots/{running}/measurements/new", status=422, on="2027-05-01", **sent)
    assert "This day is still to come." in page
    assert "Survey of May" in page
    assert "Survey of May" in hr.post(f"/pilots/{running}/measurements/new", on="2026-05-01", **sent)
    # The plan compares with everybody else: of one by name nothing would be made.
    named = {"person": cast.email("leaver"), "role": "compared", "joined_on": "2023-02-01"}
    page = hr.post(f"/pilots/{running}/people/new", status=422, **named)
    assert "Here nobody is compared by name" in page


@time_machine.travel(NOW, tick=True)
def test_a_pilot_that_never_begins_can_be_stopped(app: Flask, browser_of: Open, running: str) -> None:
    with app.app_context():
        begin("write")
        world.a_pilot(session().query(Domain).first(), fixed=False, slug="never-begun")
        session().commit()
    hr = browser_of("hr")
    assert 'href="/pilots/never-begun/decision"' in hr.get("/pilots/never-begun")
    said = {"kind": "stop", "on": "2026-11-23", "by": "Director of Personnel", "reasons": "Nobody applied."}
    page = hr.post("/pilots/never-begun/decision", **said)
    assert "Nobody applied." in page
    assert "/pilots/never-begun/fix" not in page


def version_in(page: str) -> str:
    """The version that a form carries."""
    field = page.split('name="version"')[1].split(">")[0]
    return field.split('value="')[1].split('"')[0]


@time_machine.travel(NOW, tick=True)
def test_the_reasons_of_a_decision_are_kept_while_they_are_written(browser_of: Open, running: str) -> None:
    hr = browser_of("hr")
    path = f"/pilots/{running}/decision"
    page = hr.get(path)
    ticket = page.split('name="draft" value="')[1].split('"')[0]
    hr.post("/drafts/keep", draft=ticket, kind="extend", on="2026-11-20", by="", reasons="Two pages of reasons.")
    assert path in hr.get("/", lang="en")
    assert "Two pages of reasons." in browser_of("hr").get(path)
    said = {"kind": "extend", "on": "2026-11-20", "by": "Director of Personnel", "reasons": "Two pages of reasons."}
    hr.post(path, draft=ticket, **said)
    assert "Two pages of reasons." not in hr.get(path)
    assert path not in hr.get("/", lang="en")
