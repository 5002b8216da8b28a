"""What of this room moves when positions are merged."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.base.findable import tell_search_of
from expertise.domains.models import PositionDomain
from expertise.posts.moving import of_position

of_position.column(PositionDomain.position_id, _("Domains"), once_per=(PositionDomain.domain_id,))


@of_position.also
def tell_domains(stays: str, _gone: str) -> None:
    """A domain is found by the positions that work on it."""
    tell_search_of("domain", select(PositionDomain.domain_id).where(PositionDomain.position_id == stays))
