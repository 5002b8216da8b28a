"""The pages on which a file comes in, as far as they are the same in every room: choosing it, its trial, its report."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

from flask import Response
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, FileField

from expertise.base.errors import Refused
from expertise.base.forms import Form
from expertise.base.pages import Answer, form_page
from expertise.base.tables import Field, Type, place_of, shown_of, write_rows
from expertise.base.uploads import Upload

REPORTED = (Field("row", Type.INTEGER), Field("level"), Field("column"), Field("value"), Field("why"))
_MIMETYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileForm(Form):
    """A file with a table."""

    # A browser does not give a file back.
    saves = False

    file = FileField(lazy_gettext("File"))

    def tried(self, try_out: Callable[[bytes, str], Upload]) -> Upload | None:
        """The file that was sent, tried out; None where there is none or it is refused, which its field then says."""
        if not self.validate_on_submit():
            return None
        sent = self.file.data
        content = sent.read() if sent else b""
        if not content:
            self.file.errors = [gettext("Choose a file that is not empty.")]
            return None
        try:
            return try_out(content, sent.filename or "")
        except Refused as why:
            self.blame(why)
            return None


class TakeInForm(Form):
    """After the trial."""

    keep_good = BooleanField(lazy_gettext("Take the good rows, and leave those with an error"))

    def refuse_faults(self) -> None:
        """Say at its field that there are rows with an error, and what can be done."""
        text = gettext("Some rows have an error. Tick that the good ones may go in, or mend the file.")
        self.keep_good.errors = [text]


def trial_page(template: str, form: Form, told: dict[str, Any], **shown: Any) -> Answer:
    """The page of a trial, with as much of what a report says as a page shows."""
    return form_page(template, form, told=told, **shown_of(told), **shown)


def report_file(upload: Upload) -> Response:
    """Every line of the report, beside the file in a spreadsheet."""
    out = BytesIO()
    write_rows(REPORTED, ({**one, "column": place_of(one)} for one in upload.report["rows"]), "csv", out)
    return table_file(out.getvalue(), "csv", "report.csv")


def table_file(content: bytes, form: str, name: str) -> Response:
    """A table as a file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, mimetype=_MIMETYPES[form], headers=headers)
