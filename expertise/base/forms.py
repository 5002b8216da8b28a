"""What every form shares: texts in two languages, trimming, limits, and showing a verb's refusal at its field."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app, g
from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import DateField, Field, PasswordField, SelectChoice, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput, PasswordInput

from expertise.base.database import new_id
from expertise.base.errors import Refused
from expertise.base.lines import on_one_line
from expertise.base.marking import find_mark_in, refusal
from expertise.base.tables.countries import find_country
from expertise.base.tables.dates import PartialDate, read_date

# The field in which a form carries the number of its page (access/once.py).
ONCE = "once"


def once() -> Markup:
    """A hidden field with a number that this page has and no other."""
    if "once" not in g:
        g.once = new_id()
    # Both are our own, and Markup's format escapes what is filled in.
    return Markup('<input type="hidden" name="{}" value="{}">').format(ONCE, g.once)


class BabelTexts:
    """WTForms' own messages, through our catalogue."""

    def gettext(self, string: str) -> str:
        """One message."""
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        """One message by number."""
        return gettext(singular if n == 1 else plural)


class Form(FlaskForm):
    """A form whose errors are in the reader's language and whose input is kept."""

    # What its parts show of unfinished text: drafts/ fills it in for a form that keeps drafts.
    draft: Any = None
    # Whether what it says when something is wrong is that nothing was saved: not of one that saves nothing.
    saves = True

    class Meta(FlaskForm.Meta):
        """WTForms looks here for its texts."""

        def get_translations(self, form: Any) -> BabelTexts:
            """Ours, not WTForms' own catalogue."""
            return BabelTexts()

    def validate(self, extra_validators: Any = None) -> bool:
        """What carries a state-secret mark is refused at its field, in every form, before anything is stored."""
        good: bool = super().validate(extra_validators)
        for field in self:
            # A password is never stored as it is.
            mark = None if isinstance(field, PasswordField) else find_mark_in(_sent(field))
            if mark:
                field.errors = [*field.errors, refusal(mark).message]
                good = False
        return good

    def hidden_tag(self, *fields: Any) -> Markup:
        """The hidden fields. The token has no id: a page may have several forms, and an id is there once."""
        hidden = fields or [one for one in self if isinstance(one.widget, HiddenInput)]
        # Markup, because each is a field that its widget wrote and escaped.
        return Markup("\n").join(one(id=False) if one.name == "csrf_token" else one() for one in hidden) + once()

    @property
    def holds_text(self) -> bool:
        """Whether anything that somebody typed stands in it: a file that was chosen does not come back."""
        return any(
            isinstance(one, StringField) and one.data and not isinstance(one.widget, HiddenInput | PasswordInput)
            for one in self
        )

    def blame(self, refused: Refused) -> None:
        """Show a verb's refusal at its field, or above the form where it names none."""
        field = self._fields.get(refused.field or "")
        if field is not None:
            field.errors = [*field.errors, refused.message]
        else:
            self.form_errors.append(refused.message)

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, without the token."""
        return {name: value for name, value in self.data.items() if name != "csrf_token"}


def _sent(field: Field) -> list[Any]:
    """What the browser sent for a field: texts, and of a file its name."""
    return [getattr(one, "filename", one) for one in field.raw_data or ()]


def trimmed(text: str | None) -> str | None:
    """Without spaces around it, and with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip() if isinstance(text, str) else text


def _as_line(text: str | None) -> str | None:
    return on_one_line(text) if isinstance(text, str) else text


def needed() -> InputRequired:
    """Must be filled in."""
    return InputRequired(lazy_gettext("Fill this in."))


class FitsForm:
    """Not longer than the largest text that the installation takes."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError with the size and the limit."""
        limit = current_app.config["MAX_TEXT_BYTES"]
        size = len((field.data or "").encode())
        if size > limit:
            raise ValidationError(
                gettext(
                    "This text is %(size)s kB; at most %(limit)s kB fits. Nothing was stored; your text is still here.",
                    size=-(-size // 1024),
                    limit=limit // 1024,
                )
            )


def line(label: Any, *validators: Any, longest: int = 200, **more: Any) -> StringField:
    """A field of one line."""
    too_long = Length(max=longest, message=lazy_gettext("At most %(max)d characters."))
    return StringField(label, [*(validators or (Optional(),)), too_long], filters=[_as_line], **more)


def text(label: Any, *validators: Any, **more: Any) -> TextAreaField:
    """A field of many lines, Markdown."""
    return TextAreaField(label, [*(validators or (Optional(),)), FitsForm()], filters=[trimmed], **more)


class Day(DateField):
    """A date, typed as 2026-11-23 or 23-11-2026; the browser's own picker sends the first."""

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        """Optional unless told otherwise."""
        super().__init__(label, validators or [Optional()], format=["%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y"], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed and say what a date looks like."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("This is not a date. Write it as 23-11-2026.")) from None


def day(label: Any, *validators: Any, **more: Any) -> Day:
    """A date field."""
    return Day(label, [*(validators or (Optional(),))], **more)


def choices(named: Mapping[str, Any], *, empty: Any = None) -> list[SelectChoice]:
    """Choices of a select or radio field from value -> label; `empty` is the label of choosing none."""
    first = [SelectChoice("", str(empty))] if empty is not None else []
    return [*first, *(SelectChoice(value, label) for value, label in named.items())]


class IsEmail:
    """Looks like an e-mail address; whether it works only mail can tell."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError."""
        if field.data and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s.]+", field.data):
            raise ValidationError(gettext("This is not an e-mail address."))


class IsCountry:
    """A country's name in one of the languages, or its code of two letters."""

    def __call__(self, form: Any, field: Field) -> None:
        """Raise ValidationError."""
        if field.data and find_country(field.data) is None:
            raise ValidationError(gettext("No country is known by this name. A code such as CH works too."))


class PartialDay(StringField):
    """A date of which perhaps only the month or the year is known: 23-11-2026, 11-2026 or 2026.

    `value` is a PartialDate; what was typed is kept as it is.
    """

    def __init__(self, label: Any = None, validators: Any = None, **more: Any) -> None:
        """Optional unless told otherwise."""
        more.setdefault("description", lazy_gettext("23-11-2026, or 11-2026 or 2026 if no more is known"))
        super().__init__(label, validators or [Optional()], filters=[trimmed], **more)

    @property
    def value(self) -> PartialDate | None:
        """The date, once the form is valid."""
        return read_date(self.data) if self.data else None

    def pre_validate(self, form: Any) -> None:
        """Say what a date looks like."""
        try:
            _ = self.value
        except ValueError:
            raise ValidationError(gettext("This is not a date. Write it as 23-11-2026, 11-2026 or 2026.")) from None

    @staticmethod
    def written(day: date | None, precision: str = "day") -> str:
        """As this field takes it: 23-11-2026."""
        return day.strftime({"day": "%d-%m-%Y", "month": "%m-%Y", "year": "%Y"}[precision]) if day else ""
