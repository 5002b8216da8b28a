"""What this room shows on the pages of posts and positions: the notes that were left there."""

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.panels import Panel
from expertise.handovers import queries, words
from expertise.posts.models import Position, Post
from expertise.posts.panels import on_position, on_post


@on_post.panel("handovers", order=20)
def notes_of_post(viewer: Viewer, post: Post) -> Panel | None:
    """The last notes that were signed here, as far as this viewer may read them."""
    notes = queries.notes_at_post(viewer, post.id)
    return Panel("handovers/_left.html", notes=notes, words=words, today=clock.today()) if notes else None


@on_position.panel("handovers", order=20)
def notes_of_position(viewer: Viewer, position: Position) -> Panel | None:
    """What the holders of this seat left, the latest first."""
    notes = queries.notes_at(viewer, [position.id])
    return Panel("handovers/_left.html", notes=notes, words=words, today=clock.today()) if notes else None
