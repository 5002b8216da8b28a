"""How much work the rotation board is, and a transfer round, in a service of 2,800 seats: `make bench`.

Invented people from a seed, in a temporary installation. The figure that counts is that of our own processor: what one
request in one process takes of it, which other work on the machine leaves alone.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import insert

from bench.measure import installation, words
from expertise.base.database import begin, new_id, session
from expertise.contacts.models import Contact, Keeping
from expertise.domains.models import PositionDomain
from expertise.dossiers.models import Dossier, DossierReader, Stewardship
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting
from expertise.rotation.models import Move, Proposal, TransferRound
from expertise.serving import settle
from tests import make
from tests.conftest import PASSWORD, Browser

POSTS, SEATS, THEMES, MOVES = 150, 2_800, 60, 700
DOSSIERS, CONTACTS = 6_000, 3_000
TODAY = date.today()  # noqa: DTZ011 (the board looks ahead from the day of the measurement)
COUNTRIES = ("CH", "AT", "FR", "DE", "US", "KE", "ID", "ML", "JO", "BR")
# Milliseconds of the processor of 95 in 100 requests, and bytes of a page.
BOARD_LIMIT, PAGE_LIMIT, ROUND_LIMIT = 200.0, 120_000, 3_000.0
Rows = list[dict[str, Any]]


def fill(app: Flask, seed: int) -> dict[str, Sequence[str]]:
    """The cast and a service of that size; answers the round, the proposal, and what the board is narrowed to."""
    draw = random.Random(seed)
    with app.app_context():
        begin("alone")
        make.make_cast(PASSWORD)
        themes = [make.domain(f"theme-{number}", words(draw, 2), words(draw, 2)).id for number in range(THEMES)]
        posts = [_row(code=f"P{number}", name_nl=words(draw, 2), name_en=words(draw, 2), kind="embassy",
                      country=draw.choice(COUNTRIES), city="", time_zone="Europe/Amsterdam")
                 for number in range(POSTS)]  # fmt: skip
        _write(Post, posts)
        seats = [_row(post_id=posts[number % POSTS]["id"], title_nl=words(draw, 3), title_en=words(draw, 3),
                      rotates=number % 5 > 0, tour_months=48)
                 for number in range(SEATS)]  # fmt: skip
        _write(Position, seats)
        ids = [one["id"] for one in seats]
        _write(PositionDomain, [
            {"position_id": one, "domain_id": theme} for one in ids for theme in draw.sample(themes, 2)
        ])  # fmt: skip
        movers = _people(draw, seats)
        _kept(draw, ids)
        round_id, proposal = _round(draw, ids, movers)
        session().commit()
    return {"round": [round_id], "proposal": [proposal], "themes": themes, "posts": [one["id"] for one in posts]}


def _row(**values: Any) -> dict[str, Any]:
    return {"id": new_id()} | values


def _write(model: type, rows: Rows) -> None:
    session().execute(insert(model), rows)


def _people(draw: random.Random, seats: Rows) -> list[str]:
    """Who was there, who is, and who comes, where somebody is named; answers those who are there."""
    people, postings, there = [], [], []
    for seat in seats:
        ends = TODAY + timedelta(days=draw.randrange(1, 1460))
        begins = ends - timedelta(days=1460)
        line = [(begins - timedelta(days=1500), begins - timedelta(days=draw.randrange(1, 90))), (begins, ends)]
        if draw.random() < 0.5:
            line.append((ends + timedelta(days=draw.randrange(-10, 120)), None))
        for number, (start, end) in enumerate(line):
            who = _row(name=words(draw, 2).title(), local_staff=not seat["rotates"])
            people.append(who)
            postings.append(_row(person_id=who["id"], position_id=seat["id"], starts_on=start, ends_on=end))
            if number == 1 and seat["rotates"]:
                there.append(who["id"])
    _write(Person, people)
    _write(Posting, postings)
    return there


def _kept(draw: random.Random, seats: list[str]) -> None:
    dossiers = [_row(title=words(draw, 4), urgency=draw.choice((1, 2, 2, 3))) for _one in range(DOSSIERS)]
    _write(Dossier, dossiers)
    _write(DossierReader, [{"dossier_id": one["id"], "token": "all"} for one in dossiers])
    since = date(2020, 1, 1)
    _write(Stewardship, [_row(dossier_id=one["id"], position_id=draw.choice(seats), from_on=since) for one in dossiers])
    contacts = [_row(kind="person", name=words(draw, 2).title(), name_key="x") for _one in range(CONTACTS)]
    _write(Contact, contacts)
    _write(Keeping, [
        _row(contact_id=one["id"], position_id=draw.choice(seats), since=since, tier=1, relation="working")
        for one in contacts
    ])  # fmt: skip


def _round(draw: random.Random, seats: list[str], movers: list[str]) -> tuple[str, str]:
    """Seven hundred people go to as many seats."""
    first = TODAY.replace(day=1)
    around = TransferRound(name="Summer", starts_on=first, ends_on=first + timedelta(days=400))
    proposal = Proposal(round=around, name="A")
    session().add(proposal)
    session().flush()
    pairs = zip(draw.sample(movers, MOVES), draw.sample(seats, MOVES), strict=True)
    _write(Move, [
        _row(proposal_id=proposal.id, person_id=who, position_id=where,
             starts_on=first + timedelta(days=draw.randrange(30, 300)), ends_on=None)
        for who, where in pairs
    ])  # fmt: skip
    return around.id, proposal.id


def pages_of(known: dict[str, Sequence[str]]) -> dict[str, tuple[Callable[[int], tuple[str, dict[str, Any]]], float]]:
    """What is asked, so many different ones in turn, and its limit."""
    themes, posts = known["themes"], known["posts"]
    return {
        "board": (lambda number: ("/rotation", {"page": number % 40 + 1}), BOARD_LIMIT),
        "board, every position": (lambda number: ("/rotation", {"show": "all", "page": number + 1}), BOARD_LIMIT),
        "board of a post": (lambda number: ("/rotation", {"post": posts[number % POSTS]}), BOARD_LIMIT),
        "board of a region": (lambda number: ("/rotation", {"region": ("150", "002", "142")[number % 3]}), BOARD_LIMIT),
        "board of a domain": (lambda number: ("/rotation", {"domain": themes[number % THEMES]}), BOARD_LIMIT),
        "at risk": (lambda _number: ("/rotation/at-risk", {}), float("inf")),
        "a round of 700 moves": (lambda _number: (f"/rotation/proposals/{known['proposal'][0]}", {}), ROUND_LIMIT),
    }


def measure(app: Flask, known: dict[str, Sequence[str]], repeat: int) -> dict[str, dict[str, float]]:
    """Per page the milliseconds of the processor, and the bytes of the largest answer."""
    settle()
    browser = Browser(app.test_client()).sign_in("hr@expertise.example")
    found = {}
    for name, (asked, limit) in pages_of(known).items():
        took, size = [], 0
        for number in range(-2, repeat):
            address, query = asked(max(number, 0))
            began = time.process_time()
            page = browser.get(address, **query)
            if number >= 0:
                took.append(1000 * (time.process_time() - began))
                size = max(size, len(page.encode()))
        cuts = statistics.quantiles(took, n=20)
        found[name] = {"median": statistics.median(took), "p95": cuts[-1], "bytes": size, "limit": limit}
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--repeat", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args()
    with installation("sqlite") as app:
        found = measure(app, fill(app, asked.seed), asked.repeat)
    sys.stdout.write(f"{POSTS} posts, {SEATS} positions; milliseconds of processor\n")
    for name, one in found.items():
        over = "  over the limit" if one["p95"] > one["limit"] or one["bytes"] > PAGE_LIMIT else ""
        shown = f"median {one['median']:7.1f}  p95 {one['p95']:7.1f}  {one['bytes'] / 1000:6.1f} kB{over}"
        sys.stdout.write(f"{name:<24}{shown}\n")
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
