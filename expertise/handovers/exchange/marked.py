"""Markdown to blocks: what people wrote in a note, as paragraphs, lists and tables without any HTML."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from expertise.handovers.exchange.document import Block, Heading, Item, Items, Line, Paragraph, Run, Table

# The same dialect as base/markdown.py shows on pages; raw HTML is text.
_reader = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_LINKS = re.compile(r"^(?:https?://|mailto:|tel:)", re.I)
# What no XML may hold, and what cannot be seen but turns the direction of reading.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)


def clean(text: str) -> str:
    """Without characters that no document may hold."""
    return _UNFIT.sub("", text)


def plain(text: str) -> Line:
    """One run, as it is."""
    return (Run(clean(text)),) if text else ()


def blocks_of(text: str, language: str = "", *, below: int = 3) -> tuple[Block, ...]:
    """The blocks of a Markdown text; its own headings come below level `below`."""
    walk = _Walk(language, below)
    walk.all(_reader.parse(clean(text)))
    return tuple(walk.blocks)


def line_of(text: str) -> Line:
    """A Markdown text as one line, for a cell: its blocks after one another."""
    found: list[Run] = []
    for block in blocks_of(text):
        for line in _lines(block):
            if found:
                found.append(Run("\n"))
            found.extend(line)
    return tuple(found)


def _lines(block: Block) -> Iterator[Line]:
    match block:
        case Heading():
            yield (Run(block.text, bold=True),)
        case Paragraph():
            yield block.line
        case Items():
            for item in block.items:
                sign = "•" if item.number is None else f"{item.number}."
                yield (Run(f"{'  ' * item.depth}{sign} "), *item.line)
        case Table():
            for row in block.rows:
                yield tuple(run for cell in row for run in (*cell, Run(" · ")))[:-1]


@dataclass
class _Walk:
    """Where we are in the tokens: lists that are open, their items so far, and whether this is a quote."""

    language: str
    below: int
    blocks: list[Block] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    numbers: list[int | None] = field(default_factory=list)  # of the open lists; None for bullets
    fresh: bool = False  # the next paragraph begins an item
    quotes: int = 0
    rows: list[list[Line]] = field(default_factory=list)

    def all(self, tokens: Sequence[Token]) -> None:
        for place, token in enumerate(tokens):
            step = getattr(self, f"_{token.type}", None)
            if step is not None:
                step(token, tokens[place + 1] if place + 1 < len(tokens) else None)

    def _add(self, line: Line, look: str = "plain") -> None:
        if not line:
            return
        if self.numbers:
            depth = len(self.numbers) - 1
            # A second paragraph of an item stands under it, without a sign of its own.
            if self.fresh or not self.items:
                self.items.append(Item(line, depth, self.numbers[-1]))
            else:
                last = self.items[-1]
                self.items[-1] = Item((*last.line, Run("\n"), *line), last.depth, last.number)
            self.fresh = False
        else:
            self.blocks.append(Paragraph(line, "quote" if self.quotes and look == "plain" else look, self.language))

    def _heading_open(self, token: Token, following: Token | None) -> None:
        text = "".join(run.text for run in runs(following.children or ())) if following else ""
        if text:
            self.blocks.append(Heading(min(4, self.below + int(token.tag[1]) - 1), text, self.language))

    def _paragraph_open(self, _token: Token, following: Token | None) -> None:
        if following is not None:
            self._add(tuple(runs(following.children or ())))

    def _fence(self, token: Token, _following: Token | None) -> None:
        self._add((Run(token.content.rstrip("\n"), code=True),), "code")

    _code_block = _fence

    def _blockquote_open(self, _token: Token, _following: Token | None) -> None:
        self.quotes += 1

    def _blockquote_close(self, _token: Token, _following: Token | None) -> None:
        self.quotes -= 1

    def _bullet_list_open(self, _token: Token, _following: Token | None) -> None:
        self.numbers.append(None)

    def _ordered_list_open(self, token: Token, _following: Token | None) -> None:
        self.numbers.append(int(token.attrs.get("start", 1)) - 1)

    def _list_item_open(self, _token: Token, _following: Token | None) -> None:
        if self.numbers[-1] is not None:
            self.numbers[-1] += 1
        self.fresh = True

    def _bullet_list_close(self, _token: Token, _following: Token | None) -> None:
        self.numbers.pop()
        if not self.numbers and self.items:
            self.blocks.append(Items(tuple(self.items), self.language))
            self.items = []

    _ordered_list_close = _bullet_list_close

    def _table_open(self, _token: Token, _following: Token | None) -> None:
        self.rows = []

    def _tr_open(self, _token: Token, _following: Token | None) -> None:
        self.rows.append([])

    def _th_open(self, _token: Token, following: Token | None) -> None:
        self.rows[-1].append(tuple(runs(following.children or ())) if following and following.type == "inline" else ())

    _td_open = _th_open

    def _table_close(self, _token: Token, _following: Token | None) -> None:
        heads = tuple("".join(run.text for run in cell) for cell in self.rows[0])
        self.blocks.append(Table(heads, tuple(tuple(row) for row in self.rows[1:]), self.language))


def runs(tokens: Sequence[Token]) -> Iterator[Run]:
    """The pieces of a line."""
    looks = {"strong": 0, "em": 0, "s": 0}
    links: list[str] = []
    for token in tokens:
        look, _, edge = token.type.rpartition("_")
        if look in looks:
            looks[look] += 1 if edge == "open" else -1
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            links.append(address if _LINKS.match(address) else "")
        elif token.type == "link_close":
            links.pop()
        else:
            text = "\n" if token.type == "hardbreak" else " " if token.type == "softbreak" else token.content
            if text:
                yield Run(
                    text,
                    bold=looks["strong"] > 0,
                    italic=looks["em"] > 0,
                    struck=looks["s"] > 0,
                    code=token.type == "code_inline",
                    link=links[-1] if links else "",
                )
