"""Forms for domains."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import RadioField, SelectField, SelectMultipleField

from expertise.base.forms import Form, line, needed, text
from expertise.domains.models import LANGUAGES, Domain

_ONE_A_LINE = _("One a line: what else people call it, abbreviations too.")


class DomainForm(Form):
    """A theme of expertise, with its words in three languages."""

    code = line(_("Code"), needed(), longest=60, description=_("Short, as in an address: arms-control"))
    name_nl = line(_("Name in Dutch"), needed())
    name_en = line(_("Name in English"), needed())
    name_fr = line(_("Name in French"))
    parent = SelectField(_("Stands under"))
    description = text(_("What it is about"))
    synonyms_nl = text(_("Other words in Dutch"), description=_ONE_A_LINE)
    synonyms_en = text(_("Other words in English"), description=_ONE_A_LINE)
    synonyms_fr = text(_("Other words in French"), description=_ONE_A_LINE)
    external_id = line(_("Id in another system"))

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it; the parent is looked up by the view."""
        names = ("code", "name_nl", "name_en", "name_fr", "description")
        return {name: self[name].data or "" for name in names} | {
            "external_id": self.external_id.data or None,
            "synonyms": {one: _words(self[f"synonyms_{one}"].data) for one in LANGUAGES},
        }


def _words(typed: str | None) -> list[str]:
    return [word.strip()[:200] for word in (typed or "").splitlines() if word.strip()]


def as_filled(domain: Domain) -> dict[str, Any]:
    """A domain as its form holds it."""
    names = ("code", "name_nl", "name_en", "name_fr", "description", "external_id")
    return (
        {name: getattr(domain, name) for name in names}
        | {f"synonyms_{one}": "\n".join(domain.synonyms(one)) for one in LANGUAGES}
        | {"parent": domain.parent_id or ""}
    )


class MergeForm(Form):
    """Into which domain."""

    into = SelectField(_("Into which domain"), [needed()])


class KeeperForm(Form):
    """Who keeps a domain."""

    person = line(_("Who keeps it"), needed(), description=_("Name or e-mail address; a part will do."))
    person_id = RadioField(_("Who is meant"), choices=[], validate_choice=False)


class FilingForm(Form):
    """On which domains a position works."""

    domains = SelectMultipleField(_("Domains"))
