"""What a text must undergo to stand in a spreadsheet's cell, and the way back.

A cell that starts with one of FORMULA_SIGNS is carried out as a formula by spreadsheets. Such a text gets a
leading apostrophe on the way out, which comes off again on the way in. A text that starts with apostrophes
and then such a sign (`'=x`) gets one more, so that the way back is exact; any other apostrophe
('s-Gravenhage) is left alone.
"""

import re

FORMULA_SIGNS = "=+-@\t\r\n＝＋－＠"
_DANGEROUS = re.compile(f"'*[{re.escape(FORMULA_SIGNS)}]")
_DISARMED = re.compile(f"'+[{re.escape(FORMULA_SIGNS)}]")

# Office Open XML writes a character that XML cannot hold as _xHHHH_, and such a text itself with _x005F_
# before it.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_WRITTEN_OUT = re.compile("_x([0-9A-Fa-f]{4})_")

_SEPARATOR = re.compile(r"(?<!\\)(?:\\\\)*[;|]")
_ESCAPED = re.compile(r"\\([\\;|])")
_TO_ESCAPE = re.compile(r"[\\;|]")


def disarm(text: str) -> str:
    """So that no spreadsheet takes the text for a formula."""
    return f"'{text}" if _DANGEROUS.match(text) else text


def rearm(text: str) -> str:
    """The text as it was before `disarm`."""
    return text[1:] if _DISARMED.match(text) else text


def to_xml(text: str) -> str:
    """With characters that XML cannot hold written out."""
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found.group()):04X}_", text)


def from_xml(text: str) -> str:
    """The text as it was before `to_xml`."""
    return _WRITTEN_OUT.sub(lambda found: chr(int(found.group(1), 16)), text) if "_x" in text else text


def join_list(items: list[str]) -> str:
    """Several items in one cell: `cyber; arms control`. A separator inside an item gets a backslash."""
    return "; ".join(_TO_ESCAPE.sub(lambda found: "\\" + found.group(), item) for item in items)


def split_list(text: str) -> list[str]:
    """The items of a cell, separated by ; or |."""
    items, start = [], 0
    for found in _SEPARATOR.finditer(text):
        items.append(text[start : found.end() - 1])
        start = found.end()
    items.append(text[start:])
    return [_ESCAPED.sub(r"\1", item.strip()) for item in items if item.strip()]
