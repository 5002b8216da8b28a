"""Pages on which HR brings in the yearly round: the trial with its differences and its report, and the deed."""

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base.pages import Answer, form_page
from expertise.base.upload_pages import FileForm, report_file, table_file, trial_page
from expertise.rotation import forms, round_queries, uploading
from expertise.rotation.comparing import difference_of
from expertise.rotation.views import bp

# Moves of each list.
MOST_SHOWN = 200


@bp.route("/rotation/proposals/<proposal_id>/import", methods=["GET", "POST"])
@need("rotation.plan")
@costs("long")
def upload(proposal_id: str) -> Answer:
    """Choose a file; nothing changes yet."""
    proposal = round_queries.get_proposal(viewer(), proposal_id)
    form = FileForm()
    made = form.tried(lambda content, name: uploading.try_out(viewer(), proposal, content, name))
    if made is not None:
        return redirect(url_for(".trial", waiting_id=made.id), 303)
    return form_page("rotation/upload.html", form, proposal=proposal)


@bp.route("/rotation/imports/<waiting_id>", methods=["GET", "POST"])
@need("rotation.plan")
@costs("long")
def trial(waiting_id: str) -> Answer:
    """What would change, move by move, and what is wrong, row by row; then do it."""
    waiting = round_queries.get_upload(viewer(), waiting_id)
    told, difference = waiting.report, difference_of(viewer(), waiting)
    form = forms.RoundInForm(data={"seen": difference.seen})
    if form.validate_on_submit():
        gone = [one.person_id for one in difference.gone] if form.all_gone.data else form.gone.data or []
        keep_good = bool(form.keep_good.data)
        taken = uploading.take_in(viewer(), waiting, seen=form.seen.data or "", keep_good=keep_good, gone=gone)
        if taken.done:
            flash(_said(taken), "success")
            return redirect(url_for(".show_proposal", proposal_id=waiting.proposal_id), 303)
        if taken.moved_on:
            text = _("The proposal or a position changed since you looked. Below stands what would change now.")
            form.form_errors.append(text)
            form.seen.data = taken.difference.seen
        else:
            form.refuse_faults()
        told, difference = taken.report.told(), taken.difference
    return trial_page("rotation/trial.html", form, told, upload=waiting, difference=difference, most=MOST_SHOWN)


@bp.get("/rotation/imports/<waiting_id>/report.csv")
@need("rotation.plan")
@costs("long")
def report_csv(waiting_id: str) -> Response:
    """Every line of the report, beside the file in a spreadsheet."""
    return report_file(round_queries.get_upload(viewer(), waiting_id))


@bp.get("/rotation/imports/<waiting_id>/to-mend")
@need("rotation.plan")
@costs("long")
def to_mend(waiting_id: str) -> Response:
    """The rows that have an error as they stand in the file, each with what is wrong; mended, it comes in again."""
    form, content = uploading.to_mend(viewer(), round_queries.get_upload(viewer(), waiting_id))
    return table_file(content, form, f"moves-to-mend.{form}")


def _said(taken: uploading.Taken) -> str:
    counts = taken.report.counts
    text = ngettext("%(num)s move is new", "%(num)s moves are new", counts["new"])
    rest = _("%(changed)s changed, %(withdrawn)s withdrawn, %(rejected)s rows left out.",
             withdrawn=taken.withdrawn, **counts)  # fmt: skip
    return f"{text}, {rest}"
