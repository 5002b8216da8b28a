"""Builders: `make_cast` and one function per thing. All go through the rooms' own verbs."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from argon2 import PasswordHasher

from expertise.access.viewer import system
from expertise.base.database import session
from expertise.contacts.models import Contact
from expertise.contacts.service import add_contact, keep
from expertise.domains.models import Domain
from expertise.domains.service import add_domain
from expertise.dossiers.entry_service import add_entry
from expertise.dossiers.models import Dossier, Entry
from expertise.dossiers.service import open_dossier
from expertise.people.models import Account, Person
from expertise.people.service import add_account, add_person
from expertise.posts.models import Duty, Position, Post, Posting
from expertise.posts.service import create_position, note_duty, open_post, place

SYSTEM = system()
# A hash says how dear it is to check: the tests do not measure argon2, and come in hundreds of times.
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass
class Cast:
    """Ids of who and what every story can count on."""

    people: dict[str, str] = field(default_factory=dict)
    posts: dict[str, str] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)
    postings: dict[str, str] = field(default_factory=dict)

    def email(self, who: str) -> str:
        """The address with which a member of the cast signs in."""
        return f"{who}@expertise.example"


# who -> name, role, position, from, until
CAST: dict[str, tuple[str, str, str | None, date | None, date | None]] = {
    "predecessor": ("Joris Anneveldt", "staff", "vienna", date(2024, 8, 1), date(2027, 7, 31)),
    "leaver": ("Femke Wolderink", "staff", "disarmament", date(2023, 8, 1), date(2026, 12, 5)),
    "successor": ("Daan Esselbrug", "staff", "disarmament", date(2027, 1, 11), None),
    "colleague": ("Noor Habbema", "staff", "adviser", date(2011, 3, 1), None),
    "head": ("Marijke ter Brugghen", "head", "ambassador", date(2024, 9, 1), date(2028, 8, 31)),
    "stranger": ("Tijmen Oudeland", "staff", "newyork", date(2025, 7, 1), date(2029, 6, 30)),
    "hr": ("Gerda Pauwvliet", "hr", "personnel", date(2020, 1, 1), None),
    "privacy": ("Ruben Achterhof", "privacy", None, None, None),
    "admin": ("Ilse Damhuis", "admin", None, None, None),
}
POSTS = {
    "geneva": ("GEN-PV", "PV Genève", "PR Geneva", "permanent-representation", "CH", "Genève"),
    "vienna": ("WEN", "Ambassade Wenen", "Embassy Vienna", "embassy", "AT", "Wenen"),
    "newyork": ("NYC-PV", "PV New York", "PR New York", "permanent-representation", "US", "New York"),
    "personnel": ("HDPO", "Directie Personeel", "Personnel Directorate", "directorate", "NL", "Den Haag"),
}
POSITIONS = {
    "disarmament": ("geneva", "Eerste secretaris ontwapening", "First Secretary Disarmament"),
    "adviser": ("geneva", "Beleidsadviseur (lokaal)", "Policy adviser (local)"),
    "ambassador": ("geneva", "Permanent vertegenwoordiger", "Permanent Representative"),
    "vienna": ("vienna", "Raad wapenbeheersing", "Counsellor Arms Control"),
    "newyork": ("newyork", "Eerste secretaris Eerste Commissie", "First Secretary First Committee"),
    "personnel": ("personnel", "Adviseur loopbanen", "Careers adviser"),
}


def make_cast(password: str) -> Cast:
    """Geneva with a leaver, her predecessor and successor, a local colleague and a head; and a stranger elsewhere."""
    cast = Cast()
    posts = {key: post(*fields) for key, fields in POSTS.items()}
    positions = {key: position(posts[where], nl, en) for key, (where, nl, en) in POSITIONS.items()}
    password_hash = QUICK_HASHER.hash(password)
    for who, (name, role, where, starts, ends) in CAST.items():
        someone = person(name, email=cast.email(who), local_staff=where == "adviser")
        account(someone, role=role, password_hash=password_hash)
        cast.people[who] = someone.id
        if where:
            cast.postings[who] = posting(someone, positions[where], starts, ends).id
    past = session().get_one(Person, cast.people["predecessor"])
    cast.postings["past"] = posting(past, positions["disarmament"], date(2019, 12, 13), date(2023, 6, 14)).id
    cast.posts = {key: one.id for key, one in posts.items()}
    cast.positions = {key: one.id for key, one in positions.items()}
    return cast


def person(name: str, **fields: Any) -> Person:
    """A member of staff."""
    given, _, family = name.partition(" ")
    return add_person(SYSTEM, name=name, given_name=given, family_name=family, **fields)


def account(someone: Person, *, role: str = "staff", password_hash: str | None = None) -> Account:
    """An account, with a password where one is given."""
    made = add_account(SYSTEM, someone, email=someone.email or "", role=role, language="en")
    made.password_hash = password_hash
    session().flush()
    return made


def post(code: str, name_nl: str, name_en: str, kind: str = "embassy", country: str = "CH", city: str = "") -> Post:
    """A post."""
    return open_post(SYSTEM, code=code, name_nl=name_nl, name_en=name_en, kind=kind, country=country, city=city)


def position(at: Post, title_nl: str, title_en: str, **fields: Any) -> Position:
    """A seat at a post."""
    return create_position(SYSTEM, at, title_nl=title_nl, title_en=title_en, **fields)


def posting(who: Person, where: Position, starts: date | None, ends: date | None = None, **fields: Any) -> Posting:
    """A person in a seat."""
    return place(SYSTEM, who, where, starts_on=starts, ends_on=ends, **fields)


def duty(of: Position, name: str = "Weekly coordination", **fields: Any) -> Duty:
    """Something that a seat does again and again."""
    return note_duty(SYSTEM, of, name=name, **fields)


def domain(code: str, name_nl: str, name_en: str, **fields: Any) -> Domain:
    """A theme of expertise."""
    return add_domain(SYSTEM, code=code, name_nl=name_nl, name_en=name_en, **fields)


def contact(name: str, *, kept_by: Position | None = None, tier: int = 2, **fields: object) -> Contact:
    """A contact, kept by a position where one is given; what is said of the relation goes to the keeping."""
    keeping = {
        key: fields.pop(key) for key in ("relation", "sensitivities", "sensitive_reach", "since") if key in fields
    }
    made = add_contact(SYSTEM, name=name, **fields)  # type: ignore[arg-type]
    if kept_by is not None:
        keep(SYSTEM, made, kept_by, tier=tier, **keeping)  # type: ignore[arg-type]
    return made


def dossier(title: str = "Cluster munitions", *, kept_by: Position | None = None, **fields: Any) -> Dossier:
    """A dossier, kept by a position where one is given; `from_on` is since when, the rest as in open_dossier."""
    return open_dossier(SYSTEM, title=title, position=kept_by, **fields)


def entry(of: Dossier, title: str = "Draft resolution", *, by: Person | None = None, **fields: Any) -> Entry:
    """A note in a dossier, by a person where one is given."""
    return add_entry(SYSTEM, of, title=title, author=by, **fields)


GIVEN = ("Anneke", "Bram", "Celine", "Dirk", "Elif", "Farid", "Gonda", "Hugo", "Imke", "Joost")
FAMILY = ("Achterberg", "Brinkhof", "Corduwener", "Dellevoet", "Elzakker", "Froonhof", "Gravesteijn")


def outlook_rows(count: int, *, doubles: int, bad: int) -> list[str]:
    """Rows of an export of Outlook, of invented people: the last ones are doubles of the first, and bad ones."""
    rows = []
    for number in range(count - doubles - bad):
        given, family = GIVEN[number % len(GIVEN)], f"{FAMILY[number % len(FAMILY)]}-{number}"
        place, email = f"Instituut {number % 40}", f"{family.lower()}@example.org"
        rows.append(f"{given},,{family},{place},,Adviser,+00 555 {number:05},,{email},,Met in {number},NL\r\n")
    return [*rows, *rows[:doubles], *(f"Bad,,Row-{number},,,,,,no address,,,\r\n" for number in range(bad))]
