"""What of this room moves when posts or positions are merged."""

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.base.findable import tell_search_of
from expertise.contacts.models import REACHES, ContactUpload, Interaction, Keeping
from expertise.posts.models import Position
from expertise.posts.moving import of_position, of_post


def fold_keeping(kept: Keeping, lost: Keeping) -> None:
    """Both keep the same contact: the closer relation and the longer time count, and no remark is lost."""
    kept.tier = min(kept.tier, lost.tier)
    kept.since = None if kept.since is None or lost.since is None else min(kept.since, lost.since)
    said = (kept.sensitivities.strip(), lost.sensitivities.strip())
    # Of two remarks that become one the narrower reach counts: nobody reads more than was meant for them.
    noted = [one.sensitive_reach for one in (kept, lost) if one.sensitivities.strip()]
    kept.sensitive_reach = min(noted, key=REACHES.index, default=kept.sensitive_reach)
    kept.sensitivities = "\n\n".join(dict.fromkeys(text for text in said if text))
    reached = (kept.how_to_reach.strip(), lost.how_to_reach.strip())
    kept.how_to_reach = "; ".join(dict.fromkeys(text for text in reached if text))[:300]
    kept.version += 1


def _present(keeping: Keeping) -> bool:
    return keeping.until is None


of_position.column(
    Keeping.position_id, _("Contacts kept"), once_per=(Keeping.contact_id,), when=_present, fold=fold_keeping
)
of_position.column(Interaction.position_id, _("What happened with contacts"))
of_position.column(ContactUpload.position_id, _("Files to import"))


@of_position.also
def tell_contacts(stays: str, _gone: str) -> None:
    """A contact is found by the post at which it is kept."""
    tell_search_of("contact", select(Keeping.contact_id).where(Keeping.position_id == stays).distinct())


@of_post.tells
def tell_contacts_of_post(post_id: str) -> None:
    """The same of all positions of a post."""
    seats = select(Position.id).where(Position.post_id == post_id)
    tell_search_of("contact", select(Keeping.contact_id).where(Keeping.position_id.in_(seats)).distinct())
