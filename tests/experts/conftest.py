"""Four people who know something of nerve agents, more and less, and one who asks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask

from expertise.base.database import begin, session
from expertise.dossiers.entry_service import add_entry
from expertise.dossiers.models import Dossier
from expertise.experts import service
from expertise.experts.models import Claim
from expertise.people.models import Person
from expertise.posts.models import Position
from expertise.search.service import drain
from tests import make
from tests.conftest import Browser
from tests.make import Cast

Open = Callable[[str], Browser]
TOPIC = "zenuwgas"


@dataclass
class Known:
    """What there is to be found."""

    app: Flask
    cast: Cast
    domain: str
    dossier: str

    def change(self, act: Callable[..., Any], *arguments: Any, **more: Any) -> Any:
        """Run a verb as the installation, and let the index follow."""
        with self.app.app_context(), self.app.test_request_context():
            begin("write")
            done = act(*arguments, **more)
            session().commit()
            drain()
            return done

    def person(self, who: str) -> str:
        """The id of a member of the cast."""
        return self.cast.people[who]

    def profile(self, who: str) -> str:
        """Where their expertise stands."""
        return f"/people/{self.person(who)}/expertise"

    def write(self, who: str, title: str, day: date, dossier: str = "", **more: Any) -> str:
        """A note by somebody."""

        def act() -> str:
            found = session().get_one(Dossier, dossier or self.dossier)
            author = session().get_one(Person, self.person(who))
            return add_entry(make.SYSTEM, found, title=title, author=author, date=day, language="nl", **more).id

        return str(self.change(act))

    def declare(self, who: str, **more: Any) -> str:
        """What somebody says of themselves."""

        def act() -> str:
            person = session().get_one(Person, self.person(who))
            given = {"kind": "domain", "domain_id": self.domain, "level": "working"} | more
            return service.declare(make.SYSTEM, person, given.pop("kind"), **given).id

        return str(self.change(act))

    def claim(self, claim_id: str) -> Claim:
        """One claim as it is stored."""
        return session().get_one(Claim, claim_id)


@pytest.fixture
def known(app: Flask, cast: Cast) -> Known:
    """A dossier on nerve agents that Geneva keeps: the predecessor kept it, the leaver keeps it, some wrote in it."""
    with app.app_context(), app.test_request_context():
        begin("write")
        domain = make.domain("nerve", "Zenuwgassen", "Nerve agents", synonyms={"nl": ["zenuwgas"]})
        seat = session().get_one(Position, cast.positions["disarmament"])
        dossier = make.dossier("Zenuwgas in het verdrag", kept_by=seat, from_on=date(2019, 12, 13), domains=[domain])
        made = Known(app, cast, domain.id, dossier.id)
        session().commit()
        drain()
    made.write("leaver", "Zenuwgas: stand van zaken", date(2026, 5, 4))
    made.write("leaver", "Zenuwgas op de lijst", date(2025, 3, 2))
    made.write("predecessor", "Zenuwgas: hoe het begon", date(2021, 2, 1))
    made.write("colleague", "Zenuwgas en de vergadering", date(2015, 6, 1))
    return made


def names_in(text: str, *names: str) -> list[str]:
    """These names in the order in which they come in a page's content; one that is not there is left out."""
    body = text.partition("<main")[2] or text
    found = {name: body.find(name) for name in names}
    return sorted((name for name, place in found.items() if place >= 0), key=lambda name: found[name])


LEAVER, PREDECESSOR, COLLEAGUE, STRANGER = "Femke Wolderink", "Joris Anneveldt", "Noor Habbema", "Tijmen Oudeland"
EVERYONE = (LEAVER, PREDECESSOR, COLLEAGUE, STRANGER)
