"""Forms of the board and of transfer rounds. The filters of a board come from its address."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict

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


def _month(text: str) -> date | None:
    """The first of a month that was typed as 2027-03, or as any day in it."""
    try:
        return date.fromisoformat(text if len(text) > 7 else f"{text}-01").replace(day=1)
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
