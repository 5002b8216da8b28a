"""Forms of the privacy officer for our own staff."""

from flask_babel import lazy_gettext as _

from expertise.base.forms import Form, line, needed, text


class GiveForm(Form):
    """A copy for them: there is nothing to choose."""


class EraseForm(Form):
    """The name is typed, and what it comes to is looked at, before somebody becomes nameless."""

    also = text(_("What else they are called in texts, one on a line"))
    name = line(_("Type the name to confirm"), needed())

    @property
    def spellings(self) -> list[str]:
        """What was filled in, line by line."""
        return [one.strip() for one in (self.also.data or "").splitlines() if one.strip()]
