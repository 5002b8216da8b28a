"""Pages for whoever reads a note, and for what happens to it: signing, freezing, reading back, receiving."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.access.rules import allowed
from expertise.base import clock
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.handovers import acts, forms, queries, service, words
from expertise.handovers.asking_ahead import asked_of, comes_in, where_to_ask
from expertise.handovers.attachments import files_of_handover
from expertise.handovers.beside import beside_of, name_of_place
from expertise.handovers.models import Handover
from expertise.handovers.note import by_plan
from expertise.handovers.reading import readings_of
from expertise.handovers.receiving import still_to_receive
from expertise.handovers.sealing import altered_in, struck_from
from expertise.posts.queries import get_posting
from expertise.questions import words as question_words

bp = Blueprint("handovers", __name__)


@bp.get("/handovers/<handover_id>")
@need("handover.read")
def show(handover_id: str) -> str:
    """The note, as whoever arrives reads it."""
    return _shown(queries.get_handover(viewer(), handover_id))


def _shown(handover: Handover, failed: dict[str, Any] | None = None) -> str:
    shown = queries.show(viewer(), handover)
    return render_template(
        "handovers/show.html",
        shown=shown,
        note=shown.note,
        readings=readings_of(viewer(), shown),
        receipts=queries.receipts_of(viewer(), handover) if handover.id else [],
        expected=still_to_receive(handover) if handover.frozen_at else {},
        predecessors=queries.predecessors_of(viewer(), handover),
        to_meet=by_plan(shown.note.relations),
        files=files_of_handover(viewer(), handover),
        asked=asked_of(viewer(), shown),
        where_to_ask=where_to_ask,
        question_words=question_words,
        insider=bool(viewer().tokens & handover.insiders),
        altered=altered_in(handover),
        struck=struck_from(handover) if handover.frozen_at else [],
        around=beside_of(viewer(), shown),
        place_of=name_of_place,
        forms=forms,
        failed=failed or {},
        words=words,
    )


@bp.get("/postings/<posting_id>/handover")
@need("handover.read")
def of_posting(posting_id: str) -> Answer:
    """Leads to the note of a posting; where nobody wrote in it yet, shows it as it is composed."""
    handover = queries.note_of_posting(viewer(), posting_id, "handover.read", "handover.freeze")
    readable = allowed(viewer(), "handover.read", handover)
    if handover.id is None:
        return _shown(handover) if readable else _freeze(handover)
    return redirect(url_for(".show" if readable else ".freeze", handover_id=handover.id), 303)


@bp.post("/postings/<posting_id>/handover")
@need("handover.write")
def start(posting_id: str) -> Response:
    """The leaver begins to write."""
    handover = service.start_note(viewer(), get_posting(viewer(), posting_id))
    return redirect(url_for(".edit", handover_id=handover.id), 303)


@bp.route("/handovers/<handover_id>/sign", methods=["GET", "POST"])
@need("handover.write")
def sign(handover_id: str) -> Answer:
    """Check and sign."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    form = forms.Form()
    if form.validate_on_submit():
        try:
            acts.sign(viewer(), handover)
        except Refused as why:
            form.blame(why)
        else:
            flash(
                _("Signed. The head of the post can read it now. You can open it again until it is frozen."), "success"
            )
            return redirect(url_for(".sign", handover_id=handover.id), 303)
    shown = queries.show(viewer(), handover)
    return form_page(
        "handovers/sign.html", form, shown=shown, words=words, current=None, around=beside_of(viewer(), shown)
    )


@bp.post("/handovers/<handover_id>/open-again")
@need("handover.write")
def open_again(handover_id: str) -> Response:
    """Take the signature back."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    acts.open_again(viewer(), handover)
    flash(_("Opened again. Sign it anew when you are done."))
    return redirect(url_for(".edit", handover_id=handover.id), 303)


@bp.route("/handovers/<handover_id>/freeze", methods=["GET", "POST"])
@need("handover.freeze")
def freeze(handover_id: str) -> Answer:
    """Keep it as it is now: the leaver after signing, the head or the acting holder in an emergency."""
    return _freeze(queries.get_handover(viewer(), handover_id, action="handover.freeze"))


@bp.route("/postings/<posting_id>/handover/freeze", methods=["GET", "POST"])
@need("handover.freeze")
def freeze_unwritten(posting_id: str) -> Answer:
    """The same for a note in which nobody wrote yet."""
    return _freeze(queries.note_of_posting(viewer(), posting_id, "handover.freeze"))


def _freeze(handover: Handover) -> Answer:
    form: Any = forms.FreezeForm() if handover.final_at is None else forms.Form()
    if form.validate_on_submit():
        try:
            frozen = acts.freeze(viewer(), handover, reason=form.reason.data if "reason" in form else "")
        except Refused as why:
            form.blame(why)
        else:
            flash(
                _("Frozen. The note keeps these words. Take it along as one file: the links stand beside it."),
                "success",
            )
            return redirect(url_for(".show", handover_id=frozen.id), 303)
    state, figure = queries.progress_of(viewer(), handover)
    return form_page("handovers/freeze.html", form, handover=handover, state=state, figure=figure, words=words)


@bp.post("/handovers/<handover_id>/receive")
@need("handover.receive")
def receive(handover_id: str) -> Response:
    """Take it over."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.receive")
    try:
        acts.receive(viewer(), handover)
    except Refused as why:
        flash(str(why.message), "error")
    else:
        flash(_("Received. What it says is yours now; your predecessor knows."), "success")
    return redirect(url_for(".show", handover_id=handover.id), 303)


@bp.post("/handovers/<handover_id>/dossiers/<dossier_id>/read-back")
@need("handover.receive")
def read_back(handover_id: str, dossier_id: str) -> Answer:
    """Say in two sentences what was understood; then on to the next dossier."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.receive")
    form = forms.ReadBackForm(prefix=dossier_id)
    following = queries.next_to_read_back(viewer(), handover, dossier_id)
    if form.validate_on_submit():
        try:
            acts.read_back(viewer(), handover, dossier_id, form.text.data or "")
        except Refused as why:
            if why.field is None:
                raise
            form.blame(why)
        else:
            leaver = handover.posting.person
            sent = comes_in(leaver, clock.today())
            flash(_("Sent to %(name)s.", name=leaver.name) if sent else _("It is kept."), "success")
            anchor = f"d-{following}" if following else "receipt"
            return redirect(url_for(".show", handover_id=handover.id, _anchor=anchor), 303)
    return _shown(handover, {dossier_id: form}), 422


@bp.post("/handovers/<handover_id>/read-backs/<read_back_id>/confirm")
@need("handover.confirm")
def confirm(handover_id: str, read_back_id: str) -> Response:
    """The leaver confirms that it was understood."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.confirm")
    reading = queries.get_read_back(viewer(), handover, read_back_id)
    acts.confirm(viewer(), reading)
    flash(_("Confirmed."), "success")
    return redirect(url_for(".show", handover_id=handover.id, _anchor=f"d-{reading.dossier_id}"), 303)


@bp.post("/handovers/<handover_id>/read-backs/<read_back_id>/correct")
@need("handover.confirm")
def correct(handover_id: str, read_back_id: str) -> Answer:
    """The leaver puts it right."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.confirm")
    reading = queries.get_read_back(viewer(), handover, read_back_id)
    form = forms.CorrectForm(prefix=reading.id)
    if form.validate_on_submit():
        try:
            acts.correct(viewer(), reading, form.text.data or "")
        except Refused as why:
            if why.field is None:
                raise
            form.blame(why)
        else:
            flash(_("Sent: your correction stands beside what was read back."), "success")
            return redirect(url_for(".show", handover_id=handover.id, _anchor=f"d-{reading.dossier_id}"), 303)
    return _shown(handover, {reading.id: form}), 422
