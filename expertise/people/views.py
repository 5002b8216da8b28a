"""Pages for coming in, and for one's account."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import append_apart, need, viewer
from expertise.people import service, signing
from expertise.people.forms import SignInForm

bp = Blueprint("people", __name__)


def _own_path(target: str | None) -> str:
    """The path to go on to: only one of ours, so that a link cannot send people elsewhere."""
    parts = urlsplit((target or "").replace("\\", "/"))
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return url_for("home.desk")
    return parts.path + (f"?{parts.query}" if parts.query else "")


@bp.route("/sign-in", methods=["GET", "POST"])
@need("public")
def sign_in() -> str | Response | tuple[str, int]:
    """Come in with e-mail and password."""
    form = SignInForm()
    target = _own_path(request.values.get("next"))
    if viewer().signed_in and request.method == "GET":
        return redirect(target, 303)
    if not form.validate_on_submit():
        page = render_template("people/sign_in.html", form=form, target=target)
        return (page, 422) if form.is_submitted() else page
    address = request.remote_addr or ""
    email = form.email.data or ""
    token = service.sign_in(
        email,
        form.password.data or "",
        address=address,
        device=request.user_agent.string,
        limits=service.Limits(
            current_app.config["SIGN_IN_FAILURES"], current_app.config["SIGN_IN_WAIT_MINUTES"]
        ),
    )
    if token is None:
        append_apart(_Failed(email, address))
        form.form_errors.append(
            _(
                "E-mail and password do not belong together, or there were too many tries. "
                "Check both; after %(number)s minutes you can try again.",
                number=current_app.config["SIGN_IN_WAIT_MINUTES"],
            )
        )
        return render_template("people/sign_in.html", form=form, target=target), 422
    signing.remember(token)
    return redirect(target, 303)


class _Failed:
    """Counts a failed sign-in after the request."""

    def __init__(self, email: str, address: str) -> None:
        self.email = email
        self.address = address

    def __call__(self) -> None:
        service.count_failure(self.email, address=self.address)


@bp.post("/sign-out")
@need("account.own")
def sign_out() -> Response:
    """End this session on the server; a copy of the cookie is worth nothing from now on."""
    service.sign_out(viewer(), signing.present_token())
    signing.forget()
    flash(_("You signed out."))
    return redirect(url_for("people.sign_in"), 303)
