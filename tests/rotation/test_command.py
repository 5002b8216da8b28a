"""`expertise rotation`: the figures between two days as one JSON document."""

import json
from datetime import date

import pytest

from expertise.base.database import begin, session
from expertise.cli import main
from expertise.posts.models import Position, Posting
from tests import make


@pytest.fixture
def run(app, cast):
    """The command, in this application."""

    def running(*words):
        return app.test_cli_runner().invoke(main.commands["rotation"], list(words))

    return running


def told(run, first, last):
    answer = run("--from", first, "--to", last, "--json")
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_one_object_says_who_leaves_who_comes_and_what_is_empty(run, app, cast):
    with app.app_context():
        begin("write")
        seat = session().get_one(Position, cast.positions["disarmament"])
        make.dossier("Cluster munitions", kept_by=seat, from_on=date(2024, 1, 1), language="en", urgency=1)
        session().commit()
    found = told(run, "2026-11-23", "2027-01-31")
    assert set(found) == {"from", "to", "departures", "arrivals", "gaps", "handovers", "at_risk"}
    assert [(one["name"], one["on"]) for one in found["departures"]] == [("Femke Wolderink", "2026-12-05")]
    assert [(one["name"], one["on"]) for one in found["arrivals"]] == [("Daan Esselbrug", "2027-01-11")]
    (gap,) = found["gaps"]
    assert (gap["from"], gap["until"], gap["days"], gap["days_in_period"]) == ("2026-12-06", "2027-01-11", 37, 36)
    (note,) = found["handovers"]
    assert (note["posting"], note["state"]) == (cast.postings["leaver"], "asked")
    assert 0 <= note["percent"] <= 100
    (risk,) = found["at_risk"]
    assert (risk["title"], risk["leaves_on"], risk["gap_days"]) == ("Cluster munitions", "2026-12-05", 37)
    with app.app_context():
        begin("write")
        posting = session().get_one(Posting, cast.postings["leaver"])
        posting.ends_on, posting.ends_precision = date(2026, 12, 31), "month"
        session().commit()
    # A month that is known is not told as a day.
    (risk,) = told(run, "2026-11-23", "2027-01-31")["at_risk"]
    assert risk["leaves_on"] == "2026-12"


def test_a_gap_is_cut_to_the_days_that_are_asked(run):
    (gap,) = told(run, "2026-12-10", "2026-12-19")["gaps"]
    assert (gap["days"], gap["days_in_period"]) == (37, 10)


def test_days_on_which_nothing_happens_give_empty_lists(run):
    found = told(run, "2026-11-24", "2026-11-25")
    assert [found[name] for name in ("departures", "arrivals", "gaps", "handovers", "at_risk")] == [[]] * 5


def test_without_json_it_is_a_line_each(run):
    lines = run("--from", "2026-11-23", "--to", "2027-01-31").stdout.splitlines()
    assert lines[0].startswith("departures\tGEN-PV")


@pytest.mark.parametrize("words", [(), ("--from", "2026-11-23"), ("--from", "x", "--to", "y")])
def test_wrong_use_is_said(run, words):
    assert run(*words).exit_code == 2


def test_the_days_are_in_order(run):
    answer = run("--from", "2026-11-23", "--to", "2026-01-01")
    assert answer.exit_code == 2
    assert "--to is before --from" in answer.stderr
