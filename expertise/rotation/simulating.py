"""What a set of moves would do: gaps, dossiers and contacts left with nobody, domains that thin out, time together.

Pure: a world as plain rows and moves in, an outcome out. Nothing of it is stored.

What counts: a gap is days in a row on which nobody holds a seat that rotates (acting aside), within the time of the
round and only after somebody held it. A dossier or a contact of tier 1 is left with nobody on days on which none of the
positions that keep it is held. A domain thins out where on some day at most one of those positions is held that work on
it, and on the first day there were more. Time together are days on which leaver and successor both hold the seat. Who
moves ends, on the day before, every other seat that they would hold on the first day of the move.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from expertise.posts.successions import Vacancy, vacancies, vacant_days
from expertise.rotation.sittings import Seat, Sitting, Window

ONE_DAY = timedelta(days=1)


class Planned(NamedTuple):
    """A move as the simulation takes it."""

    person_id: str
    person_name: str
    local_staff: bool
    position_id: str
    starts_on: date
    ends_on: date | None


class Kept(NamedTuple):
    """A dossier (with its title and urgency, 1 first) or a contact of tier 1, and the positions that keep it."""

    id: str
    title: str
    urgency: int
    positions: tuple[str, ...]


@dataclass(frozen=True)
class World:
    """Everything that a simulation looks at, over the time of a round."""

    window: Window
    seats: Mapping[str, Seat]
    sat: Mapping[str, Sequence[Sitting]]  # by position
    dossiers: Sequence[Kept]
    contacts: Sequence[Kept]
    domains: Mapping[str, tuple[str, frozenset[str]]]  # id -> name, positions that work on it


class SeatGap(NamedTuple):
    """Nobody holds a seat; on how many of its days a locally employed colleague sits at the post."""

    seat: Seat
    vacancy: Vacancy
    covered_days: int

    @property
    def covered(self) -> bool:
        """All of them."""
        return self.covered_days == self.vacancy.days


class Orphan(NamedTuple):
    """Kept by nobody: from which day, and on how many days of the time in all."""

    kept: Kept
    first: date
    days: int


class Together(NamedTuple):
    """Leaver and successor in one seat."""

    seat: Seat
    before: str
    after: str
    days: int


class Thin(NamedTuple):
    """A domain: how many of its positions are held on the first day, and on the day on which fewest are."""

    domain_id: str
    name: str
    at_first: int
    at_least: int


class Clash(NamedTuple):
    """Two people for one seat who overlap for longer than a handover, or one who would come twice."""

    seat: Seat
    people: tuple[str, str]


@dataclass
class Outcome:
    """What would be."""

    moves: int
    gaps: list[SeatGap] = field(default_factory=list)
    dossiers: list[Orphan] = field(default_factory=list)
    contacts: list[Orphan] = field(default_factory=list)
    domains: list[Thin] = field(default_factory=list)
    together: list[Together] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)
    in_domain: int = 0  # who go from a domain to a seat of the same one
    out_of_domain: int = 0  # who had a domain and leave it

    @property
    def gap_days(self) -> int:
        """Days without anybody, over all seats."""
        return vacant_days([one.vacancy for one in self.gaps])

    @property
    def covered_days(self) -> int:
        """Those of them on which a local colleague is at the post."""
        return sum(one.covered_days for one in self.gaps)

    @property
    def together_days(self) -> int:
        """Days that leavers and successors have together."""
        return sum(one.days for one in self.together)


# From how many days on two in one seat are no handover but a mistake.
LONGEST_TOGETHER = 60


def simulate(world: World, moves: Sequence[Planned]) -> Outcome:
    """What these moves would do in this world; with none: what is planned already."""
    sat = applied(world.sat, moves)
    found = Outcome(moves=len(moves))
    empty = _vacancies(world, sat)
    local = _local_at(world, sat)
    for position_id, vacant in empty.items():
        seat = world.seats[position_id]
        if seat.rotates:
            found.gaps += [SeatGap(seat, one, _covered(local.get(seat.post_id, ()), one)) for one in vacant]
    found.gaps.sort(key=lambda one: (one.vacancy.first, one.seat.id))
    found.dossiers = sorted(_orphans(world, world.dossiers, sat, empty), key=_most_urgent_first)
    found.contacts = sorted(_orphans(world, world.contacts, sat, empty), key=_most_urgent_first)
    found.domains = sorted(_thin(world, sat, empty), key=lambda one: (one.at_least, one.name.casefold()))
    for position_id in {one.position_id for one in moves} & world.seats.keys():
        _compare_holders(world.seats[position_id], sat[position_id], world.window, found)
    found.together.sort(key=lambda one: (-one.days, one.seat.id))
    found.in_domain, found.out_of_domain = _careers(world, moves)
    return found


def applied(sat: Mapping[str, Sequence[Sitting]], moves: Sequence[Planned]) -> dict[str, list[Sitting]]:
    """Who sits where once these moves took place."""
    leaving = {one.person_id: one for one in moves}
    after: dict[str, list[Sitting]] = {}
    for position_id, there in sat.items():
        after[position_id] = [found for one in there if (found := _left(one, leaving.get(one.person_id))) is not None]
    for one in moves:
        come = Sitting(
            f"move-{one.person_id}", one.person_id, one.person_name, one.local_staff, one.position_id,
            one.starts_on, "day", one.ends_on, "day", False,
        )  # fmt: skip
        after.setdefault(one.position_id, []).append(come)
    return after


def _left(sitting: Sitting, move: Planned | None) -> Sitting | None:
    """A sitting once the person moved: over on the day before; one that would only begin then is not taken up."""
    if move is None or (sitting.ends_on is not None and sitting.ends_on < move.starts_on):
        return sitting
    if sitting.starts_on is not None and sitting.starts_on >= move.starts_on:
        return None if sitting.position_id == move.position_id else sitting
    return sitting._replace(ends_on=move.starts_on - ONE_DAY, ends_precision="day")


def _vacancies(world: World, sat: Mapping[str, Sequence[Sitting]]) -> dict[str, list[Vacancy]]:
    first, last = world.window.first, world.window.last
    return {
        position_id: vacancies(sat.get(position_id, ()), first, last, closed_on=seat.abolished_on)
        for position_id, seat in world.seats.items()
    }


def _local_at(world: World, sat: Mapping[str, Sequence[Sitting]]) -> dict[str, list[Sitting]]:
    found: dict[str, list[Sitting]] = {}
    for position_id, there in sat.items():
        if position_id in world.seats:
            local = [one for one in there if one.local_staff]
            if local:
                found.setdefault(world.seats[position_id].post_id, []).extend(local)
    return found


def _covered(local: Iterable[Sitting], vacancy: Vacancy) -> int:
    """On how many days of a vacancy one of these is there."""
    days, reached = 0, vacancy.first - ONE_DAY
    for one in sorted(local, key=lambda one: one.starts_on or date.min):
        begins = max(one.starts_on or date.min, reached + ONE_DAY)
        stops = min(one.ends_on or date.max, vacancy.last)
        if begins <= stops:
            days, reached = days + (stops - begins).days + 1, stops
    return days


def _orphans(
    world: World,
    kept: Iterable[Kept],
    sat: Mapping[str, Sequence[Sitting]],
    empty: Mapping[str, Sequence[Vacancy]],
) -> Iterator[Orphan]:
    whole = [Vacancy(world.window.first, world.window.last)]
    for one in kept:
        nobody: Sequence[Vacancy] = whole
        for position_id in one.positions:
            held = any(not who.acting for who in sat.get(position_id, ()))
            nobody = _both(nobody, empty.get(position_id, ()) if held else whole)
        if nobody:
            yield Orphan(one, nobody[0].first, vacant_days(nobody))


def _both(some: Sequence[Vacancy], others: Sequence[Vacancy]) -> list[Vacancy]:
    """The days that are in both."""
    pairs = ((max(a.first, b.first), min(a.last, b.last)) for a in some for b in others)
    return [Vacancy(first, last) for first, last in pairs if first <= last]


def _most_urgent_first(one: Orphan) -> tuple[int, int, str]:
    return one.kept.urgency, -one.days, one.kept.title.casefold()


def _thin(world: World, sat: Mapping[str, Sequence[Sitting]], empty: Mapping[str, Sequence[Vacancy]]) -> Iterator[Thin]:
    for domain_id, (name, positions) in world.domains.items():
        held = [one for one in positions if any(not who.acting for who in sat.get(one, ()))]
        changes: Counter[date] = Counter()
        for position_id in held:
            for vacancy in empty.get(position_id, ()):
                changes[vacancy.first] -= 1
                changes[vacancy.last + ONE_DAY] += 1
        count = len(held)
        at_first = count + changes[world.window.first]
        at_least = at_first
        for day in sorted(changes):
            count += changes[day]
            if day <= world.window.last:
                at_least = min(at_least, count)
        if at_least <= 1 < at_first:
            yield Thin(domain_id, name, at_first, at_least)


def _compare_holders(seat: Seat, there: Sequence[Sitting], window: Window, found: Outcome) -> None:
    held = sorted((one for one in there if not one.acting), key=lambda one: one.starts_on or date.min)
    for before, after in zip(held, held[1:], strict=False):  # noqa: RUF007 (pairwise loses the type)
        last, first = min(before.ends_on or window.last, after.ends_on or window.last), after.starts_on
        if first is None or not window.has(first):
            continue
        days = (last - first).days + 1
        if days > LONGEST_TOGETHER or (days > 0 and before.ends_on is None):
            found.clashes.append(Clash(seat, (before.person_name, after.person_name)))
        elif days > 0:
            found.together.append(Together(seat, before.person_name, after.person_name, days))


def _careers(world: World, moves: Sequence[Planned]) -> tuple[int, int]:
    """Of those who move from a seat that has a domain: how many go on in one of them, and how many do not."""
    working: dict[str, set[str]] = {}
    for domain_id, (_name, positions) in world.domains.items():
        for position_id in positions:
            working.setdefault(position_id, set()).add(domain_id)
    at = {
        who.person_id: position_id
        for position_id, there in world.sat.items()
        for who in there
        if not who.acting and who.holds_on(world.window.today)
    }
    stay = leave = 0
    for one in moves:
        known = working.get(at.get(one.person_id, ""), set())
        if known:
            goes_on = bool(known & working.get(one.position_id, set()))
            stay, leave = stay + goes_on, leave + (not goes_on)
    return stay, leave
