"""What is different between two texts, word by word, as parts/diff.html shows it."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

SAME, ADDED, REMOVED = "same", "added", "removed"
Piece = tuple[str, str]
_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_LINES = re.compile(r"[^\n]*\n+|[^\n]+")
# Word by word takes the square of this at worst; longer stretches are compared by the line.
MOST_WORDS = 3000
# Of what stayed the same only this much is shown around a change.
AROUND = 240


def differences(old: str, new: str) -> list[Piece]:
    """("same" | "added" | "removed", text) in reading order; the pieces but the added ones are the old text."""
    pieces: list[Piece] = []
    for kind, before, after in _blocks(_LINES.findall(old), _LINES.findall(new)):
        if kind == SAME:
            pieces.append((SAME, before))
        else:
            pieces.extend(_by_word(before, after))
    return list(_joined(pieces))


def _blocks(old: list[str], new: list[str]) -> Iterator[tuple[str, str, str]]:
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) > MOST_WORDS)
    for tag, a, b, c, d in matcher.get_opcodes():
        yield (SAME if tag == "equal" else REMOVED), "".join(old[a:b]), "".join(new[c:d])


def _by_word(before: str, after: str) -> Iterator[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    yield SAME, "".join(old[:start])
    yield from _crossed(old[start : len(old) - end], new[start : len(new) - end])
    yield SAME, "".join(old[len(old) - end :])


def _common(old: list[str], new: list[str]) -> int:
    """How many words two texts have in common at their start."""
    return next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))


def _crossed(old: list[str], new: list[str]) -> Iterator[Piece]:
    if len(old) > MOST_WORDS or len(new) > MOST_WORDS:
        yield from ((REMOVED, "".join(old)), (ADDED, "".join(new)))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.3:
        # So little in common that crossing them word by word would be unreadable.
        yield from ((REMOVED, "".join(old)), (ADDED, "".join(new)))
        return
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            yield SAME, "".join(old[a:b])
        else:
            yield REMOVED, "".join(old[a:b])
            yield ADDED, "".join(new[c:d])


def _joined(pieces: list[Piece]) -> Iterator[Piece]:
    """Without empty pieces; a lone space between two changes goes with them, so that a phrase stays whole."""
    held: dict[str, str] = {REMOVED: "", ADDED: ""}
    for place, (kind, text) in enumerate(pieces):
        if kind != SAME:
            held[kind] += text
        elif text.isspace() and "\n" not in text and any(held.values()) and place + 1 < len(pieces):
            held = {one: f"{so_far}{text}" for one, so_far in held.items()}
        elif text:
            yield from ((one, so_far) for one, so_far in held.items() if so_far)
            held = {REMOVED: "", ADDED: ""}
            yield SAME, text
    yield from ((one, so_far) for one, so_far in held.items() if so_far)


def shortened(pieces: list[Piece]) -> list[Piece]:
    """The same for reading: of a long stretch that did not change only its ends."""
    last = len(pieces) - 1
    return [
        (kind, _ends(text, first=place == 0, last=place == last) if kind == SAME else text)
        for place, (kind, text) in enumerate(pieces)
    ]


def _ends(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 3 * AROUND:
        return text
    head = "" if first else text[:AROUND].rsplit(" ", 1)[0]
    tail = "" if last else text[-AROUND:].split(" ", 1)[-1]
    return f"{head} … {tail}"
