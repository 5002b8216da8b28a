"""What of this room moves when positions, or twins of one posting, are merged."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.base.findable import tell_search_of
from expertise.handovers.models import Handover, Heir
from expertise.handovers.models_beside import Reminded
from expertise.posts.models import Posting
from expertise.posts.moving import of_position, of_posting, refuse_twins

# A posting has one note. Two of them cannot be made one: what somebody signed stands as it was signed.
of_posting.column(
    Handover.posting_id,
    _("Handovers"),
    once_each=True,
    fold=refuse_twins(
        _("Both have a handover of the same posting. Record one of the two as never having come, then merge.")
    ),
)

# Who was reminded of one is not reminded of the other.
of_posting.column(Reminded.posting_id, _("Reminders"), once_per=(Reminded.person_id, Reminded.kind, Reminded.on))

of_position.column(Heir.position_id, _("Handovers that are for it as well"), once_per=(Heir.handover_id,))


@of_position.also
def tell_handovers(stays: str, _gone: str) -> None:
    """Who may read a note follows from its position."""
    postings = select(Posting.id).where(Posting.position_id == stays)
    tell_search_of("handover", select(Handover.id).where(Handover.posting_id.in_(postings)))
