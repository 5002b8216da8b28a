"""Forms of the board and of transfer rounds. The filters of a board come from its address."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField

from expertise.base.forms import Form, day, line, needed, text
from expertise.base.upload_pages import TakeInForm
from expertise.rotation.queries import HEADQUARTERS, SHOWN, Filters
from expertise.rotation.regions import REGIONS

SHOW_NAMES = {
    "changes": _("where something changes"),
    "gaps": _("where nobody is for a time"),
    "departures": _("where somebody leaves"),
    "all": _("all positions"),
}


def filters_of(sent: MultiDict[str, str]) -> Filters:
    """The filters in an address; what is no filter is left out."""
    region, show = sent.get("region", ""), sent.get("show", "")
    return Filters(
        post=sent.get("post", ""),
        region=region if region in (*REGIONS, HEADQUARTERS) else "",
        domain=sent.get("domain", ""),
        first=_month(sent.get("from", "")),
        show=show if show in SHOWN else "changes",
    )


def _month(typed: str) -> date | None:
    """The first of a month that was typed as 2027-03, or as any day in it."""
    try:
        return date.fromisoformat(typed if len(typed) > 7 else f"{typed}-01").replace(day=1)
    except ValueError:
        return None


def as_query(filters: Filters) -> dict[str, Any]:
    """The filters as an address has them, without those that are not set."""
    sent = {
        "post": filters.post,
        "region": filters.region,
        "domain": filters.domain,
        "from": filters.first.strftime("%Y-%m") if filters.first else "",
        "show": "" if filters.show == "changes" else filters.show,
    }
    return {name: value for name, value in sent.items() if value}


class RoundForm(Form):
    """A round of transfers."""

    name = line(_("Name"), needed(), description=_("Such as: summer 2027"))
    starts_on = day(_("Look from"), needed())
    ends_on = day(_("Look until"), needed())


class ChangeRoundForm(RoundForm):
    """Another name or other days."""

    version = HiddenField()


class RenameForm(Form):
    """Another name for a proposal."""

    name = line(_("Name"), needed())
    version = HiddenField()


class ProposalForm(Form):
    """One way to fill the seats."""

    name = line(_("Name"), needed())
    like = SelectField(_("Begin with"), default="")


class MoveForm(Form):
    """Somebody goes somewhere: both typed as people call them, and chosen where several fit."""

    person = line(_("Who"), needed(), description=_("Name or e-mail address; a part will do."))
    person_id = RadioField(_("Who is meant"), choices=[], validate_choice=False)
    position = line(_("Goes to"), needed(), description=_("Words of the position and its post: disarmament geneva"))
    position_id = RadioField(_("Which position"), choices=[], validate_choice=False)
    starts_on = day(_("First day"), needed())
    ends_on = day(_("Last day"))


class TakeOverForm(Form):
    """The decision, with its reason."""

    reason = text(_("Why this proposal"), needed())
    version = HiddenField()


class RoundInForm(TakeInForm):
    """After the trial."""

    seen = HiddenField()
    gone = SelectMultipleField(_("Withdraw"), validate_choice=False)
    all_gone = BooleanField(_("Withdraw all of them"))
