"""A form that lost a race: it keeps what its writer typed, takes over the rest, and can be saved on top."""

from flask_babel import lazy_gettext as _

from expertise.base.forms import Form
from expertise.dossiers.history import Clash
from expertise.dossiers.models import restored

_MESSAGE = _("Somebody saved this while you were writing. Yours is kept below and is not saved yet.")


def clash_in(form: Form, found: Clash) -> Clash:
    """Prepare the form for saving on top of what the other saved; where one's own changed nothing, theirs stands."""
    theirs = restored(dict(found.theirs), found.only_theirs)
    for name, value in theirs.items():
        field = form[name]
        # What was typed goes, so that the field shows what is saved now.
        field.raw_data = []
        field.process_data(", ".join(value) if isinstance(value, list) else str(value) if name == "urgency" else value)
    form["version"].process_data(str(found.version))
    form["version"].raw_data = []
    form.form_errors.append(_MESSAGE)
    return found
