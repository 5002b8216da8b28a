"""Pages of what stands beside a frozen note: remarks, what changed since, and the score after ninety days."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _

from expertise.access.gate import need, viewer
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.handovers import acts_beside, beside, forms_beside, queries, queries_beside, words
from expertise.handovers.since import changed_since
from expertise.handovers.views import bp


@bp.route("/handovers/<handover_id>/remarks", methods=["GET", "POST"])
@need("handover.remark")
def remark(handover_id: str) -> Answer:
    """Say something beside a frozen note."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.remark")
    shown = queries.show(viewer(), handover)
    form = forms_beside.RemarkForm()
    form.place.choices = list(beside.places_of(shown).items())
    if form.validate_on_submit():
        number, _sign, dossier_id = (form.place.data or "").partition(":")
        try:
            acts_beside.add_remark(
                viewer(),
                handover,
                int(number) if number.isascii() and number.isdigit() and len(number) < 4 else -1,
                form.text.data or "",
                dossier_id=dossier_id,
            )
        except Refused as why:
            form.blame(why)
        else:
            flash(_("It stands beside the note now. The note itself keeps its words."), "success")
            return redirect(url_for(".show", handover_id=handover.id, _anchor="remarks"), 303)
    return form_page("handovers/remark.html", form, shown=shown, handover=handover)


@bp.get("/handovers/<handover_id>/lessons")
@need("handover.lessons")
def lessons(handover_id: str) -> Answer:
    """Section 12 by itself: its readers need not read the rest of the note."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.lessons")
    return render_template(
        "handovers/lessons.html",
        handover=handover,
        found=queries_beside.lessons_of(viewer(), handover),
        words=words,
    )


@bp.get("/handovers/<handover_id>/changes")
@need("handover.read")
def changes(handover_id: str) -> Answer:
    """What is no longer as the frozen note says."""
    shown = queries.show(viewer(), queries.get_handover(viewer(), handover_id))
    return render_template(
        "handovers/changes.html",
        shown=shown,
        handover=shown.handover,
        since=changed_since(viewer(), shown),
        words=words,
    )


@bp.route("/handovers/<handover_id>/score", methods=["GET", "POST"])
@need("handover.receive")
def score(handover_id: str) -> Answer:
    """How useful the note was, ninety days after arrival."""
    handover = queries.get_handover(viewer(), handover_id, action="handover.receive")
    form: Any = forms_beside.scoring_form()()
    if form.validate_on_submit():
        given = {name: form[name].data for name in form.data if name.startswith("score_") and form[name].data}
        try:
            scores = {int(name.removeprefix("score_")): _number(value) for name, value in given.items()}
            acts_beside.score(viewer(), handover, scores, missed=form.missed.data or "")
        except Refused as why:
            if why.field is None:
                raise
            form.blame(why)
        else:
            flash(_("Thank you. It is only ever shown together with what others said."), "success")
            return redirect(url_for(".show", handover_id=handover.id), 303)
    return form_page(
        "handovers/score.html",
        form,
        handover=handover,
        first=queries_beside.score_from(viewer(), handover),
        scoring=queries_beside.scoring_of(viewer(), handover),
        shown=queries.show(viewer(), handover),
    )


def _number(value: str) -> int:
    return int(value) if value in forms_beside.SCORES else 0


@bp.get("/handovers/scores")
@need("handover.scores")
def scores() -> Answer:
    """How useful the sections are, over many notes."""
    found = queries_beside.scores_by_section(viewer())
    return render_template("handovers/scores.html", scores=found, words=words, fewest=queries_beside.FEWEST)
