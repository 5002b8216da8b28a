"""Measures contacts at the size of a ministry: `python -m tests.bench.contacts [--contacts N]`.

First an Outlook export of 5,000 rows (200 doubles, 50 bad), then lists and pages among N contacts. Prints CPU time of
this process, which does both the server's work and the client's; everything stands in a folder that is thrown away.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import insert

from expertise import create_app
from expertise.base.database import begin, new_id, session
from expertise.base.schema import upgrade
from expertise.base.tables import run_import
from expertise.contacts.exchange import kind_for
from expertise.contacts.models import Contact, ContactWord, Interaction, InteractionContact, Keeping
from expertise.contacts.names import plain, words_in
from expertise.posts.models import Position
from tests import make
from tests.conftest import PASSWORD, Browser, settings_for
from tests.contacts.test_exchange import OUTLOOK

SIZE = 10_000
ROUNDS = 40


def main() -> None:
    """Everything, in one process."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--contacts", type=int, default=100_000)
    count = asked.parse_args().contacts
    folder = Path(tempfile.mkdtemp())
    try:
        app = create_app(settings_for(folder))
        with app.app_context():
            upgrade()
            begin("write")
            cast = make.make_cast(PASSWORD)
            session().commit()
            spent = _timed(lambda: _take_in(app, cast), clock=time.process_time)
            _say(f"import of 5,000 rows: {spent:.1f} s of CPU")
        with app.app_context():
            begin("write")
            some = _fill(cast, count)
            session().commit()
        browser = Browser(app.test_client()).sign_in(cast.email("leaver"))
        for url in _pages(some):
            browser.get(url)
            took = sorted(_timed(lambda url=url: browser.get(url), clock=time.process_time) for _ in range(ROUNDS))
            _say(f"{url}: median {took[ROUNDS // 2] * 1000:.1f} ms, p95 {took[int(ROUNDS * 0.95)] * 1000:.1f} ms")
    finally:
        shutil.rmtree(folder)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _timed(work: Callable[[], object], *, clock: Callable[[], float] = time.perf_counter) -> float:
    began = clock()
    work()
    return clock() - began


def _take_in(app: Flask, cast: make.Cast) -> None:
    file = Path(app.config["INSTANCE"]) / "outlook.csv"
    file.write_text(OUTLOOK + "".join(make.outlook_rows(5000, doubles=200, bad=50)))
    begin("write")
    position = session().get_one(Position, cast.positions["adviser"])
    report = run_import(kind_for(position, source="outlook.csv"), make.SYSTEM, file, keep_good=True)
    session().commit()
    _say(f"{report.counts} with {report.errors} errors")


def _fill(cast: make.Cast, count: int) -> list[str]:
    """So many contacts, an eighth of them organisations; three in four kept, half of them met."""
    seats = list(cast.positions.values())
    organisations: list[str] = []
    ids: list[str] = []
    for start in range(0, count, SIZE):
        rows = [_row(number, organisations) for number in range(start, min(start + SIZE, count))]
        session().execute(insert(Contact), rows)
        session().execute(insert(ContactWord), list(_words(rows)))
        session().execute(insert(Keeping), [_kept(row["id"], seats, n) for n, row in enumerate(rows) if n % 4])
        met = [{"id": new_id(), "on": date(2025, 1 + n % 12, 1), "summary": "Lunch"} for n in range(len(rows) // 2)]
        session().execute(insert(Interaction), met)
        pairs = [{"interaction_id": one["id"], "contact_id": row["id"]} for one, row in zip(met, rows, strict=False)]
        session().execute(insert(InteractionContact), pairs)
        ids += [row["id"] for row in rows[:5]]
    return ids


def _row(number: int, organisations: list[str]) -> dict[str, object]:
    whole = number % 8 == 0
    name = f"Instituut {number}" if whole else f"{make.GIVEN[number % 10]} van {make.FAMILY[number % 7]} {number}"
    one = {
        "id": new_id(),
        "kind": "organisation" if whole else "person",
        "name": name,
        "name_key": plain(name),
        "role": "" if whole else "Adviser",
        "email": f"c{number}@example.org",
        "organisation_id": None if whole or not organisations else organisations[number % len(organisations)],
    }
    if whole:
        organisations.append(str(one["id"]))
    return one


def _words(rows: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    for row in rows:
        for word in words_in(str(row["name"]), str(row["role"]), str(row["email"])):
            yield {"contact_id": row["id"], "word": word}


def _kept(contact_id: object, seats: list[str], number: int) -> dict[str, object]:
    seat = seats[number % len(seats)] if number % 40 else seats[0]
    return {"contact_id": contact_id, "position_id": seat, "tier": 1 + number % 3, "since": date(2022, 1, 1)}


def _pages(some: list[str]) -> list[str]:
    lists = [
        "/contacts?whose=all",
        "/contacts?whose=all&page=1500",
        "/contacts?whose=mine",
        "/contacts?whose=mine&tier=1",
    ]
    searches = ["/contacts?text=achterberg", "/contacts?text=van", "/contacts?text=c4711@example.org"]
    more = ["/contacts?whose=mine&quiet=1", "/contacts/review", "/contacts/review?which=expired", "/contacts/new"]
    return [*lists, *searches, *more, f"/contacts/{some[0]}", f"/contacts/{some[-1]}"]


if __name__ == "__main__":
    main()
