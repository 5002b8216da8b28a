"""The attachments of a record, for the pages of the rooms above: `panel_of(viewer, owner)` gives a Panel."""

from sqlalchemy import Exists, exists

from expertise.access.rules import allowed
from expertise.access.viewer import Viewer
from expertise.base.panels import RECORD, Panel
from expertise.files import queries, words
from expertise.files.forms import AddFileForm
from expertise.files.models import File
from expertise.files.owners import Attached, Owner


def has_files(kind: str) -> Exists:
    """The condition that a record of this kind has files: for the place in which they are shown."""
    return exists().where(File.owner_kind == kind, File.owner_id == RECORD)


def panel_of(viewer: Viewer, owner: Owner, *, there: bool = True) -> Panel | None:
    """The files of a record and, for whoever may, the form that adds one. None where there is nothing to show.

    `there` is whether the record has any, where that is known.
    """
    may_add = allowed(viewer, "file.add", owner)
    files = [Attached(one, owner) for one in queries.files_of(viewer, owner)] if there else []
    if not may_add:
        files = [one for one in files if not one.file.refused]
    if not files and not may_add:
        return None
    form = AddFileForm() if may_add else None
    return Panel("files/_panel.html", files=files, owner=owner, form=form, words=words)
