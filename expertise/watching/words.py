"""A change in words: for the desk, the dossier's page and a letter."""

from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.dossiers.forms import FIELD_NAMES
from expertise.watching.queries import Change


def in_words(change: Change) -> str:
    """2 new notes, changed: line to take, next step."""
    said = []
    if change.new_notes:
        said.append(ngettext("%(num)s new note", "%(num)s new notes", change.new_notes))
    if change.changed_notes:
        said.append(ngettext("%(num)s changed note", "%(num)s changed notes", change.changed_notes))
    if change.fields:
        names = ", ".join(str(FIELD_NAMES[name]).lower() for name in change.fields)
        said.append(_("changed: %(fields)s", fields=names))
    if change.closed is not None:
        said.append(_("closed") if change.closed else _("opened again"))
    return "; ".join(said)
