"""What happens to a pilot in the years after: domains merged, plans amended, decisions that let it go on."""

import json
from collections.abc import Callable

import time_machine
from flask import Flask

from expertise.base.database import begin, session
from expertise.domains.models import Domain
from tests import make
from tests.conftest import Browser

Open = Callable[[str], Browser]
NOW = "2026-11-23 10:00+01:00"


def plan_as_sent(hr: Browser, slug: str, **changed: object) -> dict[str, object]:
    """What the form of the plan sends, with changes."""
    plan = json.loads(hr.get(f"/pilots/{slug}/report/json"))["plan"]
    page = hr.get(f"/pilots/{slug}/change")
    fields = {name: "" if value is None else value for name, value in plan.items()}
    fields |= {"name": "Domain steering, disarmament", "slug": slug, "comparison_domain_id": ""}
    fields["version"] = page.split('name="version" type="hidden" value="')[1].split('"')[0]
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
