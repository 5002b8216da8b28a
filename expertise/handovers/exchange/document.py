"""The neutral document between a note and its files: plain blocks with the words, no form of any file."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class Run:
    """A piece of text with one look. `link` is a web or mail address, or empty."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    link: str = ""


Line = tuple[Run, ...]


@dataclass(frozen=True)
class Heading:
    """A heading of level 1 to 4; the title of the whole is no heading."""

    level: int
    text: str
    language: str = ""
    anchor: str = ""
    new_page: bool = False  # on paper


@dataclass(frozen=True)
class Paragraph:
    """A paragraph; `look` is plain, meta (about the text), quote or code."""

    line: Line
    look: str = "plain"
    language: str = ""


@dataclass(frozen=True)
class Item:
    """An item of a list at a depth, from 0; `number` is None for a bullet."""

    line: Line
    depth: int = 0
    number: int | None = None


@dataclass(frozen=True)
class Items:
    """A list, nested or not."""

    items: tuple[Item, ...]
    language: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a row of heads; the first cell of a row says what the row is about."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    language: str = ""
    compact: bool = False  # on paper: small, with a wide first column and three columns or more


@dataclass(frozen=True)
class Picture:
    """A drawing as SVG, and what it says in words: forms without drawings have those."""

    svg: str = field(repr=False)
    alt: str


@dataclass(frozen=True)
class Facts:
    """Labels with what they say."""

    rows: tuple[tuple[str, Line], ...]


def spelled(facts: Facts) -> tuple[Paragraph, ...]:
    """Facts as paragraphs, for forms that have no list of labels."""
    return tuple(Paragraph((Run(f"{label}: ", bold=True), *line)) for label, line in facts.rows)


Block = Heading | Paragraph | Items | Table | Picture | Facts


@dataclass(frozen=True)
class Document:
    """A whole note, in the language of the note. `organisation` stands at the head of every page."""

    title: str
    subtitle: str
    organisation: str
    author: str
    language: str
    marking: str
    made_on: date
    foot: str  # stands at the foot of every page: what this is, and its hash once it is frozen
    facts: Facts
    blocks: tuple[Block, ...]
    content_hash: str = ""
    dense: bool = False  # on paper: smaller, where the first page must hold much


@dataclass(frozen=True)
class Attachment:
    """A file that goes along."""

    name: str
    content: bytes = field(repr=False)


def text_of(line: Line) -> str:
    """The words alone."""
    return "".join(run.text for run in line)


def words_of(document: Document) -> Iterator[str]:
    """Every text of a document, in order."""
    yield from (document.organisation, document.title, document.subtitle)
    for block in (document.facts, *document.blocks):
        yield from _words(block)


def _words(block: Block) -> Iterator[str]:
    match block:
        case Heading():
            yield block.text
        case Paragraph():
            yield text_of(block.line)
        case Items():
            yield from (text_of(item.line) for item in block.items)
        case Table():
            yield from block.heads
            yield from (text_of(cell) for row in block.rows for cell in row)
        case Picture():
            yield block.alt
        case Facts():
            for label, line in block.rows:
                yield from (label, text_of(line))
