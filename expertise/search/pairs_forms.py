"""What the address of the vocabulary's page says, and its forms."""

from datetime import datetime
from typing import Any

from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import SelectField

from expertise.base.forms import Form, choices, line, needed, trimmed
from expertise.search.forms import LANGUAGE_NAMES
from expertise.search.models import ACCEPTED, LONGEST_TERM, REJECTED, STATES, WAITING
from expertise.search.pairs import Wanted

STATE_NAMES = {
    WAITING: _("To look through"),
    ACCEPTED: _("Accepted"),
    REJECTED: _("Rejected"),
}
# What the page offers, in percent.
CERTAINTIES = (0, 50, 60, 70, 80, 90, 95)


def read_wanted(sent: MultiDict[str, str]) -> Wanted:
    """The filter that an address or a form says; what makes no sense is left out."""
    state, here, there = (sent.get(name, "") for name in ("state", "from", "to"))
    sure = sent.get("sure", "")
    return Wanted(
        state=state if state in STATES else WAITING,
        language=here if here in LANGUAGE_NAMES else "",
        target_language=there if there in LANGUAGE_NAMES else "",
        word=(trimmed(sent.get("word")) or "")[:LONGEST_TERM],
        at_least=min(int(sure), 100) / 100 if sure.isascii() and sure.isdigit() and len(sure) < 4 else 0.0,
        term=(trimmed(sent.get("term")) or "")[:LONGEST_TERM],
    )


def arguments(wanted: Wanted, **more: Any) -> dict[str, Any]:
    """The same filter as an address has it."""
    said = {
        "state": wanted.state if wanted.state != WAITING else "",
        "from": wanted.language,
        "to": wanted.target_language,
        "word": wanted.word,
        "sure": round(wanted.at_least * 100),
        "term": wanted.term,
    }
    return {name: value for name, value in (said | more).items() if value}


def read_moment(sent: str | None) -> datetime | None:
    """The moment of an act in an address; None for anything else."""
    try:
        found = datetime.fromisoformat(sent or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


class PairForm(Form):
    """Two words that may stand for each other."""

    language = SelectField(_("Its language"), choices=choices(LANGUAGE_NAMES), default="en")
    word = line(_("The word"), needed(), longest=LONGEST_TERM)
    target_language = SelectField(_("Language of the translation"), choices=choices(LANGUAGE_NAMES), default="nl")
    target_word = line(_("Translation"), needed(), longest=LONGEST_TERM)
