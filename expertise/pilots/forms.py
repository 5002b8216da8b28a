"""Forms of pilots: the plan, the results chain, people, and what follows."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, IntegerField, RadioField, SelectField
from wtforms.validators import InputRequired, NumberRange

from expertise.base.forms import Form, choices, day, line, needed, text
from expertise.pilots import words
from expertise.pilots.indicators import INDICATORS
from expertise.pilots.models import CRITERIA, DECISIONS, FIXED, STEPS, Participant, Pilot, last_changed


class Whole(IntegerField):
    """A whole number, with our own words where it is none."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Keep what was typed."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("This is not a whole number.")) from None


def _number(label: Any, low: int, high: int, **more: Any) -> Whole:
    between = NumberRange(low, high, _("Between %(min)s and %(max)s."))
    return Whole(label, [InputRequired(_("Fill this in.")), between], **more)


class PlanForm(Form):
    """What a pilot tries, and by what it is judged."""

    version = HiddenField()
    name = line(_("Name"), needed())
    slug = line(
        _("Address"),
        needed(),
        longest=60,
        description=_("What stands behind /pilots/: small letters, digits and hyphens, such as disarmament-2024."),
    )
    question = line(words.FIELDS["question"], needed(), longest=300)
    domain_id = SelectField(words.FIELDS["domain_id"], [needed()])
    domain_definition = text(words.FIELDS["domain_definition"])
    inclusion_rule = text(words.FIELDS["inclusion_rule"])
    starts_on = day(words.FIELDS["starts_on"], needed())
    entry_until = day(words.FIELDS["entry_until"], needed())
    indicator = SelectField(
        words.FIELDS["indicator"], choices=choices({code: INDICATORS[code].name for code in CRITERIA})
    )
    months = _number(words.FIELDS["months"], 3, 120, default=24)
    threshold = _number(words.FIELDS["threshold"], 1, 100, default=15)
    direction = RadioField(words.FIELDS["direction"], choices=choices(words.DIRECTIONS), default="higher")
    judged_on = day(words.FIELDS["judged_on"], needed())
    comparison = RadioField(words.FIELDS["comparison"], choices=choices(words.COMPARISONS), default="entered")
    comparison_domain_id = SelectField(words.FIELDS["comparison_domain_id"], default="")
    comparison_rule = text(words.FIELDS["comparison_rule"])
    expected = _number(words.FIELDS["expected"], 1, 99, default=50)
    planned = _number(words.FIELDS["planned"], 2, 5000, default=20)
    planned_comparison = _number(words.FIELDS["planned_comparison"], 2, 5000, default=40)
    reason = text(_("Why does it change?"))

    @property
    def plan(self) -> dict[str, Any]:
        """The columns of FIXED."""
        found = {name: self[name].data for name in FIXED}
        return found | {"comparison_domain_id": found["comparison_domain_id"] or None}


def plan_as_filled(pilot: Pilot) -> dict[str, Any]:
    """A pilot as the form shows it."""
    shown = {name: getattr(pilot, name) for name in (*FIXED, "name", "slug", "version")}
    return shown | {"comparison_domain_id": pilot.comparison_domain_id or ""}


class ChainForm(Form):
    """The results chain; its fields are made of the steps."""

    version = HiddenField()


for _step in STEPS:
    setattr(ChainForm, _step, text(words.STEPS[_step]))
    if _step != STEPS[-1]:
        setattr(ChainForm, f"{_step}_assumption", text(_("Assumption: why would it lead to the next?")))
        setattr(ChainForm, f"{_step}_evidence", text(_("Evidence for that")))


def chain_as_filled(pilot: Pilot) -> dict[str, str]:
    """The chain as the form shows it."""
    shown: dict[str, str] = {"version": last_changed(pilot.steps)}
    for one in pilot.steps:
        shown |= {one.step: one.text, f"{one.step}_assumption": one.assumption, f"{one.step}_evidence": one.evidence}
    return shown


def chain_texts(form: ChainForm) -> dict[str, tuple[str, str, str]]:
    """Per step what it says, and what its arrow rests on."""
    said = form.data
    return {
        step: (said[step] or "", said.get(f"{step}_assumption") or "", said.get(f"{step}_evidence") or "")
        for step in STEPS
    }


class ParticipantForm(Form):
    """Somebody in a pilot."""

    version = HiddenField()
    person = line(_("Colleague"), needed(), description=_("Name, e-mail address or number."))
    role = RadioField(_("How"), choices=choices(words.ROLES), default="takes_part")
    applied_on = day(_("Applied on"))
    joined_on = day(_("Followed from"))
    left_on = day(_("Left the pilot on"))
    mentor = line(_("Mentor"))
    training = text(_("Training"))
    reason = text(_("Reason of refusing, or of leaving early"))

    @property
    def columns(self) -> dict[str, Any]:
        """Of Participant."""
        names = ("role", "applied_on", "joined_on", "left_on", "mentor", "training", "reason")
        return {name: self[name].data or (None if name.endswith("_on") else "") for name in names}


def participant_as_filled(one: Participant) -> dict[str, Any]:
    """Somebody as the form shows them."""
    names = ("role", "applied_on", "joined_on", "left_on", "mentor", "training", "reason")
    return {name: getattr(one, name) for name in names} | {"person": one.person.name, "version": last_changed([one])}


class FollowForm(Form):
    """Something that is added to a pilot while it runs."""

    def offer(self, pilot: Pilot) -> None:
        """What can be chosen of this pilot; most have nothing to choose."""

    @property
    def names(self) -> list[str]:
        """The fields in their order."""
        return list(self.values)

    @property
    def columns(self) -> dict[str, Any]:
        """What the verb takes; what was left open is empty."""
        return {name: "" if value is None else value for name, value in self.values.items()}


class MilestoneForm(FollowForm):
    """Something that must have happened by a day."""

    name = line(_("What must have happened"), needed())
    due_on = day(_("By when"), needed())


class EvaluationForm(FollowForm):
    """What somebody found."""

    on = day(_("Day"), needed())
    by = line(_("By whom"), needed())
    found = text(_("What was found"), needed())
    advised = text(_("Advice"))


class MeasureForm(FollowForm):
    """An indicator that is measured elsewhere."""

    name = line(_("Name"), needed())
    definition = text(_("Definition"), needed())
    source = line(_("Source"), needed(), longest=300)
    unit = line(_("Unit"), longest=40)
    baseline = line(_("Baseline"), longest=40)
    target = line(_("Target"), longest=40)


class MeasurementForm(FollowForm):
    """A value of one."""

    measure = SelectField(_("Indicator"), [needed()])
    on = day(_("Day"), needed())
    value = line(_("Value"), needed(), longest=40)
    note = line(_("Note"), longest=300)

    def offer(self, pilot: Pilot) -> None:
        """The indicators of this pilot."""
        self.measure.choices = [("", _("choose one")), *((one.id, one.name) for one in pilot.measures)]


class DecisionForm(Form):
    """What was decided."""

    kind = RadioField(_("Decision"), [needed()], choices=choices({one: words.DECISIONS[one] for one in DECISIONS}))
    on = day(_("Day"), needed())
    by = line(_("Decided by"), needed())
    reasons = text(_("Reasons"), needed())
    formalised = text(_("What was formalised"))
