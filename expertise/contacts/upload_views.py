"""Pages for files with contacts: the trial, its report, and the deed."""

from flask import Response as FlaskResponse
from flask import flash, redirect, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base.pages import Answer, form_page
from expertise.base.upload_pages import TakeInForm, report_file, table_file, trial_page
from expertise.contacts import forms, uploading
from expertise.contacts.views import bp, offer_positions
from expertise.posts.models import Position
from expertise.posts.queries import get_position


@bp.route("/contacts/import", methods=["GET", "POST"])
@need("contact.add")
@costs("long")
def upload() -> Answer:
    """Choose a file; nothing changes yet."""
    form = forms.UploadForm(data={"position": next(iter(viewer().positions), "")})
    offer_positions(form, none=_("nobody yet: they wait for review"))
    made = form.tried(
        lambda content, name: uploading.try_out(viewer(), content, name, _position(form.position.data))
    )  # fmt: skip
    if made is not None:
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
    form, told = TakeInForm(), waiting.report
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
        form.refuse_faults()
        told = report.told()
    return trial_page("contacts/trial.html", form, told, upload=waiting)


@bp.get("/contacts/import/<upload_id>/report.csv")
@need("contact.add")
@costs("long")
def report_csv(upload_id: str) -> FlaskResponse:
    """Every line of the report, beside the file in a spreadsheet."""
    return report_file(uploading.get_upload(viewer(), upload_id))


@bp.get("/contacts/import/<upload_id>/to-mend")
@need("contact.add")
@costs("long")
def to_mend(upload_id: str) -> FlaskResponse:
    """The rows that have an error as they stand in the file, each with what is wrong; mended, it comes in again."""
    form, content = uploading.to_mend(viewer(), uploading.get_upload(viewer(), upload_id))
    return table_file(content, form, f"contacts-to-mend.{form}")
