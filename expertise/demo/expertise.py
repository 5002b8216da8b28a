"""What the people of the demo declare, endorse, hide and object to."""

from datetime import date
from typing import Any

from expertise.demo.reading import Ministry, acting_for, on, tables
from expertise.experts import service
from expertise.experts.models import Claim


def load(ministry: Ministry) -> None:
    """After all else, so that what was there before keeps its ids."""
    claims: dict[str, Claim] = {}
    for row in tables("expertise"):
        key, day = row.pop("key"), row.pop("on")
        with on(day):
            claims[key] = _declare(ministry, row)
    for row in tables("endorsement"):
        with on(row["on"]):
            service.endorse(acting_for(ministry.people[row["by"]]), claims[row["of"]], note=row.get("note", ""))
    for row in tables("objection"):
        person = ministry.people[row["person"]]
        with on(row["on"]):
            service.object_to(acting_for(person), person, row["scope"])
    with on(date(2026, 11, 2)):
        person = ministry.people["femke-wolderink"]
        service.hide(acting_for(person), person, f"domain:{ministry.domains['humanitarian-access'].id}")


def _declare(ministry: Ministry, row: dict[str, Any]) -> Claim:
    person = ministry.people[row.pop("person")]
    if "domain" in row:
        row["domain"] = ministry.domains[row["domain"]]
    return service.declare(acting_for(person), person, row.pop("kind"), **row)
