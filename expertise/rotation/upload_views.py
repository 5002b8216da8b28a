"""Pages on which HR brings in the yearly round: the trial with its differences and its report, and the deed."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.rotation import forms, round_queries, uploading
from expertise.rotation.comparing import difference_of
from expertise.rotation.views import bp

# Of a bad file the first notes say enough.
MOST_SHOWN = 200


@bp.route("/rotation/proposals/<proposal_id>/import", methods=["GET", "POST"])
@need("rotation.plan")
@costs("long")
def upload(proposal_id: str) -> Answer:
    """Choose a file; nothing changes yet."""
    proposal = round_queries.get_proposal(viewer(), proposal_id)
    form = forms.UploadForm()
    if form.validate_on_submit():
        sent = request.files.get("file")
        content = sent.read() if sent else b""
        if sent is None or not content:
            form.file.errors = [_("Choose a file that is not empty.")]
        else:
            try:
                made = uploading.try_out(viewer(), proposal, content, sent.filename or "")
            except Refused as why:
                form.blame(why)
            else:
                return redirect(url_for(".trial", waiting_id=made.id), 303)
    return form_page("rotation/upload.html", form, proposal=proposal)


@bp.route("/rotation/imports/<waiting_id>", methods=["GET", "POST"])
@need("rotation.plan")
@costs("long")
def trial(waiting_id: str) -> Answer:
    """What would change, move by move, and what is wrong, row by row; then do it."""
    waiting = round_queries.get_upload(viewer(), waiting_id)
    told, difference = waiting.report, difference_of(viewer(), waiting)
    form = forms.TakeInForm(data={"seen": difference.seen})
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
            form.form_errors.append(_("Some rows have an error. Tick that the good ones may go in, or mend the file."))
        told, difference = taken.report.told(), taken.difference
    return form_page(
        "rotation/trial.html",
        form,
        upload=waiting,
        told=told,
        difference=difference,
        notes=told["rows"][:MOST_SHOWN],
        unsaid=told["errors"] + told["warnings"] - len(told["rows"][:MOST_SHOWN]),
        most=MOST_SHOWN,
    )


def _said(taken: uploading.Taken) -> str:
    counts = taken.report.counts
    text = ngettext("%(num)s move is new", "%(num)s moves are new", counts["new"])
    rest = _("%(changed)s changed, %(withdrawn)s withdrawn, %(rejected)s rows left out.",
             withdrawn=taken.withdrawn, **counts)  # fmt: skip
    return f"{text}, {rest}"
