"""Who sat where when around a pilot of the demo. Pure: seats, people and days, and no database.

Every seat has one holder at a time: somebody before, somebody of the pilot, and somebody after. Who stays in the domain
moves to the seat that another left; who leaves it takes a general seat that another came from.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from expertise.demo.reading import TODAY
from expertise.pilots.registry import add_months

GROUPS = ("ours", "theirs")
EARLIEST, BEFORE = date(2016, 2, 1), date(2019, 9, 2)
# Nobody of these leaves within the eighteen months of the board: the departures there are those of the other stories.
STAYS_UNTIL = date(2028, 7, 3)
MOVE = timedelta(days=12)  # between two seats of who moves
Key = tuple[str, int]  # ours 3, theirs 3; those before and after in their seats: before ours 3, after ours 3


@dataclass(frozen=True)
class Stint:
    """Somebody in a seat from the first day to the last, which may still be to come."""

    person: Key
    seat: Key
    start: date
    end: date


@dataclass(frozen=True)
class Career:
    """Somebody who came in: who they are, and what they will do."""

    key: Key
    starts: date
    stays: bool
    moves: bool

    @property
    def leaves_on(self) -> date:
        """The last day in the first seat."""
        number = self.key[1]
        if self.moves:
            return add_months(self.starts, 11 + number % 6)
        if self.stays:
            return add_months(self.starts, 46 + number % 9)
        away = (10, 16) if self.key[0] == "ours" else (9, 15, 21)
        return add_months(self.starts, away[number % len(away)])


@dataclass
class Plan:
    """All careers of a pilot, and who sat where."""

    careers: list[Career] = field(default_factory=list)
    stints: list[Stint] = field(default_factory=list)

    def of(self, key: Key) -> list[Stint]:
        """Where somebody sat."""
        return sorted((one for one in self.stints if one.person == key), key=lambda one: one.start)

    def before(self, stint: Stint) -> Stint | None:
        """Who had the seat just before."""
        earlier = [one for one in self.stints if one.seat == stint.seat and one.end < stint.start]
        return max(earlier, key=lambda one: one.start, default=None)

    @property
    def seats(self) -> list[Key]:
        """Each once, in the order of their numbers."""
        return sorted({one.seat for one in self.stints})


def plan(starts_on: date, entry_until: date, sizes: dict[str, tuple[int, int]]) -> Plan:
    """`sizes`: of each group how many stay in the domain and how many leave it."""
    made = Plan()
    for shift, group in enumerate(GROUPS):
        stay, leave = sizes[group]
        step = (entry_until - starts_on).days // (stay + leave + 1)
        every = (3, 2)[shift]  # of three participants who stay two move, of the others every second
        for number in range(stay + leave):
            starts = starts_on + timedelta(days=step * number + 3 * shift)
            moves = number < stay and (number % every != 2 if every == 3 else number % 2 == 0)
            made.careers.append(Career((group, number), starts, number < stay, moves))
    for group in GROUPS:
        careers = [one for one in made.careers if one.key[0] == group]
        made.stints += _first_seats(careers)
        made.stints += _moves(group, [one for one in careers if one.moves])
    made.stints += _elsewhere(made.careers)
    made.stints += _after(made)
    made.stints = [_still_there(number, one) for number, one in enumerate(made.stints)]
    return made


def _still_there(number: int, one: Stint) -> Stint:
    """The same, with a planned end that lies beyond the board where it lies in the future at all."""
    beyond = STAYS_UNTIL + timedelta(days=11 * number % 500)
    return replace(one, end=max(one.end, beyond)) if one.end > TODAY else one


def _first_seats(careers: list[Career]) -> Iterator[Stint]:
    """Each in a seat of their own in the domain; every third had the next one's before, and else somebody had it."""
    by_number = {one.key[1]: one for one in careers}
    for one in careers:
        group, number = one.key
        yield Stint(one.key, one.key, one.starts, one.leaves_on)
        earlier = by_number.get(number - 1)
        if number % 3 == 1 and earlier is not None:
            yield Stint(earlier.key, one.key, BEFORE, earlier.starts - timedelta(days=1))
            continue
        gap = timedelta(days=9 + 7 * number % 40 if group == "ours" else 25 + 11 * number % 70)
        before = (f"before {group}", number)
        yield Stint(before, one.key, date(2020, 1, 6) + timedelta(days=9 * number), one.starts - gap)
        if number % 4 == 0 and number + 1 in by_number:
            # Who was there long ago had another seat in the domain even before that.
            yield Stint(before, (group, number + 1), EARLIEST, date(2019, 7, 31))


def _moves(group: str, movers: list[Career]) -> Iterator[Stint]:
    """Each takes the seat that the one before them left, the first a seat of somebody who went."""
    ordered = sorted(movers, key=lambda one: (one.leaves_on, one.key))
    spare = (group, 900)
    for number, one in enumerate(ordered):
        seat = ordered[number - 1].key if number else spare
        start = one.leaves_on + MOVE
        if not number:
            yield Stint((f"before {group}", 900), spare, BEFORE, start - timedelta(days=20))
        yield Stint(one.key, seat, start, add_months(start, 44 + one.key[1] % 7))


def _elsewhere(careers: list[Career]) -> Iterator[Stint]:
    """General seats: from there most came, and there those go who leave the domain, twice."""
    came = [one for one in careers if one.key[1] % 3 or (one.key[0], one.key[1] + 1) not in {c.key for c in careers}]
    for number, one in enumerate(came):
        yield Stint(one.key, ("elsewhere", number), BEFORE, one.starts - timedelta(days=1))
    leavers = sorted((one for one in careers if not one.stays), key=lambda one: (one.leaves_on, one.key))
    for number, one in enumerate(leavers):
        first = one.leaves_on + MOVE
        again = add_months(first, 5)
        yield Stint(one.key, ("elsewhere", number), first, again)
        other = ("elsewhere", number - 1 if number else len(leavers))
        yield Stint(one.key, other, again + MOVE, add_months(again, 45 + number % 8))


def _after(made: Plan) -> Iterator[Stint]:
    """Who came after those who left the domain, or moved on last."""
    for seat in made.seats:
        group, number = seat
        last = max((one for one in made.stints if one.seat == seat), key=lambda one: one.start)
        if group != "elsewhere" and last.end < date(2026, 6, 1):
            start = last.end + timedelta(days=20 + 5 * number % 60)
            yield Stint((f"after {group}", number), seat, start, add_months(start, 41 + number % 9))
