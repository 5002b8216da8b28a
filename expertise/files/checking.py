"""What is found out about a file before anything of it is kept: what it is, whether it is taken, what stands in it."""

import hashlib
import json
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from expertise.base.errors import Refused
from expertise.base.languages import detect
from expertise.base.marking import find_mark, refusal
from expertise.files import child, naming
from expertise.files.models import NONE, PART, PENDING, READ
from expertise.files.words import KINDS, reason

# Of a longer text this much is kept and searched; all of it is looked at for marks of secrecy.
MOST_KEPT = 1_000_000
FIELD = "file"


@dataclass(frozen=True)
class Checked:
    """A file that may be kept, at its first byte; pending where looking at it took too long for now."""

    stream: BinaryIO
    name: str
    kind: str
    size: int
    sha256: str
    state: str = PENDING
    text: str = ""
    language: str = "en"
    pages: int = 0


class Unfit(Refused):
    """A file that is refused, with the code of the reason (words.REASONS)."""

    def __init__(self, code: str, **values: Any) -> None:
        """Values are what the text of the reason names."""
        # What is said of a mark is the same wherever one is found.
        message = refusal(values["mark"]).message if code == "marked" else reason(code, **values)
        super().__init__(message, FIELD)
        self.code = code


def examine(stream: BinaryIO, given: str, *, most: int, seconds: float) -> Checked:
    """Look at a file that somebody sent, for at most `seconds`; raises Unfit. `most` is its largest size, in bytes."""
    name = naming.clean(given)
    size, sha256 = _measure(stream, most)
    kind = naming.named_kind(name) or "txt"
    checked = Checked(stream, name, kind, size, sha256)
    _refuse_marked(name, given)
    try:
        return look_into(checked, seconds=seconds)
    except (child.Busy, child.Slow):
        if naming.named_kind(name) is None:
            raise Unfit("unknown") from None
        return checked


def look_into(checked: Checked, *, seconds: float) -> Checked:
    """The same with what stands in it; raises Unfit, or child.Busy and child.Slow where it takes longer."""
    try:
        answer = json.loads(child.ask(checked.stream, "check", checked.kind, seconds=seconds))
    except child.Died:
        if not child.is_well():
            raise child.Busy from None
        raise Unfit("failed") from None
    if "refused" in answer:
        raise Unfit(answer["refused"])
    name = naming.fitting(checked.name, answer["kind"])
    if name is None:
        raise Unfit("name", ending=KINDS[answer["kind"]].suffixes[0])
    text, about = answer["text"], answer["about"]
    _refuse_marked(text, about, answer["hidden"])
    whole = f"{text}\n{about}".strip()
    part = answer["partial"] or len(whole) > MOST_KEPT
    return replace(
        checked,
        name=name,
        kind=answer["kind"],
        state=NONE if not text.strip() else PART if part else READ,
        text=whole[:MOST_KEPT],
        language=detect(text, otherwise="en"),
        pages=answer["pages"],
    )


def _measure(stream: BinaryIO, most: int) -> tuple[int, str]:
    size = stream.seek(0, 2)
    if size == 0:
        raise Unfit("empty")
    if size > most:
        raise Unfit("too_large", most=most // 1024 // 1024)
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(1 << 20):
        digest.update(piece)
    stream.seek(0)
    return size, digest.hexdigest()


def _refuse_marked(*texts: str) -> None:
    for text in texts:
        mark = find_mark(text)
        if mark is not None:
            raise Unfit("marked", mark=mark)
