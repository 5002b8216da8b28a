"""Names on screen: of sections, states and choices."""

from flask_babel import lazy_gettext as _

from expertise.handovers.models import (
    ADVICE,
    COMMITMENTS,
    DOSSIERS,
    HEADER,
    LESSONS,
    MONEY,
    PEOPLE,
    PLACES,
    READING,
    RECEIPT,
    RELATIONS,
    RHYTHM,
    UNKNOWN,
    WEEK_ONE,
)

SECTION_NAMES = {
    HEADER: _("Header"),
    WEEK_ONE: _("The state in one line"),
    DOSSIERS: _("Dossiers"),
    COMMITMENTS: _("Open commitments"),
    RELATIONS: _("Relations"),
    RHYTHM: _("Rhythm"),
    PEOPLE: _("People inside"),
    PLACES: _("Where things are"),
    READING: _("Reading list"),
    MONEY: _("Money, contracts, assets"),
    ADVICE: _("Advice"),
    UNKNOWN: _("What I do not know"),
    LESSONS: _("Lessons"),
    RECEIPT: _("Receipt"),
}
# Sections that are one text, with what draws it out.
TEXT_SECTIONS = {
    RHYTHM: _("What comes back every week, month or session, and stands in no calendar?"),
    PEOPLE: _("Who knows what, and who stays after you?"),
    PLACES: _("Where is the archive, the shared mailbox, the paper list? Never a password: say who gives access."),
    READING: _("At most ten things, and why each is worth an hour."),
    MONEY: _("Which budget line, contract or grant has a deadline within six months?"),
    UNKNOWN: _("Which questions stay open, and which doors did you never try?"),
}
# Section 12, which has readers of its own.
LESSON_NAMES = {
    "achievements": _("What worked"),
    "obstacles": _("What stood in the way"),
    "to_headquarters": _("What headquarters should do"),
    "to_domain": _("What everybody on this theme should know"),
}
# Sections where an explicit "none" is an answer.
MAY_BE_NONE = frozenset({DOSSIERS, RHYTHM, MONEY, UNKNOWN})
STATE_NAMES = {
    "running": _("running"),
    "drafted": _("drafted"),
    "asked": _("asked"),
    "final": _("signed"),
    "frozen": _("frozen"),
    "received": _("received"),
    "scored": _("scored"),
}
SITUATION_NAMES = {"quiet": _("Quiet"), "busy": _("Busy"), "on_fire": _("On fire")}
URGENCY_NAMES = {"1": _("1 – first week"), "2": _("2 – first month"), "3": _("3 – can wait")}
CONFIDENCE_NAMES = {"sure": _("I know"), "think": _("I think"), "heard": _("I heard")}
PLAN_NAMES = {
    "in_person": _("in person"),
    "call": _("by telephone or video"),
    "letter": _("by letter or mail"),
    "not_transferred": _("cannot be handed over"),
}
MARKING_NAMES = {"": _("no marking"), "internal": _("Internal"), "dv": "Departementaal Vertrouwelijk"}
LANGUAGE_NAMES = {"nl": "Nederlands", "en": "English", "fr": "Français"}
RELATION_NAMES = {
    "new": _("new"),
    "working": _("working relation"),
    "trusted": _("trusted"),
    "strained": _("strained"),
}
