"""Verbs on contacts: record them, what they were and where, keep them for a position, let them go."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import claim, refusing, session
from expertise.base.errors import Refused
from expertise.base.findable import tell_search, tell_search_of
from expertise.base.tables import PartialDate
from expertise.contacts.models import BASES, KINDS, REACHES, RELATIONS, TIERS, Contact, ContactRole, Keeping
from expertise.contacts.names import plain
from expertise.posts.models import Position

TAKEN: dict[str, tuple[str, Any]] = {
    "uq_contact_external_id": ("external_id", _("Another contact has this external id.")),
    "uq_keeping_contact_id_position_id": ("position", _("This position keeps this contact already.")),
}


# What a record is kept for and how long, where nobody says otherwise: three years after the last contact is the
# selection list's term for relations.
USUAL_BASIS = "public_task"
KEPT_YEARS = 3
TEXTS = ("role", "phone", "languages", "notes", "purpose", "lawful_basis", "source")


def usual_retention(day: date | None = None) -> date:
    """Until when a contact is kept that is recorded or met on a day (today)."""
    start = day or clock.today()
    return date(start.year + KEPT_YEARS, 12, 31)


def add_contact(
    viewer: Viewer,
    *,
    name: str,
    kind: str = "person",
    organisation: Contact | str | None = None,
    email: str = "",
    country: str | None = None,
    retain_until: date | None = None,
    external_id: str | None = None,
    **texts: str,
) -> Contact:
    """Record a person or an organisation; `texts` are those of TEXTS. An organisation not known yet is recorded too."""
    require(viewer, "contact.add")
    contact = Contact(
        kind=kind,
        name=name.strip(),
        organisation=_organisation(viewer, organisation),
        email=email.strip().lower(),
        country=country,
        retain_until=retain_until,
        external_id=external_id,
        **{one: texts.pop(one, "") for one in TEXTS},
    )
    if texts:
        raise TypeError(f"a contact has no {', '.join(texts)}")
    with refusing(TAKEN):
        _check(contact)
        contact.settle_words()
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
        contact.settle_words()
        session().flush()
    record(viewer, "contact.changed", contact)
    tell_search("contact", contact.id)
    if renamed and contact.kind == "organisation":
        # Its people are found by its name too.
        tell_search_of("contact", select(Contact.id).where(Contact.organisation_id == contact.id))


def take_role(
    viewer: Viewer,
    contact: Contact,
    *,
    title: str = "",
    organisation: str = "",
    starts: PartialDate | None = None,
    ends: PartialDate | None = None,
) -> ContactRole:
    """What a contact was or is, and where. One that has no end is the present one, and ends the one before it."""
    require(viewer, "contact.change", contact)
    if not (title.strip() or organisation.strip()):
        raise Refused(_("Say what they do, or where."), "title")
    if starts and ends and ends.latest < starts.date:
        raise Refused(_("The end is before the start."), "ends")
    present = ends is None
    if present:
        _end_present_role(contact, starts)
    named = organisation.strip()
    # Where they worked once need not be a contact of ours.
    where = _organisation(viewer, named) if present else _known_organisation(named)
    role = ContactRole(
        contact_id=contact.id,
        title=title.strip(),
        organisation=where,
        place="" if where else named,
        starts_on=starts.date if starts else None,
        starts_precision=starts.precision if starts else "day",
        ends_on=ends.latest if ends else None,
        ends_precision=ends.precision if ends else "day",
    )
    session().add(role)
    if present:
        contact.role, contact.organisation = role.title, where
        _check(contact)
        contact.settle_words()
        contact.version += 1
    session().flush()
    session().expire(contact, ["roles"])
    record(viewer, "contact.role_taken", contact)
    tell_search("contact", contact.id)
    return role


def _end_present_role(contact: Contact, starts: PartialDate | None) -> None:
    """What they were until now, also where that was never noted as a role."""
    day, precision = (starts.date, starts.precision) if starts else (clock.today(), "day")
    running = [one for one in contact.roles if one.ends_on is None]
    if not running and (contact.role or contact.organisation):
        before = ContactRole(contact_id=contact.id, title=contact.role, organisation_id=contact.organisation_id)
        session().add(before)
        running = [before]
    for one in running:
        if one.starts_on and one.starts_on > day:
            raise Refused(_("The present role started later than this."), "starts")
        one.ends_on, one.ends_precision = day, precision


def drop_role(viewer: Viewer, contact: Contact, role_id: str) -> None:
    """Take back what was noted by mistake; what the contact is now stays as it is."""
    require(viewer, "contact.change", contact)
    contact.roles = [one for one in contact.roles if one.id != role_id]
    record(viewer, "contact.role_dropped", contact)


def assist(viewer: Viewer, contact: Contact, assistant: Contact) -> None:
    """Note that a contact is reached through another."""
    require(viewer, "contact.change", contact)
    if assistant is contact or assistant.kind != "person":
        raise Refused(_("An assistant is another person."), "assistant")
    if assistant not in contact.assistants:
        contact.assistants = [*contact.assistants, assistant]
        record(viewer, "contact.assistant_named", contact, assistant=assistant.id)


def assist_no_more(viewer: Viewer, contact: Contact, assistant_id: str) -> None:
    """They are no longer reached through that contact."""
    require(viewer, "contact.change", contact)
    contact.assistants = [one for one in contact.assistants if one.id != assistant_id]
    record(viewer, "contact.assistant_dropped", contact)


def object_to(viewer: Viewer, contact: Contact, *, on: date, words: str) -> None:
    """They object to what we keep of them (GDPR, article 21), or no longer do: with no words."""
    require(viewer, "contact.change", contact)
    if on > clock.today():
        raise Refused(_("This day is still to come."), "objected_on")
    contact.objected_on, contact.objection = (on, words) if words else (None, "")
    record(viewer, "contact.objected" if words else "contact.objection_ended", contact)


def keep(
    viewer: Viewer,
    contact: Contact,
    position: Position,
    *,
    tier: int = 2,
    relation: str = "new",
    sensitivities: str = "",
    sensitive_reach: str = "position",
    how_to_reach: str = "",
    since: date | None = None,
) -> Keeping:
    """Keep a contact for a position, by whoever holds it: the next holder inherits the relation."""
    require(viewer, "contact.keep", position)
    _check_keeping(tier, relation, sensitive_reach)
    with refusing(TAKEN):
        keeping = Keeping(
            contact=contact,
            position=position,
            tier=tier,
            relation=relation,
            sensitivities=sensitivities,
            sensitive_reach=sensitive_reach,
            how_to_reach=how_to_reach,
            since=since or clock.today(),
        )
        session().add(keeping)
        session().flush()
    record(viewer, "contact.kept", contact, position=position.id)
    tell_search("contact", contact.id)
    return keeping


def change_keeping(viewer: Viewer, keeping: Keeping, *, version: int | None = None, **fields: Any) -> None:
    """Change tier, relation, sensitivities and who reads these, or how they are reached."""
    require(viewer, "contact.keep", keeping.position)
    claim(keeping, version)
    before = keeping.sensitive_reach
    for name, value in fields.items():
        setattr(keeping, name, value)
    _check_keeping(keeping.tier, keeping.relation, keeping.sensitive_reach)
    reach = {"reach": keeping.sensitive_reach} if keeping.sensitive_reach != before else {}
    record(viewer, "contact.keeping_changed", keeping.contact, **reach)


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


def _organisation(viewer: Viewer, named: Contact | str | None) -> Contact | None:
    """The organisation with this name, made once."""
    if isinstance(named, Contact):
        if named.kind != "organisation":
            raise Refused(_("This is a person, not an organisation."), "organisation")
        return named
    if not named or not named.strip():
        return None
    known = _known_organisation(named)
    return known or add_contact(viewer, name=named.strip(), kind="organisation")


def _known_organisation(name: str) -> Contact | None:
    query = select(Contact).where(
        Contact.kind == "organisation", Contact.name_key == plain(name), Contact.merged_into_id.is_(None)
    )
    return session().scalar(query.order_by(Contact.created_at, Contact.id).limit(1)) if name else None


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


def _check_keeping(tier: int, relation: str, reach: str) -> None:
    if tier not in TIERS:
        raise Refused(_("A tier is 1, 2 or 3."), "tier")
    if relation not in RELATIONS:
        raise Refused(_("This is not a kind of relation."), "relation")
    if reach not in REACHES:
        raise Refused(_("This is not one of the choices."), "sensitive_reach")
