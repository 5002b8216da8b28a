"""Verbs on what happens with contacts: note it, plan it, put it right, take it back, and follow it up."""

from collections.abc import Iterable
from datetime import date

from flask_babel import lazy_gettext as _

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import session
from expertise.base.errors import Refused
from expertise.contacts.meeting import settle_last_met
from expertise.contacts.models import MEETING_KINDS, Contact, Interaction
from expertise.contacts.service import usual_retention
from expertise.people.models import Person
from expertise.posts.models import Position


def note_interaction(
    viewer: Viewer,
    contacts: Contact | Iterable[Contact],
    *,
    on: date,
    kind: str = "meeting",
    summary: str = "",
    follow_up: str = "",
    follow_up_on: date | None = None,
    position: Position | None = None,
    person: Person | None = None,
) -> Interaction:
    """Note that one of us met, called or wrote to contacts; on a day to come it is a plan. All staff may read it."""
    met = [contacts] if isinstance(contacts, Contact) else list(contacts)
    if not met:
        raise Refused(_("Say with whom."), "who")
    for contact in met:
        require(viewer, "contact.read", contact)
    one = Interaction(
        contacts=met,
        position_id=position.id if position else _position_for(viewer, met),
        person_id=person.id if person else viewer.person_id,
    )
    _write(one, on=on, kind=kind, summary=summary, follow_up=follow_up, follow_up_on=follow_up_on)
    session().add(one)
    settle_last_met(contact.id for contact in met)
    record(viewer, "interaction.planned" if one.planned else "interaction.noted", one)
    return one


def change_interaction(
    viewer: Viewer,
    one: Interaction,
    *,
    contacts: Iterable[Contact],
    on: date,
    kind: str,
    summary: str = "",
    follow_up: str = "",
    follow_up_on: date | None = None,
) -> None:
    """Put one's own right. A plan whose day has come becomes what happened."""
    require(viewer, "interaction.change", one)
    met = list(contacts)
    if not met:
        raise Refused(_("Say with whom."), "who")
    before, one.contacts = one.contacts, met
    _write(one, on=on, kind=kind, summary=summary, follow_up=follow_up, follow_up_on=follow_up_on)
    settle_last_met(contact.id for contact in (*before, *met))
    record(viewer, "interaction.changed", one)


def took_place(viewer: Viewer, one: Interaction) -> None:
    """What was planned did happen, on that day."""
    require(viewer, "interaction.change", one)
    if one.on > clock.today():
        raise Refused(_("This day is still to come."), "on")
    one.planned = False
    _keep_longer(one)
    settle_last_met(contact.id for contact in one.contacts)
    record(viewer, "interaction.noted", one)


def take_back(viewer: Viewer, one: Interaction) -> None:
    """One's own note goes, as if it had not been made; a plan does not go through."""
    require(viewer, "interaction.change", one)
    record(viewer, "interaction.taken_back", one)
    met = [contact.id for contact in one.contacts]
    session().delete(one)
    settle_last_met(met)


def follow_up_done(viewer: Viewer, one: Interaction) -> None:
    """What was promised at that moment has been done."""
    require(viewer, "interaction.change", one)
    one.follow_up_done_on = clock.today()
    record(viewer, "interaction.followed_up", one)


def _write(one: Interaction, *, on: date, kind: str, summary: str, follow_up: str, follow_up_on: date | None) -> None:
    if kind not in MEETING_KINDS:
        raise Refused(_("This is not one of the choices."), "kind")
    if follow_up_on and not follow_up:
        raise Refused(_("Say what is to be done by then."), "follow_up")
    one.on, one.kind, one.summary = on, kind, summary
    one.planned = on > clock.today()
    if follow_up != one.follow_up:
        one.follow_up_done_on = None
    one.follow_up, one.follow_up_on = follow_up, follow_up_on
    if not one.planned:
        _keep_longer(one)


def _keep_longer(one: Interaction) -> None:
    """A contact whom we still meet is not one to throw away."""
    until = usual_retention(one.on)
    for contact in one.contacts:
        if contact.retain_until and contact.retain_until < until and not contact.objected_on:
            contact.retain_until = until


def _position_for(viewer: Viewer, met: list[Contact]) -> str | None:
    """For which of my positions: the one that keeps them, else the first."""
    keeping = {one.position_id for contact in met for one in contact.present_keepings}
    return next((one for one in viewer.positions if one in keeping), next(iter(viewer.positions), None))
