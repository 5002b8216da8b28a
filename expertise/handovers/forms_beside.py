"""Forms of what stands beside a note: a remark, a score, a file that is brought in, and where its pieces go."""

from typing import Any

from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired
from markupsafe import Markup
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectFieldBase
from wtforms.validators import Optional
from wtforms.widgets import Select

from expertise.base.forms import Form, choices, day, needed, text
from expertise.handovers.words import SECTION_NAMES

SCORES: dict[str, Any] = {
    "1": _("1 – of no use"),
    "2": "2",
    "3": "3",
    "4": "4",
    "5": _("5 – could not have done without"),
}
NOT_SCORED = 13  # the receipt is not the leaver's


class DoneForm(Form):
    """An introduction took place on a day."""

    done_on = day("", needed())


class RemarkForm(Form):
    """A remark, and at what."""

    place = SelectField(_("About"), validate_choice=False)
    text = text(_("Remark"), needed())


class ScoringForm(Form):
    """What was missing; the sections are added by `scoring_form`."""

    missed = text(_("What did you miss?"), Optional())


def scoring_form() -> type[ScoringForm]:
    """A score per section, each of them may be left open."""
    fields: dict[str, Any] = {
        f"score_{number}": RadioField(f"{number} {name}", choices=choices(SCORES), validate_choice=False)
        for number, name in SECTION_NAMES.items()
        if number != NOT_SCORED
    }
    return type("ScoringOfSections", (ScoringForm,), fields)


class BringInForm(Form):
    """A file that was written before."""

    file = FileField(_("Word, OpenDocument or Markdown file"), [FileRequired(_("Choose a file first."))])


class HeirForm(Form):
    """For which position the note is as well."""

    position = SelectField(_("Position"), validate_choice=False)


class _Heads(Select):
    """A list whose choices stand under heads; above all of them that nothing is chosen yet."""

    def __call__(self, field: SelectFieldBase, **kwargs: object) -> Markup:
        """The list."""
        start, _sign, rest = super().__call__(field, **kwargs).partition(">")
        # What is filled in is escaped by Markup's own format; the rest is what the library wrote.
        return start + Markup('><option value="">{}</option>').format(_("choose")) + rest


class PlaceForm(Form):
    """Where a piece goes."""

    target = SelectField(_("Belongs in"), validate_choice=False, widget=_Heads())
