"""Word in: every text of the file in the order in which it is read, also what Word itself does not show at once.

Insertions that were tracked are taken as they stand; what was struck out, comments, heads and feet, drawings and
hidden text come too, each with where it stood. Pictures are named by the words that describe them. Fields give what
they last showed. A template, macros, and parts in a foreign form (altChunk) are refused.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from expertise.handovers.importing.reading.blocks import Block, No, clean, escaped, guarded
from expertise.handovers.importing.reading.writing import PLAIN, Blocks, Line, Look, cell_text
from expertise.handovers.importing.reading.zips import Package, attribute, child, local

HEADING = re.compile(r"^(?:heading|kop|titre|überschrift|rubrik|titolo)\s*(\d)", re.I)
TITLE = re.compile(r"^(?:title|titel)$", re.I)
# "List Bullet 2", "Lijstnummering 3": each depth is a list of its own to Word, told by its name.
DEPTH = re.compile(r"^(?:list|lijst)\D*\s(\d)$", re.I)
LINK = re.compile(r'HYPERLINK\s+(?:\\\S+\s+)*"([^"]+)"')
WEB = re.compile(r"^(?:https?://|mailto:|tel:)", re.I)
OFF = ("0", "false", "off", "none")
SKIPPED = {"pPr", "rPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "proofErr", "bookmarkStart",
           "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "lastRenderedPageBreak", "fldChar"}  # fmt: skip
STRUCK_OUT = {"del", "moveFrom"}


@dataclass
class Style:
    """What a style says of a paragraph."""

    name: str = ""
    based_on: str = ""
    level: int | None = None  # of a heading, from 1; 0 is the title
    number: tuple[str, int] | None = None  # of a list: numId, depth
    bold: bool = False


@dataclass
class File:
    """The parts of a Word file that are looked up."""

    styles: dict[str, Style] = field(default_factory=dict)
    bullets: dict[tuple[str, int], bool] = field(default_factory=dict)  # (numId, depth): whether it is a bullet
    links: dict[str, str] = field(default_factory=dict)
    notes: dict[tuple[str, str], Element] = field(default_factory=dict)  # (footnote | endnote | comment, id)
    used: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    numbered: int = 0


def read(source: io.BytesIO) -> list[Block]:
    """The blocks; raises No."""
    package = Package(source)
    _judge(package)
    file = File()
    _read_styles(package, file)
    _read_numbering(package, file)
    _read_links(package, file)
    for kind in ("footnote", "endnote", "comment"):
        _read_notes(package, file, kind)
    body = child(package.xml("word/document.xml"), "body")
    if body is None:
        raise No("damaged")
    found = _Reader(file).all(body)
    for start, place in (("word/header", "head"), ("word/footer", "foot"), ("word/glossary/document", "drawing")):
        for name in package.find(start):
            found.extend(_elsewhere(package.xml(name), file, place))
    for start in ("word/diagrams/data", "word/charts/chart"):
        for name in package.find(start):
            found.extend(_loose(package.xml(name)))
    for key in sorted(set(file.notes) - file.used):
        found.extend(_note(file, key, ""))
    return _once(found)


def _judge(package: Package) -> None:
    if "word/document.xml" not in package.names:
        raise No("name" if package.names else "damaged")
    types = package.read("[Content_Types].xml") if "[Content_Types].xml" in package.names else b""
    if package.find("word/vba", ".bin") or b"macroEnabled" in types or package.find("", "vbaProject.bin"):
        raise No("macro")
    if package.find("word/afchunk", ""):
        raise No("foreign")


def _read_styles(package: Package, file: File) -> None:
    if "word/styles.xml" not in package.names:
        return
    for node in package.xml("word/styles.xml"):
        if local(node) != "style":
            continue
        name = _value(child(node, "name"))
        style = Style(name, _value(child(node, "basedOn")))
        found = HEADING.match(name) or HEADING.match(attribute(node, "styleId"))
        outline = _value(child(node, "pPr", "outlineLvl"))
        if found:
            style.level = int(found[1])
        elif TITLE.match(name):
            style.level = 0
        elif outline.isdigit() and int(outline) < 9:
            style.level = int(outline) + 1
        number = child(node, "pPr", "numPr")
        if number is not None:
            depth = _value(child(number, "ilvl"))
            named = DEPTH.match(name)
            at = int(depth) if depth.isdigit() else int(named[1]) - 1 if named else 0
            style.number = (_value(child(number, "numId")), at)
        style.bold = _on(child(node, "rPr", "b"))
        file.styles[attribute(node, "styleId")] = style


def _value(node: Element | None) -> str:
    return attribute(node, "val") if node is not None else ""


def _on(node: Element | None) -> bool:
    return node is not None and attribute(node, "val", "1").lower() not in OFF


def _style(file: File, key: str) -> Style:
    """A style with what it has of those that it is based on."""
    found = replace(file.styles.get(key, Style()))
    above = found.based_on
    for _step in range(10):
        if not above or above not in file.styles:
            break
        one = file.styles[above]
        found.level = one.level if found.level is None else found.level
        found.number = found.number or one.number
        found.bold = found.bold or one.bold
        above = one.based_on
    return found


def _read_numbering(package: Package, file: File) -> None:
    if "word/numbering.xml" not in package.names:
        return
    root = package.xml("word/numbering.xml")
    levels: dict[tuple[str, int], bool] = {}
    for node in root:
        if local(node) == "abstractNum":
            for level in node:
                if local(level) == "lvl" and attribute(level, "ilvl").isdigit():
                    form = _value(child(level, "numFmt"))
                    levels[attribute(node, "abstractNumId"), int(attribute(level, "ilvl"))] = form in ("bullet", "none")
    for node in root:
        if local(node) == "num":
            abstract = _value(child(node, "abstractNumId"))
            for (key, depth), bullet in levels.items():
                if key == abstract:
                    file.bullets[attribute(node, "numId"), depth] = bullet


def _read_links(package: Package, file: File) -> None:
    name = "word/_rels/document.xml.rels"
    if name in package.names:
        for node in package.xml(name):
            if attribute(node, "TargetMode") == "External":
                file.links[attribute(node, "Id")] = attribute(node, "Target")


def _read_notes(package: Package, file: File, kind: str) -> None:
    name = f"word/{kind}s.xml"
    if name in package.names:
        for node in package.xml(name):
            if local(node) == kind and attribute(node, "type") not in ("separator", "continuationSeparator"):
                file.notes[kind, attribute(node, "id")] = node


def _elsewhere(root: Element, file: File, place: str) -> list[Block]:
    """What stands at the head or foot of pages: words, unless it is a page number alone."""
    blocks = _Reader(file).all(root)
    for one in blocks:
        one.source, one.kind = place, "text" if one.kind == "heading" else one.kind
    return [one for one in blocks if one.kind == "table" or re.search(r"[^\W\d_]{2,}|\d{3,}", one.text)]


def _loose(root: Element) -> Iterator[Block]:
    """The words in a drawing or a chart."""
    words = [clean(node.text or "") for node in root.iter() if local(node) in ("t", "v") and (node.text or "").strip()]
    if words:
        yield Block("text", guarded(escaped(" · ".join(words))), source="drawing")


def _note(file: File, key: tuple[str, str], label: str) -> list[Block]:
    node = file.notes[key]
    file.used.add(key)
    text = cell_text(_Reader(file).all(node)).replace("\n\n", " / ")
    if not text:
        return []
    if key[0] == "comment":
        who = escaped(clean(attribute(node, "author")))
        return [Block("text", f"{who}: {text}" if who else text, source="comment")]
    return [Block("text", f"({label or '–'}) {text}", source="note")]


def _once(blocks: list[Block]) -> list[Block]:
    """A head that stands on every kind of page comes once."""
    found: list[Block] = []
    seen: set[tuple[str, str]] = set()
    for one in blocks:
        if one.source in ("head", "foot") and one.kind == "text":
            if (one.source, one.text) in seen:
                continue
            seen.add((one.source, one.text))
        found.append(one)
    return found


class _Reader:
    """Walks a body, or what is like one: a cell, a note, a text box."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.blocks = Blocks()

    def all(self, node: Element) -> list[Block]:
        self._body(node)
        return self.blocks.done()

    def _body(self, node: Element) -> None:
        for one in node:
            name = local(one)
            if name == "p":
                self._paragraph(one)
            elif name == "tbl":
                self._table(one)
            elif name == "AlternateContent":
                self._body(_choice(one))
            elif name == "altChunk":
                raise No("foreign")
            elif name in STRUCK_OUT:
                self.blocks.extend(_sourced(_Reader(self.file).all(one), "struck"))
            elif name not in SKIPPED:
                self._body(one)

    def _paragraph(self, node: Element) -> None:
        line = _Inline(self.file).all(node)
        properties = child(node, "pPr")
        style = _style(self.file, _value(child(properties, "pStyle")))
        outline = _value(child(properties, "outlineLvl"))
        level = int(outline) + 1 if outline.isdigit() and int(outline) < 9 else style.level
        number = self._number(properties, style)
        if level is not None:
            self.blocks.heading(line, level)
        elif number is not None:
            depth, value = number
            self.blocks.item(line, depth, value)
        elif line.looks_like_heading or (style.bold and len(line.text) <= 80 and line.text):
            self.blocks.heading(line, 9)
        else:
            self.blocks.paragraph(line)

    def _number(self, properties: Element | None, style: Style) -> tuple[int, int | None] | None:
        """Depth and number of an item (None: a bullet); None where it is no item."""
        own = child(properties, "numPr")
        found = style.number
        if own is not None:
            depth = _value(child(own, "ilvl"))
            key = _value(child(own, "numId")) or (found[0] if found else "")
            found = (key, int(depth) if depth.isdigit() else found[1] if found else 0)
        if found is None or found[0] in ("", "0"):
            return None
        counts = self.file.counts
        for other in [one for one in counts if one[0] == found[0] and one[1] > found[1]]:
            del counts[other]
        counts[found] = counts.get(found, 0) + 1
        return found[1], None if self.file.bullets.get(found, self.file.bullets.get((found[0], 0), True)) else counts[
            found
        ]

    def _table(self, node: Element) -> None:
        rows = [list(self._cells(row)) for row in _rows(node)]
        if rows and all(len(row) == 1 for row in rows):
            # A frame of one column is a frame, not a table.
            for row in _rows(node):
                for cell in row:
                    if local(cell) == "tc":
                        self._body(cell)
            return
        self.blocks.table(rows)

    def _cells(self, row: Element) -> Iterator[str]:
        for cell in _inside(row, "tc"):
            properties = child(cell, "tcPr")
            yield cell_text(_Reader(self.file).all(cell))
            span = _value(child(properties, "gridSpan"))
            yield from [""] * (min(int(span), 60) - 1 if span.isdigit() and span != "0" else 0)


def _inside(node: Element, wanted: str) -> Iterator[Element]:
    """Children of a name, also within what wraps them (content controls, tracked changes)."""
    for one in node:
        name = local(one)
        if name == wanted:
            yield one
        elif name not in SKIPPED and name not in ("tbl", "p"):
            yield from _inside(one, wanted)


def _rows(node: Element) -> Iterator[Element]:
    return _inside(node, "tr")


def _choice(node: Element) -> Element:
    """Of alternatives the first with words in it: they say the same."""
    for one in node:
        if any(local(inner) in ("t", "delText") and inner.text for inner in one.iter()):
            return one
    return node[0] if len(node) else node


def _sourced(blocks: list[Block], source: str) -> list[Block]:
    for one in blocks:
        one.source = source
        one.kind = "text" if one.kind == "heading" else one.kind
    return blocks


class _Inline:
    """Walks a paragraph."""

    def __init__(self, file: File) -> None:
        self.file = file
        self.line = Line()
        self.gone = Line()  # what was struck out with changes tracked

    def all(self, node: Element) -> Line:
        self._inside(node, PLAIN, self.line)
        if self.gone.text:
            self.line.after.append(Block("text", guarded(self.gone.text), source="struck"))
        return self.line

    def _inside(self, node: Element, look: Look, into: Line) -> None:
        for one in node:
            name = local(one)
            if name in STRUCK_OUT:
                self._inside(one, look, self.gone)
            elif name == "r":
                self._run(one, into)
            elif name == "hyperlink":
                self._link(one, look, into)
            elif name == "AlternateContent":
                self._piece(one, look, into)
            elif name not in SKIPPED:
                if name in PIECES:
                    self._piece(one, look, into)
                else:
                    self._inside(one, look, into)

    def _link(self, node: Element, look: Look, into: Line) -> None:
        self._inside(node, look, into)
        target = self.file.links.get(attribute(node, "id"), "")
        if WEB.match(target) and target not in "".join(text for text, _look in into.runs):
            into.add(f" ({target.removeprefix('mailto:')})")

    def _run(self, node: Element, into: Line) -> None:
        properties = child(node, "rPr")
        strike = _on(child(properties, "strike")) or _on(child(properties, "dstrike"))
        look = Look(_on(child(properties, "b")), _on(child(properties, "i")), strike)
        for one in node:
            self._piece(one, look, into)

    def _piece(self, one: Element, look: Look, into: Line) -> None:
        name = local(one)
        letters = _letters(one, name)
        if letters is not None:
            into.add(letters, look)
        elif name in ("footnoteReference", "endnoteReference", "commentReference"):
            self._refer(name.removesuffix("Reference"), attribute(one, "id"), into)
        elif name in DRAWN:
            self._drawing(one, into)
        elif name == "AlternateContent":
            for inner in _choice(one):
                self._piece(inner, look, into)
        elif name not in SKIPPED:
            self._inside(one, look, into)

    def _refer(self, kind: str, key: str, into: Line) -> None:
        if (kind, key) not in self.file.notes:
            return
        if kind == "comment":
            self.line.after.extend(_note(self.file, (kind, key), ""))
            return
        self.file.numbered += 1
        into.add_note(str(self.file.numbered))
        self.line.after.extend(_note(self.file, (kind, key), str(self.file.numbered)))

    def _drawing(self, node: Element, into: Line) -> None:
        """A picture is named; a text box stands after the paragraph to which it is bound."""
        boxes = [one for one in node.iter() if local(one) == "txbxContent"]
        for box in boxes:
            self.line.after.extend(_sourced(_Reader(self.file).all(box), "box"))
        words = [attribute(one, "descr") or attribute(one, "title") for one in node.iter() if local(one) == "docPr"]
        words += [
            attribute(one, "title") or attribute(one, "alt")
            for one in node.iter()
            if local(one) in ("imagedata", "shape")
        ]
        if not boxes or any(words):
            into.add_picture(next((one for one in words if one), ""))
        loose = [
            one.text or ""
            for one in node.iter()
            if local(one) == "t" and one.tag.startswith("{http://schemas.openxmlformats.org/drawingml")
        ]
        if loose:
            self.line.after.append(Block("text", guarded(escaped(clean(" ".join(loose)))), source="box"))


def _letters(one: Element, name: str) -> str | None:
    """What a piece of a run says by itself; None where it is no text."""
    if name in ("t", "delText"):
        return one.text or ""
    if name == "sym":
        return _symbol(attribute(one, "char"))
    if name == "instrText":
        # The code of a field is no text; the address in that of a link is.
        found = LINK.search(one.text or "")
        return f"({found[1]}) " if found and WEB.match(found[1]) else ""
    return SIGNS.get(name)


SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": " "}
DRAWN = {"drawing", "pict", "object"}
PIECES = {"t", "delText", "sym", "instrText", *DRAWN, *SIGNS}


def _symbol(code: str) -> str:
    """A letter of a symbol font: known signs as they look, any other as a square."""
    known = {"F0B7": "•", "F0A7": "▪", "F0E0": "→", "F0FC": "✓", "F0D8": "➢", "F04A": "☺"}
    return known.get(code.upper(), "□")
