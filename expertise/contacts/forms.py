"""Forms for contacts and for what a position notes about the relation."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField

from expertise.base.forms import Form, IsCountry, IsEmail, PartialDay, choices, day, line, needed, text
from expertise.base.i18n import show_country
from expertise.base.tables.countries import find_country
from expertise.base.upload_pages import FileForm
from expertise.contacts.models import Contact

KIND_NAMES = {"person": _("person"), "organisation": _("organisation")}
TIER_NAMES = {
    "1": _("1 – we cannot do without"),
    "2": _("2 – regular contact"),
    "3": _("3 – now and then"),
}
RELATION_NAMES = {
    "new": _("new"),
    "working": _("working relation"),
    "trusted": _("trusted"),
    "strained": _("strained"),
}
BASIS_NAMES = {
    "public_task": _("task in the public interest"),
    "consent": _("consent"),
    "contract": _("contract"),
    "legal_obligation": _("legal obligation"),
    "legitimate_interest": _("legitimate interest"),
}
REACH_NAMES = {
    "position": _("whoever holds this position"),
    "head": _("also the head of the post"),
    "post": _("everybody at the post"),
}
MEETING_NAMES = {
    "meeting": _("meeting"),
    "call": _("call"),
    "mail": _("mail"),
    "event": _("event"),
    "visit": _("visit"),
    "other": _("other"),
}
REVIEW_NAMES = {
    "unassigned": _("kept by nobody"),
    "expired": _("to be kept no longer"),
    "incomplete": _("no lawful basis or date"),
    "objected": _("who objected"),
}
PLACE_NAMES = {
    "contacts": _("Contacts, and what happened with them"),
    "dossiers": _("Dossiers and notes, also as they were before"),
    "questions": _("Questions and answers"),
    "handovers": _("Handovers, also frozen ones and what stands beside them"),
    "rest": _("Drafts, searches, duties and the rest"),
}
WHOSE_NAMES = {"mine": _("kept by me"), "post": _("kept by my post"), "all": _("of all of us")}


class ContactForm(Form):
    """A contact as the ministry knows it."""

    kind = RadioField(_("This is"), choices=choices(KIND_NAMES), default="person")
    name = line(_("Name"), needed())
    role = line(_("Role or function"))
    organisation = line(_("Organisation"))
    email = line(_("E-mail"), IsEmail(), longest=254)
    phone = line(_("Phone"), longest=50)
    country = line(_("Country"), IsCountry())
    languages = line(_("Languages"), longest=100)
    notes = text(_("Notes"))
    purpose = line(_("What we keep it for"))
    lawful_basis = SelectField(_("Lawful basis"), default="")
    source = line(_("Where we have it from"))
    retain_until = day(_("Keep until"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Choices with a first one that is none."""
        super().__init__(*args, **kwargs)
        self.lawful_basis.choices = choices(BASIS_NAMES, empty=_("not recorded yet"))

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it."""
        names = ("kind", "name", "role", "organisation", "email", "phone", "languages", "notes")
        more = ("purpose", "lawful_basis", "source")
        filled = {name: self[name].data or "" for name in (*names, *more)}
        return filled | {"country": find_country(self.country.data or ""), "retain_until": self.retain_until.data}


def as_filled(contact: Contact) -> dict[str, Any]:
    """A contact as its form holds it."""
    names = ("kind", "name", "role", "email", "phone", "languages", "notes", "version")
    more = ("purpose", "lawful_basis", "source", "retain_until")
    return {name: getattr(contact, name) for name in (*names, *more)} | {
        "organisation": contact.organisation.name if contact.organisation else "",
        "country": show_country(contact.country),
    }


class NewContactForm(ContactForm):
    """The same, and whether I keep it for my position."""

    position = SelectField(_("Kept by"), default="")
    tier = RadioField(_("How close"), choices=choices(TIER_NAMES), default="2")


class EditContactForm(ContactForm):
    """The same, with the version that was read."""

    version = HiddenField()


class KeepForm(Form):
    """Keep a contact for one of my positions."""

    position = SelectField(_("Position"))
    tier = RadioField(_("How close"), choices=choices(TIER_NAMES), default="2")
    relation = RadioField(_("Relation"), choices=choices(RELATION_NAMES), default="new")
    how_to_reach = line(_("How to reach them"), longest=300)
    sensitivities = text(_("Sensitivities"))
    sensitive_reach = RadioField(_("Who reads the sensitivities"), choices=choices(REACH_NAMES), default="position")


class KeepingForm(Form):
    """Change how my position stands with a contact."""

    version = HiddenField()
    tier = RadioField(_("How close"), [needed()], choices=choices(TIER_NAMES))
    relation = RadioField(_("Relation"), choices=choices(RELATION_NAMES))
    how_to_reach = line(_("How to reach them"), longest=300)
    sensitivities = text(_("Sensitivities"))
    sensitive_reach = RadioField(_("Who reads the sensitivities"), choices=choices(REACH_NAMES), default="position")


class RoleForm(Form):
    """What a contact was or is, and where."""

    title = line(_("Role or function"))
    organisation = line(_("Organisation"))
    starts = PartialDay(_("From"))
    ends = PartialDay(_("Until"))


class AssistantForm(Form):
    """Through whom a contact is reached."""

    assistant = line(_("Assistant"), needed())


class InteractionForm(Form):
    """What happened with contacts, or what is planned, in one line."""

    who = line(_("With whom"), longest=1000)
    listed = SelectMultipleField(_("Whom you keep"), validate_choice=False)
    summary = line(_("What happened, or what it is for"), longest=500)
    on = day(_("When"), needed())
    kind = SelectField(_("Kind"), choices=choices(MEETING_NAMES), default="meeting")
    follow_up = line(_("To do after it"), longest=300)
    follow_up_on = day(_("By"))

    @property
    def names(self) -> list[str]:
        """The names that were typed, separated by ; or by a comma."""
        return [name.strip() for name in (self.who.data or "").replace(",", ";").split(";") if name.strip()]


class UploadForm(FileForm):
    """A file with contacts."""

    position = SelectField(_("For which position"), default="")


class LongerForm(Form):
    """Somebody looked at it, and it is still needed."""

    retain_until = day(_("Keep until"), needed())


class ObjectionForm(Form):
    """They object to what we keep."""

    objected_on = day(_("On which day"), needed())
    objection = line(_("What they object to"), longest=500)


class AccessForm(Form):
    """A copy for the contact."""

    with_sensitive = BooleanField(_("With what positions noted as sensitive; this is logged"))


class EraseForm(Form):
    """Erase for good: the name is typed, so that nobody does it by mistake."""

    also = text(_("What else they are called in texts, one on a line"))
    with_files = BooleanField(_("Remove these files too"))
    name = line(_("Type the name to confirm"), needed())

    @property
    def spellings(self) -> list[str]:
        """What was filled in, line by line."""
        return [one.strip() for one in (self.also.data or "").splitlines() if one.strip()]
