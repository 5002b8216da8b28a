"""What a field of one line keeps of what was typed or pasted, or comes in by a file or a program."""

import re

_BREAKS = re.compile("\\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+\\s*")
# What cannot be seen: control characters, and those that turn the direction of all that is read behind them, so that a
# title or a name looks like another. Marks of single letters (U+200E, U+200F) stay: they reach no further.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")


def on_one_line(text: str) -> str:
    """The text on one line, without what cannot be seen, and without spaces around it."""
    return _BREAKS.sub(" ", _UNSEEN.sub("", text)).strip()
