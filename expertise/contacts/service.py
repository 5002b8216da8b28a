"""Verbs on contacts: record them, keep them for a position, let them go, note what happened."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import claim, refusing, session
from expertise.base.errors import Refused
from expertise.base.findable import tell_search
from expertise.contacts.models import BASES, KINDS, RELATIONS, TIERS, Contact, Interaction, Keeping
from expertise.people.models import Person
from expertise.posts.models import Position

TAKEN: dict[str, tuple[str, Any]] = {
    "uq_contact_external_id": ("external_id", _("Another contact has this external id.")),
    "uq_keeping_contact_id_position_id": ("position", _("This position keeps this contact already.")),
}


def add_contact(
    viewer: Viewer,
    *,
    name: str,
    kind: str = "person",
    role: str = "",
    organisation: Contact | str | None = None,
    email: str = "",
    phone: str = "",
    country: str | None = None,
    languages: str = "",
    notes: str = "",
    lawful_basis: str = "",
    retain_until: date | None = None,
    external_id: str | None = None,
) -> Contact:
    """Record a person or an organisation. An organisation that is named and not known yet is recorded too."""
    require(viewer, "contact.add")
    contact = Contact(
        kind=kind,
        name=name,
        role=role,
        organisation=_organisation(viewer, organisation),
        email=email.strip().lower(),
        phone=phone,
        country=country or None,
        languages=languages,
        notes=notes,
        lawful_basis=lawful_basis,
        retain_until=retain_until,
        external_id=external_id,
    )
    _check(contact)
    with refusing(TAKEN):
        session().add(contact)
        session().flush()
    record(viewer, "contact.added", contact)
    tell_search("contact", contact.id)
    return contact


def change_contact(viewer: Viewer, contact: Contact, *, version: int | None = None, **fields: Any) -> None:
    """Change what is recorded; `fields` are columns, and `organisation` as a contact or a name."""
    require(viewer, "contact.change", contact)
    claim(contact, version)
    renamed = "name" in fields and fields["name"] != contact.name
    if "organisation" in fields:
        fields["organisation"] = _organisation(viewer, fields["organisation"])
    if "email" in fields:
        fields["email"] = (fields["email"] or "").strip().lower()
    with refusing(TAKEN), session().no_autoflush:
        for name, value in fields.items():
            setattr(contact, name, value)
        _check(contact)
        session().flush()
    record(viewer, "contact.changed", contact)
    tell_search("contact", contact.id)
    if renamed and contact.kind == "organisation":
        # Its people are found by its name too.
        for one in session().scalars(select(Contact.id).where(Contact.organisation_id == contact.id)):
            tell_search("contact", one)


def keep(
    viewer: Viewer,
    contact: Contact,
    position: Position,
    *,
    tier: int = 2,
    relation: str = "new",
    sensitivities: str = "",
    since: date | None = None,
) -> Keeping:
    """Keep a contact for a position, by whoever holds it: the next holder inherits the relation."""
    require(viewer, "contact.keep", position)
    _check_keeping(tier, relation)
    with refusing(TAKEN):
        keeping = Keeping(
            contact=contact,
            position=position,
            tier=tier,
            relation=relation,
            sensitivities=sensitivities,
            since=since or clock.today(),
        )
        session().add(keeping)
        session().flush()
    record(viewer, "contact.kept", contact, position=position.id)
    tell_search("contact", contact.id)
    return keeping


def change_keeping(viewer: Viewer, keeping: Keeping, *, version: int | None = None, **fields: Any) -> None:
    """Change tier, relation or sensitivities."""
    require(viewer, "contact.keep", keeping.position)
    claim(keeping, version)
    for name, value in fields.items():
        setattr(keeping, name, value)
    _check_keeping(keeping.tier, keeping.relation)
    record(viewer, "contact.keeping_changed", keeping.contact)


def let_go(viewer: Viewer, keeping: Keeping, *, until: date | None = None) -> None:
    """The position no longer keeps the contact; that it did stays known."""
    require(viewer, "contact.keep", keeping.position)
    if keeping.until is not None:
        raise Refused(_("This position no longer keeps this contact."))
    ends = until or clock.today()
    if keeping.since and ends < keeping.since:
        raise Refused(_("The end is before the start."), "until")
    keeping.until = ends
    record(viewer, "contact.let_go", keeping.contact, position=keeping.position_id)
    tell_search("contact", keeping.contact_id)


def note_interaction(
    viewer: Viewer,
    contact: Contact,
    *,
    on: date,
    summary: str = "",
    position: Position | None = None,
    person: Person | None = None,
) -> Interaction:
    """Note that one of us met, called or wrote to a contact. All staff may read the summary."""
    require(viewer, "contact.read", contact)
    if on > clock.today():
        raise Refused(_("This day is still to come. Note what happened, once it has."), "on")
    happened = Interaction(
        contact=contact,
        on=on,
        summary=summary,
        position_id=position.id if position else next(iter(viewer.positions), None),
        person_id=person.id if person else viewer.person_id,
    )
    session().add(happened)
    session().flush()
    record(viewer, "contact.interaction_noted", contact)
    return happened


def _organisation(viewer: Viewer, named: Contact | str | None) -> Contact | None:
    """The organisation with this name, made once."""
    if isinstance(named, Contact):
        if named.kind != "organisation":
            raise Refused(_("This is a person, not an organisation."), "organisation")
        return named
    if not named or not named.strip():
        return None
    known = session().scalar(
        select(Contact)
        .where(Contact.kind == "organisation", func.lower(Contact.name) == named.strip().lower())
        .order_by(Contact.created_at)
        .limit(1)
    )
    return known or add_contact(viewer, name=named.strip(), kind="organisation")


def _check(contact: Contact) -> None:
    if contact.kind not in KINDS:
        raise Refused(_("Choose a person or an organisation."), "kind")
    if contact.lawful_basis and contact.lawful_basis not in BASES:
        raise Refused(_("This is not a lawful basis."), "lawful_basis")
    above, seen = contact.organisation, set()
    while above is not None and above.id not in seen:
        if above is contact:
            raise Refused(_("An organisation cannot be part of itself."), "organisation")
        seen.add(above.id)
        above = above.organisation


def _check_keeping(tier: int, relation: str) -> None:
    if tier not in TIERS:
        raise Refused(_("A tier is 1, 2 or 3."), "tier")
    if relation not in RELATIONS:
        raise Refused(_("This is not a kind of relation."), "relation")
