"""Pages on which HR makes one of two posts, or of two positions, that are the same."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from expertise.access.gate import need, viewer
from expertise.base.errors import NotFound, Refused
from expertise.base.pages import Answer, form_page
from expertise.posts import forms, merging, queries
from expertise.posts.models import Position, Post
from expertise.posts.views import bp


@bp.route("/positions/<position_id>/merge", methods=["GET", "POST"])
@need("post.change")
def merge_position(position_id: str) -> Answer:
    """Merge a position with another: choose it, read what would move, do it."""
    position = queries.get_position(viewer(), position_id)
    post = queries.find_post(request.args.get("post", "")) or position.post
    other = queries.find_position(viewer(), request.values.get("other", ""))
    choices = queries.position_choices(viewer(), post, with_abolished=True)
    return _answer(position, other, choices=choices, post=post, posts=queries.post_choices(viewer()))


@bp.route("/posts/<code>/merge", methods=["GET", "POST"])
@need("post.change")
def merge_post(code: str) -> Answer:
    """The same for a post."""
    post = queries.get_post(viewer(), code)
    rows = queries.list_posts(viewer(), with_closed=True)
    choices = {row.post.id: f"{row.post.name(viewer().language)} ({row.post.code})" for row in rows}
    return _answer(post, queries.find_post(request.values.get("other", "")), choices=choices)


def _answer(record: Post | Position, other: Any, *, choices: dict[str, str], **shown: Any) -> Answer:
    choices.pop(record.id, None)
    if other is None or other.id == record.id:
        return render_template("posts/merge_choose.html", record=record, choices=choices, **shown)
    stays, gone = (other, record) if request.values.get("stays") == other.id else (record, other)
    form = forms.MergeForm()
    if form.validate_on_submit():
        if form.stays.data not in (record.id, other.id):
            raise NotFound(form.stays.data)
        try:
            merging.merge(viewer(), stays, gone, seal=form.seal.data or "")
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Merged. The old address leads here from now on."), "success")
            return redirect(_address(stays), 303)
    plan = merging.plan_of(viewer(), stays, gone)
    form.other.data, form.stays.data, form.seal.data = other.id, stays.id, plan.seal
    return form_page("posts/merge.html", form, record=record, other=other, plan=plan)


def _address(record: Post | Position) -> str:
    if isinstance(record, Post):
        return url_for("posts.show", code=record.code)
    return url_for("posts.position", position_id=record.id)
