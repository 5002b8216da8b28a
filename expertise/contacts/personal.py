"""What this room keeps about a contact: given to them on request, erased, and the lists that somebody must look at."""

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import Text, cast, delete, exists, or_, select, update
from sqlalchemy.orm import joinedload, selectinload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.base.findable import tell_search
from expertise.base.paging import Page, paged
from expertise.contacts.following import followers
from expertise.contacts.models import (
    Contact,
    ContactAssistant,
    ContactMerge,
    ContactRole,
    ContactUpload,
    Interaction,
    InteractionContact,
    Keeping,
)

STRUCK = "[…]"
MOST = 500  # of a list are counted and turned
LISTS = ("unassigned", "expired", "incomplete", "objected")


def review(viewer: Viewer, which: str, *, page: int = 1) -> Page[Contact]:
    """Contacts that somebody must look at; see LISTS."""
    require(viewer, "contact.read")
    kept = exists().where(Keeping.contact_id == Contact.id, Keeping.until.is_(None))
    wrong = {
        "unassigned": (Contact.kind == "person") & ~kept,
        "expired": Contact.retain_until < clock.today(),
        "incomplete": (Contact.kind == "person") & or_(Contact.lawful_basis == "", Contact.retain_until.is_(None)),
        "objected": Contact.objected_on.is_not(None),
    }[which]
    query = select(Contact).where(Contact.merged_into_id.is_(None), wrong)
    query = query.options(joinedload(Contact.organisation), selectinload(Contact.keepings).joinedload(Keeping.position))
    return paged(query.order_by(Contact.retain_until, Contact.name, Contact.id), page, most=MOST)


def keep_longer(viewer: Viewer, contact: Contact, until: date) -> None:
    """It was looked at, and is still needed."""
    require(viewer, "contact.change", contact)
    if until < clock.today():
        raise Refused(_("Choose a day to come."), "retain_until")
    contact.retain_until = until
    record(viewer, "contact.kept_longer", contact)


def give(viewer: Viewer, contact: Contact, *, with_sensitive: bool = False) -> dict[str, Any]:
    """All that is kept of a contact, for them (GDPR, article 15). What is sensitive only if asked for, and logged."""
    require(viewer, "contact.privacy")
    texts = ("name", "kind", "role", "email", "phone", "country", "languages", "notes", "purpose", "lawful_basis")
    more = ("source", "retain_until", "objected_on", "objection", "created_at", "changed_at", "external_id")
    record(viewer, "contact.given", contact, with_sensitive=with_sensitive)
    return {
        "contact": {name: getattr(contact, name) for name in (*texts, *more)}
        | {"organisation": contact.organisation.name if contact.organisation else None},
        "roles": [
            {"title": one.title, "organisation": _place(one), "from": one.starts_on, "to": one.ends_on}
            for one in contact.roles
        ],
        "assistants": [one.name for one in contact.assistants],
        "kept_by": [_keeping(one, with_sensitive=with_sensitive) for one in contact.keepings],
        "interactions": [
            {"on": one.on, "kind": one.kind, "planned": one.planned, "summary": one.summary, "follow_up": one.follow_up}
            for one in _interactions(contact.id)
        ],
        "elsewhere": {name: one.give(viewer, contact.id) for name, one in followers},
    }


def _place(one: ContactRole) -> str:
    return one.organisation.name if one.organisation else one.place


def _keeping(one: Keeping, *, with_sensitive: bool) -> dict[str, Any]:
    same = {
        "position": one.position.title_en,
        "post": one.position.post.name_en,
        "tier": one.tier,
        "relation": one.relation,
        "how_to_reach": one.how_to_reach,
        "since": one.since,
        "until": one.until,
    }
    return same | ({"sensitivities": one.sensitivities} if with_sensitive else {})


def _interactions(contact_id: str) -> list[Interaction]:
    query = (
        select(Interaction)
        .join(InteractionContact, InteractionContact.interaction_id == Interaction.id)
        .where(InteractionContact.contact_id == contact_id)
        .options(selectinload(Interaction.contacts))
    )
    return list(session().scalars(query.order_by(Interaction.on)))


def erase(viewer: Viewer, contact: Contact) -> int:
    """Remove a person, and strike their name from what others wrote; gives how many other records were changed.

    The log keeps that this was done to a record of this id, and nothing of who it was.
    """
    require(viewer, "contact.privacy")
    works = select(Contact.id).where(Contact.organisation_id == contact.id, Contact.merged_into_id.is_(None)).limit(1)
    if session().scalar(works) is not None:
        raise Refused(_("People of this organisation are recorded. Erase or change them first."))
    ids = [contact.id, *session().scalars(select(Contact.id).where(Contact.merged_into_id == contact.id))]
    names = {one.name for one in session().scalars(select(Contact).where(Contact.id.in_(ids)))}
    names |= {one.email for one in session().scalars(select(Contact).where(Contact.id.in_(ids)))} - {""}
    changed = sum(follower.forget(one, names) for _name, follower in followers for one in ids)
    changed += _strike_interactions(ids, names)
    record(viewer, "contact.erased", contact, records=changed)
    _delete(ids)
    for one in ids:
        tell_search("contact", one)
    return changed


def _strike_interactions(ids: list[str], names: Iterable[str]) -> int:
    """Meetings with them alone go; of those with others their name goes, and from all other texts of this room."""
    changed = 0
    for contact_id in ids:
        for one in _interactions(contact_id):
            one.contacts = [other for other in one.contacts if other.id not in ids]
            changed += 1
            if not one.contacts:
                session().delete(one)
    session().flush()
    for model, texts in ((Interaction, ("summary", "follow_up")), (Contact, ("notes",)), (Keeping, ("sensitivities",))):
        changed += len(strike_in(model, texts, names))
    return changed


def strike_in(model: Any, texts: Iterable[str], names: Iterable[str]) -> list[Any]:
    """Strike names from these columns of a table, whatever their capitals; gives the records that held one."""
    listed, columns = [one for one in names if one], list(texts)
    if not listed:
        return []
    found = or_(*(getattr(model, text).icontains(form, autoescape=True) for text in columns for form in _forms(listed)))
    rows = list(session().scalars(select(model).where(found)))
    for one in rows:
        for text in columns:
            setattr(one, text, struck(getattr(one, text), listed))
    return rows


def strike_in_document(model: Any, column: str, names: Iterable[str]) -> list[Any]:
    """The same of a column that holds a JSON document, in which a letter with an accent is written as a number."""
    listed = [one for one in names if one]
    if not listed:
        return []
    written = {json.dumps(form)[1:-1] for form in _forms(listed)}
    whole = cast(getattr(model, column), Text)
    rows = list(
        session().scalars(select(model).where(or_(*(whole.icontains(one, autoescape=True) for one in written))))
    )
    for one in rows:
        setattr(one, column, struck_document(getattr(one, column), listed))
    return rows


def _forms(names: Iterable[str]) -> set[str]:
    """Names in capitals and without: SQLite knows only those of ASCII as the same."""
    return {form for one in names for form in (one, one.lower(), one.upper(), one.title())}


def struck_document(value: Any, names: Iterable[str]) -> Any:
    """A JSON document without these names."""
    if isinstance(value, str):
        return struck(value, names)
    if isinstance(value, list):
        return [struck_document(one, names) for one in value]
    if isinstance(value, dict):
        return {key: struck_document(one, names) for key, one in value.items()}
    return value


def struck(text: str, names: Iterable[str]) -> str:
    """A text without these names."""
    for name in sorted(names, key=len, reverse=True):
        text = re.sub(re.escape(name), STRUCK, text, flags=re.IGNORECASE)
    return text


def _delete(ids: list[str]) -> None:
    session().flush()
    session().execute(update(ContactRole).where(ContactRole.organisation_id.in_(ids)).values(organisation_id=None))
    session().execute(update(Contact).where(Contact.organisation_id.in_(ids)).values(organisation_id=None))
    pairs = or_(ContactAssistant.contact_id.in_(ids), ContactAssistant.assistant_id.in_(ids))
    session().execute(delete(ContactAssistant).where(pairs))
    session().execute(delete(ContactMerge).where(or_(ContactMerge.kept_id.in_(ids), ContactMerge.merged_id.in_(ids))))
    session().execute(delete(Keeping).where(Keeping.contact_id.in_(ids)))
    # A file that waits to be imported may hold them too; whoever put it there puts it there again.
    session().execute(delete(ContactUpload))
    session().expire_all()
    for one in session().scalars(select(Contact).where(Contact.id.in_(ids))):
        session().delete(one)
    session().flush()
