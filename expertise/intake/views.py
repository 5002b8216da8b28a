"""Pages on which a ministry comes in: what there is, the file, its trial, the deed, and what is left to mend."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, url_for
from flask import Response as Download
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from expertise.access.gate import need, viewer
from expertise.access.pace import costs
from expertise.base.pages import Answer, form_page
from expertise.base.tables import write_rows
from expertise.base.upload_pages import FileForm, TakeInForm, report_file, table_file, trial_page
from expertise.intake import queries, service

bp = Blueprint("intake", __name__)


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
    sort, form = queries.get_sort(viewer(), sort_name), FileForm()
    made = form.tried(lambda content, name: service.try_out(viewer(), sort, content, name))
    if made is not None:
        return redirect(url_for(".trial", intake_id=made.id), 303)
    most_skos = service.MOST_SKOS_BYTES // service.MEGABYTE
    return form_page("intake/choose.html", form, sort=sort, most_skos=most_skos)


@bp.get("/admin/import/<sort_name>/empty.csv")
@need("office")
def empty_table(sort_name: str) -> Download:
    """A table with the right heads and nothing under them."""
    sort, out = queries.get_sort(viewer(), sort_name), BytesIO()
    write_rows(sort.kind.fields, (), "csv", out)
    return table_file(out.getvalue(), "csv", f"{sort.name}.csv")


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
    sort, form, told = queries.get_sort(viewer(), waiting.kind), TakeInForm(), waiting.report
    if form.validate_on_submit():
        report = service.take_in(viewer(), waiting, keep_good=bool(form.keep_good.data))
        if report is None or report.may_commit:
            return redirect(url_for(".trial", intake_id=waiting.id), 303)
        form.refuse_faults()
        told = report.told()
    return trial_page("intake/trial.html", form, told, sort=sort, file=waiting)


@bp.get("/admin/imports/<intake_id>/report.csv")
@need("office")
@costs("long")
def report_csv(intake_id: str) -> Download:
    """Every line of the report, beside the file in a spreadsheet."""
    return report_file(queries.get_file(viewer(), intake_id))


@bp.get("/admin/imports/<intake_id>/to-mend")
@need("office")
@costs("long")
def to_mend(intake_id: str) -> Download:
    """The rows that have an error as they stand in the file, each with what is wrong; mended, it comes in again."""
    waiting = queries.get_file(viewer(), intake_id)
    form, content = service.to_mend(viewer(), waiting)
    return table_file(content, form, f"{waiting.kind}-to-mend.{form}")
