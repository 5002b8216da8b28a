"""What search may show of people: who they are and where they sat, and apart from that what they declare.

What they declare is a piece of its own, because others may read it: accounts of personnel do not find people by their
expertise, since an answer of search has an order. Nothing observed is ever in the index.
"""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from expertise.base.database import session
from expertise.base.findable import Findable, Source
from expertise.base.markdown import to_text
from expertise.experts.models import Claim, Objection
from expertise.people.models import ROLES
from expertise.posts import findable as posts

READERS = frozenset(f"role:{one}" for one in ROLES if one != "hr")
PART = "expertise"


def load(ids: Iterable[str]) -> Iterator[Findable]:
    """These people, and what they declare; two queries more."""
    listed = list(ids)
    yield from posts.load_people(listed)
    objects = select(Objection.person_id).where(Objection.person_id.in_(listed), Objection.scope == "listed")
    silent = set(session().scalars(objects))
    claims: dict[str, list[Claim]] = {}
    query = select(Claim).where(Claim.person_id.in_(listed)).options(joinedload(Claim.domain))
    for claim in session().scalars(query.order_by(Claim.kind, Claim.declared_on, Claim.id)):
        claims.setdefault(claim.person_id, []).append(claim)
    for person_id, rows in claims.items():
        if person_id not in silent:
            yield _piece(rows)


def _piece(claims: list[Claim]) -> Findable:
    person = claims[0].person
    domains = [one.domain for one in claims if one.domain]
    names = [" / ".join(dict.fromkeys(name for name in domain.names.values() if name)) for domain in domains]
    return Findable(
        kind="person",
        id=person.id,
        part=PART,
        title=person.name,
        url=f"/people/{person.id}/expertise",
        readers=READERS,
        summary=", ".join([*names, *(one.title for one in claims if one.title)]),
        body="\n".join(to_text(one.evidence) for one in claims if one.evidence),
        date=max(one.declared_on for one in claims),
        domains=tuple(one.code for one in domains),
    )


SOURCES = (Source("person", load, posts.people_ids),)
