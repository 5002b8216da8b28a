"""What search may show of posts, and of people by the positions that they held: open to everybody who signed in.

People stand here and not in people/, because their postings are what they are found by.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from sqlalchemy import or_, select

from expertise.base.database import session
from expertise.base.findable import EVERYONE, Findable, Source, both
from expertise.base.i18n import language
from expertise.base.markdown import to_text
from expertise.people.models import Person
from expertise.posts.models import Position, Post, Posting
from expertise.posts.queries import merged_into

# What is typed behind `by:` or `post:` stands for so many at most.
MOST_CALLED = 100


def load_people(ids: Iterable[str]) -> Iterator[Findable]:
    """These people, with the positions that they held; two queries."""
    people = {one.id: one for one in session().scalars(select(Person).where(Person.id.in_(list(ids))))}
    held: dict[str, list[Posting]] = {person_id: [] for person_id in people}
    query = select(Posting).where(Posting.person_id.in_(list(people)), Posting.status == "held")
    for posting in session().scalars(query):
        held[posting.person_id].append(posting)
    for person in people.values():
        yield _person(person, sorted(held[person.id], key=_start, reverse=True))


def _start(posting: Posting) -> tuple[date, str]:
    return posting.starts_on or date.min, posting.id


def _person(person: Person, postings: list[Posting]) -> Findable:
    last = postings[0] if postings else None
    return Findable(
        kind="person",
        id=person.id,
        title=person.name,
        url=f"/people/{person.id}",
        readers=EVERYONE,
        summary=_where(last.position) if last else "",
        # In both languages, so that either finds them.
        body="\n".join(_where(one.position) for one in postings),
        external_id=person.external_id,
        post=last.position.post.code if last else None,
        names=tuple(part for part in (person.name, person.email, person.phone) if part),
    )


def _where(position: Position) -> str:
    titles = dict.fromkeys((position.title_en, position.title_nl))
    posts = dict.fromkeys((position.post.name_en, position.post.name_nl))
    return f"{' / '.join(titles)}, {' / '.join(posts)}"


def load_posts(ids: Iterable[str]) -> Iterator[Findable]:
    """These posts, with their seats; two queries."""
    posts = {one.id: one for one in session().scalars(select(Post).where(Post.id.in_(list(ids))))}
    seats: dict[str, list[Position]] = {post_id: [] for post_id in posts}
    query = select(Position).where(Position.post_id.in_(list(posts)), Position.abolished_on.is_(None))
    for position in session().scalars(query.order_by(Position.title_en, Position.id)):
        seats[position.post_id].append(position)
    for post in posts.values():
        yield _post(post, seats[post.id])


def _post(post: Post, seats: list[Position]) -> Findable:
    lines = [f"{one.title_en} / {one.title_nl}\n{to_text(one.portfolio)}".strip() for one in seats]
    return Findable(
        kind="post",
        id=post.id,
        title=both(post.name_nl, post.name_en),
        url=f"/posts/{post.code}",
        readers=EVERYONE,
        summary=", ".join(part for part in (post.name_nl, post.city) if part),
        body="\n".join(lines),
        external_id=post.external_id,
        subkind=post.kind,
        post=post.code,
        names=tuple(dict.fromkeys((post.code, post.name_nl, post.name_en, post.city))),
    )


def people_ids() -> Iterator[str]:
    """All people, for a rebuild."""
    yield from session().scalars(select(Person.id))


def post_ids() -> Iterator[str]:
    """All posts, for a rebuild."""
    yield from session().scalars(select(Post.id))


SOURCES = (Source("person", load_people, people_ids), Source("post", load_posts, post_ids))


def post_names(codes: Iterable[str]) -> dict[str, str]:
    """What posts are called, by code, in the reader's language."""
    name = Post.name_nl if language() == "nl" else Post.name_en
    return {row[0]: row[1] for row in session().execute(select(Post.code, name).where(Post.code.in_(list(codes))))}


def post_codes_now(codes: Iterable[str]) -> dict[str, str]:
    """Of codes that are no more, because their post was merged or got another, what it has now."""
    asked = set(codes)
    there = set(session().scalars(select(Post.code).where(Post.code.in_(asked))))
    merged = merged_into("post", asked - there)
    if not merged:
        return {}
    stayed = dict(session().execute(select(Post.id, Post.code).where(Post.id.in_(merged.values()))).all())
    return {code: stayed[post_id] for code, post_id in merged.items() if post_id in stayed}


def posts_called(text: str) -> list[str]:
    """The codes of posts whose name or city somebody typed."""
    called = or_(*(column.icontains(text, autoescape=True) for column in (Post.name_nl, Post.name_en, Post.city)))
    return list(session().scalars(select(Post.code).where(called).limit(MOST_CALLED)))


def person_names(ids: Iterable[str]) -> dict[str, str]:
    """What people are called, by id."""
    return {row[0]: row[1] for row in session().execute(select(Person.id, Person.name).where(Person.id.in_(list(ids))))}


def people_called(text: str) -> list[str]:
    """The ids of people whose name somebody typed."""
    called = Person.name.icontains(text, autoescape=True)
    return list(session().scalars(select(Person.id).where(called).limit(MOST_CALLED)))
