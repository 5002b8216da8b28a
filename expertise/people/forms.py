"""Forms for signing in, for one's own account, and for those who manage accounts and people."""

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, Field, PasswordField, RadioField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from expertise.base.forms import Form, IsEmail, choices, day, line, needed, trimmed
from expertise.base.i18n import NAMES
from expertise.people.models import Person
from expertise.people.passwords import MIN_LENGTH

ROLE_NAMES = {
    "staff": _("staff"),
    "head": _("head of mission"),
    "hr": _("HR"),
    "privacy": _("privacy officer"),
    "admin": _("administrator"),
}
# What each role adds to what follows from somebody's postings.
ROLE_MEANINGS = {
    "staff": _("Reads what is open to all staff; keeps what their positions keep."),
    "head": _(
        "As head of a post: its handovers once signed, freezing one in an emergency, its dossiers, who stands in."
    ),
    "hr": _("The staff list, posts, positions and postings, domains, merging duplicates, and who leaves when."),
    "privacy": _("What the law on personal data asks."),
    "admin": _("Accounts and roles, settings and the state of the system, imports; and what HR keeps."),
}
MAIL_NAMES = {"at_once": _("at once"), "daily": _("once a day"), "none": _("never")}
STATE_NAMES = {
    "open": _("open"),
    "invited": _("invited"),
    "waiting": _("no invitation that works"),
    "closed": _("closed"),
}
DAYS_NAMES = {"30": _("30 days"), "90": _("90 days"), "365": _("a year")}
THEME_NAMES = {"auto": _("as this device has it"), "light": _("light"), "dark": _("dark")}


class SignInForm(Form):
    """E-mail and password."""

    saves = False
    email = StringField(
        _("E-mail"), [needed()], filters=[trimmed], render_kw={"autocomplete": "username", "type": "email"}
    )
    password = PasswordField(_("Password"), [needed()], render_kw={"autocomplete": "current-password"})


class CodeForm(Form):
    """A code of the second factor, or a recovery code."""

    saves = False
    code = StringField(
        _("Code"),
        [needed(), Length(max=60, message=_("At most %(max)d characters."))],
        filters=[trimmed],
        render_kw={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"},
    )


class ProofForm(Form):
    """One's password once more."""

    saves = False
    password = PasswordField(_("Password"), [needed()], render_kw={"autocomplete": "current-password"})


class LongEnough:
    """A password that is worth the name."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError."""
        if len(field.data or "") < MIN_LENGTH:
            raise ValidationError(gettext("Use at least %(number)s characters.", number=MIN_LENGTH))


class SameAsPassword:
    """The password a second time."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError."""
        if field.data != form.password.data:
            raise ValidationError(gettext("This is not the same as the first time."))


def _new_password() -> PasswordField:
    return PasswordField(
        _("New password"),
        [needed(), LongEnough()],
        description=_("At least 12 characters. A sentence of four words is better than one word with signs."),
        render_kw={"autocomplete": "new-password"},
    )


def _once_more() -> PasswordField:
    return PasswordField(
        _("The same once more"), [needed(), SameAsPassword()], render_kw={"autocomplete": "new-password"}
    )


class InvitationForm(Form):
    """The first password."""

    password = _new_password()
    again = _once_more()


class PasswordForm(Form):
    """Another password for one's own account."""

    current = PasswordField(_("Present password"), [needed()], render_kw={"autocomplete": "current-password"})
    password = _new_password()
    again = _once_more()


class PreferencesForm(Form):
    """How the product looks for its owner."""

    language = RadioField(_("Language"))
    theme = RadioField(_("Colours"), choices=choices(THEME_NAMES))
    search_shortcut = BooleanField(_("The / key goes to the search box"))
    mail = RadioField(_("Mail about what I watch"), choices=choices(MAIL_NAMES))

    def __init__(self, *args: object, offered: tuple[str, ...], **kwargs: object) -> None:
        """`offered`: the languages of this installation."""
        super().__init__(*args, **kwargs)
        self.language.choices = [(one, NAMES[one]) for one in offered]


class NewAccountForm(Form):
    """An account for somebody who is known by e-mail, or is new."""

    email = line(_("E-mail"), needed(), IsEmail(), longest=254, render_kw={"type": "email"})
    name = line(_("Name"), description=_("Only for somebody who is not in the staff list yet, by this e-mail address."))
    role = SelectField(_("Role"), choices=choices(ROLE_NAMES), default="staff")


class RoleForm(Form):
    """What an account may do."""

    role = SelectField(_("Role"), choices=choices(ROLE_NAMES))


class PersonForm(Form):
    """What is recorded of a member of staff."""

    given_name = line(_("Given name"), longest=100)
    family_name = line(_("Family name"), longest=100)
    name = line(_("Name as shown"), needed())
    email = line(_("E-mail"), IsEmail(), longest=254, render_kw={"type": "email"})
    phone = line(_("Phone"), longest=50, render_kw={"type": "tel"})
    local_staff = BooleanField(_("Employed locally: stays when others rotate"))
    left_on = day(_("Left the service on"))
    external_id = line(_("Id in the personnel system"))

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it."""
        empty_is_none = {"email", "external_id", "left_on"}
        return {
            name: value or (None if name in empty_is_none else "" if value is None else value)
            for name, value in self.values.items()
        }


def as_filled(person: Person) -> dict[str, Any]:
    """A person as the form holds them."""
    names = ("given_name", "family_name", "name", "email", "phone", "local_staff", "left_on", "external_id")
    return {name: getattr(person, name) for name in names}


class TokenForm(Form):
    """A token for a program of mine."""

    name = line(_("What is it for"), needed(), longest=100)
    days = RadioField(_("How long it works"), choices=choices(DAYS_NAMES), default="90")
    may_write = BooleanField(_("It may also write dossiers and notes in my name"))
