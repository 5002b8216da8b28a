"""Pages of the leaver: what is missing, and one section at a time."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.base.errors import Conflict, Refused
from expertise.base.pages import Answer, form_page
from expertise.drafts.opening import with_draft
from expertise.handovers import queries, sections, words
from expertise.handovers.asking_ahead import asked_of
from expertise.handovers.checks import grouped, open_points
from expertise.handovers.models import Handover
from expertise.handovers.sections import Lost, Step, Writing
from expertise.handovers.views import bp
from expertise.questions import words as question_words


@bp.get("/handovers/<handover_id>/edit")
@need("handover.write")
def edit(handover_id: str) -> Answer:
    """How far it is: what is missing, why it matters, and where to begin."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    if handover.final_at is not None:
        return redirect(url_for(".sign", handover_id=handover.id), 303)
    shown = queries.show(viewer(), handover)
    return render_template(
        "handovers/edit.html",
        shown=shown,
        steps=sections.steps_of(shown),
        missing=[one for one in open_points(shown.checks) if one.blocking],
        cares=grouped(one for one in open_points(shown.checks) if not one.blocking),
        current=None,
        asked=asked_of(viewer(), shown),
        question_words=question_words,
        words=words,
    )


# Where the section itself begins: a phone goes on there, past what stands above each of them.
NOW = "now"


@bp.route("/handovers/<handover_id>/edit/<int:number>", methods=["GET", "POST"])
@need("handover.write")
def edit_section(handover_id: str, number: int) -> Answer:
    """One section."""
    return _write(handover_id, number, "")


@bp.route("/handovers/<handover_id>/edit/2/<dossier_id>", methods=["GET", "POST"])
@need("handover.write")
def edit_dossier(handover_id: str, dossier_id: str) -> Answer:
    """One dossier."""
    return _write(handover_id, 2, dossier_id)


def _write(handover_id: str, number: int, item: str) -> Answer:
    handover = queries.get_handover(viewer(), handover_id, action="handover.write")
    if handover.final_at is not None:
        if request.method == "POST":
            raise Refused(_("You signed this note. Open it again first if you want to change it."))
        return redirect(url_for(".sign", handover_id=handover.id), 303)
    at = Writing(viewer(), queries.show(viewer(), handover), number, item)
    form = with_draft(sections.make_form(at))
    if not form.validate_on_submit():
        return _page(at, form)
    try:
        sections.save(at, form)
    except Refused as why:
        form.blame(why)
        return _page(at, form)
    except Conflict:
        fresh = queries.get_handover(viewer(), handover_id, action="handover.write")
        at = Writing(viewer(), queries.show(viewer(), fresh), number, item)
        return _page(at, form, sections.lost_race(at, form))
    return _go_on(handover, at)


def _page(at: Writing, form: Any, lost: list[Lost] | None = None) -> Answer:
    steps = sections.steps_of(at.shown)
    return form_page(
        "handovers/section.html",
        form,
        shown=at.shown,
        note=at.shown.note,
        at=at,
        item=at.shown.note.dossier(at.item),
        lost=lost,
        kind=f"handovers/{sections.section(at.number, at.item).template}",
        points=_by_field(at),
        cares=[one for one in at.shown.open_points(at.number, at.item) if not one.blocking],
        before=sections.beside(steps, at.number, at.item, -1),
        after=sections.beside(steps, at.number, at.item, 1),
        current=(at.number, at.item),
        asked=asked_of(viewer(), at.shown).of(at.item) if at.item else [],
        words=words,
    )


def _by_field(at: Writing) -> dict[str, Any]:
    """What is missing at each field, with why it matters."""
    return {
        name: f"{point.missing} {point.why}"
        for point in at.shown.open_points(at.number, at.item)
        if point.blocking
        for name in point.fields
    }


def _go_on(handover: Handover, at: Writing) -> Response:
    """Saved: to the step that was asked for, the next one where none was."""
    flash(_("Saved."), "success")
    steps = sections.steps_of(at.shown)
    back = "previous" in request.form
    step = sections.beside(steps, at.number, at.item, -1 if back else 1)
    if "stay" in request.form:
        step = Step(at.number, at.item)
    if step is None:
        target = url_for(".edit", handover_id=handover.id)
    elif step.item:
        target = url_for(".edit_dossier", handover_id=handover.id, dossier_id=step.item, _anchor=NOW)
    else:
        target = url_for(".edit_section", handover_id=handover.id, number=step.number, _anchor=NOW)
    return redirect(target, 303)
