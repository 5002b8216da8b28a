"""Pages on which a holder, a head or HR says that the holder is away and who stands in."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.posts import absences, forms, queries, seating
from expertise.posts.managing import meant
from expertise.posts.views import bp


@bp.route("/positions/<position_id>/absence", methods=["GET", "POST"])
@need("absence.record")
def absence(position_id: str) -> Answer:
    """Say that the holder of a position is away."""
    position = queries.get_position(viewer(), position_id, action="absence.record")
    form = forms.AbsenceForm(data={"starts_on": clock.today()})
    if form.validate_on_submit() and (person := meant(form)) is not None:
        try:
            absences.record_absence(
                viewer(), position, person, starts_on=form.starts_on.data, ends_on=form.ends_on.data
            )
        except Refused as why:
            form.blame(why)
        else:
            flash(_("%(name)s stands in on these days, and has what the position keeps.", name=person.name), "success")
            return redirect(url_for(".position", position_id=position.id), 303)
    return form_page("posts/absence_form.html", form, position=position, seat=seating.seat(viewer(), position))


@bp.post("/absences/<absence_id>/end")
@need("absence.record")
def end_absence(absence_id: str) -> Response:
    """The holder is back."""
    ended = absences.get_absence(viewer(), absence_id)
    absences.end_absence(viewer(), ended)
    flash(_("Ended: %(name)s no longer stands in.", name=ended.stand_in.name), "success")
    return redirect(url_for(".position", position_id=ended.position_id), 303)
