"""Forms for contacts and for what a position notes about the relation."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField

from expertise.base.forms import Form, IsCountry, IsEmail, choices, day, line, needed, text
from expertise.base.i18n import show_country
from expertise.base.tables.countries import find_country
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
    lawful_basis = SelectField(_("Lawful basis"), default="")
    retain_until = day(_("Keep until"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Choices with a first one that is none."""
        super().__init__(*args, **kwargs)
        self.lawful_basis.choices = choices(BASIS_NAMES, empty=_("not recorded yet"))

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it."""
        names = ("kind", "name", "role", "organisation", "email", "phone", "languages", "notes", "lawful_basis")
        filled = {name: self[name].data or "" for name in names}
        return filled | {"country": find_country(self.country.data or ""), "retain_until": self.retain_until.data}


def as_filled(contact: Contact) -> dict[str, Any]:
    """A contact as its form holds it."""
    names = ("kind", "name", "role", "email", "phone", "languages", "notes", "lawful_basis", "retain_until", "version")
    return {name: getattr(contact, name) for name in names} | {
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
    sensitivities = text(_("Sensitivities"))


class KeepingForm(Form):
    """Change how my position stands with a contact."""

    version = HiddenField()
    tier = RadioField(_("How close"), [needed()], choices=choices(TIER_NAMES))
    relation = RadioField(_("Relation"), choices=choices(RELATION_NAMES))
    sensitivities = text(_("Sensitivities"))


class InteractionForm(Form):
    """What happened with a contact."""

    on = day(_("When"), needed())
    summary = text(_("What happened"))
