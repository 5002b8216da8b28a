"""What this room shows on the pages of posts and positions, and the place on its own page that rooms above fill.

`on_contact` is the page of a contact: function(viewer, contact); base/panels.py says how.
"""

from expertise.access.viewer import Viewer
from expertise.base.panels import Panel, Place
from expertise.contacts import forms, queries
from expertise.posts.models import Position, Post
from expertise.posts.panels import on_position, on_post

on_contact = Place("contact")


@on_post.panel("contacts", order=30)
def contacts_of_post(viewer: Viewer, post: Post) -> Panel | None:
    """Whom the positions of this post keep, by tier."""
    kept = queries.kept_at(viewer, post)
    return Panel("contacts/_kept.html", kept=kept, names=forms, by_position=True) if kept else None


@on_position.panel("contacts", order=30)
def contacts_of_position(viewer: Viewer, position: Position) -> Panel | None:
    """Whom this position keeps, by tier."""
    kept = queries.kept_by(viewer, [position.id])
    return Panel("contacts/_kept.html", kept=kept, names=forms, by_position=False) if kept else None
