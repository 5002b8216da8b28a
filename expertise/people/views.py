"""Pages for coming in, and for one's account."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from expertise.access.gate import append_apart, begin_again, late, need, viewer
from expertise.access.pace import costs
from expertise.base import mail
from expertise.base.errors import Refused
from expertise.base.i18n import language
from expertise.base.pages import Answer, form_page
from expertise.people import passwords, queries, second, service, signing
from expertise.people.devices import device_name
from expertise.people.forms import ROLE_NAMES, InvitationForm, PasswordForm, PreferencesForm, ProofForm, SignInForm
from expertise.people.models import Account
from expertise.people.organisation import the_organisation
from expertise.people.second import Halfway

bp = Blueprint("people", __name__)
HALFWAY = "halfway"  # in the cookie of whoever typed the right password, until the code came
CAME_IN = "organisation_came_in"  # in the cookie of a session that the organisation's own sign-in began


def own_path(target: str | None) -> str:
    """The path to go on to: only one of ours, so that a link cannot send people elsewhere."""
    try:
        parts = urlsplit((target or "").replace("\\", "/"))
    except ValueError:
        # What is no address at all, such as //[x.
        return url_for("home.desk")
    if parts.scheme or parts.netloc or not parts.path.startswith("/") or parts.path.startswith("//"):
        return url_for("home.desk")
    return parts.path + (f"?{parts.query}" if parts.query else "")


@bp.route("/sign-in", methods=["GET", "POST"])
@need("public")
@costs("password")
@late(limit="MAX_CONTENT_LENGTH")
def sign_in() -> Answer:
    """Come in with e-mail and password. While a password is compared nothing of the database is held."""
    begin_again("read")
    form = SignInForm()
    target = own_path(request.values.get("next"))
    if viewer().signed_in and request.method == "GET":
        return redirect(target, 303)
    if not passwords.in_use() or not form.validate_on_submit():
        page = _sign_in_page(form, target)
        return (page, 422) if form.is_submitted() else page
    address = request.remote_addr or ""
    email = form.email.data or ""
    found = _sign_in(email, form.password.data or "")
    if found is None:
        begin_again("read")
        append_apart(Failed(email, address))
        form.form_errors.append(
            _(
                "E-mail and password do not belong together, or there were too many tries. "
                "Check both; after %(number)s minutes you can try again.",
                number=current_app.config["SIGN_IN_WAIT_MINUTES"],
            )
        )
        return _sign_in_page(form, target), 422
    return _let_in(found, target)


def _let_in(found: str | Halfway, target: str) -> Response:
    """A token begins a session; whoever has a second factor is asked for that first."""
    if isinstance(found, Halfway):
        cookie[HALFWAY] = [found.account_id, found.password, found.at]
        return redirect(url_for(".second_step", next=target), 303)
    signing.remember(found)
    return redirect(target, 303)


def _sign_in_page(form: SignInForm, target: str) -> str:
    return render_template("people/sign_in.html", form=form, target=target, organisation=the_organisation())


def limits() -> service.Limits:
    """How often one may be wrong here."""
    return service.Limits(current_app.config["SIGN_IN_FAILURES"], current_app.config["SIGN_IN_WAIT_MINUTES"])


def _sign_in(email: str, password: str) -> str | Halfway | None:
    address = request.remote_addr or ""
    asking = service.who_asks(email, address=address, limits=limits())
    begin_again(None)
    if not service.is_right(asking, password):
        return None
    fresh = passwords.hashed_anew(asking.password_hash, password)
    begin_again("write")
    account = service.find_right(asking)
    if account is None:
        return None
    service.renew_hash(account, asking, fresh)
    # What was typed wrong before is forgotten once the code is right too, lest codes be guessed without end.
    return second.halfway(account) or service.sign_in(account, address=address, device=request.user_agent.string)


class Failed:
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
    if cookie.pop(CAME_IN, False) and the_organisation():
        return redirect(url_for("people.organisation_sign_out"), 303)
    flash(_("You signed out."))
    answer = redirect(url_for("people.sign_in"), 303)
    # Pages are kept by no browser (no-store); what scripts might keep goes too. Not its cache: that may take seconds.
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@need("public")
@costs("password")
def invitation(token: str) -> Answer:
    """Set the first password, once, and come in."""
    account = queries.find_invited(token) if passwords.in_use() else None
    if account is None:
        return render_template("people/invitation_over.html"), 404
    form = InvitationForm()
    if form.validate_on_submit():
        try:
            service.accept_invitation(token, form.password.data, address=request.remote_addr or "")
        except Refused as why:
            form.blame(why)
        else:
            known = second.halfway(account)
            if known:
                return _let_in(known, url_for("home.desk"))
            _come_in(account)
            return redirect(url_for("home.desk"), 303)
    return form_page("people/invitation.html", form, account=account)


def _come_in(account: Account) -> None:
    """A new session of whoever just set a password."""
    device = request.user_agent.string
    signing.remember(service.begin_session(account, address=request.remote_addr or "", device=device))


@bp.route("/account", methods=["GET", "POST"])
@need("account.own")
def account() -> Answer:
    """How the product looks for me, my password and my sessions."""
    own = own_account()
    form = _preferences(own)
    if form.validate_on_submit():
        service.change_preferences(
            viewer(),
            own,
            language=form.language.data,
            theme=form.theme.data,
            search_shortcut=form.search_shortcut.data,
            mail=form.mail.data,
        )
        # What was chosen for this session gives way to what was now chosen for good.
        cookie.pop("language", None)
        flash(_("Saved."), "success")
        return redirect(url_for(".account"), 303)
    page = _account_page(own, preferences=form)
    return (page, 422) if form.is_submitted() else page


@bp.post("/account/password")
@need("account.own")
@costs("password")
def password() -> Answer:
    """Change my password; my other sessions end."""
    if not passwords.in_use():
        raise NotFound
    own, form = own_account(), PasswordForm()
    if form.validate_on_submit():
        try:
            service.set_password(viewer(), own, form.password.data, current=form.current.data)
        except Refused as why:
            form.blame(why)
        else:
            _come_in(own)
            flash(_("Your password was changed. Sessions elsewhere have ended."), "success")
            return redirect(url_for(".account"), 303)
    return _account_page(own, changing=form), 422


@bp.post("/account/sessions/<session_id>/end")
@need("account.own")
def end_session(session_id: str) -> Response:
    """End one of my sessions, such as that of a device that I lost."""
    if not signing.is_fresh():
        return ask_once_more(url_for(".account"))
    service.end_session(viewer(), own_account(), session_id)
    flash(_("That session has ended."))
    return redirect(url_for(".account") + "#sessions", 303)


@bp.post("/account/sessions/end-others")
@need("account.own")
def end_other_sessions() -> Response:
    """End all my sessions but this one."""
    if not signing.is_fresh():
        return ask_once_more(url_for(".account"))
    present = signing.present_session()
    ended = service.end_other_sessions(viewer(), own_account(), keep=present.id if present else "")
    flash(ngettext("%(num)s session elsewhere has ended.", "%(num)s sessions elsewhere have ended.", ended), "success")
    return redirect(url_for(".account") + "#sessions", 303)


@bp.route("/account/prove", methods=["GET", "POST"])
@need("account.own")
@costs("password")
@late(limit="MAX_CONTENT_LENGTH")
def prove() -> Answer:
    """My password once more, before what an open computer must not let others do."""
    begin_again("read")
    form, target, own = ProofForm(), own_path(request.values.get("next")), own_account()
    if not form.validate_on_submit():
        page = _proof_page(form, target)
        return (page, 422) if form.is_submitted() else page
    email, address = own.email, request.remote_addr or ""
    asking = service.who_asks(email, address=address, limits=limits())
    begin_again(None)
    if not service.is_right(asking, form.password.data or ""):
        begin_again("read")
        append_apart(Failed(email, address))
        form.password.errors = [_("This is not your present password, or there were too many tries.")]
        return _proof_page(form, target), 422
    begin_again("write")
    service.note_proof(viewer(), signing.present_token())
    flash(_("Thank you. Now do it once more: for ten minutes nothing is asked."))
    return redirect(target, 303)


def _proof_page(form: ProofForm, target: str) -> str:
    return render_template("people/prove.html", form=form, target=target, organisation=the_organisation())


def ask_once_more(back: str) -> Response:
    """To where the password is asked once more, and back."""
    return redirect(url_for("people.prove", next=back), 303)


def own_account() -> Account:
    """That of whoever asks."""
    return queries.get_account(viewer(), viewer().account_id or "")


def _preferences(own: Account) -> PreferencesForm:
    shown = {"language": own.language or language(), "theme": own.theme, "search_shortcut": own.search_shortcut}
    shown["mail"] = own.mail
    # An unticked box is not sent at all, so what is stored counts only while nothing was sent.
    return PreferencesForm(offered=current_app.config["LANGUAGES"], data=shown)


def _account_page(
    own: Account, *, preferences: PreferencesForm | None = None, changing: PasswordForm | None = None
) -> str:
    return render_template(
        "people/account.html",
        account=own,
        preferences=preferences or PreferencesForm(None, offered=current_app.config["LANGUAGES"], obj=own),
        passwords=changing or PasswordForm(None),
        sessions=queries.sessions_of(viewer(), own),
        present=signing.present_session(),
        role_names=ROLE_NAMES,
        mail_is_on=mail.is_on(),
        device_name=device_name,
    )
