"""What others say of the files that we give: the schemas of Word and OpenDocument, and the rules of PDF/A and PDF/UA.

Word: openxml-audit holds each part to the schemas and rules of Microsoft's Open XML SDK. OpenDocument: the same library
looks at the package, and the Relax NG of OASIS (1.3), which it brings, at our text. PDF: pdfua runs what it knows of
PDF/UA-1 (16 of 106 rules), and pikepdf, which shares nothing with the library that wrote the file, reads what PDF/A-2a
asks of it. That is no veraPDF, which is a program of its own: whoever has it runs it on the same file.
"""

import zipfile
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pikepdf
from lxml import etree
from openxml_audit import FileFormat, OdfValidator, OpenXmlValidator
from pdfua.validator import validate

# Of a rule that this version of pdfua cannot run on a file of ours; `_headings` below does what it would.
UNRUN = {"UA-14-001"}
SCHEMA = str(files("openxml_audit") / "odf/schemas/odf-1.3/OpenDocument-v1.3-schema.rng")
FORBIDDEN = {"/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/EmbeddedFiles", "/RichMedia", "/XFA"}


def faults_in_word(path: Path) -> list[str]:
    """Empty where Word of any year would take it as it is."""
    told = OpenXmlValidator(file_format=FileFormat.OFFICE_2019, max_errors=0).validate(path)
    return [f"{one.part_uri} {one.node}: {one.description}" for one in told.errors]


def faults_in_odt(path: Path) -> list[str]:
    """Empty where the package is sound and the schema of OpenDocument takes its text."""
    told = OdfValidator().validate(path)
    found = [f"{one.part_uri} {one.node}: {one.description}" for one in told.errors if one.severity.name == "ERROR"]
    schema = etree.RelaxNG(etree.parse(SCHEMA))
    with zipfile.ZipFile(path) as package:
        text = etree.fromstring(package.read("content.xml"))
    # The library's template says 1.4, whose schema is not to be had yet; what we write is all of 1.3.
    text.set(f"{{{text.nsmap['office']}}}version", "1.3")
    schema.validate(text)
    return found + [f"content.xml: {one.message}" for one in schema.error_log]


def faults_in_pdf(path: Path) -> list[str]:
    """Empty where it is what an archive and a reader by ear ask."""
    report = validate(str(path))
    found = [f"{one.rule_id}: {one.message}" for one in report.findings]
    found += [f"{one.rule_id} was not run" for one in report.skipped if one.rule_id not in UNRUN]
    with pikepdf.open(path) as pdf:
        for look in (_whole, _about, _colours, _fonts, _tags, _headings, _tables, _links):
            found.extend(f"{look.__name__.strip('_')}: {fault}" for fault in look(pdf))
    return found


def _whole(pdf: pikepdf.Pdf) -> Iterator[str]:
    if pdf.is_encrypted:
        yield "encrypted"
    if pdf.pdf_version > "1.7":
        yield f"version {pdf.pdf_version}"
    if "/ID" not in pdf.trailer:
        yield "no ID"
    for one in pdf.objects:
        if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            yield from (f"holds {name}" for name in FORBIDDEN & set(one))
        if isinstance(one, pikepdf.Stream):
            filters = str(one.get("/Filter", ""))
            yield from (f"filter {name}" for name in ("/LZWDecode", "/Crypt") if name in filters)
            if "/F" in one:
                yield "a stream outside of the file"


def _about(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What it says of itself, in both places alike."""
    with pdf.open_metadata() as told:
        for name, wanted in (("pdfaid:part", "2"), ("pdfaid:conformance", "A"), ("pdfuaid:part", "1")):
            if told.get(name) != wanted:
                yield f"{name} is {told.get(name)}"
        title = told.get("dc:title")
    if not title or str(pdf.docinfo.get("/Title")) != title:
        yield "the title is not told alike"
    if not str(pdf.Root.get("/Lang", "")):
        yield "no language"
    if pdf.Root.get("/ViewerPreferences", {}).get("/DisplayDocTitle") is not True:
        yield "the title is not shown"


def _colours(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.get("/S") == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield "no one intent of output"
        return
    profile = intents[0].get("/DestOutputProfile")
    if profile is None or profile.read_bytes()[36:40] != b"acsp":
        yield "no profile of colours"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Each is inside, with what its glyphs mean."""
    seen = 0
    for one in pdf.objects:
        if not isinstance(one, pikepdf.Dictionary) or one.get("/Type") != "/Font":
            continue
        name = str(one.get("/BaseFont", ""))
        if one.get("/Subtype") == "/Type0":
            seen += 1
            if "/ToUnicode" not in one:
                yield f"{name} says no letters"
        elif one.get("/Subtype") != "/Type3":
            described = one.get("/FontDescriptor", {})
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(described):
                yield f"{name} is not inside"
            if one.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in one:
                yield f"{name} maps no glyphs"
    if not seen:
        yield "no font at all"


def _kids(node: Any) -> Iterator[Any]:
    kids = node.get("/K", [])
    for one in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(one, pikepdf.Dictionary) and "/S" in one:
            yield one


def _nodes(node: Any) -> Iterator[Any]:
    for one in _kids(node):
        yield one
        yield from _nodes(one)


def _tags(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root.get("/StructTreeRoot")
    if root is None or pdf.Root.get("/MarkInfo", {}).get("/Marked") is not True:
        yield "not tagged"
        return
    if "/ParentTree" not in root:
        yield "no way back from the page to the tag"
    yield from (
        "a picture without words" for one in _nodes(root) if one.S == "/Figure" and not str(one.get("/Alt", ""))
    )
    for one in _nodes(root):
        if one.S == "/L" and any(kid.S not in ("/LI", "/L", "/Caption") for kid in _kids(one)):
            yield "a list of what are no items"


def _headings(pdf: pikepdf.Pdf) -> Iterator[str]:
    """From the first level on, and none is skipped."""
    last = 0
    for one in _nodes(pdf.Root.StructTreeRoot):
        name = str(one.S)[1:]
        if name[:1] == "H" and name[1:].isdigit():
            if int(name[1:]) > last + 1:
                yield f"{name} after H{last}"
            last = int(name[1:])
            if "/K" not in one:
                yield f"{name} is empty"
    if not last:
        yield "none"


def _tables(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Each has heads that say of what, and rows of one length."""
    for table in (one for one in _nodes(pdf.Root.StructTreeRoot) if one.S == "/Table"):
        rows = [list(_kids(one)) for one in _nodes(table) if one.S == "/TR"]
        heads = [cell for row in rows for cell in row if cell.S == "/TH"]
        if not heads:
            yield "no heads"
        yield from ("a head that says not of what" for one in heads if "/Scope" not in str(_told(one)))
        if len({sum(_span(cell) for cell in row) for row in rows}) > 1:
            yield "rows of several lengths"


def _told(node: Any) -> set[str]:
    told = node.get("/A", [])
    return {name for one in (told if isinstance(told, pikepdf.Array) else [told]) for name in one}


def _span(cell: Any) -> int:
    told = cell.get("/A", [])
    for one in told if isinstance(told, pikepdf.Array) else [told]:
        if "/ColSpan" in one:
            return int(one.ColSpan)
    return 1


def _links(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        notes = list(page.get("/Annots", []))
        if notes and page.get("/Tabs") != "/S":
            yield "Tab does not go in the order of the text"
        for one in notes:
            if one.get("/Subtype") != "/Link":
                yield f"a note of kind {one.get('/Subtype')}"
            elif not str(one.get("/Contents", "")) or "/StructParent" not in one:
                yield "a link that says not where"
            elif not int(one.get("/F", 0)) & 4:
                yield "a link that is not printed"
