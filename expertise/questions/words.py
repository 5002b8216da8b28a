"""What states, ways and outcomes are called."""

from flask_babel import lazy_gettext as _

STATE_NAMES = {
    "open": _("waits for an answer"),
    "unanswered": _("nobody answered"),
    "answered": _("answered"),
    "withdrawn": _("withdrawn"),
}
STATE_MARKS = {"open": "waits", "unanswered": "missing", "answered": "confirmed", "withdrawn": "done"}
WAY_NAMES = {
    "asked": _("asked"),
    "passed_on": _("passed on to"),
    "went_up": _("went up the chain to"),
}
OUTCOME_NAMES = {
    "": _("has it now"),
    "answered": _("answered"),
    "passed_on": _("passed it on"),
    "declined": _("declined"),
    "silent": _("did not answer in time"),
    "withdrawn": _("withdrawn"),
}
KIND_NAMES = {
    "holder": _("holds it now"),
    "earlier": _("held it before"),
    "head": _("head of the post"),
    "person": "",
}
WHY_NOT_NAMES = {
    "left": _("left the service"),
    "no_account": _("has no account"),
    "over": _("no longer answers questions about it"),
}
