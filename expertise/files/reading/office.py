"""Documents of Word, Excel, PowerPoint and LibreOffice: what is not allowed in them, and their text."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

from expertise.files.reading.kinds import HEAD, kind_of
from expertise.files.reading.verdict import DEEPEST, No, Text, Verdict
from expertise.files.reading.zips import Package

# (bytes of a file inside the file, its name, how deep) -> its text; raises No.
Inner = Callable[[BinaryIO, str, int], str]

_MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml": "pptx",
}
_OPEN = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
# What holds text that people read, by kind.
_TEXTS = {
    "docx": r"word/(document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml",
    "xlsx": r"xl/(sharedStrings|workbook|worksheets/[^/]+|comments[^/]*|threadedComments/[^/]+|drawings/[^/]+)\.xml",
    "pptx": r"ppt/(slides|notesSlides|comments|charts|diagrams)/[^/]+\.xml",
    "odt": r"(content|styles)\.xml",
    "ods": r"(content|styles)\.xml",
    "odp": r"(content|styles)\.xml",
}
# Seen on every page or on none: looked at for marks of secrecy, and not searched.
_HIDDEN = (
    r"(ppt/(slideMasters|slideLayouts|notesMasters)/[^/]+|word/(settings|glossary/document)|xl/(styles|tables/.+)"
    r"|docProps/(app|custom)|customXml/item\d+)\.xml"
)
_ABOUT = r"(docProps/core|meta)\.xml"
_PEOPLE_WRITE = {"title", "subject", "description", "keywords", "keyword", "creator", "initial-creator"}
_BREAKS = {
    "p",
    "tr",
    "br",
    "cr",
    "row",
    "h",
    "si",
    "c",
    "v",
    "f",
    "tab",
    "table-cell",
    "table-row",
    "line-break",
    "cell",
    "t-break",
}
_MACROS = re.compile(r"vbaProject|vbaData|(^|/)Basic/|(^|/)Scripts/|macrosheets|activeX|\.bin$", re.IGNORECASE)
_HARMLESS_BIN = re.compile(r"printerSettings|/model/|customProperty|calcChain", re.IGNORECASE)
_DDE = re.compile(r"\bDDE(?:AUTO)?\b\s+\S", re.IGNORECASE)
_REMOTE = re.compile(r"^(?:[a-z][a-z0-9+.-]+:|//|\\\\)", re.IGNORECASE)
_PLAIN = re.compile(r"\.(xml|rels|vml|rdf|xsl|txt)$|^mimetype$|(^|/)$|^_rels/", re.IGNORECASE)


def read(file: BinaryIO, inner: Inner, depth: int) -> Verdict:
    """The verdict on a zip that should be an office document. Raises No."""
    package = Package(file)
    kind = _kind(package)
    package.walk()
    _judge_members(package, kind)
    verdict = Verdict(kind)
    text, about, hidden = Text(), Text(), Text()
    for name, member in package.names.items():
        if not member.file_size:
            continue
        if name.endswith(".rels"):
            _judge_relations(package, name)
        elif re.fullmatch(_TEXTS[kind], name):
            _gather(package, name, text)
        elif re.fullmatch(_ABOUT, name):
            _gather(package, name, hidden)
            for one in _events(package, name):
                if _local(one.tag) in _PEOPLE_WRITE and one.text:
                    about.add(f"{one.text}\n")
        elif name.lower().endswith((".xml", ".vml", ".rdf")):
            # All of them are gone through: what XML can hide is refused wherever it stands.
            _gather(package, name, hidden if re.fullmatch(_HIDDEN, name) else Text())
        elif ("embeddings/" in name.lower() or re.match(r"Object \d+", name)) and not name.endswith("/"):
            text.add(_embedded(package, name, inner, depth))
    verdict.text = re.sub(r"\s*\n\s*\n\s*", "\n\n", str(text)).strip()
    verdict.about, verdict.hidden = [str(about)], str(hidden)
    return verdict


def _kind(package: Package) -> str:
    if "[Content_Types].xml" in package.names:
        types = {
            value for one in _events(package, "[Content_Types].xml") for value in [one.get("ContentType")] if value
        }
        if any("macroEnabled" in one or "vbaProject" in one for one in types):
            raise No("macro")
        found = [_MAIN[one] for one in types if one in _MAIN]
        if len(found) == 1:
            return found[0]
        raise No("unknown" if not found else "polyglot")
    if "mimetype" in package.names:
        first = min(package.members, key=lambda one: one.header_offset)
        stated = package.read("mimetype", 200).decode("ascii", "replace").strip()
        if stated in _OPEN and first.filename == "mimetype" and "META-INF/manifest.xml" in package.names:
            _judge_manifest(package)
            return _OPEN[stated]
        raise No("unknown")
    if any(
        "AndroidManifest" in one or one.endswith(".class") or one == "META-INF/MANIFEST.MF" for one in package.names
    ):
        raise No("executable")
    raise No("archive")


def _judge_manifest(package: Package) -> None:
    for one in _events(package, "META-INF/manifest.xml"):
        if _local(one.tag) == "encryption-data":
            raise No("encrypted")


def _judge_members(package: Package, kind: str) -> None:
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
    first = package.names.get(main.get(kind, "content.xml"))
    if first is None or not first.file_size:
        raise No("damaged")
    for name in package.names:
        embedded = "embeddings/" in name.lower()
        if _MACROS.search(name) and not _HARMLESS_BIN.search(name):
            raise No("embedded" if embedded and name.lower().endswith(".bin") else "macro")
        if name.endswith("/") or embedded or _PLAIN.search(name):
            continue
        if package.names[name].file_size and not _HARMLESS_BIN.search(name):
            _judge_part(package, name)


def _judge_part(package: Package, name: str) -> None:
    """A picture, a font, a thumbnail: never a program, another archive or a document."""
    with package.open(name) as stream:
        head = stream.read(HEAD)
    try:
        kind = kind_of(head)
    except No as why:
        # Fonts, drawings and caches of a program's own are no kind that anybody could open.
        if why.code in ("executable", "archive", "old_office", "encrypted"):
            raise No("nested") from None
        return
    if kind in ("zip", "pdf"):
        raise No("nested")


def _embedded(package: Package, name: str, inner: Inner, depth: int) -> str:
    """The text of a document in the document, such as the table behind a chart; judged as any other file."""
    if depth >= DEEPEST:
        raise No("nested")
    try:
        return inner(BytesIO(package.read(name)), name, depth + 1)
    except No as why:
        raise No("embedded" if why.code in ("unknown", "old_office", "archive") else why.code) from None


def _judge_relations(package: Package, name: str) -> None:
    for one in _events(package, name):
        if one.get("TargetMode") != "External":
            continue
        kind, target = (one.get("Type") or "").rpartition("/")[2], one.get("Target") or ""
        scheme = target.partition(":")[0].strip().lower()
        if kind == "hyperlink" and scheme not in ("javascript", "vbscript", "data", "ms-msdt", "search-ms"):
            continue
        # A template, a picture or another workbook that is fetched when the file is opened tells who opened it.
        if kind != "externalLinkPath" or _REMOTE.match(target):
            raise No("external")


def _gather(package: Package, name: str, into: Text) -> None:
    code: list[str] = []
    for one in _events(package, name):
        tag = _local(one.tag)
        _judge_element(one, tag)
        if tag in ("instrText", "ddeLink"):
            code.append(one.text or "DDE link")
        elif tag == "fldSimple":
            code.append(next((value for key, value in one.attrib.items() if _local(key) == "instr"), ""))
        into.add(one.text)
        if tag in _BREAKS:
            into.add("\n")
        into.add(one.tail)
    if _DDE.search("".join(code)):
        raise No("program")


def _judge_element(one: Element, tag: str) -> None:
    if tag in ("script", "event-listener") and "office:" not in tag:
        raise No("macro")
    for key, value in one.attrib.items():
        fetched = _local(key) == "href" and tag in (
            "image",
            "object",
            "object-ole",
            "plugin",
            "floating-frame",
            "applet",
        )
        if fetched and (_REMOTE.match(value) or value.startswith(("/", ".."))):
            raise No("external")
        if _local(key) == "href" and value.strip().lower().startswith(
            ("javascript:", "vbscript:", "vnd.sun.star.script:")
        ):
            raise No("program")
        if _local(key) == "formula" and re.search(r"\bDDE\(|=\s*dde", value, re.IGNORECASE):
            raise No("program")


def _events(package: Package, name: str) -> Iterator[Any]:
    """Each element of a part as it ends, and forgotten after; no part is ever in memory as a tree."""
    try:
        with package.open(name) as stream:
            path: list[Any] = []
            for event, element in iterparse(stream, events=("start", "end"), forbid_dtd=True):
                if event == "start":
                    path.append(element)
                    if len(path) > 200:
                        raise No("bomb")
                    continue
                path.pop()
                yield element
                if path:
                    path[-1].remove(element)
    except DefusedXmlException:
        raise No("entities") from None
    except (ParseError, ValueError, LookupError, zipfile.BadZipFile, zlib.error, OSError, EOFError):
        raise No("damaged") from None


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]
