"""Languages that people know, as somebody writes them: "French C1, Arabic" or "fr, ar"; any, by name or code."""

import re
from functools import cache

from babel import Locale

# In whose words a language may be written.
WRITTEN_IN = ("en", "nl", "fr")
# What stands behind a language is how well: C1, B2/C1, native, moedertaal.
_PARTS = re.compile(r"\s*[,;]\s*")


@cache
def _codes() -> dict[str, str]:
    """Name or code in small letters -> code."""
    found: dict[str, str] = {}
    for written in WRITTEN_IN:
        for code, name in Locale(written).languages.items():
            found.setdefault(name.casefold(), code)
            found.setdefault(code.casefold(), code)
    return found


def read_languages(text: str) -> list[tuple[str | None, str, str]]:
    """Each language that is named: its code (None where it is not known), as written, and how well."""
    return [_read(part) for part in _PARTS.split(text.strip()) if part]


def _read(part: str) -> tuple[str | None, str, str]:
    words = part.split()
    for count in range(len(words), 0, -1):
        written = " ".join(words[:count])
        code = _codes().get(written.casefold())
        if code is not None:
            return code, written, " ".join(words[count:])
    return None, part, ""


def names_of_languages(written_in: str) -> list[str]:
    """The languages that have a code of two letters, by name in this language, to choose from."""
    names = Locale(written_in).languages
    return sorted((name for code, name in names.items() if len(code) == 2), key=str.casefold)


def unknown_languages(text: str) -> list[str]:
    """What is named there and is no language that is known."""
    return [written for code, written, _level in read_languages(text) if code is None]


def kept_languages(text: str) -> str:
    """As they are kept, the same in whatever words they were written: French C1, Arabisch -> fr C1, ar."""
    return ", ".join(f"{code or written} {level}".rstrip() for code, written, level in read_languages(text))
