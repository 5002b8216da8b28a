"""Pages of whoever looks after the notes of a post: what blocks them, and for which other positions one is."""

from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.handovers import forms_beside, queries, receiving, words
from expertise.handovers.views import bp
from expertise.handovers.waiting import blocked_at
from expertise.posts.queries import get_position, get_post

LOOK_AHEAD = timedelta(days=180)


@bp.get("/posts/<code>/handovers")
@need("handover.blocks")
def blocked(code: str) -> str:
    """Who leaves this post, how far each note is, and what keeps it from being signed."""
    post = get_post(viewer(), code)
    found = blocked_at(viewer(), post, clock.today() + LOOK_AHEAD)
    return render_template("handovers/blocked.html", post=post, found=found, words=words, today=clock.today())


@bp.route("/handovers/<handover_id>/heirs", methods=["GET", "POST"])
@need("handover.address")
def heirs(handover_id: str) -> Answer:
    """For which other positions the note is: its own was split or abolished, or others take a part over."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.address")
    form = forms_beside.HeirForm()
    offered = queries.positions_near(viewer(), handover)
    form.position.choices = [
        (one.id, f"{one.title(viewer().language)}, {one.post.name(viewer().language)}") for one in offered
    ]
    if form.validate_on_submit():
        try:
            if form.position.data not in {one.id for one in offered}:
                raise Refused(_("This is not one of the choices."), "position")
            receiving.name_heir(viewer(), handover, get_position(viewer(), form.position.data))
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Whoever holds that position reads this note now, and is asked to receive it."), "success")
            return redirect(url_for(".heirs", handover_id=handover.id), 303)
    return form_page("handovers/heirs.html", form, handover=handover)


@bp.post("/handovers/<handover_id>/heirs/<heir_id>/drop")
@need("handover.address")
def drop_heir(handover_id: str, heir_id: str) -> Response:
    """It is not for that position after all."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.address")
    receiving.drop_heir(viewer(), handover, heir_id)
    flash(_("It is no longer for that position."))
    return redirect(url_for(".heirs", handover_id=handover.id), 303)
