"""OpenDocument in: every text of the file in the order in which it is read, as from_docx.py does for Word."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from expertise.handovers.importing.reading.blocks import Block, No
from expertise.handovers.importing.reading.writing import (
    PLAIN,
    Blocks,
    Line,
    Look,
    at_edges,
    cell_text,
    comment_block,
    loose_block,
    note_block,
    sourced,
)
from expertise.handovers.importing.reading.zips import Package, attribute, child, local

SKIPPED = {"sequence-decls", "forms", "variable-decls", "user-field-decls", "soft-page-break", "bookmark",
           "bookmark-start", "bookmark-end", "reference-mark", "tracked-changes", "change", "change-start",
           "change-end",
           "table-column", "table-columns", "table-header-columns"}  # fmt: skip
SHAPES = {"custom-shape", "rect", "square", "ellipse", "circle", "line", "polyline", "polygon", "regular-polygon",
          "path", "connector", "caption", "measure", "g"}  # fmt: skip


@dataclass
class File:
    """What is looked up."""

    looks: dict[str, Look] = field(default_factory=dict)
    titles: set[str] = field(default_factory=set)
    levels: dict[str, int] = field(default_factory=dict)  # heading styles used on plain paragraphs
    numbers: set[str] = field(default_factory=set)  # list styles that count
    numbered: int = 0


def read(source: io.BytesIO) -> list[Block]:
    """The blocks; raises No."""
    package = Package(source)
    _judge(package)
    file = File()
    content = package.xml("content.xml")
    styles = package.xml("styles.xml") if "styles.xml" in package.names else None
    for root in (styles, content):
        if root is not None:
            _read_styles(root, file)
    body = child(content, "body", "text")
    if body is None:
        raise No("name")
    found = _Reader(file).all(body)
    for region in child(body, "tracked-changes") or ():
        for change in region:
            if local(change) == "deletion":
                found.extend(sourced(_Reader(file).all(change), "struck"))
    if styles is not None:
        found.extend(at_edges(_edges(styles, file)))
    for name in package.find("", "/content.xml"):
        # A chart or a table of another program within this one; its picture says the same to the eye alone.
        block = loose_block(_pieces(package.xml(name)))
        found.extend([block] if block else [])
    return found


def _judge(package: Package) -> None:
    if "content.xml" not in package.names:
        raise No("name" if package.names else "damaged")
    if package.find("Basic/", "") or package.find("Scripts/", ""):
        raise No("macro")
    manifest = package.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in package.names else b""
    if b"encryption-data" in manifest:
        raise No("encrypted")


def _read_styles(root: Element, file: File) -> None:
    for node in root.iter():
        if local(node) == "style":
            name, parent = attribute(node, "name"), attribute(node, "parent-style-name")
            text = child(node, "text-properties")
            above = file.looks.get(parent, PLAIN)
            if text is not None:
                bold, italic = attribute(text, "font-weight"), attribute(text, "font-style")
                struck = attribute(text, "text-line-through-style")
                above = Look(
                    bold in ("bold", "700", "800", "900") if bold else above.bold,
                    italic in ("italic", "oblique") if italic else above.italic,
                    struck not in ("", "none") if struck else above.struck,
                )
            file.looks[name] = above
            words = f"{name} {attribute(node, 'display-name')} {parent}".replace("_20_", " ")
            level = attribute(node, "default-outline-level")
            found = re.search(r"\b(?:Heading|Kop)\s*(\d)\b", words)
            if level.isdigit() or found:
                file.levels[name] = int(level) if level.isdigit() else int(found[1]) if found else 1
            if re.search(r"\b(?:Title|Titel)\b", words):
                file.titles.add(name)
        elif local(node) == "list-style" and child(node, "list-level-style-number") is not None:
            file.numbers.add(attribute(node, "name"))


def _edges(styles: Element, file: File) -> Iterator[Block]:
    """What stands at the head and foot of pages."""
    for node in styles.iter():
        name = local(node)
        if name.startswith(("header", "footer")) and not name.endswith("style"):
            yield from sourced(_Reader(file).all(node), "head" if name.startswith("header") else "foot")


def _pieces(root: Element) -> Iterator[str]:
    """The words of an object, piece by piece."""
    body = child(root, "body")
    for node in (root if body is None else body).iter():
        yield from (one for one in (node.text, node.tail) if one and one.strip())


class _Reader:
    """Walks a body, or what is like one."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.blocks = Blocks()

    def all(self, node: Element) -> list[Block]:
        self._body(node)
        return self.blocks.done()

    def _body(self, node: Element) -> None:
        for one in node:
            name = local(one)
            if name == "h":
                level = attribute(one, "outline-level", "1")
                self.blocks.heading(_Inline(self.file).all(one), int(level) if level.isdigit() else 1)
            elif name == "p":
                self._paragraph(one)
            elif name == "list":
                self._list(one, 0, numbered=attribute(one, "style-name") in self.file.numbers)
            elif name == "table":
                self._table(one)
            elif name == "frame" or name in SHAPES:
                line = Line()
                _Inline(self.file, line).frame(one)
                self.blocks.paragraph(line)
            elif name not in SKIPPED:
                self._body(one)

    def _paragraph(self, node: Element) -> None:
        style = attribute(node, "style-name")
        line = _Inline(self.file).all(node)
        if style in self.file.titles:
            self.blocks.heading(line, 0)
        elif style in self.file.levels:
            self.blocks.heading(line, self.file.levels[style])
        elif line.looks_like_heading:
            self.blocks.heading(line, 9)
        else:
            self.blocks.paragraph(line)

    def _list(self, node: Element, depth: int, *, numbered: bool) -> None:
        count = 0
        for item in node:
            if local(item) not in ("list-item", "list-header"):
                continue
            first = True
            count += 1
            for one in item:
                name = local(one)
                if name == "list":
                    own = attribute(one, "style-name")
                    self._list(one, depth + 1, numbered=own in self.file.numbers if own else numbered)
                elif name == "h":
                    level = attribute(one, "outline-level", "1")
                    self.blocks.heading(_Inline(self.file).all(one), int(level) if level.isdigit() else 1)
                elif name == "p":
                    line = _Inline(self.file).all(one)
                    self.blocks.item(line, depth if first else depth + 1, count if numbered and first else None)
                    first = False
                elif name not in SKIPPED:
                    self._body(one)

    def _table(self, node: Element) -> None:
        rows = [list(self._cells(row)) for row in _rows(node)]
        if rows and all(len(row) == 1 for row in rows):
            for row in _rows(node):
                for cell in row:
                    self._body(cell)
            return
        self.blocks.table(rows)

    def _cells(self, row: Element) -> Iterator[str]:
        for cell in row:
            if local(cell) in ("table-cell", "covered-table-cell"):
                text = cell_text(_Reader(self.file).all(cell))
                yield text
                repeated = attribute(cell, "number-columns-repeated", "1")
                yield from [""] * (min(int(repeated), 60) - 1 if repeated.isdigit() and not text else 0)


def _rows(node: Element) -> Iterator[Element]:
    for one in node:
        if local(one) == "table-row":
            yield one
        elif local(one) in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(one)


class _Inline:
    """Walks a paragraph."""

    def __init__(self, file: File, line: Line | None = None) -> None:
        self.file = file
        self.line = line or Line()

    def all(self, node: Element) -> Line:
        self._inside(node, self.file.looks.get(attribute(node, "style-name"), PLAIN))
        return self.line

    def _inside(self, node: Element, look: Look) -> None:
        self._add(node.text, look)
        for one in node:
            self._piece(one, look)
            self._add(one.tail, look)

    def _add(self, text: str | None, look: Look) -> None:
        # The breaks and indents of the XML itself are one blank.
        self.line.add(re.sub(r"[ \t\r\n]+", " ", text or ""), look)

    def _piece(self, one: Element, look: Look) -> None:
        name = local(one)
        if name == "span":
            own = self.file.looks.get(attribute(one, "style-name"), PLAIN)
            both = Look(look.bold or own.bold, look.italic or own.italic, look.struck or own.struck)
            self._inside(one, both)
        elif name in ("s", "tab", "line-break"):
            count = attribute(one, "c", "1")
            blanks = " " * min(int(count) if count.isdigit() else 1, 100)
            self.line.add("\n" if name == "line-break" else blanks, look)
        elif name == "a":
            self._inside(one, look)
            self.line.add_address(attribute(one, "href"))
        elif name == "ruby-text":
            # How the word before it is read aloud.
            self.line.add(f" ({''.join(one.itertext())})", look)
        elif name == "note":
            self._note(one)
        elif name == "annotation":
            self._comment(one)
        elif name == "frame" or name in SHAPES:
            self.frame(one)
        elif name in ("object", "object-ole"):
            self.line.add_picture("")
        elif name not in SKIPPED:
            self._inside(one, look)

    def _note(self, node: Element) -> None:
        body = child(node, "note-body")
        self.file.numbered += 1
        self.line.add_note(str(self.file.numbered))
        block = note_block(str(self.file.numbered), _Reader(self.file).all(body) if body is not None else [])
        self.line.after.extend([block] if block else [])

    def _comment(self, node: Element) -> None:
        who = child(node, "creator")
        for one in list(node):
            if local(one) in ("creator", "date", "date-string", "initials", "creator-initials"):
                node.remove(one)
        block = comment_block(who.text or "" if who is not None else "", _Reader(self.file).all(node))
        self.line.after.extend([block] if block else [])

    def frame(self, node: Element) -> None:
        """A picture is named; a text box or a shape stands after the paragraph to which it is bound."""
        words = [one.text or "" for one in node if local(one) in ("title", "desc") and (one.text or "").strip()]
        box = sourced(_Reader(self.file).all(node), "box")
        self.line.after.extend(box)
        if words or not (box or local(node) in SHAPES):
            self.line.add_picture(" – ".join(dict.fromkeys(words)))
