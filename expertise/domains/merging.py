"""Merging a domain into another: nothing filed is lost, its words become other words, and its old names lead on."""

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.base.findable import tell_search, tell_search_of
from expertise.base.remembering import remember as keep_version
from expertise.domains.models import LANGUAGES, Domain, DomainKeeper, DomainTerm
from expertise.domains.moving import of_domain
from expertise.domains.queries import with_below
from expertise.domains.service import remember, set_synonyms
from expertise.posts.moving import Line


def counts_of(gone: Domain) -> list[Line]:
    """What would move, in words and numbers."""
    return list(of_domain.lines("", gone.id))


def merge_into(viewer: Viewer, gone: Domain, stays: Domain | None) -> Domain:
    """Merge one domain into another, which the viewer keeps too; answers the one that stays."""
    require(viewer, "domain.change", gone)
    if stays is None:
        raise Refused(_("Choose the domain that stays."), "into")
    require(viewer, "domain.change", stays)
    if stays.id in with_below([gone]):
        raise Refused(_("That domain stands under this one. Move it elsewhere first."), "into")
    set_synonyms(stays, {one: _words(stays, gone, one) for one in LANGUAGES})
    children = select(Domain.id).where(Domain.parent_id == gone.id)
    tell_search_of("domain", children)
    of_domain.move(stays.id, gone.id)
    record(viewer, "domain.merged", stays, gone=gone.id)
    for word in filter(None, (gone.code, gone.external_id)):
        remember(word, stays)
    gone_id = gone.id
    session().flush()
    session().expire_all()
    session().execute(delete(DomainTerm).where(DomainTerm.domain_id == gone_id))
    session().execute(delete(DomainKeeper).where(DomainKeeper.domain_id == gone_id))
    # Where it stood in the tree is asked of by reports of earlier days.
    keep_version(Domain, Domain.id == gone_id, Domain.id)
    session().execute(delete(Domain).where(Domain.id == gone_id))
    session().expire_all()
    for one in (gone_id, stays.id):
        tell_search("domain", one)
    return stays


def _words(stays: Domain, gone: Domain, language: str) -> list[str]:
    """The other words of both in a language; the name of the one that goes becomes one too."""
    names = {name.casefold() for name in stays.names.values() if name}
    words = (*stays.synonyms(language), gone.names[language], *gone.synonyms(language))
    return [word for word in words if word and word.casefold() not in names]
