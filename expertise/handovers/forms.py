"""Forms of the note: one per section, those of read-backs, and the reason of an emergency."""

from collections.abc import Iterable
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.validators import Length, Optional

from expertise.base.forms import Form, choices, day, line, needed, text
from expertise.handovers.note import Commitment, Relation
from expertise.handovers.words import (
    CONFIDENCE_NAMES,
    LANGUAGE_NAMES,
    LESSON_NAMES,
    MARKING_NAMES,
    PLAN_NAMES,
    SITUATION_NAMES,
    URGENCY_NAMES,
)

SUCCESSOR = "successor"
LAPSES = "lapses"
AUTOMATIC = "auto"


# Typed in a field that grows, but no more than a few lines.
_short = (Optional(), Length(max=500, message=_("At most %(max)d characters.")))


class SectionForm(Form):
    """A section as its writer had read it."""

    version = HiddenField()


class HeaderForm(SectionForm):
    """Section 0."""

    acting = SelectField(_("Who fills in until the successor comes"), default="")
    reachable_until = day(_("I answer questions until"))
    reachable_how = line(_("How to reach me"), longest=500)
    language = SelectField(_("Language of this note"), choices=choices(LANGUAGE_NAMES))
    marking = SelectField(_("Marking"), default=AUTOMATIC)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """The first choice of a marking is that of the dossiers."""
        super().__init__(*args, **kwargs)
        self.marking.choices = choices({AUTOMATIC: _("as its dossiers"), **MARKING_NAMES})


class SituationForm(SectionForm):
    """Section 1."""

    situation = RadioField(_("How it is now"), choices=choices(SITUATION_NAMES), validate_choice=False)
    situation_line = text(_("In one line"), *_short)
    text_1 = text(_("First"), *_short)
    on_1 = day(_("By when"))
    text_2 = text(_("Second"), *_short)
    on_2 = day(_("By when"))
    text_3 = text(_("Third"), *_short)
    on_3 = day(_("By when"))


class DossierForm(SectionForm):
    """Section 2, one dossier: first what is shared with the dossier, then what only the leaver knows."""

    dossier_version = HiddenField()
    urgency = RadioField(_("Urgency"), choices=choices(URGENCY_NAMES), validate_choice=False)
    line_to_take = text(_("Our line"))
    line_valid_until = day(_("Valid until"))
    line_cleared_by = line(_("Cleared by"))
    state_of_play = text(_("Where it stands"))
    next_step = line(_("Next step"), longest=500)
    next_step_on = day(_("When"))
    next_step_by = line(_("Who"))
    contingency = text(_("If this happens, then …"))
    opposition = text(_("Who was against, and why"))
    tried_failed = text(_("Tried, and failed"))
    confidence = RadioField(_("How sure are you of this?"), choices=choices(CONFIDENCE_NAMES), validate_choice=False)
    difficulties = text(_("Difficulties"))
    partners = text(_("Partners"))
    budget = text(_("Budget"))
    objectives = text(_("Our interest"))
    summary = text(_("What it is"))


class TextForm(SectionForm):
    """A section that is one text."""

    text = text(_("Text"))


class TextOrNoneForm(TextForm):
    """The same, where "none" is an answer."""

    none = BooleanField(_("There is none"))


class NoneForm(SectionForm):
    """A section that is filled from elsewhere, or has none."""

    none = BooleanField(_("There is none"))


class AdviceForm(SectionForm):
    """Section 10."""

    advice = text(_("Constraints, and ways round them"))
    tips = text(_("Three tips to settle in"))
    differently = text(_("What I would do differently"))


class LessonsForm(SectionForm):
    """Section 12."""

    achievements = text(LESSON_NAMES["achievements"])
    obstacles = text(LESSON_NAMES["obstacles"])
    to_headquarters = text(LESSON_NAMES["to_headquarters"])
    to_domain = text(LESSON_NAMES["to_domain"])


class FreezeForm(Form):
    """Why a note is frozen before it was signed."""

    reason = text(_("Why now"), needed())


class ReadBackForm(Form):
    """Two lines on a dossier."""

    text = text(_("Read back in two sentences"), Optional())


class CorrectForm(Form):
    """What should be understood otherwise."""

    text = text(_("Put right"), Optional())


def commitments_form(items: Iterable[Commitment], takers: dict[str, Any]) -> type[SectionForm]:
    """Section 3: for each commitment who takes it over, or when it was told that it lapses."""
    options = choices(
        {SUCCESSOR: _("my successor"), **takers, LAPSES: _("nobody: it lapses")}, empty=_("not decided yet")
    )
    fields: dict[str, Any] = {}
    for one in items:
        fields[f"taker_{one.id}"] = SelectField(_("Taken over by"), choices=options, default="")
        fields[f"told_{one.id}"] = day(_("Told that it lapses, on"))
    return type("CommitmentsForm", (SectionForm,), fields)


def relations_form(items: Iterable[Relation]) -> type[SectionForm]:
    """Section 4: for each contact how and when the successor is introduced."""
    fields: dict[str, Any] = {}
    for one in items:
        fields[f"plan_{one.id}"] = SelectField(
            _("Introduction"), choices=choices(PLAN_NAMES, empty=_("no plan yet")), default=""
        )
        fields[f"on_{one.id}"] = day(_("When"))
        fields[f"why_{one.id}"] = text(_("What matters"))
    return type("RelationsForm", (SectionForm,), fields)
