"""Pages for files with contacts: the trial, its report, and the deed."""

from io import BytesIO
from typing import Any

from flask import Response as FlaskResponse
from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.base.tables import Field, Type, faults_in
from expertise.base.tables.writing import write_rows
from expertise.contacts import forms, uploading
from expertise.contacts.views import bp, offer_positions
from expertise.posts.models import Position
from expertise.posts.queries import get_position

MOST_SHOWN = 100  # lines of a report on a page; all of them are in its file
FEWEST_SHOWN = 5  # of one kind
REPORTED = (Field("row", Type.INTEGER), Field("level"), Field("field"), Field("value"), Field("why"))


@bp.route("/contacts/import", methods=["GET", "POST"])
@need("contact.add")
@costs("long")
def upload() -> Answer:
    """Choose a file; nothing changes yet."""
    form = forms.UploadForm(data={"position": next(iter(viewer().positions), "")})
    offer_positions(form, none=_("nobody yet: they wait for review"))
    if form.validate_on_submit():
        sent = request.files.get("file")
        content = sent.read() if sent else b""
        if sent is None or not content:
            form.file.errors = [_("Choose a file that is not empty.")]
        else:
            try:
                made = uploading.try_out(viewer(), content, sent.filename or "", _position(form.position.data))
            except Refused as why:
                form.blame(why)
            else:
                return redirect(url_for(".trial", upload_id=made.id), 303)
    return form_page("contacts/import.html", form)


def _position(position_id: str | None) -> Position | None:
    return get_position(viewer(), position_id, action="contact.keep") if position_id else None


@bp.route("/contacts/import/<upload_id>", methods=["GET", "POST"])
@need("contact.add")
@costs("long")
def trial(upload_id: str) -> Answer:
    """What would come of it, row by row; then do it."""
    waiting = uploading.get_upload(viewer(), upload_id)
    form = forms.TakeInForm()
    told: dict[str, Any] = waiting.report
    if form.validate_on_submit():
        position = _position(waiting.position_id)
        report = uploading.take_in(viewer(), waiting, position, keep_good=bool(form.keep_good.data))
        if report.may_commit:
            counts = report.counts
            flash(
                ngettext(
                    "%(num)s contact is new, %(changed)s were changed, %(rejected)s rows were left out.",
                    "%(num)s contacts are new, %(changed)s were changed, %(rejected)s rows were left out.",
                    counts["new"],
                    changed=counts["changed"],
                    rejected=counts["rejected"],
                ),
                "success",
            )
            mine, waiting_list = url_for(".index", whose="mine"), url_for(".review", which="unassigned")
            return redirect(mine if position else waiting_list, 303)
        form.form_errors.append(_("Some rows have an error. Tick that the good ones may go in, or mend the file."))
        told = report.as_json()
    faults = faults_in(told["rows"])
    # Each kind of fault is seen, also where another stands in hundreds of rows.
    share = MOST_SHOWN // max(1, len(faults))
    notes = [one for fault in faults for one in fault.rows[: max(FEWEST_SHOWN, share)]]
    return form_page(
        "contacts/trial.html",
        form,
        upload=waiting,
        told=told,
        faults=faults,
        notes=notes,
        unsaid=told["errors"] + told["warnings"] - len(notes),
    )


@bp.get("/contacts/import/<upload_id>/report.csv")
@need("contact.add")
@costs("long")
def report_csv(upload_id: str) -> FlaskResponse:
    """Every line of the report, beside the file in a spreadsheet."""
    waiting = uploading.get_upload(viewer(), upload_id)
    out = BytesIO()
    write_rows(REPORTED, waiting.report["rows"], "csv", out)
    headers = {"Content-Disposition": 'attachment; filename="report.csv"'}
    return FlaskResponse(out.getvalue(), mimetype="text/csv", headers=headers)
