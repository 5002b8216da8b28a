"""Pages of what was written elsewhere: bring in a file, and the tray in which its pieces wait."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from expertise.access.gate import begin_again, late, need, viewer
from expertise.access.pace import costs
from expertise.base.errors import Conflict, Refused
from expertise.base.pages import Answer, form_page
from expertise.handovers import forms_beside, queries
from expertise.handovers.importing import bringing_in, tray
from expertise.handovers.models import Handover
from expertise.handovers.models_beside import Piece
from expertise.handovers.views import bp


@bp.get("/handovers/<handover_id>/import")
@need("handover.write")
def importing(handover_id: str) -> Answer:
    """Choose a file."""
    return _form_page(_own(handover_id), forms_beside.BringInForm())


@bp.post("/handovers/<handover_id>/import")
@need("handover.write")
@costs("long")
@late(limit="MAX_NOTE_FILE_BYTES")
def bring_in(handover_id: str) -> Answer:
    """Read a file while no transaction is open, then take its parts in."""
    begin_again("read")
    handover = _own(handover_id)
    form = forms_beside.BringInForm()
    if not form.validate_on_submit():
        return _form_page(handover, form)
    try:
        begin_again(None)
        read = bringing_in.read_file(form.file.data.filename, form.file.data.read())
        begin_again("write")
        made = bringing_in.bring_in(viewer(), _own(handover_id), read)
    except Refused as why:
        begin_again("read")
        form.blame(why)
        return _form_page(_own(handover_id), form)
    waiting = len(bringing_in.waiting_in(made))
    done = sum(one.state == "placed" and bool(one.text.strip()) for one in made.pieces)
    placed = ngettext("%(num)s part stands in its section now.", "%(num)s parts stand in their sections now.", done)
    left = ngettext("%(num)s part waits for you in the tray.", "%(num)s parts wait for you in the tray.", waiting)
    flash(f"{placed} {left}", "success")
    return redirect(url_for(".tray_of", handover_id=handover_id), 303)


def _own(handover_id: str) -> Handover:
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    if handover.final_at is not None:
        raise Refused(_("You signed this note. Open it again first if you want to change it."))
    return handover


def _form_page(handover: Handover, form: forms_beside.BringInForm) -> Answer:
    return form_page("handovers/import.html", form, handover=handover, waiting=tray.waiting_pieces(viewer(), handover))


@bp.get("/handovers/<handover_id>/tray")
@need("handover.write")
def tray_of(handover_id: str) -> Answer:
    """The pieces that wait, and what became of the others."""
    return _tray_page(queries.get_handover(viewer(), handover_id, action="handover.write"))


def _tray_page(handover: Handover, failed: dict[str, Any] | None = None) -> Answer:
    shown = queries.show(viewer(), handover)
    targets = tray.targets_of(shown)
    files = tray.brought_in(viewer(), handover)
    forms = {}
    for piece in (piece for one in files for piece in one.pieces if piece.state == "waits"):
        form = forms_beside.PlaceForm(formdata=None, prefix=piece.id, data={"target": tray.choice_for(piece.proposed)})
        form.target.choices = tray.grouped(targets)
        forms[piece.id] = form
    forms |= failed or {}
    page = render_template(
        "handovers/tray.html",
        handover=handover,
        shown=shown,
        files=files,
        forms=forms,
        places={one.id: tray.place_of(one, targets) for file in files for one in file.pieces},
    )
    return (page, 422) if failed else page


@bp.post("/handovers/<handover_id>/tray/<piece_id>")
@need("handover.write")
def place(handover_id: str, piece_id: str) -> Answer:
    """Add a piece to a section."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    piece = tray.get_piece(viewer(), handover, piece_id)
    form = forms_beside.PlaceForm(prefix=piece.id)
    form.target.choices = tray.grouped(tray.targets_of(queries.show(viewer(), handover)))
    if form.validate_on_submit():
        try:
            bringing_in.place_piece(viewer(), handover, piece, form.target.data or "")
        except Refused as why:
            if why.field is None:
                raise
            form.blame(why)
        except Conflict:
            raise Refused(_("This section was saved in another window just now. Try again.")) from None
        else:
            flash(_("It stands in its section now, below what was there."), "success")
            return _on(handover, piece)
    return _tray_page(handover, {piece.id: form})


@bp.post("/handovers/<handover_id>/tray/<piece_id>/drop")
@need("handover.write")
def drop(handover_id: str, piece_id: str) -> Response:
    """Throw a piece away."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    piece = tray.get_piece(viewer(), handover, piece_id)
    bringing_in.drop_piece(viewer(), handover, piece)
    flash(_("Thrown away. It can be taken back until the note is frozen."))
    return _on(handover, piece)


def _on(handover: Handover, piece: Piece) -> Response:
    """Back to the tray, at the piece that is next."""
    following = [one for one in bringing_in.waiting_in(piece.brought_in) if one.place > piece.place]
    anchor = f"p-{following[0].id}" if following else None
    return redirect(url_for(".tray_of", handover_id=handover.id, _anchor=anchor), 303)


@bp.post("/handovers/<handover_id>/tray/files/<brought_in_id>/drop")
@need("handover.write")
def drop_rest(handover_id: str, brought_in_id: str) -> Response:
    """Throw away all that still waits of a file."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    count = bringing_in.drop_rest(viewer(), handover, tray.get_file(viewer(), handover, brought_in_id))
    back = _("Each can be taken back until the note is frozen.")
    told = ngettext("%(num)s part is thrown away.", "%(num)s parts are thrown away.", count)
    flash(f"{told} {back}")
    return redirect(url_for(".tray_of", handover_id=handover.id), 303)


@bp.post("/handovers/<handover_id>/tray/<piece_id>/back")
@need("handover.write")
def take_back(handover_id: str, piece_id: str) -> Response:
    """Put it back into the tray."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    bringing_in.take_back(viewer(), handover, tray.get_piece(viewer(), handover, piece_id))
    return redirect(url_for(".tray_of", handover_id=handover.id), 303)
