"""What search may show of domains: their names and other words, to everybody who signed in."""

from collections.abc import Iterable, Iterator

from sqlalchemy import or_, select

from expertise.base.database import session
from expertise.base.findable import EVERYONE, Findable, Source, both
from expertise.base.i18n import language
from expertise.base.markdown import to_text
from expertise.domains.models import Domain, DomainAlias


def load(ids: Iterable[str]) -> Iterator[Findable]:
    """These domains."""
    for domain in session().scalars(select(Domain).where(Domain.id.in_(list(ids)))):
        words = dict.fromkeys(word for word in (*domain.names.values(), *(one.term for one in domain.terms)) if word)
        yield Findable(
            kind="domain",
            id=domain.id,
            title=both(domain.name_nl, domain.name_en),
            url=f"/domains/{domain.code}",
            readers=EVERYONE,
            summary=domain.name_nl,
            body="\n".join(text for text in (to_text(domain.description), ", ".join(words)) if text),
            external_id=domain.external_id,
            domains=(domain.code,),
            names=(domain.code, *words),
        )


def ids() -> Iterator[str]:
    """All domains, for a rebuild."""
    yield from session().scalars(select(Domain.id))


SOURCES = (Source("domain", load, ids),)


def names(codes: Iterable[str]) -> dict[str, str]:
    """What domains are called, by code, in the reader's language."""
    name = Domain.name_nl if language() == "nl" else Domain.name_en
    return {row[0]: row[1] for row in session().execute(select(Domain.code, name).where(Domain.code.in_(list(codes))))}


def codes_now(codes: Iterable[str]) -> dict[str, str]:
    """Of codes that are no more, because their domain was merged or renamed, what it has now."""
    asked = {code.lower(): code for code in codes}
    there = set(session().scalars(select(Domain.code).where(Domain.code.in_(asked.values()))))
    if there.issuperset(asked.values()):
        return {}
    query = select(DomainAlias.word, Domain.code).join(Domain, Domain.id == DomainAlias.domain_id)
    found = session().execute(query.where(DomainAlias.word.in_(asked)))
    return {asked[word]: code for word, code in found if asked[word] not in there}


def called(text: str) -> list[str]:
    """The codes of domains whose name somebody typed."""
    columns = (Domain.name_nl, Domain.name_en, Domain.name_fr)
    found = select(Domain.code).where(or_(*(column.icontains(text, autoescape=True) for column in columns)))
    return list(session().scalars(found.limit(100)))
