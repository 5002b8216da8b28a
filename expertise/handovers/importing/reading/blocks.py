"""What a file is made of, for the parent: headings, texts, lists and tables, in order, as Markdown.

Three letters of Unicode's private use stand for what has no letter: a picture with its words (PICTURE words END) and a
reference to a note (NOTE number END). The parent puts words of the reader's language in their place.
"""

import re
from dataclasses import dataclass, field

PICTURE, NOTE, END = "\ue000", "\ue001", "\ue002"
_PRIVATE = re.compile("[\ue000-\ue002]")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
_MARKS = re.compile(r"([\\`*_\[\]<>~|])")
# What would begin a heading, a list, a quote or a rule at the start of a line.
_START = re.compile(r"^(\s*)([#>+=-]|\d+(?=[.)](?:\s|$)))")


class No(Exception):
    """A file that is refused, with the code of the reason."""

    def __init__(self, code: str) -> None:
        """The parent has the words."""
        super().__init__(code)
        self.code = code


@dataclass
class Block:
    """A piece of the file. `source` is where it stood: body, note, box, comment, struck, head, foot or drawing."""

    kind: str  # heading, text, table
    text: str = ""
    level: int = 0  # of a heading; 0 is the title, 9 a line in bold that looks like one
    source: str = "body"
    rows: list[list[str]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """In characters."""
        return len(self.text) + sum(len(cell) for row in self.rows for cell in row)

    def as_json(self) -> dict[str, object]:
        """For the parent."""
        return {"kind": self.kind, "text": self.text, "level": self.level, "source": self.source, "rows": self.rows}


def clean(text: str) -> str:
    """Without what no text may hold; a private letter of the file is shown as one that is not known."""
    return _PRIVATE.sub("□", _UNFIT.sub("", text))


def escaped(text: str) -> str:
    """So that Markdown shows it as it is."""
    return _MARKS.sub(r"\\\1", text)


def guarded(text: str) -> str:
    """A paragraph whose lines begin no list, heading or quote by accident."""
    return "\n".join(_START.sub(_guard, line) for line in text.split("\n"))


def _guard(found: "re.Match[str]") -> str:
    # A number is guarded behind it: `1\.`; the letter after it is left as it is.
    return f"{found[1]}{found[2]}\\" if found[2].isdigit() else f"{found[1]}\\{found[2]}"


def looked(text: str, *, bold: bool, italic: bool, struck: bool) -> str:
    """Escaped text with its look; blanks at the edges stay outside of the marks."""
    core = text.strip()
    if not core or not (bold or italic or struck):
        return escaped(text)
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return before + _wrapped(text.strip(), bold=bold, italic=italic, struck=struck) + after


def _wrapped(core: str, *, bold: bool, italic: bool, struck: bool) -> str:
    marks = ("~~" if struck else "") + ("**" if bold else "") + ("*" if italic else "")
    # A break ends what Markdown takes as one; each line gets its own marks.
    return "\n".join(f"{marks}{escaped(line)}{marks[::-1]}" if line.strip() else line for line in core.split("\n"))
