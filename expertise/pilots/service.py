"""Verbs on pilots. HR alone; what was fixed before data changes only with a reason, and the old text is kept."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from expertise.access.rules import require
from expertise.access.viewer import Viewer
from expertise.audit.service import record
from expertise.base import clock
from expertise.base.database import claim, refusing, session
from expertise.base.errors import Conflict, Refused
from expertise.people.models import Person
from expertise.pilots.models import (
    FIXED,
    STEPS,
    Amendment,
    ChainStep,
    Decision,
    Evaluation,
    Measure,
    Measurement,
    Milestone,
    Participant,
    Pilot,
    last_changed,
)

TAKEN: dict[str, tuple[str, Any]] = {
    "uq_pilot_slug": ("slug", _("Another pilot has this address.")),
    "uq_participant_pilot_id_person_id": ("person", _("This colleague stands in this pilot already.")),
    "uq_measure_pilot_id_name": ("name", _("This pilot has an indicator of that name already.")),
}
SLUG = re.compile(r"[a-z0-9][a-z0-9-]{1,58}[a-z0-9]")
RESERVED = frozenset({"new", "mine"})


# The criteria that are asked of somebody at the end of the months that they are followed.
FOLLOWED = frozenset({"in_domain", "second_knower", "promoted", "narrow"})
# Years between the first day and that of judging: more is a mistyped year, and reports look at each.
LONGEST = 30


def set_up_pilot(viewer: Viewer, *, slug: str, name: str, **plan: Any) -> Pilot:
    """Write a pilot down: its question, and what would be an answer. `plan` are columns of FIXED."""
    require(viewer, "pilot.change")
    if not SLUG.fullmatch(slug) or slug in RESERVED:
        raise Refused(_("Use small letters, digits and hyphens only, such as disarmament-2024."), "slug")
    pilot = Pilot(slug=slug, name=name, **plan)
    _check(pilot)
    with refusing(TAKEN):
        session().add(pilot)
        session().flush()
    record(viewer, "pilot.set_up", pilot)
    return pilot


def change_plan(
    viewer: Viewer, pilot: Pilot, *, name: str, reason: str = "", version: int | None = None, **plan: Any
) -> None:
    """Change the plan; once it is fixed each change needs a reason and is logged with the text that it replaced."""
    require(viewer, "pilot.change")
    claim(pilot, version)
    changed = [field for field in FIXED if field in plan and plan[field] != getattr(pilot, field)]
    if pilot.fixed_at is not None and changed and not reason:
        raise Refused(_("This was fixed before data. Say why it changes; the old text is kept beside it."), "reason")
    for field in changed:
        if pilot.fixed_at is not None:
            old, new = _said(pilot, field, getattr(pilot, field)), _said(pilot, field, plan[field])
            amendment = Amendment(field=field, old=old, new=new, reason=reason, person_id=viewer.person_id)
            pilot.amendments.append(amendment)
        setattr(pilot, field, plan[field])
    if pilot.fixed_at is not None and "judged_on" in changed and pilot.judged_on <= clock.today():
        raise Refused(
            _("It is judged on a day to come: of a day that is over one knows already what it says."), "judged_on"
        )
    pilot.name = name
    _check(pilot)
    session().flush()
    record(viewer, "pilot.changed", pilot, fields=",".join(changed))


def _said(_pilot: Pilot, _field: str, value: Any) -> str:
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _check(pilot: Pilot) -> None:
    if pilot.entry_until < pilot.starts_on:
        raise Refused(_("People come in until a day after the first one."), "entry_until")
    if pilot.judged_on <= pilot.starts_on:
        raise Refused(_("The day of judging is after the first day."), "judged_on")
    if pilot.judged_on.year - pilot.starts_on.year > LONGEST:
        raise Refused(_("That is more than thirty years after the first day: is a year mistyped?"), "judged_on")
    if pilot.indicator in FOLLOWED and (pilot.judged_on - pilot.starts_on).days < 30 * pilot.months:
        why = _("Nobody has been followed for %(months)s months by then. Judge later, or follow shorter.")
        raise Refused(why % {"months": pilot.months}, "judged_on")


def fix_criterion(viewer: Viewer, pilot: Pilot, *, version: int | None = None) -> None:
    """Fix the plan that was read, before there are data: from now on it changes only with a reason."""
    require(viewer, "pilot.change")
    if version is not None and version != pilot.version:
        raise Conflict(pilot)
    if pilot.fixed_at is not None:
        raise Refused(_("The criterion is fixed already."))
    if pilot.judged_on <= clock.today():
        raise Refused(_("The day of judging is over. A criterion is fixed before its data are there."))
    for text in (pilot.domain_definition, pilot.inclusion_rule, pilot.comparison_rule):
        if not text.strip():
            raise Refused(_("Say first what the domain is, who may take part, and with whom they are compared."))
    pilot.fixed_at = clock.now()
    pilot.fixed_by_id = viewer.person_id
    session().flush()
    record(viewer, "pilot.fixed", pilot)


def write_chain(
    viewer: Viewer, pilot: Pilot, texts: dict[str, tuple[str, str, str]], *, read_at: str | None = None
) -> None:
    """Write the results chain: per step its text, and the assumption and the evidence of the arrow to the next.

    `read_at` is what last_changed() said of the steps that the writer had before them; None for a loader.
    """
    require(viewer, "pilot.change")
    _not_meanwhile(pilot, pilot.steps, read_at)
    rows = {one.step: one for one in pilot.steps}
    for step in STEPS:
        text, assumption, evidence = texts[step]
        if step not in rows:
            rows[step] = ChainStep(step=step)
            pilot.steps.append(rows[step])
        rows[step].text, rows[step].assumption, rows[step].evidence = text, assumption, evidence
    session().flush()
    record(viewer, "pilot.chain_written", pilot)


def _not_meanwhile(pilot: Pilot, rows: Iterable[Any], seen: str | None) -> None:
    if seen is not None and seen != last_changed(rows):
        raise Conflict(pilot)


def take_in(viewer: Viewer, pilot: Pilot, person: Person, **fields: Any) -> Participant:
    """Put somebody into a pilot; `fields` are columns of Participant."""
    require(viewer, "pilot.change")
    one = Participant(pilot_id=pilot.id, person_id=person.id, **fields)
    _check_role(pilot, one)
    _check_participant(one)
    with refusing(TAKEN):
        session().add(one)
        session().flush()
    record(viewer, "pilot.person_added", pilot, person=person.id)
    return one


def change_participant(viewer: Viewer, one: Participant, *, read_at: str | None = None, **fields: Any) -> None:
    """Change what is recorded of somebody in a pilot; `read_at` as for the results chain."""
    require(viewer, "pilot.change")
    _not_meanwhile(one.pilot, [one], read_at)
    role = one.role
    for name, value in fields.items():
        setattr(one, name, value)
    if one.role != role:
        _check_role(one.pilot, one)
    _check_participant(one)
    session().flush()
    record(viewer, "pilot.person_changed", one.pilot, person=one.person_id)


def take_out(viewer: Viewer, one: Participant) -> None:
    """Strike somebody who was put in by mistake."""
    require(viewer, "pilot.change")
    record(viewer, "pilot.person_struck", one.pilot, person=one.person_id)
    session().delete(one)
    session().flush()


def _check_role(pilot: Pilot, one: Participant) -> None:
    if one.role == "compared" and pilot.comparison != "named":
        why = _("Here nobody is compared by name: the plan compares with everybody else who came in.")
        raise Refused(why, "role")


def _check_participant(one: Participant) -> None:
    if one.role == "refused":
        one.joined_on = None  # nobody follows who was refused, whatever the form proposed
    if one.role != "refused" and one.joined_on is None:
        raise Refused(_("From which day are they followed?"), "joined_on")
    if one.role == "refused" and not one.reason:
        raise Refused(_("Say why the application was refused."), "reason")
    if one.left_on and one.joined_on and one.left_on < one.joined_on:
        raise Refused(_("The end is before the start."), "left_on")


def add_milestone(viewer: Viewer, pilot: Pilot, *, name: str, due_on: date) -> Milestone:
    """Something that must have happened by a day."""
    require(viewer, "pilot.change")
    one = Milestone(pilot_id=pilot.id, name=name, due_on=due_on)
    session().add(one)
    session().flush()
    record(viewer, "pilot.milestone_added", pilot)
    return one


def reach_milestone(viewer: Viewer, one: Milestone, on: date | None = None) -> None:
    """It happened."""
    require(viewer, "pilot.change")
    if one.done_on is not None:
        return  # two windows: it was reached on the first day that was said
    one.done_on = on or clock.today()
    record(viewer, "pilot.milestone_reached", one.pilot)


def add_evaluation(viewer: Viewer, pilot: Pilot, *, on: date, by: str, found: str, advised: str = "") -> Evaluation:
    """What somebody found who looked at the pilot."""
    require(viewer, "pilot.change")
    if on > clock.today():
        raise Refused(_("This day is still to come."), "on")
    one = Evaluation(pilot_id=pilot.id, on=on, by=by, found=found, advised=advised)
    session().add(one)
    session().flush()
    record(viewer, "pilot.evaluated", pilot)
    return one


def add_measure(viewer: Viewer, pilot: Pilot, **fields: Any) -> Measure:
    """An indicator that is measured elsewhere; `fields` are columns of Measure."""
    require(viewer, "pilot.change")
    one = Measure(pilot_id=pilot.id, **fields)
    with refusing(TAKEN):
        session().add(one)
        session().flush()
    record(viewer, "pilot.measure_added", pilot)
    return one


def add_measurement(viewer: Viewer, pilot: Pilot, *, measure: str, on: date, value: str, note: str = "") -> Measurement:
    """A value of such an indicator, which is named by its id."""
    require(viewer, "pilot.change")
    if on > clock.today():
        raise Refused(_("This day is still to come."), "on")  # no report would show it
    found = session().scalar(select(Measure).where(Measure.id == measure, Measure.pilot_id == pilot.id))
    if found is None:
        raise Refused(_("Choose an indicator of this pilot."), "measure")
    one = Measurement(measure_id=found.id, on=on, value=value, note=note)
    session().add(one)
    session().flush()
    record(viewer, "pilot.measured", pilot)
    return one


def decide(
    viewer: Viewer,
    pilot: Pilot,
    *,
    kind: str,
    on: date,
    by: str,
    reasons: str,
    formalised: str = "",
    verdict: str = "",
) -> Decision:
    """Record what was decided. What the report said that day is kept with it."""
    require(viewer, "pilot.change")
    if on > clock.today():
        raise Refused(_("This day is still to come."), "on")
    if kind == "formalise" and not formalised:
        raise Refused(_("Say what is formalised: the rule, the order or the career path."), "formalised")
    one = Decision(pilot_id=pilot.id, kind=kind, on=on, by=by, reasons=reasons, formalised=formalised, verdict=verdict)
    session().add(one)
    session().flush()
    session().expire(pilot, ["decisions"])
    record(viewer, "pilot.decided", pilot, decision=kind)
    return one
