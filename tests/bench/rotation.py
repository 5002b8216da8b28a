"""The rotation board and a transfer round at the size of a ministry: python -m tests.bench.rotation.

150 posts, 2,800 positions, each with a holder who leaves within six years and a dossier; a round of 700 moves. Times
are CPU milliseconds of this process (`process_time`), through the application without a network in between.
"""

import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

import config
from expertise import create_app
from expertise.access.viewer import system
from expertise.base import clock
from expertise.base.database import begin, engine, new_id, session
from expertise.contacts.models import Contact, Keeping
from expertise.domains.models import PositionDomain
from expertise.dossiers.models import Dossier, DossierReader, Stewardship
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting
from expertise.rotation.commands import tell
from expertise.rotation.models import Move, Proposal, TransferRound
from expertise.rotation.round_queries import planned, world_of
from expertise.rotation.simulating import simulate
from expertise.serving import settle
from tests import make
from tests.conftest import PASSWORD, Browser

POSTS, POSITIONS, MOVES, TIMES = 150, 2800, 700, 40
COUNTRIES = ("CH", "AT", "US", "KE", "BR", "JP", "AU", "FR", "EG", "IN")
SYSTEM = system()


def fill(chance: random.Random) -> None:
    """The ministry, as rows: what the verbs would say to search is not wanted here."""
    today = clock.today()
    domains = [make.domain(f"d{number}", f"Domein {number}", f"Domain {number}") for number in range(40)]
    posts = [
        Post(id=new_id(), code=f"P{number:03}", name_nl=f"Ambassade van plaats {number}", name_en=f"Embassy {number}",
             kind="embassy", country=COUNTRIES[number % 10])
        for number in range(POSTS)
    ]  # fmt: skip
    session().add_all(posts)
    session().flush()
    for number in range(POSITIONS):
        title = f"Eerste secretaris verantwoordelijkheden {number}"
        seat = Position(id=new_id(), post_id=posts[number % POSTS].id, title_nl=title, title_en=title)
        holder, successor = (Person(id=new_id(), name=f"Persoon {number} {word}") for word in ("nu", "straks"))
        holder.local_staff = number % 9 == 0
        ends = today + timedelta(days=chance.randrange(20, 2190))
        session().add_all([seat, holder, successor])
        session().flush()
        session().add(Posting(person_id=holder.id, position_id=seat.id, starts_on=today - timedelta(700), ends_on=ends))
        if number % 3 == 0:
            comes = ends + timedelta(days=chance.randrange(-10, 200))
            session().add(Posting(person_id=successor.id, position_id=seat.id, starts_on=comes))
        dossier = Dossier(id=new_id(), title=f"Dossier {number}", urgency=number % 3 + 1)
        contact = Contact(id=new_id(), name=f"Contact {number}", name_key=f"contact {number}")
        session().add_all([dossier, contact])
        session().flush()
        session().add_all(
            [
                PositionDomain(position_id=seat.id, domain_id=domains[number % 40].id),
                Stewardship(dossier_id=dossier.id, position_id=seat.id),
                DossierReader(dossier_id=dossier.id, token="all"),
                Keeping(contact_id=contact.id, position_id=seat.id, tier=number % 3 + 1),
            ]
        )
    session().flush()


def propose(chance: random.Random) -> str:
    """A round in which 700 people go to each other's seats."""
    today = clock.today()
    around = TransferRound(name="Round", starts_on=today, ends_on=today + timedelta(days=540))
    session().add(around)
    session().flush()
    proposal = Proposal(round_id=around.id, name="A")
    session().add(proposal)
    session().flush()
    seats = list(session().scalars(select(Position.id).order_by(Position.id)))
    people = list(session().scalars(select(Person.id).where(Person.name.endswith(" nu")).order_by(Person.id)))
    for person, seat in zip(chance.sample(people, MOVES), chance.sample(seats, MOVES), strict=True):
        starts = today + timedelta(days=chance.randrange(100, 400))
        session().add(Move(proposal_id=proposal.id, person_id=person, position_id=seat, starts_on=starts))
    session().flush()
    return proposal.id


def measured(what: Callable[[], object], times: int = TIMES) -> dict[str, float]:
    """CPU milliseconds: the median and the 95th of a hundred."""
    what()
    taken = []
    for _number in range(times):
        began = time.process_time()
        what()
        taken.append((time.process_time() - began) * 1000)
    taken.sort()
    return {"median": round(statistics.median(taken), 1), "p95": round(taken[int(len(taken) * 0.95) - 1], 1)}


def main() -> None:
    """Fill, ask, print."""
    chance = random.Random(11)
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(config.load({"EXPERTISE_INSTANCE": str(Path(folder) / "i"), "EXPERTISE_LOG_LEVEL": "error"}))
        app.config["PASSWORD_FOR_TESTS"] = PASSWORD
        with app.app_context():
            begin("write")
            make.make_cast(PASSWORD)
            fill(chance)
            proposal_id = propose(chance)
            session().commit()
        settle()
        hr = Browser(app.test_client()).sign_in("hr@expertise.example", PASSWORD)
        found: dict[str, object] = {}
        pages = ("/rotation", "/rotation?show=all&page=50", "/rotation?region=150", "/rotation/vacancies",
                 "/rotation/at-risk", f"/rotation/proposals/{proposal_id}")  # fmt: skip
        for page in pages:
            name = page.replace(proposal_id, "<id>")
            found[name] = {"bytes": len(hr.get(page).encode()), **measured(lambda page=page: hr.get(page))}
        with app.app_context():
            begin("read")
            proposal = session().get_one(Proposal, proposal_id)
            world, moves = world_of(SYSTEM, proposal.round), planned(proposal)
            found["world"] = measured(lambda: world_of(SYSTEM, proposal.round), 5)
            found["simulate 700 moves"] = measured(lambda: simulate(world, moves), 10)
            year = (clock.today(), clock.today() + timedelta(days=365))
            found["expertise rotation, a year"] = measured(lambda: tell(system(), *year), 2)
            session().rollback()
            engine().dispose()
        print(json.dumps(found, indent=2))  # noqa: T201


if __name__ == "__main__":
    main()
