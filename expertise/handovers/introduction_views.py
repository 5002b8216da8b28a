"""Pages of the plan of introductions, and of a letter for one of them."""

from flask import Response as FlaskResponse
from flask import flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base import clock, i18n
from expertise.contacts.queries import get_contact
from expertise.handovers import introductions, queries, words
from expertise.handovers.forms_beside import DoneForm
from expertise.handovers.views import bp
from expertise.posts.queries import successor_of


@bp.get("/handovers/<handover_id>/introductions")
@need("handover.read")
def introductions_of(handover_id: str) -> str:
    """Whom the successor meets, how, when, and whether it took place."""
    shown = queries.show(viewer(), queries.get_handover(viewer(), handover_id))
    return render_template(
        "handovers/introductions.html",
        shown=shown,
        plan=introductions.plan_of(viewer(), shown),
        words=words,
        today=clock.today(),
    )


@bp.post("/handovers/<handover_id>/introductions/<contact_id>")
@need("handover.introduce")
def introduced(handover_id: str, contact_id: str) -> Response:
    """It took place."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.introduce")
    form = DoneForm()
    if form.validate_on_submit():
        introductions.introduced(viewer(), handover, contact_id, form.done_on.data)
        flash(_("Noted."), "success")
    else:
        flash(_("This is not a date. Write it as 23-11-2026."), "error")
    return redirect(url_for(".introductions_of", handover_id=handover.id), 303)


@bp.get("/handovers/<handover_id>/introductions/<contact_id>/letter")
@need("handover.introduce")
def letter(handover_id: str, contact_id: str) -> str | Response:
    """A letter of introduction in Dutch or English: to print, to copy, or as a file."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.introduce")
    relation = introductions.letter_to(queries.show(viewer(), handover), contact_id)
    language = request.args.get("in", "")
    language = language if language in ("nl", "en") else i18n.language()
    with force_locale(language):
        text = render_template(
            "handovers/letter.txt",
            language=language,
            handover=handover,
            relation=relation,
            contact=get_contact(viewer(), contact_id),
            successor=successor_of(viewer(), handover.posting),
            today=clock.today(),
        ).strip()
    if request.args.get("as") == "file":
        headers = {"Content-Disposition": f'attachment; filename="{contact_id}-{language}.txt"'}
        return FlaskResponse(text + "\n", mimetype="text/plain", headers=headers)
    return render_template(
        "handovers/letter.html", handover=handover, relation=relation, text=text, letter_language=language
    )
