"""Pages of the second factor: the code at sign-in, setting it up, giving it up; and the password asked once more."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from expertise.access.gate import append_apart, for_programs, need, viewer
from expertise.access.pace import costs
from expertise.base.again import READING
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page, typed
from expertise.people import codes, passwords, queries, second, signing
from expertise.people.forms import CodeForm
from expertise.people.models import Account
from expertise.people.second import Halfway
from expertise.people.views import HALFWAY, Failed, ask_once_more, bp, limits, own_account, own_path

# What whoever has to set up a second factor first can reach.
OPEN_BEFORE = frozenset(
    {
        *("people.second_factor", "people.begin_second_factor", "people.prove", "people.sign_out"),
        *("people.organisation_sign_out", "people.sign_in", "people.second_step", "drafts.save", "drafts.token"),
        *("guide.index", "guide.show", "privacy.notice"),
    }
)


@bp.before_app_request
def lead_to_second_factor() -> Response | None:
    """Where one is required, whoever came in with a password alone sets it up before anything else."""
    if not viewer().signed_in or request.endpoint in OPEN_BEFORE or for_programs(request.endpoint):
        return None
    if not second.is_required() or not signing.lacks_second():
        return None
    if request.method not in READING and typed():
        # Whoever was writing when it became a rule gets the text back.
        raise Refused(_("Set up your second factor first: this installation now asks it of everybody."))
    return redirect(url_for("people.second_factor"), 303)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@need("public")
@costs("password")
def second_step() -> Answer:
    """The code, once the password was right."""
    target = own_path(request.values.get("next"))
    account = _halfway()
    if account is None:
        cookie.pop(HALFWAY, None)
        return redirect(url_for(".sign_in", next=target), 303)
    form = CodeForm()
    if form.validate_on_submit():
        address, device = request.remote_addr or "", request.user_agent.string
        token = second.sign_in(account, form.code.data or "", address=address, device=device, limits=limits())
        if token is not None:
            # With the rest of what the cookie held: it is good for one session.
            signing.remember(token)
            return redirect(target, 303)
        append_apart(Failed(account.email, address))
        form.code.errors = [
            _(
                "This is not the code of now, it was used already, or there were too many tries. "
                "Wait for the next code; after %(number)s minutes you can try again.",
                number=current_app.config["SIGN_IN_WAIT_MINUTES"],
            )
        ]
    return form_page("people/second_step.html", form, target=target)


def _halfway() -> Account | None:
    """Whose password was right in this browser, a moment ago."""
    known = cookie.get(HALFWAY)
    if not isinstance(known, list) or len(known) != 3 or not passwords.in_use():
        return None
    return second.find_halfway(Halfway(*known))


@bp.route("/account/second-factor", methods=["GET", "POST"])
@need("account.own")
def second_factor() -> Answer:
    """My second factor; with the first code that comes back it is asked from now on."""
    own, form = _own(), CodeForm()
    if form.is_submitted() and own.second_since is not None:
        # A button pressed twice: the first answer, with the codes, was never seen.
        flash(_("Your second factor is on already. Did you not see your recovery codes? Make others here."), "warning")
        return redirect(url_for(".second_factor"), 303)
    if form.validate_on_submit():
        present = signing.present_session()
        try:
            made = second.switch_on(viewer(), own, form.code.data or "", keep=present.id if present else "")
        except Refused as why:
            form.blame(why)
        else:
            return _codes_page(made)
    secret = second.secret_of(viewer(), own)
    return form_page(
        "people/second_factor.html",
        form,
        account=own,
        secret=codes.in_fours(secret) if secret else "",
        image=codes.image_of(secret, own.email) if secret else "",
        left=second.codes_left(viewer(), own),
        required=second.is_required(),
    )


@bp.post("/account/second-factor/begin")
@need("account.own")
def begin_second_factor() -> Response:
    """Make a secret for my telephone."""
    own = _own()
    if not signing.is_fresh():
        return ask_once_more(url_for(".second_factor"))
    second.begin(viewer(), own)
    return redirect(url_for(".second_factor"), 303)


@bp.post("/account/second-factor/codes")
@need("account.own")
def recovery_codes() -> Answer:
    """Other recovery codes; those that I had stop working."""
    own = _own()
    if not signing.is_fresh():
        return ask_once_more(url_for(".second_factor"))
    return _codes_page(second.make_recovery_codes(viewer(), own))


@bp.post("/account/second-factor/off")
@need("account.own")
def end_second_factor() -> Response:
    """Ask me no code any more."""
    own = _own()
    if not signing.is_fresh():
        return ask_once_more(url_for(".second_factor"))
    second.switch_off(viewer(), own)
    flash(_("From now on your password is enough."), "success")
    return redirect(url_for(".second_factor"), 303)


@bp.post("/admin/accounts/<account_id>/second-factor-off")
@need("account.manage")
def take_second_factor(account_id: str) -> Response:
    """Take away that of somebody who lost telephone and recovery codes; a letter tells them."""
    account = queries.get_account(viewer(), account_id)
    if not signing.is_fresh():
        return ask_once_more(url_for(".manage", account_id=account.id))
    second.switch_off(viewer(), account)
    flash(_("The second factor was taken away."), "success")
    return redirect(url_for(".manage", account_id=account.id), 303)


def _own() -> Account:
    if not second.is_asked():
        raise NotFound
    return own_account()


def _codes_page(made: list[str]) -> str:
    """They are shown now and never again, so there is no redirect that would have to carry them."""
    return render_template("people/recovery_codes.html", codes=[codes.in_fours(one) for one in made])
