"""The child: reads a file on standard input, answers one line of JSON or a picture on standard output.

`check <kind that the name says>` or `draw <kind> <page>`. Exit 0 with an answer; anything else is a failure, of which
the parent needs no more than that.
"""

import json
import os
import sys
from typing import Any, BinaryIO

from expertise.files.reading import images, limits, office, pdfs, texts
from expertise.files.reading.kinds import EICAR, HEAD, kind_of
from expertise.files.reading.verdict import No, Verdict

CHUNK = 1 << 20
TEXTS = ("txt", "md", "csv", "eml")


def main(arguments: list[str]) -> None:
    """One file, one answer."""
    limits.set_bounds()
    images.load()
    texts.load()
    # From here on nothing is loaded any more, so nothing need be opened.
    limits.shut_in()
    file = os.fdopen(os.dup(0), "rb")
    if arguments[0] == "check":
        _say(json.dumps(check(file, arguments[1])).encode())
    else:
        _say(draw(file, arguments[1], int(arguments[2])))


def check(file: BinaryIO, named: str) -> dict[str, Any]:
    """What the parent is told: the verdict, or `refused` with the reason."""
    try:
        verdict = judge(file, named, 0)
    except No as why:
        return {"refused": why.code}
    except (MemoryError, RecursionError):
        return {"refused": "bomb"}
    about = "\n".join(one for one in verdict.about if one)
    return {
        "kind": verdict.kind,
        "text": _clean(verdict.text),
        "about": _clean(about),
        "hidden": _clean(verdict.hidden),
        "pages": verdict.pages,
        "partial": verdict.partial,
    }


def judge(file: BinaryIO, named: str, depth: int) -> Verdict:
    """The verdict on a file, or on one inside a file. Raises No."""
    file.seek(0)
    head = file.read(HEAD)
    if not head:
        raise No("empty")
    _judge_virus(file)
    kind = kind_of(head)
    if kind == "text":
        return texts.read(file, named if named in TEXTS else "txt", inner_text, depth)
    if kind == "zip":
        return office.read(file, inner_text, depth)
    if kind == "pdf":
        return pdfs.read(file)
    return images.read(file, kind)


def inner_text(file: BinaryIO, name: str, depth: int) -> str:
    """The text of a file inside a file. Raises No."""
    suffix = name.lower().rpartition(".")[2]
    verdict = judge(file, {"markdown": "md", "tsv": "csv"}.get(suffix, suffix), depth)
    return "\n".join((verdict.text, *verdict.about, verdict.hidden))


def draw(file: BinaryIO, kind: str, number: int) -> bytes:
    """A picture of a page, or of a picture."""
    return pdfs.draw(file, number) if kind == "pdf" else images.show(file, kind)


def _judge_virus(file: BinaryIO) -> None:
    file.seek(0)
    tail = b""
    while piece := file.read(CHUNK):
        if EICAR.search(tail + piece):
            raise No("virus")
        tail = piece[-64:]


def _clean(text: str) -> str:
    """What a database takes: no zero byte, no half of a character."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def _say(answer: bytes) -> None:
    view = memoryview(answer)
    while view:
        view = view[os.write(1, view) :]


if __name__ == "__main__":
    main(sys.argv[1:])
