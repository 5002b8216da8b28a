"""Questions about domains: the tree, its words, and who works on what."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import func, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.base.database import session
from expertise.base.errors import NotFound
from expertise.domains.models import LANGUAGES, Domain, DomainAlias, DomainTerm, PositionDomain
from expertise.posts.models import Position


@dataclass(frozen=True)
class Branch:
    """A domain in the tree: how deep it stands, how many positions are filed under it, and what stands below it."""

    domain: Domain
    depth: int
    positions: int
    below: tuple["Branch", ...]

    def walk(self) -> Iterator["Branch"]:
        """Itself and all below it, in the order of the tree."""
        yield self
        for branch in self.below:
            yield from branch.walk()


def get_domain(viewer: Viewer, code: str, action: str = "domain.read") -> Domain:
    """The domain with this code, capitals aside; of one that was merged or renamed, what it is now."""
    require(viewer, "domain.read")
    found = session().scalars(select(Domain).where(func.lower(Domain.code) == code.lower())).all()
    if not found:
        known_as = select(DomainAlias.domain_id).where(DomainAlias.word == code.lower())
        found = session().scalars(select(Domain).where(Domain.id.in_(known_as))).all()
    if not found:
        raise NotFound(code)
    domain = next((one for one in found if one.code == code), found[0])
    require(viewer, action, domain)
    return domain


def find_domain(domain_id: str) -> Domain | None:
    """The domain with this id."""
    return session().get(Domain, domain_id)


def tree(viewer: Viewer) -> list[Branch]:
    """The tree from its top, by name in the viewer's language. Three queries."""
    require(viewer, "domain.read")
    counted = select(PositionDomain.domain_id, func.count()).group_by(PositionDomain.domain_id)
    positions = {row[0]: row[1] for row in session().execute(counted)}
    domains = session().scalars(select(Domain)).all()
    children: dict[str | None, list[Domain]] = {}
    for one in sorted(domains, key=lambda one: (one.name(viewer.language).casefold(), one.code)):
        children.setdefault(one.parent_id, []).append(one)
    return list(_branches(children, None, 0, positions))


def _branches(
    children: dict[str | None, list[Domain]], above: str | None, depth: int, positions: dict[str, int]
) -> Iterator[Branch]:
    for one in children.get(above, ()):
        below = tuple(_branches(children, one.id, depth + 1, positions))
        yield Branch(one, depth, positions.get(one.id, 0), below)


def domain_choices(viewer: Viewer) -> dict[str, str]:
    """Id -> name in the order of the tree, for a form, with the names above it: disarmament › cluster munitions."""
    found: dict[str, str] = {}
    for branch in (branch for top in tree(viewer) for branch in top.walk()):
        name = branch.domain.name(viewer.language)
        above = found.get(branch.domain.parent_id or "")
        found[branch.domain.id] = f"{above} › {name}" if above else name
    return found


def path_of(viewer: Viewer, domain: Domain) -> list[Domain]:
    """The domains above this one, from the outside in."""
    require(viewer, "domain.read")
    found: list[Domain] = []
    above = domain.parent
    while above is not None and above not in found:
        found.insert(0, above)
        above = above.parent
    return found


def below(viewer: Viewer, domain: Domain) -> list[Domain]:
    """The domains right under this one, by name."""
    require(viewer, "domain.read")
    found = session().scalars(select(Domain).where(Domain.parent_id == domain.id))
    return sorted(found, key=lambda one: one.name(viewer.language).casefold())


def domains_by_id(viewer: Viewer, domain_ids: Iterable[str]) -> list[Domain]:
    """Several domains, in one query."""
    require(viewer, "domain.read")
    return list(session().scalars(select(Domain).where(Domain.id.in_(set(domain_ids))).order_by(Domain.code)))


def with_below(domains: Iterable[Domain]) -> set[str]:
    """The ids of these domains and of all that stand under them; for a filter that means a whole theme."""
    parents = session().execute(select(Domain.id, Domain.parent_id)).all()
    found, fresh = set(), {one.id for one in domains}
    while fresh:
        found |= fresh
        fresh = {domain_id for domain_id, parent_id in parents if parent_id in fresh} - found
    return found


def positions_in(viewer: Viewer, domain: Domain) -> list[Position]:
    """The positions that work on a domain, or on one under it, by title."""
    require(viewer, "domain.read")
    filed = select(PositionDomain.position_id).where(PositionDomain.domain_id.in_(with_below([domain])))
    query = select(Position).where(Position.id.in_(filed), Position.abolished_on.is_(None))
    by = Position.title_nl if viewer.language == "nl" else Position.title_en
    return list(session().scalars(query.order_by(by, Position.id)))


def domains_of(viewer: Viewer, position_ids: Iterable[str]) -> dict[str, list[Domain]]:
    """The domains of several positions by the position's id, in one query; every asked id is in the answer."""
    require(viewer, "domain.read")
    found: dict[str, list[Domain]] = {one: [] for one in position_ids}
    query = select(PositionDomain).where(PositionDomain.position_id.in_(list(found)))
    for filed in session().scalars(query):
        found[filed.position_id].append(filed.domain)
    for domains in found.values():
        domains.sort(key=lambda one: one.name(viewer.language).casefold())
    return found


def find_domains(viewer: Viewer, words: Iterable[str]) -> dict[str, Domain]:
    """Domains by what people call them: code, external id, a name or a synonym, capitals aside. Two queries.

    The answer's keys are the words that were found, as they were given. A code goes before a name, a name before
    a synonym.
    """
    require(viewer, "domain.read")
    asked = set(words)
    known: dict[str, Domain] = {}
    if not asked:
        return {}
    for one in session().scalars(select(Domain).order_by(Domain.code)):
        for rank in ([one.code, one.external_id or ""], one.names.values(), [t.term for t in one.terms]):
            for word in rank:
                known.setdefault(word.casefold(), one)
        known[one.code.casefold()] = one
    if missing := [word.casefold() for word in asked if word.casefold() not in known]:
        # What was merged or renamed is still called so in files and in people's heads.
        called = select(DomainAlias.word, DomainAlias.domain_id).where(DomainAlias.word.in_(missing))
        by_id = {one.id: one for one in known.values()}
        known |= {row[0]: by_id[row[1]] for row in session().execute(called) if row[1] in by_id}
    return {word: known[word.casefold()] for word in asked if word.casefold() in known and word.strip()}


def vocabulary_stamp() -> tuple[object, ...]:
    """Another whenever the vocabulary is another: one query, however many words there are."""
    words = select(func.count()).select_from(DomainTerm).scalar_subquery()
    return tuple(session().execute(select(func.count(), func.max(Domain.changed_at), words).select_from(Domain)).one())


def vocabulary() -> list[tuple[str, str, str]]:
    """Every word for every domain as (code, language, word): names first, then synonyms."""
    columns = select(Domain.code, Domain.name_nl, Domain.name_en, Domain.name_fr).order_by(Domain.code)
    names = [
        (row[0], language, name)
        for row in session().execute(columns)
        for language, name in zip(LANGUAGES, row[1:], strict=True)
        if name
    ]
    terms = select(Domain.code, DomainTerm.language, DomainTerm.term).join(
        DomainTerm, DomainTerm.domain_id == Domain.id
    )
    rows = session().execute(terms.order_by(Domain.code, DomainTerm.language, DomainTerm.term))
    return names + [(code, language, term) for code, language, term in rows]
