"""What this room keeps about a contact: given to them on request, erased, and the lists that somebody must look at."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import joinedload, selectinload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.queries import logged
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.erasing import note_erasure
from expertise.base.errors import Refused
from expertise.base.findable import tell_search
from expertise.base.paging import Page, page_by_keys
from expertise.base.striking import Mention, mentions, strike_everywhere, strike_in
from expertise.contacts.attachments import load as load_owners
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
from expertise.files.mentioning import files_naming, remove_naming
from expertise.files.models import File
from expertise.files.service import remove_all_of

# Where texts stand, by how the names of their tables begin.
PLACES = (
    ("contacts", ("contact", "keeping", "interaction")),
    ("dossiers", ("dossier", "entry")),
    ("questions", ("question",)),
    ("handovers", ("handover", "section", "week", "frozen", "read_back", "remark", "scoring", "brought_in", "piece")),
)
REST = "rest"
MOST = 500  # of a list are counted and turned
LISTS = ("unassigned", "expired", "incomplete", "objected")


def review(viewer: Viewer, which: str, *, page: int = 1) -> Page[Contact]:
    """Contacts that somebody must look at; see LISTS. Asked in order, as far as anybody turns."""
    require(viewer, "contact.read")
    kept = exists().where(Keeping.contact_id == Contact.id, Keeping.until.is_(None))
    wrong = {
        "unassigned": (Contact.kind == "person") & ~kept,
        "expired": Contact.retain_until < clock.today(),
        "incomplete": (Contact.kind == "person") & or_(Contact.lawful_basis == "", Contact.retain_until.is_(None)),
        "objected": Contact.objected_on.is_not(None),
    }[which]
    query = select(Contact.id).where(Contact.merged_into_id.is_(None), wrong)
    query = query.order_by(Contact.retain_until, Contact.name, Contact.id).limit(MOST + 1)
    return page_by_keys(session().scalars(query).all(), page, _looked_at, most=MOST)


def _looked_at(ids: Sequence[str]) -> list[Contact]:
    query = select(Contact).where(Contact.id.in_(ids))
    query = query.options(joinedload(Contact.organisation), selectinload(Contact.keepings).joinedload(Keeping.position))
    found = {one.id: one for one in session().scalars(query)}
    return [found[one] for one in ids]


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
        "files": [{"id": one.id, "name": one.name} for one in files_of(contact)],
        "merged": [{"on": one.at, "undone": one.undone_at} for one in _merges(contact)],
        "elsewhere": {name: one.give(viewer, contact.id) for name, one in followers},
        "named_in": _places(viewer, contact, with_excerpt=with_sensitive),
        "log": logged(viewer, "contact", contact.id),
        "index": f"contact:{contact.id}",
    }


def files_of(contact: Contact) -> list[File]:
    """The attachments of a contact."""
    here = select(File).where(File.owner_kind == "contact", File.owner_id == contact.id)
    return list(session().scalars(here.order_by(File.name)))


def _merges(contact: Contact) -> list[ContactMerge]:
    either = or_(ContactMerge.kept_id == contact.id, ContactMerge.merged_id == contact.id)
    return list(session().scalars(select(ContactMerge).where(either).order_by(ContactMerge.at)))


@dataclass(frozen=True)
class Named:
    """Where else somebody is named: in texts of other records, and in files of others."""

    texts: list[Mention]
    files: list[File]

    @property
    def by_place(self) -> dict[str, int]:
        """How many texts, by the word for where they stand."""
        found = Counter(
            next((one for one, start in PLACES if text.table.startswith(start)), REST) for text in self.texts
        )
        return dict(sorted(found.items()))


def named_in(viewer: Viewer, contact: Contact, *, also: Iterable[str] = ()) -> Named:
    """Where else a contact is named, by name, address or telephone number, or by what else they are called."""
    require(viewer, "contact.privacy")
    names = [*names_of(contact), *also]
    texts = [one for one in mentions(names) if (one.table, one.record) != ("contact", contact.id)]
    own = {one.id for one in files_of(contact)}
    return Named(texts, [one for one in files_naming(names) if one.id not in own])


def _places(viewer: Viewer, contact: Contact, *, with_excerpt: bool) -> list[dict[str, Any]]:
    named = named_in(viewer, contact)
    texts = [{"table": one.table, "id": one.record, "in": one.column, "excerpt": one.excerpt} for one in named.texts]
    files = [{"table": "file", "id": one.id, "in": "content", "excerpt": one.name} for one in named.files]
    return [one if with_excerpt else {key: one[key] for key in ("table", "id", "in")} for one in (*texts, *files)]


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


def names_of(contact: Contact) -> list[str]:
    """By what a contact is named in texts: names and addresses, also of the records that went into this one."""
    ids = [contact.id, *session().scalars(select(Contact.id).where(Contact.merged_into_id == contact.id))]
    found = session().execute(select(Contact.name, Contact.email, Contact.phone).where(Contact.id.in_(ids)))
    return sorted({text for row in found for text in row if text})


def erase(
    viewer: Viewer, contact: Contact, *, also: Iterable[str] = (), with_files: bool = False, again: bool = False
) -> int:
    """Remove a person, and strike their name from what others wrote; gives how many other records were changed.

    `also` is what else they are called in texts; `with_files`: files at other records that name them go too; `again`:
    it came back with a backup, so that nobody can be asked to move its people first. The log keeps that this was done
    to a record of this id, and nothing of who it was.
    """
    require(viewer, "contact.privacy")
    names = {*names_of(contact), *also}
    ids = _ids_of(contact) if again else _erasable(contact)
    changed = sum(follower.forget(one, names) for _name, follower in followers for one in ids)
    changed += _leave_interactions(ids)
    _remove_files(viewer, ids)
    if with_files:
        changed += len(remove_naming(viewer, names))
    _settle_words(strike_in(Contact, ("role",), names))
    record(viewer, "contact.erased", contact, records=changed)
    _delete(ids)
    changed += strike_everywhere(names)
    _told(ids, names=names, with_files=with_files)
    return changed


def let_lapse(viewer: Viewer, contact: Contact, *, again: bool = False) -> None:
    """Its time has come: the record goes with all that hangs on it. Texts that name it have terms of their own."""
    require(viewer, "contact.privacy")
    ids = _ids_of(contact) if again else _erasable(contact)
    for _name, follower in followers:
        for one in ids:
            follower.forget(one, ())
    _leave_interactions(ids)
    _remove_files(viewer, ids)
    record(viewer, "contact.lapsed", contact)
    _delete(ids)
    _told(ids)


def lapsed(viewer: Viewer, *, before: date) -> list[Contact]:
    """People whose term ended before a day, and with whom nobody keeps longer for."""
    require(viewer, "contact.privacy")
    over = select(Contact).where(Contact.kind == "person", Contact.retain_until < before)
    return list(session().scalars(over.where(Contact.merged_into_id.is_(None)).order_by(Contact.id)))


def _erasable(contact: Contact) -> list[str]:
    works = select(Contact.id).where(Contact.organisation_id == contact.id, Contact.merged_into_id.is_(None)).limit(1)
    if session().scalar(works) is not None:
        raise Refused(_("People of this organisation are recorded. Erase or change them first."))
    return _ids_of(contact)


def _ids_of(contact: Contact) -> list[str]:
    """Its own, and those of the records that went into it."""
    return [contact.id, *session().scalars(select(Contact.id).where(Contact.merged_into_id == contact.id))]


def _remove_files(viewer: Viewer, ids: list[str]) -> None:
    for owner in load_owners(ids):
        remove_all_of(viewer, owner)


def _settle_words(contacts: Iterable[Contact]) -> None:
    """Who had them in a role is looked up by other words now."""
    for one in contacts:
        one.settle_words()
        tell_search("contact", one.id)


def _told(ids: Iterable[str], *, names: Iterable[str] = (), with_files: bool = False) -> None:
    for one in ids:
        note_erasure("contact", one, names=names, with_files=with_files)
        tell_search("contact", one)


def _leave_interactions(ids: list[str]) -> int:
    """Meetings with them alone go; those with others are with these alone from now on."""
    changed = 0
    for contact_id in ids:
        for one in _interactions(contact_id):
            one.contacts = [other for other in one.contacts if other.id not in ids]
            changed += 1
            if not one.contacts:
                session().delete(one)
    session().flush()
    return changed


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
