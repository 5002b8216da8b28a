"""Pages between us and the organisation's own sign-in: out to it, and back."""

from functools import partial

from flask import make_response, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.utils import redirect

from expertise.access.gate import append_apart, begin_again, need
from expertise.base import clock
from expertise.base.i18n import language
from expertise.base.pages import Answer
from expertise.people import organisation, passwords, service, signing
from expertise.people.forms import SignInForm
from expertise.people.organisation import Organisation
from expertise.people.views import CAME_IN, bp, own_path

_NEXT = "organisation_next"


@bp.route("/sign-in/organisation", methods=["GET", "POST"])
@need("public")
def organisation_out() -> Answer:
    """On to the organisation's own sign-in, for whoever pressed the button: a link alone begins no session (ADR 114).

    A page that goes on by itself, and no redirect: where a form leads may not be another host (content policy).
    """
    provider, target = _provider(), own_path(request.args.get("next"))
    if request.method != "POST":
        return redirect(url_for(".sign_in", next=target), 303)
    cookie[_NEXT] = target
    # Nothing of the database is held while another system is waited for.
    begin_again(None)
    try:
        back = url_for(".organisation_back", _external=True)
        there = organisation.way_in(provider, back, anew="again" in request.args)
    except organisation.Away:
        return _away(provider)
    begin_again("read")
    answer = make_response(render_template("people/going_there.html", there=there, organisation=provider))
    answer.headers["Refresh"] = f"0; url={there}"
    return answer


@bp.get("/sign-in/organisation/back")
@need("public")
def organisation_back() -> Answer:
    """Come in as whom the provider says. A GET: the session is begun in a transaction of its own."""
    provider, target = _provider(), own_path(cookie.get(_NEXT))
    begin_again(None)
    try:
        came = organisation.who_came(provider)
    except organisation.Away:
        return _away(provider)
    except organisation.NotTold:
        said = _("The sign-in there was not completed, or it did not tell a verified e-mail address. Try again.")
        return _not_let_in(provider, target, said)
    begin_again("read")
    account = service.find_known(came)
    if account is None and came.email is None:
        said = _("The sign-in there was not completed, or it did not tell a verified e-mail address. Try again.")
        return _not_let_in(provider, target, said)
    if account is None or account.shut_on(clock.today()):
        return _not_let_in(
            provider, target, _("You have no account here that is open. Ask the administrator of this installation.")
        )
    token = passwords.new_token()
    address, device = request.remote_addr or "", request.user_agent.string
    before = signing.present_token()
    append_apart(partial(service.come_in, account, came, token, before=before, address=address, device=device))
    signing.remember(token)
    cookie[CAME_IN] = True
    return redirect(target, 303)


@bp.get("/sign-out/organisation")
@need("public")
def organisation_sign_out() -> Answer | str:
    """After signing out here: on to the provider, which ends the session there.

    A page that goes on by itself, and no redirect: where a form leads may not be another host (content policy).
    """
    provider = _provider()
    begin_again(None)
    try:
        there = organisation.way_out(provider, url_for(".sign_in", _external=True), language=language())
    except organisation.Away:
        there = None
    begin_again("read")
    answer = make_response(render_template("people/signed_out.html", there=there, organisation=provider))
    if there:
        answer.headers["Refresh"] = f"0; url={there}"
    return answer


def _provider() -> Organisation:
    found = organisation.the_organisation()
    if found is None:
        raise NotFound
    return found


def _not_let_in(provider: Organisation, target: str, said: str) -> Answer:
    append_apart(partial(service.note_failure, address=request.remote_addr or ""))
    return _page(provider, target, said), 422


def _away(provider: Organisation) -> Answer:
    said = (
        _("The sign-in of the organisation does not answer. Sign in with your password, or try again in a while.")
        if passwords.in_use()
        else _("The sign-in of the organisation does not answer. Try again in a while.")
    )
    return _page(provider, own_path(cookie.get(_NEXT)), said), 503


def _page(provider: Organisation, target: str, said: str) -> str:
    # Whatever language was asked for is known; who asks is nobody yet.
    begin_again("read")
    form = SignInForm(None)
    form.form_errors.append(said)
    return render_template("people/sign_in.html", form=form, target=target, organisation=provider)
