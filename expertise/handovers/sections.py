"""The steps of writing: each section (and each dossier) has a form, what fills it, and the verb that saves it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms.fields.choices import SelectFieldBase

from expertise.access.rules import allowed
from expertise.access.viewer import Viewer
from expertise.base.errors import NotFound, Refused
from expertise.base.forms import Day
from expertise.contacts.queries import contacts_by_id
from expertise.dossiers.entry_queries import open_commitments
from expertise.dossiers.history import clash
from expertise.dossiers.models import Dossier
from expertise.handovers import forms, queries, service
from expertise.handovers.composing import OWN_TEXTS
from expertise.handovers.models import (
    ADVICE,
    COMMITMENTS,
    DOSSIERS,
    HEADER,
    LESSONS,
    RELATIONS,
    WEEK_ONE,
    Handover,
)
from expertise.handovers.note import DossierItem
from expertise.handovers.queries import Shown
from expertise.handovers.service import SHARED_TEXTS, Introduction, Taking
from expertise.handovers.showing import dossiers_of
from expertise.handovers.words import LESSON_NAMES, MAY_BE_NONE, SECTION_NAMES, URGENCY_NAMES
from expertise.people.queries import get_person

WRITTEN = tuple(number for number in SECTION_NAMES if number <= 12)


@dataclass(frozen=True)
class Step:
    """A page of the writing: a section, or one dossier of section 2."""

    number: int
    item: str = ""
    title: str = ""


def steps_of(shown: Shown) -> list[Step]:
    """All steps in order; section 2 is a step of its own only where there is no dossier."""
    found: list[Step] = []
    for number in WRITTEN:
        if number == DOSSIERS and shown.note.dossiers:
            found.extend(Step(DOSSIERS, one.id, one.title) for one in shown.note.dossiers)
        else:
            found.append(Step(number, title=SECTION_NAMES[number]))
    return found


def beside(steps: list[Step], number: int, item: str, offset: int) -> Step | None:
    """The step before or after this one."""
    here = next((place for place, one in enumerate(steps) if (one.number, one.item) == (number, item)), None)
    if here is None:
        # The overview of section 2 stands just before its first dossier.
        here = next(place for place, one in enumerate(steps) if one.number == number) - (offset > 0)
    there = here + offset
    return steps[there] if 0 <= there < len(steps) else None


def version_of(handover: Handover, number: int) -> int:
    """Of a section as it stands; 0 where nobody saved it yet."""
    return next((one.version for one in handover.texts if one.number == number), 0)


Data = dict[str, Any]
Filled = tuple[type[forms.SectionForm], Data]


@dataclass(frozen=True)
class Writing:
    """Who writes which step of which note."""

    viewer: Viewer
    shown: Shown
    number: int
    item: str = ""


@dataclass(frozen=True)
class Section:
    """What a kind of section needs."""

    template: str
    form: Callable[[Writing], Filled]
    save: Callable[[Writing, Any, int], None]


def section(number: int, item: str) -> Section:
    """The section with this number; raises NotFound for one that cannot be written."""
    if number == DOSSIERS and item:
        return Section("_dossier.html", _dossier_form, _save_dossier)
    if item or number not in WRITTEN:
        raise NotFound(str(number))
    if number in KINDS:
        return KINDS[number]
    return Section("_text.html", _text_form, _save_text)


def make_form(at: Writing, **options: Any) -> forms.SectionForm:
    """The form of a step, filled with what is recorded; `formdata=None` leaves out what was sent."""
    kind, data = section(at.number, at.item).form(at)
    data.setdefault("version", version_of(at.shown.handover, at.number))
    made = kind(data=data, **options)
    if isinstance(made, forms.HeaderForm):
        made.acting.choices = [("", "–"), *queries.people_near(at.viewer, at.shown).items()]
    if isinstance(made, forms.DossierForm) and not _may_change_dossier(at):
        for name in SHARED_TEXTS:
            del made[name]
    return made


def save(at: Writing, form: Any) -> None:
    """Save a step; raises Refused, or Conflict where somebody saved it since it was read."""
    section(at.number, at.item).save(at, form, number_in(form.version.data))


def restore(at: Writing, content: Mapping[str, Any], *, version: int) -> None:
    """Save an earlier text of a step again; what nobody had written then is as the form has it now."""
    form = make_form(at, formdata=None)
    for name, value in content.items():
        if name in form:
            form[name].process(None, _value_for(form[name], value))
    form.version.process(None, version)
    save(at, form)


def _value_for(field: Any, value: Any) -> Any:
    if field.name == "marking":
        return forms.AUTOMATIC if value is None else value
    return date.fromisoformat(value) if isinstance(field, Day) and value else value


def readable(at: Writing, contents: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Texts of a step as people read them: a choice by its name, not by what the form sends."""
    form = make_form(at, formdata=None)
    names = {
        field.name: {str(value): str(label) for value, label, *_rest in field.iter_choices()}
        for field in form
        if isinstance(field, SelectFieldBase)
    }
    return [
        {name: names.get(name, {}).get(str(value), _as_text(value)) for name, value in content.items()}
        for content in contents
    ]


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "✓" if value else ""
    return "" if value is None else str(value)


def labels_of(at: Writing) -> dict[str, str]:
    """What the fields of a step are called; in a list of commitments or relations with whom or what it is about."""
    about = {one.id: one.title for one in at.shown.note.commitments} | {
        one.id: one.name for one in at.shown.note.relations
    }
    labels = {}
    for field in make_form(at, formdata=None):
        _word, _under, record_id = field.name.partition("_")
        label = str(field.label.text)
        labels[field.name] = f"{about[record_id]}: {label}" if record_id in about else label
    return labels


def _may_change_dossier(at: Writing) -> bool:
    """Who no longer holds the position still writes the note, but no longer changes the dossier."""
    return allowed(at.viewer, "dossier.change", _dossier_of(at))


def _dossier_of(at: Writing) -> Dossier:
    """The dossier itself, for the leaver, who sees in the note what may be restricted by now."""
    return dossiers_of([at.shown.note])[_item_of(at).id]


@dataclass(frozen=True)
class Lost:
    """A field that somebody else saved otherwise while it was being written."""

    label: Any
    mine: Any
    theirs: Any


def lost_race(at: Writing, form: Any) -> list[Lost]:
    """Prepare a form that lost a race for saving on top: what differs from what is saved now, side by side.

    In a dossier what its writer had left alone takes over what is saved now; its revisions tell.
    """
    fresh = make_form(at, formdata=None)
    if at.item and "dossier_version" in form:
        read = number_in(form.dossier_version.data)
        found = clash(
            at.viewer, _dossier_of(at), read, {name: form[name].data for name in SHARED_TEXTS if name in form}
        )
        for name in found.only_theirs:
            form[name].raw_data = []
            form[name].process_data(fresh[name].data)
    for name in ("version", "dossier_version"):
        if name in form:
            form[name].raw_data = []
            form[name].process_data(fresh[name].data)
    return [
        Lost(field.label.text, field.data, fresh[field.name].data)
        for field in form
        if field.name not in ("csrf_token", "version", "dossier_version")
        and field.name in fresh
        and (field.data or None) != (fresh[field.name].data or None)
    ]


def _header_form(at: Writing) -> Filled:
    handover = at.shown.handover
    marking = forms.AUTOMATIC if handover.marking is None else handover.marking
    names = ("reachable_until", "reachable_how", "language")
    data = {name: getattr(handover, name) for name in names}
    return forms.HeaderForm, data | {"acting": handover.acting_person_id or "", "marking": marking}


def _save_header(at: Writing, form: Any, version: int) -> None:
    service.write_header(
        at.viewer,
        at.shown.handover,
        version=version,
        acting=get_person(at.viewer, form.acting.data) if form.acting.data else None,
        reachable_until=form.reachable_until.data,
        reachable_how=form.reachable_how.data or "",
        language=form.language.data,
        marking=None if form.marking.data == forms.AUTOMATIC else form.marking.data,
    )


def _situation_form(at: Writing) -> Filled:
    data: Data = {"situation": at.shown.note.situation, "situation_line": at.shown.note.situation_line}
    for place, thing in enumerate(at.shown.note.week_one, start=1):
        data |= {f"text_{place}": thing.text, f"on_{place}": thing.due_on}
    return forms.SituationForm, data


def _save_situation(at: Writing, form: Any, version: int) -> None:
    things = [(form[f"text_{place}"].data or "", form[f"on_{place}"].data) for place in (1, 2, 3)]
    service.write_situation(
        at.viewer,
        at.shown.handover,
        situation=form.situation.data or "",
        situation_line=form.situation_line.data or "",
        week_one=things,
        version=version,
    )


def _no_dossiers_form(at: Writing) -> Filled:
    return forms.NoneForm, {"none": at.shown.note.words(DOSSIERS).none}


def _save_no_dossiers(at: Writing, form: Any, version: int) -> None:
    service.write_section(at.viewer, at.shown.handover, DOSSIERS, none=form.none.data, version=version)


def _item_of(at: Writing) -> DossierItem:
    found = at.shown.note.dossier(at.item)
    if found is None:
        raise NotFound(at.item)
    return found


def _dossier_form(at: Writing) -> Filled:
    found = _item_of(at)
    row = next((one for one in at.shown.handover.dossier_rows if one.dossier_id == at.item), None)
    data = {name: getattr(found, name) for name in (*SHARED_TEXTS, *OWN_TEXTS)}
    versions = {"version": row.version if row else 0, "dossier_version": found.version}
    return forms.DossierForm, data | versions | {"urgency": str(found.urgency)}


def _save_dossier(at: Writing, form: Any, version: int) -> None:
    texts = {name: form[name].data for name in (*SHARED_TEXTS, *OWN_TEXTS) if name in form}
    if "urgency" in texts:
        if texts["urgency"] not in URGENCY_NAMES:
            raise Refused(_("This is not one of the choices."), "urgency")
        texts["urgency"] = int(texts["urgency"])
    texts = {
        name: value if name.endswith(("_on", "_until", "urgency")) else value or "" for name, value in texts.items()
    }
    service.write_dossier_item(
        at.viewer,
        at.shown.handover,
        _dossier_of(at),
        version=version,
        dossier_version=number_in(form.dossier_version.data) if "dossier_version" in form else None,
        **texts,
    )


def number_in(text: Any) -> int:
    """A version out of a form; 0 for anything else."""
    return int(text) if text and str(text).isascii() and str(text).isdigit() else 0


def _commitments_form(at: Writing) -> Filled:
    data: Data = {}
    for one in at.shown.note.commitments:
        taken = forms.SUCCESSOR if one.to_successor else one.taker.id if one.taker else ""
        data[f"taker_{one.id}"] = forms.LAPSES if one.lapses_told_on else taken
        data[f"told_{one.id}"] = one.lapses_told_on
    return forms.commitments_form(at.shown.note.commitments, queries.people_near(at.viewer, at.shown)), data


def _save_commitments(at: Writing, form: Any, version: int) -> None:
    entries = {one.id: one for one in open_commitments(at.viewer, [one.id for one in at.shown.note.dossiers])}
    takings = {entries[one.id]: _taking(at, form, one.id) for one in at.shown.note.commitments if one.id in entries}
    service.write_commitments(at.viewer, at.shown.handover, takings, version=version)


def _taking(at: Writing, form: Any, entry_id: str) -> Taking:
    chosen, told_on = form[f"taker_{entry_id}"].data, form[f"told_{entry_id}"].data
    if chosen == forms.LAPSES:
        if told_on is None:
            raise Refused(_("Say on which day you told them."), f"told_{entry_id}")
        return Taking(lapses_told_on=told_on)
    if chosen == forms.SUCCESSOR:
        return Taking(to_successor=True)
    return Taking(person=get_person(at.viewer, chosen)) if chosen else Taking()


def _relations_form(at: Writing) -> Filled:
    data: Data = {}
    for one in at.shown.note.relations:
        data |= {f"plan_{one.id}": one.plan, f"on_{one.id}": one.planned_on, f"why_{one.id}": one.why}
    return forms.relations_form(at.shown.note.relations), data


def _save_relations(at: Writing, form: Any, version: int) -> None:
    contacts = contacts_by_id(at.viewer, [one.id for one in at.shown.note.relations])
    plans = {
        contacts[one.id]: Introduction(
            form[f"plan_{one.id}"].data or "", form[f"on_{one.id}"].data, form[f"why_{one.id}"].data or ""
        )
        for one in at.shown.note.relations
        if one.id in contacts
    }
    service.write_relations(at.viewer, at.shown.handover, plans, version=version)


def _text_form(at: Writing) -> Filled:
    words = at.shown.note.words(at.number)
    if at.number in MAY_BE_NONE:
        return forms.TextOrNoneForm, {"text": words.text, "none": words.none}
    return forms.TextForm, {"text": words.text}


def _save_text(at: Writing, form: Any, version: int) -> None:
    service.write_section(
        at.viewer,
        at.shown.handover,
        at.number,
        text=form.text.data or "",
        none="none" in form and form.none.data,
        version=version,
    )


def _advice_form(at: Writing) -> Filled:
    note = at.shown.note
    return forms.AdviceForm, {"advice": note.advice, "tips": note.tips, "differently": note.differently}


def _save_advice(at: Writing, form: Any, version: int) -> None:
    texts = {name: form[name].data or "" for name in ("advice", "tips", "differently")}
    service.write_advice(at.viewer, at.shown.handover, version=version, **texts)


def _lessons_form(at: Writing) -> Filled:
    return forms.LessonsForm, {name: getattr(at.shown.note.lessons, name) for name in LESSON_NAMES}


def _save_lessons(at: Writing, form: Any, version: int) -> None:
    texts = {name: form[name].data or "" for name in LESSON_NAMES}
    service.write_lessons(at.viewer, at.shown.handover, version=version, **texts)


KINDS = {
    HEADER: Section("_header.html", _header_form, _save_header),
    WEEK_ONE: Section("_situation.html", _situation_form, _save_situation),
    DOSSIERS: Section("_dossiers.html", _no_dossiers_form, _save_no_dossiers),
    COMMITMENTS: Section("_commitments.html", _commitments_form, _save_commitments),
    RELATIONS: Section("_relations.html", _relations_form, _save_relations),
    ADVICE: Section("_advice.html", _advice_form, _save_advice),
    LESSONS: Section("_lessons.html", _lessons_form, _save_lessons),
}
