"""What a simulation found, in lines for people: measures with their values, and what only one proposal leaves."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.base.paging import PAGE, Page
from expertise.rotation.models import Move
from expertise.rotation.round_queries import Compared
from expertise.rotation.simulating import Orphan, Outcome
from expertise.rotation.sittings import Seat

# Of a long list the first lines say enough; the whole is in the file.
MOST = 20
# Name, how it is counted, whether less is better (1), more (-1) or neither (0).
MEASURES: tuple[tuple[Any, Callable[[Outcome], int], int], ...] = (
    (_("Moves"), lambda one: one.moves, 0),
    (_("Gaps"), lambda one: len(one.gaps), 1),
    (_("Days without anybody"), lambda one: one.gap_days, 1),
    (_("of these with a local colleague at the post"), lambda one: one.covered_days, 0),
    (_("Dossiers left with nobody"), lambda one: len(one.dossiers), 1),
    (_("of these of urgency 1"), lambda one: sum(each.kept.urgency == 1 for each in one.dossiers), 1),
    (_("Contacts of tier 1 left with nobody"), lambda one: len(one.contacts), 1),
    (_("Domains that thin out"), lambda one: len(one.domains), 1),
    (_("Days that leaver and successor have together"), lambda one: one.together_days, -1),
    (_("Who go on in a domain of theirs"), lambda one: one.in_domain, -1),
    (_("Who leave their domains"), lambda one: one.out_of_domain, 1),
    (_("Two people for one seat"), lambda one: len(one.clashes), 1),
)


def page_of(moves: Sequence[Move], number: int) -> Page[Move]:
    """A page of the moves of a proposal."""
    number = min(max(number, 1), max(1, -(-len(moves) // PAGE)))
    return Page(moves[(number - 1) * PAGE : number * PAGE], len(moves), number)


@dataclass(frozen=True)
class Line:
    """A measure: its name, a value per column, and which column is the best of those that are proposed."""

    name: Any
    values: tuple[int, ...]
    best: int | None


def _line(name: Any, values: tuple[int, ...], sense: int, proposed: Sequence[int]) -> Line:
    ordered = sorted(proposed, key=lambda column: sense * values[column])
    differs = len(proposed) > 1 and len({values[column] for column in proposed}) > 1
    return Line(name, values, ordered[0] if sense and differs else None)


def measures(found: Compared) -> list[Line]:
    """What is planned already, and both proposals."""
    three = (found.now, found.one, found.other)
    return [_line(name, tuple(count(one) for one in three), sense, (1, 2)) for name, count, sense in MEASURES]


def measures_of(now: Outcome, found: Outcome) -> list[Line]:
    """What is planned already, and one proposal."""
    return [_line(name, (count(now), count(found)), sense, (1,)) for name, count, sense in MEASURES]


def _seat(seat: Seat, language: str) -> str:
    return f"{seat.title(language)}, {seat.post_name(language)}"


def _orphans(found: Iterable[Orphan]) -> Iterator[tuple[str, str]]:
    return ((one.kept.id, one.kept.title) for one in found)


Listed = Callable[[Outcome, str], Iterable[tuple[str, str]]]
LISTS: tuple[tuple[Any, Listed], ...] = (
    (_("Dossiers left with nobody"), lambda one, _language: _orphans(one.dossiers)),
    (_("Contacts of tier 1 left with nobody"), lambda one, _language: _orphans(one.contacts)),
    (_("Seats with a gap"), lambda one, language: [(gap.seat.id, _seat(gap.seat, language)) for gap in one.gaps]),
    (_("Domains that thin out"), lambda one, _language: [(thin.domain_id, thin.name) for thin in one.domains]),
)


@dataclass(frozen=True)
class Difference:
    """What stands in one proposal's list and not in the other's."""

    title: Any
    only_one: list[str]
    only_other: list[str]


def differences(found: Compared, language: str) -> list[Difference]:
    """Which dossiers, seats, contacts and domains only one of the two leaves with nobody."""
    told = []
    for title, listed in LISTS:
        one, other = dict(listed(found.one, language)), dict(listed(found.other, language))
        only_one = [name for key, name in one.items() if key not in other]
        only_other = [name for key, name in other.items() if key not in one]
        if only_one or only_other:
            told.append(Difference(title, only_one, only_other))
    return told
