"""People in and out of files."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import new_id, session
from expertise.base.findable import tell_search
from expertise.base.tables import Field, Kind, Report, Row, Type, load_in_batches
from expertise.base.tables.batches import Outcome
from expertise.base.tables.matching import found_by, own_id, take_over
from expertise.people.models import Person

FIELDS = (
    Field("external_id", longest=200, example="p-1042",
          aliases=("person_id", "personeelsnummer", "personeelsnr", "medewerkernummer", "employee id",
                   "employee number", "staff number"),
          meaning=_("What your own system calls this person; by it the next import finds them again.")),
    Field("name", needed=True, longest=200, example="Femke Wolderink",
          aliases=("naam", "{given_name} {family_name}", "{voornaam} {tussenvoegsel} {achternaam}",
                   "{roepnaam} {tussenvoegsel} {achternaam}", "{first name} {last name}", "full name",
                   "volledige naam", "medewerker", "employee"),
          meaning=_("As it is shown.")),
    Field("given_name", longest=100, empty="", example="Femke", aliases=("voornaam", "roepnaam", "first name")),
    Field("family_name", longest=100, empty="", example="Wolderink", aliases=("achternaam", "last name", "surname")),
    Field("email", Type.EMAIL, longest=254, example="femke@example.org",
          aliases=("e-mail", "mail", "e-mailadres", "email address", "mailadres")),
    Field("phone", longest=50, empty="", example="+41 22 748 18 00",
          aliases=("telefoon", "telephone", "telefoonnummer", "phone number", "mobiel", "mobile")),
    Field("local_staff", Type.BOOLEAN, empty=False, example="no",
          aliases=("lokaal", "lokaal aangenomen", "lokaal personeel", "local"),
          meaning=_("Employed locally: stays when others rotate.")),
    Field("left_on", Type.DATE, example="2024-06-30", aliases=("uit dienst", "datum uit dienst", "left"),
          meaning=_("When this person left the service.")),
)  # fmt: skip


@dataclass
class _Known:
    """Who is there of those that a batch names."""

    by_external_id: dict[str, Person]
    by_id: dict[str, Person]
    by_email: dict[str, Person]
    by_name: dict[str, Person]


class _Loading:
    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer

    def prepare(self, rows: list[Row]) -> _Known:
        ids = [row.get("external_id") for row in rows]
        emails = [(row.get("email") or "").lower() for row in rows]
        # A name alone tells a person apart only where there is nothing better, and where one person has it.
        bare = {row["name"].lower() for row in rows if not row.get("external_id") and not row.get("email")}
        named: dict[str, Person] = {}
        if bare:
            for person in session().scalars(select(Person).where(func.lower(Person.name).in_(bare))):
                named.setdefault(person.name.lower(), person)
        return _Known(
            found_by(Person, Person.external_id, ids),
            found_by(Person, Person.id, ids),
            found_by(Person, Person.email, emails),
            named,
        )

    def save(self, row: Row, known: _Known) -> Outcome:
        values = _columns(row)
        external_id, email = values.get("external_id"), values.get("email")
        person: Person | None
        if external_id:
            person = known.by_external_id.get(external_id) or known.by_id.get(external_id)
            if person is None and email and (same := known.by_email.get(email)) and not same.external_id:
                person = same
        elif email:
            person = known.by_email.get(email)
        else:
            person = known.by_name.get(values["name"].lower())
        if person is None:
            person = Person(id=new_id(), **values)
            session().add(person)
            record(self.viewer, "person.added", person)
            tell_search("person", person.id, is_new=True)
            return "new"
        if external_id == person.id or not external_id:
            values.pop("external_id", None)
        if not take_over(person, values):
            return "unchanged"
        record(self.viewer, "person.changed", person)
        tell_search("person", person.id)
        return "changed"


def _columns(row: Row) -> dict[str, Any]:
    values = dict(row.values)
    if values.get("email"):
        values["email"] = values["email"].lower()
    if values.get("left_on"):
        values["left_on"] = values["left_on"].latest
    return values


def load(viewer: Viewer, rows: Iterator[Row], report: Report) -> None:
    """Take people in."""
    require(viewer, "person.change")
    loading = _Loading(viewer)
    load_in_batches(rows, report, prepare=loading.prepare, save=loading.save)


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All people."""
    require(viewer, "person.read")
    yield from map(row_of, session().scalars(select(Person).order_by(Person.name, Person.id)))


def row_of(person: Person) -> dict[str, Any]:
    """Somebody under the names of FIELDS."""
    return {field.name: getattr(person, field.name) for field in FIELDS} | {"external_id": own_id(person)}


KINDS = (Kind("people", FIELDS, load, dump, natural_keys=(("email",), ("name",))),)
