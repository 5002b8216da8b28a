"""How much work the pages of contacts are, with a hundred thousand of them: `make bench`.

Invented people from a seed, in a temporary installation. The figure that counts is that of our own processor: what one
request in one process takes of it, which other work on the machine leaves alone.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert

from bench.measure import installation, words
from expertise.base.database import begin, new_id, session
from expertise.base.tables import run_import
from expertise.contacts.exchange import kind_for
from expertise.contacts.meeting import settle_last_met
from expertise.contacts.models import Contact, ContactRole, ContactWord, Interaction, InteractionContact, Keeping
from expertise.contacts.names import plain, words_in
from expertise.serving import settle
from tests import make
from tests.conftest import PASSWORD, Browser
from tests.contacts.test_exchange import OUTLOOK

POSTS, SEATS = 140, 8  # seats per post
OWN = 300  # what one position keeps
MEETINGS = 3  # a contact, on average
LIMIT = 30.0  # milliseconds of the processor, of 95 in 100 requests
REVIEW_LIMIT = 100.0  # the same for the lists of what must be looked at, which are for a quiet moment
TODAY = date(2026, 11, 23)
QUICKLY = 2_000  # rows a statement
COUNTRIES = ("NL", "CH", "AT", "FR", "DE", "US", "KE", "ID", None)
Rows = list[dict[str, Any]]


def organisations_and_people(draw: random.Random, count: int) -> tuple[Rows, Rows]:
    """One organisation for nine people; one of them is where a thousand work."""
    places = [_contact(draw, "organisation", words(draw, draw.randint(1, 3)).title()) for _ in range(count // 10)]
    people = [_contact(draw, "person", words(draw, draw.randint(2, 3)).title()) for _ in range(count - len(places))]
    for number, one in enumerate(people):
        one["organisation_id"] = places[0 if number % 90 == 0 else number % len(places)]["id"]
        one["email"] = f"{one['name_key'].replace(' ', '.')}.{number}@example.org"
        one["role"] = draw.choice(("Head of unit", "Adviser", "Director", "Minister counsellor", "Researcher"))
    return places, people


def _contact(draw: random.Random, kind: str, name: str) -> dict[str, Any]:
    retained = {"retain_until": TODAY + timedelta(days=draw.randint(-200, 1500)), "lawful_basis": "public_task"}
    empty = {"organisation_id": None, "email": "", "role": ""}
    country = draw.choice(COUNTRIES)
    return {"id": new_id(), "kind": kind, "name": name, "name_key": plain(name), "country": country} | retained | empty


def relations(draw: random.Random, people: Rows, seats: list[str], mine: str) -> Iterator[tuple[type, Rows]]:
    """Who keeps them, what they were, and when one of us met them."""
    kept = [(one["id"], mine) for one in people[:OWN]] + [(one["id"], draw.choice(seats)) for one in people[OWN:]]
    kept += [(one["id"], draw.choice(seats)) for one in people[:OWN]]
    yield Keeping, [_keeping(draw, *pair) for pair in kept]
    yield (
        ContactRole,
        [
            {"id": new_id(), "contact_id": one["id"], "title": one["role"], "place": "", "starts_on": date(2020, 1, 1)}
            for one in people
        ],
    )
    met = [(new_id(), draw.choice(people)) for _ in range(MEETINGS * len(people))]
    # With the first of mine there is a meeting a week.
    met += [(new_id(), people[0]) for _ in range(500)]
    yield Interaction, [_meeting(draw, one, draw.choice(seats)) for one, _who in met]
    yield InteractionContact, [{"interaction_id": one, "contact_id": who["id"]} for one, who in met]


def _keeping(draw: random.Random, contact_id: str, position_id: str) -> dict[str, Any]:
    how = {"tier": draw.choice((1, 2, 2, 3, 3, 3)), "relation": draw.choice(("new", "working", "trusted"))}
    return {"id": new_id(), "contact_id": contact_id, "position_id": position_id, "since": date(2021, 5, 1)} | how


def _meeting(draw: random.Random, meeting_id: str, position_id: str) -> dict[str, Any]:
    return {
        "id": meeting_id,
        "position_id": position_id,
        "on": TODAY - timedelta(days=draw.randint(0, 3000)),
        "summary": words(draw, 6),
    }


def fill(app: Flask, count: int, seed: int) -> dict[str, str]:
    """The cast, a ministry's seats, and so many contacts; answers which ones are looked at."""
    draw = random.Random(seed)
    with app.app_context():
        begin("alone")
        cast = make.make_cast(PASSWORD)
        posts = [make.post(f"P{number}", f"Post {number}", f"Post {number}") for number in range(POSTS)]
        seats = [make.position(posts[number % POSTS], "Zetel", "Seat").id for number in range(POSTS * SEATS)]
        # The post of the colleague keeps forty times as much as a seat.
        seats += [cast.positions["ambassador"]] * 12 + [cast.positions["disarmament"]] * 28
        places, people = organisations_and_people(draw, count)
        _write(Contact, [*places, *people])
        found = ((one["id"], words_in(one["name"], one["role"], one["email"])) for one in (*places, *people))
        _write(ContactWord, [{"contact_id": who, "word": word} for who, named in found for word in named])
        for model, rows in relations(draw, people, seats, cast.positions["adviser"]):
            _write(model, rows)
        everybody = [one["id"] for one in people]
        for start in range(0, len(everybody), QUICKLY):
            settle_last_met(everybody[start : start + QUICKLY])
        session().commit()
    return {
        "person": people[0]["id"],
        "other": people[count // 2]["id"],
        "organisation": places[0]["id"],
        "name": people[7]["name"].split()[0],
        "place": places[3]["name"].split()[0],
    }


def _write(model: type, rows: Rows) -> None:
    for start in range(0, len(rows), QUICKLY):
        session().execute(insert(model), rows[start : start + QUICKLY])


def pages(browser: Browser, known: dict[str, str], count: int) -> dict[str, Callable[[], object]]:
    """What is measured, by what it is called."""

    def page(url: str, **query: Any) -> Callable[[], object]:
        return lambda: browser.get(url, **query)

    return {
        "mine": page("/contacts", whose="mine"),
        "mine, tier 1": page("/contacts", whose="mine", tier="1"),
        "mine, gone quiet": page("/contacts", whose="mine", quiet="1"),
        "of my post": page("/contacts", whose="post"),
        "of my post, gone quiet": page("/contacts", whose="post", quiet="1"),
        "all": page("/contacts", whose="all"),
        "all, page 900": page("/contacts", whose="all", page=min(900, count // 60)),
        "all, tier 1": page("/contacts", whose="all", tier="1"),
        "all, gone quiet": page("/contacts", whose="all", quiet="1"),
        "all, tier 1, gone quiet": page("/contacts", whose="all", tier="1", quiet="1"),
        "looked up, a name": page("/contacts", text=known["name"]),
        "looked up, two letters": page("/contacts", text=known["name"][:2]),
        "looked up, one letter": page("/contacts", text=known["name"][:1]),
        "looked up, a role": page("/contacts", text="adviser"),
        "looked up, organisation": page("/contacts", text=f"{known['place']} head"),
        "looked up, in my post": page("/contacts", text="adviser", whose="post"),
        "contact, met often": page(f"/contacts/{known['person']}"),
        "contact": page(f"/contacts/{known['other']}"),
        "organisation of 1,000": page(f"/contacts/{known['organisation']}"),
        "to log": page("/contacts/log"),
        "review": page("/contacts/review"),
        "review, unassigned": page("/contacts/review", which="unassigned"),
        "review, expired": page("/contacts/review", which="expired"),
        "review, incomplete": page("/contacts/review", which="incomplete"),
        "review, objected": page("/contacts/review", which="objected"),
    }


def taken_in(app: Flask) -> float:
    """Seconds of our own processor for an export of Outlook of 5,000 rows, 200 of them twice and 50 bad."""
    file = Path(app.config["INSTANCE"]) / "outlook.csv"
    file.write_text(OUTLOOK + "".join(make.outlook_rows(5000, doubles=200, bad=50)))
    with app.app_context():
        began = time.process_time()
        begin("alone")
        report = run_import(kind_for(None, source="outlook.csv"), make.SYSTEM, file, keep_good=True)
        session().rollback()
        taken = time.process_time() - began
    if report.errors != 250:
        raise RuntimeError(f"{report.errors} of 250 faults were named")
    return taken


def worked(repeat: int, one: Callable[[], object]) -> dict[str, float]:
    """Milliseconds of our own processor: the middle one, the 95th of a hundred, and the worst."""
    one()
    taken = []
    for _ in range(repeat):
        began = time.process_time()
        one()
        taken.append((time.process_time() - began) * 1000)
    taken.sort()
    return {"median": taken[len(taken) // 2], "p95": taken[int(len(taken) * 0.95)], "worst": taken[-1]}


def main() -> None:
    """Measure and print; exit 1 where one is over the limit."""
    parser = argparse.ArgumentParser(prog="python -m bench.contacts")
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args()
    with installation(asked.database) as app:
        print(f"5,000 rows of Outlook: {taken_in(app):.1f} s of the processor", flush=True)
        known = fill(app, asked.contacts, asked.seed)
        browser = Browser(app.test_client()).sign_in("colleague@expertise.example")
        settle()
        print(f"{asked.contacts} contacts, milliseconds of the processor\n{'':<26}{'median':>9}{'p95':>9}{'worst':>9}")
        found = {}
        for name, one in pages(browser, known, asked.contacts).items():
            found[name] = worked(asked.repeat, one)
            over = "  over the limit" if _over(name, found[name]) else ""
            print(f"{name:<26}{''.join(f'{value:>9.1f}' for value in found[name].values())}{over}", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps({"contacts": asked.contacts, "milliseconds": found}, indent=2) + "\n")
    if any(_over(name, one) for name, one in found.items()):
        sys.exit(1)


def _over(name: str, taken: dict[str, float]) -> bool:
    return taken["p95"] > (REVIEW_LIMIT if name.startswith("review") else LIMIT)


if __name__ == "__main__":
    main()
