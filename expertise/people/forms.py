"""Forms for signing in and for accounts."""

from flask_babel import lazy_gettext as _
from wtforms import PasswordField, StringField

from expertise.base.forms import Form, needed, trimmed

ROLE_NAMES = {
    "staff": _("staff"),
    "head": _("head of mission"),
    "hr": _("HR"),
    "privacy": _("privacy officer"),
    "admin": _("administrator"),
}


class SignInForm(Form):
    """E-mail and password."""

    email = StringField(
        _("E-mail"), [needed()], filters=[trimmed], render_kw={"autocomplete": "username", "type": "email"}
    )
    password = PasswordField(_("Password"), [needed()], render_kw={"autocomplete": "current-password"})
