"""What search may show of domains: their names and other words, to everybody who signed in."""

from collections.abc import Iterable, Iterator

from sqlalchemy import select

from expertise.base.database import session
from expertise.base.findable import EVERYONE, Findable, Source
from expertise.base.markdown import to_text
from expertise.domains.models import Domain


def load(ids: Iterable[str]) -> Iterator[Findable]:
    """These domains."""
    for domain in session().scalars(select(Domain).where(Domain.id.in_(list(ids)))):
        words = dict.fromkeys(word for word in (*domain.names.values(), *(one.term for one in domain.terms)) if word)
        yield Findable(
            kind="domain",
            id=domain.id,
            title=domain.name_en,
            url=f"/domains/{domain.code}",
            readers=EVERYONE,
            summary=domain.name_nl,
            body="\n".join([*words, to_text(domain.description)]).strip(),
            external_id=domain.external_id,
            domains=(domain.code,),
            names=(domain.code, *words),
        )


def ids() -> Iterator[str]:
    """All domains, for a rebuild."""
    yield from session().scalars(select(Domain.id))


SOURCES = (Source("domain", load, ids),)
