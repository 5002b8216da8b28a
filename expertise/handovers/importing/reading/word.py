"""What of a Word file is looked up while its text is read: parts, styles, numbering, links and notes.

Word names its parts as it likes ("word/document2.xml" when it is saved in a browser): each is found by the relation
that points at it, and by its usual name where none does.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from expertise.handovers.importing.reading.blocks import No
from expertise.handovers.importing.reading.zips import Package, attribute, child, local

HEADING = re.compile(r"^(?:heading|kop|titre|überschrift|rubrik|titolo)\s*(\d)", re.I)
TITLE = re.compile(r"^(?:title|titel)$", re.I)
# "List Bullet 2", "Lijstnummering 3": each depth is a list of its own to Word, told by its name.
DEPTH = re.compile(r"^(?:list|lijst)\D*\s(\d)$", re.I)
OFF = ("0", "false", "off", "none")
NOTES = ("footnote", "endnote", "comment")


@dataclass
class Style:
    """What a style says of a paragraph."""

    name: str = ""
    based_on: str = ""
    level: int | None = None  # of a heading, from 1; 0 is the title
    number: tuple[str, int] | None = None  # of a list: numId, depth
    bold: bool = False


@dataclass
class Part:
    """A member of the package, with the outside addresses that it points at by their ids."""

    root: Element
    links: dict[str, str] = field(default_factory=dict)


@dataclass
class File:
    """An opened Word file."""

    package: Package
    main: str
    styles: dict[str, Style] = field(default_factory=dict)
    bullets: dict[tuple[str, int], bool] = field(default_factory=dict)  # (numId, depth): whether it is a bullet
    notes: dict[tuple[str, str], Element] = field(default_factory=dict)  # (footnote | endnote | comment, id)
    links: dict[str, dict[str, str]] = field(default_factory=dict)  # of the part of a kind of note
    used: set[tuple[str, str]] = field(default_factory=set)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)
    numbered: int = 0
    _related: dict[str, list[tuple[str, str, str, bool]]] = field(default_factory=dict)

    def relations(self, name: str) -> list[tuple[str, str, str, bool]]:
        """What a member points at: id, last word of the kind, target, and whether that is outside."""
        if name not in self._related:
            self._related[name] = list(_relations(self.package, name))
        return self._related[name]

    def part(self, name: str) -> Part:
        """A member with its links."""
        outside = {key: target for key, _kind, target, external in self.relations(name) if external}
        return Part(self.package.xml(name), outside)

    def parts(self, kind: str, usual: str) -> list[str]:
        """The members that the text points at as `kind`, then those that only have the usual name."""
        found = [target for _key, one, target, out in self.relations(self.main) if one == kind and not out]
        return list(dict.fromkeys(name for name in [*found, *self.package.find(usual)] if name in self.package.names))


def opened(package: Package) -> File:
    """A Word file whose text can be read; raises No."""
    roots = [target for _key, kind, target, out in _relations(package, "") if kind == "officeDocument" and not out]
    main = next((one for one in [*roots, "word/document.xml"] if one in package.names), None)
    if main is None:
        raise No("name" if package.names else "damaged")
    types = package.read("[Content_Types].xml") if "[Content_Types].xml" in package.names else b""
    file = File(package, main)
    kinds = {kind for _key, kind, _target, _outside in file.relations(main)}
    if "vbaProject" in kinds or b"macroEnabled" in types or package.find("", "vbaProject.bin"):
        raise No("macro")
    if "aFChunk" in kinds or package.find("word/afchunk", ""):
        raise No("foreign")
    for name in file.parts("styles", "word/styles.xml"):
        _read_styles(package.xml(name), file)
    for name in file.parts("numbering", "word/numbering.xml"):
        _read_numbering(package.xml(name), file)
    for kind in NOTES:
        for name in file.parts(f"{kind}s", f"word/{kind}s.xml"):
            _read_notes(file.part(name), file, kind)
    return file


def _relations(package: Package, name: str) -> Iterator[tuple[str, str, str, bool]]:
    """Of a member, or of the package itself where the name is empty."""
    folder, base = posixpath.split(name)
    where = posixpath.join(folder, "_rels", f"{base}.rels")
    if where not in package.names:
        return
    for node in package.xml(where):
        target, outside = attribute(node, "Target"), attribute(node, "TargetMode") == "External"
        if not outside:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        yield attribute(node, "Id"), attribute(node, "Type").rpartition("/")[2], target, outside


def _read_styles(root: Element, file: File) -> None:
    for node in root:
        if local(node) != "style":
            continue
        name = value_of(child(node, "name"))
        style = Style(name, value_of(child(node, "basedOn")))
        found = HEADING.match(name) or HEADING.match(attribute(node, "styleId"))
        outline = value_of(child(node, "pPr", "outlineLvl"))
        if found:
            style.level = int(found[1])
        elif TITLE.match(name):
            style.level = 0
        elif outline.isdigit() and int(outline) < 9:
            style.level = int(outline) + 1
        number = child(node, "pPr", "numPr")
        if number is not None:
            depth = value_of(child(number, "ilvl"))
            named = DEPTH.match(name)
            at = int(depth) if depth.isdigit() else int(named[1]) - 1 if named else 0
            style.number = (value_of(child(number, "numId")), at)
        style.bold = is_on(child(node, "rPr", "b"))
        file.styles[attribute(node, "styleId")] = style


def _read_numbering(root: Element, file: File) -> None:
    levels: dict[tuple[str, int], bool] = {}
    for node in root:
        if local(node) == "abstractNum":
            for level in node:
                if local(level) == "lvl" and attribute(level, "ilvl").isdigit():
                    form = value_of(child(level, "numFmt"))
                    levels[attribute(node, "abstractNumId"), int(attribute(level, "ilvl"))] = form in ("bullet", "none")
    for node in root:
        if local(node) == "num":
            abstract = value_of(child(node, "abstractNumId"))
            for (key, depth), bullet in levels.items():
                if key == abstract:
                    file.bullets[attribute(node, "numId"), depth] = bullet


def _read_notes(part: Part, file: File, kind: str) -> None:
    file.links.setdefault(kind, {}).update(part.links)
    for node in part.root:
        if local(node) == kind and attribute(node, "type") not in ("separator", "continuationSeparator"):
            file.notes[kind, attribute(node, "id")] = node


def value_of(node: Element | None) -> str:
    """Its `val`; empty where there is none."""
    return attribute(node, "val") if node is not None else ""


def is_on(node: Element | None) -> bool:
    """Whether a switch stands there and is not off."""
    return node is not None and attribute(node, "val", "1").lower() not in OFF


def style_of(file: File, key: str) -> Style:
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
