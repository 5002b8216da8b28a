"""The pilots of a whole ministry, through the room's own verbs: some tens of people each, on the days on which it was.

Who takes part is drawn from whoever came into the domain in those days; the others who came are the comparison.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from expertise.access.viewer import system
from expertise.base.database import session
from expertise.demo.reading import TODAY, document, on
from expertise.demo.whole_seats import FOLDER, Chair, Ledger
from expertise.people.models import Person
from expertise.pilots import service
from expertise.pilots.models import FIXED, Pilot
from expertise.pilots.report import report_on

SYSTEM = system()
RULES = {
    "domain_definition": "Functies die onder het domein of een thema daaronder staan, op posten en in Den Haag.",
    "inclusion_rule": "Wie in het eerste jaar een functie in het domein krijgt en zich vooraf aanmeldde; bij te veel "
    "aanmeldingen beslist het lot.",
    "comparison_rule": "Alle anderen die in die maanden een functie in het domein kregen.",
    "comparison": "entered",
    "direction": "higher",
}


def run_pilots(ledger: Ledger) -> None:
    """From the first line to the decision, where there is one."""
    texts = document(FOLDER / "pilots.toml")
    for row in texts["pilot"]:
        pilot = _set_up(ledger, row, texts["chain"])
        came = _came(ledger.chairs, _below(ledger, pilot.domain_id), row["starts_on"], row["entry_until"])
        chosen = ledger.chance.sample(came, min(row["planned"], len(came) // 3))
        for number, (person, day) in enumerate(sorted(chosen, key=lambda one: (one[1], one[0]))):
            _take_in(pilot, person, day, number)
        _followed(pilot, row)


def _set_up(ledger: Ledger, row: dict[str, Any], chain: dict[str, Any]) -> Pilot:
    domain = next(one for one in ledger.domains if one.code == row["domain"])
    plan = RULES | {name: row[name] for name in FIXED if name in row} | {"domain_id": domain.id}
    with on(row["starts_on"] - timedelta(days=60)):
        pilot = service.set_up_pilot(SYSTEM, slug=row["slug"], name=row["name"], **plan)
        service.write_chain(SYSTEM, pilot, {step: (*said, "", "")[:3] for step, said in chain.items()})
        milestone = service.add_milestone(SYSTEM, pilot, name="Instroom gesloten", due_on=row["entry_until"])
        service.add_milestone(SYSTEM, pilot, name="Antwoord op de vraag", due_on=row["judged_on"])
    with on(row["starts_on"] - timedelta(days=30)):
        service.fix_criterion(SYSTEM, pilot)
    with on(row["entry_until"]):
        service.reach_milestone(SYSTEM, milestone)
    return pilot


def _below(ledger: Ledger, domain: str) -> set[str]:
    """A domain and all under it, by id."""
    found = {domain}
    while fresh := {one.id for one in ledger.domains if one.parent_id in found} - found:
        found |= fresh
    return found


def _came(chairs: Iterable[Chair], domains: set[str], first: date, last: date) -> list[tuple[str, date]]:
    """Whoever took a seat there in these days, once, with the first day."""
    found: dict[str, date] = {}
    for chair in chairs:
        if any(one.id in domains for one in chair.domains):
            for person, day in zip(chair.holders, chair.since, strict=True):
                if first <= day <= last:
                    found[person] = min(day, found.get(person, day))
    return sorted(found.items())


def _take_in(pilot: Pilot, person: str, day: date, number: int) -> None:
    with on(day):
        said = {"joined_on": day, "applied_on": pilot.starts_on - timedelta(days=number % 20)}
        training = ("", "Onderhandelen, vijf dagen", "Verdragsrecht, tien dagen")[number % 3]
        service.take_in(SYSTEM, pilot, session().get_one(Person, person), training=training, **said)


def _followed(pilot: Pilot, row: dict[str, Any]) -> None:
    """An evaluation half way, and the decision with what the figures said that day."""
    if "found" in row:
        half = min(row["starts_on"] + (row["judged_on"] - row["starts_on"]) / 2, TODAY - timedelta(days=90))
        with on(half):
            service.add_evaluation(SYSTEM, pilot, on=half, by="Inspectie", found=row["found"])
    if "decision" in row:
        day = row["decided_on"]
        with on(day):
            session().expire(pilot)
            verdict = report_on(SYSTEM, pilot).answer.verdict
            decided = {"kind": row["decision"], "by": "Directeur Personeel", "reasons": row["reasons"]}
            service.decide(SYSTEM, pilot, on=day, verdict=verdict, **decided)
            service.reach_milestone(SYSTEM, pilot.milestones[-1])
