"""Forms of questions."""

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField

from expertise.base.forms import Form, line, needed, text
from expertise.questions.models import LONGEST_TITLE


class QuestionForm(Form):
    """What somebody wants to know, and of whom."""

    title = line(_("Your question in one line"), needed(), longest=LONGEST_TITLE)
    body = text(_("What must be known to answer it"))
    to = RadioField(_("To whom"), validate_choice=True)
    # For which question the answered ones were shown: whoever sends that again has seen them.
    seen = HiddenField()


class AnswerForm(Form):
    """The answer, and where it belongs if the question names no dossier."""

    answer = text(_("Your answer"), needed())
    dossier = SelectField(_("Where the answer belongs"), default="")
    version = HiddenField()


class PassOnForm(Form):
    """A colleague who knows better."""

    person = line(_("Colleague"), needed())
    person_id = SelectField(_("Who is meant"), default="", validate_choice=False)
    why = line(_("Why"), longest=500)


class DeclineForm(Form):
    """Why not, in a line."""

    why = line(_("Why you do not answer it"), longest=500)
