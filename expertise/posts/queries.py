"""Questions about posts, positions and postings. Who reads a person's or a post's page may read all of this."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, bindparam, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import TODAY, session
from expertise.base.errors import NotFound
from expertise.people.models import Person
from expertise.posts.models import Alias, Duty, Position, Post, Posting

# Asked on nearly every page, so made once. The last one for a position or a person wins: holders after those who act,
# the latest to come last.
_LAST_WINS = (Posting.acting.desc(), Posting.starts_on, Posting.id)
_PRESENT = select(Posting).where(Posting.holding(TODAY)).order_by(*_LAST_WINS)
_PRESENT_OF_PEOPLE = _PRESENT.where(Posting.person_id.in_(bindparam("people", expanding=True)))
_PRESENT_IN_SEATS = _PRESENT.where(Posting.position_id.in_(bindparam("positions", expanding=True)))


@dataclass(frozen=True)
class PostRow:
    """A post in a list: how many seats it has, and how many are filled today."""

    post: Post
    seats: int
    filled: int


def get_post(viewer: Viewer, code: str) -> Post:
    """The post with this code, as people type it: capitals do not count."""
    require(viewer, "post.read")
    found = session().scalars(select(Post).where(func.lower(Post.code) == code.lower())).all()
    if not found:
        merged = merged_into("post", [code]).get(code)
        if merged is None:
            raise NotFound(code)
        return session().get_one(Post, merged)
    return next((post for post in found if post.code == code), found[0])


def find_post(post_id: str) -> Post | None:
    """The post with this id."""
    return session().get(Post, post_id)


def find_posts(viewer: Viewer, words: Iterable[str], *, by_name: bool = False) -> dict[str, Post]:
    """Posts by external id, own id or code (capitals aside), in one query; the keys are the words as given.

    `by_name`: also by one of their names, where no other post has it.
    """
    require(viewer, "post.read")
    asked = {word for word in words if word}
    if not asked:
        return {}
    codes = func.lower(Post.code).in_({word.lower() for word in asked})
    found: dict[tuple[str, str], Post] = {}
    names = or_(Post.name_nl.in_(asked), Post.name_en.in_(asked)) if by_name else false()
    posts = list(
        session().scalars(select(Post).where(or_(Post.external_id.in_(asked), Post.id.in_(asked), codes, names)))
    )
    named = Counter(name for post in posts for name in {post.name_nl, post.name_en})
    for post in posts:
        found |= {("external", post.external_id or ""): post, ("id", post.id): post, ("code", post.code.lower()): post}
        if by_name:
            found |= {("name", name): post for name in (post.name_nl, post.name_en) if named[name] == 1}
    ways = {word: (("external", word), ("id", word), ("code", word.lower()), ("name", word)) for word in asked}
    known = {word: next((found[way] for way in keys if way in found), None) for word, keys in ways.items()}
    merged = merged_into("post", [word for word, post in known.items() if post is None])
    stayed = (
        {post.id: post for post in session().scalars(select(Post).where(Post.id.in_(merged.values())))}
        if merged
        else {}
    )
    known |= {word: stayed.get(post_id) for word, post_id in merged.items()}
    return {word: post for word, post in known.items() if post is not None}


def merged_into(kind: str, words: Iterable[str]) -> dict[str, str]:
    """What was merged, of the words by which somebody asks (capitals aside): word -> the id of the one that stayed."""
    asked = {word.lower(): word for word in words if word}
    if not asked:
        return {}
    query = select(Alias.word, Alias.record_id).where(Alias.kind == kind, Alias.word.in_(asked))
    return {asked[row[0]]: row[1] for row in session().execute(query)}


def title_alias(post_id: str, title: str) -> str:
    """By what a position is known that has a title and no id, once it was merged."""
    return f"{post_id}/{title}".casefold()


def list_posts(viewer: Viewer, text: str = "", *, with_closed: bool = False) -> list[PostRow]:
    """Posts with their seats by name; `text` filters on name, code, city and country."""
    require(viewer, "post.read")
    today = clock.today()
    open_seats = Position.abolished_on.is_(None) | (Position.abolished_on > today)
    seats = (
        select(Position.post_id, func.count().label("seats")).where(open_seats).group_by(Position.post_id).subquery()
    )
    filled = (
        select(Position.post_id, func.count(Posting.position_id.distinct()).label("filled"))
        .join(Posting, Posting.position_id == Position.id)
        .where(open_seats, Posting.holding(today))
        .group_by(Position.post_id)
        .subquery()
    )
    by_name = Post.name_nl if viewer.language == "nl" else Post.name_en
    query = (
        select(Post, func.coalesce(seats.c.seats, 0), func.coalesce(filled.c.filled, 0))
        .outerjoin(seats, seats.c.post_id == Post.id)
        .outerjoin(filled, filled.c.post_id == Post.id)
        .order_by(func.lower(by_name))
    )
    if not with_closed:
        query = query.where(Post.closed_on.is_(None) | (Post.closed_on > today))
    if text:
        columns = (Post.name_nl, Post.name_en, Post.code, Post.city)
        matches: list[ColumnElement[bool]] = [one.icontains(text, autoescape=True) for one in columns]
        query = query.where(or_(*matches, Post.country == text.upper()))
    return [PostRow(post, seats, filled) for post, seats, filled in session().execute(query)]


def post_choices(viewer: Viewer) -> dict[str, str]:
    """Id -> name of the posts that are open, for a form. Names alone: it stands above many a list."""
    require(viewer, "post.read")
    name = Post.name_nl if viewer.language == "nl" else Post.name_en
    query = select(Post.id, name).where(Post.closed_on.is_(None) | (Post.closed_on > clock.today()))
    return {row[0]: row[1] for row in session().execute(query.order_by(func.lower(name)))}


def position_choices(viewer: Viewer, post: Post | None = None, *, with_abolished: bool = False) -> dict[str, str]:
    """Id -> title of the positions that are not abolished; with the post's name where no post is given."""
    require(viewer, "post.read")
    query = select(Position).join(Position.post)
    if not with_abolished:
        query = query.where(Position.abolished_on.is_(None))
    query = query.options(contains_eager(Position.post))
    by = (Post.name_nl, Position.title_nl) if viewer.language == "nl" else (Post.name_en, Position.title_en)
    if post is not None:
        query = query.where(Position.post_id == post.id)
    rows = session().scalars(query.order_by(*by, Position.id))
    language = viewer.language
    if post is not None:
        return {one.id: one.title(language) for one in rows}
    return {one.id: f"{one.post.name(language)}: {one.title(language)}" for one in rows}


def find_position(viewer: Viewer, position_id: str) -> Position | None:
    """One position, or None; where it was merged into another, that one."""
    require(viewer, "post.read")
    position = session().get(Position, position_id)
    if position is None and (merged := merged_into("position", [position_id])):
        position = session().get(Position, merged[position_id])
    return position


def find_merged(viewer: Viewer, words: Iterable[str]) -> dict[str, Position]:
    """The positions into which others were merged, by what those were called."""
    merged = merged_into("position", words)
    stayed = find_positions(viewer, merged.values()) if merged else {}
    return {word: stayed[position_id] for word, position_id in merged.items() if position_id in stayed}


def find_position_by(viewer: Viewer, word: str) -> Position | None:
    """The position of this external id, or of this id of ours."""
    require(viewer, "post.read")
    query = select(Position).where(or_(Position.external_id == word, Position.id == word))
    return session().scalar(query.order_by(Position.external_id.is_(None)).limit(1))


def get_position(viewer: Viewer, position_id: str, *, action: str = "post.read") -> Position:
    """One position, for whoever may do `action` to it."""
    position = find_position(viewer, position_id)
    if position is None:
        raise NotFound(position_id)
    require(viewer, action, position)
    return position


def find_positions(viewer: Viewer, position_ids: Iterable[str]) -> dict[str, Position]:
    """Several positions by id, in one query."""
    require(viewer, "post.read")
    rows = session().scalars(select(Position).where(Position.id.in_(set(position_ids))))
    return {one.id: one for one in rows}


def get_posting(viewer: Viewer, posting_id: str) -> Posting:
    """One posting."""
    require(viewer, "post.read")
    posting = session().get(Posting, posting_id)
    if posting is None:
        raise NotFound(posting_id)
    return posting


def parts_of(viewer: Viewer, post: Post) -> list[Post]:
    """What belongs to a post and is open, by name."""
    require(viewer, "post.read")
    query = select(Post).where(Post.parent_id == post.id, Post.closed_on.is_(None))
    return sorted(session().scalars(query), key=lambda one: one.name(viewer.language).casefold())


def postings_of(viewer: Viewer, person: Person) -> list[Posting]:
    """Where a person was, is and will be, the latest first."""
    require(viewer, "person.read")
    query = select(Posting).where(Posting.person_id == person.id).options(joinedload(Posting.position))
    rows = session().scalars(query).all()
    return sorted(rows, key=lambda one: (one.starts_on or date.min, one.id), reverse=True)


def present_postings_of(viewer: Viewer, person_ids: Iterable[str]) -> dict[str, Posting]:
    """Where each of these people is today, in one query; who is nowhere is left out."""
    require(viewer, "person.read")
    rows = session().scalars(_PRESENT_OF_PEOPLE, {"people": list(set(person_ids))})
    return {one.person_id: one for one in rows}


def present_holder_of(viewer: Viewer, position_ids: Iterable[str]) -> dict[str, Posting]:
    """Who holds each of these positions today, in one query; whoever acts counts where nobody holds it."""
    require(viewer, "post.read")
    rows = session().scalars(_PRESENT_IN_SEATS, {"positions": list(set(position_ids))})
    return {one.position_id: one for one in rows}


def present_postings_at(viewer: Viewer, position: Position) -> list[Posting]:
    """Who holds a position today or acts in it, the latest to come last."""
    require(viewer, "post.read")
    query = select(Posting).where(Posting.position_id == position.id, Posting.holding(clock.today()))
    return list(session().scalars(query.order_by(Posting.starts_on, Posting.id)))


def successor_of(viewer: Viewer, posting: Posting) -> Posting | None:
    """Who held, holds or will hold the position after this one."""
    require(viewer, "post.read")
    query = select(Posting).where(
        Posting.position_id == posting.position_id,
        Posting.id != posting.id,
        Posting.status == "held",
        Posting.acting.is_(False),
        Posting.starts_on > (posting.starts_on or date.min),
    )
    return session().scalars(query.order_by(Posting.starts_on, Posting.id).limit(1)).first()


def successors_of(viewer: Viewer, postings: Iterable[Posting]) -> dict[str, Posting]:
    """The same of many postings, by their ids. One query."""
    require(viewer, "post.read")
    held = list(postings)
    query = select(Posting).where(
        Posting.position_id.in_({one.position_id for one in held}),
        Posting.status == "held",
        Posting.acting.is_(False),
    )
    later = list(session().scalars(query.order_by(Posting.starts_on, Posting.id)))
    found = {}
    for one in held:
        since = one.starts_on or date.min
        after = (
            other
            for other in later
            if other.position_id == one.position_id
            and other.id != one.id
            and other.starts_on is not None
            and other.starts_on > since
        )
        if (first := next(after, None)) is not None:
            found[one.id] = first
    return found


def duties_of(viewer: Viewer, position_ids: Iterable[str]) -> list[Duty]:
    """The recurring duties of these positions, by position and name."""
    require(viewer, "post.read")
    query = select(Duty).where(Duty.position_id.in_(set(position_ids))).options(joinedload(Duty.position))
    return list(session().scalars(query.order_by(Duty.position_id, Duty.name)))


def get_duty(viewer: Viewer, duty_id: str, *, action: str = "post.read") -> Duty:
    """One duty, for whoever may do `action` to it."""
    duty = session().get(Duty, duty_id)
    if duty is None:
        raise NotFound(duty_id)
    require(viewer, action, duty)
    return duty
