"""The handovers of the demo, each written, signed, frozen, read back and received on its own days."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from expertise.access.viewer import Viewer
from expertise.demo.reading import TODAY, Event, Ministry, acting_for, tables
from expertise.handovers import acts, acts_beside, service
from expertise.handovers.models import Handover
from expertise.posts.models import Posting

RULES_SINCE = date(2026, 8, 10)
ADVICE = ("advice", "tips", "differently")
LESSONS = ("achievements", "obstacles", "to_headquarters", "to_domain")


def events(ministry: Ministry) -> Iterator[Event]:
    """What happened to each note."""
    for row in tables("handover"):
        written = row.get("final_on") or row.get("frozen_on") or TODAY - timedelta(days=3)
        yield Event(written, partial(_write, ministry, row), late=True)
        if "final_on" in row:
            yield Event(row["final_on"], partial(_sign, ministry, row), late=True)
        if "frozen_on" in row:
            yield Event(row["frozen_on"], partial(_freeze, ministry, row), late=True)
        for one in row.get("read_back", []):
            yield Event(max(one["on"], written), partial(_read_back, ministry, row, one), late=True)
        if "received_on" in row:
            yield Event(row["received_on"], partial(_receive, ministry, row), late=True)
        if "scored_on" in row:
            yield Event(row["scored_on"], partial(_score, ministry, row), late=True)


def _posting(ministry: Ministry, row: dict[str, Any]) -> Posting:
    return ministry.posting(row["posting"]["person"], row["posting"]["position"])


def _note(ministry: Ministry, row: dict[str, Any]) -> tuple[Viewer, Handover]:
    """The leaver, and the note."""
    posting = _posting(ministry, row)
    leaver = acting_for(posting.person)
    return leaver, service.start_note(leaver, posting, language=row["language"])


def _write(ministry: Ministry, row: dict[str, Any]) -> None:
    leaver, note = _note(ministry, row)
    service.write_header(
        leaver,
        note,
        acting=ministry.people[row["acting"]] if "acting" in row else None,
        reachable_until=row.get("reachable_until"),
        reachable_how=row.get("reachable_how", ""),
        language=row["language"],
    )
    service.write_situation(
        leaver,
        note,
        situation=row["situation"],
        situation_line=row["situation_line"],
        week_one=[(one["text"], one.get("on")) for one in row.get("week_one", [])],
    )
    for one in row.get("dossier", []):
        texts = {name: value for name, value in one.items() if name != "dossier"}
        service.write_dossier_item(leaver, note, ministry.dossiers[one["dossier"]], **texts)
    for one in row.get("commitment", []):
        service.name_taker(leaver, note, ministry.entries[one["entry"]], ministry.people[one["taker"]])
    for one in row.get("relation", []):
        service.plan_introduction(
            leaver,
            note,
            ministry.contacts[one["contact"]],
            plan=one["plan"],
            planned_on=one.get("planned_on"),
            why=one.get("why", ""),
        )
    if any(name in row for name in ADVICE):
        service.write_advice(leaver, note, **{name: row.get(name, "") for name in ADVICE})
    if any(name in row for name in LESSONS):
        service.write_lessons(leaver, note, **{name: row.get(name, "") for name in LESSONS})
    for one in row.get("section", []):
        service.write_section(leaver, note, one["number"], text=one.get("text", ""), none=one.get("none", False))


def _sign(ministry: Ministry, row: dict[str, Any]) -> None:
    leaver, note = _note(ministry, row)
    # Notes of before these rules were signed without them; a note of these days must be whole.
    acts.sign(leaver, note, unchecked=row["final_on"] < RULES_SINCE)


def _freeze(ministry: Ministry, row: dict[str, Any]) -> None:
    leaver, note = _note(ministry, row)
    acts.freeze(leaver, note)


def _read_back(ministry: Ministry, row: dict[str, Any], one: dict[str, Any]) -> None:
    leaver, note = _note(ministry, row)
    successor = acting_for(ministry.people[one["by"]])
    reading = acts.read_back(successor, note, ministry.dossiers[one["dossier"]].id, one["text"])
    if one["confirmed"]:
        acts.confirm(leaver, reading)
    elif "correction" in one:
        acts.correct(leaver, reading, one["correction"])


def _successor(posting: Posting) -> Viewer:
    # The holders of a position come in the order of their arrival.
    line = [other for other in posting.position.postings if not other.acting and other.status == "held"]
    return acting_for(line[line.index(posting) + 1].person)


def _receive(ministry: Ministry, row: dict[str, Any]) -> None:
    _leaver, note = _note(ministry, row)
    acts.receive(_successor(_posting(ministry, row)), note, unchecked=True)


def _score(ministry: Ministry, row: dict[str, Any]) -> None:
    _leaver, note = _note(ministry, row)
    scores = {int(number): score for number, score in row["scores"].items()}
    acts_beside.score(_successor(_posting(ministry, row)), note, scores, missed=row["missed"])
