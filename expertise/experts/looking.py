"""That somebody looked at a colleague's expertise is noted at the door, as any look is, and shown to that colleague."""

from functools import partial

from expertise.access.gate import append_apart
from expertise.access.viewer import Viewer
from expertise.audit.queries import LOOKED
from expertise.audit.service import record_apart
from expertise.people.models import Person


def note_look(viewer: Viewer, person: Person) -> None:
    """In a transaction of its own, after this request. One's own look is none."""
    if viewer.person_id is not None and viewer.person_id != person.id:
        append_apart(partial(record_apart, viewer, LOOKED, person, result="done"))
