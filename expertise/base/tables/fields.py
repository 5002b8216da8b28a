"""The fields of a kind of record: what a file may say in each, and how it is read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _

from expertise.base.lines import on_one_line
from expertise.base.tables.cells import split_list
from expertise.base.tables.countries import find_country
from expertise.base.tables.dates import PartialDate, read_date

LONGEST_TEXT = 1000
# What every database that we run on can hold in an integer column.
LARGEST_INTEGER = 2**31 - 1
# In a map's table of values: every value that the table does not name.
ANY_OTHER = "*"


class Type(StrEnum):
    """What a field holds; in brackets what `load` gets."""

    TEXT = "text"  # one line (str, trimmed)
    LONGTEXT = "longtext"  # Markdown or plain text (str, as it is but for line ends)
    DATE = "date"  # PartialDate
    INTEGER = "integer"  # int
    BOOLEAN = "boolean"  # bool
    EMAIL = "email"  # str
    LANGUAGE = "language"  # "nl", "en" or "fr"
    COUNTRY = "country"  # ISO 3166 code of two letters
    LIST = "list"  # list[str]
    CHOICE = "choice"  # one of the field's choices (str)


@dataclass(frozen=True)
class Field:
    """One field. `aliases` are heads that also mean it; one with braces composes: `{First} {Last}`."""

    name: str
    type: Type = Type.TEXT
    needed: bool = False
    example: str = ""
    aliases: Sequence[str] = ()
    # The values of a choice; as a mapping with the words that also mean each: {"held": ("vervuld",)}.
    choices: Sequence[str] | Mapping[str, Sequence[str]] = ()
    meaning: Any = ""
    longest: int | None = None  # characters; give the column's length
    cut: bool = False  # a longer text is cut, with a warning; otherwise it is an error
    empty: Any = None  # what an empty cell means to `load`; an empty list is always []

    def describe(self) -> dict[str, Any]:
        """For `import KIND --fields`."""
        return {
            "name": self.name,
            "type": str(self.type),
            "needed": self.needed,
            "example": self.example,
            "choices": list(self.choices),
            "aliases": list(self.aliases),
            "meaning": str(self.meaning),
        }


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that cannot be used, found while reading; matters only if a field asks for it."""

    text: str
    why: Any


class BadValueError(Exception):
    """A value cannot be read. An error rejects the row; a warning leaves the field out, or takes `instead`."""

    def __init__(self, why: Any, *, warning: bool = False, instead: Any = None) -> None:
        """`why` is a lazy text."""
        super().__init__(str(why))
        self.why = why
        self.warning = warning
        self.instead = instead


def filled(raw: Any) -> bool:
    """Whether a cell holds anything."""
    return bool(raw.strip()) if isinstance(raw, str) else raw is not None and raw != []


def read_value(field: Field, raw: Any, words: Mapping[str, Any] | None = None) -> Any:
    """The value of a cell for this field, after `words` of the map; BadValueError if it cannot be read."""
    if isinstance(raw, BadCell):
        raise BadValueError(raw.why)
    if isinstance(raw, dict):
        raise BadValueError(_("This is an object where a single value is expected."))
    if words and isinstance(raw, str | int | float):
        raw = _translated(_as_text(raw), words, raw)
    if field.type is Type.LIST:
        return _read_list(field, raw, words or {})
    if not filled(raw):
        return field.empty
    if isinstance(raw, list):
        raise BadValueError(_("This is a list where a single value is expected."))
    value = _READERS[field.type](field, raw)
    return field.empty if value == "" else value


def _translated(text: str, words: Mapping[str, Any], otherwise: Any) -> Any:
    stripped = text.strip()
    if stripped in words:
        return words[stripped]
    folded = stripped.casefold()
    close = (ours for theirs, ours in words.items() if theirs.casefold() == folded)
    return next(close, words.get(ANY_OTHER, otherwise))


def _as_text(raw: Any) -> str:
    """What a person sees in the cell: 12.0 is 12, a date is written as 2026-11-23."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time() else raw.isoformat(" ")
    if isinstance(raw, date):
        return raw.isoformat()
    return str(raw)


def _storable(text: str, longest: int | None) -> str:
    if "\0" in text or re.search("[\ud800-\udfff]", text):
        raise BadValueError(_("This holds a character that cannot be stored. Type the text again."))
    if longest is not None and len(text) > longest:
        raise BadValueError(_("This has %(length)s characters; at most %(most)s fit.", length=len(text), most=longest))
    return text


def _line(raw: Any) -> str:
    """As the same field of a page would keep it: on one line, without what is not seen."""
    return on_one_line(_storable(_as_text(raw), None))


def _read_text(field: Field, raw: Any) -> str:
    line = _line(raw)
    longest = LONGEST_TEXT if field.longest is None else field.longest
    if field.cut and len(line) > longest:
        kept = _storable(line[: longest - 1].rstrip() + "…", longest)
        why = _("This has %(length)s characters and was cut to %(most)s.", length=len(line), most=longest)
        raise BadValueError(why, warning=True, instead=kept)
    return _storable(line, longest)


def _read_longtext(field: Field, raw: Any) -> str:
    # One kind of line end, as forms store it too, so that a text does not seem changed by the way it came in.
    return _storable(re.sub("\r+\n", "\n", _as_text(raw)), field.longest)


def _read_date(_field: Field, raw: Any) -> PartialDate:
    try:
        return read_date(raw)
    except ValueError:
        if (day := _serial_day(raw)) is not None:
            why = _(
                "Read as %(day)s: so a spreadsheet counts days. Check whether it is the day that you mean.",
                day=str(day),
            )
            raise BadValueError(why, warning=True, instead=day) from None
        raise BadValueError(
            _("This is no date. Write 2026-11-23 or 23-11-2026, or 2026-11 or 2026 if no more is known.")
        ) from None


def _serial_day(raw: Any) -> PartialDate | None:
    """The day of a number of five digits: since the end of 1899, as Excel keeps days in a cell of numbers."""
    text = _as_text(raw).strip()
    if not re.fullmatch("[2-6][0-9]{4}", text):
        return None
    return PartialDate(date(1899, 12, 30) + timedelta(days=int(text)))


def _read_integer(_field: Field, raw: Any) -> int:
    text = _as_text(raw).strip()
    if not re.fullmatch(r"[+-]?[0-9]{1,10}", text):
        raise BadValueError(_("This is no whole number. Write digits only, such as 42."))
    if abs(int(text)) > LARGEST_INTEGER:
        raise BadValueError(_("This number is too large."))
    return int(text)


_YES = frozenset(["yes", "y", "true", "1", "on", "x", "ja", "j", "waar", "oui", "vrai"])
_NO = frozenset(["no", "n", "false", "0", "off", "nee", "onwaar", "non", "faux"])


def _read_boolean(_field: Field, raw: Any) -> bool:
    word = _as_text(raw).strip().casefold()
    if word not in _YES | _NO:
        raise BadValueError(_("This is neither yes nor no. Write yes or no, ja or nee, true or false."))
    return word in _YES


# Enough to catch what is plainly not an address; whether mail arrives is for the mail server to say.
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]{1,64}@[^\s@<>,;:\"()\[\]\\.]+(?:\.[^\s@<>,;:\"()\[\]\\.]+)+")


def _read_email(field: Field, raw: Any) -> str:
    text = _storable(_line(raw).removeprefix("mailto:"), min(field.longest or 254, 254))
    if not _EMAIL.fullmatch(text):
        raise BadValueError(_("This is no e-mail address. Write it as name@example.org."))
    return text


_LANGUAGES = {
    "nl": ["nl", "nld", "dut", "dutch", "nederlands", "néerlandais", "neerlandais"],
    "en": ["en", "eng", "english", "engels", "anglais"],
    "fr": ["fr", "fra", "fre", "french", "frans", "français", "francais"],
}


def _read_language(_field: Field, raw: Any) -> str:
    word = re.split("[-_]", _as_text(raw).strip().casefold())[0]
    for code, words in _LANGUAGES.items():
        if word in words:
            return code
    raise BadValueError(_("This is no language that we keep. Write nl, en or fr."))


def _read_country(_field: Field, raw: Any) -> str:
    code = find_country(_as_text(raw))
    if code is None:
        why = _("No country is known by this name, so it is left empty. Write its code, such as NL.")
        raise BadValueError(why, warning=True)
    return code


def _read_list(field: Field, raw: Any, words: Mapping[str, Any]) -> list[str]:
    if not filled(raw):
        return []
    given = [_as_text(item) for item in raw] if isinstance(raw, list) else split_list(_as_text(raw))
    given = [_line(item) for item in given]
    items = [str(_translated(item, words, item)) for item in given if item]
    longest = LONGEST_TEXT if field.longest is None else field.longest
    return [_storable(item, longest) for item in dict.fromkeys(items) if item]


def same_word(word: str) -> str:
    """For comparing names: capitals, spaces, hyphens and underscores do not count."""
    return re.sub(r"[\W_]+", " ", word.casefold()).strip()


def _read_choice(field: Field, raw: Any) -> str:
    word = same_word(_as_text(raw))
    for choice in field.choices:
        also = field.choices[choice] if isinstance(field.choices, Mapping) else ()
        if word in (same_word(choice), *map(same_word, also)):
            return choice
    raise BadValueError(_("This is not one of the choices: %(choices)s.", choices=", ".join(field.choices)))


_READERS = {
    Type.TEXT: _read_text,
    Type.LONGTEXT: _read_longtext,
    Type.DATE: _read_date,
    Type.INTEGER: _read_integer,
    Type.BOOLEAN: _read_boolean,
    Type.EMAIL: _read_email,
    Type.LANGUAGE: _read_language,
    Type.COUNTRY: _read_country,
    Type.CHOICE: _read_choice,
}
