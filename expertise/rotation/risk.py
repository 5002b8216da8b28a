"""Knowledge at risk: what only one person holds, when they leave, and how much it matters.

A dossier is at risk where one person holds all the positions that keep it and leaves within the time that is looked at,
or where nobody holds any of them now. A domain is at risk where of those who work in it today at most one is left, and
a post where half of its holders leave. Nobody is weighed or put in order: lines speak of dossiers, domains and posts.
What a viewer may not read is no line and counts nowhere.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import selectinload

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.paging import Page
from expertise.contacts.models import Keeping
from expertise.domains.models import Domain, PositionDomain
from expertise.domains.queries import domains_by_id, with_below
from expertise.dossiers.models import Dossier, DossierDomain, Stewardship
from expertise.handovers.queries import handover_of
from expertise.handovers.waiting import Leaving, notes_of_leavers
from expertise.posts.models import Position
from expertise.rotation.queries import Filters, lines_at, window_of
from expertise.rotation.sittings import Line, Seat, Sitting, Window, sittings

# In bands by how soon: within a quarter, within half a year, later.
SOON, NEAR = timedelta(days=91), timedelta(days=182)
BANDS = (0, 1, 2)
PER_PAGE = 40
EVERYTHING = Filters()


class Kept(NamedTuple):
    """A position keeps a dossier; the dossier's title and urgency (1 comes first)."""

    position_id: str
    dossier_id: str
    title: str
    urgency: int


@dataclass(frozen=True)
class AtRisk:
    """A dossier with one holder who leaves, or with none: who follows when, and what hangs on it.

    `gap_days` count from the one date to the other; None where nobody is named, or nobody holds it now.
    """

    kept: Kept
    seat: Seat
    holder: Sitting | None
    leaves: date | None
    successor: Sitting | None
    acting: tuple[Sitting, ...]
    local: int  # colleagues who are employed locally and sit at the post today
    contacts: int  # of tier 1, that the position keeps
    band: int

    @property
    def gap_days(self) -> int | None:
        """Between the two."""
        if self.leaves is None or self.successor is None or self.successor.starts_on is None:
            return None
        return (self.successor.starts_on - self.leaves).days


@dataclass(frozen=True)
class ThinDomain:
    """Of a domain: how many work in it today, how many of them leave, how many are named to come, who is left."""

    domain: Domain
    now: int
    leave: int
    come: int

    @property
    def left(self) -> int:
        """How many there are then."""
        return self.now - self.leave + self.come


@dataclass(frozen=True)
class ThinPost:
    """Of a post: how many hold a position, how many leave, how many of those have nobody named, who stays."""

    seat: Seat
    now: int
    leave: int
    unfilled: int
    local: int
    dossiers: int  # with one holder who leaves


@dataclass(frozen=True)
class Risks:
    """All that is at risk for this viewer, over a time."""

    window: Window
    dossiers: Sequence[AtRisk]
    domains: Sequence[ThinDomain]
    posts: Sequence[ThinPost]


@dataclass(frozen=True)
class ShownRisks:
    """A page of it, with the dossiers as records (for what this viewer may do) and the notes of who leaves."""

    risks: Risks
    page: Page[AtRisk]
    dossiers: Mapping[str, Dossier]
    notes: Mapping[str, Leaving]  # by posting
    readable: Set[str]  # the postings of which this viewer may read the note


def risks(viewer: Viewer, filters: Filters = EVERYTHING, window: Window | None = None) -> Risks:
    """What is at risk at the positions that this viewer oversees. The number of queries does not grow."""
    require(viewer, "rotation.board")
    window = window or window_of(filters)
    lines = {one.seat.id: one for one in lines_at(viewer, filters, window)}
    kept = _kept(viewer, filters)
    everywhere = sittings(Position.id.in_(_keeping()), since=window.today)
    dossiers = list(_dossiers(kept, lines, everywhere, window))
    return Risks(
        window,
        sorted(dossiers, key=lambda one: (one.band, one.kept.urgency, one.leaves or date.min, one.kept.title)),
        _domains(viewer, lines, window, filters),
        _posts(lines.values(), dossiers, window),
    )


def show_risks(viewer: Viewer, filters: Filters, *, page: int = 1) -> ShownRisks:
    """A page of what is at risk, with what its actions need."""
    found = risks(viewer, filters)
    number = min(max(page, 1), max(1, -(-len(found.dossiers) // PER_PAGE)))
    rows = found.dossiers[(number - 1) * PER_PAGE : number * PER_PAGE]
    query = select(Dossier).where(Dossier.id.in_({one.kept.dossier_id for one in rows}))
    query = query.where(only(viewer, "dossier.read", Dossier))
    records = session().scalars(query.options(selectinload(Dossier.stewardships), selectinload(Dossier.posts)))
    leaving = [one.holder.id for one in rows if one.holder]
    return ShownRisks(
        found,
        Page(rows, len(found.dossiers), number, PER_PAGE),
        {one.id: one for one in records},
        notes_of_leavers(viewer, leaving),
        handover_of(viewer, leaving).keys(),
    )


def _keeping() -> Any:
    return select(Stewardship.position_id).where(Stewardship.to_on.is_(None))


def _kept(viewer: Viewer, filters: Filters) -> list[Kept]:
    """Which positions keep which dossiers, of those that are active and that the viewer may read. One query."""
    query = (
        select(Stewardship.position_id, Dossier.id, Dossier.title, Dossier.urgency)
        .join(Dossier, Dossier.id == Stewardship.dossier_id)
        .join(Position, Position.id == Stewardship.position_id)
        .where(Stewardship.to_on.is_(None), Dossier.status == "active", Position.abolished_on.is_(None))
        .where(only(viewer, "dossier.read", Dossier))
        .order_by(Dossier.id, Stewardship.position_id)
    )
    if filters.domain:
        domain = session().get(Domain, filters.domain)
        filed = with_below([domain]) if domain else set()
        about = select(DossierDomain.dossier_id).where(DossierDomain.domain_id.in_(filed))
        # A dossier about the domain, or one that a position of the domain keeps.
        seated = select(PositionDomain.position_id).where(PositionDomain.domain_id.in_(filed))
        query = query.where(or_(Dossier.id.in_(about), Stewardship.position_id.in_(seated)))
    return [Kept(*row) for row in session().execute(query)]


def _dossiers(
    kept: Sequence[Kept], lines: Mapping[str, Line], sat: Mapping[str, Sequence[Sitting]], window: Window
) -> Iterable[AtRisk]:
    positions: dict[str, list[Kept]] = {}
    for one in kept:
        positions.setdefault(one.dossier_id, []).append(one)
    contacts = _contacts_of(lines)
    local = _local(lines.values())
    for keepers in positions.values():
        # Who sits in any of its positions, also at posts that this viewer does not oversee.
        holders = {
            who.person_id: (one, who)
            for one in keepers
            for who in sat.get(one.position_id, ())
            if not who.acting and who.holds_on(window.today)
        }
        if len(holders) > 1:
            continue
        where, holder = next(iter(holders.values())) if holders else (keepers[0], None)
        line = lines.get(where.position_id)
        if line is None or (holder is not None and not window.has(holder.ends_on)):
            continue
        after = [who for who in sat.get(where.position_id, ()) if not who.acting and who.starts_on]
        coming = [who for who in after if who.starts_on and who.starts_on > window.today]
        leaves = holder.ends_on if holder else None
        yield AtRisk(
            where,
            line.seat,
            holder,
            leaves,
            coming[0] if coming else None,
            line.acting or _acting_after(leaves, sat.get(where.position_id, ())),
            local[line.seat.post_id],
            contacts[where.position_id],
            _band(leaves, window.today),
        )


def _acting_after(leaves: date | None, sat: Iterable[Sitting]) -> tuple[Sitting, ...]:
    """Who is named to act once the holder is gone."""
    return tuple(who for who in sat if leaves and who.acting and who.starts_on and who.starts_on > leaves)


def _band(leaves: date | None, today: date) -> int:
    if leaves is None or leaves <= today + SOON:
        return 0
    return 1 if leaves <= today + NEAR else 2


def _contacts_of(lines: Mapping[str, Line]) -> Counter[str]:
    """How many contacts of tier 1 each position keeps. One query."""
    query = select(Keeping.position_id, func.count()).where(Keeping.until.is_(None), Keeping.tier == 1)
    rows = session().execute(query.group_by(Keeping.position_id))
    return Counter({position_id: number for position_id, number in rows if position_id in lines})


def _local(lines: Iterable[Line]) -> Counter[str]:
    """How many who are employed locally sit at each post today."""
    people = {(one.seat.post_id, who.person_id) for one in lines for who in one.holders if who.local_staff}
    return Counter(post_id for post_id, _person in people)


def _domains(viewer: Viewer, lines: Mapping[str, Line], window: Window, filters: Filters) -> list[ThinDomain]:
    filed: dict[str, list[str]] = {}
    for position_id, domain_id in session().execute(select(PositionDomain.position_id, PositionDomain.domain_id)):
        if position_id in lines:
            filed.setdefault(domain_id, []).append(position_id)
    names = {one.id: one for one in domains_by_id(viewer, filed)}
    wanted = with_below([names[filters.domain]]) if filters.domain in names else None
    found = []
    for domain_id, position_ids in filed.items():
        at = [lines[one] for one in position_ids]
        one = ThinDomain(names[domain_id], *_counted(at, window))
        if one.left < one.now and one.left <= 1 and (wanted is None or domain_id in wanted):
            found.append(one)
    return sorted(found, key=lambda one: (one.left, -one.leave, one.domain.name(viewer.language).casefold()))


def _counted(lines: Iterable[Line], window: Window) -> tuple[int, int, int]:
    """People who sit there today, those of them who leave all of it, and those who come anew."""
    lines = list(lines)
    now = {who.person_id for one in lines for who in one.holders}
    stay = {who.person_id for one in lines for who in one.holders if not window.has(who.ends_on)}
    come = {
        who.person_id
        for one in lines
        for who in one.arrivals
        if who.starts_on and who.starts_on > window.today and not (who.ends_on and who.ends_on <= window.last)
    }
    return len(now), len(now - stay - come), len(come - now)


def _posts(lines: Iterable[Line], dossiers: Iterable[AtRisk], window: Window) -> list[ThinPost]:
    at: dict[str, list[Line]] = {}
    for line in lines:
        at.setdefault(line.seat.post_id, []).append(line)
    single = Counter(one.seat.post_id for one in dossiers if one.holder is not None)
    local = _local(line for found in at.values() for line in found)
    found = []
    for post_id, there in at.items():
        filled = [one for one in there if one.holders]
        leave = [one for one in filled if all(window.has(who.ends_on) for who in one.holders)]
        unfilled = sum(any(gap.first_day is None for gap in one.gaps) for one in leave)
        one = ThinPost(there[0].seat, len(filled), len(leave), unfilled, local[post_id], single[post_id])
        if one.leave > 1 and one.leave * 2 >= one.now:
            found.append(one)
    return sorted(found, key=lambda one: (-one.dossiers, -one.unfilled, one.seat.post_code))
