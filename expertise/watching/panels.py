"""What this room shows on the page of a dossier and of a search: the button, and what is new since the last look."""

from functools import partial

from sqlalchemy import exists

from expertise.access.gate import append_apart
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.panels import LOOKER, RECORD, Panel
from expertise.dossiers.models import Dossier
from expertise.dossiers.panels import at_top, in_heading
from expertise.search.forms import Asked
from expertise.search.panels import at_start, on_results
from expertise.watching.models import Watch
from expertise.watching.queries import changes_of, find_watch
from expertise.watching.searches import fresh_finds, note_seen, same_search
from expertise.watching.service import note_look
from expertise.watching.words import in_words

_WATCHED = exists().where(Watch.dossier_id == RECORD, Watch.person_id == LOOKER)


@in_heading.panel_where("watch", _WATCHED, order=5)
def button(viewer: Viewer, _dossier: Dossier, there: bool) -> Panel | None:
    """Watch it, or stop."""
    return Panel("watching/_button.html", watched=there) if viewer.person_id else None


@at_top.panel_where("watch", _WATCHED, order=10)
def changed(viewer: Viewer, dossier: Dossier, there: bool) -> Panel | None:
    """What others changed since the viewer last looked. That they look now is noted at the door, as any look is."""
    watch = find_watch(viewer, dossier) if there else None
    if watch is None:
        return None
    (change,) = changes_of(viewer, [watch])
    if not change and watch.seen_version == dossier.version:
        return None
    closed = dossier.status == "archived"
    append_apart(
        partial(note_look, watch.person_id, dossier.id, dossier.version, clock.now(), closed=closed), needed=False
    )
    return Panel("watching/_changed.html", change=change, words=in_words(change)) if change else None


@on_results.panel("watch", order=10)
def watch_search(viewer: Viewer, asked: Asked) -> Panel | None:
    """Watch this search, or stop. Its watcher has now seen what is new in it."""
    if viewer.person_id is None:
        return None
    search = same_search(viewer, asked.text, asked.filters)
    if search is not None and search.fresh:
        append_apart(partial(note_seen, search.id), needed=False)
    return Panel("watching/_search.html", search=search)


@at_start.panel("watched", order=10)
def watched(viewer: Viewer, _nothing: None) -> Panel | None:
    """The searches that the viewer watches."""
    finds = fresh_finds(viewer) if viewer.person_id else []
    return Panel("watching/_searches.html", finds=finds) if finds else None
