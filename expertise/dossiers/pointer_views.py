"""Pages of pointers to documents above the ceiling."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base.errors import Refused
from expertise.base.forms import choices
from expertise.base.pages import Answer, form_page
from expertise.dossiers import pointers, queries
from expertise.dossiers.forms import PointerForm
from expertise.dossiers.models import Dossier
from expertise.dossiers.views import bp
from expertise.posts.queries import get_position, position_choices


@bp.route("/dossiers/<dossier_id>/pointers/new", methods=["GET", "POST"])
@need("entry.add")
def new_pointer(dossier_id: str) -> Answer:
    """Say that a document exists which is not kept here."""
    dossier = queries.get_dossier(viewer(), dossier_id, action="entry.add")
    form = PointerForm()
    form.position.choices = choices(_askable(dossier))
    if form.validate_on_submit():
        try:
            pointers.note_pointer(
                viewer(),
                dossier,
                marking=form.marking.data,
                system=form.system.data or "",
                reference=form.reference.data or "",
                position=get_position(viewer(), form.position.data),
            )
        except Refused as why:
            form.blame(why)
        else:
            flash(_("Pointer added. It says that the document exists, and nothing of what stands in it."), "success")
            return redirect(url_for(".show", dossier_id=dossier.id, _anchor="pointers"), 303)
    return form_page("dossiers/pointer_edit.html", form, dossier=dossier)


def _askable(dossier: Dossier) -> dict[str, str]:
    """Every position, those that keep the dossier first."""
    everywhere = position_choices(viewer())
    near = [one.position_id for one in dossier.present_stewardships if one.position_id in everywhere]
    return {one: everywhere[one] for one in near} | everywhere


@bp.post("/dossiers/<dossier_id>/pointers/<pointer_id>/drop")
@need("pointer.drop")
def drop_pointer(dossier_id: str, pointer_id: str) -> Response:
    """Take a pointer away."""
    pointer = pointers.get_pointer(viewer(), dossier_id, pointer_id, action="pointer.drop")
    pointers.drop_pointer(viewer(), pointer)
    flash(_("Pointer taken away."))
    return redirect(url_for(".show", dossier_id=dossier_id, _anchor="pointers"), 303)
