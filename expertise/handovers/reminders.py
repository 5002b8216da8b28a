"""Who is reminded of what: before a departure, on the day, and after an arrival. Each is said once, also a day late."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.mail import send_later
from expertise.handovers.dates import RECEIVED_AFTER, predecessors_of
from expertise.handovers.models import ASKED_BEFORE, DRAFTED_BEFORE, FINAL_BEFORE, Handover, Heir, Receipt
from expertise.handovers.models_beside import Reminded, Scoring
from expertise.handovers.queries_beside import SCORED_AFTER
from expertise.handovers.service import find_note
from expertise.people.models import Account, Person
from expertise.posts.models import Position, Posting

# The nearest to the last day first: whoever is reminded late hears the one that counts now, and not those before it.
LEAVING = (
    ("leaves_today", timedelta()),
    ("leaves_in_7", FINAL_BEFORE),
    ("leaves_in_30", ASKED_BEFORE),
    ("leaves_in_90", DRAFTED_BEFORE),
)
# Who comes to such a position later than this is no heir any more.
HEIRS_FOR = timedelta(days=730)
# To whoever freezes the note of one who no longer can.
INSTEAD = "instead"
# A reminder that was missed for longer than this is no longer sent: then the desk says it.
LATE = timedelta(days=14)


@dataclass(frozen=True)
class Reminder:
    """What is due: for whom (a person and the account), what, on which posting, and where it is done."""

    person_id: str
    account_id: str
    kind: str
    posting_id: str
    on: date  # the day that it is about


def due_reminders(viewer: Viewer, today: date) -> list[Reminder]:
    """Who is to be reminded today, and was not yet: the leaver 90, 30 and 7 days before and on the day, the successor
    14 and 90 days after arrival, and so who holds another position that the note is for. Where the leaver has no
    account any more, the acting holder or else the head of the post is asked to freeze it. What is signed, received
    or scored already reminds nobody; nor does anything whoever left the service.
    """
    require(viewer, "installation.keep")
    due = list(dict.fromkeys((*_leaving(today), *_instead(today), *_arrived(today), *_inherited(today))))
    accounts = _open_accounts({person_id for person_id, *_rest in due}, today)
    told = _told({posting_id for _person, _kind, posting_id, _on in due})
    return [
        Reminder(person_id, accounts[person_id], kind, posting_id, on)
        for person_id, kind, posting_id, on in due
        if person_id in accounts and (person_id, kind, posting_id, on) not in told
    ]


def remind(viewer: Viewer) -> int:
    """For every day: note who is reminded, and write to them; says how many."""
    due = due_reminders(viewer, clock.today())
    for one in due:
        made = Reminded(person_id=one.person_id, kind=one.kind, posting_id=one.posting_id, on=one.on, at=clock.now())
        session().add(made)
        session().flush()
        send_later("reminder", one.account_id, made.id)
    return len(due)


def still_due(reminded: Reminded) -> bool:
    """Whether what somebody is reminded of is not done yet, and its day is still the same."""
    posting = session().get_one(Posting, reminded.posting_id)
    note = find_note(posting)
    if reminded.kind == INSTEAD:
        return (note is None or note.frozen_at is None) and posting.status == "held" and posting.ends_on == reminded.on
    if reminded.kind.startswith("leaves"):
        undone = note is None or (note.frozen_at is None and (note.final_at is None or reminded.kind == LEAVING[0][0]))
        return undone and posting.status == "held" and posting.ends_on == reminded.on
    model = Scoring if reminded.kind == "score" else Receipt
    return note is not None and (note.id, reminded.person_id) not in _acts(model, [note.id])


def _open_accounts(person_ids: set[str], today: date) -> dict[str, str]:
    query = select(Account.person_id, Account.id).join(Person, Person.id == Account.person_id)
    query = query.where(Account.person_id.in_(person_ids), Account.disabled_at.is_(None))
    return {
        row[0]: row[1] for row in session().execute(query.where(or_(Person.left_on.is_(None), Person.left_on >= today)))
    }


def _told(posting_ids: set[str]) -> set[tuple[str, str, str, date]]:
    query = select(Reminded).where(Reminded.posting_id.in_(posting_ids))
    return {(one.person_id, one.kind, one.posting_id, one.on) for one in session().scalars(query)}


Due = tuple[str, str, str, date]


def _leaving(today: date) -> Iterator[Due]:
    query = (
        select(Posting, Handover.final_at)
        .outerjoin(Handover, Handover.posting_id == Posting.id)
        .where(Posting.ends_on.between(today - FINAL_BEFORE, today + DRAFTED_BEFORE))
        .where(Posting.status == "held", Posting.acting.is_(False), Posting.ends_precision == "day")
        .where(or_(Posting.starts_on.is_(None), Posting.starts_on <= today))
        .where(or_(Handover.id.is_(None), Handover.frozen_at.is_(None)))
        .order_by(Posting.ends_on, Posting.id)
    )
    for posting, final_at in session().execute(query):
        assert posting.ends_on
        left = posting.ends_on - today
        kind, before = next((name, before) for name, before in LEAVING if left <= before)
        # A note that is signed waits for nothing but its last day.
        if before - left <= LATE and (final_at is None or kind == "leaves_today"):
            yield posting.person_id, kind, posting.id, posting.ends_on


def _instead(today: date) -> Iterator[Due]:
    """In the last week and two weeks after it: notes that are not frozen, of leavers without an account."""
    query = (
        select(Posting, Handover.acting_person_id)
        .outerjoin(Handover, Handover.posting_id == Posting.id)
        .where(Posting.ends_on.between(today - LATE, today + FINAL_BEFORE), Posting.ends_precision == "day")
        .where(Posting.status == "held", Posting.acting.is_(False), Handover.frozen_at.is_(None))
        .order_by(Posting.ends_on, Posting.id)
    )
    found = session().execute(query.options(joinedload(Posting.position, innerjoin=True))).all()
    able = _open_accounts({posting.person_id for posting, _acting in found}, today)
    left = [(posting, acting) for posting, acting in found if posting.person_id not in able]
    heads = _heads({posting.position.post_id for posting, acting in left}, today)
    for posting, acting in left:
        assert posting.ends_on
        for person_id in [acting] if acting else heads.get(posting.position.post_id, []):
            yield person_id, INSTEAD, posting.id, posting.ends_on


def _heads(post_ids: set[str], today: date) -> dict[str, list[str]]:
    """By post who heads it today."""
    query = select(Position.post_id, Posting.person_id).join(Posting.position)
    query = query.join(Account, Account.person_id == Posting.person_id).where(Account.role == "head")
    query = query.where(Position.post_id.in_(post_ids), Posting.holding(today)).order_by(Posting.id)
    found: dict[str, list[str]] = {}
    for post_id, person_id in session().execute(query):
        found.setdefault(post_id, []).append(person_id)
    return found


def _arrived(today: date) -> Iterator[Due]:
    for kind, after in (("receive", RECEIVED_AFTER), ("score", SCORED_AFTER)):
        query = select(Posting).where(
            Posting.starts_on.between(today - after - LATE, today - after),
            Posting.status == "held",
            Posting.acting.is_(False),
            Posting.starts_precision == "day",
        )
        arrived = {one.position_id: one for one in session().scalars(query.order_by(Posting.starts_on, Posting.id))}
        before = predecessors_of(arrived)
        found = select(Handover).where(Handover.posting_id.in_([one.id for one in before.values()]))
        handovers = {one.posting_id: one for one in session().scalars(found.options(joinedload(Handover.posting)))}
        ids = [one.id for one in handovers.values()]
        received, scored = _acts(Receipt, ids), _acts(Scoring, ids)
        for seat, posting in arrived.items():
            handover = handovers.get(before[seat].id) if seat in before else None
            assert posting.starts_on
            if handover is None or handover.frozen_at is None:
                continue
            mine = (handover.id, posting.person_id)
            if kind == "receive" and mine not in received:
                yield posting.person_id, "receive", handover.posting_id, posting.starts_on
            elif kind == "score" and mine not in scored:
                # Who never received it is asked for that first.
                said = "score" if mine in received else "receive_late"
                yield posting.person_id, said, handover.posting_id, posting.starts_on


def _inherited(today: date) -> Iterator[Due]:
    """Who has another position that a frozen note is for: counted from when both the note and its holder were there."""
    query = select(Heir.position_id, Handover).join(Handover, Handover.id == Heir.handover_id)
    query = query.where(Handover.frozen_at >= clock.now() - HEIRS_FOR).order_by(Handover.id)
    left = session().execute(query.options(joinedload(Handover.posting))).all()
    seats = select(Posting).where(Posting.position_id.in_({seat for seat, _one in left}), Posting.acting.is_(False))
    line: dict[str, list[Posting]] = {}
    for posting in session().scalars(seats.where(Posting.status == "held").order_by(Posting.starts_on, Posting.id)):
        line.setdefault(posting.position_id, []).append(posting)
    ids = [one.id for _seat, one in left]
    received, scored = _acts(Receipt, ids), _acts(Scoring, ids)
    for seat, one in left:
        assert one.frozen_at
        frozen = one.frozen_at.date()
        for posting in _first_after(line.get(seat, []), frozen):
            began = max(posting.starts_on or frozen, frozen)
            mine, days = (one.id, posting.person_id), today - began
            if posting.person_id == one.posting.person_id:
                continue
            if RECEIVED_AFTER <= days <= RECEIVED_AFTER + LATE and mine not in received:
                yield posting.person_id, "receive", one.posting_id, began
            elif SCORED_AFTER <= days <= SCORED_AFTER + LATE and mine not in scored:
                yield posting.person_id, "score" if mine in received else "receive_late", one.posting_id, began


def _first_after(line: list[Posting], day: date) -> list[Posting]:
    """Who held the seat that day, else the first who came to it: whoever comes later has a note of its own."""
    return [one for one in line if one.holds_on(day)] or [one for one in line if one.is_to_come(day)][:1]


def _acts(model: type[Receipt] | type[Scoring], handover_ids: list[str]) -> set[tuple[str, str]]:
    query = select(model.handover_id, model.person_id).where(model.handover_id.in_(handover_ids))
    return {(row[0], row[1]) for row in session().execute(query)}
