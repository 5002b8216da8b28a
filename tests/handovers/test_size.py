"""A large handover: twelve dossiers, forty contacts, twenty-five promises: no query per row, and light pages."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.handovers.models import Handover
from expertise.people.models import Person
from expertise.posts.models import Position
from tests import make
from tests.conftest import Browser, Cast
from tests.handovers.conftest import Seat
from tests.handovers.test_story import begin_note

Open = Callable[[str], Browser]
Counting = Callable[[], AbstractContextManager[list[str]]]
STATIC = Path(__file__).parent.parent.parent / "expertise" / "static"
# What comes with a page that nobody opened before; a warm page has none of it.
WITH_IT = ("css/theme.css", "css/app.css", "js/app.js", "js/drafts.js", "icons/favicon.svg")
COLD = 40_000  # bytes, compressed
DOSSIERS, CONTACTS, PROMISES = 12, 40, 25
SAID = (
    "De voorzitter wil vóór het reces een tekst. Twee landen houden de paragraaf over verificatie tegen, omdat zij "
    "bang zijn dat bestaande systemen eronder vallen; een derde stemt mee met wie het laatst belt. "
)


def fill(cast: Cast) -> None:
    """What a busy seat keeps, each with the paragraph that it ought to have."""
    seat = session().get_one(Position, cast.positions["disarmament"])
    leaver = session().get_one(Person, cast.people["leaver"])
    made = [
        make.dossier(
            f"Bewapeningsonderhandelingsdossier nummer {number}",
            kept_by=seat,
            from_on=date(2020, 1, 1),
            urgency=1 + number % 3,
            summary=SAID,
            objectives=SAID,
            line_to_take=SAID,
            state_of_play=f"{number}. {SAID}",
            next_step=f"Rondsturen, stap {number}",
        )
        for number in range(DOSSIERS)
    ]
    for number in range(PROMISES):
        make.entry(
            made[number % DOSSIERS],
            f"Werkdocument {number} in het Frans",
            by=leaver,
            kind="commitment",
            to_whom=f"Delegatie {number}",
            due_on=date(2027, 1, 22),
            date=date(2026, 10, 1),
        )
        make.entry(made[number % DOSSIERS], f"Les {number}", by=leaver, kind="lesson", date=date(2026, 5, 1))
    for number in range(CONTACTS):
        make.contact(f"Contact Persoon-{number}", kept_by=seat, tier=1 + number % 3, since=date(2022, 3, 1))


def pages_of(note: str, dossier: str) -> Iterator[str]:
    """Every page of the writing, and the note as it is read."""
    yield note
    yield f"{note}/edit"
    yield f"{note}/edit/2/{dossier}"
    yield from (f"{note}/edit/{number}" for number in (0, 1, 3, 4, 5, 12))
    yield f"{note}/sign"


@pytest.fixture
def note(app: Flask, browser_of: Open, cast: Cast, seat: Seat) -> str:
    """Begun, with three dossiers, two contacts and a promise."""
    return begin_note(browser_of("leaver"), seat)


def test_a_large_note_takes_no_more_queries_than_a_small_one_and_fits_a_thin_line(
    app: Flask, browser_of: Open, cast: Cast, seat: Seat, note: str, count_queries: Counting
) -> None:
    leaver = browser_of("leaver")
    pages = list(pages_of(note, seat.urgent))

    def count() -> dict[str, int]:
        found = {}
        for page in pages:
            leaver.get(page)
            with count_queries() as sent:
                leaver.get(page)
            found[page] = len(sent)
        return found

    small = count()
    with app.app_context():
        begin("write")
        fill(cast)
        session().commit()
    assert count() == small
    assert "Werkdocument 24" in leaver.get(f"{note}/edit/3")
    assert "Persoon-39" in leaver.get(f"{note}/edit/4")
    carried = sum(len(gzip.compress((STATIC / one).read_bytes(), 6)) for one in WITH_IT)
    for page in pages:
        weight = len(gzip.compress(leaver.get(page).encode(), 6))
        assert weight + carried <= COLD, f"{page}: {weight} bytes, and {carried} that come with it"


def test_a_large_note_is_prefilled_whole(app: Flask, browser_of: Open, cast: Cast, seat: Seat) -> None:
    with app.app_context():
        begin("write")
        fill(cast)
        session().commit()
    page = browser_of("leaver").get(f"/postings/{seat.posting}/handover")
    for text in ("dossier nummer 11", "Werkdocument 24", "Persoon-39", "Les 24"):
        assert text in page
    with app.app_context():
        begin("read")
        assert session().query(Handover).count() == 0
