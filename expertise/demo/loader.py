"""Loads the small demo into an empty installation."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.base.findable import to_be_rebuilt
from expertise.demo import asked, attachments, expertise, knowledge, ministry, notes, pilots, rounds, whole
from expertise.demo.reading import TODAY, Ministry, on, seeded_ids
from expertise.people.models import Person


def is_empty() -> bool:
    """Whether nobody is recorded yet."""
    return session().scalar(select(Person.id).limit(1)) is None


def load_small(_advance: whole.Progress | None = None) -> Ministry:
    """Everything, in the present transaction; refuses where there is something already. The index is for the caller."""
    if not is_empty():
        raise Refused(_("The demo goes into an empty installation only; this one holds people."))
    loaded = Ministry()
    with seeded_ids(), to_be_rebuilt():
        ministry.load(loaded)
        past = [event for room in (knowledge, notes, asked, attachments, pilots) for event in room.events(loaded)]
        # Sorting keeps the order of the texts within a day.
        for event in sorted(past, key=lambda one: (min(one.day, TODAY), one.late)):
            with on(event.day):
                event.happen()
        rounds.load(loaded)
        expertise.load(loaded)
    return loaded


def load_ministry(advance: whole.Progress | None = None) -> Ministry:
    """The small demo, and around it a ministry of real size."""
    loaded = load_small()
    with seeded_ids("ministry"), to_be_rebuilt():
        whole.load(advance)
    return loaded


SIZES = {"small": load_small, "ministry": load_ministry}
