"""Contacts in and out of files; the column heads of Outlook and Google are known. vcards.py has vCards.

A row is matched on its external id, else on its e-mail address, else on name and organisation. What a position noted
as sensitive never goes into a file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from expertise.access.rules import allowed, require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import new_id, session
from expertise.base.findable import tell_search
from expertise.base.tables import Field, Kind, Report, Row, Type, load_in_batches, read_date
from expertise.base.tables.batches import Outcome
from expertise.base.tables.matching import own_id, take_over
from expertise.contacts.models import BASES, REACHES, RELATIONS, TIERS, Contact, Keeping
from expertise.contacts.names import plain
from expertise.contacts.service import USUAL_BASIS, usual_retention
from expertise.posts.models import Position

_BASIS_WORDS = {basis: (basis.replace("_", " "),) for basis in BASES}
_KIND_WORDS = {"person": ("persoon", "individual"), "organisation": ("organization", "organisatie", "org")}
FIELDS = (
    Field("external_id", longest=200, example="contact-8", aliases=("contact_id", "uid"),
          meaning=_("What your own system calls this contact; by it the next import finds it again.")),
    Field("kind", Type.CHOICE, choices=_KIND_WORDS, example="person", aliases=("soort",)),
    Field("name", needed=True, longest=200, example="Ilse Marquandt",
          aliases=("naam", "full name", "{First Name} {Middle Name} {Last Name}",
                   "{Given Name} {Additional Name} {Family Name}",
                   "{Voornaam} {Middelste naam} {Achternaam}", "{Voornaam} {Tussenvoegsel} {Achternaam}", "File As",
                   "E-mail Display Name", "Weergavenaam voor e-mail", "Company", "Bedrijf", "Organization Name",
                   "Organization 1 - Name", "Organization", "organisation", "organisatie"),
          meaning=_("A row that names only an organisation is that organisation.")),
    Field("role", longest=200, empty="", example="Head of arms unit", cut=True,
          aliases=("functie", "Job Title", "Functie", "Organization Title", "Organization 1 - Title",
                   "Department", "Afdeling")),
    Field("organisation", longest=200, example="Red Cross",
          aliases=("organisatie", "Company", "Bedrijf", "Organization Name", "Organization 1 - Name", "Organization"),
          meaning=_("Its name. One that is not known yet is made once.")),
    Field("email", Type.EMAIL, longest=254, empty="", example="ilse@example.org",
          aliases=("E-mail Address", "E-mailadres", "E-mail 1 - Value", "Email Address", "mail", "E-mail",
                   "E-mail 2 Address", "E-mail 2 - Value")),
    Field("phone", longest=50, empty="", example="+41 22 730 00 00",
          aliases=("telefoon", "telephone", "Business Phone", "Telefoon op werk", "Phone 1 - Value", "Mobile Phone",
                   "Mobiele telefoon", "Primary Phone", "Company Main Phone", "Business Phone 2",
                   "Home Phone", "Phone 2 - Value")),
    Field("country", Type.COUNTRY, example="CH",
          aliases=("land", "Business Country/Region", "Business Country", "Land/regio (werk)", "Address 1 - Country",
                   "Home Country/Region", "Country/Region")),
    Field("languages", Type.LIST, longest=40, example="French; English", aliases=("talen", "Language", "Taal")),
    Field("notes", Type.LONGTEXT, empty="", aliases=("opmerkingen", "notities", "Notes")),
    Field("purpose", longest=200, empty="", example="Disarmament talks", aliases=("doel",),
          meaning=_("What we keep this contact for.")),
    Field("lawful_basis", Type.CHOICE, choices=_BASIS_WORDS, empty="", example="public_task", aliases=("grondslag",)),
    Field("source", longest=200, empty="", example="Business card", aliases=("bron",),
          meaning=_("Where we have it from; else the import is named.")),
    Field("retain_until", Type.DATE, example="2029-12-31", aliases=("bewaren tot",)),
    Field("kept_by", Type.LIST, longest=300, example="pos-9 1 trusted 2022-03-01/",
          meaning=_("Position, tier, relation and since/until, for each position that keeps or kept it.")),
)  # fmt: skip
_SILENT = {"kind", "name"}  # an empty cell says nothing
_KEPT = re.compile(
    r"(?P<word>\S+)(?: (?P<tier>[123]))?(?: (?P<relation>[a-z]+))?(?: (?P<since>[\d-]*)/(?P<until>[\d-]*))?"
)
_Place = tuple[str, str | None]  # key of the name, the organisation's id


@dataclass(frozen=True)
class _Kept:
    """An item of kept_by, read."""

    position: Position
    tier: int
    relation: str
    since: Any
    until: Any


@dataclass
class _Known:
    """Who is there of those that a batch names."""

    by_id: dict[str, Contact]
    by_email: dict[str, Contact]
    by_name: dict[_Place, Contact]
    organisations: dict[str, Contact]
    positions: dict[str, Position]


class _Loading:
    def __init__(self, viewer: Viewer, report: Report, position: Position | None, source: str) -> None:
        self.viewer = viewer
        self.report = report
        self.position = position
        self.source = source

    def prepare(self, rows: list[Row]) -> _Known:
        ids = {row["external_id"] for row in rows if row.get("external_id")}
        emails = {row["email"].lower() for row in rows if row.get("email")}
        keys = {plain(name) for row in rows for name in (row.get("name"), row.get("organisation")) if name}
        known = _Known({}, {}, {}, {}, _positions_in(rows))
        query = (
            select(Contact)
            .where(
                or_(
                    Contact.external_id.in_(ids),
                    Contact.id.in_(ids),
                    Contact.email.in_(emails),
                    Contact.name_key.in_(keys),
                ),
                Contact.merged_into_id.is_(None),
            )
            .options(selectinload(Contact.keepings), selectinload(Contact.words))
            .order_by(Contact.created_at, Contact.id)
        )
        for one in session().scalars(query):
            self._learn(known, one)
        return known

    def _learn(self, known: _Known, one: Contact) -> None:
        known.by_id |= {one.id: one, one.external_id or one.id: one}
        if one.email:
            known.by_email.setdefault(one.email, one)
        known.by_name.setdefault((one.name_key, one.organisation_id), one)
        if one.kind == "organisation":
            known.organisations.setdefault(one.name_key, one)

    def save(self, row: Row, known: _Known) -> Outcome | None:
        values = _columns(row)
        organisation = self._organisation(values.pop("organisation", None), row, values, known)
        contact = self._match(values, organisation, known)
        if contact is None:
            contact = self._new(row, values, organisation, known)
            outcome: Outcome = "new"
        else:
            outcome = self._change(row, contact, values, organisation)
        if self._keep(row, contact, known) and outcome == "unchanged":
            outcome = "changed"
        if outcome != "unchanged":
            contact.settle_words()
            record(self.viewer, "contact.added" if outcome == "new" else "contact.changed", contact)
            tell_search("contact", contact.id, is_new=outcome == "new")
        return outcome

    def _organisation(self, name: str | None, row: Row, values: dict[str, Any], known: _Known) -> Contact | None:
        """The organisation that the row names, made once. A row that names nothing else is that organisation."""
        if not name:
            return None
        if plain(name) == plain(values["name"]) and values.get("kind") != "person":
            values["kind"] = "organisation"
            return None
        found = known.organisations.get(plain(name))
        if found is None:
            found = Contact(id=new_id(), kind="organisation", name=name, **self._defaults())
            found.words, found.keepings = [], []
            found.settle_words()
            session().add(found)
            self._learn(known, found)
            record(self.viewer, "contact.added", found)
            tell_search("contact", found.id, is_new=True)
        return found

    def _match(self, values: dict[str, Any], organisation: Contact | None, known: _Known) -> Contact | None:
        external_id, email = values.get("external_id"), values.get("email")
        if external_id and external_id in known.by_id:
            return known.by_id[external_id]
        same = known.by_email.get(email or "")
        if same is None:
            same = known.by_name.get((plain(values["name"]), organisation.id if organisation else None))
            # Two people of one name and two addresses are two people.
            if same is not None and email and same.email and same.email != email:
                return None
        # One that has an id of its own already is somebody else in the other system.
        taken = same is not None and external_id and same.external_id not in (None, external_id)
        return None if taken else same

    def _new(self, row: Row, values: dict[str, Any], organisation: Contact | None, known: _Known) -> Contact:
        given = {name for name in ("lawful_basis", "retain_until", "source") if name in row}
        defaults = {name: value for name, value in self._defaults().items() if name not in given}
        contact = Contact(id=new_id(), **({"kind": "person"} | defaults | values))
        contact.organisation_id = organisation.id if organisation else None
        contact.words, contact.keepings = [], []
        session().add(contact)
        self._learn(known, contact)
        return contact

    def _defaults(self) -> dict[str, Any]:
        return {"lawful_basis": USUAL_BASIS, "retain_until": usual_retention(), "source": self.source}

    def _change(self, row: Row, contact: Contact, values: dict[str, Any], organisation: Contact | None) -> Outcome:
        if values.get("external_id") in (None, contact.id):
            values.pop("external_id", None)
        if contact.kind == "organisation":
            values.pop("kind", None)
        if "organisation" in row:
            values["organisation_id"] = organisation.id if organisation else None
        if all(getattr(contact, name) == value for name, value in values.items()):
            return "unchanged"
        if not allowed(self.viewer, "contact.change", contact):
            why = _("Another position keeps this contact, so what the file says otherwise is left out.")
            self.report.warning(row, "name", contact.name, why)
            return "unchanged"
        take_over(contact, values)
        contact.version = (contact.version or 1) + 1
        return "changed"

    def _keep(self, row: Row, contact: Contact, known: _Known) -> bool:
        """Whether the row brought a keeping, or changed one."""
        changed = False
        for one in self._kept(row, known):
            changed = _set_keeping(contact, one) or changed
        if self.position is not None and all(one.position_id != self.position.id for one in contact.keepings):
            changed = _set_keeping(contact, _Kept(self.position, 2, "new", None, None))
        return changed

    def _kept(self, row: Row, known: _Known) -> Iterator[_Kept]:
        for item in row.get("kept_by") or ():
            found = _KEPT.fullmatch(item)
            position = known.positions.get(found["word"]) if found else None
            if found is None or position is None or (found["relation"] or "new") not in RELATIONS:
                self.report.warning(row, "kept_by", item, _("No position is known by this, so it is left out."))
                continue
            if not allowed(self.viewer, "contact.keep", position):
                self.report.warning(row, "kept_by", item, _("You do not hold this position, so it is left out."))
                continue
            try:
                since, until = (read_date(found[end]).date if found[end] else None for end in ("since", "until"))
            except ValueError:
                self.report.warning(row, "kept_by", item, _("This is no period. Write 2013-08-08/2016-08-07."))
                continue
            if since and until and until < since:
                self.report.warning(row, "kept_by", item, _("The end is before the start."))
                continue
            yield _Kept(position, int(found["tier"] or TIERS[1]), found["relation"] or "new", since, until)


def _positions_in(rows: list[Row]) -> dict[str, Position]:
    """Positions by own or external id, in one query; none for no words."""
    words = {item.split(" ")[0] for row in rows for item in row.get("kept_by") or ()}
    if not words:
        return {}
    query = select(Position).where(or_(Position.external_id.in_(words), Position.id.in_(words)))
    found = list(session().scalars(query))
    return {one.id: one for one in found} | {one.external_id: one for one in found if one.external_id}


def _set_keeping(contact: Contact, kept: _Kept) -> bool:
    """Make or change the keeping of that position; others, and what was noted in it, stay."""
    values = {"tier": kept.tier, "relation": kept.relation, "since": kept.since, "until": kept.until}
    same = [one for one in contact.keepings if one.position_id == kept.position.id]
    exact = next((one for one in same if one.since == kept.since), None)
    one = exact or next((one for one in same if one.present and kept.until is None), None)
    if one is not None:
        return take_over(one, {name: value for name, value in values.items() if value is not None or name == "until"})
    contact.keepings.append(
        Keeping(position_id=kept.position.id, sensitivities="", sensitive_reach=REACHES[0], how_to_reach="", **values)
    )
    return True


def _columns(row: Row) -> dict[str, Any]:
    values = {
        key: value
        for key, value in row.values.items()
        if key != "kept_by" and (value not in (None, "") or key not in _SILENT)
    }
    if "email" in values:
        values["email"] = (values["email"] or "").lower()
    if "languages" in values:
        joined = ", ".join(values["languages"])
        values["languages"] = joined[:100]
    if values.get("retain_until"):
        values["retain_until"] = values["retain_until"].latest
    return values


def load(
    viewer: Viewer, rows: Iterator[Row], report: Report, *, position: Position | None = None, source: str = ""
) -> None:
    """Take contacts in: for a position, or for nobody yet."""
    require(viewer, "contact.add")
    if position is not None:
        require(viewer, "contact.keep", position)
    loading = _Loading(viewer, report, position, source[:200])
    load_in_batches(rows, report, prepare=loading.prepare, save=loading.save)


def dump(viewer: Viewer) -> Iterator[dict[str, Any]]:
    """All contacts, organisations first; without what positions noted as sensitive."""
    require(viewer, "contact.read")
    query = (
        select(Contact)
        .where(Contact.merged_into_id.is_(None))
        .options(*TOLD)
        .order_by(Contact.kind, Contact.name, Contact.id)
        .execution_options(yield_per=500)
    )
    yield from map(row_of, session().scalars(query))


TOLD = (joinedload(Contact.organisation), selectinload(Contact.keepings).joinedload(Keeping.position))
_SAME = (
    *("kind", "name", "role", "email", "phone", "country", "notes", "purpose", "lawful_basis", "source"),
    "retain_until",
)


def row_of(one: Contact) -> dict[str, Any]:
    """A contact, loaded with TOLD, under the names of FIELDS; without what positions noted as sensitive."""
    return {name: getattr(one, name) for name in _SAME} | {
        "external_id": own_id(one),
        "organisation": one.organisation.name if one.organisation else None,
        "languages": [word.strip() for word in one.languages.split(",") if word.strip()],
        "kept_by": sorted(map(_written, one.keepings)),
    }


def _written(one: Keeping) -> str:
    return f"{own_id(one.position)} {one.tier} {one.relation} {one.since or ''}/{one.until or ''}"


KIND = Kind("contacts", FIELDS, load, dump, natural_keys=(("email",), ("name", "organisation"), ("name",)))
KINDS = (KIND,)


def kind_for(position: Position | None, *, source: str = "") -> Kind:
    """The same, with the position that shall keep what comes in, and what is noted as the source."""
    return replace(KIND, load=partial(load, position=position, source=source))
