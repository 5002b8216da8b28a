"""Pages for those who manage accounts, and for HR's list of staff. Views, split off for length."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock, mail
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.base.paging import page_number
from expertise.people import passwords, queries, service, signing
from expertise.people.devices import device_name
from expertise.people.forms import (
    ROLE_MEANINGS,
    ROLE_NAMES,
    STATE_NAMES,
    NewAccountForm,
    PersonForm,
    RoleForm,
    as_filled,
)
from expertise.people.models import Account
from expertise.people.views import ask_once_more, bp


@bp.get("/admin/accounts")
@need("account.manage")
def accounts() -> str:
    """All accounts, with what they may do and whether they are open."""
    asked = {
        "text": request.args.get("text", "").strip()[:200],
        "role": _among(ROLE_NAMES, "role"),
        "state": _among(_states(), "state"),
    }
    found = queries.accounts_page(viewer(), **asked, page=page_number(request.args.get("page")))
    return render_template(
        "people/accounts.html",
        found=found,
        asked=asked,
        role_names=ROLE_NAMES,
        state_names=_states(),
        now=clock.now(),
        today=clock.today(),
    )


def _states() -> dict[str, Any]:
    """Where nobody comes in with a password, nobody is invited either."""
    states = dict(STATE_NAMES)
    return states if passwords.in_use() else {name: states[name] for name in ("open", "closed")}


def _among(allowed: dict[str, Any], name: str) -> str:
    value = request.args.get(name, "")
    return value if value in allowed else ""


@bp.get("/admin/invitations")
@need("account.manage")
def invitations() -> str:
    """Who was invited and has not come in yet."""
    _invites()
    found = queries.invitations(viewer(), page=page_number(request.args.get("page")))
    return render_template(
        "people/invitations.html", found=found, mail_is_on=mail.is_on(), now=clock.now(), today=clock.today()
    )


@bp.get("/admin/roles")
@need("account.manage")
def roles() -> str:
    """What each role adds, and who has it."""
    return render_template(
        "people/roles.html",
        role_names=ROLE_NAMES,
        meanings=ROLE_MEANINGS,
        counts=queries.count_by_role(viewer()),
        holders=queries.holders_of_roles(viewer(), [role for role in ROLE_NAMES if role != "staff"]),
    )


@bp.post("/admin/accounts/<account_id>/mail-invitation")
@need("account.manage")
def mail_invitation(account_id: str) -> Response:
    """Send a new invitation by mail; its link is made as it is sent."""
    _invites()
    account = queries.get_account(viewer(), account_id)
    if not signing.is_fresh():
        return ask_once_more(url_for(".invitations"))
    service.mail_invitation(viewer(), account, days=current_app.config["INVITATION_DAYS"])
    flash(
        _("The invitation is on its way to %(email)s. An earlier link no longer works.", email=account.email), "success"
    )
    return redirect(url_for(".invitations"), 303)


@bp.post("/admin/accounts/<account_id>/withdraw")
@need("account.manage")
def withdraw(account_id: str) -> Response:
    """Let an invitation no longer work."""
    account = queries.get_account(viewer(), account_id)
    service.withdraw_invitation(viewer(), account)
    flash(_("The link for %(email)s no longer works.", email=account.email))
    return redirect(url_for(".invitations"), 303)


@bp.route("/admin/accounts/new", methods=["GET", "POST"])
@need("account.manage")
def new_account() -> Answer:
    """An account for somebody in the staff list, or for somebody new; shows the invitation link once."""
    asked = {"name": request.args.get("name", ""), "role": _among(ROLE_NAMES, "role") or "staff"}
    form = NewAccountForm(data={"email": request.args.get("email", ""), **asked})
    if form.validate_on_submit():
        if not signing.is_fresh():
            wanted = {"email": form.email.data, "name": form.name.data or None, "role": form.role.data}
            return ask_once_more(url_for(".new_account", **wanted))
        try:
            made = service.add_account_for(
                viewer(), email=form.email.data, name=form.name.data or "", role=form.role.data
            )
        except Refused as why:
            form.blame(why)
        else:
            if not passwords.in_use():
                flash(_("The account is open: it is reached with the organisation's own sign-in."), "success")
                return redirect(url_for(".manage", account_id=made.id), 303)
            return _invited(made, service.invite(viewer(), made, days=current_app.config["INVITATION_DAYS"]))
    return form_page("people/new_account.html", form)


@bp.route("/admin/accounts/<account_id>", methods=["GET", "POST"])
@need("account.manage")
def manage(account_id: str) -> Answer:
    """One account: its role, its invitation, open or closed."""
    account = queries.get_account(viewer(), account_id)
    form = RoleForm(data={"role": _among(ROLE_NAMES, "role") or account.role})
    if form.validate_on_submit():
        if not signing.is_fresh():
            return ask_once_more(url_for(".manage", account_id=account.id, role=form.role.data))
        try:
            service.change_role(viewer(), account, form.role.data)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("The role holds from the next page on."), "success")
            return redirect(url_for(".manage", account_id=account.id), 303)
    return form_page(
        "people/manage.html",
        form,
        account=account,
        role_names=ROLE_NAMES,
        device_name=device_name,
        mail_is_on=mail.is_on(),
        sessions=queries.sessions_of(viewer(), account),
        now=clock.now(),
        today=clock.today(),
    )


@bp.post("/admin/accounts/<account_id>/invite")
@need("account.manage")
def invite(account_id: str) -> Answer:
    """A new invitation; for an account with a password this takes the password away."""
    _invites()
    account = queries.get_account(viewer(), account_id)
    if not signing.is_fresh():
        return ask_once_more(url_for(".manage", account_id=account.id))
    days = current_app.config["INVITATION_DAYS"]
    again = service.reset_password if account.password_hash else service.invite
    return _invited(account, again(viewer(), account, days=days))


def _invites() -> None:
    """Invitations are for choosing a password; where there are none, there is no such page."""
    if not passwords.in_use():
        raise NotFound


def _invited(account: Account, token: str) -> Answer:
    """The link is shown now and never again, so there is no redirect that would have to carry it."""
    link = url_for(".invitation", token=token, _external=True)
    return render_template("people/invited.html", account=account, link=link, mail_is_on=mail.is_on())


@bp.post("/admin/accounts/<account_id>/close")
@need("account.manage")
def close(account_id: str) -> Response:
    """Close an account; its sessions end."""
    account = queries.get_account(viewer(), account_id)
    service.disable(viewer(), account)
    flash(_("The account is closed and its sessions have ended."))
    return redirect(url_for(".manage", account_id=account.id), 303)


@bp.post("/admin/accounts/<account_id>/open")
@need("account.manage")
def reopen(account_id: str) -> Response:
    """Open a closed account."""
    account = queries.get_account(viewer(), account_id)
    if not signing.is_fresh():
        return ask_once_more(url_for(".manage", account_id=account.id))
    service.enable(viewer(), account)
    flash(_("The account is open again."), "success")
    return redirect(url_for(".manage", account_id=account.id), 303)


@bp.route("/people/new", methods=["GET", "POST"])
@need("person.change")
def new_person() -> Answer:
    """Record a member of staff."""
    form = PersonForm(data={"name": request.args.get("name", "")})
    if form.validate_on_submit():
        try:
            person = service.add_person(viewer(), **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Added to the staff list."), "success")
            return redirect(url_for("posts.person", person_id=person.id), 303)
    return _person_page(form, None)


@bp.route("/people/<person_id>/change", methods=["GET", "POST"])
@need("person.change")
def change_person(person_id: str) -> Answer:
    """Change what is recorded of a member of staff."""
    person = queries.get_person(viewer(), person_id)
    form = PersonForm(data=as_filled(person))
    if form.validate_on_submit():
        try:
            service.change_person(viewer(), person, **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("posts.person", person_id=person.id), 303)
    return _person_page(form, person)


def _person_page(form: PersonForm, person: Any) -> Answer:
    return form_page("people/person_form.html", form, person=person)
