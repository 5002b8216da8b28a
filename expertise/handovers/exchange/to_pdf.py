"""The document as PDF for the archive: PDF/A-2a and PDF/UA-1, tagged, with title, language and numbered pages.

The words go to the typesetter as data (JSON), never as its markup, and it sees no file but its own layout.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Literal

import typst
from flask_babel import gettext as _

from expertise.handovers.exchange.document import (
    Block,
    Document,
    Facts,
    Heading,
    Items,
    Paragraph,
    Picture,
    Run,
    Table,
    spelled,
)

LAYOUT = Path(__file__).parent / "note.typ"
STANDARDS: list[Literal["a-2a", "ua-1"]] = ["a-2a", "ua-1"]
UNKNOWN = "□"
# How many scripts may be missing before we give up; each costs one more attempt.
MOST_SCRIPTS = 24
_MISSING = re.compile(r'text(?: contains the disallowed codepoint)? `"(.+?)"`', re.S)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")


def to_pdf(document: Document) -> bytes:
    """The bytes of a .pdf. A letter of which this server has no font is shown as a square, and the end says so."""
    data = _plain(document)
    missing: set[str] = set()
    for _attempt in range(MOST_SCRIPTS):
        try:
            return _set(data, document)
        except typst.TypstError as error:
            found = _MISSING.search(str(error))
            if found is None:
                raise
            missing |= _alike(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), found[1]), json.dumps(data))
            data = _without(_plain(document), missing)
            said = _("%(sign)s stands for letters that this server cannot print. The other forms have them.", sign="□")
            data["blocks"].append(_block(Paragraph((Run(said),), "meta")))
    raise ValueError("no font for so many scripts")


def _set(data: dict[str, Any], document: Document) -> bytes:
    moment = int(datetime.combine(document.made_on, time(), UTC).timestamp())
    made = typst.compile(
        str(LAYOUT),
        root=str(LAYOUT.parent),
        format="pdf",
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=[*STANDARDS],
        timestamp=moment,
    )
    assert isinstance(made, bytes)
    return made


def _alike(missing: str, data: str) -> set[str]:
    """The letters that were missing, and all of the same script that stand in the data."""
    scripts = {_script(one) for one in missing if not one.isascii()}
    return set(missing) | {one for one in json.loads(f'"{_letters(data)}"') if _script(one) in scripts}


def _letters(data: str) -> str:
    return "".join(sorted(set(re.findall(r"(?:\\u[dD][89abAB]\w\w)?\\u\w{4}", data))))


def _script(letter: str) -> str:
    return unicodedata.name(letter, f"U{ord(letter)}").split(" ")[0].split("-")[0]


def _shown(letter: str) -> str:
    """A square; nothing for what is not to be seen anyway."""
    return "" if unicodedata.category(letter) in ("Cf", "Mn") else UNKNOWN


def _without(value: Any, letters: set[str]) -> Any:
    if isinstance(value, str):
        return "".join(_shown(one) if one in letters else one for one in value)
    if isinstance(value, dict):
        return {key: _without(one, letters) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_without(one, letters) for one in value]
    return value


def _plain(document: Document) -> dict[str, Any]:
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "organisation": document.organisation,
        "author": document.author,
        "language": document.language,
        "marking": document.marking,
        "foot": document.foot,
        "dense": document.dense,
        "keywords": [document.content_hash] if document.content_hash else [],
        "year": document.made_on.year,
        "month": document.made_on.month,
        "day": document.made_on.day,
        "blocks": list(_in_order(document)),
    }


def _in_order(document: Document) -> Iterator[dict[str, Any]]:
    level = 0
    for block in (*spelled(document.facts), *document.blocks):
        if isinstance(block, Heading):
            # A reader by ear goes from heading to heading: none may be skipped.
            level = min(block.level, level + 1)
            block = replace(block, level=level)
        yield _block(block)


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Facts():
            raise TypeError("facts are spelled out before")
        case Table():
            columns = max(1, len(block.heads))
            filled = [[*row, *[()] * (columns - len(row))][:columns] for row in block.rows]
            rows = [[[asdict(run) for run in cell] for cell in row] for row in filled]
            return {
                "kind": "table",
                "heads": list(block.heads),
                "rows": rows,
                "language": block.language,
                "compact": block.compact,
            }
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.text, "language": block.language} | (
                {"new_page": True} if block.new_page else {}
            )
        case Picture():
            return {"kind": "picture"} | asdict(block)
        case Items():
            return {"kind": "items"} | asdict(block)
        case Paragraph():
            return {"kind": "paragraph"} | asdict(block)
