"""Questions about pilots. HR sees the names; everybody sees in which pilots they are themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.base.paging import Page
from expertise.pilots.models import GOES_ON, Measure, Milestone, Participant, Pilot
from expertise.posts.models import Posting

# Whole tracks are long.
PER_PAGE = 20


def get_pilot(viewer: Viewer, slug: str) -> Pilot:
    """A pilot with all that is written of it."""
    require(viewer, "pilot.read")
    query = select(Pilot).where(Pilot.slug == slug)
    query = query.options(
        joinedload(Pilot.fixed_by),
        selectinload(Pilot.steps),
        selectinload(Pilot.amendments),
        selectinload(Pilot.milestones),
        selectinload(Pilot.evaluations),
        selectinload(Pilot.measures).selectinload(Measure.values),
        selectinload(Pilot.decisions),
    )
    found = session().scalars(query).one_or_none()
    if found is None:
        raise NotFound(slug)
    return found


def list_pilots(viewer: Viewer) -> list[Pilot]:
    """All pilots, those that began last first."""
    require(viewer, "pilot.read")
    query = select(Pilot).options(selectinload(Pilot.decisions), selectinload(Pilot.milestones))
    return list(session().scalars(query.order_by(Pilot.starts_on.desc(), Pilot.name, Pilot.id)))


def to_decide(viewer: Viewer) -> list[Pilot]:
    """The pilots whose day has come, and of which nothing was decided since."""
    return [one for one in list_pilots(viewer) if state_of(one) == "to_judge"]


def head_count(viewer: Viewer) -> dict[str, int]:
    """How many take part, by pilot. For HR alone, who knows them by name."""
    require(viewer, "pilot.read")
    query = select(Participant.pilot_id, func.count()).where(Participant.role == "takes_part")
    return {row[0]: row[1] for row in session().execute(query.group_by(Participant.pilot_id))}


@dataclass(frozen=True)
class Track:
    """Somebody in a pilot, with the postings that they held."""

    participant: Participant
    postings: Sequence[Posting]


def tracks_of(viewer: Viewer, pilot: Pilot, *, page: int = 1, shows: str = "") -> Page[Track]:
    """Who is in a pilot with their postings, by role and name: a page, or that on which a participant stands."""
    require(viewer, "pilot.read")
    query = select(Participant).where(Participant.pilot_id == pilot.id)
    people = list(session().scalars(query))
    people.sort(key=lambda one: (("takes_part", "compared", "refused").index(one.role), one.person.name, one.id))
    page = next((place // PER_PAGE + 1 for place, one in enumerate(people) if one.id == shows), page)
    number = min(max(page, 1), max(1, -(-len(people) // PER_PAGE)))
    shown = people[(number - 1) * PER_PAGE : number * PER_PAGE]
    held: dict[str, list[Posting]] = {one.person_id: [] for one in shown}
    postings = select(Posting).where(Posting.person_id.in_(held), Posting.status == "held")
    for posting in session().scalars(postings.order_by(Posting.starts_on, Posting.id)):
        held[posting.person_id].append(posting)
    return Page([Track(one, held[one.person_id]) for one in shown], len(people), number, PER_PAGE)


def get_participant(viewer: Viewer, pilot: Pilot, participant_id: str) -> Participant:
    """Somebody in this pilot."""
    require(viewer, "pilot.read")
    found = session().get(Participant, participant_id)
    if found is None or found.pilot_id != pilot.id:
        raise NotFound(participant_id)
    return found


def get_milestone(viewer: Viewer, pilot: Pilot, milestone_id: str) -> Milestone:
    """A milestone of this pilot."""
    require(viewer, "pilot.read")
    found = session().get(Milestone, milestone_id)
    if found is None or found.pilot_id != pilot.id:
        raise NotFound(milestone_id)
    return found


def mine(viewer: Viewer) -> list[Participant]:
    """In which pilots this viewer is, and what is recorded of them."""
    require(viewer, "pilot.own")
    query = select(Participant).where(Participant.person_id == viewer.person_id)
    query = query.options(joinedload(Participant.pilot))
    return sorted(session().scalars(query), key=lambda one: (one.pilot.starts_on, one.id), reverse=True)


def next_milestone(pilot: Pilot) -> Milestone | None:
    """The first that was not reached."""
    return next((one for one in pilot.milestones if one.done_on is None), None)


def goes_on(pilot: Pilot) -> bool:
    """Whether it was decided to go on with it, and it is to be judged again on a day after that."""
    last = pilot.decisions[-1] if pilot.decisions else None
    return last is not None and last.kind in GOES_ON and pilot.judged_on > last.on


def lacks_day(pilot: Pilot) -> bool:
    """Whether it was decided to go on with it, and its plan does not say yet when it is judged again."""
    return bool(pilot.decisions) and pilot.decisions[-1].kind in GOES_ON and not goes_on(pilot)


def state_of(pilot: Pilot, today: date | None = None) -> str:
    """Where a pilot stands: draft, fixed, running, to_judge or decided."""
    today = today or clock.today()
    if pilot.decisions and not goes_on(pilot):
        return "decided"
    if pilot.fixed_at is None:
        return "draft"
    if today >= pilot.judged_on:
        return "to_judge"
    return "running" if today >= pilot.starts_on else "fixed"
