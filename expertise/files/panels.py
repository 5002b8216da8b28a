"""The attachments of a record, for the pages of the rooms above: `panel_of(viewer, owner)` gives a Panel."""

from expertise.access.rules import allowed
from expertise.access.viewer import Viewer
from expertise.base.panels import Panel
from expertise.files import queries, words
from expertise.files.forms import AddFileForm
from expertise.files.owners import Attached, Owner


def panel_of(viewer: Viewer, owner: Owner) -> Panel | None:
    """The files of a record and, for whoever may, the form that adds one. None where there is nothing to show."""
    may_add = allowed(viewer, "file.add", owner)
    files = [Attached(one, owner) for one in queries.files_of(viewer, owner)]
    if not may_add:
        files = [one for one in files if not one.file.refused]
    if not files and not may_add:
        return None
    form = AddFileForm() if may_add else None
    return Panel("files/_panel.html", files=files, owner=owner, form=form, words=words)
