"""What one was writing and has not saved: where, in what, since when. The text itself stays in its form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.access.rules import allowed
from expertise.access.viewer import Viewer
from expertise.contacts.queries import contacts_by_id
from expertise.dossiers.queries import titles_of
from expertise.drafts.queries import Unfinished
from expertise.handovers.queries import still_written
from expertise.handovers.words import SECTION_NAMES

# The form at an address -> what one writes there.
KINDS: dict[str, Any] = {
    "dossiers.new": _("New dossier"),
    "dossiers.edit": _("Dossier"),
    "dossiers.new_entry": _("New note"),
    "dossiers.edit_entry": _("Note"),
    "handovers.edit_section": _("Handover"),
    "handovers.edit_dossier": _("Handover"),
    "questions.ask_dossier": _("Question"),
    "questions.ask_position": _("Question"),
    "questions.ask_person": _("Question"),
    "questions.answer": _("Answer"),
    "contacts.new": _("New contact"),
    "contacts.edit": _("Contact"),
    "contacts.keep": _("Contact"),
    "contacts.keeping": _("Contact"),
    "contacts.log": _("Contact"),
    "contacts.interaction": _("Contact"),
    "pilots.new": _("Pilot"),
    "pilots.change": _("Pilot"),
    "pilots.chain": _("Pilot"),
    "pilots.add_evaluation": _("Pilot"),
    "pilots.add_milestone": _("Pilot"),
    "pilots.add_measure": _("Pilot"),
    "pilots.add_measurement": _("Pilot"),
    "pilots.decide": _("Pilot"),
}


@dataclass(frozen=True)
class Place:
    """The form that a draft is of: its endpoint and what stands in its address."""

    draft: Unfinished
    endpoint: str
    ids: Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One unfinished text on the desk."""

    kind: Any
    what: Any
    url: str
    saved_at: datetime


def lines_of(viewer: Viewer, places: Iterable[Place]) -> list[Line]:
    """One line each; of what the viewer may no longer read not even a title, and no line."""
    known = [one for one in places if one.endpoint in KINDS]
    titles: dict[str, Any] = dict(titles_of(viewer, _ids(known, "dossier_id")))
    titles |= {key: one.name for key, one in contacts_by_id(viewer, _ids(known, "contact_id")).items()}
    writable = still_written(viewer, _ids(known, "handover_id"))
    found = []
    for one in known:
        needed = one.ids.get("dossier_id") or one.ids.get("contact_id")
        if (needed and needed not in titles) or not {one.ids.get("handover_id")} <= {None, *writable}:
            continue
        if one.endpoint.startswith("pilots.") and not allowed(viewer, "pilot.change"):
            continue
        what = titles[needed] if needed else SECTION_NAMES.get(one.ids.get("number", -1), "")
        found.append(Line(KINDS[one.endpoint], what, one.draft.address, one.draft.saved_at))
    return found


def _ids(places: Iterable[Place], name: str) -> list[str]:
    return list(dict.fromkeys(one.ids[name] for one in places if name in one.ids))
