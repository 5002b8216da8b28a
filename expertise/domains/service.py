"""Verbs on domains."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import refusing, session
from expertise.base.errors import NotFound, Refused
from expertise.base.findable import tell_search
from expertise.domains.models import Domain, DomainAlias, DomainKeeper, DomainTerm, PositionDomain
from expertise.domains.moving import of_domain
from expertise.people.models import Person
from expertise.posts.models import Position

TAKEN: dict[str, tuple[str, Any]] = {
    "uq_domain_code": ("code", _("Another domain has this code.")),
    "uq_domain_external_id": ("external_id", _("Another domain has this external id.")),
}
# What can stand in an address and be read out.
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,59}")


def add_domain(
    viewer: Viewer,
    *,
    code: str,
    name_nl: str,
    name_en: str,
    name_fr: str = "",
    description: str = "",
    parent: Domain | None = None,
    synonyms: Mapping[str, Iterable[str]] | None = None,
    external_id: str | None = None,
) -> Domain:
    """Add a theme; `synonyms` are other words by language."""
    require(viewer, "domain.keep")
    with refusing(TAKEN), session().no_autoflush:
        domain = Domain(
            code=code,
            name_nl=name_nl,
            name_en=name_en,
            name_fr=name_fr,
            description=description,
            parent=parent,
            external_id=external_id,
            terms=[],
        )
        session().add(domain)
        _check(domain)
        set_synonyms(domain, synonyms or {})
        session().flush()
    record(viewer, "domain.added", domain)
    tell_search("domain", domain.id)
    return domain


def change_domain(
    viewer: Viewer,
    domain: Domain,
    *,
    synonyms: Mapping[str, Iterable[str]] | None = None,
    **fields: Any,
) -> None:
    """Change a theme; `fields` are columns of Domain, `synonyms` replaces those of the languages in it."""
    require(viewer, "domain.change", domain)
    before = called(domain)
    with refusing(TAKEN), session().no_autoflush:
        for name, value in fields.items():
            setattr(domain, name, value)
        _check(domain)
        set_synonyms(domain, synonyms or {})
        session().flush()
    note_called(domain, before)
    record(viewer, "domain.changed", domain)
    tell_search("domain", domain.id)


def called(domain: Domain) -> tuple[str, ...]:
    """What other records show of a theme: its code first."""
    return domain.code, *domain.names.values()


def note_called(domain: Domain, before: tuple[str, ...]) -> None:
    """Where that is another now, its old address leads on, and search reads anew what shows it."""
    if called(domain) == before:
        return
    if before[0].lower() != domain.code.lower():
        remember(before[0], domain)
    of_domain.tell(domain.id)


def remember(word: str, domain: Domain) -> None:
    """By this word the domain was known: old addresses and files still find it."""
    known = session().get(DomainAlias, word.lower())
    if known is None:
        session().add(DomainAlias(word=word.lower(), domain_id=domain.id))
    else:
        known.domain_id = domain.id
    session().flush()


def name_keeper(viewer: Viewer, domain: Domain, person: Person) -> None:
    """Say that somebody keeps this theme: they look after its words and its place."""
    require(viewer, "domain.keep")
    if session().get(DomainKeeper, (domain.id, person.id)) is None:
        domain.keeper_rows.append(DomainKeeper(domain_id=domain.id, person_id=person.id))
        session().flush()
        record(viewer, "domain.keeper_named", domain, person=person.id)
        tell_search("domain", domain.id)


def end_keeper(viewer: Viewer, domain: Domain, person_id: str) -> None:
    """Somebody keeps it no longer."""
    require(viewer, "domain.keep")
    kept = session().get(DomainKeeper, (domain.id, person_id))
    if kept is None:
        raise NotFound(person_id)
    domain.keeper_rows.remove(kept)
    session().flush()
    record(viewer, "domain.keeper_ended", domain, person=person_id)
    tell_search("domain", domain.id)


def _check(domain: Domain) -> None:
    # /domains/new is a page already.
    if not CODE.fullmatch(domain.code) or domain.code.lower() == "new":
        raise Refused(_("Use letters, digits and - _ . only, such as arms-control."), "code")
    above, seen = domain.parent, set()
    while above is not None and above.code not in seen:
        if above is domain:
            raise Refused(_("A domain cannot stand under itself."), "parent")
        seen.add(above.code)
        above = above.parent


def set_synonyms(domain: Domain, synonyms: Mapping[str, Iterable[str]]) -> bool:
    """Replace the words of the languages given, and keep the rows of those that stay; whether anything changed."""
    changed = False
    for language, words in synonyms.items():
        wanted = {word.strip(): None for word in words if word.strip()}
        for term in [one for one in domain.terms if one.language == language]:
            if term.term in wanted:
                del wanted[term.term]
            else:
                domain.terms.remove(term)
                changed = True
        domain.terms.extend(DomainTerm(language=language, term=word) for word in wanted)
        changed = changed or bool(wanted)
    if changed:
        # Search reads all words again when the last change of any domain is another (queries.py: vocabulary_stamp).
        domain.changed_at = clock.now()
    return changed


def file_position(viewer: Viewer, position: Position, domains: Iterable[Domain]) -> None:
    """Say on which domains a position works: these and no others."""
    require(viewer, "domain.keep")
    wanted = {one.id for one in domains}
    query = select(PositionDomain).where(PositionDomain.position_id == position.id)
    filed = {one.domain_id: one for one in session().scalars(query)}
    for domain_id in wanted - filed.keys():
        session().add(PositionDomain(position_id=position.id, domain_id=domain_id))
    for domain_id in filed.keys() - wanted:
        session().delete(filed[domain_id])
    session().flush()
    if wanted != filed.keys():
        record(viewer, "position.filed", position)
        # Also for what follows a position that is no longer filed under a theme.
        tell_search("post", position.post_id)
        for domain_id in wanted ^ filed.keys():
            tell_search("domain", domain_id)
