"""Word in: every text of the file in the order in which it is read, also what Word itself does not show at once.

Insertions that were tracked are taken as they stand; what was struck out, comments, heads and feet, drawings and
hidden text come too, each with where it stood. Pictures are named by the words that describe them, and a file within
the file by its name. Fields give what they last showed. A template, macros, and parts in a foreign form (altChunk) are
refused.
"""

import io
import posixpath
import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from expertise.handovers.importing.reading.blocks import Block, No, guarded
from expertise.handovers.importing.reading.word import File, Part, Style, is_on, opened, style_of, value_of
from expertise.handovers.importing.reading.writing import (
    PLAIN,
    SHORT,
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

LINK = re.compile(r'HYPERLINK\s+(?:\\\S+\s+)*"([^"]+)"')
SKIPPED = {"pPr", "rPr", "sectPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "proofErr", "bookmarkStart",
           "bookmarkEnd", "commentRangeStart", "commentRangeEnd", "lastRenderedPageBreak"}  # fmt: skip
STRUCK_OUT = {"del", "moveFrom"}
SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "ptab": " "}
# Letters of symbol fonts as they look; any other is shown as a square.
SYMBOLS = {"F0B7": "•", "F0A7": "▪", "F0E0": "→", "F0FC": "✓", "F0D8": "➢", "F04A": "☺", "F0FE": "☒", "F0A8": "☐"}
DRAWN = {"drawing", "pict", "object"}
# Attributes with the words of a picture for whoever does not see it.
ALT = {"docPr": ("title", "descr"), "imagedata": ("title",), "shape": ("alt",)}
# Parts beside the text: kind of relation, usual name, where they stand.
BESIDE = (
    ("header", "word/header", "head"),
    ("footer", "word/footer", "foot"),
    ("glossaryDocument", "word/glossary/document", "drawing"),
)
DRAWINGS = (("diagramData", "word/diagrams/data"), ("chart", "word/charts/chart"))


def read(source: io.BytesIO) -> list[Block]:
    """The blocks; raises No."""
    file = opened(Package(source))
    main = file.part(file.main)
    body = child(main.root, "body")
    if body is None:
        raise No("damaged")
    found = _Reader(file, main.links).all(body)
    beside: list[Block] = []
    for kind, usual, place in BESIDE:
        for name in file.parts(kind, usual):
            beside.extend(sourced(_whole(file, file.part(name)), place))
    found.extend(at_edges(beside))
    for kind, usual in DRAWINGS:
        for name in file.parts(kind, usual):
            words = (one.text or "" for one in file.part(name).root.iter() if local(one) in ("t", "v"))
            found.extend(_told(loose_block(words)))
    found.extend(_told(loose_block(posixpath.basename(one) for one in file.package.find("word/embeddings/", ""))))
    for key in sorted(set(file.notes) - file.used):
        found.extend(_note(file, key, "–"))
    return found


def _whole(file: File, part: Part) -> list[Block]:
    return _Reader(file, part.links).all(part.root)


def _told(block: Block | None) -> list[Block]:
    return [block] if block else []


def _note(file: File, key: tuple[str, str], label: str) -> list[Block]:
    node = file.notes[key]
    file.used.add(key)
    blocks = _Reader(file, file.links.get(key[0], {})).all(node)
    if key[0] == "comment":
        return _told(comment_block(attribute(node, "author"), blocks))
    return _told(note_block(label, blocks))


class _Reader:
    """Walks a body, or what is like one: a cell, a note, a text box. `links` are those of its part."""

    def __init__(self, file: File, links: Mapping[str, str]) -> None:
        self.file = file
        self.links = links
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
                self.blocks.extend(sourced(_Reader(self.file, self.links).all(one), "struck"))
            elif name not in SKIPPED:
                self._body(one)

    def _paragraph(self, node: Element) -> None:
        line = _Inline(self.file, self.links).all(node)
        properties = child(node, "pPr")
        style = style_of(self.file, value_of(child(properties, "pStyle")))
        outline = value_of(child(properties, "outlineLvl"))
        level = int(outline) + 1 if outline.isdigit() and int(outline) < 9 else style.level
        number = self._number(properties, style)
        if level is not None:
            self.blocks.heading(line, level)
        elif number is not None:
            depth, value = number
            self.blocks.item(line, depth, value)
        elif line.looks_like_heading or (style.bold and len(line.text) <= SHORT and line.text):
            self.blocks.heading(line, 9)
        else:
            self.blocks.paragraph(line)

    def _number(self, properties: Element | None, style: Style) -> tuple[int, int | None] | None:
        """Depth and number of an item (None: a bullet); None where it is no item."""
        own = child(properties, "numPr")
        found = style.number
        if own is not None:
            depth = value_of(child(own, "ilvl"))
            key = value_of(child(own, "numId")) or (found[0] if found else "")
            found = (key, int(depth) if depth.isdigit() else found[1] if found else 0)
        if found is None or found[0] in ("", "0"):
            return None
        counts = self.file.counts
        for other in [one for one in counts if one[0] == found[0] and one[1] > found[1]]:
            del counts[other]
        counts[found] = counts.get(found, 0) + 1
        bullet = self.file.bullets.get(found, self.file.bullets.get((found[0], 0), True))
        return found[1], None if bullet else counts[found]

    def _table(self, node: Element) -> None:
        rows = [list(_inside(row, "tc")) for row in _inside(node, "tr")]
        if rows and all(len(row) == 1 for row in rows):
            # A frame of one column is a frame, not a table.
            for row in rows:
                self._body(row[0])
            return
        self.blocks.table([list(self._cells(row)) for row in rows])

    def _cells(self, row: list[Element]) -> Iterator[str]:
        for cell in row:
            yield cell_text(_Reader(self.file, self.links).all(cell))
            span = value_of(child(cell, "tcPr", "gridSpan"))
            yield from [""] * (min(int(span), 60) - 1 if span.isdigit() and span != "0" else 0)


def _inside(node: Element, wanted: str) -> Iterator[Element]:
    """Children of a name, also within what wraps them (content controls, tracked changes)."""
    for one in node:
        name = local(one)
        if name == wanted:
            yield one
        elif name not in SKIPPED and name not in ("tbl", "p"):
            yield from _inside(one, wanted)


def _choice(node: Element) -> Element:
    """Of alternatives the first with words in it: they say the same."""
    for one in node:
        if any(local(inner) in ("t", "delText") and inner.text for inner in one.iter()):
            return one
    return node[0] if len(node) else node


class _Inline:
    """Walks a paragraph."""

    def __init__(self, file: File, links: Mapping[str, str]) -> None:
        self.file = file
        self.links = links
        self.line = Line()
        self.gone = Line()  # what was struck out with changes tracked
        self.codes: list[str] = []  # of the open fields, so far: Word cuts them into runs as it does the text

    def all(self, node: Element) -> Line:
        self._inside(node, PLAIN, self.line)
        if self.gone.text:
            self.line.after.append(Block("text", guarded(self.gone.text), source="struck"))
        return self.line

    def _inside(self, node: Element, look: Look, into: Line) -> None:
        for one in node:
            self._piece(one, look, into)

    def _piece(self, one: Element, look: Look, into: Line) -> None:
        name = local(one)
        letters = _letters(one, name)
        if letters is not None:
            into.add(letters, look)
        elif name in STRUCK_OUT:
            self._inside(one, look, self.gone)
        elif name == "r":
            self._inside(one, _look(one), into)
        elif name == "hyperlink":
            self._inside(one, look, into)
            into.add_address(self.links.get(attribute(one, "id"), ""))
        elif name in ("fldChar", "fldSimple", "instrText"):
            self._field(one, name, look, into)
        elif name in ("footnoteReference", "endnoteReference", "commentReference"):
            self._refer(name.removesuffix("Reference"), attribute(one, "id"), into)
        elif name in DRAWN:
            self._drawing(one, into)
        elif name == "AlternateContent":
            self._inside(_choice(one), look, into)
        elif name not in SKIPPED:
            self._inside(one, look, into)

    def _field(self, one: Element, name: str, look: Look, into: Line) -> None:
        """The code of a field is no text; the address in that of a link is, and so is what was chosen in a form."""
        if name == "instrText":
            if self.codes:
                self.codes[-1] += one.text or ""
            return
        kind = attribute(one, "fldCharType")
        if kind == "begin":
            self.codes.append("")
            into.add(_chosen(one), look)
            return
        self._inside(one, look, into)
        code = attribute(one, "instr") if name == "fldSimple" else ""
        if kind == "end" and self.codes:
            code = self.codes.pop()
        found = LINK.search(code)
        into.add_address(found[1] if found else "")

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
        boxes = list(_outermost(node, "txbxContent"))
        for box in boxes:
            self.line.after.extend(sourced(_Reader(self.file, self.links).all(box), "box"))
        words = [attribute(one, name) for one in node.iter() for name in ALT.get(local(one), ())]
        # Letters drawn as a shape, like the word that stands across a page, are words too.
        drawn = [attribute(one, "string") for one in node.iter() if local(one) == "textpath"]
        drawn += [one.text or "" for one in node.iter() if local(one) == "t" and "drawingml" in one.tag]
        if any(words) or not (boxes or drawn):
            into.add_picture(" – ".join(dict.fromkeys(one for one in words if one)))
        for block in _told(loose_block(drawn)):
            self.line.after.append(sourced([block], "box")[0])


def _outermost(node: Element, name: str) -> Iterator[Element]:
    """Those within no other: the reader of a box finds the boxes inside it by itself. Alternatives count once."""
    for one in node:
        if local(one) == name:
            yield one
        else:
            yield from _outermost(_choice(one) if local(one) == "AlternateContent" else one, name)


def _look(run: Element) -> Look:
    properties = child(run, "rPr")
    strike = is_on(child(properties, "strike")) or is_on(child(properties, "dstrike"))
    return Look(is_on(child(properties, "b")), is_on(child(properties, "i")), strike)


def _chosen(field: Element) -> str:
    """What was chosen in a field of an old form: an entry of its list, or whether its box is ticked."""
    box, choices = child(field, "ffData", "checkBox"), child(field, "ffData", "ddList")
    if box is not None:
        ticked = child(box, "checked") if child(box, "checked") is not None else child(box, "default")
        return "☒" if is_on(ticked) else "☐"
    if choices is None:
        return ""
    entries = [value_of(one) for one in choices if local(one) == "listEntry"]
    chosen = value_of(child(choices, "result")) or value_of(child(choices, "default")) or "0"
    return entries[int(chosen)] if chosen.isdigit() and int(chosen) < len(entries) else ""


def _letters(one: Element, name: str) -> str | None:
    """What a piece of a run says by itself; None where it is no text."""
    if name in ("t", "delText"):
        return one.text or ""
    if name == "sym":
        return SYMBOLS.get(attribute(one, "char").upper(), "□")
    return SIGNS.get(name)
