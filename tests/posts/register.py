"""The figures of a register of postings as its makers print them (STATS.txt), by this product's own definitions.

A register is a folder with people.csv, posts.csv, positions.csv and postings.csv. A line of `figures` is a line of its
STATS.txt, to the last digit.
"""

import csv
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

from expertise.base.tables.dates import read_date
from expertise.posts.successions import Succession, lines, successions, tenure

MODERN = date(1945, 1, 1)
DAYS_A_YEAR = 365.25
CsvRow = dict[str, str]


class Row(NamedTuple):
    person_id: str
    position_id: str
    starts_on: date | None
    ends_on: date | None
    starts_precision: str = "day"
    ends_precision: str = "day"
    status: str = "held"
    acting: bool = False
    appointed_on: date | None = None


def role_at_post(row: CsvRow) -> str:
    return f"{row['post_id']}/{row['role_id']}"


def post_alone(row: CsvRow) -> str:
    return row["post_id"]


def table(folder: Path, name: str) -> list[CsvRow]:
    with (folder / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def register(folder: Path, by: Callable[[CsvRow], str]) -> Iterator[Row]:
    """The postings; `by` says what is one position."""
    for one in table(folder, "postings"):
        # The source's own figures take the first column that is known to the day.
        starts = [read_date(one[name]) for name in ("started", "arrived", "appointed") if one[name]]
        start = next((day for day in starts if day.precision == "day"), None)
        end = read_date(one["ended"]) if one["ended"] else None
        appointed = read_date(one["appointed"]) if one["appointed"] else None
        yield Row(
            one["person_id"],
            by(one),
            start and start.date,
            end and end.latest,
            "day",
            end.precision if end else "day",
            "held" if one["status"] == "held" else "never_served",
            appointed_on=appointed.date if appointed and appointed.precision == "day" else None,
        )


def figures(folder: Path) -> list[str]:
    """All of it, line by line."""
    held = [one for one in table(folder, "postings") if one["status"] == "held"]
    rows = list(register(folder, role_at_post))
    return [
        *_counted(folder, held),
        _followed("same post + same role", rows),
        _followed("same post, any role", register(folder, post_alone)),
        _followed("same post + same role since 1945", rows, since=MODERN),
        _followed("same post, any role since 1945", register(folder, post_alone), since=MODERN),
        _stayed("since 1945 all held", rows),
        _stayed("since 1945 heads of mission (missions-countries)", _heads(folder)),
        f"distinct (post,role) {len({one.position_id for one in rows if one.status == 'held'})}",
        _appointed(rows),
        f"arrived date present {sum(bool(one['arrived']) for one in held)} of {len(held)}",
    ]


def _counted(folder: Path, held: list[CsvRow]) -> Iterator[str]:
    people, posts, titles, postings = (table(folder, name) for name in ("people", "posts", "positions", "postings"))
    yield f"people {len(people)} posts {len(posts)} titles {len(titles)} postings {len(postings)} held {len(held)}"
    times = Counter(one["person_id"] for one in held)
    yield f"people with >=2 held postings {sum(number > 1 for number in times.values())} max {max(times.values())}"
    rows = [one for one in register(folder, role_at_post) if one.status == "held"]
    ends = Counter(one.ends_precision if one.ends_on else "none" for one in rows)
    starts = sum(one.starts_on is not None for one in rows)
    # What the makers call "year-only" is known to the month or to the year.
    unsure = ends["month"] + ends["year"]
    yield f"full start date {starts} full end date {ends['day']} year-only ends {unsure} no end {ends['none']}"
    wrong = [(raw["posting_id"], str(one.starts_on), str(one.ends_on)) for raw, one in zip(held, rows, strict=True)
             if one.starts_on and one.ends_on and one.ends_on < one.starts_on]  # fmt: skip
    yield f"ends before it starts {wrong} {len(wrong)}"


def _heads(folder: Path) -> Iterator[Row]:
    """At missions to countries, whatever their title is."""
    missions = {one["post_id"] for one in table(folder, "posts") if one["kind"] == "mission"}
    for raw, row in zip(table(folder, "postings"), register(folder, role_at_post), strict=True):
        if raw["post_id"] in missions:
            yield row


def _share(number: int, of: int) -> str:
    return f"{100 * number / of:.1f}%" if of else "-"


def _middle(days: list[int]) -> str:
    return f"{statistics.median(days):g}" if days else "-"


def _followed(name: str, rows: Iterable[Row], since: date | None = None) -> str:
    found: list[Succession[Row]] = [
        one
        for line in lines(rows).values()
        for one in successions(line, exact_only=True)
        if since is None or (one.before.starts_on and one.before.starts_on >= since)
    ]
    known = [one.days for one in found if one.days is not None]
    gaps, overlaps = ([one.days for one in found if one.kind == kind and one.days] for kind in ("gap", "overlap"))
    adjoining = sum(one.kind == "adjoining" for one in found)
    long = sum(days > 90 for days in gaps)
    return (
        f"{name}: successions {len(found)}, end known {len(known)}; "
        f"overlap {len(overlaps)} ({_share(len(overlaps), len(known))}), "
        f"same/next day {adjoining} ({_share(adjoining, len(known))}), "
        f"gap {len(gaps)} ({_share(len(gaps), len(known))}); "
        f"median gap {_middle(gaps)} d, gaps>90d {_share(long, len(known))}; "
        f"median overlap {_middle([-days for days in overlaps])} d"
    )


def _stayed(name: str, rows: Iterable[Row]) -> str:
    stays = [tenure(row, exact_only=True) for row in rows if row.starts_on and row.starts_on >= MODERN]
    days = [one.days for one in stays if one is not None]
    years = [one / DAYS_A_YEAR for one in days]
    quartiles = [round(one / DAYS_A_YEAR, 2) for one in statistics.quantiles(days, n=4)]
    # The makers take two years of 365 days at the least and four with their leap day at the most; in years of 365.25
    # days, as all else here, eight postings of two years to the day fall out of it.
    short, usual = sum(one < 1 for one in years), sum(730 <= one <= 1461 for one in days)
    return (
        f"tenure {name} n {len(days)} median days {_middle(days)} = {statistics.median(years):.2f} years "
        f"quartiles {quartiles} <1y {_share(short, len(days))} 2-4y {_share(usual, len(days))}"
    )


def _appointed(rows: Iterable[Row]) -> str:
    """How long before the one left the next had been named, where both days are known."""
    ahead = [
        (one.before.ends_on - one.after.appointed_on).days
        for line in lines(rows).values()
        for one in successions(line, exact_only=True)
        if one.days is not None
        and one.before.starts_on
        and one.before.starts_on >= MODERN
        and one.after.appointed_on
        and one.before.ends_on
    ]
    before = sum(days > 0 for days in ahead)
    return (
        f"since 1945, both dates known {len(ahead)}: successor appointed before the predecessor left "
        f"{_share(before, len(ahead))}; median days appointed before departure {_middle(ahead)}"
    )
