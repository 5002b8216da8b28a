"""Questions of the rotation board: who comes, who goes, when nobody is there, how far the notes of leavers are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, or_, select

from expertise.access.rules import only, require
from expertise.access.tokens import ids_in
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.base.paging import Page
from expertise.domains.models import Domain, PositionDomain
from expertise.domains.queries import domains_of, with_below
from expertise.handovers.waiting import Leaving, notes_of_leavers
from expertise.people.models import Person
from expertise.posts.models import HEADQUARTERS_KINDS, Position, Post, Posting
from expertise.posts.queries import post_choices
from expertise.rotation.regions import countries_in
from expertise.rotation.sittings import Line, Sitting, Window, line_of, lines_of, seats, sittings

MONTHS = 18
PER_PAGE = 30
SHOWN = ("changes", "gaps", "departures", "all")
HEADQUARTERS = "hq"


@dataclass(frozen=True)
class Filters:
    """What a board is narrowed to; empty is not at all. `first` is the first day of a month."""

    post: str = ""  # id
    region: str = ""  # M49 code, or hq
    domain: str = ""  # id; with all that stands under it
    first: date | None = None
    show: str = "changes"
    months: int = MONTHS


@dataclass(frozen=True)
class Board:
    """The positions on this page of the board, what happens at all of them, and how far the notes are."""

    window: Window
    page: Page[Line]
    departures: int
    arrivals: int
    gaps: int
    overlaps: int
    posts: int
    notes: dict[str, Leaving]  # by posting: of those on this page who leave and have come


def month_ahead(day: date, months: int) -> date:
    """The first of the month so many months from this one."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def window_of(filters: Filters) -> Window:
    """Whole months from this one on, or from the chosen one."""
    today = clock.today()
    first = (filters.first or today).replace(day=1)
    return Window(first, month_ahead(first, filters.months) - timedelta(days=1), today)


def board(viewer: Viewer, filters: Filters = Filters(), *, page: int = 1) -> Board:
    """A page of the board, for who may see it. The number of queries does not grow with the positions."""
    require(viewer, "rotation.board")
    window = window_of(filters)
    lines = lines_at(viewer, filters, window, moving=True)
    if filters.show == "all":
        page_of = _everything(viewer, filters, window, page)
    else:
        shown = [one for one in lines if _is_shown(one, filters.show)]
        number = min(max(page, 1), max(1, -(-len(shown) // PER_PAGE)))
        page_of = Page(shown[(number - 1) * PER_PAGE : number * PER_PAGE], len(shown), number, PER_PAGE)
    return Board(
        window=window,
        page=page_of,
        departures=sum(len(one.departures) for one in lines),
        arrivals=sum(len(one.arrivals) for one in lines),
        gaps=sum(len(one.gaps) for one in lines),
        overlaps=sum(len(one.overlaps) for one in lines),
        posts=len({one.seat.post_id for one in (page_of.rows if filters.show == "all" else shown)}),
        notes=notes_of_leavers(viewer, [one.id for line in page_of.rows for one in leaving_of(line, window)]),
    )


def lines_at(viewer: Viewer, filters: Filters, window: Window, *, moving: bool = False) -> list[Line]:
    """The positions of the filter over the window, whose board the viewer may see. Two or three queries.

    `moving`: only those of which a posting begins or ends in the window, or ended shortly before it. They are fewer,
    and nothing happens at the others.
    """
    where = [*only_overseen(viewer), *_narrowed(filters)]
    if moving:
        where.append(Position.id.in_(_moving(window)))
    found = seats(viewer.language, _open(window), *where)
    narrow = [Position.id.in_(select(Position.id).join(Post, Post.id == Position.post_id).where(*where))]
    return lines_of(found, sittings(*(narrow if where else ()), since=window.known_since), window)


def _open(window: Window) -> ColumnElement[bool]:
    return or_(Position.abolished_on.is_(None), Position.abolished_on >= window.first)


def _moving(window: Window) -> Select[str]:
    """Positions of which a posting begins or ends in the window, or ended so shortly before it that it left a gap."""
    left = select(Person.id).where(Person.left_on.between(window.known_since, window.last))
    return select(Posting.position_id).where(
        Posting.status == "held",
        or_(
            Posting.ends_on.between(window.known_since, window.last),
            Posting.starts_on.between(window.first, window.last),
            Posting.person_id.in_(left),
        ),
    )


def _everything(viewer: Viewer, filters: Filters, window: Window, page: int) -> Page[Line]:
    """A page of all positions, also of those at which nothing happens."""
    found = seats(viewer.language, _open(window), *only_overseen(viewer), *_narrowed(filters))
    number = min(max(page, 1), max(1, -(-len(found) // PER_PAGE)))
    part = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    sat = sittings(Position.id.in_([one.id for one in part]), since=window.known_since)
    return Page([line_of(one, sat.get(one.id, ()), window) for one in part], len(found), number, PER_PAGE)


def only_overseen(viewer: Viewer) -> list[ColumnElement[bool]]:
    """The positions whose board this viewer may see, as a condition; none where it is all of them."""
    return [] if viewer.is_system or viewer.role == "hr" else [only(viewer, "rotation.board", Position)]


def leaving_of(line: Line, window: Window) -> Iterator[Sitting]:
    """Who leaves in the window and has a note: they have come."""
    return (one for one in line.departures if (one.starts_on or date.min) <= window.today)


def _is_shown(line: Line, show: str) -> bool:
    if show == "gaps":
        return bool(line.gaps)
    if show == "departures":
        return bool(line.departures)
    return line.changes


def _narrowed(filters: Filters) -> Iterable[ColumnElement[bool]]:
    if filters.post:
        yield Position.post_id == filters.post
    if filters.region == HEADQUARTERS:
        yield Post.kind.in_(sorted(HEADQUARTERS_KINDS))
    elif filters.region:
        yield Post.country.in_(countries_in(filters.region))
        yield Post.kind.not_in(sorted(HEADQUARTERS_KINDS))
    if filters.domain:
        domain = session().get(Domain, filters.domain)
        filed = with_below([domain]) if domain else set()
        yield Position.id.in_(select(PositionDomain.position_id).where(PositionDomain.domain_id.in_(filed)))


def post_options(viewer: Viewer) -> dict[str, str]:
    """Id -> name of the posts whose board the viewer may see."""
    offered = post_choices(viewer)
    if not only_overseen(viewer):
        return offered
    led = ids_in(viewer.tokens, "head")
    return {post_id: name for post_id, name in offered.items() if post_id in led}


@dataclass(frozen=True)
class Opening:
    """A seat that comes free and is not filled yet: for those who might want it, and whom they can ask."""

    position: Position
    free_from: date
    incumbent: Sitting | None
    domains: Sequence[Domain]


def openings(viewer: Viewer, filters: Filters = Filters(), *, page: int = 1) -> Page[Opening]:
    """Positions that rotate and have nobody named after the present holder, the first to come free first.

    For all staff: what stands here stands on the posts' pages too, with whom to ask about it.
    """
    require(viewer, "rotation.read")
    window = window_of(filters)
    where = [*_narrowed(filters), Position.rotates.is_(True), Position.id.in_(_moving(window))]
    found = seats(viewer.language, _open(window), *where)
    narrow = [Position.id.in_(select(Position.id).join(Post, Post.id == Position.post_id).where(*where))]
    lines = lines_of(found, sittings(*narrow, since=window.known_since), window)
    free = sorted(
        (gap.start, line.seat.id, gap.after)
        for line in lines
        for gap in line.gaps
        if gap.first_day is None and gap.after
    )
    number = min(max(page, 1), max(1, -(-len(free) // PER_PAGE)))
    part = free[(number - 1) * PER_PAGE : number * PER_PAGE]
    ids = [position_id for _day, position_id, _after in part]
    positions = {one.id: one for one in session().scalars(select(Position).where(Position.id.in_(ids)))}
    filed = domains_of(viewer, ids)
    rows = [
        Opening(positions[one], day, after if after.holds_on(window.today) else None, filed[one])  # type: ignore[arg-type]
        for day, one, after in part
    ]
    return Page(rows, len(free), number, PER_PAGE)
