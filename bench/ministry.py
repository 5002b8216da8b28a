"""A whole ministry out of a seed: 2,800 people in 1,500 seats over twenty years, and as many notes as are asked for.

Its people write in words that look like some, in the usual proportions, and about the seeded themes. A tenth of the
dossiers is closed.
"""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import insert

from bench.texts import words
from expertise.base.database import begin, new_id, session
from expertise.domains.exchange import seeded
from expertise.domains.service import file_position
from expertise.dossiers.models import Dossier, Entry
from expertise.posts.models import Position, Posting
from expertise.search.service import rebuild
from tests import make
from tests.conftest import PASSWORD

PEOPLE, SEATS, POSTS = 2_800, 1_500, 140
PER_DOSSIER = 40
FIRST, TODAY = date(2006, 9, 1), date(2026, 11, 23)
TOUR = timedelta(days=1461)
BATCH = 2_000
COMMON, OWN = 20_000, 12
CLOSED = 10


@dataclass
class Filled:
    """What the filling goes by."""

    draw: random.Random
    people: list[str] = field(default_factory=list)
    seats: list[Position] = field(default_factory=list)
    themes: list[make.Domain] = field(default_factory=list)
    held: dict[str, list[tuple[date, str]]] = field(default_factory=dict)  # by seat: since when who, in order

    def holder(self, seat: str, day: date) -> str:
        """Who held it that day."""
        return next(person for since, person in reversed(self.held[seat]) if since <= day)


def fill(app: Flask, pieces: int, seed: int) -> None:
    """An empty installation becomes a ministry with so many notes, the cast among its people, and an index."""
    with app.app_context(), app.test_request_context():
        begin("alone")
        made = Filled(random.Random(seed))
        make.make_cast(PASSWORD)
        _seats(made)
        _themes(made)
        _postings(made)
        session().flush()
        _notes(made, pieces)
        session().commit()
        session().rollback()
        rebuild()


def _seats(made: Filled) -> None:
    draw = made.draw
    posts = [make.post(f"B{number}", words(draw, 2), words(draw, 2)) for number in range(POSTS)]
    made.seats = [
        make.position(posts[number % POSTS], words(draw, 2), words(draw, 2), rotates=number % 5 > 0)
        for number in range(SEATS)
    ]
    made.people = [make.person(words(draw, 2).title()).id for _ in range(PEOPLE)]


def _themes(made: Filled) -> None:
    known: dict[str, make.Domain] = {}
    for row in seeded():
        synonyms = {one: [word for word in row[f"synonyms_{one}"].split(";") if word] for one in ("nl", "en", "fr")}
        parent = known.get(row["parent"])
        known[row["code"]] = make.domain(
            row["code"], row["name_nl"], row["name_en"], name_fr=row["name_fr"], parent=parent, synonyms=synonyms
        )
    made.themes = list(known.values())
    for seat in made.seats[::2]:
        file_position(make.SYSTEM, seat, made.draw.sample(made.themes, 2))


def _postings(made: Filled) -> None:
    """Tours one after another, four years each."""
    rows: list[dict[str, Any]] = []
    free = itertools.cycle(made.draw.sample(made.people, len(made.people)))
    for seat in made.seats:
        day = FIRST
        while day < TODAY:
            until = day + TOUR + timedelta(days=made.draw.randrange(-300, 300))
            person = next(free)
            made.held.setdefault(seat.id, []).append((day, person))
            ends = until - timedelta(days=1)
            rows.append({"person_id": person, "position_id": seat.id, "starts_on": day, "ends_on": ends})
            day = until
    session().execute(insert(Posting), rows)


def _notes(made: Filled, pieces: int) -> None:
    rows: list[dict[str, Any]] = []
    for row in itertools.islice(_written(made), pieces):
        rows.append(row)
        if len(rows) == BATCH:
            session().execute(insert(Entry), rows)
            rows.clear()
    if rows:
        session().execute(insert(Entry), rows)


def _written(made: Filled) -> Iterator[dict[str, Any]]:
    """Dossier after dossier, each on a theme or two, with the words of its own that come back in its notes."""
    draw = made.draw
    common = [words(draw, 1) for _ in range(COMMON)]
    weights = list(itertools.accumulate(1 / place for place in range(1, COMMON + 1)))
    for number in itertools.count():
        themes = draw.sample(made.themes, draw.choice((1, 1, 2)))
        language = draw.choice(("nl", "nl", "en"))
        own = draw.sample(common, OWN) + [one.name(language).lower() for one in themes] * 2
        seat = made.seats[number % SEATS]
        dossier = _dossier(seat, f"{themes[0].name(language)} {' '.join(own[:2])}", themes, language, number)
        for _ in range(PER_DOSSIER):
            day = FIRST + timedelta(days=draw.randrange((TODAY - FIRST).days))
            author = made.holder(seat.id, day) if draw.random() < 0.7 else draw.choice(made.people)
            length = draw.randint(40, 160)
            text = [*draw.choices(common, cum_weights=weights, k=length), *draw.choices(own, k=length // 6)]
            draw.shuffle(text)
            yield {
                "id": new_id(),
                "dossier_id": dossier,
                "post_id": seat.post_id,
                "author_id": author,
                "title": " ".join(draw.choices(own, k=3)).capitalize(),
                "body": " ".join(text),
                "date": day,
                "language": language,
            }


def _dossier(seat: Position, title: str, themes: list[make.Domain], language: str, number: int) -> str:
    reach = "restricted" if number % CLOSED == 0 else "open"
    made: Dossier = make.dossier(
        title, kept_by=seat, from_on=FIRST, domains=themes, language=language, reach=reach, state_of_play=title
    )
    return made.id
