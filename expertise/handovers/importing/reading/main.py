"""The child: reads a file on standard input and answers one line of JSON, `blocks` or `refused` with the reason."""

import io
import json
import os
import resource
import sys
from collections.abc import Callable

from expertise.handovers.importing.reading import from_docx, from_markdown, from_odt
from expertise.handovers.importing.reading.blocks import Block, No

MEMORY = 512 * 1024 * 1024
SECONDS = 10
MOST_TEXT = 2_000_000  # characters: a note of three pages has six thousand
MOST_BLOCKS = 20_000
READERS: dict[str, Callable[[io.BytesIO], list[Block]]] = {
    "docx": from_docx.read,
    "odt": from_odt.read,
    "md": from_markdown.read,
}


def set_bounds() -> None:
    """Memory, processor time, no file written, few opened, no dump of the memory, no other process."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))


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
    set_bounds()
    with os.fdopen(os.dup(0), "rb") as source:
        content = source.read()
    told = memoryview(json.dumps(answer(kind, content)).encode())
    while told:
        told = told[os.write(1, told) :]


if __name__ == "__main__":
    main(sys.argv[1])
