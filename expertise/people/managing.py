"""Pages for those who manage accounts, and for HR's list of staff. Views, split off for length."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Refused
from expertise.base.paging import page_number
from expertise.people import queries, service
from expertise.people.devices import device_name
from expertise.people.forms import ROLE_NAMES, NewAccountForm, PersonForm, RoleForm, as_filled
from expertise.people.models import Account
from expertise.people.views import Answer, bp


@bp.get("/admin/accounts")
@need("account.manage")
def accounts() -> str:
    """All accounts, with what they may do and whether they are open."""
    text = request.args.get("text", "").strip()[:200]
    found = queries.accounts_page(viewer(), text, page=page_number(request.args.get("page")))
    return render_template(
        "people/accounts.html", found=found, text=text, role_names=ROLE_NAMES, now=clock.now(), today=clock.today()
    )


@bp.route("/admin/accounts/new", methods=["GET", "POST"])
@need("account.manage")
def new_account() -> Answer:
    """An account for somebody in the staff list, or for somebody new; shows the invitation link once."""
    form = NewAccountForm(data={"email": request.args.get("email", "")})
    if form.validate_on_submit():
        try:
            made = service.add_account_for(
                viewer(), email=form.email.data, name=form.name.data or "", role=form.role.data
            )
        except Refused as why:
            form.blame(why)
        else:
            return _invited(made, service.invite(viewer(), made, days=current_app.config["INVITATION_DAYS"]))
    page = render_template("people/new_account.html", form=form)
    return (page, 422) if form.is_submitted() else page


@bp.route("/admin/accounts/<account_id>", methods=["GET", "POST"])
@need("account.manage")
def manage(account_id: str) -> Answer:
    """One account: its role, its invitation, open or closed."""
    account = queries.get_account(viewer(), account_id)
    form = RoleForm(data={"role": account.role})
    if form.validate_on_submit():
        try:
            service.change_role(viewer(), account, form.role.data)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("The role holds from the next page on."), "success")
            return redirect(url_for(".manage", account_id=account.id), 303)
    page = render_template(
        "people/manage.html",
        account=account,
        form=form,
        role_names=ROLE_NAMES,
        device_name=device_name,
        sessions=queries.sessions_of(viewer(), account),
        now=clock.now(),
        today=clock.today(),
    )
    return (page, 422) if form.is_submitted() else page


@bp.post("/admin/accounts/<account_id>/invite")
@need("account.manage")
def invite(account_id: str) -> Answer:
    """A new invitation; for an account with a password this takes the password away."""
    account = queries.get_account(viewer(), account_id)
    days = current_app.config["INVITATION_DAYS"]
    again = service.reset_password if account.password_hash else service.invite
    return _invited(account, again(viewer(), account, days=days))


def _invited(account: Account, token: str) -> Answer:
    """The link is shown now and never again, so there is no redirect that would have to carry it."""
    link = url_for(".invitation", token=token, _external=True)
    return render_template("people/invited.html", account=account, link=link)


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
    page = render_template("people/person_form.html", form=form, person=person)
    return (page, 422) if form.is_submitted() else page
