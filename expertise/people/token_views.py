"""The page on which somebody makes tokens for programs, and revokes them."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Refused
from expertise.base.pages import Answer
from expertise.people import signing, tokens
from expertise.people.forms import TokenForm
from expertise.people.views import ask_once_more, bp


@bp.route("/account/tokens", methods=["GET", "POST"])
@need("account.own")
def tokens_page() -> Answer:
    """My tokens; one that was just made is shown this once."""
    form = TokenForm(data=_asked())
    if form.validate_on_submit():
        if not signing.is_fresh():
            wanted = {"name": form.name.data, "days": form.days.data, "may_write": "1" if form.may_write.data else None}
            return ask_once_more(url_for(".tokens_page", **wanted))
        try:
            secret = tokens.make_token(
                viewer(), name=form.name.data, days=int(form.days.data), may_write=bool(form.may_write.data)
            )
        except Refused as why:
            form.blame(why)
        else:
            return _page(TokenForm(None), secret)
    page = _page(form)
    return (page, 422) if form.is_submitted() else page


def _asked() -> dict[str, Any]:
    """What was chosen before the password was asked once more; it comes back in the address."""
    asked = request.args
    days = asked.get("days", "")
    return {"name": asked.get("name", ""), "may_write": "may_write" in asked} | ({"days": days} if days else {})


def _page(form: TokenForm, secret: str = "") -> str:
    return render_template(
        "people/tokens.html",
        form=form,
        secret=secret,
        tokens=tokens.tokens_of(viewer()),
        today=clock.today(),
        root=current_app.config["SETTINGS"].url.rstrip("/"),
    )


@bp.post("/account/tokens/<token_id>/revoke")
@need("account.own")
def revoke_token(token_id: str) -> Response:
    """From now on it lets nobody in."""
    tokens.revoke_token(viewer(), token_id)
    flash(_("Revoked: it lets no program in any more."), "success")
    return redirect(url_for(".tokens_page"), 303)
