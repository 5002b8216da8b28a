"""What somebody who can write in the database might do to the events, each in many ways; and what the chain says of it.

Every attack works in a transaction that is rolled back, so that hundreds go over one database.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Connection, delete, func, insert, select, update

from expertise.access.viewer import system
from expertise.audit.chain import link_of
from expertise.audit.models import Event
from expertise.audit.queries import Verdict, verify
from expertise.base.database import begin, session

EVENTS: Any = Event.__table__
ANY: Any = EVENTS.c
CHANGES: tuple[dict[str, Any], ...] = (
    {"action": "dossier.read"},
    {"person_id": "nobody"},
    {"account_id": "nobody"},
    {"object_id": "nothing"},
    {"object_kind": "thing"},
    {"result": "other"},
    {"address": "203.0.113.9"},
    {"address": "", "address_key": "=" + "0" * 64},
    {"details": {"reach": "altered"}},
    {"at": None},  # a second later
    {"link": "f" * 64},
)


@contextmanager
def tampered(app: Flask, attack: Callable[[Connection, random.Random], None], seed: int) -> Iterator[Verdict]:
    """What `verify` says after the attack; nothing of it stays."""
    with app.app_context():
        begin("write")
        attack(session().connection(), random.Random(seed))
        yield verify(system())
        session().rollback()


def rows(connection: Connection) -> list[Any]:
    return list(connection.execute(select(EVENTS).where(ANY.sealed.is_not(None)).order_by(ANY.sealed)))


def edit(connection: Connection, chance: random.Random) -> None:
    row = chance.choice(rows(connection))
    change = dict(chance.choice(CHANGES))
    if "at" in change:
        change["at"] = row.at.replace(microsecond=(row.at.microsecond + 1) % 1_000_000)
    if all(getattr(row, name) == value for name, value in change.items()):
        change = {"action": "something.else"}
    connection.execute(update(EVENTS).where(ANY.number == row.number).values(**change))


def drop(connection: Connection, chance: random.Random) -> None:
    row = chance.choice(rows(connection))
    connection.execute(delete(EVENTS).where(ANY.number == row.number))


def put_in(connection: Connection, chance: random.Random) -> None:
    """One of their own making: as the next to be sealed, behind the end, or at a place that others make room for."""
    row, last = chance.choice(rows(connection)), rows(connection)[-1]
    made = row._asdict() | {"number": last.number + 1, "action": "account.signed_in"}
    way = chance.randrange(3)
    if way == 0:
        made |= {"sealed": None, "link": None}
    elif way == 1:
        made |= {"sealed": last.sealed + 2, "link": last.link}
    else:
        for later in reversed(rows(connection)[row.sealed - 1 :]):
            connection.execute(update(EVENTS).where(ANY.number == later.number).values(sealed=later.sealed + 1))
    connection.execute(insert(EVENTS).values(**made))


def swap(connection: Connection, chance: random.Random) -> None:
    one, other = chance.sample(rows(connection), 2)
    if chance.random() < 0.5:
        what = ("person_id", "account_id", "action", "object_kind", "object_id", "result", "details", "at")
    else:
        what = ("link", "stamp", *ANY.keys()[1:11])
    for left, right in ((one, other), (other, one)):
        taken = {name: getattr(right, name) for name in what if name not in ("sealed", "number")}
        connection.execute(update(EVENTS).where(ANY.number == left.number).values(**taken))


def cut(connection: Connection, chance: random.Random) -> None:
    """The end, or all of it."""
    found = rows(connection)
    keep = chance.choice([0, *range(len(found))])
    connection.execute(delete(EVENTS).where(ANY.sealed > keep))


def rewrite(connection: Connection, chance: random.Random) -> None:
    """Change or drop one, and make all links behind it anew, as whoever has read this code can."""
    found = rows(connection)
    row = chance.choice(found)
    if chance.random() < 0.5:
        connection.execute(update(EVENTS).where(ANY.number == row.number).values(action="something.else"))
    else:
        connection.execute(delete(EVENTS).where(ANY.number == row.number))
    place, link = 0, "0" * 64
    for one in rows(connection):
        place, link = place + 1, link_of(link, one)
        connection.execute(update(EVENTS).where(ANY.number == one.number).values(sealed=place, link=link))


ATTACKS = (edit, drop, put_in, swap, cut, rewrite)


def how_many(app: Flask) -> tuple[int, int]:
    """Events, and those in the chain."""
    with app.app_context():
        begin("read")
        found = session().execute(select(func.count(), func.count(Event.sealed)).select_from(Event)).one()
        session().rollback()
    return found[0], found[1]
