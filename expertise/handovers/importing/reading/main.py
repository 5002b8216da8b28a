"""The child: reads a file on standard input and answers one line of JSON, `blocks` or `refused` with the reason."""

import codecs
import io
import json
import os
import sys
from collections.abc import Callable

from expertise.files.reading import limits
from expertise.handovers.importing.reading import from_docx, from_markdown, from_odt
from expertise.handovers.importing.reading.blocks import Block, No

# Of Markdown, of XML, and of the names in a zip: loaded before the doors close.
ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "cp437", "latin-1", "ascii")
MOST_TEXT = 2_000_000  # characters: a note of three pages has six thousand
MOST_BLOCKS = 20_000
READERS: dict[str, Callable[[io.BytesIO], list[Block]]] = {
    "docx": from_docx.read,
    "odt": from_odt.read,
    "md": from_markdown.read,
}


def answer(kind: str, content: bytes) -> dict[str, object]:
    """What the parent is told."""
    try:
        blocks = READERS[kind](io.BytesIO(content))
    except No as why:
        return {"refused": why.code}
    except (MemoryError, RecursionError):
        return {"refused": "bomb"}
    if len(blocks) > MOST_BLOCKS or sum(one.size for one in blocks) > MOST_TEXT:
        return {"refused": "bomb"}
    if not blocks:
        return {"refused": "no_text"}
    return {"blocks": [one.as_json() for one in blocks]}


def main(kind: str) -> None:
    """One file, one answer."""
    limits.set_bounds()
    for name in ENCODINGS:
        codecs.lookup(name)
    # From here on nothing is loaded any more, so nothing need be opened.
    limits.shut_in()
    with os.fdopen(os.dup(0), "rb") as source:
        content = source.read()
    told = memoryview(json.dumps(answer(kind, content)).encode())
    while told:
        told = told[os.write(1, told) :]


if __name__ == "__main__":
    main(sys.argv[1])
