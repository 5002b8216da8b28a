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

from sqlalchemy import exists

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.panels import RECORD, Column, Columns, Fact, Panel, Place
from expertise.contacts.following import followers
from expertise.contacts.models import Contact
from expertise.contacts.panels import on_contact
from expertise.domains.models import Domain
from expertise.domains.panels import on_domain
from expertise.dossiers import pointers, queries
from expertise.dossiers.forms import SECRET_MARKING_NAMES
from expertise.dossiers.models import Dossier, DossierContact, DossierPointer
from expertise.dossiers.personal import DossierLinks
from expertise.posts.models import Position, Post
from expertise.posts.panels import on_position, on_post

__all__ = [
    "Column",
    "Fact",
    "at_top",
    "commitment_columns",
    "holder_columns",
    "in_heading",
    "on_dossier",
    "on_entry",
]

on_dossier = Place("dossier")
at_top = Place("top of a dossier")
in_heading = Place("heading of a dossier")
on_entry = Place("entry")


holder_columns = Columns("holders")
commitment_columns = Columns("commitments")


followers.add("dossiers", DossierLinks())


@on_dossier.panel_where("pointers", exists().where(DossierPointer.dossier_id == RECORD), order=80)
def pointers_on_page(viewer: Viewer, dossier: Dossier, there: bool) -> Panel | None:
    """What exists and is kept elsewhere."""
    rows = pointers.pointers_of(viewer, dossier) if there else []
    return Panel("dossiers/_pointers.html", rows=rows, marking_names=SECRET_MARKING_NAMES)


@on_dossier.panel_where("contacts", exists().where(DossierContact.dossier_id == RECORD), order=90)
def contacts_of_dossier(viewer: Viewer, dossier: Dossier, there: bool) -> Panel | None:
    """Who matters for it."""
    return Panel("dossiers/_contacts.html", contacts=queries.contacts_of(viewer, dossier)) if there else None


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
