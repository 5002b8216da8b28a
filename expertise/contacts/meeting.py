"""When each contact was last met: stored with the contact, and worked out anew whenever an interaction changes."""

from collections.abc import Iterable

from sqlalchemy import func, select, update

from expertise.base.database import session
from expertise.contacts.models import Contact, Interaction, InteractionContact


def settle_last_met(contact_ids: Iterable[str]) -> None:
    """Bring `last_met_on` of these contacts up to what is noted of them; plans do not count. One statement.

    The record itself did not change for a reader: neither its version nor when it was changed does.
    """
    listed = sorted(set(contact_ids))
    if not listed:
        return
    session().flush()
    latest = (
        select(func.max(Interaction.on))
        .join(InteractionContact, InteractionContact.interaction_id == Interaction.id)
        .where(InteractionContact.contact_id == Contact.id, Interaction.planned.is_(False))
        .correlate(Contact)
        .scalar_subquery()
    )
    change = update(Contact).where(Contact.id.in_(listed)).values(last_met_on=latest, changed_at=Contact.changed_at)
    session().execute(change.execution_options(synchronize_session=False))
    for one in listed:
        held = session().identity_map.get(session().identity_key(Contact, one))
        if held is not None:
            session().expire(held, ["last_met_on"])
