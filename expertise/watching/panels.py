"""What this room shows on the page of a dossier: the button, and what changed since the viewer last looked."""

from functools import partial

from expertise.access.gate import append_apart
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.panels import Panel
from expertise.dossiers.models import Dossier
from expertise.dossiers.panels import at_top, in_heading
from expertise.watching.queries import changes_of, find_watch
from expertise.watching.service import note_look
from expertise.watching.words import in_words


@in_heading.panel("watch", order=5)
def button(viewer: Viewer, dossier: Dossier) -> Panel | None:
    """Watch it, or stop."""
    return Panel("watching/_button.html", watch=find_watch(viewer, dossier)) if viewer.person_id else None


@at_top.panel("watch", order=10)
def changed(viewer: Viewer, dossier: Dossier) -> Panel | None:
    """What others changed since the viewer last looked. That they look now is noted at the door, as any look is."""
    watch = find_watch(viewer, dossier)
    if watch is None:
        return None
    (change,) = changes_of(viewer, [watch])
    if not change and watch.seen_version == dossier.version:
        return None
    closed = dossier.status == "archived"
    append_apart(partial(note_look, watch.person_id, dossier.id, dossier.version, clock.now(), closed=closed))
    return Panel("watching/_changed.html", change=change, words=in_words(change)) if change else None
