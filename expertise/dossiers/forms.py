"""Forms for dossiers, notes, and who keeps and reads them; and the names of the choices."""

from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField, RadioField, SelectField

from expertise.base.forms import Form, choices, day, line, needed, text
from expertise.dossiers.models import DOSSIER_TEXTS, ENTRY_TEXTS, Dossier, Entry

KIND_NAMES = {
    "background": _("Background"),
    "state_of_play": _("State of play"),
    "decision": _("Decision"),
    "commitment": _("Commitment"),
    "meeting_report": _("Meeting report"),
    "lesson": _("Lesson"),
    "pitfall": _("Pitfall"),
    "how_to": _("How-to"),
}
# What a kind is for, said where it is chosen.
KIND_PROMPTS = {
    "background": _("What must a newcomer know to follow this?"),
    "state_of_play": _("Where does it stand today, and what comes next?"),
    "decision": _("What was decided, by whom, and why not otherwise?"),
    "commitment": _("What did we promise, to whom, by when? Also what was said over lunch."),
    "meeting_report": _("Who was there, what moved, what did you only notice because you were there?"),
    "lesson": _("What would you do differently, and what would you do again?"),
    "pitfall": _("What goes wrong here, how do you notice in time, and what then?"),
    "how_to": _("Which steps, in which order, and whom do you call when it sticks?"),
}
LANGUAGE_NAMES = {"nl": _("Dutch"), "en": _("English"), "fr": _("French")}
MARKING_NAMES = {"": _("none"), "internal": _("Internal"), "dv": _("Departementaal Vertrouwelijk")}
# The marks as they stand on the document: the same in every language.
SECRET_MARKING_NAMES = {
    "stg_c": "Stg. Confidentieel",
    "stg_g": "Stg. Geheim",
    "stg_zg": "Stg. Zeer Geheim",
    "nato_c": "NATO CONFIDENTIAL",
    "nato_s": "NATO SECRET",
    "nato_cts": "COSMIC TOP SECRET",
    "eu_c": "CONFIDENTIEL UE/EU CONFIDENTIAL",
    "eu_s": "SECRET UE/EU SECRET",
    "eu_ts": "TRÈS SECRET UE/EU TOP SECRET",
    "other": _("of another state or organisation"),
}
REACH_NAMES = {"open": _("all colleagues"), "restricted": _("only its keepers and whom it is shared with")}
URGENCY_NAMES = {"1": _("1 – cannot wait for a successor"), "2": _("2 – runs on"), "3": _("3 – can rest")}
STATUS_NAMES = {"active": _("active"), "archived": _("closed")}
WHOSE_NAMES = {"mine": _("kept by me"), "post": _("of my post"), "all": _("all that I may see")}
SORT_NAMES = {"next": _("next step"), "title": _("title"), "verified": _("longest not verified")}
OUTCOME_NAMES = {"kept": _("kept"), "lapsed": _("lapsed")}
# The names of all fields, for a difference between two texts.
FIELD_NAMES = {
    "title": _("Title"),
    "summary": _("Summary"),
    "objectives": _("Our interest"),
    "state_of_play": _("State of play"),
    "line_to_take": _("Line to take"),
    "line_valid_until": _("Valid until"),
    "line_cleared_by": _("Cleared by"),
    "next_step": _("Next step"),
    "next_step_on": _("When"),
    "next_step_by": _("Who"),
    "urgency": _("Urgency"),
    "language": _("Language"),
    "marking": _("Marking"),
    "body": _("Text"),
    "kind": _("Kind"),
    "date": _("Date"),
    "date_precision": _("Precision of the date"),
    "to_whom": _("To whom"),
    "due_on": _("By when"),
    "settled_on": _("Settled on"),
    "outcome": _("Outcome"),
    "tags": _("Tags"),
}
VALUE_NAMES: dict[str, dict[str, Any]] = {
    "language": LANGUAGE_NAMES,
    "marking": MARKING_NAMES,
    "kind": KIND_NAMES,
    "outcome": OUTCOME_NAMES,
}


class DossierForm(Form):
    """What people write in a dossier."""

    title = line(FIELD_NAMES["title"], needed(), longest=300)
    state_of_play = text(FIELD_NAMES["state_of_play"])
    next_step = line(FIELD_NAMES["next_step"], longest=500)
    next_step_on = day(FIELD_NAMES["next_step_on"])
    next_step_by = line(FIELD_NAMES["next_step_by"])
    line_to_take = text(FIELD_NAMES["line_to_take"])
    line_valid_until = day(FIELD_NAMES["line_valid_until"])
    line_cleared_by = line(FIELD_NAMES["line_cleared_by"])
    summary = text(FIELD_NAMES["summary"])
    objectives = text(FIELD_NAMES["objectives"])
    urgency = RadioField(FIELD_NAMES["urgency"], choices=choices(URGENCY_NAMES), default="2")
    marking = SelectField(FIELD_NAMES["marking"], choices=choices(MARKING_NAMES), default="")

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it."""
        found = {name: self[name].data for name in DOSSIER_TEXTS if name in self}
        dates = ("line_valid_until", "next_step_on")
        found = {name: value if name in dates else (value or "") for name, value in found.items()}
        return found | {"urgency": int(self.urgency.data or 2)}


class NewDossierForm(DossierForm):
    """The same, and who keeps and reads it."""

    language = SelectField(FIELD_NAMES["language"], default="")
    position = SelectField(_("Kept by"))
    domain = SelectField(_("Domain"), default="")
    reach = RadioField(_("Who may read it"), choices=choices(REACH_NAMES), default="open")

    def __init__(self, *args: object, **kwargs: object) -> None:
        """The language is told by the text unless it is chosen."""
        super().__init__(*args, **kwargs)
        self.language.choices = choices(LANGUAGE_NAMES, empty=_("as written (found by itself)"))


class EditDossierForm(DossierForm):
    """The same, with the version that was read."""

    language = SelectField(FIELD_NAMES["language"], choices=choices(LANGUAGE_NAMES))
    version = HiddenField()


class EntryForm(Form):
    """A note: four fields, and more for who wants them."""

    kind = SelectField(FIELD_NAMES["kind"], choices=choices(KIND_NAMES), default="background")
    title = line(FIELD_NAMES["title"], longest=300)
    body = text(FIELD_NAMES["body"])
    date = day(FIELD_NAMES["date"])
    to_whom = line(FIELD_NAMES["to_whom"])
    due_on = day(FIELD_NAMES["due_on"])
    tags = line(FIELD_NAMES["tags"], longest=500)
    language = SelectField(FIELD_NAMES["language"], default="")

    def __init__(self, *args: object, **kwargs: object) -> None:
        """The language is told by the text unless it is chosen."""
        super().__init__(*args, **kwargs)
        self.language.choices = choices(LANGUAGE_NAMES, empty=_("as written (found by itself)"))

    def validate(self, extra_validators: Any = None) -> bool:
        """A title or a text: one of them is enough."""
        good: bool = super().validate(extra_validators)
        if not (self.title.data or self.body.data):
            self.title.errors = [*self.title.errors, _("Give the note a title.")]
            return False
        return good

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as the verbs take it."""
        names = ("kind", "title", "body", "to_whom")
        filled: dict[str, Any] = {name: self[name].data or "" for name in names}
        tags = (one.strip() for one in (self.tags.data or "").split(","))
        return filled | {
            "date": self.date.data,
            "due_on": self.due_on.data,
            "tags": list(dict.fromkeys(filter(None, tags))),
            "language": self.language.data or None,
        }


class NewEntryForm(EntryForm):
    """The same, and where it was written."""

    post = SelectField(_("Post"), default="")


class EditEntryForm(EntryForm):
    """The same, with the version that was read."""

    version = HiddenField()


class KeeperForm(Form):
    """A position that keeps it, since when."""

    position = SelectField(_("Position"))
    from_on = day(_("Since"))


class TakeUpForm(Form):
    """One of my positions."""

    position = SelectField(_("Position"))


class ShareForm(Form):
    """A position of the chosen post, or all of it."""

    position = SelectField(_("Share with"))


class ReachForm(Form):
    """Who may read it."""

    reach = RadioField(_("Who may read it"), choices=choices(REACH_NAMES))


def filled_from(record: Dossier | Entry) -> dict[str, Any]:
    """A record as its form holds it."""
    names = DOSSIER_TEXTS if isinstance(record, Dossier) else ENTRY_TEXTS
    found = {name: getattr(record, name) for name in names} | {"version": str(record.version)}
    if isinstance(record, Dossier):
        return found | {"urgency": str(record.urgency)}
    return found | {"tags": ", ".join(record.tags)}


class PointerForm(Form):
    """Where a document is, never what stands in it."""

    marking = SelectField(_("Its marking"), choices=choices(SECRET_MARKING_NAMES))
    system = line(_("In which system"), needed())
    reference = line(_("Reference"))
    position = SelectField(_("Whom to ask"))
