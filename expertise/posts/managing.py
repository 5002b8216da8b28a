"""Pages on which HR keeps posts, positions and postings, and a holder the duties. Views, split off for length."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Refused
from expertise.base.i18n import show_day
from expertise.base.pages import Answer, form_page
from expertise.base.spoken import names_of_languages
from expertise.people.models import Person
from expertise.people.queries import match_person
from expertise.posts import forms, queries, service
from expertise.posts.models import Position, Post, Posting
from expertise.posts.views import bp

MOST_MATCHES = 10


def _position_page(form: forms.PositionForm, post: Post, position: Position | None) -> Answer:
    known = names_of_languages(viewer().language)
    return form_page("posts/position_form.html", form, post=post, position=position, known_languages=known)


def _offer_parents(form: forms.PostForm, post: Post | None) -> None:
    own = post.id if post else None
    offered = {key: name for key, name in queries.post_choices(viewer()).items() if key != own}
    form.parent.choices = [("", _("nothing, it stands by itself")), *offered.items()]


def _parent(form: forms.PostForm) -> Post | None:
    return queries.find_post(form.parent.data) if form.parent.data else None


@bp.route("/posts/new", methods=["GET", "POST"])
@need("post.change")
def new() -> Answer:
    """Open a post."""
    form = forms.PostForm()
    _offer_parents(form, None)
    if form.validate_on_submit():
        try:
            post = service.open_post(viewer(), parent=_parent(form), **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("The post is open. Now make its positions."), "success")
            return redirect(url_for(".show", code=post.code), 303)
    return form_page("posts/post_form.html", form, post=None)


@bp.route("/posts/<code>/change", methods=["GET", "POST"])
@need("post.change")
def change(code: str) -> Answer:
    """Change what is recorded of a post."""
    post = queries.get_post(viewer(), code)
    form = forms.PostForm(data=forms.post_as_filled(post))
    _offer_parents(form, post)
    if form.validate_on_submit():
        try:
            service.change_post(viewer(), post, parent=_parent(form), **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".show", code=post.code), 303)
    return form_page("posts/post_form.html", form, post=post)


@bp.route("/posts/<code>/close", methods=["GET", "POST"])
@need("post.change")
def close(code: str) -> Answer:
    """Close a post on a day."""
    post = queries.get_post(viewer(), code)
    form = forms.OnForm(data={"on": clock.today()})
    if form.validate_on_submit():
        try:
            service.close_post(viewer(), post, form.on.data)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("The post is closed. What it knew stays to be found; Reopen takes that back."), "success")
            return redirect(url_for(".show", code=post.code), 303)
    return form_page("posts/close_form.html", form, post=post)


@bp.post("/posts/<code>/reopen")
@need("post.change")
def reopen(code: str) -> Answer:
    """Open a closed post again."""
    post = queries.get_post(viewer(), code)
    service.reopen_post(viewer(), post)
    flash(_("The post is open again."), "success")
    return redirect(url_for(".show", code=post.code), 303)


@bp.route("/posts/<code>/positions/new", methods=["GET", "POST"])
@need("post.change")
def new_position(code: str) -> Answer:
    """Make a position at a post."""
    post = queries.get_post(viewer(), code)
    form = forms.PositionForm()
    if form.validate_on_submit():
        try:
            made = service.create_position(viewer(), post, **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("The position is there. Now post somebody to it."), "success")
            return redirect(url_for(".position", position_id=made.id), 303)
    return _position_page(form, post, None)


@bp.route("/positions/<position_id>/change", methods=["GET", "POST"])
@need("post.change")
def change_position(position_id: str) -> Answer:
    """Change what is recorded of a position."""
    position = queries.get_position(viewer(), position_id)
    form = forms.PositionForm(data=forms.position_as_filled(position))
    if form.validate_on_submit():
        try:
            service.change_position(viewer(), position, **form.columns)
        except Refused as why:
            form.blame(why)
        else:
            return _to_position(position)
    return _position_page(form, position.post, position)


@bp.route("/positions/<position_id>/abolish", methods=["GET", "POST"])
@need("post.change")
def abolish(position_id: str) -> Answer:
    """Abolish a position on a day."""
    position = queries.get_position(viewer(), position_id)
    form = forms.OnForm(data={"on": clock.today()})
    if form.validate_on_submit():
        try:
            service.abolish_position(viewer(), position, form.on.data)
        except Refused as why:
            form.blame(why)
        else:
            flash(_("The position is abolished. Restore takes that back."), "success")
            return redirect(url_for(".position", position_id=position.id), 303)
    return form_page("posts/abolish_form.html", form, position=position)


@bp.post("/positions/<position_id>/restore")
@need("post.change")
def restore(position_id: str) -> Answer:
    """Take back that a position was abolished."""
    position = queries.get_position(viewer(), position_id)
    service.restore_position(viewer(), position)
    return _to_position(position)


@bp.route("/positions/<position_id>/place", methods=["GET", "POST"])
@need("post.change")
def place(position_id: str) -> Answer:
    """Post somebody to a position: typed by name, chosen where several fit."""
    position = queries.get_position(viewer(), position_id)
    form = forms.NewPostingForm(data={"person": request.args.get("person", "")})
    if form.validate_on_submit():
        person = meant(form)
        if person is not None:
            try:
                service.place(viewer(), person, position, **form.columns)
            except Refused as why:
                form.blame(why)
            else:
                return _to_position(position)
    return form_page("posts/place_form.html", form, position=position)


def meant(form: Any) -> Person | None:
    """The person whom the typed name means; else the form says what is missing."""
    found = match_person(viewer(), form.person.data, most=MOST_MATCHES)
    chosen = [one for one in found if one.id == form.person_id.data] or found
    if len(chosen) == 1:
        return chosen[0]
    if not found:
        form.person.errors = [_("Nobody in the staff list fits this name or address.")]
        return None
    # Enough to tell two people of one name apart.
    now = queries.present_postings_of(viewer(), [one.id for one in found])
    where = {person_id: posting.position.post.name(viewer().language) for person_id, posting in now.items()}
    form.person_id.choices = [
        (one.id, ", ".join(part for part in (one.name, one.email, where.get(one.id)) if part)) for one in found
    ]
    why = _("More than one person fits. Choose one.")
    if len(found) == MOST_MATCHES:
        why = _("Many people fit; these are the first. Choose one, or type more of the name.")
    form.person_id.errors = [why]
    return None


@bp.route("/postings/<posting_id>/change", methods=["GET", "POST"])
@need("post.change")
def change_posting(posting_id: str) -> Answer:
    """Change when somebody holds a position."""
    posting = queries.get_posting(viewer(), posting_id)
    form = forms.PostingForm(data=forms.posting_as_filled(posting))
    if form.validate_on_submit():
        never_came = posting.status == "held" and form.status.data == "never_served"
        try:
            service.change_posting(viewer(), posting, **form.columns)
            put_back = service.put_back_ends(viewer(), posting) if never_came else []
        except Refused as why:
            form.blame(why)
        else:
            _tell_of_ends(put_back)
            return _to_position(posting.position)
    return form_page("posts/posting_form.html", form, posting=posting)


@bp.route("/postings/<posting_id>/end", methods=["GET", "POST"])
@need("post.change")
def end(posting_id: str) -> Answer:
    """Set the last day of a posting."""
    posting = queries.get_posting(viewer(), posting_id)
    form = forms.EndForm(data={"ends_on": forms.posting_as_filled(posting)["ends_on"]})
    if form.validate_on_submit():
        last = form.ends_on.value
        assert last is not None
        try:
            service.end_posting(viewer(), posting, last.latest, ends_precision=last.precision)
        except Refused as why:
            form.blame(why)
        else:
            return _to_position(posting.position)
    return form_page("posts/end_form.html", form, posting=posting)


def _tell_of_ends(postings: list[Posting]) -> None:
    for one in postings:
        where = f"{one.position.title(viewer().language)}, {one.position.post.name(viewer().language)}"
        said = {"name": one.person.name, "where": where}
        if one.ends_on is None:
            flash(_("%(name)s stays in %(where)s: it has no end again, as before.", **said), "success")
        else:
            day = show_day(one.ends_on, one.ends_precision)
            flash(_("%(name)s stays in %(where)s: it ends on %(day)s again, as before.", day=day, **said), "success")


def _to_position(position: Position) -> Response:
    flash(_("Saved."), "success")
    return redirect(url_for("posts.position", position_id=position.id), 303)


@bp.route("/positions/<position_id>/duties/new", methods=["GET", "POST"])
@need("duty.change")
def new_duty(position_id: str) -> Answer:
    """Note something that my position does again and again."""
    position = queries.get_position(viewer(), position_id, action="duty.change")
    form = forms.DutyForm()
    if form.validate_on_submit():
        service.note_duty(viewer(), position, **form.columns)
        return _to_position(position)
    return form_page("posts/duty_form.html", form, position=position, duty=None)


@bp.route("/duties/<duty_id>/change", methods=["GET", "POST"])
@need("duty.change")
def change_duty(duty_id: str) -> Answer:
    """Change it."""
    duty = queries.get_duty(viewer(), duty_id, action="duty.change")
    form = forms.DutyForm(obj=duty)
    if form.validate_on_submit():
        service.change_duty(viewer(), duty, **form.columns)
        return _to_position(duty.position)
    return form_page("posts/duty_form.html", form, position=duty.position, duty=duty)


@bp.post("/duties/<duty_id>/drop")
@need("duty.change")
def drop_duty(duty_id: str) -> Answer:
    """Strike it out."""
    duty = queries.get_duty(viewer(), duty_id, action="duty.change")
    service.drop_duty(viewer(), duty)
    return _to_position(duty.position)
