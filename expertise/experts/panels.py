"""What this room shows on the pages of people and domains."""

from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.panels import Panel
from expertise.domains.models import Domain
from expertise.domains.panels import on_domain
from expertise.experts import looking, words
from expertise.experts.finding import Asked, who_knows
from expertise.experts.queries import profile_of
from expertise.people.models import Person
from expertise.posts.panels import on_person
from expertise.search.panels import on_nothing

MOST_ON_DOMAIN = 5


@on_person.panel("expertise", order=40)
def expertise_of_person(viewer: Viewer, person: Person) -> Panel | None:
    """What somebody knows, in short; to look at it is noted, and that person sees it."""
    shown = profile_of(viewer, person.id)
    looking.note_look(viewer, person)
    if not shown.own and shown.is_empty:
        return None
    return Panel("experts/_on_person.html", shown=shown, words=words, today=clock.today())


@on_domain.panel("experts", order=5)
def experts_on_domain(viewer: Viewer, domain: Domain) -> Panel | None:
    """Who knows about it, and how to find more of them."""
    found = who_knows(viewer, Asked(domain=domain), per_page=MOST_ON_DOMAIN)
    return Panel("experts/_on_domain.html", found=found, words=words, today=clock.today())


@on_nothing.panel("experts", order=5)
def who_knows_it(_viewer: Viewer, typed: str) -> Panel | None:
    """What is not written may be known: the way to who knows."""
    return Panel("experts/_nothing.html", topic=typed) if typed else None
