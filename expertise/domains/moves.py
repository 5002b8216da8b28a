"""What of this room moves when positions, or two domains, are merged."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.base.findable import tell_search_of
from expertise.domains.models import Domain, DomainAlias, DomainKeeper, DomainTerm, PositionDomain
from expertise.domains.moving import of_domain
from expertise.posts.moving import of_position

of_position.column(PositionDomain.position_id, _("Domains"), once_per=(PositionDomain.domain_id,))


@of_position.also
def tell_domains(stays: str, _gone: str) -> None:
    """A domain is found by the positions that work on it."""
    tell_search_of("domain", select(PositionDomain.domain_id).where(PositionDomain.position_id == stays))


of_domain.column(PositionDomain.domain_id, _("Positions that work on it"), once_per=(PositionDomain.position_id,))
of_domain.column(Domain.parent_id, _("Domains under it"))
of_domain.column(DomainKeeper.domain_id, _("People who keep it"), once_per=(DomainKeeper.person_id,))
of_domain.column(DomainAlias.domain_id, _("Earlier codes"))
# Its words were given to the one that stays before; what is left are the same words twice.
of_domain.column(DomainTerm.domain_id, _("Other words"), once_per=(DomainTerm.language, DomainTerm.term))
