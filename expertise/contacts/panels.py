"""What this room shows on the pages of posts and positions, and the place on its own page that rooms above fill.

`on_contact` is the page of a contact: function(viewer, contact); base/panels.py says how.
"""

from flask import url_for

from expertise.access.viewer import Viewer
from expertise.base.panels import Panel, Place
from expertise.contacts import forms, queries
from expertise.contacts.models import Keeping
from expertise.posts.models import Position, Post
from expertise.posts.panels import on_position, on_post

on_contact = Place("contact")


@on_post.panel("contacts", order=30)
def contacts_of_post(viewer: Viewer, post: Post) -> Panel | None:
    """Whom the positions of this post keep, by tier."""
    kept = queries.kept_at(viewer, post)
    return _panel(viewer, kept, url_for("contacts.network_of_post", code=post.code), by_position=True)


@on_position.panel("contacts", order=30)
def contacts_of_position(viewer: Viewer, position: Position) -> Panel | None:
    """Whom this position keeps, by tier."""
    kept = queries.kept_by(viewer, [position.id])
    return _panel(viewer, kept, url_for("contacts.network_of_post", code=position.post.code), by_position=False)


def _panel(viewer: Viewer, kept: list[Keeping], network: str, *, by_position: bool) -> Panel | None:
    if not kept:
        return None
    quiet = {one.id for many in queries.gone_quiet(viewer, kept).values() for one in many}
    return Panel("contacts/_kept.html", kept=kept, names=forms, by_position=by_position, quiet=quiet, network=network)
