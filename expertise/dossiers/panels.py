"""What this room shows on the pages of posts, positions, domains and contacts, and the places on its own page.

    on_dossier         a section of a dossier's page: function(viewer, dossier) gives a Panel (base/panels.py)
    at_top             what must be read before the rest: the same as on_dossier
    in_heading         a button beside its heading: the same; its template draws one <a class="btn">
    on_entry           a section of a note's page: function(viewer, entry)
    holder_columns     a column of the table under the chain: function(viewer, postings) gives a Column
    commitment_columns a column of the table of commitments: function(viewer, entries) gives a Column

A room above registers with the decorator, and gets all rows at once, so that it needs one query:

    @holder_columns.column("handover", order=10)
    def handovers_of(viewer, postings) -> Column | None:
        return Column(_("Handover"), {posting.id: Fact(text, mark="confirmed", url=url)})
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.panels import Panel, Place
from expertise.contacts.following import followers
from expertise.contacts.models import Contact
from expertise.contacts.panels import on_contact
from expertise.domains.models import Domain
from expertise.domains.panels import on_domain
from expertise.dossiers import queries
from expertise.dossiers.models import Dossier
from expertise.dossiers.personal import DossierLinks
from expertise.posts.models import Position, Post
from expertise.posts.panels import on_position, on_post

on_dossier = Place("dossier")
at_top = Place("top of a dossier")
in_heading = Place("heading of a dossier")
on_entry = Place("entry")


@dataclass(frozen=True)
class Fact:
    """A cell: a text, with a mark of parts/marks.html, a link and a second line where there is one."""

    text: str
    mark: str = ""
    url: str = ""
    small: str = ""


@dataclass(frozen=True)
class Column:
    """A column: its head, and the cells by the id of what stands in the row. A row without one gets a dash."""

    head: str
    cells: Mapping[str, Fact]
    figures: bool = False


# (viewer, what stands in the rows) -> the column, or none at all.
Fill = Callable[[Any, Sequence[Any]], Column | None]


@dataclass(frozen=True)
class Columns:
    """Columns of a table, filled by name, in order."""

    name: str
    _entries: dict[str, tuple[int, Fill]] = field(default_factory=dict)

    def column(self, name: str, *, order: int) -> Callable[[Fill], Fill]:
        """Register a function. A name is taken once."""
        if name in self._entries:
            raise ValueError(f"{self.name} has a column {name} already")

        def register(fill: Fill) -> Fill:
            self._entries[name] = (order, fill)
            return fill

        return register

    def filled(self, viewer: Viewer, rows: Sequence[Any]) -> list[Column]:
        """The columns for this viewer."""
        entries = sorted(self._entries.items(), key=lambda entry: (entry[1][0], entry[0]))
        columns = (fill(viewer, rows) for _name, (_order, fill) in entries)
        return [column for column in columns if column is not None]


holder_columns = Columns("holders")
commitment_columns = Columns("commitments")


followers.add("dossiers", DossierLinks())


@on_post.panel("dossiers", order=10)
def dossiers_of_post(viewer: Viewer, post: Post) -> Panel | None:
    """The dossiers in which this post is involved."""
    return _panel(viewer, queries.dossiers_at(viewer, post), keepers=True)


@on_position.panel("dossiers", order=10)
def dossiers_of_position(viewer: Viewer, position: Position) -> Panel | None:
    """What this position keeps."""
    return _panel(viewer, queries.kept_by(viewer, [position.id]), keepers=False)


@on_domain.panel("dossiers", order=10)
def dossiers_of_domain(viewer: Viewer, domain: Domain) -> Panel | None:
    """What is filed under this domain."""
    return _panel(viewer, queries.dossiers_about(viewer, domain), keepers=True)


@on_contact.panel("dossiers", order=10)
def dossiers_of_contact(viewer: Viewer, contact: Contact) -> Panel | None:
    """For which dossiers this contact matters."""
    return _panel(viewer, queries.dossiers_with(viewer, contact), keepers=True)


def _panel(viewer: Viewer, dossiers: list[Dossier], *, keepers: bool) -> Panel | None:
    if not dossiers:
        return None
    kept = queries.keepers_of(viewer, dossiers) if keepers else {}
    return Panel("dossiers/_on_page.html", dossiers=dossiers, keepers=kept, today=clock.today())
