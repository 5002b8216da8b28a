"""What this room shows on the pages of positions and people, and the place on its own page for rooms above.

`on_domain` is the page of a domain: function(viewer, domain); base/panels.py says how.
"""

from expertise.access.viewer import Viewer
from expertise.base.panels import Panel, Place
from expertise.domains import queries
from expertise.posts.models import Position
from expertise.posts.panels import on_position

__all__ = ["Panel", "Place", "on_domain"]

on_domain = Place("domain")


@on_position.panel("domains", order=5)
def domains_of_position(viewer: Viewer, position: Position) -> Panel:
    """On which themes the position works."""
    found = queries.domains_of(viewer, [position.id])[position.id]
    return Panel("domains/_on_position.html", side=True, domains=found)
