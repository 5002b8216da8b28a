"""Forms of this room: what somebody declares, an endorsement, an objection, and who is looked for."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import Optional

from expertise.base.forms import Form, IsCountry, choices, line, text
from expertise.base.tables.countries import find_country
from expertise.experts import words
from expertise.experts.models import CEFR, Claim

SCOPE_NAMES = {
    "": _("no objection: what I did may be seen and counted"),
    "observed": _("I object to being observed: only what I declare myself is shown"),
    "listed": _("I object to being listed: nobody but me sees anything here"),
}


class Year(IntegerField):
    """A year, which may be left open; what was typed is kept."""

    def __init__(self, label: Any = None, **more: Any) -> None:
        """Optional."""
        super().__init__(label, [Optional()], render_kw={"inputmode": "numeric", "maxlength": 4}, **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Four digits."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        typed = valuelist[0].strip()
        if not (typed.isascii() and typed.isdigit() and len(typed) == 4):
            self.data = None
            raise ValueError(_("Write a year as 2019."))
        self.data = int(typed)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class ClaimForm(Form):
    """What every kind of claim has."""

    from_year = Year(_("Since which year"))
    until_year = Year(_("Until which year"))
    evidence = text(_("From where you know it"))

    def taken(self) -> dict[str, Any]:
        """As the verbs take it."""
        return self.values | {"evidence": self.evidence.data or ""}


class DomainForm(ClaimForm):
    """A domain, and how well."""

    domain = SelectField(_("Domain"), default="")
    level = RadioField(_("How well"), choices=choices(words.LEVEL_NAMES), default="working", validate_choice=True)

    def taken(self) -> dict[str, Any]:
        """The domain by its id."""
        values = super().taken()
        return values | {"domain_id": values.pop("domain") or None}


class LanguageForm(ClaimForm):
    """A language, read and spoken."""

    code = SelectField(_("Language"), default="")
    reading = SelectField(_("Reading"), choices=choices({one: one for one in CEFR}, empty="–"), default="")
    speaking = SelectField(_("Speaking"), choices=choices({one: one for one in CEFR}, empty="–"), default="")


class RegionForm(ClaimForm):
    """A country."""

    code = line(_("Country"), IsCountry())

    def taken(self) -> dict[str, Any]:
        """The country by its code."""
        return super().taken() | {"code": find_country(self.code.data or "") or ""}


class TrainingForm(ClaimForm):
    """A training."""

    title = line(_("Training"))

    def taken(self) -> dict[str, Any]:
        """Never nothing, which is what an empty field is."""
        return super().taken() | {"title": self.title.data or ""}


FORMS: dict[str, type[ClaimForm]] = {
    "domain": DomainForm,
    "language": LanguageForm,
    "region": RegionForm,
    "training": TrainingForm,
}


def form_of(kind: str, domains: dict[str, str], claim: Claim | None = None) -> ClaimForm:
    """The form of a kind, filled with what was declared; `domains` by id."""
    given: dict[str, Any] = {}
    if claim is not None:
        names = ("level", "reading", "speaking", "from_year", "until_year", "evidence", "code", "title")
        given = {name: getattr(claim, name) for name in names} | {"domain": claim.domain_id or ""}
    form = FORMS[kind](data=given)
    if isinstance(form, DomainForm):
        form.domain.choices = choices(domains, empty=_("choose"))
    if isinstance(form, LanguageForm):
        form.code.choices = choices(words.language_names(), empty=_("choose"))
    return form


class EndorseForm(Form):
    """From where a colleague knows."""

    note = line(_("From where do you know?"), longest=500)


class ObjectionForm(Form):
    """To what somebody objects."""

    scope = RadioField(_("My choice"), choices=choices(SCOPE_NAMES), default="")


class WhoForm(Form):
    """Who is looked for. It is sent with the address, so that it can be kept and passed on."""

    class Meta(Form.Meta):
        """A question changes nothing: it needs no token."""

        csrf = False

    q = line(_("Subject"), longest=2000)
    domain = line(_("Domain"), longest=200)
    post = line(_("Post"), longest=200)
    language = SelectField(_("Language"), default="")
    region = line(_("Country"), IsCountry())
