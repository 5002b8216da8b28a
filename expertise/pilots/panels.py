"""What this room shows on a person's page: to that person, in which pilots they are."""

from expertise.access.viewer import Viewer
from expertise.base.panels import Panel
from expertise.people.models import Person
from expertise.pilots import queries, words
from expertise.posts.panels import on_person


@on_person.panel("pilots", order=60)
def pilots_of_person(viewer: Viewer, person: Person) -> Panel | None:
    """Only to themselves: what others may know of a pilot is its report."""
    if viewer.person_id != person.id:
        return None
    found = queries.mine(viewer)
    return Panel("pilots/_on_person.html", found=found, words=words) if found else None
