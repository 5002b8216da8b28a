"""What of this room moves when records are merged.

What people hid is named by keys in texts, some of which are postings or domains; one that is merged into another takes
its key along, so that what was hidden stays hidden.
"""

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select, update

from expertise.base.database import session
from expertise.base.findable import tell_search_of
from expertise.domains.moving import of_domain
from expertise.experts.models import Claim, Hidden
from expertise.posts.moving import of_posting


def fold_claim(kept: Claim, lost: Claim) -> None:
    """Declared twice: since the earlier year, with what they wrote at either. Who endorsed one endorsed that one."""
    if lost.from_year is not None:
        kept.from_year = min(kept.from_year or lost.from_year, lost.from_year)
    if lost.evidence and lost.evidence not in kept.evidence:
        kept.evidence = "\n\n".join(one for one in (kept.evidence, lost.evidence) if one)


of_domain.column(Claim.domain_id, _("People who declare it"), once_per=(Claim.person_id,), fold=fold_claim)


@of_posting.also
def keep_hidden(stays: str, gone: str) -> None:
    """Who hid the posting that goes has hidden the one that stays."""
    _rename(f"posting:{gone}", f"posting:{stays}")


@of_domain.also
def keep_domain_hidden(stays: str, gone: str) -> None:
    """The same of a domain."""
    _rename(f"domain:{gone}", f"domain:{stays}")


@of_domain.tells
def tell_who_declares(domain_id: str) -> None:
    """People are found by the code and the names of what they declare."""
    tell_search_of("person", select(Claim.person_id).where(Claim.domain_id == domain_id))


def _rename(old: str, new: str) -> None:
    hid = select(Hidden.person_id).where(Hidden.key == new)
    session().execute(delete(Hidden).where(Hidden.key == old, Hidden.person_id.in_(hid)))
    session().execute(update(Hidden).where(Hidden.key == old).values(key=new))
