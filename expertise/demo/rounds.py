"""A transfer round of the demo: two proposals for the summer, which HR compares and has not decided yet."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from expertise.access.viewer import system
from expertise.base.database import session
from expertise.demo.reading import TODAY, Ministry, on
from expertise.domains.queries import domains_of
from expertise.people.models import Person
from expertise.posts.models import Position, Posting
from expertise.rotation import service
from expertise.rotation.models import Proposal

SYSTEM = system()
# How long a tour takes, in months: heads of mission stay shorter.
TOUR, HEAD_TOUR = 48, 36


def load(ministry: Ministry) -> None:
    """What positions ask, and a round with two proposals: one fills seats early, the other later and not all."""
    with on(TODAY):
        for number, (key, position) in enumerate(sorted(ministry.positions.items())):
            if position.rotates:
                position.tour_months = HEAD_TOUR if "ambassador" in key else TOUR
                position.languages = ("", "French", "English, French", "")[number % 4]
        session().flush()
        around = service.open_round(SYSTEM, name="Zomer 2027", starts_on=date(2027, 6, 1), ends_on=date(2028, 5, 31))
        early = service.add_proposal(SYSTEM, around, name="A: stoelen eerst")
        careful = service.add_proposal(SYSTEM, around, name="B: domein eerst")
        free, leaving = _free_seats(), _leaving()
        _fill(early, list(zip(free, leaving, strict=False)), days_later=1)
        # Who can go on in a domain of theirs, two weeks after the holder left; the other seats wait.
        _fill(careful, list(_in_their_domain(free, leaving)), days_later=15)


def _free_seats() -> list[tuple[Position, date]]:
    """Seats that come free next year and have nobody named, the first to come free first."""
    query = (
        select(Posting)
        .join(Posting.position)
        .where(Posting.status == "held", Posting.acting.is_(False), Position.rotates.is_(True))
        .where(Posting.ends_on.between(date(2027, 3, 1), date(2027, 12, 31)))
        .order_by(Posting.ends_on, Posting.position_id)
    )
    named = select(Posting.position_id).where(Posting.starts_on > TODAY, Posting.acting.is_(False))
    found = session().scalars(query.where(Posting.position_id.not_in(named)))
    return [(one.position, one.ends_on) for one in found if one.ends_on]


def _leaving() -> list[Person]:
    """Who must go somewhere then, and is not named for another seat."""
    named = select(Posting.person_id).where(Posting.starts_on > TODAY)
    query = (
        select(Person)
        .join(Posting, Posting.person_id == Person.id)
        .where(Posting.status == "held", Posting.acting.is_(False), Person.local_staff.is_(False))
        .where(Posting.ends_on.between(date(2027, 3, 1), date(2027, 12, 31)), Person.id.not_in(named))
        .order_by(Person.family_name, Person.id)
    )
    return list(dict.fromkeys(session().scalars(query)))


def _in_their_domain(
    free: list[tuple[Position, date]], leaving: list[Person]
) -> Iterator[tuple[tuple[Position, date], Person]]:
    """Each person with the first free seat that works on something they work on now."""
    held = {one.id: {posting.position_id for posting in _postings_of(one)} for one in leaving}
    seats = {position.id for position, _day in free}.union(*held.values())
    filed = {key: {one.id for one in found} for key, found in domains_of(SYSTEM, seats).items()}
    for person in leaving:
        known = set().union(*(filed[one] for one in held[person.id]))
        fits = [seat for seat in free if filed[seat[0].id] & known and seat[0].id not in held[person.id]]
        if fits:
            free = [seat for seat in free if seat is not fits[0]]
            yield fits[0], person


def _fill(proposal: Proposal, pairs: list[tuple[tuple[Position, date], Person]], *, days_later: int) -> None:
    for (position, ends_on), person in pairs:
        if not any(one.position_id == position.id for one in _postings_of(person)):
            starts_on = date.fromordinal(max(ends_on, date(2027, 7, 31)).toordinal() + days_later)
            service.propose(SYSTEM, proposal, person, position, starts_on=starts_on, ends_on=None)


def _postings_of(person: Person) -> list[Posting]:
    """Where somebody has been: nobody goes back to the same seat."""
    return list(session().scalars(select(Posting).where(Posting.person_id == person.id)))
