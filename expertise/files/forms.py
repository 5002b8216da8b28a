"""The one form of this room."""

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField

from expertise.base.forms import Form
from expertise.files.words import ACCEPTED


class AddFileForm(Form):
    """A file from the visitor's own disk."""

    file = FileField(_("File"), render_kw={"accept": ACCEPTED})
