"""The calendar of a person: the page where its address is made, and the feed."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.handovers import calendar
from expertise.handovers.dates import dates_of
from expertise.handovers.views import bp
from expertise.people import signing
from expertise.people.views import ask_once_more
from expertise.posts.viewers import viewer_for


@bp.get("/account/calendar")
@need("account.own")
def calendar_page() -> str:
    """What the calendar holds, and whether it is open."""
    return render_template(
        "handovers/calendar.html", key=calendar.find_key(viewer()), dates=dates_of(viewer()), address=None
    )


@bp.post("/account/calendar")
@need("account.own")
def open_calendar() -> str | AnyResponse:
    """Make a new address, and show it this once."""
    if not signing.is_fresh():
        return ask_once_more(url_for(".calendar_page"))
    key = calendar.make_key(viewer())
    return render_template(
        "handovers/calendar.html",
        key=calendar.find_key(viewer()),
        dates=dates_of(viewer()),
        address=url_for(".calendar_feed", key=key, _external=True),
    )


@bp.post("/account/calendar/close")
@need("account.own")
def close_calendar() -> AnyResponse:
    """The address no longer works."""
    calendar.revoke_key(viewer())
    flash(_("Closed: the address no longer works."), "success")
    return redirect(url_for(".calendar_page"), 303)


@bp.get("/calendar/<key>.ics")
@need("public")
@costs("long")
def calendar_feed(key: str) -> Response:
    """The feed, for a program that cannot sign in: whoever has the address reads the days, and nothing else."""
    account = calendar.owner_of(key).account
    language = account.language or "nl"
    owner = viewer_for(account, language)
    with force_locale(language):
        made = calendar.feed(
            dates_of(owner), name=_("Handovers of %(name)s", name=owner.name), root=request.host_url.rstrip("/")
        )
    return Response(
        made, mimetype="text/calendar", headers={"Content-Disposition": 'attachment; filename="expertise.ics"'}
    )
