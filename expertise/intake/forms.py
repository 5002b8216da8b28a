"""Forms of the import."""

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, FileField

from expertise.base.forms import Form


class FileForm(Form):
    """A file with a table."""

    # A browser does not give a file back.
    saves = False

    file = FileField(_("File"))


class TakeInForm(Form):
    """After the trial."""

    keep_good = BooleanField(_("Take the good rows, and leave those with an error"))
