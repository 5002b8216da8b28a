"""What search may show of dossiers and entries, and to whom: the readers of a dossier, for its entries too."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from expertise.base.database import session
from expertise.base.findable import Findable, Source
from expertise.base.markdown import to_text
from expertise.domains.models import Domain
from expertise.dossiers.models import Dossier, Entry


def load_dossiers(ids: Iterable[str]) -> Iterator[Findable]:
    """The pieces of these dossiers."""
    query = (
        select(Dossier)
        .where(Dossier.id.in_(list(ids)))
        .options(
            selectinload(Dossier.reader_rows),
            selectinload(Dossier.stewardships),
            selectinload(Dossier.posts),
            # Their words are the vocabulary's business, not the dossier's.
            selectinload(Dossier.domains).options(lazyload(Domain.terms)),
        )
    )
    for dossier in session().scalars(query):
        yield _dossier(dossier)


def _dossier(dossier: Dossier) -> Findable:
    texts = (dossier.state_of_play, dossier.line_to_take, dossier.next_step, dossier.objectives)
    kept = dossier.present_stewardships
    posts = [one.position.post.code for one in kept] or [one.code for one in dossier.posts]
    return Findable(
        kind="dossier",
        id=dossier.id,
        title=dossier.title,
        url=f"/dossiers/{dossier.id}",
        readers=dossier.readers,
        summary=to_text(dossier.summary),
        body="\n".join(to_text(one) for one in texts if one),
        language=dossier.language,
        date=dossier.written_at.date(),
        external_id=dossier.external_id,
        post=posts[0] if posts else None,
        dossier=dossier.id,
        domains=tuple(one.code for one in dossier.domains),
        valid_until=dossier.line_valid_until if dossier.line_to_take else None,
    )


def dossier_ids() -> Iterator[str]:
    """All of them, for a rebuild."""
    yield from session().scalars(select(Dossier.id))


def load_entries(ids: Iterable[str]) -> Iterator[Findable]:
    """The pieces of these entries."""
    of_dossier = joinedload(Entry.dossier, innerjoin=True)
    query = (
        select(Entry)
        .where(Entry.id.in_(list(ids)))
        .options(
            joinedload(Entry.post),
            of_dossier.selectinload(Dossier.reader_rows),
            of_dossier.selectinload(Dossier.domains).options(lazyload(Domain.terms)),
            selectinload(Entry.domains).options(lazyload(Domain.terms)),
        )
    )
    for entry in session().scalars(query):
        yield _entry(entry)


def _entry(entry: Entry) -> Findable:
    dossier = entry.dossier
    domains = (*entry.domains, *dossier.domains)
    return Findable(
        kind="entry",
        id=entry.id,
        title=entry.title,
        url=f"/dossiers/{dossier.id}/entries/{entry.id}",
        readers=dossier.readers,
        # A note is also found by the subject that it belongs to.
        summary="" if dossier.title == entry.title else dossier.title,
        body="\n".join(filter(None, (to_text(entry.body), entry.to_whom))),
        names=tuple(entry.tags),
        language=entry.language,
        date=entry.date,
        date_precision=entry.date_precision,
        external_id=entry.external_id,
        subkind=entry.kind,
        post=entry.post.code if entry.post else None,
        dossier=dossier.id,
        author=entry.author_id,
        domains=tuple(dict.fromkeys(one.code for one in domains)),
    )


def entry_ids() -> Iterator[str]:
    """All of them, for a rebuild."""
    yield from session().scalars(select(Entry.id))


SOURCES = (Source("dossier", load_dossiers, dossier_ids), Source("entry", load_entries, entry_ids))


def names(ids: Iterable[str]) -> dict[str, str]:
    """The titles of dossiers, by id; search asks only for those of which the reader found something."""
    return {
        row[0]: row[1] for row in session().execute(select(Dossier.id, Dossier.title).where(Dossier.id.in_(list(ids))))
    }


def called(text: str) -> list[str]:
    """The ids of dossiers whose title somebody typed; of what they hold, search shows what the reader may see."""
    # No limit: hidden dossiers must never push one that the reader may see out of the answer.
    return list(session().scalars(select(Dossier.id).where(Dossier.title.icontains(text, autoescape=True))))
