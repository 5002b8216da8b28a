"""Pages on which a ministry comes in: what there is, the file, its trial, the deed, and what is left to mend."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import Response as Download
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base.errors import Refused
from expertise.base.pages import Answer, form_page
from expertise.base.tables import Field, Type, faults_in, write_rows
from expertise.intake import forms, queries, service

bp = Blueprint("intake", __name__)

# Of a bad file the first notes of each kind say enough; all of them are in its file.
MOST_SHOWN = 100
FEWEST_SHOWN = 5
REPORTED = (Field("row", Type.INTEGER), Field("level"), Field("field"), Field("value"), Field("why"))
_MIMETYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@bp.get("/admin/import")
@need("office")
def index() -> str:
    """What can come in, in which order, and how much there is already."""
    return render_template("intake/index.html", sorts=queries.list_sorts(viewer()))


@bp.route("/admin/import/<sort_name>", methods=["GET", "POST"])
@need("office")
@costs("long")
def choose(sort_name: str) -> Answer:
    """Choose a file; nothing changes yet."""
    sort, form = queries.get_sort(viewer(), sort_name), forms.FileForm()
    if form.validate_on_submit():
        sent = request.files.get("file")
        content = sent.read() if sent else b""
        if sent is None or not content:
            form.file.errors = [_("Choose a file that is not empty.")]
        else:
            try:
                made = service.try_out(viewer(), sort, content, sent.filename or "")
            except Refused as why:
                form.blame(why)
            else:
                return redirect(url_for(".trial", intake_id=made.id), 303)
    return form_page("intake/choose.html", form, sort=sort)


@bp.get("/admin/import/<sort_name>/empty.csv")
@need("office")
def empty_table(sort_name: str) -> Download:
    """A table with the right heads and nothing under them."""
    sort, out = queries.get_sort(viewer(), sort_name), BytesIO()
    write_rows(sort.kind.fields, (), "csv", out)
    return _file(out.getvalue(), "csv", f"{sort.name}.csv")


@bp.post("/admin/import/domains/seed")
@need("domain.keep")
@costs("long")
def seed() -> Response:
    """Our own list of themes, tried out as any file."""
    made = service.try_seed(viewer())
    if made is None:
        flash(_("All our themes are there already."))
        return redirect(url_for("domains.index"), 303)
    return redirect(url_for(".trial", intake_id=made.id), 303)


@bp.route("/admin/imports/<intake_id>", methods=["GET", "POST"])
@need("office")
@costs("long")
def trial(intake_id: str) -> Answer:
    """What would come of it, row by row; then do it, and see what came of it."""
    waiting = queries.get_file(viewer(), intake_id)
    sort, form, told = queries.get_sort(viewer(), waiting.kind), forms.TakeInForm(), waiting.report
    if form.validate_on_submit():
        report = service.take_in(viewer(), waiting, keep_good=bool(form.keep_good.data))
        if report is None or report.may_commit:
            return redirect(url_for(".trial", intake_id=waiting.id), 303)
        form.keep_good.errors = [_("Some rows have an error. Tick that the good ones may go in, or mend the file.")]
        told = report.told()
    faults = faults_in(told["rows"])
    # Each kind of fault is seen, also where another stands in hundreds of rows.
    share = max(FEWEST_SHOWN, MOST_SHOWN // max(1, len(faults)))
    notes = [one for fault in faults for one in fault.rows[:share]]
    return form_page(
        "intake/trial.html",
        form,
        sort=sort,
        file=waiting,
        told=told,
        faults=faults,
        notes=notes,
        unsaid=told["errors"] + told["warnings"] - len(notes),
    )


@bp.get("/admin/imports/<intake_id>/report.csv")
@need("office")
@costs("long")
def report_csv(intake_id: str) -> Download:
    """Every line of the report, beside the file in a spreadsheet."""
    out = BytesIO()
    write_rows(REPORTED, queries.get_file(viewer(), intake_id).report["rows"], "csv", out)
    return _file(out.getvalue(), "csv", "report.csv")


@bp.get("/admin/imports/<intake_id>/to-mend")
@need("office")
@costs("long")
def to_mend(intake_id: str) -> Download:
    """The rows that have an error as they stand in the file, each with what is wrong; mended, it comes in again."""
    waiting = queries.get_file(viewer(), intake_id)
    form, content = service.faulty_rows(viewer(), waiting)
    return _file(content, form, f"{waiting.kind}-to-mend.{form}")


def _file(content: bytes, form: str, name: str) -> Download:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Download(content, mimetype=_MIMETYPES[form], headers=headers)
