"""Lines and lists in the making, shared by the readers of Word and OpenDocument."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from expertise.handovers.importing.reading.blocks import END, NOTE, PICTURE, Block, clean, escaped, guarded, looked

WEB = re.compile(r"^(?:https?://|mailto:|tel:)", re.I)
SHORT = 80  # characters: a line in bold of at most so many may be a heading


@dataclass(frozen=True)
class Look:
    """How a run looks."""

    bold: bool = False
    italic: bool = False
    struck: bool = False


PLAIN = Look()


@dataclass
class Line:
    """A paragraph: its runs, and what hangs on it."""

    runs: list[tuple[str, Look]] = field(default_factory=list)
    after: list[Block] = field(default_factory=list)  # text boxes, notes, comments, what was struck out

    def add(self, text: str, look: Look = PLAIN) -> None:
        """More of it; what looks the same as what stands before grows with that."""
        text = clean(text)
        if not text:
            return
        if self.runs and self.runs[-1][1] == look:
            self.runs[-1] = (self.runs[-1][0] + text, look)
        else:
            self.runs.append((text, look))

    def add_picture(self, words: str) -> None:
        """A picture, with the words that describe it."""
        self.runs.append((f"{PICTURE}{clean(words).strip()}{END}", PLAIN))

    def add_note(self, number: str) -> None:
        """A reference to a note."""
        self.runs.append((f"{NOTE}{clean(number)}{END}", PLAIN))

    def add_address(self, target: str) -> None:
        """Where a link leads, behind its words, unless they say so themselves."""
        if WEB.match(target) and target not in "".join(text for text, _look in self.runs):
            self.add(f" ({target.removeprefix('mailto:')})")

    @property
    def text(self) -> str:
        """As Markdown."""
        made = "".join(looked(text, bold=look.bold, italic=look.italic, struck=look.struck) for text, look in self.runs)
        return made.strip()

    @property
    def words(self) -> str:
        """As Markdown without any look: for a heading."""
        made = "".join(looked(text, bold=False, italic=False, struck=False) for text, _look in self.runs)
        return " ".join(made.split())

    @property
    def looks_like_heading(self) -> bool:
        """Whether it is one short line, all in bold, that ends no sentence."""
        told = [(text, look) for text, look in self.runs if text.strip()]
        whole = "".join(text for text, _look in told).strip()
        return (
            bool(told)
            and all(look.bold for _text, look in told)
            and len(whole) <= SHORT
            and "\n" not in whole
            and not whole.endswith((".", ",", ";", "!", "?"))
        )


class Blocks:
    """The blocks so far; items of a list after one another become one text."""

    def __init__(self) -> None:
        """Nothing yet."""
        self.made: list[Block] = []
        self._items: list[str] = []
        self._depth = -1

    def heading(self, line: Line, level: int, source: str = "body") -> None:
        """A heading, if there are words in it."""
        self.end_list()
        if line.words:
            self.made.append(Block("heading", line.words, level, source))
        self.made.extend(line.after)

    def paragraph(self, line: Line, source: str = "body") -> None:
        """A paragraph, if there are words in it."""
        self.end_list()
        text = guarded(line.text)
        if text:
            # A single break would be a blank in Markdown.
            self.made.append(Block("text", text.replace("\n", "\\\n"), source=source))
        self.made.extend(line.after)

    def item(self, line: Line, depth: int, number: int | None) -> None:
        """An item of a list; at most one deeper than the one before."""
        text = guarded(line.text).replace("\n", " ")
        if text:
            self._depth = min(depth, self._depth + 1)
            sign = "-" if number is None else f"{number}."
            self._items.append(f"{'    ' * self._depth}{sign} {text}")
        if line.after:
            self.end_list()
            self.made.extend(line.after)

    def table(self, rows: list[list[str]], source: str = "body") -> None:
        """A table, if there are words in it."""
        self.end_list()
        # Rows that were left for later say nothing.
        rows = [row for row in rows if any(row)]
        if rows:
            self.made.append(Block("table", rows=rows, source=source))

    def extend(self, blocks: list[Block]) -> None:
        """Blocks that were made elsewhere."""
        self.end_list()
        self.made.extend(blocks)

    def end_list(self) -> None:
        """What follows is no item."""
        if self._items:
            self.made.append(Block("text", "\n".join(self._items)))
        self._items, self._depth = [], -1

    def done(self) -> list[Block]:
        """All of them."""
        self.end_list()
        return self.made


def cell_text(blocks: list[Block]) -> str:
    """What stands in a cell: its paragraphs with an empty line between them."""
    return "\n\n".join(
        " / ".join(cell for row in one.rows for cell in row if cell) if one.kind == "table" else one.text
        for one in blocks
    ).strip()


def sourced(blocks: list[Block], source: str) -> list[Block]:
    """Blocks that stand elsewhere than in the text: none of them is a heading there."""
    for one in blocks:
        one.source = source
        one.kind = "text" if one.kind == "heading" else one.kind
    return blocks


def note_block(label: str, blocks: list[Block]) -> Block | None:
    """A footnote or an endnote, under the number that refers to it."""
    text = _in_one(blocks)
    return Block("text", f"({label}) {text}", source="note") if text else None


def comment_block(who: str, blocks: list[Block]) -> Block | None:
    """What somebody said beside the text."""
    text, name = _in_one(blocks), escaped(clean(who)).strip()
    return Block("text", f"{name}: {text}" if name else text, source="comment") if text else None


def _in_one(blocks: list[Block]) -> str:
    return cell_text(blocks).replace("\n\n", " / ")


def loose_block(words: Iterable[str]) -> Block | None:
    """The words of a drawing or a chart, which stand in no order that we know."""
    told = [clean(one).strip() for one in words]
    text = guarded(escaped(" · ".join(one for one in told if one)))
    return Block("text", text, source="drawing") if text else None


def at_edges(blocks: Iterable[Block]) -> Iterator[Block]:
    """What stands at the heads and feet of pages, each once, and no number of a page by itself."""
    seen: set[tuple[str, str, str]] = set()
    for one in blocks:
        key = (one.source, one.text, repr(one.rows))
        if key not in seen and re.search(r"[^\W\d_]{2,}|\d{3,}", f"{one.text}{one.rows}"):
            seen.add(key)
            yield one
