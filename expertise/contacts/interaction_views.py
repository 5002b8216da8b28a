"""Pages on what happens with contacts: the quick note, putting it right, taking it back; roles and assistants."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.contacts import forms, interaction_service, queries, service
from expertise.contacts.models import Contact, Interaction
from expertise.contacts.planning import Plan, clashes
from expertise.contacts.views import bp
from expertise.drafts.opening import with_draft

# Whom one keeps, as boxes to tick; more would be slower than typing.
MOST_BOXES = 12


@bp.route("/contacts/log", methods=["GET", "POST"])
@need("contact.read")
def log() -> Answer:
    """The quick note: with whom, one line, done. A day to come makes it a plan."""
    form = forms.InteractionForm(data={"on": clock.today()})
    _offer(form)
    if request.method == "GET":
        form.listed.data = request.args.getlist("contact")
        form.who.data = request.args.get("who", "")
    with_draft(form)
    if not form.validate_on_submit():
        return _log_page(form)
    met = _whom(form)
    found = _clashes(form, met)
    if form.errors or found:
        return _log_page(form, clash=found)
    try:
        interaction_service.note_interaction(viewer(), met, **_filled(form))
    except Refused as why:
        form.blame(why)
        return _log_page(form)
    flash(_("Planned.") if form.on.data > clock.today() else _("Noted."), "success")
    return redirect(_back(met), 303)


def _back(met: list[Contact]) -> str:
    return url_for(".show", contact_id=met[0].id, _anchor="interactions") if len(met) == 1 else url_for(".index")


def _offer(form: Any, one: Interaction | None = None) -> None:
    """Boxes for those asked for or met, and for the closest that I keep."""
    asked = request.args.getlist("contact") or request.form.getlist("listed")
    known = {one.id: one for one in (one.contacts if one else [])}
    known |= queries.contacts_by_id(viewer(), asked[:20])
    if one is None:
        for keeping in queries.kept_by(viewer(), viewer().positions, limit=MOST_BOXES):
            if len(known) >= MOST_BOXES:
                break
            known.setdefault(keeping.contact_id, keeping.contact)
    form.listed.choices = [(contact.id, contact.name) for contact in known.values() if not contact.merged_into_id]


def _whom(form: Any) -> list[Contact]:
    """The contacts that were ticked or typed; what cannot be told is said at the field."""
    ticked = queries.contacts_by_id(viewer(), form.listed.data or [])
    met = dict(ticked)
    wrong = []
    for name, found in queries.contacts_named(viewer(), form.names).items():
        if len(found) == 1:
            met[found[0].id] = found[0]
        elif found:
            several = "; ".join(_told(one) for one in found)
            wrong.append(_("“%(name)s” may be several: %(who)s. Write more of it.", name=name, who=several))
        else:
            wrong.append(_("No contact is called “%(name)s”. Add them first.", name=name))
    if not met and not wrong:
        wrong.append(_("Say with whom."))
    form.who.errors = [*form.who.errors, *wrong]
    return list(met.values())


def _told(contact: Contact) -> str:
    return f"{contact.name} ({contact.organisation.name})" if contact.organisation else contact.name


def _filled(form: Any) -> dict[str, Any]:
    return {
        "on": form.on.data,
        "kind": form.kind.data,
        "summary": form.summary.data or "",
        "follow_up": form.follow_up.data or "",
        "follow_up_on": form.follow_up_on.data,
    }


def _clashes(form: Any, met: list[Contact]) -> list[Plan]:
    """Of a plan: who else is about to see them. Shown once; whoever sends it again has seen it."""
    if form.on.data <= clock.today() or "anyway" in request.form:
        return []
    return clashes(viewer(), [one.id for one in met], form.on.data, position_ids=viewer().positions)


def _log_page(form: Any, *, one: Interaction | None = None, clash: list[Plan] | None = None) -> Answer:
    involved = {plan.contact_id for plan in clash or []}
    return form_page(
        "contacts/log.html",
        form,
        one=one,
        clash=clash or [],
        clashing=queries.contacts_by_id(viewer(), involved) if involved else {},
        today=clock.today(),
    )


@bp.route("/contacts/interactions/<interaction_id>", methods=["GET", "POST"])
@need("interaction.change")
def interaction(interaction_id: str) -> Answer:
    """Put one's own note right."""
    one = queries.get_interaction(viewer(), interaction_id)
    names = ("on", "kind", "summary", "follow_up", "follow_up_on")
    met = [contact.id for contact in one.contacts]
    form = forms.InteractionForm(data={name: getattr(one, name) for name in names} | {"listed": met})
    _offer(form, one)
    with_draft(form)
    if not form.validate_on_submit():
        return _log_page(form, one=one)
    contacts = _whom(form)
    if form.errors:
        return _log_page(form, one=one)
    try:
        interaction_service.change_interaction(viewer(), one, contacts=contacts, **_filled(form))
    except Refused as why:
        form.blame(why)
        return _log_page(form, one=one)
    flash(_("Saved."), "success")
    return redirect(_back(contacts), 303)


def _after(one: Interaction) -> Response:
    """Back to where it was asked: the desk, or the first contact."""
    if request.form.get("from") == "desk":
        return redirect("/", 303)
    return redirect(_back(one.contacts[:1]), 303)


@bp.post("/contacts/interactions/<interaction_id>/take-back")
@need("interaction.change")
def take_back(interaction_id: str) -> Response:
    """One's own note goes."""
    one = queries.get_interaction(viewer(), interaction_id)
    answer = _after(one)
    interaction_service.take_back(viewer(), one)
    flash(_("Taken back."))
    return answer


@bp.post("/contacts/interactions/<interaction_id>/took-place")
@need("interaction.change")
def took_place(interaction_id: str) -> Response:
    """What was planned happened."""
    one = queries.get_interaction(viewer(), interaction_id)
    interaction_service.took_place(viewer(), one)
    flash(_("Noted."), "success")
    return _after(one)


@bp.post("/contacts/interactions/<interaction_id>/followed-up")
@need("interaction.change")
def followed_up(interaction_id: str) -> Response:
    """What was promised has been done."""
    one = queries.get_interaction(viewer(), interaction_id)
    interaction_service.follow_up_done(viewer(), one)
    flash(_("Done."), "success")
    return _after(one)


@bp.route("/contacts/<contact_id>/roles", methods=["GET", "POST"])
@need("contact.change")
def roles(contact_id: str) -> Answer:
    """They moved on, or were something before."""
    contact = queries.get_contact(viewer(), contact_id, action="contact.change")
    form = forms.RoleForm()
    if form.validate_on_submit():
        try:
            service.take_role(
                viewer(),
                contact,
                title=form.title.data or "",
                organisation=form.organisation.data or "",
                starts=form.starts.value,
                ends=form.ends.value,
            )
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".show", contact_id=contact.id), 303)
    return form_page("contacts/roles.html", form, contact=contact, roles=queries.roles_of(viewer(), contact))


@bp.post("/contacts/<contact_id>/roles/<role_id>/drop")
@need("contact.change")
def drop_role(contact_id: str, role_id: str) -> Response:
    """It was noted by mistake."""
    contact = queries.get_contact(viewer(), contact_id, action="contact.change")
    service.drop_role(viewer(), contact, role_id)
    flash(_("Taken away."))
    return redirect(url_for(".roles", contact_id=contact.id), 303)


@bp.route("/contacts/<contact_id>/assistants", methods=["GET", "POST"])
@need("contact.change")
def assistants(contact_id: str) -> Answer:
    """Through whom they are reached."""
    contact = queries.get_contact(viewer(), contact_id, action="contact.change")
    form = forms.AssistantForm()
    if form.validate_on_submit():
        name = form.assistant.data or ""
        found = queries.contacts_named(viewer(), [name])[name]
        try:
            if len(found) != 1:
                raise Refused(_("No contact is called “%(name)s”. Add them first.", name=name), "assistant")
            service.assist(viewer(), contact, found[0])
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".show", contact_id=contact.id), 303)
    return form_page("contacts/assistants.html", form, contact=contact)


@bp.post("/contacts/<contact_id>/assistants/<assistant_id>/drop")
@need("contact.change")
def drop_assistant(contact_id: str, assistant_id: str) -> Response:
    """No longer through that contact."""
    contact = queries.get_contact(viewer(), contact_id, action="contact.change")
    service.assist_no_more(viewer(), contact, assistant_id)
    flash(_("Taken away."))
    return redirect(url_for(".assistants", contact_id=contact.id), 303)
