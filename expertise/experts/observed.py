"""What postings, kept dossiers and notes say of people: the evidence of the rooms below, asked for in rows.

Where somebody was posted everybody may know; of dossiers and notes only what the asker may read.
"""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from expertise.access.rules import only, require
from expertise.access.viewer import Viewer
from expertise.base import clock
from expertise.base.database import session
from expertise.domains.models import PositionDomain
from expertise.dossiers.models import (
    Dossier,
    DossierDomain,
    DossierPost,
    DossierReader,
    Entry,
    EntryDomain,
    Stewardship,
)
from expertise.experts.evidence import Evidence, Source, sources
from expertise.people.models import Person
from expertise.posts.models import HEADQUARTERS_KINDS, Position, Post, Posting

EVERYONE = "all"
# A page shows no more of one kind; the newest count, and older ones were the same people's mostly.
MOST_ROWS = 3000


def postings_of(viewer: Viewer, person_ids: Collection[str]) -> Iterator[Evidence]:
    """The seats that these people held, with the domains of the seats. Two queries."""
    return _postings(viewer, Posting.person_id.in_(person_ids), pieces=True)


def postings_in(viewer: Viewer, domain_ids: Collection[str]) -> Iterator[Evidence]:
    """Who held a seat that works on one of these domains. Two queries."""
    filed = select(PositionDomain.position_id).where(PositionDomain.domain_id.in_(domain_ids))
    return _postings(viewer, Posting.position_id.in_(filed))


def postings_at(viewer: Viewer, where: ColumnElement[bool]) -> Iterator[Evidence]:
    """Who was at posts of which this holds (`Post.code == ...`). Two queries."""
    return _postings(viewer, where)


def _postings(viewer: Viewer, where: ColumnElement[bool], *, pieces: bool = False) -> Iterator[Evidence]:
    require(viewer, "person.read")
    today = clock.today()
    title = Position.title_nl if viewer.language == "nl" else Position.title_en
    name = Post.name_nl if viewer.language == "nl" else Post.name_en
    begun = or_(Posting.starts_on.is_(None), Posting.starts_on <= today)
    query = (
        select(
            *(Posting.id, Posting.person_id, Posting.position_id, Posting.starts_on, Posting.ends_on, Person.left_on),
            *(title, name, Post.id, Post.kind, Post.country),
        )
        .join(Person, Person.id == Posting.person_id)
        .join(Position, Position.id == Posting.position_id)
        .join(Post, Post.id == Position.post_id)
        .where(where, Posting.status == "held", begun)
        .order_by(Posting.starts_on.desc(), Posting.id)
        .limit(MOST_ROWS)
    )
    rows = session().execute(query).all()
    domains = _filed(PositionDomain.position_id, PositionDomain.domain_id, {row[2] for row in rows})
    for row in rows:
        ends = min((one for one in (row[4], row[5]) if one), default=None)
        abroad = row[9] not in HEADQUARTERS_KINDS and row[10]
        yield Evidence(
            person_id=row[1],
            role="holder",
            kind="posting",
            key=f"posting:{row[0]}",
            piece=f"person:{row[1]}" if pieces else "",
            title=row[6],
            place=row[7],
            url=f"/positions/{row[2]}",
            first=row[3],
            last=ends,
            ongoing=ends is None or ends >= today,
            domains=domains.get(row[2], ()),
            countries=(row[10],) if abroad else (),
            posts=(row[8],),
        )


def _filed(
    record: InstrumentedAttribute[str], value: InstrumentedAttribute[str], ids: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """The values of a link table by record. One query, or none."""
    found: dict[str, tuple[str, ...]] = {}
    if ids:
        for record_id, value_id in session().execute(select(record, value).where(record.in_(ids)).order_by(value)):
            found[record_id] = (*found.get(record_id, ()), value_id)
    return found


def kept_by(viewer: Viewer, person_ids: Collection[str]) -> Iterator[Evidence]:
    """The dossiers that these people kept through their seats. Three queries."""
    return _kept(viewer, Posting.person_id.in_(person_ids))


def kept_about(viewer: Viewer, domain_ids: Collection[str]) -> Iterator[Evidence]:
    """Who kept a dossier about one of these domains. Three queries."""
    filed = select(DossierDomain.dossier_id).where(DossierDomain.domain_id.in_(domain_ids))
    return _kept(viewer, Stewardship.dossier_id.in_(filed))


def keepers_of(viewer: Viewer, dossier_ids: Collection[str]) -> Iterator[Evidence]:
    """Who kept these dossiers, and who else wrote or verified their present text. Four queries."""
    yield from _kept(viewer, Stewardship.dossier_id.in_(dossier_ids))
    query = select(
        *(Dossier.id, Dossier.title, Dossier.written_by_id, Dossier.written_at),
        *(Dossier.verified_by_person_id, Dossier.verified_on),
    ).where(Dossier.id.in_(dossier_ids), only(viewer, "dossier.read", Dossier))
    for row in session().execute(query):
        for person_id, day in ((row[2], row[3].date()), (row[4], row[5])):
            if person_id:
                yield _dossier(row[0], row[1], person_id, "mentioned", first=day, last=day)


def _kept(viewer: Viewer, where: ColumnElement[bool]) -> Iterator[Evidence]:
    require(viewer, "dossier.read")
    today = clock.today()
    # Held while it was kept: the two periods have a day in common. A side that is not known is open.
    overlap = and_(
        or_(Posting.starts_on.is_(None), Stewardship.to_on.is_(None), Posting.starts_on <= Stewardship.to_on),
        or_(Posting.ends_on.is_(None), Stewardship.from_on.is_(None), Posting.ends_on >= Stewardship.from_on),
        or_(Posting.starts_on.is_(None), Posting.starts_on <= today),
    )
    query = (
        select(
            *(Dossier.id, Dossier.title, Posting.person_id, Posting.starts_on, Posting.ends_on),
            *(Stewardship.from_on, Stewardship.to_on, Person.left_on),
        )
        .join(Stewardship, Stewardship.dossier_id == Dossier.id)
        .join(Posting, Posting.position_id == Stewardship.position_id)
        .join(Person, Person.id == Posting.person_id)
        .where(where, Posting.status == "held", overlap, only(viewer, "dossier.read", Dossier))
        .order_by(Posting.starts_on.desc(), Dossier.id, Posting.id)
        .limit(MOST_ROWS)
    )
    rows = session().execute(query).all()
    ids = {row[0] for row in rows}
    domains = _filed(DossierDomain.dossier_id, DossierDomain.domain_id, ids)
    countries = _countries(ids)
    for row in rows:
        first = max((one for one in (row[3], row[5]) if one), default=None)
        last = min((one for one in (row[4], row[6], row[7]) if one), default=None)
        yield _dossier(
            row[0],
            row[1],
            row[2],
            "holder",
            first=first,
            last=last,
            ongoing=last is None or last >= today,
            domains=domains.get(row[0], ()),
            countries=countries.get(row[0], ()),
        )


def _dossier(dossier_id: str, title: str, person_id: str, role: str, **more: Any) -> Evidence:
    key = f"dossier:{dossier_id}"
    url = f"/dossiers/{dossier_id}"
    return Evidence(person_id, role, "stewardship", key, title, url, piece=key, **more)


def _countries(dossier_ids: Collection[str]) -> dict[str, tuple[str, ...]]:
    if not dossier_ids:
        return {}
    query = select(DossierPost.dossier_id, Post.country).join(Post, Post.id == DossierPost.post_id)
    query = query.where(
        DossierPost.dossier_id.in_(dossier_ids), Post.country.is_not(None), Post.kind.not_in(HEADQUARTERS_KINDS)
    )
    found: dict[str, tuple[str, ...]] = {}
    for dossier_id, country in session().execute(query.distinct().order_by(Post.country)):
        found[dossier_id] = (*found.get(dossier_id, ()), str(country))
    return found


def written_by(viewer: Viewer, person_ids: Collection[str]) -> Iterator[Evidence]:
    """The notes that these people wrote. Three queries."""
    return _entries(viewer, Entry.author_id.in_(person_ids))


def written_about(viewer: Viewer, domain_ids: Collection[str]) -> Iterator[Evidence]:
    """Who wrote about these domains. Three queries."""
    own = select(EntryDomain.entry_id).where(EntryDomain.domain_id.in_(domain_ids))
    filed = select(DossierDomain.dossier_id).where(DossierDomain.domain_id.in_(domain_ids))
    return _entries(viewer, or_(Entry.id.in_(own), Entry.dossier_id.in_(filed)))


def writers_of(viewer: Viewer, entry_ids: Collection[str]) -> Iterator[Evidence]:
    """Who wrote these notes, and who wrote their present text. Three queries."""
    return _entries(viewer, Entry.id.in_(entry_ids))


def _entries(viewer: Viewer, where: ColumnElement[bool]) -> Iterator[Evidence]:
    require(viewer, "dossier.read")
    query = (
        select(
            *(Entry.id, Entry.title, Entry.dossier_id, Entry.author_id, Entry.date, Entry.written_by_id),
            *(Entry.written_at, Post.country),
        )
        .outerjoin(Post, and_(Post.id == Entry.post_id, Post.kind.not_in(HEADQUARTERS_KINDS)))
        .where(where, only(viewer, "entry.read", Entry))
        .order_by(Entry.date.desc(), Entry.id)
        .limit(MOST_ROWS)
    )
    rows = session().execute(query).all()
    own = _filed(EntryDomain.entry_id, EntryDomain.domain_id, {row[0] for row in rows})
    filed = _filed(DossierDomain.dossier_id, DossierDomain.domain_id, {row[2] for row in rows})
    for row in rows:
        shared: dict[str, Any] = {
            "key": f"entry:{row[0]}",
            "piece": f"entry:{row[0]}",
            "within": f"dossier:{row[2]}",
            "title": row[1],
            "url": f"/dossiers/{row[2]}/entries/{row[0]}",
            "domains": tuple(dict.fromkeys((*own.get(row[0], ()), *filed.get(row[2], ())))),
            "countries": (row[7],) if row[7] else (),
        }
        if row[3]:
            yield Evidence(person_id=row[3], role="author", kind="entry", first=row[4], last=row[4], **shared)
        if row[5] and row[5] != row[3]:
            day = row[6].date()
            yield Evidence(person_id=row[5], role="mentioned", kind="entry", first=day, last=day, **shared)


def volumes(person_ids: Collection[str]) -> dict[str, int]:
    """How many notes each of these people wrote that everybody may read; what is closed never counts. One query."""
    if not person_ids:
        return {}
    query = (
        select(Entry.author_id, func.count())
        .join(DossierReader, DossierReader.dossier_id == Entry.dossier_id)
        .where(Entry.author_id.in_(person_ids), DossierReader.token == EVERYONE)
        .group_by(Entry.author_id)
    )
    return {str(row[0]): row[1] for row in session().execute(query)}


sources.add(Source("posting", postings_of, postings_in, of_pieces=postings_of, pieces="person"))
sources.add(Source("stewardship", kept_by, kept_about, of_pieces=keepers_of, pieces="dossier"))
sources.add(Source("entry", written_by, written_about, of_pieces=writers_of, pieces="entry"))
